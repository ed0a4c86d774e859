"""Test sets from the public data folder: SciFact as it comes, and held-out parts of what is trained on.

A held-out part asks the questions of held-out groups of all passages of its source: BM25's first 20 are ranked, and a
question whose answer is not among them counts 0. Knows no model.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import orjson

from emr_rerank.errors import SourceError
from training.evaluation.candidates import lexical_candidates
from training.evaluation.runs import read_qrels
from training.evaluation.sets import Question, TestSet, checked
from training.examples import Example
from training.held_out import groups_of, kept_from_training, side
from training.keys import share_of, text_key
from training.sources import source
from training.sources.reading import opened
from training.split import Side

CANDIDATES = 20  # as the held-out MedQuAD has it


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which side of a set, and at most how many of its questions."""

    side: Side
    questions: int


def scifact(folder: Path, wanted: Wanted) -> TestSet | None:
    """Return SciFact's test part, ranked over its whole corpus; None for validation: it is for evaluation only."""
    if wanted.side != "test":
        return None
    here = folder / "eval_public" / "scifact"
    corpus = {row["_id"]: f"{row['title']} {row['text']}".strip() for row in _rows(here / "corpus.jsonl.gz")}
    qrels = read_qrels(here / "qrels" / "test.tsv")
    questions = [
        Question(row["_id"], row["text"], qrels[row["_id"]], group=row["_id"])
        for row in _rows(here / "queries.jsonl")
        if row["_id"] in qrels
    ]
    return TestSet("scifact", corpus, tuple(_some(questions, wanted.questions)))


def held_out_part(name: str, folder: Path, wanted: Wanted) -> TestSet | None:
    """Return the held-out questions of a source over all its passages."""
    examples = list(source(name, [folder]).examples())
    texts = dict.fromkeys(text for example in examples for text in example.positives)
    ids = {text: str(text_key(text)) for text in texts}  # one id for passages that differ in spacing or case only
    passages = {ids[text]: text for text in reversed(list(texts))}  # the first wording of each
    asked = list(_asked(name, examples, wanted, ids))
    if not asked:
        return None
    order = list(passages)
    found = lexical_candidates([one.text for one in asked], list(passages.values()), CANDIDATES)
    questions = (
        Question(one.id, one.text, one.grades, one.group, tuple(order[place] for place in places))
        for one, places in zip(asked, found, strict=True)
    )
    return TestSet(name, passages, tuple(questions), home=True)


def _asked(name: str, examples: Sequence[Example], wanted: Wanted, ids: Mapping[str, str]) -> Iterator[Question]:
    """Yield the questions of a side, without those that training meets word for word in another group."""
    trained = {text_key(example.query) for example in examples if not kept_from_training(example)}
    trained_answers = {
        ids[text] for example in examples if not kept_from_training(example) for text in example.positives
    }
    met: dict[int, Question] = {}
    for example in examples:
        key = text_key(example.query)
        grades = {ids[text]: 1 for text in example.positives}
        if side(example) == wanted.side and key not in trained and key not in met and not trained_answers & set(grades):
            met[key] = Question(f"{name}-{key}", example.query, grades, group=groups_of(example)[0])
    yield from _some(list(met.values()), wanted.questions)


def _some(questions: Sequence[Question], count: int) -> list[Question]:
    """Return some of the questions, the same ones every time, whatever others there are."""
    return sorted(sorted(questions, key=lambda one: share_of("some", one.id))[:count], key=lambda one: one.id)


def _rows(path: Path) -> Iterator[Mapping[str, str]]:
    with opened(path) as file:
        yield from map(orjson.loads, file)


READERS: Mapping[str, Callable[[Path, Wanted], TestSet | None]] = {
    "scifact": scifact,
    **{name: partial(held_out_part, name) for name in ("medquad", "bioasq", "pubmedqa", "covidqa")},
}


def read_set(name: str, folder: Path, wanted: Wanted) -> TestSet | None:
    """Return the named set, or None where this side of it is empty.

    Raises:
        SourceError: its files are absent or not what they should be.
        RequestError: the set does not hold together.
    """
    try:
        one = READERS[name](folder, wanted)
    except (orjson.JSONDecodeError, KeyError) as fault:
        raise SourceError(f"{name}: a file in {folder} is not in the BEIR layout ({fault}); get it again") from fault
    return checked(one) if one else None
