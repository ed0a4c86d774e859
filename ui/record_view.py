"""An opened record as HTML: its line, its facts, its note with the best words marked, its repeats. Knows no server."""

from __future__ import annotations

import re

from emr_rerank.ranking.chronology import day
from emr_rerank.ranking.trend import series
from emr_rerank.ranking.windows import full_text
from emr_rerank.types import HistoryItem, Kind, RankedItem, Reason, Record, Standing
from ui import line
from ui.history_view import SIGNS
from ui.markup import Html, escape, join, tag
from ui.plot import legend, plot

CODES_SHOWN = 6


def record(entry: RankedItem, *, scored: bool, version: str) -> Html:
    """Return what opens below a row; the source JSON is asked for record by record.

    Args:
        entry: the item.
        scored: whether its score means anything.
        version: of the built-in facts that its reason rests on.
    """
    item = entry.item
    courses = series(item.members)
    stated = facts(entry, scored=scored)
    return join(
        [
            tag("p", item.text, class_="line", dir="auto"),
            tag("dl", *(_fact(name, value) for name, value in stated), class_="facts") if stated else "",
            why(entry.reason, version) if entry.reason else "",
            note(entry),
            plot(courses, item.title),
            legend(courses),
            members(item),
        ]
    )


def why(reason: Reason, version: str) -> Html:
    """Return what ties the item to the assessment, whole, with the rows it rests on and what these are worth."""
    rows = "".join(f", {row}" for row in reason.rows)
    return tag(
        "div",
        tag("p", f"Why: {reason.words}", dir="auto"),
        tag("p", f"Hint from the built-in facts {version}{rows}; not a reference", class_="aside", dir="auto"),
        class_="because",
    )


VALUE_NAMES = {Kind.ALLERGY: "Reaction", Kind.IMPRESSION: "Summary", Kind.REPORT: "Conclusion"}


def facts(entry: RankedItem, *, scored: bool) -> list[tuple[str, str]]:
    """Return what there is to know of the record, name and value, but for what its line above says already."""
    item, head = entry.item, entry.item.head
    recorded = [
        ("Status", _status(item)),
        ("Date", moment(head.date)),
        ("Until", moment(head.end)),
        (VALUE_NAMES.get(item.kind, "Result"), head.value),
        ("Flag", head.flag),
        ("Dose", head.dose),
        ("Body site", head.body_site),
        ("Reason", head.reason),
    ]
    added = [
        ("Shown above because", entry.pinned.reason if entry.pinned else ""),
        *((name, value) for name, value in recorded if not _says(item.text, value)),
        ("Codes", ", ".join(head.codes[:CODES_SHOWN])),
        ("Score", f"{entry.score:.3f} (raw {entry.raw:.4f})" if scored else ""),
    ]
    return [(name, value) for name, value in added if value]


def _says(text: str, words: str) -> bool:
    """Tell whether the text holds these words, as words: "inactive" does not say "active"."""
    return bool(re.search(rf"(?<!\w){re.escape(words)}(?!\w)", text, re.IGNORECASE))


def _status(item: HistoryItem) -> str:
    """Return the recorded status, and how it is read where that is not plain from the word."""
    if item.standing is Standing.CURRENT or item.status.replace("-", " ") == item.standing:
        return item.status.replace("-", " ")
    return f"{item.status} ({item.standing})" if item.status else str(item.standing)


def _fact(name: str, value: str) -> Html:
    return tag("div", tag("dt", name), tag("dd", value, dir="auto"))


def moment(date: str) -> str:
    """Return a date as a person writes it: the day, and the time of day as recorded if there is one."""
    clock = date.partition("T")[2]
    return f"{day(date)} {clock[:5]}" if clock and clock[:5] != "00:00" else day(date)


def note(entry: RankedItem) -> Html:
    """Return the narrative in full, the window that met the assessment best marked; nothing where there is none."""
    item = entry.item
    if not item.body:
        return Html("")
    text = full_text(item)
    begin = len(text) - len(item.body)
    if entry.window is None or entry.window.end <= begin:
        return _narrative(escape(item.body))
    start, end = max(entry.window.start, begin), entry.window.end
    return _narrative(
        join([text[begin:start], tag("mark", text[start:end]), text[end:]]),
        tag("p", "Marked: the part that met the assessment best.", class_="aside"),
    )


def _narrative(words: Html, below: Html | str = "") -> Html:
    return tag("div", tag("div", words, class_="note", dir="auto", tabindex=0, role="group", aria_label="Note"), below)


def members(item: HistoryItem) -> Html:
    """Return the records behind the item, newest first, each with a button for its source JSON.

    A single record has been told above; of several, each says when it was and what it says itself.
    """
    single = len(item.members) == 1
    listed = tag(
        "ul",
        *(_member(number, one, Html("") if single else _said(one)) for number, one in enumerate(item.members)),
        class_="members",
    )
    if single:
        return listed
    return tag("details", tag("summary", f"All {len(item.members)} records"), listed, open=len(item.members) <= 3)


def _said(one: Record) -> Html:
    until = f"to {moment(one.end)}" if one.end and moment(one.end) != moment(one.date) else ""
    when = " ".join(filter(None, (moment(one.date) or "no date", until)))
    return tag(
        "span",
        tag("span", SIGNS[one.standing], aria_hidden="true", class_="sign"),
        " · ".join(filter(None, (when, line.said(one), line.marks(one) or one.status))),
        class_="said",
        dir="auto",
    )


def _member(number: int, one: Record, said: Html) -> Html:
    return tag(
        "li",
        said,
        tag("code", one.reference),
        tag(
            "button",
            "Source JSON",
            tag("span", f" of {one.reference}", class_="unseen"),
            type="button",
            class_="quiet",
            data_source=number,
            aria_expanded="false",
        ),
        tag("pre", class_="source", hidden=True, tabindex=0, aria_label=f"Source JSON of {one.reference}"),
    )


def stale() -> Html:
    """Return what stands in a record whose history has left memory."""
    return tag(
        "p", "This list is no longer in memory. Rank the history again, or choose the patient again.", role="alert"
    )
