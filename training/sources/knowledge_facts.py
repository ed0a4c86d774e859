"""The facts of `emr_rerank.knowledge` as questions with short passages, in wordings of our own. Reads no file.

What a passage is about is its topic, the column it says its facet: the same medicine's other columns are hard
negatives. A pair that interacts belongs to its first name alone, since every pair would join all medicines into one
group; so a held-out medicine can stand second in a pair that is trained on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from emr_rerank.knowledge import Facts, facts
from training.examples import Example
from training.keys import about, worded
from training.sources.reading import Faults

NAME = "knowledge_facts"


@dataclass(frozen=True, slots=True)
class Saying:
    """How one column is asked for and told: {0} is what it is about, {1} what the cell holds."""

    questions: tuple[str, ...]
    passages: tuple[str, ...]


MEDICINE: Mapping[str, Saying] = {
    "classes": Saying(
        ("What kind of medicine is {0}?", "{0}: drug class", "Which group of medicines does {0} belong to?"),
        ("{0} belongs to: {1}.", "{0} ({1})"),
    ),
    "indications": Saying(
        ("What is {0} used for?", "Why would somebody take {0}?", "on {0}, reason not documented", "{0} for what?"),
        ("{0} is used for {1}.", "Indications of {0}: {1}.", "{0}, given in {1}"),
    ),
    "monitoring": Saying(
        ("What should be checked in a patient on {0}?", "monitoring {0}", "Which bloods does {0} need?"),
        ("With {0}, check {1}.", "Monitoring of {0}: {1}.", "Patients taking {0} need: {1}."),
    ),
    "serious": Saying(
        ("What serious harm can {0} do?", "dangers of {0}", "Could {0} have made this patient so ill?"),
        ("{0} can cause {1}.", "Serious adverse effects of {0}: {1}.", "Watch for {1} under {0}."),
    ),
    "common": Saying(
        ("What are common side effects of {0}?", "started {0}, feels unwell", "What does {0} often cause?"),
        ("Common with {0}: {1}.", "Side effects of {0}: {1}.", "{0} often brings {1}."),
    ),
    "contraindications": Saying(
        ("Who should not take {0}?", "Is there a reason not to give {0}?", "contraindications {0}"),
        ("{0} must not be given in {1}.", "Contraindications of {0}: {1}.", "Avoid {0} with {1}."),
    ),
    "pregnancy": Saying(
        ("Is {0} safe in pregnancy?", "pregnant, takes {0}", "{0}, planning a baby"),
        ("{0} in pregnancy: {1}.", "Pregnancy and {0}: {1}."),
    ),
    "breastfeeding": Saying(
        ("Can she breastfeed on {0}?", "{0} while nursing", "Is {0} safe in breastfeeding?"),
        ("{0} in breastfeeding: {1}.", "Breastfeeding and {0}: {1}."),
    ),
    "renal": Saying(
        ("Is {0} safe in kidney disease?", "{0} with low eGFR", "Does {0} need a dose change in renal failure?"),
        ("{0} in kidney disease: {1}.", "Renal impairment and {0}: {1}."),
    ),
    "hepatic": Saying(
        ("Is {0} safe in liver disease?", "{0} in cirrhosis?", "Does {0} need care with a poor liver?"),
        ("{0} in liver disease: {1}.", "Hepatic impairment and {0}: {1}."),
    ),
}
CONDITION: Mapping[str, Saying] = {
    "symptoms": Saying(
        ("What are the symptoms of {0}?", "How does {0} present?", "could this be {0}?"),
        ("{0} presents with {1}.", "Symptoms of {0}: {1}."),
    ),
    "findings": Saying(
        ("What is found on examination in {0}?", "signs of {0}", "Which findings point to {0}?"),
        ("Findings in {0}: {1}.", "{0} shows {1}."),
    ),
    "tests": Saying(
        ("Which tests help in {0}?", "work-up for {0}", "How is {0} followed?"),
        ("Tests in {0}: {1}.", "{0} is assessed with {1}."),
    ),
    "treatments": Saying(
        ("How is {0} treated?", "{0}: what next?", "Which treatment is there for {0}?"),
        ("{0} is treated with {1}.", "Treatment of {0}: {1}."),
    ),
    "complications": Saying(
        ("What can {0} lead to?", "complications of {0}", "known {0}, now worse"),
        ("{0} can lead to {1}.", "Complications of {0}: {1}."),
    ),
    "risks": Saying(
        ("Who gets {0}?", "risk factors for {0}", "Why did this patient get {0}?"),
        ("Risks for {0}: {1}.", "{0} is more likely with {1}."),
    ),
}
TEST: Mapping[str, Saying] = {
    "high": Saying(
        ("What does a high {0} mean?", "{0} raised", "causes of a high {0}"),
        ("A high {0} suggests {1}.", "{0} is raised in {1}."),
    ),
    "low": Saying(
        ("What does a low {0} mean?", "{0} below range", "causes of a low {0}"),
        ("A low {0} suggests {1}.", "{0} falls in {1}."),
    ),
    "conditions": Saying(
        ("In which diseases is {0} followed?", "why was {0} ordered?"), ("{0} is followed in {1}.", "{0}: used in {1}.")
    ),
    "medicines": Saying(
        ("Which medicines bear on {0}?", "{0} changed since a new tablet"),
        ("{0} is checked with {1}.", "Medicines that go with {0}: {1}."),
    ),
}
DRUG_CLASS: Mapping[str, Saying] = {
    "purpose": Saying(
        ("What do {0} medicines do?", "{0}: what for?"), ("{0}: {1}.", "A medicine of the class {0} {1}.")
    )
}
PROCEDURE: Mapping[str, Saying] = {
    "indications": Saying(("Why is {0} done?", "had {0}, reason?"), ("{0} is done for {1}.", "Reasons for {0}: {1}.")),
    "consequences": Saying(
        ("What does {0} leave behind?", "after {0}, what to expect?"), ("After {0}: {1}.", "{0} can leave {1}.")
    ),
    "conditions": Saying(
        ("Which problems follow {0}?", "previous {0}, unwell now"), ("Seen after {0}: {1}.", "{0} goes with {1}.")
    ),
}
PRESENTATION: Mapping[str, Saying] = {
    "conditions": Saying(
        ("{0}: which past problems matter?", "presents with {0}"), ("Behind {0} can be {1}.", "In {0}, think of {1}.")
    ),
    "medicines": Saying(
        ("{0}: which medicines could matter?", "{0} since a new prescription"),
        ("In {0}, ask for {1}.", "Medicines that bear on {0}: {1}."),
    ),
    "tests": Saying(
        ("{0}: which results to look up?", "work up {0}"), ("In {0}, look at {1}.", "Results for {0}: {1}.")
    ),
}
INTERACTION = Saying(
    ("Can {0} be taken with {1}?", "{0} and {1} together?", "takes {0}; adding {1}", "{1} started on top of {0}"),
    ("{0} with {1}: {2}", "Interaction of {0} and {1}: {2}"),
)

# Table of `Facts`, its sayings, and the columns whose names may stand in its place in a question.
SYNONYMS = ("also", "brands", "synonyms", "variants")  # of these columns, names that hold for this row alone
TABLES: Sequence[tuple[str, Mapping[str, Saying], tuple[str, ...]]] = (
    ("medicines", MEDICINE, ("also", "brands")),
    ("conditions", CONDITION, ("synonyms", "abbreviations", "lay")),
    ("tests", TEST, ("variants",)),
    ("classes", DRUG_CLASS, ("also",)),
    ("procedures", PROCEDURE, ("synonyms", "abbreviations")),
    ("presentations", PRESENTATION, ("phrases",)),
)


def examples(_: Path, __: Faults) -> Iterator[Example]:
    """Yield the facts' examples: each filled cell asked for by its name and, where it has one, by another name."""
    yield from _of(facts())


