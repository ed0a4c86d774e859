"""The domain's nouns: patients, records, history items, ranked items, and the protocols an engine keeps.

Plain frozen data. Knows nothing of FHIR's JSON, of rows, of models or of pages.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray


class Kind(StrEnum):
    """What sort of thing a record is, in a clinician's words. The value is what JSON and pages show."""

    ALLERGY = "allergy"
    CARE_PLAN = "care plan"
    CONDITION = "condition"
    DEVICE = "device"
    ENCOUNTER = "encounter"
    FAMILY_HISTORY = "family history"
    GOAL = "goal"
    IMMUNIZATION = "immunization"
    IMPRESSION = "impression"  # ClinicalImpression: an earlier assessment
    MEDICATION = "medication"
    NOTE = "note"  # DocumentReference, Composition
    OBSERVATION = "observation"
    PROCEDURE = "procedure"
    REPORT = "report"  # DiagnosticReport


class Standing(StrEnum):
    """How a record is to be read today, whatever words its own resource type uses for it."""

    CURRENT = "current"  # active, final, in force, or unknown: the safe reading
    PLANNED = "planned"  # drafted, proposed, not yet begun
    PAST = "past"  # resolved, inactive, stopped, completed
    NOT_DONE = "not done"  # not given, not performed, not taken
    REFUTED = "refuted"  # considered and excluded
    ENTERED_IN_ERROR = "entered in error"


@dataclass(frozen=True, slots=True)
class Measurement:
    """One number of an observation; `name` is "" unless it is a component such as "Systolic blood pressure"."""

    value: float
    unit: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """One FHIR resource of one patient, as a person would read it.

    `text` is the whole record in one plain line; `body` is narrative that belongs below it (a note, a report's
    conclusion) and may be long. Dates keep the precision they were recorded with ("2016", "2016-03", a full instant).
    """

    reference: str  # "Condition/abc"
    kind: Kind
    title: str  # "Metformin 500 mg ER tablet"
    text: str  # "Medication (active): Metformin 500 mg ER tablet, since 2016-03; for: Diabetes"
    code: str = ""  # "system|code" of the first coding, else the title in lower case: what it is, for grouping
    codes: tuple[str, ...] = ()  # every coding as "system|code"
    date: str = ""  # when it began or was measured; "" where the record does not say
    end: str = ""  # when it ended (abatement, stop, end of period)
    status: str = ""  # the resource's own word, e.g. "active", "refuted", "final"
    standing: Standing = Standing.CURRENT
    # What was found, in words: an observation's value ("8.1 %", "128/82 mmHg"), an allergy's reactions, a report's
    # conclusion, an impression's summary.
    value: str = ""
    measurements: tuple[Measurement, ...] = ()  # the numbers in it, for trends and plots
    flag: str = ""  # "high", "low", "abnormal", "critically high", ...; an allergy's "high criticality"
    dose: str = ""  # a medicine's dosage in words
    body_site: str = ""  # with laterality: "left knee"
    reason: str = ""  # why it was done, prescribed or visited for
    body: str = ""  # narrative below the line


@dataclass(frozen=True, slots=True)
class Patient:
    """Who the history belongs to. `source` and `id` together are the identity (see the store's key)."""

    source: str
    id: str
    name: str = ""
    birth_date: str = ""
    sex: str = ""  # FHIR administrative gender
    deceased: str = ""  # "", "yes" or the date


@dataclass(frozen=True, slots=True)
class HistoryItem:
    """One line of the history: a record, or the repeats of one thing with their latest value and trend."""

    kind: Kind
    title: str
    text: str  # the line that is shown and scored
    date: str  # the newest member's, as are kind, title, status and standing
    status: str
    standing: Standing
    members: tuple[Record, ...]  # newest first; never empty
    trend: str = ""  # "earlier 6.5, 7.2, 7.9, now higher"
    body: str = ""

    @property
    def reference(self) -> str:
        """The record that stands for the item."""
        return self.head.reference

    @property
    def head(self) -> Record:
        """The newest member: what the item's own fields are taken from."""
        return self.members[0]


DrugCategory = Literal["anticoagulant", "immunosuppressant", "insulin", "opioid"]


@dataclass(frozen=True, slots=True)
class SafetyClass:
    """Why a medicine is always shown while it acts."""

    category: DrugCategory
    reason: str  # a fragment: "bleeding risk"
    lasting_days: int  # how long a dose given once still counts


@dataclass(frozen=True, slots=True)
class Pin:
    """Why an item is shown above the list whatever its score."""

    category: str  # "allergy", "anticoagulant", "implanted device", ...
    reason: str  # a sentence fragment for the page: "active allergy, high criticality"


@dataclass(frozen=True, slots=True)
class Span:
    """Where in an item's text and body the best-scoring window lies, in characters of `window_source`."""

    start: int
    end: int
    of: int  # length of the whole text


@dataclass(frozen=True, slots=True)
class Reason:
    """How the built-in facts tie an item to the assessment: a hint for ranking, not a reference."""

    strength: float  # in (0, 1]; an order of importance, no probability
    words: str  # "amiodarone can cause pneumonitis, which can show as dry cough", "asked for: vaccinations"
    rows: tuple[str, ...]  # the table rows it rests on: "medicines.csv line 80"


@dataclass(frozen=True, slots=True)
class Parts:
    """What a raw score is the sum of; 0 is what a model does without."""

    score: float = 0.0  # the engine's own: a cosine, BM25, a logit
    path: float = 0.0  # what the strength of the record's paths adds
    sought: float = 0.0  # what it gains by being what the assessment asks to see, or by its very words
    worth: float = 0.0  # what the record counts whatever is asked
    again: float = 0.0  # what a second reading adds; of what had none, what keeps it behind those that had

    @property
    def raw(self) -> float:
        """What the list is ordered by."""
        return self.score + self.path + self.sought + self.worth + self.again


@dataclass(frozen=True, slots=True)
class RankedItem:
    """An item in its place. `score` is calibrated to [0, 1]; the order is by `parts.raw`."""

    rank: int  # from 1
    score: float
    parts: Parts
    item: HistoryItem
    pinned: Pin | None = None
    window: Span | None = None  # set where the text was too long to score at once
    reason: Reason | None = None  # set where the model uses the facts and found a path

    @property
    def raw(self) -> float:
        """What the list is ordered by."""
        return self.parts.raw


@dataclass(frozen=True, slots=True)
class Reading:
    """What an engine made of texts, in the order given."""

    scores: list[float]
    cut: list[bool]  # whether part of the text, or of the query, was left unread


class Scorer(Protocol):
    """An engine. The scores' scale is the engine's own (cosine, BM25, logit); only their order is a promise."""

    @property
    def name(self) -> str:
        """What `--model` calls it, and what results report."""

    @property
    def title(self) -> str:
        """Which weights, and what computes them, for people: "all-MiniLM-L6-v2 (torch fp32)"."""

    def score(self, query: str, texts: Sequence[str]) -> list[float]:
        """Return one raw finite score per text, higher is better, in the order given."""

    def read(self, query: str, texts: Sequence[str]) -> Reading:
        """Return the scores, and which texts had them without being read whole."""


Vector = NDArray[np.float32]


class VectorCache(Protocol):
    """Where an engine keeps the vectors of lines it has met; keys are hashes of the text, never the text."""

    def get(self, model: str, keys: Sequence[str]) -> Mapping[str, Vector]:
        """Return the vectors known for these keys; absent keys are absent."""

    def put(self, model: str, vectors: Mapping[str, Vector]) -> None:
        """Keep these vectors."""
