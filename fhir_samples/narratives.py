"""The words a chart is written in: notes, letters, assessments, plans and goals. Knows no patient, see `vocabulary`."""

from __future__ import annotations

from base64 import b64encode
from html import escape
from textwrap import dedent

from fhir_samples.codes import concept, quantity
from fhir_samples.vocabulary import Resource, filled, link, moment, notes, period, term

PLANNED_WORK = ("scheduled", "in-progress", "completed", "not-started", "on-hold", "cancelled")


def plain(written: str) -> str:
    """Return a note as typed in the chart's source, without the source's indentation."""
    return dedent(written).strip()


def note(key: str, title: str, date: str, written: str, *, by: str = "", status: str = "current") -> Resource:
    """Return a DocumentReference holding a plain-text note in base64."""
    data = b64encode(plain(written).encode()).decode("ascii")
    return filled(
        resourceType="DocumentReference",
        id=f"doc-{key}",
        status=status,
        type=concept(title),
        date=moment(date if "T" in date else f"{date}T12:00"),
        author=[link(by)] if by else [],
        description=title,
        content=[{"attachment": {"contentType": "text/plain; charset=utf-8", "data": data, "title": title}}],
    )


def scanned(key: str, title: str, date: str) -> Resource:
    """Return a DocumentReference to a scanned page that is not in the bundle."""
    attachment = {"contentType": "application/pdf", "title": title, "url": f"https://documents.example.org/{key}.pdf"}
    return filled(
        resourceType="DocumentReference",
        id=f"doc-{key}",
        status="current",
        type=concept(title),
        date=moment(f"{date}T12:00"),
        content=[{"attachment": attachment}],
    )


def letter(
    key: str,
    title: str,
    date: str,
    sections: dict[str, str],
    *,
    by: str = "Medical team",
    entries: dict[str, str] | None = None,
) -> Resource:
    """Return a Composition with titled sections; `entries` names another entry for a section."""
    linked = entries or {}
    return filled(
        resourceType="Composition",
        id=f"comp-{key}",
        status="final",
        type=concept(title),
        date=moment(date),
        author=[link(by)],
        title=title,
        section=[
            filled(
                title=heading,
                text={
                    "status": "additional",
                    "div": f'<div xmlns="http://www.w3.org/1999/xhtml">{escape(plain(words), quote=False)}</div>',
                },
                entry=[link(linked[heading])] if heading in linked else [],
            )
            for heading, words in sections.items()
        ],
    )


def impression(
    key: str, date: str, summary: str, *, about: str = "", findings: tuple[str, ...] = (), by: str = "", note: str = ""
) -> Resource:
    """Return a ClinicalImpression: an earlier assessment; `findings` are words or other entries."""
    return filled(
        resourceType="ClinicalImpression",
        id=f"imp-{key}",
        status="completed",
        description=about,
        effectiveDateTime=moment(date),
        date=moment(date),
        assessor=link(by) if by else {},
        summary=summary,
        finding=[
            {"itemReference": link(found)} if found.startswith("@") else {"itemCodeableConcept": concept(found)}
            for found in findings
        ],
        note=notes(note),
    )


def plan(
    key: str,
    title: str,
    since: str,
    work: dict[str, str],
    *,
    until: str = "",
    status: str = "",
    about: str = "",
    addresses: tuple[str, ...] = (),
    goals: tuple[str, ...] = (),
) -> Resource:
    """Return a CarePlan; `work` maps each activity to its state (scheduled, in-progress, completed, ...)."""
    if wrong := set(work.values()) - set(PLANNED_WORK):
        raise ValueError(f"care plan {key}: unknown state {sorted(wrong)}; use one of {PLANNED_WORK}")
    return filled(
        resourceType="CarePlan",
        id=f"plan-{key}",
        status=status or ("completed" if until else "active"),
        intent="plan",
        title=title,
        description=about,
        period=period(since, until),
        addresses=[link(address) for address in addresses],
        goal=[link(goal) for goal in goals],
        activity=[{"detail": {"status": state, "description": what}} for what, state in work.items()],
    )


def goal(
    key: str,
    words: str,
    since: str,
    *,
    below: tuple[str, str, str] | None = None,
    status: str = "active",
    achieved: str = "",
    addresses: tuple[str, ...] = (),
    note: str = "",
) -> Resource:
    """Return a Goal; `below` is (measure, value, unit) of a target to stay under."""
    target = [{"measure": concept(below[0]), "detailQuantity": quantity(f"<{below[1]}", below[2])}] if below else []
    return filled(
        resourceType="Goal",
        id=f"goal-{key}",
        lifecycleStatus=status,
        achievementStatus=term("goal-achievement", achieved) if achieved else {},
        description=concept(words),
        startDate=since,
        target=target,
        addresses=[link(address) for address in addresses],
        note=notes(note),
    )
