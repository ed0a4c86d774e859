"""The one place where a Record and its line are put together. Knows how lines read, not what resources hold.

A line is `Label (marks): head, fact, fact; tail: text; tail: text`. Its last tail warns of what could not be read.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from emr_rerank.fhir.convert.status import Status
from emr_rerank.fhir.elements import codes, qualified
from emr_rerank.fhir.plain_text import LONGEST_TAIL, body, cut, one_line
from emr_rerank.fhir.resource import Resource
from emr_rerank.types import Kind, Measurement, Record

NOT_NAMED = "not named"
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

    What it is (`code`) is its first coding, else its title in lower case, else, where it has no name at all, its own
    reference: two things without a name are not one thing.
    """
    reference = f"{resource.get('resourceType', '')}/{resource.get('id', '')}"
    every_code = codes(*coded)
    named = one_line(title)
    text, overlong = _text(line, named or NOT_NAMED)
    if qualified(resource):
        text = f"{text}; note: {QUALIFIED}"
    below = [*overlong, *(clean for entry in narrative if entry and (clean := body(entry)))]
    return Record(
        reference=one_line(reference),
        kind=kind,
        title=named or NOT_NAMED,
        text=text,
        code=code or (every_code[0] if every_code else named.casefold() or reference),
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
