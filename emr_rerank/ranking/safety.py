"""Decides what is shown above the list whatever its score, and why. Knows words and standings, no drug, no scores.

Recall comes before precision here: a line pinned without need costs a moment, one missed may cost more.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from typing import get_args

from emr_rerank.ranking.chronology import date_key, day
from emr_rerank.types import DrugCategory, HistoryItem, Kind, Pin, SafetyClass, Standing

ALLERGY, INTOLERANCE, DO_NOT_GIVE, PREGNANCY, IMPLANT = (
    "allergy",
    "intolerance",
    "do not give",
    "pregnancy",
    "implanted device",
)
CATEGORIES: tuple[str, ...] = (ALLERGY, INTOLERANCE, DO_NOT_GIVE, PREGNANCY, *get_args(DrugCategory), IMPLANT)
"""In the order the strip shows them."""

TERM_DAYS = 300  # a finding of pregnancy older than this, before the chart's newest date, has ended

# The whole title, or it would silence "Penicillin (no allergy to cephalosporins)".
_NO_ALLERGY = re.compile(
    r"(?!.*\b(except|other than|but|apart from)\b)"
    r"((no|nil|none)\b.*\b(known|recorded|reported|allerg\w*|adverse)\b.*|none|nk[dfea]?a|ndka|not on file"
    r"|(patient )?denies\b.*|not allergic\b.*|negative\b.*)",
    re.I,
)
_NO_ALLERGY_CODES = frozenset({"716186003", "409137002", "429625007", "428607008", "428197003", "1003774007"})
_ALLERGIC = re.compile(
    r"\b(allerg(y|ic) to\b|\w+ (drug |food )?allergy\b|anaphylaxis (to|due to)\b|anaphylactic\b)", re.I
)
_NOT_ALLERGIC = re.compile(r"\b(no|not|family|resolved|test(ing)?|seasonal)\b", re.I)

_PREGNANT = re.compile(
    r"pregnan|\bgravid\b|antenatal|antepartum|trimester|gestation|pre-?eclampsia|placenta pr(a)?evia|preterm labou?r"
    r"|threatened (miscarriage|abortion)",
    re.I,
)
_NOT_PREGNANT = re.compile(
    r"^(history|hx|h/o|previous|past|family|number|planning|desire|wish)\b|\bnot pregnant|\bno pregnancy|\bnegative"
    r"|post-?partum|postnatal|puerper|prevent|contracepti|(?<!threatened )(miscarriage|abortion)|terminat|stillb"
    r"|intent|trying|wants|previous pregnanc|\bparity\b|hydatid",
    re.I,
)
_PREGNANCY_SIGN = re.compile(
    r"pregnan|\bhcg\b|choriogonadotropin|gestational age|date of delivery|due date|\bedd\b", re.I
)
_POSITIVE = re.compile(
    r"\s*(yes|true|pos(itive)?\b|\+|detected|present|pregnant|patient (is )?(currently )?pregnant)", re.I
)
_DATED_PREGNANCY = re.compile(r"gestational age|date of delivery|due date|\bedd\b", re.I)
_HCG_POSITIVE = 25.0  # IU/L: above what any healthy non-pregnant person has

_IMPLANTED = re.compile(
    r"pacemaker|pacing|defibrillator|\b(a?icds?|crt-?[pd]?)\b|resynchroni[sz]ation|implant|prosthe|\bstents?\b|\bdes\b"
    r"|\bshunts?\b|\bvalves?\b|\bt?avr\b|\btavi\b|\bevar\b|\btips\b|stimulat(or|ion lead)|\bdbs\b|watchman|occluder"
    r"|intrathecal pump|drug pump|\bport(acath|-a-cath)?s?\b|\bgrafts?\b|arthroplasty|loop recorder|intrauterine device"
    r"|intrauterine system|\biu(c?d|s)s?\b|(replacement of|replacement)\b.*\b(hip|knee|shoulder|joint|valve)"
    r"|\b(hip|knee|shoulder|joint|valve|aortic root)\b.*replacement|\b(coil|clip)(s|ping|ing)?\b|assist device|\blvad\b"
    r"|vena cava filter|\bmesh\b|\b(spinal|harrington|fixation) (rods?|screws?|plates?)|\b(rods|nail|screws|plating)\b"
    r"|\bpicc\b|hickman|tunnel+ed (line|catheter)|tenckhoff|gastric band|cochlear|nexplanon|abandoned .*lead",
    re.I,
)
_NOT_IMPLANTED = re.compile(
    r"\blens\b|(skin|bone) graft|off-pump|breast (pump|feed)|embryo|port[- ]site|dental|ultrasound|echocardiogra"
    r"|(infusion|insulin|feeding) pump|holding chamber|nail (bed|avulsion|care)|toenail",
    re.I,
)
_REMOVED = re.compile(r"\b(remov(al|ed?|ing)|explant\w*|extraction)\b(?!.*\b(replac|exchang|insert))", re.I)
_IN_PLACE = re.compile(r"\b(presence of|in situ|present|status post|s/p)\b", re.I)


def pin(item: HistoryItem, today: str, drugs: SafetyClass | None = None) -> Pin | None:
    """Return why an item belongs in the safety strip, or None.

    `today` is the chart's newest date, not the clock's; `drugs` the safety class of a medicine that has one.
    """
    if item.standing in {Standing.REFUTED, Standing.ENTERED_IN_ERROR}:
        return None
    return next((found for rule in RULES if (found := rule(item, today, drugs))), None)


def latest_date(items: Sequence[HistoryItem]) -> str:
    """Return the newest date in the history of what was not merely planned; "" if it has none."""
    happened = (item.date for item in items if item.standing is not Standing.PLANNED)
    return max(happened, key=date_key, default="")


def _allergy(item: HistoryItem, _: str, __: object) -> Pin | None:
    if item.standing is not Standing.CURRENT:
        return None
    if item.kind is Kind.CONDITION and _ALLERGIC.search(item.title) and not _NOT_ALLERGIC.search(item.title):
        return Pin(ALLERGY, f"recorded as {_bracket(item) or 'a problem'}")
    codes = {code.rpartition("|")[2] for code in item.head.codes}
    if item.kind is not Kind.ALLERGY or _NO_ALLERGY.fullmatch(item.title.strip(" .")) or codes & _NO_ALLERGY_CODES:
        return None
    doubt = _bracket(item).removeprefix("active").strip(", ")
    risk = item.head.flag or ("low criticality" if "low criticality" in item.text else "")
    reason = ", ".join(filter(None, (doubt, risk, item.head.value or "reaction not recorded")))
    return Pin(INTOLERANCE if item.text.startswith("Intolerance") else ALLERGY, reason)


def _bracket(item: HistoryItem) -> str:
    """Return what the line says in its first brackets: "active, unconfirmed"."""
    found = re.match(r"[\w ]+\(([^)]*)\)", item.text)
    return found[1] if found else ""


def _pregnancy(item: HistoryItem, today: str, _: object) -> Pin | None:
    if item.standing is not Standing.CURRENT or _NOT_PREGNANT.search(item.title):
        return None
    if item.kind is Kind.CONDITION and _PREGNANT.search(item.title):
        return Pin(
            PREGNANCY, f"recorded as {_bracket(item) or 'a problem'}" + (f" since {day(item.date)}" * bool(item.date))
        )
    if item.kind is Kind.OBSERVATION and _PREGNANCY_SIGN.search(item.title) and _shows_pregnancy(item):
        return Pin(PREGNANCY, f"found on {day(item.date)}") if _within(TERM_DAYS, item.date, today) else None
    return None


def _shows_pregnancy(item: HistoryItem) -> bool:
    value = item.head.value
    if _NOT_PREGNANT.search(value):
        return False
    numbers = [measurement.value for measurement in item.head.measurements]
    return bool(
        _POSITIVE.match(value)
        or (value and _DATED_PREGNANCY.search(item.title))
        or (numbers and not _DATED_PREGNANCY.search(item.title) and numbers[0] > _HCG_POSITIVE)
    )


def _within(days: int, found: str, today: str) -> bool:
    try:
        return (date.fromisoformat(today[:10]) - date.fromisoformat(found[:10])).days <= days
    except ValueError:  # a date without a day, or none: the safe reading
        return True


def _medicine(item: HistoryItem, today: str, drugs: SafetyClass | None) -> Pin | None:
    pump = item.kind in {Kind.DEVICE, Kind.MEDICATION} and re.search(r"insulin pump", item.title, re.I)
    if pump and drugs is None and item.standing is Standing.CURRENT:
        return Pin("insulin", "insulin pump")
    if item.kind is not Kind.MEDICATION:
        return None
    if item.status == "do not give":
        return Pin(DO_NOT_GIVE, f"ordered {day(item.date)}" if item.date else "ordered")
    if drugs is None:
        return None
    if item.standing is Standing.CURRENT:
        said = ", ".join(filter(None, (item.status, item.head.dose)))
        return Pin(drugs.category, f"{drugs.reason}; {said}" if said else drugs.reason)
    given = item.standing is Standing.PAST and item.reference.startswith("MedicationAdministration/")
    if given and _within(drugs.lasting_days, item.date, today):
        return Pin(drugs.category, f"{drugs.reason}; given on {day(item.date)}")
    return None


def _implant(item: HistoryItem, _: str, __: object) -> Pin | None:
    if not _IMPLANTED.search(item.title) or _NOT_IMPLANTED.search(item.title) or _REMOVED.search(item.title):
        return None
    dated = f" on {day(item.date)}" if item.date else ""
    if item.kind is Kind.CONDITION and item.standing is Standing.CURRENT and _IN_PLACE.search(item.title):
        return Pin(IMPLANT, "recorded as present")
    if item.kind is Kind.PROCEDURE and item.standing in {Standing.CURRENT, Standing.PAST}:
        return Pin(IMPLANT, f"procedure{dated}")
    if item.kind is not Kind.DEVICE:
        return None
    if item.standing is Standing.CURRENT:
        return Pin(IMPLANT, _note(item) or "recorded as in place")
    if item.standing is Standing.PAST and not _REMOVED.search(item.text):
        return Pin(IMPLANT, ", ".join(filter(None, (f"{item.status}, may still be in the body", _note(item)))))
    return None


def _note(item: HistoryItem) -> str:
    return item.head.text.partition("; note: ")[2]


# The first rule that speaks, counts.
RULES: Sequence[Callable[[HistoryItem, str, SafetyClass | None], Pin | None]] = (
    _allergy,
    _pregnancy,
    _medicine,
    _implant,
)
