"""The one place where a Record and its line are put together. Knows how lines read, not what resources hold.

A line is `Label (marks): head, fact, fact; tail: text; tail: text`. Its last tail warns of what could not be read.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from emr_rerank.fhir.convert.status import Status
from emr_rerank.fhir.elements import codes, parts, qualified
from emr_rerank.fhir.plain_text import LONGEST_TAIL, body, cut, one_line
from emr_rerank.fhir.resource import Resource
from emr_rerank.types import Kind, Measurement, Record

NOT_NAMED = "not named"
SAYING_NOTHING = frozenset(
    {
        "http://terminology.hl7.org/codesystem/v3-nullflavor",
        "http://hl7.org/fhir/v3/nullflavor",
        "urn:oid:2.16.840.1.113883.5.1008",
        "http://terminology.hl7.org/codesystem/data-absent-reason",
        "http://hl7.org/fhir/data-absent-reason",
    }
)
"""Code systems, in lower case, of why something is not coded: no thing is what its code in them says."""

QUALIFIED = "has a qualifier that is not shown"


@dataclass(frozen=True, slots=True)
class Line:
    """What a record's line says, piece by piece; empty pieces are left out.

    `head` stands where the title would, if the title alone says too little. `tails` are (word, text) pairs; a text too
    long for the line is cut there and goes to the body whole.
    """

    label: str
    marks: Sequence[str] = ()
    head: str = ""
    facts: Sequence[str] = ()
    tails: Sequence[tuple[str, str]] = ()


def compose(
    resource: Resource,
    kind: Kind,
    title: str,
    status: Status,
    line: Line,
    *,
    coded: Iterable[object] = (),
    code: str = "",
    date: str = "",
    end: str = "",
    value: str = "",
    measurements: tuple[Measurement, ...] = (),
    flag: str = "",
    dose: str = "",
    body_site: str = "",
    reason: str = "",
    narrative: Sequence[str] = (),
) -> Record:
    """Return the record of a resource.

    What it is (`code`) is its first coding, else its title in lower case, else, where it has no name at all or only
    "unknown" for one, its own reference: two things without a name are not one thing.
    """
    reference = f"{resource.get('resourceType', '')}/{resource.get('id', '')}"
    concepts = tuple(coded)
    every_code = tuple(found for found in codes(*concepts) if not _says_nothing(found.partition("|")[0]))
    named = one_line(title)
    what = "" if not every_code and named in _empty_words(concepts) else named.casefold()
    text, overlong = _text(line, named or NOT_NAMED)
    if qualified(resource):
        text = f"{text}; note: {QUALIFIED}"
    below = [*overlong, *(clean for entry in narrative if entry and (clean := body(entry)))]
    return Record(
        reference=one_line(reference),
        kind=kind,
        title=named or NOT_NAMED,
        text=text,
        code=code or (every_code[0] if every_code else what or reference),
        codes=every_code,
        date=date,
        end=end,
        status=status.word,
        standing=status.standing,
        value=one_line(value),
        measurements=measurements,
        flag=one_line(flag),
        dose=one_line(dose),
        body_site=one_line(body_site),
        reason=one_line(reason),
        body="\n\n".join(below) if below else "",
    )


def _says_nothing(system: object) -> bool:
    return one_line(system).lower().rstrip("/") in SAYING_NOTHING


def _empty_words(concepts: Iterable[object]) -> set[str]:
    """Return the words and codes of codings that say nothing: "Unknown", "UNK"."""
    codings = [coding for concept in concepts if isinstance(concept, dict) for coding in parts(concept, "coding")]
    silent = [coding for coding in codings if _says_nothing(coding.get("system"))]
    return {one_line(coding.get(field)) for coding in silent for field in ("display", "code")}


def _text(line: Line, title: str) -> tuple[str, list[str]]:
    """Return the line, and the texts that were too long for it."""
    marks = ", ".join(filter(None, line.marks))
    label = f"{line.label} ({marks})" if marks else line.label
    text = ", ".join(filter(None, [f"{label}: {line.head or title}", *line.facts]))
    overlong = []
    for word, said in line.tails:
        if said:
            flat = one_line(said)
            if len(flat) > LONGEST_TAIL:
                overlong.append(f"{word[0].upper()}{word[1:]}: {body(said)}")
                flat = cut(flat)
            text = f"{text}; {word}: {flat}"
    return one_line(text), overlong
