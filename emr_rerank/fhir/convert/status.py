"""What each resource type's status codes mean for a reader today. Tables, and how a status is found in them.

A status that is missing, unknown or outside its code list is read as current, the safe reading, and keeps its text.
Codes: the required value sets of https://hl7.org/fhir/R4/ (R4B has the same ones).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from emr_rerank.fhir.elements import code_among, concept
from emr_rerank.types import Standing

Meanings = Mapping[str, Standing]

_CURRENT, _PAST, _PLANNED = Standing.CURRENT, Standing.PAST, Standing.PLANNED
_NOT_DONE, _ERROR = Standing.NOT_DONE, Standing.ENTERED_IN_ERROR

CONDITION: Meanings = {
    "active": _CURRENT,
    "recurrence": _CURRENT,
    "relapse": _CURRENT,
    "inactive": _PAST,
    "remission": _PAST,
    "resolved": _PAST,
}
ALLERGY: Meanings = {"active": _CURRENT, "inactive": _PAST, "resolved": _PAST}
VERIFICATION: Meanings = {
    "refuted": Standing.REFUTED,
    "entered-in-error": _ERROR,
    "unconfirmed": _CURRENT,
    "provisional": _CURRENT,
    "differential": _CURRENT,
    "presumed": _CURRENT,
    "confirmed": _CURRENT,
}
MEDICATION: Meanings = {  # of requests, statements and administrations together: their codes do not clash
    "active": _CURRENT,
    "in-progress": _CURRENT,
    "on-hold": _CURRENT,
    "unknown": _CURRENT,
    "draft": _PLANNED,
    "intended": _PLANNED,
    "completed": _PAST,
    "stopped": _PAST,
    "cancelled": _NOT_DONE,
    "not-done": _NOT_DONE,
    "not-taken": _NOT_DONE,
    "entered-in-error": _ERROR,
}
EVENT: Meanings = {  # of procedures, immunizations and impressions
    "preparation": _PLANNED,
    "in-progress": _CURRENT,
    "on-hold": _CURRENT,
    "unknown": _CURRENT,
    "completed": _PAST,
    "stopped": _PAST,
    "not-done": _NOT_DONE,
    "entered-in-error": _ERROR,
}
IMPRESSION: Meanings = {**EVENT, "completed": _CURRENT}  # an assessment that was finished still holds
RESULT: Meanings = {  # of observations, reports and compositions
    "registered": _PLANNED,
    "partial": _CURRENT,
    "preliminary": _CURRENT,
    "final": _CURRENT,
    "amended": _CURRENT,
    "corrected": _CURRENT,
    "appended": _CURRENT,
    "unknown": _CURRENT,
    "cancelled": _NOT_DONE,
    "entered-in-error": _ERROR,
}
DOCUMENT: Meanings = {"current": _CURRENT, "superseded": _PAST, "entered-in-error": _ERROR}
ENCOUNTER: Meanings = {
    "planned": _PLANNED,
    "arrived": _CURRENT,
    "triaged": _CURRENT,
    "in-progress": _CURRENT,
    "onleave": _CURRENT,
    "unknown": _CURRENT,
    "finished": _PAST,
    "cancelled": _NOT_DONE,
    "entered-in-error": _ERROR,
}
CARE_PLAN: Meanings = {
    "draft": _PLANNED,
    "active": _CURRENT,
    "on-hold": _CURRENT,
    "unknown": _CURRENT,
    "revoked": _PAST,
    "completed": _PAST,
    "entered-in-error": _ERROR,
}
GOAL: Meanings = {
    "proposed": _PLANNED,
    "planned": _PLANNED,
    "accepted": _CURRENT,
    "active": _CURRENT,
    "on-hold": _CURRENT,
    "completed": _PAST,
    "cancelled": _PAST,
    "rejected": _NOT_DONE,
    "entered-in-error": _ERROR,
}
DEVICE: Meanings = {"active": _CURRENT, "inactive": _PAST, "unknown": _CURRENT, "entered-in-error": _ERROR}
FAMILY_HISTORY: Meanings = {
    "partial": _CURRENT,
    "completed": _CURRENT,
    "health-unknown": _CURRENT,
    "entered-in-error": _ERROR,
}


@dataclass(frozen=True, slots=True)
class Status:
    """A status as its resource words it, and how it is to be read."""

    word: str = ""
    standing: Standing = Standing.CURRENT

    @property
    def shown(self) -> str:
        """Return the word as a line shows it: "not-done" -> "not done"."""
        return self.word.replace("-", " ")


_NOTHING = Status()


def read_status(value: object, meanings: Meanings) -> Status:
    """Return the status that a code or CodeableConcept gives; one that no table knows keeps its text and is current."""
    if not value:
        return _NOTHING
    if isinstance(value, str) and value in meanings:
        return Status(value, meanings[value])
    code = code_among(value, meanings)
    return Status(code, meanings[code]) if code else Status(concept(value))


def verified(clinical: Status, verification: object, *, ended: bool = False) -> tuple[Status, str]:
    """Return the status of what may have been excluded or recorded in error, and the word for how sure it is.

    Refuted and entered in error go before any clinical status. `ended` says that the record tells when it was over:
    then it is past, unless a clinical status says otherwise.
    """
    sure = read_status(verification, VERIFICATION)
    if sure.standing is not Standing.CURRENT:
        return sure, ""
    doubt = "" if sure.word == "confirmed" else sure.shown
    if clinical.word:
        return clinical, doubt
    return Status(sure.word, Standing.PAST if ended else Standing.CURRENT), ""
