"""The history as HTML: its filters and every item in its place, nothing hidden. Knows no web server.

Pure functions of the domain's types. Everything that comes from records passes through `markup`, which escapes it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from emr_rerank.ranking.chronology import day
from emr_rerank.ranking.safety import DO_NOT_GIVE
from emr_rerank.ranking.windows import full_text
from emr_rerank.types import HistoryItem, Kind, RankedItem, Standing
from ui import line
from ui.filter_view import filters
from ui.markup import Html, tag
from ui.views import level, recall

SNIPPET = 150  # characters of a note shown in its row
QUOTED = 160  # characters of the assessment repeated above the list
LONG_VALUE = 80  # characters; a longer finding is prose, which does not stand out

# Each standing has its own sign and, where the record's own status would mislead, its own words: never colour alone.
SIGNS: Mapping[Standing, str] = {
    Standing.CURRENT: "●",
    Standing.PLANNED: "◌",
    Standing.PAST: "○",
    Standing.NOT_DONE: "∅",
    Standing.REFUTED: "✕",
    Standing.ENTERED_IN_ERROR: "⊘",
}
DENIED = frozenset({Standing.NOT_DONE, Standing.REFUTED, Standing.ENTERED_IN_ERROR})


def heading(model: str, assessment: str, total: int, asked: str = "") -> str:
    """Return what the list's order is: by what it was ranked and for what, or that it is not ranked yet.

    `asked` is the model asked for; where that is another, it says so.
    An empty list has no order: "" (that it is empty is a notice of the ranking's).
    """
    if not total:
        return ""
    if not model:
        return "The whole history, newest first: not ranked yet"
    instead = f", not {asked}," if asked and asked != model else ""
    return f"Ranked by {model}{instead} for “{cut(assessment, QUOTED)}”"


def cut(text: str, limit: int) -> str:
    """Return the text's beginning in one line, whole words in at most so many characters; "…" says there is more."""
    words = " ".join(text[: 2 * limit].split())
    if len(words) <= limit and len(text) <= 2 * limit:
        return words
    return f"{words[:limit].rpartition(' ')[0] or words[:limit]} …"


def history(
    ranked: Sequence[RankedItem],
    *,
    visit: str,
    heading: str,
    scored: bool,
    remarks: Sequence[Html] = (),
) -> Html:
    """Return the filters and every item, in order.

    Args:
        ranked: the whole history.
        visit: the name under which the server keeps this history, to open its records.
        heading: what the order is.
        scored: whether the scores mean anything; before an assessment they do not.
        remarks: sentences the reader must see with it (something is missing, or was read differently).
    """
    columns = ("", "Kind", "Record", "Date", "Status", *(("Score",) if scored else ()))
    return tag(
        "section",
        recall(ranked) if ranked else "",
        tag("h3", heading, dir="auto", tabindex=-1) if heading else "",
        tag("ul", *remarks, class_="remarks") if remarks else "",
        *_list(ranked, columns, scored=scored) if ranked else (),
        class_="history scored" if scored else "history",
        data_visit=visit,
    )


def _list(ranked: Sequence[RankedItem], columns: Sequence[str], *, scored: bool) -> tuple[Html, ...]:
    return (
        filters([entry.item for entry in ranked]),
        tag("p", "No record matches these filters.", class_="nothing", hidden=True),
        tag("div", *(tag("span", name) for name in columns), class_="columns", aria_hidden="true"),
        tag("ol", *(row(entry, scored=scored) for entry in ranked), class_="rows", role="list", aria_label="Records"),
    )


def remarks_on(
    quarantined: int, other: Mapping[str, int], notices: Sequence[str], *, uploaded: bool, alarm: str = ""
) -> list[Html]:
    """Return list items a reader must know: what was said about the ranking, what is not in the list and why.

    `alarm` is the notice that must not be overlooked: another model than the one asked for ran.
    """
    said = [tag("li", notice, class_="alarm" if notice == alarm else None) for notice in notices]
    if quarantined:
        records, are = ("record", "is") if quarantined == 1 else ("records", "are")
        remedy = (
            "Mend the file and upload it again; `emr-rerank import` names the fields at fault."
            if uploaded
            else "The import's report names each file and field: mend them there and import again."
        )
        lost = f"{quarantined} {records} of this patient could not be read and {are} not in this list. {remedy}"
        said.append(tag("li", lost))
    if other:
        counts = ", ".join(f"{count} {name}" for name, count in sorted(other.items()))
        said.append(tag("li", f"Not in this list, as their types are not supported: {counts}.", class_="unsupported"))
    return said


def row(entry: RankedItem, *, scored: bool) -> Html:
    """Return one item's line: a button that opens the record below it."""
    item, name = entry.item, f"record-{entry.rank}"
    first, last = span_of_dates(item)
    return tag(
        "li",
        tag(
            "button",
            tag("span", str(entry.rank), class_="rank"),
            tag("span", item.kind.value, class_=f"kind k-{item.kind.value.replace(' ', '-')}"),
            tag("span", _title(entry), _detail_line(entry), _why(entry), class_="what"),
            _dates(item),
            status(item),
            score(entry.score) if scored else "",
            type="button",
            class_="open",
            aria_expanded="false",
            aria_controls=name,
        ),
        tag("div", id=name, class_="record", hidden=True),
        class_=f"item{' denied' * denied(item)}{' forbidden' * (item.status == DO_NOT_GIVE)}",
        id=f"item-{entry.rank}",
        data_item=entry.rank,
        data_kind=item.kind,
        data_standing=item.standing,
        data_first=first,
        data_last=last,
    )


def denied(item: HistoryItem) -> bool:
    """Tell whether the item says that something is not so; an order not to give a medicine holds, and is none."""
    return item.standing in DENIED and item.status != DO_NOT_GIVE


def _title(entry: RankedItem) -> Html:
    item = entry.item
    return tag(
        "span",
        tag("s" if denied(item) else "span", item.title, class_="title", dir="auto"),
        tag("span", entry.pinned.category, class_=f"pinned {level(entry.pinned)}") if entry.pinned else "",
        class_="headline",
    )


def _detail_line(entry: RankedItem) -> Html:
    """Return what the item says beyond its name: a value and its course, the rest of its line, its note's words."""
    item = entry.item
    (value, rest), words = line.beyond(item.head), snippet(entry)
    parts = [
        tag("strong", value, class_="value", dir="auto") if 0 < len(value) <= LONG_VALUE else value,
        flag(item.head.flag),
        item.trend,
        *((words, rest) if item.kind is Kind.NOTE else (rest, words)),  # of a note, its words say more than its author
        "" if item.trend or len(item.members) == 1 else f"recorded {len(item.members)} times",
    ]
    shown = [tag("span", part, dir="auto") for part in parts if part]
    return tag("span", *shown, class_="more") if shown else Html("")


def _why(entry: RankedItem) -> Html:
    """Return what ties the item to the assessment, in words; the opened record says what they rest on."""
    return tag("span", f"Why: {entry.reason.words}", class_="why", dir="auto") if entry.reason else Html("")


def _dates(item: HistoryItem) -> Html:
    first, last = day(item.date), day(item.head.end)
    over = f"{'to' if first else 'until'} {last}" if last and last != first else ""
    return tag("span", tag("span", first or ("" if over else "no date")), tag("span", over), class_="date")


def flag(word: str) -> Html:
    """Return an abnormal result's mark: an arrow where it has a direction, and always the word."""
    if not word:
        return Html("")
    arrow = "▲ " if "high" in word.lower() else "▼ " if "low" in word.lower() else "◆ "
    return tag("span", tag("span", arrow, aria_hidden="true"), word, class_="flag")


def snippet(entry: RankedItem) -> str:
    """Return the words of a note that met the assessment best, or its beginning; "" where there is no note."""
    item = entry.item
    if not item.body:
        return ""
    text = full_text(item)
    start = max(entry.window.start, len(item.text) + 1) if entry.window else len(item.text) + 1
    words = cut(text[start:], SNIPPET)
    return f"… {words}" if start > len(item.text) + 1 else words


def status(item: HistoryItem) -> Html:
    """Return the status with its sign, and its doubt; a denial is said in plain words before the record's own."""
    own = line.marks(item.head) or item.status.replace("-", " ")
    words = own or item.standing.value
    if item.status == DO_NOT_GIVE:
        words = DO_NOT_GIVE
    elif denied(item):
        words = item.standing.value + (f" ({own})" if own and own != item.standing.value else "")
    return tag(
        "span",
        tag("span", SIGNS[item.standing], aria_hidden="true", class_="sign"),
        words,
        class_=f"status s-{item.standing.value.replace(' ', '-')}",
    )


def score(value: float) -> Html:
    """Return the score as a bar and a number; [0, 1], held within it."""
    held = min(max(value, 0.0), 1.0)
    return tag(
        "span",
        tag("span", tag("i", style=f"width:{held * 100:.0f}%"), class_="bar", aria_hidden="true"),
        tag("span", "score ", class_="unseen"),
        f"{held:.2f}",
        class_="score",
    )


def span_of_dates(item: HistoryItem) -> tuple[str, str]:
    """Return the first and last day the item's records may be of ("2016" may be any day of it); "" where undated."""
    days = [day(member.date) for member in item.members if _is_date(day(member.date))]
    if not days:
        return "", ""
    return min(text + "-01-01"[len(text) - 4 :] for text in days), max(
        text + "-12-31"[len(text) - 4 :] for text in days
    )


def _is_date(text: str) -> bool:
    """Tell whether this is a year, a month or a day as FHIR writes them."""
    parts = text.split("-")
    widths = [len(part) for part in parts]
    return text.isascii() and all(part.isdigit() for part in parts) and widths in ([4], [4, 2], [4, 2, 2])
