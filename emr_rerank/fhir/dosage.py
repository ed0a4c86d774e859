"""Dosage and timing in words: "500 mg by mouth twice daily as needed for pain". Knows nothing of medicines.

The prescriber's own text comes first; what only the structured fields say is put before or after it.
Formats: https://hl7.org/fhir/R4/dosage.html and https://hl7.org/fhir/R4/datatypes.html#Timing.
"""

from __future__ import annotations

import re

from emr_rerank.fhir.dates import period, when
from emr_rerank.fhir.dosage_terms import ABBREVIATIONS, DOSE_UNITS, MOMENTS, ROUTES, ROUTES_SAID, TIMES_SAID
from emr_rerank.fhir.elements import Element, body_site, concept, concepts, part, parts, words
from emr_rerank.fhir.plain_text import lower_first, title
from emr_rerank.fhir.quantities import TIME_UNITS, bounds, duration, number, plain_unit, plural, quantity, ratio

_DAYS = {
    "mon": "Monday",
    "tue": "Tuesday",
    "wed": "Wednesday",
    "thu": "Thursday",
    "fri": "Friday",
    "sat": "Saturday",
    "sun": "Sunday",
}
_TIMES = {"1": "once", "2": "twice", "3": "three times", "4": "four times"}
_ADVERBS = {"day": "daily", "week": "weekly", "month": "monthly", "year": "yearly", "hour": "hourly"}

_COUNT = r"(?:\d[\d.,/]*[½¼¾]?(?:\s*-)?\s*|[½¼¾]\s*|(?:one|two|three|four|five|six|half|an?)\s+)"
_HOW_MUCH = re.compile(  # "1-2 (one to two) tablets", but not the strength "5 mg/kg", nor "200 mL of water"
    rf"(?<![\w.,/]){_COUNT}(?:\([\w /-]+\)\s*)?(?:{DOSE_UNITS})\b"
    r"(?!\s*(?:/|\bper)\s*(?:\d|kg|m2|m²|ml|puff|dose|actuation))"
    r"(?!\)?\s*(?:of\s+)?(?:water|juice|milk|fluid|liquid|(?:normal\s+)?saline|sodium|dextrose|glucose))",
    re.IGNORECASE,
)
_NO_DOSE_FOLLOWS = re.compile(  # a limit, or what the dose is taken with
    r"(?:\b(?:with|in|into|over|per|than|up to)|\b(?:max(?:imum|imal)?|exceed(?:ing)?|limit)\b[^,;]{0,30})[\s.:]*$",
    re.IGNORECASE,
)
_BEFORE = 50  # characters before a number that such words are looked for in

_SAYS_AS_NEEDED = re.compile(
    r"\b(?:(?:as|if|when|where)[ -](?:needed|required|necessary)\b|p\.?r\.?n\b)(?P<why>\.? for\b)?", re.IGNORECASE
)
_SAYS_WHEN = re.compile(rf"(?<![\w.])(?:{TIMES_SAID})(?!\w)", re.IGNORECASE)
_SAYS_HOW_LONG = re.compile(r"\bfor (?:\d+|[a-z]+) (?:day|week|month)s?\b", re.IGNORECASE)
_SAYS_ROUTE = re.compile(rf"\b(?:{ROUTES_SAID})\b", re.IGNORECASE)
_SAYS_LIMIT = re.compile(r"\b(?:max(?:imum|imal)?|exceed(?:ing)?|limit|up to|(?:more|greater) than)\b", re.IGNORECASE)
_FOR_THE_MOUTH = re.compile(r"\b(?:tab(?:let)?|cap(?:sule|let)?|pill)s?\b", re.IGNORECASE)
_BOUNDS = frozenset({"boundsDuration", "boundsRange", "boundsPeriod"})
_INTERNATIONAL_UNITS = re.compile(r"(?<![\w.,])(\d+(?:[.,]\d+)*) ?i?u\b(?!-)", re.IGNORECASE)


