"""Decides what is shown above the list whatever its score, and why. Knows a few drug classes until facts replace them.

Recall comes before precision here: a medicine pinned without need costs a line, one missed may cost more.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from emr_rerank.ranking.chronology import date_key, day
from emr_rerank.types import HistoryItem, Kind, Pin, Standing


@dataclass(frozen=True, slots=True)
class DrugClass:
    """A class of medicines, told by the beginning of an ATC code or of a word of the name."""

    atc: tuple[str, ...]
    names: re.Pattern[str]
    reason: str
    unless: re.Pattern[str] | None = None  # in the name or dosage: then it is not meant


def _words(beginnings: str) -> re.Pattern[str]:
    return re.compile(rf"\b({'|'.join(map(re.escape, beginnings.split()))})", re.I)


# Applied to a surface, these hardly reach the blood.
SURFACE = re.compile(
    r"\b(cream|ointment|gel|lotion|topical|eye|ear|ophthalmic|otic|nasal|inhal\w*|mouthwash|shampoo|scalp)\b", re.I
)
DRUG_CLASSES: Mapping[str, DrugClass] = {
    "anticoagulant": DrugClass(
        ("B01AA", "B01AB", "B01AE", "B01AF", "B01AX05"),
        _words(
            "acenocoumarol apixaban argatroban arixtra bemiparin bivalirudin clexane coumadin dabigatran dalteparin "
            "edoxaban eliquis enoxaparin fondaparinux fragmin heparin innohep lixiana lovenox nadroparin phenindione "
            "phenprocoumon pradaxa rivaroxaban savaysa tinzaparin warfarin xarelto"
        ),
        "bleeding risk",
    ),
    "immunosuppressant": DrugClass(
        ("L04", "L01BA01", "H02AB"),
        _words(
            "abatacept adalimumab alemtuzumab anakinra anifrolumab azathioprine baricitinib basiliximab belatacept "
            "belimumab betamethasone brodalumab canakinumab cellcept certolizumab ciclosporin cyclophosphamide "
            "cyclosporin deflazacort dexamethasone eculizumab etanercept everolimus fingolimod golimumab "
            "guselkumab humira hydrocortisone imuran infliximab ixekizumab leflunomide mercaptopurine methotrexate "
            "methylprednisolone mycophenol natalizumab neoral obinutuzumab ocrelizumab ofatumumab ozanimod "
            "prednisolone prednisone prograf rapamune ravulizumab remicade risankizumab rituximab ruxolitinib "
            "sandimmun sarilumab secukinumab siponimod sirolimus tacrolimus teriflunomide thymoglobulin tocilizumab "
            "tofacitinib triamcinolone upadacitinib ustekinumab vedolizumab"
        ),
        "infection risk",
        unless=SURFACE,
    ),
    "insulin": DrugClass(
        ("A10A",),
        _words(
            "actrapid apidra basaglar fiasp humalog humulin insulatard insulin lantus levemir novolin novolog "
            "novomix novorapid ryzodeg semglee toujeo tresiba"
        ),
        "hypoglycaemia risk",
    ),
    "opioid": DrugClass(
        ("N02A", "N07BC", "R05DA04"),
        _words(
            "alfentanil buprenorphine butorphanol codeine co-codamol co-dydramol diamorphine dihydrocodeine duragesic "
            "dolophine fentanyl hydrocodone hydromorphone levorphanol meperidine methadone morphine ms-contin "
            "nalbuphine norco opium oramorph oxycodone oxycontin oxymorphone pentazocine percocet pethidine "
            "remifentanil suboxone sufentanil tapentadol tramadol ultram vicodin"
        ),
        "sedation and breathing risk",
    ),
}

IMPLANT = re.compile(
    r"pacemaker|pacing|defibrillator|\bicds?\b|\bcrt-?[pd]?\b|implant|prosthe|\bstents?\b|\bshunt|\bvalves?\b|stimulator"
    r"|\bpumps?\b|\bport(acath|-a-cath)?s?\b|\bgrafts?\b|arthroplasty|(joint|hip|knee|shoulder) replacement"
    r"|loop recorder|intrauterine|\bi(uc)?ds?\b|\bcoils?\b|\bclips?\b|assist device|\blvad\b|vena cava filter|\bmesh\b",
    re.I,
)
LENS = re.compile(r"\blens\b", re.I)  # after a cataract nearly everybody has one, and it asks for no caution
REMOVAL = re.compile(r"\b(remov(al|ed?|ing)|explant\w*|extraction)\b", re.I)
PREGNANT = re.compile(r"pregnan|gravid|antenatal|trimester|intrauterine gestation", re.I)
NOT_PREGNANT = re.compile(
    r"\bnot\b|\bno\b|negative|history of|previous|postpartum|prevent|contracepti"
    r"|miscarr|abortion|terminat|stillb|test$",
    re.I,
)
NO_ALLERGY = re.compile(
    r"\bno (known |current )?((drug|food|medication|environmental|latex) )*allerg|\bnkd?a\b|\bnil known", re.I
)
NO_ALLERGY_CODES = frozenset({"716186003", "409137002", "429625007", "428607008", "428197003", "1003774007"})

TERM_DAYS = 300  # a positive finding of pregnancy older than this, before the chart's newest date, has ended


def _allergy(item: HistoryItem, _: str) -> Pin | None:
    if item.kind is not Kind.ALLERGY or item.standing is not Standing.CURRENT:
        return None
    codes = {code.rpartition("|")[2] for code in item.head.codes}
    if NO_ALLERGY.search(item.title) or codes & NO_ALLERGY_CODES:
        return None
    known = ", ".join(filter(None, (item.head.flag, item.head.value)))
    return Pin("allergy", known or f"{item.status or 'recorded'}; reaction not recorded")


def _pregnancy(item: HistoryItem, today: str) -> Pin | None:
    if item.standing is not Standing.CURRENT:
        return None
    if item.kind is Kind.CONDITION and PREGNANT.search(item.title) and not NOT_PREGNANT.search(item.title):
        return Pin("pregnancy", "recorded as active")
    if item.kind is Kind.OBSERVATION and PREGNANT.search(item.title) and _positive(item.head.value):
        return Pin("pregnancy", f"found on {day(item.date)}") if _within_term(item.date, today) else None
    return None


def _positive(value: str) -> bool:
    return bool(re.search(r"positive|pregnant|detected|\byes\b|true", value, re.I)) and not NOT_PREGNANT.search(value)


def _within_term(found: str, today: str) -> bool:
    try:
        return (date.fromisoformat(today[:10]) - date.fromisoformat(found[:10])).days <= TERM_DAYS
    except ValueError:  # a date without a day, or none: the safe reading
        return True


def _device(item: HistoryItem, _: str) -> Pin | None:
    if not IMPLANT.search(item.title) or LENS.search(item.title):
        return None
    if item.kind is Kind.DEVICE and item.standing is Standing.CURRENT:
        return Pin("implanted device", "recorded as in place")
    placed = item.standing in {Standing.CURRENT, Standing.PAST} and not REMOVAL.search(item.title)
    if item.kind is Kind.PROCEDURE and placed:
        return Pin("implanted device", "placed in a procedure")
    return None


def _medicine(item: HistoryItem, _: str) -> Pin | None:
    if item.kind is not Kind.MEDICATION or item.standing is not Standing.CURRENT:
        return None
    for category, drugs in DRUG_CLASSES.items():
        if drugs.unless and drugs.unless.search(f"{item.title} {item.head.dose}"):
            continue
        if drugs.names.search(item.title) or _has_code(item, drugs.atc):
            return Pin(category, f"{item.status or 'recorded'} medicine: {drugs.reason}")
    return None


def _has_code(item: HistoryItem, prefixes: tuple[str, ...]) -> bool:
    return any(
        code.rpartition("|")[2].upper().startswith(prefixes) for code in item.head.codes if "atc" in code.lower()
    )


# In the order the strip shows them; the first rule that speaks, counts.
RULES: Sequence[Callable[[HistoryItem, str], Pin | None]] = (_allergy, _pregnancy, _medicine, _device)
CATEGORIES = ("allergy", "pregnancy", *DRUG_CLASSES, "implanted device")


def pin(item: HistoryItem, today: str) -> Pin | None:
    """Return why an item belongs in the safety strip, or None. `today` is the chart's newest date, not the clock's."""
    return next((found for rule in RULES if (found := rule(item, today))), None)


def latest_date(items: Sequence[HistoryItem]) -> str:
    """Return the newest date in the history; "" if it has none."""
    return max((item.members[0].date for item in items), key=date_key, default="")
