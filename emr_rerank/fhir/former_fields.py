"""Fields of other FHIR versions that say whether a thing holds at all, and how R4 says it. Knows nothing of faults.

Left out, such a field turns a meaning round: what was never taken would read as taken. Each reading gets the object
that holds the field and the field's value, and returns the R4 fields to set in its place (none where R4 needs none), or
None where that is not plain. `may_turn_round` names the fields that nobody can read and that must not be left out.
Sources: https://hl7.org/fhir/DSTU2/, https://hl7.org/fhir/STU3/ and https://hl7.org/fhir/R5/, each type's page.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from emr_rerank.fhir import spelling
from emr_rerank.fhir.elements import code_among
from emr_rerank.fhir.resource import Json, Resource

Reading = Callable[[Resource, Json], Mapping[str, Json] | None]

_CLINICAL = "http://terminology.hl7.org/CodeSystem/condition-clinical"
_OVER = dict.fromkeys(("inactive", "remission", "resolved"))
_IN_ERROR = "entered-in-error"
_TAKEN: Mapping[str, bool] = {"y": True, "n": False, "unk": True, "na": True}  # true: its status stands as it is
_ADHERENCE: Mapping[str, str] = {
    "taking": "active",
    "taking-as-directed": "active",
    "taking-not-as-directed": "active",
    "not-taking": "not-taken",
    "not-taking-as-directed": "not-taken",
    "on-hold": "on-hold",
    "on-hold-as-directed": "on-hold",
    "stopped": "stopped",
    "stopped-as-directed": "stopped",
    "unknown": "unknown",
}
_ONE_STATUS: Mapping[str, str] = {  # what R4 has in two fields
    "active": "clinicalStatus",
    "inactive": "clinicalStatus",
    "resolved": "clinicalStatus",
    "unconfirmed": "verificationStatus",
    "provisional": "verificationStatus",
    "differential": "verificationStatus",
    "confirmed": "verificationStatus",
    "refuted": "verificationStatus",
    _IN_ERROR: "verificationStatus",
}
_DENIALS = ("wasNotTaken", "notGiven", "wasNotGiven", "notDone", "notPerformed")

_NEGATING = re.compile(
    r"(?-i:(?:^not|Not)(?![a-z]))|negat|refut|exclu|adheren|prohibit|abate|absent|in[_ -]?error|^(?:taken|status)$|"
    r"(?:verification|clinical)[_ -]?status",
    re.IGNORECASE,
)
"""Names of fields that may say the opposite of their resource (`notDone` and `wasNotGiven` of earlier FHIR versions):
without them a vaccination refused would read as one given."""

_AFFIRMING = re.compile(
    r"(?:is_?|was_?)?(?:active|confirmed|current|done|given|performed|present|valid)", re.IGNORECASE
)
"""Names of fields that say it where they are false."""

_NO = frozenset({"false", "no", "n", "0"})
_SAYS_NOTHING_AGAINST = frozenset({"active", "completed", "confirmed", "current", "final", "unknown"})


def _status(holder: Resource, status: str) -> Mapping[str, Json]:
    return {} if code_among(holder.get("status"), {_IN_ERROR: None}) else {"status": status}


def _taken(holder: Resource, value: Json) -> Mapping[str, Json] | None:
    taken = _TAKEN.get(code_among(value, _TAKEN))
    return None if taken is None else {} if taken else _status(holder, "not-taken")


def _adherence(holder: Resource, value: Json) -> Mapping[str, Json] | None:
    said = code_among(value.get("code") if isinstance(value, dict) else value, _ADHERENCE)
    status = _ADHERENCE.get(said)
    if status in ("active", "unknown") and holder.get("status") not in (None, "recorded"):  # R5's word for all of them
        return {}
    return _status(holder, status) if status else None


def _denied(status: str) -> Reading:
    """Return the reading of a flag that is true where a thing was not done."""

    def read(holder: Resource, value: Json) -> Mapping[str, Json] | None:
        denied = spelling.boolean(value)
        return None if denied is None else _status(holder, status) if denied else {}

    return read


def _why_not(holder: Resource, value: Json) -> Mapping[str, Json] | None:
    """Return why a thing was not done; of a thing that was done, that is not plain."""
    denied = (
        holder.get("status") in ("not-done", "not-taken", _IN_ERROR)
        or holder.get("taken") == "n"
        or any(spelling.boolean(holder.get(field)) for field in _DENIALS)
    )
    return {"statusReason": value} if denied and "statusReason" not in holder else None


def _abated(holder: Resource, value: Json) -> Mapping[str, Json] | None:
    """Return that a condition is over; one that is said to be active at the same time is not plain."""
    over = spelling.boolean(value)
    if over is not True:
        return None if over is None else {}
    if holder.get("clinicalStatus"):
        return {} if code_among(holder["clinicalStatus"], _OVER) else None
    return {"clinicalStatus": {"coding": [{"system": _CLINICAL, "code": "resolved"}]}}


def _one_status(holder: Resource, value: Json) -> Mapping[str, Json] | None:
    said = code_among(value, _ONE_STATUS)
    field = _ONE_STATUS.get(said, "")
    if not field:
        return None
    if held := holder.get(field):
        return {} if code_among(held, {said: None}) else None
    return {field: {"text": said}}


def _prohibited(holder: Resource, value: Json) -> Mapping[str, Json] | None:
    return None if holder.get("doNotPerform", value) != value else {"doNotPerform": value}


FORMER_FIELDS: Mapping[tuple[str, str], Reading] = {
    ("AllergyIntolerance", "status"): _one_status,
    ("CarePlanActivityDetail", "prohibited"): _prohibited,
    ("Condition", "abatementBoolean"): _abated,
    ("Condition", "status"): _one_status,
    ("Immunization", "notGiven"): _denied("not-done"),
    ("Immunization", "wasNotGiven"): _denied("not-done"),
    ("MedicationAdministration", "notGiven"): _denied("not-done"),
    ("MedicationAdministration", "reasonNotGiven"): _why_not,
    ("MedicationAdministration", "wasNotGiven"): _denied("not-done"),
    ("MedicationStatement", "adherence"): _adherence,
    ("MedicationStatement", "reasonNotTaken"): _why_not,
    ("MedicationStatement", "taken"): _taken,
    ("MedicationStatement", "wasNotTaken"): _denied("not-taken"),
    ("Procedure", "notDone"): _denied("not-done"),
    ("Procedure", "notDoneReason"): _why_not,
    ("Procedure", "notPerformed"): _denied("not-done"),
    ("Procedure", "reasonNotPerformed"): _why_not,
}
"""By the type that holds the field (an element's own type where that is no resource) and the field."""


def may_turn_round(name: str, value: Json) -> bool:
    """Tell whether a resource could say the opposite without this unknown field."""
    if _NEGATING.search(name):
        plain = value is None or spelling.boolean(value) is False
        return not plain and not (isinstance(value, str) and value.strip().lower() in _SAYS_NOTHING_AGAINST)
    return _AFFIRMING.fullmatch(name) is not None and str(value).strip().lower() in _NO
