"""The page's parts around the history as HTML: who it is, what must not be missed, whom to choose. Knows no web server.

Pure functions of the domain's types. Everything that comes from records passes through `markup`, which escapes it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from emr_rerank.fhir import DEFAULT_SOURCE
from emr_rerank.ranking.chronology import day
from emr_rerank.ranking.safety import ALLERGY, DO_NOT_GIVE, INTOLERANCE, latest_date
from emr_rerank.types import Kind, Patient, Pin, RankedItem, Standing
from ui.markup import Html, join, tag

MASTHEAD = tag(
    "div",
    tag("h1", "emr-rerank"),
    tag("p", "Decision support demo, not a medical device", class_="disclaimer"),
    class_="masthead",
)
LEAD = tag(
    "p",
    "Choose a patient, say what you are assessing, and read the whole history with what matters for it on top.",
    class_="lead",
)
# What the line that follows the reader names; other pins are counted in it.
NAMED = {ALLERGY: "Allergies", INTOLERANCE: "Intolerances", DO_NOT_GIVE: "Do not give"}
STRONGEST = frozenset({ALLERGY, DO_NOT_GIVE})  # the safety categories that alert; the rest caution


def foot(sends_to: str) -> Html:
    """Return what the page is and where its texts go: nowhere, or to the host that ranks for the model `remote`."""
    stays = (
        f"Ranking by remote sends the assessment and the history's lines to {sends_to}; nothing else leaves this server"
        if sends_to
        else "Nothing leaves this server"
    )
    return tag(
        "p",
        "Decision support demo, not a medical device: it orders a history and may order it badly. Everything recorded "
        f"is in the list; what matters may stand low in it. {stays}; uploads are kept in memory only.",
        class_="foot",
    )


def banner(patient: Patient, ranked: Sequence[RankedItem], *, uploaded: bool = False) -> Html:
    """Return who the history belongs to; the age is the one at the newest record, as charts may be old.

    What is merely planned is not a record of that day.
    """
    newest = latest_date([entry.item for entry in ranked])
    facts = [
        ("Sex", patient.sex or "not recorded"),
        ("Born", patient.birth_date or "not recorded"),
        ("Age at last record", age(patient.birth_date, newest)),
        ("Last record", day(newest)),
        ("Died", "yes, date not recorded" if patient.deceased == "yes" else day(patient.deceased)),
        ("Id", patient.id),
        (
            "Source",
            "your upload, not stored" if uploaded else patient.source if patient.source != DEFAULT_SOURCE else "",
        ),
    ]
    return tag(
        "header",
        tag("h2", patient.name or "Name not recorded", dir="auto", id="patient-name", tabindex=-1),
        tag(
            "dl",
            *(tag("div", tag("dt", name), tag("dd", value, dir="auto")) for name, value in facts if value),
            class_="facts",
        ),
        class_="patient",
    )


def age(birth_date: str, on: str) -> str:
    """Return the age in whole years on that day, or in months below two years; "" unless both days are known."""
    try:
        born, then = date.fromisoformat(birth_date[:10]), date.fromisoformat(on[:10])
    except ValueError:
        return ""
    months = (then.year - born.year) * 12 + then.month - born.month - (then.day < born.day)
    if months < 0:
        return ""
    return f"{months // 12} years" if months >= 24 else f"{months} month{'s' * (months != 1)}"


def safety_strip(ranked: Sequence[RankedItem], safety: Sequence[RankedItem]) -> Html:
    """Return the pinned items in the order given, the strongest in their colour, each with the reason it is here.

    Where no allergy is pinned it says so, with what the history itself says of that ("No known allergies").
    """
    known = any(entry.pinned and entry.pinned.category == ALLERGY for entry in safety)
    return tag(
        "section",
        tag("h3", "Safety", tag("span", "always shown, whatever the assessment", class_="aside")),
        "" if known else tag("p", _no_allergy(ranked), class_="safety-none", dir="auto"),
        tag("ul", *(_pinned(entry, entry.pinned) for entry in safety if entry.pinned), class_="pins") if safety else "",
        class_="safety",
        aria_label="Safety",
    )


def _no_allergy(ranked: Sequence[RankedItem]) -> str:
    denied = [
        f"“{entry.item.title}”" + (f" ({day(entry.item.date)})" if entry.item.date else "")
        for entry in ranked
        if entry.item.kind is Kind.ALLERGY and entry.item.standing is Standing.CURRENT and not entry.pinned
    ]
    if denied:
        return f"No active allergy is recorded; the history says {', '.join(denied)}."
    return "No active allergy is recorded. That is not the same as having none: ask."


def _pinned(entry: RankedItem, pin: Pin) -> Html:
    return tag(
        "li",
        tag(
            "button",
            tag("span", entry.item.title, class_="pin-title", dir="auto"),
            tag("span", tag("span", pin.category, class_="pin-category"), f" · {pin.reason}", class_="pin-why"),
            type="button",
            data_jump=entry.rank,
        ),
        class_=f"pin {level(pin)}",
    )


def level(pin: Pin) -> str:
    """Return how strongly a pin is coloured."""
    return "alert" if pin.category in STRONGEST else "caution"


def recall(ranked: Sequence[RankedItem]) -> Html:
    """Return what must not be given in one line that leads up to the strip, which is out of sight from the list."""
    pinned = [(entry.pinned.category, entry.item.title) for entry in ranked if entry.pinned]
    groups = {word: [title for category, title in pinned if category == named] for named, word in NAMED.items()}
    others = sum(category not in NAMED for category, _ in pinned)
    said = [
        "" if groups[NAMED[ALLERGY]] else "No active allergy recorded",
        *(f"{word}: {', '.join(titles)}" for word, titles in groups.items() if titles),
        f"{others} more to mind" if others else "",
    ]
    return tag("button", "; ".join(filter(None, said)), type="button", class_="recall", datarecall=True)


def matches(patients: Sequence[Patient], *, more: bool = False, upload: str = "") -> Html:
    """Return the patients to pick from, each a button.

    Args:
        patients: those to show.
        more: whether others matched as well.
        upload: the name of the upload they are in; "" for stored ones.
    """
    if not patients:
        return tag("p", "No patient matches. Try part of a name, an id or a birth date.", class_="aside", role="status")
    said = [
        tag("p", f"{len(patients)} patients are in this file: choose one.", class_="aside") if upload else "",
        tag("ul", *(_match(patient, upload) for patient in patients), class_="matches", aria_label="Patients"),
        tag("p", "More patients match: type more of the name.", class_="aside") if more else "",
    ]
    return join(said)


def _match(patient: Patient, upload: str) -> Html:
    return tag(
        "li",
        tag(
            "button",
            tag("span", patient.name or "Name not recorded", class_="who", dir="auto"),
            tag("span", _known_by(patient), class_="known-by", dir="auto"),
            tag("span", patient.id, class_="id"),
            type="button",
            data_source=patient.source,
            data_id=patient.id,
            data_upload=upload,
        ),
    )


def _known_by(patient: Patient) -> str:
    return " · ".join(filter(None, (patient.birth_date, patient.sex)))


def examples(assessments: Sequence[str]) -> Html:
    """Return example assessments as buttons that fill the box."""
    if not assessments:
        return Html("")
    return tag(
        "div",
        tag("span", "Try", class_="aside", id="examples-label"),
        *(tag("button", text, type="button", class_="example", data_text=text, title=text) for text in assessments),
        class_="examples",
        role="group",
        aria_labelledby="examples-label",
    )


def problem(message: str) -> Html:
    """Return a fault as one sentence, announced at once; a place it begins with (a file's name) stays as it is."""
    place = ":" in message.partition(";")[0]
    begun = message if place else message[:1].upper() + message[1:]
    return tag("p", f"{begun}{'' if message.endswith('.') else '.'}", class_="problem", role="alert")