def _of(tables: Facts) -> Iterator[Example]:
    for table, sayings, others in TABLES:
        for row in getattr(tables, table):
            names = [name for column in others for name in getattr(row, column)]
            same = [name for column in others if column in SYNONYMS for name in getattr(row, column)]
            groups = tuple(dict.fromkeys(map(about, (row.name, *same))))
            for facet, saying in sayings.items():
                yield from _asked((row.name, *names), groups, facet, saying, _told(getattr(row, facet)))
    for pair in tables.interactions:
        told = f"{pair.consequence} ({', '.join(part for part in (pair.mechanism, pair.severity) if part)})."
        passage = worded(INTERACTION.passages, pair.a, pair.b).format(pair.a, pair.b, told)
        query = worded(INTERACTION.questions, pair.b, pair.a).format(pair.a, pair.b)
        facet = f"with {pair.b}"
        yield Example(query, (passage,), NAME, (about(pair.a),), topic=pair.a, facet=facet)


def _asked(names: Sequence[str], groups: tuple[str, ...], facet: str, saying: Saying, told: str) -> Iterator[Example]:
    if not told:
        return
    name, *others = names
    passage = worded(saying.passages, name, facet).format(name, told)
    for one in dict.fromkeys([name, *([worded(others, name, facet)] if others else [])]):
        query = worded(saying.questions, one, facet).format(one)
        yield Example(query, (passage,), NAME, groups, topic=name, facet=facet)


def _told(cell: str | tuple[str, ...]) -> str:
    return cell if isinstance(cell, str) else ", ".join(cell)
