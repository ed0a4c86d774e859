"""What fills every chart: check-ups, vaccines, small injuries, measurements, letters. Knows no theme.

Whether a line has to do with an assessment is decided later, line by line: some of these do.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta

from fhir_samples.narratives import note, plan
from fhir_samples.observations import amount, coded, observed
from fhir_samples.vocabulary import Resource, condition, encounter, immunized, no_known_allergies, procedure
from training.emr.dice import Dice, some
from training.emr.people import ADULT, Person
from training.emr.values import RANGES

Made = Callable[[Dice, str, str], Resource]  # chance, key, day
_LAST = 2500  # days back

_VISITS = (
    "Encounter for check up (procedure)", "General examination of patient (procedure)", "Telephone consultation",
    "Encounter for 'check-up'", "Nurse appointment", "Practice visit", "Encounter for problem", "Home visit",
    "Outpatient appointment, did not attend", "Administrative form completed", "Patient-initiated encounter",
)  # fmt: skip
_JABS = (
    "Influenza, seasonal, injectable, preservative free", "Td (adult) preservative free", "COVID-19 mRNA vaccine",
    "Seasonal influenza vaccine (inactivated)", "Hep B, adult", "Pneumococcal polysaccharide vaccine", "Tdap",
)  # fmt: skip
_PAST = (
    "Sprain of ankle", "Laceration of hand", "Viral sinusitis (disorder)", "Acute viral pharyngitis (disorder)",
    "Ingrowing toenail", "Impacted earwax", "Sprain of wrist", "Dental caries",
    "Concussion with no loss of consciousness",
    "Otitis media", "Verruca", "Contact dermatitis", "Conjunctivitis", "Insect bite", "Ganglion of wrist", "Stye",
    "Fracture of clavicle", "Bunion", "Tennis elbow", "Splinter in finger",
)  # fmt: skip
_DONE = (
    "Appendectomy", "Tonsillectomy", "Dental filling", "Medication Reconciliation (procedure)", "Ear syringing",
    "Suture of laceration", "Tooth extraction", "Documentation of current medications", "Physiotherapy of shoulder",
    "Removal of ingrowing toenail", "Hernia repair", "Eye test", "Cast removal", "Skin tag removed",
)  # fmt: skip
NEVER = "Never smoker"
_ANSWERS = (
    ("Tobacco smoking status NHIS", NEVER), ("Marital status", "Married"), ("Housing status", "Has housing"),
    ("Employment status", "Full-time employment"), ("Education level", "High school"),
    ("Preferred language", "English"),
    ("Next of kin", "Daughter"), ("Interpreter needed", "No"), ("Occupation", "School bus driver"),
    ("Highest level of education", "College"), ("Hand dominance", "Right handed"), ("Ethnicity", "Not stated"),
)  # fmt: skip
_PLANS = ("Physical therapy", "Diet and exercise", "Wound care", "Oral hygiene", "Self care", "Fracture care")
_LETTERS = (
    ("Optometrist letter", "Routine sight test. New glasses prescribed. Next test in two years."),
    ("Physiotherapy discharge", "Six sessions for the shoulder. Exercises taught. Discharged."),
    ("Dental letter", "Routine visit. One filling replaced. No further treatment needed."),
    ("Administrative note", "Moved house; address and telephone number changed. Travel form signed."),
    ("Podiatry note", "Nails cut. Pulses felt. Footwear advice given."),
    ("School letter", "Absence note written at the request of the family."),
)
_MEASURED = ("weight", "heart rate", "body temperature", "oxygen saturation", "haemoglobin", "sodium", "platelet count")


def _answer(rng: Dice, day: str) -> tuple[str, str, Resource]:
    question, answer = rng.choice(_ANSWERS)
    return question, day, coded(answer)


def _letter(rng: Dice, key: str, day: str) -> Resource:
    title, words = rng.choice(_LETTERS)
    return note(key, title, day, words)


def _measured(rng: Dice, key: str, day: str) -> Resource:
    name = rng.choice(_MEASURED)
    known = RANGES[name]
    value = amount(known.draw(rng, "normal"), known.unit)
    return observed(key, name.capitalize(), day, value, of="vital-signs", unit=known.unit)


MAKERS: Sequence[tuple[Made, int, int]] = (  # how each is made, and how many a chart has, least and most
    (lambda rng, key, day: encounter(key, rng.choice(_VISITS), day), 1, 4),
    (lambda rng, key, day: immunized(key, rng.choice(_JABS), day), 1, 3),
    (lambda rng, key, day: condition(key, rng.choice(_PAST), day, until=day), 1, 3),
    (lambda rng, key, day: procedure(key, rng.choice(_DONE), day), 0, 2),
    (lambda rng, key, day: observed(key, *_answer(rng, day), of="social-history"), 1, 3),
    (lambda rng, key, day: plan(key, rng.choice(_PLANS), day, {}, until=day), 0, 1),
    (_letter, 0, 1),
    (_measured, 1, 3),
)


def everyday(rng: Dice, person: Person, today: date, *, smokes: bool) -> list[Resource]:
    """Return a handful of lines that any chart has; who smokes is not called a never smoker."""
    made = []
    for place, (make, least, most) in enumerate(MAKERS):
        for number in some(rng, range(most), least, most):
            within = min(_LAST, max(30, person.age * 365 - 60))
            day = (today - timedelta(days=rng.randint(10, within))).isoformat()
            one = make(rng, f"e{place}{number}", day)
            if not (smokes and one.get("valueCodeableConcept", {}).get("text") == NEVER):
                made.append(one)
    if person.age >= ADULT and rng.random() < 0.15:
        made.append(no_known_allergies((today - timedelta(days=rng.randint(100, 3000))).isoformat()))
    return made
