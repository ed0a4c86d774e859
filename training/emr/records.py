"""Writes a concept as the FHIR resources a chart would hold of it: dates, doses, values, statuses. Knows no theme.

The resources are the sample patients' own (`fhir_samples`), so a line is made of them by the product's own code.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from emr_rerank.knowledge import Concept, Medicine
from emr_rerank.knowledge.links import Role
from fhir_samples.medicines import prescribed, takes
from fhir_samples.observations import amount, coded, observed, report
from fhir_samples.vocabulary import RELATIVES, Resource, allergy, condition, device, immunized, procedure, relative
from training.emr.dice import Dice, happens
from training.emr.people import Person, limits
from training.emr.spellings import Spellings
from training.emr.values import DETECTED, MARKS, RANGES, SEEN, WORDED, Direction

_PASSING = re.compile(
    r"acute|infection|pneumonia|sepsis|fracture|embolism|appendicitis|cellulitis|meningitis|encephalitis|exacerbation"
    r"|ketoacidosis|crisis|infarction|thrombosis|poisoning|anaphylaxis|injury|ectopic|miscarriage|abscess|status "
    r"|tonsillitis|bronchitis|gastroenteritis|influenza|bleeding|haemorrhage|perforation|delirium|obstruction"
    r"|tamponade|overdose|rupture|megacolon|ventricular (?:fibrillation|tachycardia)|attack|arrest|cholangitis|shock"
    r"|osteomyelitis|endocarditis|septic|otitis|sinusitis|cystitis|pyelonephritis|peritonitis|croup|measles|mumps"
    r"|chickenpox|malaria|withdrawal|storm|dissection|torsion|strangulated|concussion|burns|bite|eclampsia|syndrome of"
    r"|intussusception|rhabdomyolysis|pneumothorax|neutropenic|serotonin syndrome|neuroleptic|Stevens|hypoglyc"
    r"|ileus|\bcoma\b|trauma|cholecystitis|diverticulitis|effusion|necrolysis|hepatotoxicity|lactic acidosis|reaction"
    r"|toxicity",
    re.IGNORECASE,
)
_LASTING = re.compile(
    r"interstitial|subacute|HIV|chronic|recurrent|primary|sclerosing|leuk|graft|hepatitis [BC]", re.IGNORECASE
)
_STILL = 45  # days after which what passes has passed
_NOW = re.compile(r"pregnan|trimester|postpartum|breastfeed|suicidal|dehydration|delirium", re.IGNORECASE)
_LATELY = {"symptom": 150, "finding": 900}  # days back at most, by the kind of a condition's row
_SEROLOGY = re.compile(
    r"antibod|serology|culture|PCR|antigen|swab|screen|pregnancy test|HLA|mutation|genotype|NAAT|smear"
)
_IMAGING = re.compile(
    r"\b(?:CT|MRI|MR|X-ray|scan|ultrasound|echocardiogram|angiogra|doppler|mammogram|ECG|EEG|histopathology|biops"
    r"|laryngoscopy|MRCP|swallow|urodynamics|electromyography|studies|spirometry|sleep study|fluoroscopy)"
)
_REACTIONS = ("Rash", "Hives", "Anaphylaxis", "Facial swelling", "Wheeze", "Vomiting", "")
_HABITS: Mapping[str, tuple[str, str]] = {  # states that charts keep as an answer to a question
    "smoking": ("Tobacco smoking status", "Current every day smoker"),
    "ex-smoker": ("Tobacco smoking status", "Former smoker"),
    "smoking status": ("Tobacco smoking status", "Current some day smoker"),
    "alcohol use": ("Alcohol intake", "Drinks most days"),
    "alcohol intake": ("Alcohol intake", "More than 14 units a week"),
    "living alone": ("Living situation", "Lives alone"),
}
_YEAR = 365


@dataclass(frozen=True, slots=True)
class Entry:
    """A concept to be written: as what, how long ago at most, and how it stands."""

    key: str  # unique in the chart; resource ids end in it
    concept: Concept
    role: Role = ""
    direction: Direction | None = None  # of a result; None: by chance
    past: bool = False  # a medicine stopped, a problem resolved
    reason: str = ""  # what a medicine is for: "@cond-k3", or words


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes entries for one person as of one day."""

    spellings: Spellings
    person: Person
    today: date

    def write(self, rng: Dice, entry: Entry) -> list[Resource]:
        """Return the resources of an entry, mostly one; a test may have been done several times."""
        name = entry.concept.name
        if entry.role == "family":
            age = {"at": str(rng.randint(35, 80))} if happens(rng, 0.5) and limits(name).oldest > 40 else {}
            return [relative(entry.key, rng.choice(tuple(RELATIVES)), self.spellings.line(rng, entry.concept), **age)]
        if entry.role == "allergy" or name.endswith(" allergy"):
            return [self._allergy(rng, entry)]
        if name in _HABITS:
            question, answer = _HABITS[name]
            when = self._ago(rng, 20, 900)
            return [observed(entry.key, question, when, coded(answer), of="social-history")]
        match entry.concept.kind:
            case "medicine":
                return [self._medicine(rng, entry)]
            case "test":
                return self._test(rng, entry)
            case "procedure":
                return [self._procedure(rng, entry)]
        return [self._condition(rng, entry)]

    def _condition(self, rng: Dice, entry: Entry) -> Resource:
        name = self.spellings.line(rng, entry.concept)
        passing = bool(_PASSING.search(entry.concept.name) and not _LASTING.search(entry.concept.name))
        if passing and happens(rng, 0.12):
            return condition(entry.key, name, self._ago(rng, 2, _STILL, precise=True))
        kind = getattr(self.spellings.row(entry.concept), "kind", "")
        lately = 200 if _NOW.search(entry.concept.name) else _LATELY.get(kind, 0)
        if lately:
            return condition(entry.key, name, self._ago(rng, 3, lately))
        over = entry.past or passing
        since = self._ago(rng, 300 if over else 30, 14 * _YEAR)
        return condition(entry.key, name, since, until=self._after(rng, since, 5, 120) if over else "")

    def _medicine(self, rng: Dice, entry: Entry) -> Resource:
        row = self.spellings.row(entry.concept)
        name = self.spellings.line(rng, entry.concept)
        if not isinstance(row, Medicine):
            raise TypeError(f"{entry.concept.name} is no medicine")
        if any(code.startswith("J07") for code in row.atc):
            return immunized(entry.key, name, self._ago(rng, 30, 6 * _YEAR, precise=True))
        since, dose = self._ago(rng, 20, 8 * _YEAR), self.spellings.dose(rng, row)
        if happens(rng, 0.08) and not entry.past:
            return takes(entry.key, name, dose, since)
        until = self._after(rng, since, 20, 900) if entry.past else ""
        return prescribed(entry.key, name, dose, since, until=until, reason=entry.reason)

    def _test(self, rng: Dice, entry: Entry) -> list[Resource]:
        name, line = entry.concept.name, self.spellings.line(rng, entry.concept)
        direction = entry.direction or "normal"
        if name == "blood pressure":
            top, bottom = {"high": (172, 98), "low": (92, 54), "normal": (126, 76)}[direction]
            value = f"{top + rng.randint(-8, 8)}/{bottom + rng.randint(-6, 6)}"
            return [observed(entry.key, line, self._ago(rng, 3, 500), {"valueString": f"{value} mmHg"})]
        if name in RANGES:
            return self._series(rng, entry, line, direction)
        when = self._ago(rng, 5, 1200, precise=True)
        if _IMAGING.search(name):
            return [report(entry.key, line, when, "" if happens(rng, 0.15) else rng.choice(SEEN[direction]))]
        worded = rng.choice((DETECTED if _SEROLOGY.search(name) else WORDED)[direction])
        return [observed(entry.key, line, when, coded(worded), of="laboratory", mark=MARKS[direction])]

    def _series(self, rng: Dice, entry: Entry, line: str, direction: Direction) -> list[Resource]:
        known = RANGES[entry.concept.name]
        times = rng.choice((1, 1, 1, 2, 3, 4))
        days = sorted((rng.randint(1, 1400) for _ in range(times)), reverse=True)
        made = []
        for place, back in enumerate(days):
            now = direction if place == times - 1 or happens(rng, 0.5) else "normal"
            value = amount(known.draw(rng, now), known.unit)
            when = (self.today - timedelta(days=back)).isoformat()
            key = f"{entry.key}-{place}"
            made.append(observed(key, line, when, value, of="laboratory", mark=MARKS[now], unit=known.unit))
        return made

    def _procedure(self, rng: Dice, entry: Entry) -> Resource:
        row, name = self.spellings.row(entry.concept), self.spellings.line(rng, entry.concept)
        if getattr(row, "kind", "") == "device" and happens(rng, 0.5):
            return device(entry.key, name)
        return procedure(entry.key, name, self._ago(rng, 60, 12 * _YEAR), reason=entry.reason)

    def _allergy(self, rng: Dice, entry: Entry) -> Resource:
        state = entry.concept.kind == "condition"
        named = self.spellings.line(rng, entry.concept) if state else entry.concept.name.capitalize()
        reaction = rng.choice(_REACTIONS)
        grave = "high" if reaction in ("Anaphylaxis", "Facial swelling") else ""
        food = "food" if re.search(r"nut|egg|fish|milk|soya|sesame|wheat|food", entry.concept.name) else "medication"
        return allergy(entry.key, named, reaction, self._ago(rng, 90, 9000), criticality=grave, category=food)

    def _ago(self, rng: Dice, least: int, most: int, *, precise: bool = False) -> str:
        """Return a day within the person's life, as precise as charts are: the further back the vaguer."""
        alive = max(least + 1, min(most, self.person.age * _YEAR - 30))
        back = round(rng.triangular(least, alive, least))
        written = (self.today - timedelta(days=back)).isoformat()
        if precise or happens(rng, 0.5):
            return written
        return written[:4] if back > 4 * _YEAR and happens(rng, 0.7) else written[:7]

    def _after(self, rng: Dice, since: str, least: int, most: int) -> str:
        """Return an end so many days after a beginning, not in the future."""
        began = date.fromisoformat(f"{since}-01-01"[:10] if len(since) < 10 else since)
        return min(began + timedelta(days=rng.randint(least, most)), self.today - timedelta(days=1)).isoformat()