def dosages(element: Element, field: str) -> str:
    """Return the Dosages of a field in words; one after another in sequence are joined with "then".

    Two at once that say the same are one; the same again later in the sequence is a step of its own.
    """
    found = parts(element, field)
    if len(found) > 1:
        found = sorted(found, key=_sequence)
    line, last = "", 0
    for text, sequence in dict.fromkeys((dosage(entry), _sequence(entry)) for entry in found):
        if text:
            link = "" if not line else ", then " if sequence > last else " and "
            line, last = f"{line}{link}{text}", sequence
    return line


def dosage(entry: Element) -> str:
    """Return one Dosage in words, "" where it says nothing. "U" and "IU", misread as "0" and "IV", are spelled out."""
    return _INTERNATIONAL_UNITS.sub(lambda found: plural(found[1], "unit"), _dosage(entry))


def _dosage(entry: Element) -> str:
    amount = _amount(entry)
    if said := title(entry.get("text")):
        gap = ", " if said[0].isdigit() else " "  # two numbers never run together: "40 mg, 2x/day"
        start = "" if not amount or _says_how_much(said) else f"{amount}{gap}"
        told = start + lower_first(said).rstrip(" .,;")
        more = _also_how(entry, said)
        apart = "," if more and ("," in said or told[-1:].isdigit()) else ""
        limit = "" if _SAYS_LIMIT.search(said) else _most(entry)
        return " ".join(filter(None, [told + apart, more, _also_as_needed(entry, said)])) + limit
    pieces = [
        amount,
        _route(entry),
        _site(entry),
        timing(part(entry, "timing")),
        _as_needed(entry),
        *(lower_first(text) for text in concepts(entry, "additionalInstruction")),
        lower_first(words(entry, "patientInstruction")),
    ]
    return " ".join(filter(None, pieces)) + _most(entry)


def timing(value: Element) -> str:
    """Return a Timing in words: "twice daily", "every 8 hours for 7 days", "on Monday at 08:00"."""
    repeat = part(value, "repeat")
    pieces = [_frequency(repeat), _days(repeat), _moments(repeat), _lasting(repeat)]
    said = " ".join(filter(None, pieces))
    if said:
        return said
    if abbreviation := concept(value.get("code")):
        return ABBREVIATIONS.get(abbreviation.upper(), abbreviation)
    events = [event for event in (when(str(day)) for day in value.get("event") or [] if isinstance(day, str)) if event]
    return f"on {', '.join(events)}" if events else ""


def _sequence(entry: Element) -> int:
    value = entry.get("sequence")
    return value if isinstance(value, int) else 0


def _amount(entry: Element) -> str:
    """Return how much: "500 mg", "1-2 tablets", "at 100 mL/h"; a bare number is called a dose, never "units"."""
    said = []
    amounts: list[Element] = [*parts(entry, "doseAndRate")]
    for given in amounts or [entry]:
        dose = given.get("doseQuantity") or given.get("dose")
        much = quantity(dose, trim=True) or bounds(given.get("doseRange"), trim=True)
        if much and isinstance(dose, dict) and not plain_unit(dose):
            much = f"dose {much}"
        rate = quantity(given.get("rateQuantity"), trim=True) or ratio(given.get("rateRatio"))
        rate = rate or bounds(given.get("rateRange"), trim=True)
        both = " ".join(filter(None, [much, f"at {rate}" if rate else ""]))
        if both and both not in said:
            said.append(both)
    return " or ".join(said)


def _says_how_much(text: str) -> bool:
    """Tell whether a text names a dose. In doubt it does not: an amount said twice harms less than one not said."""
    return any(
        not _NO_DOSE_FOLLOWS.search(text, max(0, found.start() - _BEFORE), found.start())
        for found in _HOW_MUCH.finditer(text)
    )


def _route(entry: Element) -> str:
    route = part(entry, "route")
    for coding in parts(route, "coding"):
        if known := ROUTES.get(words(coding, "code").lower()):
            return known
    named = concept(route)
    return ROUTES.get(named.lower(), lower_first(named))


def _site(entry: Element) -> str:
    site = body_site(concepts(entry, "site"))
    return f"({site})" if site else ""


def _as_needed(entry: Element) -> str:
    if reason := concept(entry.get("asNeededCodeableConcept")):
        return f"as needed for {lower_first(reason)}"
    return "as needed" if entry.get("asNeededBoolean") is True else ""


