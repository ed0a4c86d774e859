"""Public generated histories judged by their own links: an assessment names a problem, what is tied to it is wanted.

The problem's medicines, procedures, care plans and visits are judged by what the records say of one another, not by
the facts that the model `knowledge` ranks by. The test asks of patients that nothing is trained on, validation of
patients of the training part: what was trained on them is flattered there. One generator made them all, so that the
lines of one patient are met in another's chart. Ranks nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from emr_rerank.pipeline.evaluation import Judged
from emr_rerank.types import Kind, Standing
from training.ablation import Case
from training.emr.dice import dice
from training.emr.histories import History, histories
from training.emr.record_links import graded_items, links
from training.emr.record_questions import named, of_whom, plain
from training.evaluation.data_folder import Wanted
from training.held_out import held_out

FOLDER = "synthea"  # of the data folder: a Bundle a patient
PROBLEMS = 2  # asked about, of one patient, at most
LEAST = 4  # relevant lines; a problem with fewer is mostly its own name, which every engine finds
DECISIVE = 3  # the judgement of what a link ties for certain


def linked_cases(folder: Path, wanted: Wanted) -> Iterator[Case]:
    """Yield at most so many judged assessments of this side, reading no more files of the data folder than it takes.

    Raises:
        SourceError: the folder of histories is absent, or a file in it cannot be read.
    """
    people = histories(folder / FOLDER, together=False)
    reported = wanted.side == "test"
    sided = (history for history in people if held_out(history.group) == reported)
    yield from islice((case for history in sided for case in islice(_cases(history), PROBLEMS)), wanted.questions)


def _cases(history: History) -> Iterator[Case]:
    """Yield an assessment of each problem that enough is tied to, in a random order that is always the same.

    What a link only hints at is left out of the items, so that nobody is measured on what was never decided.
    """
    problems: dict[str, frozenset[str]] = {}  # of one name are one problem: a second pregnancy, another polyp
    for item in history.items:
        if item.kind is Kind.CONDITION and item.standing is not Standing.REFUTED:
            own = problems.get(named(item), frozenset())
            problems[named(item)] = own.union(one.reference for one in item.members)
    rng, tied = dice("linked", history.patient), links(history)
    for number, name in enumerate(rng.sample(sorted(problems), len(problems))):
        worth = graded_items(history.items, tied.of_problem(problems[name]))
        grades = {reference: round(DECISIVE * grade) for reference, grade in worth.items()}
        items = [item for item in history.items if grades.get(item.reference) != 0]
        relevant = {reference: grade for reference, grade in grades.items() if grade > 0}
        if LEAST <= len(relevant) < len(items):
            asking = of_whom(plain(rng, history.person, name), history.person)
            judged = Judged(
                id=f"{history.patient}-{number}",
                bundle=Path(history.patient),  # read already
                patient=history.patient,
                category=asking.category,
                assessment=asking.text,
                judgements=relevant,
            )
            yield Case(judged, items)