def _also_how(entry: Element, text: str) -> str:
    """Return the route and how often, where a text says nothing of either: "by mouth twice daily".

    How long is left out: it is the record's end. In doubt a text says it: two timings side by side could contradict.
    """
    plain = text.replace(".", "")
    route = "" if _SAYS_ROUTE.search(plain) else _route(entry)
    if route == ROUTES["po"] and _FOR_THE_MOUTH.search(plain):
        route = ""
    if _SAYS_WHEN.search(_SAYS_HOW_LONG.sub("", plain)):
        return route
    given = part(entry, "timing")
    repeat = {field: value for field, value in part(given, "repeat").items() if field not in _BOUNDS}
    often = timing({**given, "repeat": repeat})
    return " ".join(filter(None, [route, "" if often.casefold() in text.casefold() else often]))


def _also_as_needed(entry: Element, text: str) -> str:
    """Return what a text does not say of when to take it: "as needed for pain", "for pain", or nothing."""
    needed, told = _as_needed(entry), _SAYS_AS_NEEDED.search(text)
    if not needed or not told:
        return needed
    reason = needed.removeprefix("as needed").strip()
    return "" if told["why"] or reason.removeprefix("for ").casefold() in text.casefold() else reason


def _most(entry: Element) -> str:
    period_limit = part(entry, "maxDosePerPeriod")
    top, bottom = part(period_limit, "numerator"), part(period_limit, "denominator")
    limits = [
        f"{quantity(top, trim=True)} per {duration(bottom).removeprefix('1 ')}" if top and bottom else "",
        *(f"{most} per dose" for most in [quantity(entry.get("maxDosePerAdministration"), trim=True)] if most),
        *(f"{most} in a lifetime" for most in [quantity(entry.get("maxDosePerLifetime"), trim=True)] if most),
    ]
    said = ", ".join(filter(None, limits))
    return f", maximum {said}" if said else ""


def _frequency(repeat: Element) -> str:
    """Return how often: "twice daily", "every 8 hours", "1-2 times every 3 days"."""
    unit = TIME_UNITS.get(words(repeat, "periodUnit"))
    often, most = number(repeat.get("frequency"), trim=True), number(repeat.get("frequencyMax"), trim=True)
    length, longest = number(repeat.get("period"), trim=True), number(repeat.get("periodMax"), trim=True)
    count = number(repeat.get("count"), trim=True)
    if not unit or not length:
        return f"{count} times in all" if count and count != "1" else "once" if count else ""
    if longest and longest != length:
        length = f"{length}-{longest}"
    times = _TIMES.get(often or "1", f"{often} times")
    if most and most != often:
        times = f"{often or '0'}-{most} times"
    if length == "1" and not (unit == "hour" and times == "once"):
        rate = f"{times} {_ADVERBS[unit]}" if unit in _ADVERBS else f"{times} a {unit}"
    else:
        span = unit if length == "1" else plural(length, unit)
        rate = f"every {span}" if times == "once" else f"{times} every {span}"
    return f"{rate}, {count} times in all" if count and count != "1" else rate


def _days(repeat: Element) -> str:
    days = repeat.get("dayOfWeek")
    named = [_DAYS.get(str(code), str(code)) for code in days] if isinstance(days, list) else []
    return f"on {', '.join(named)}" if named else ""


def _moments(repeat: Element) -> str:
    moments, clock = repeat.get("when"), repeat.get("timeOfDay")
    said = [MOMENTS.get(str(code), str(code)) for code in moments] if isinstance(moments, list) else []
    if isinstance(clock, list) and clock:
        said.append("at " + ", ".join(str(hour)[:5] for hour in clock))
    if offset := number(repeat.get("offset"), trim=True):
        said = [f"{plural(offset, 'minute')} {' and '.join(said)}"] if said and offset != "0" else said
    return " and ".join(said)


def _lasting(repeat: Element) -> str:
    if span := duration(repeat.get("boundsDuration")):
        return f"for {span}"
    if span := bounds(repeat.get("boundsRange"), trim=True):
        return f"for {span}"
    start, end = period(repeat.get("boundsPeriod"))
    return when("", end) if end and not start else f"from {when(start, end)}" if end else ""
