"""Why reranking loses against the retriever on a set: one check for each cause that is known to do so.

A check measures and compares with a limit; it says what it found, not that nothing else is at work. Messages hold
numbers only, no text. Knows no model.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile

import numpy as np
from numpy.typing import NDArray

from training.evaluation.answers import Answers
from training.evaluation.sets import Question, TestSet
from training.keys import normalised

NEAR = 0.8  # of the words of both together that two near-equal texts share
WITHIN = 0.9  # of the shorter one's words that the longer one has
FEWEST = 5  # words; shorter texts are near only when equal
SHARE = 0.05  # of questions, or of pairs: from here on a check has found its cause
APART = 0.15  # by which the two orders agree less than at home
DISTANCE = 0.3  # Kolmogorov and Smirnov's, between scores here and at home
TIED = 1e-4  # of the range of scores: how near the top is as good as equal
SATURATED = 0.1  # of pairs


@dataclass(frozen=True, slots=True)
class Measured:
    """One set with what the retriever and a reranker answered."""

    set: TestSet
    before: Answers
    after: Answers


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check measured."""

    cause: str
    value: float | None  # None: it could not be measured
    found: bool
    words: str


def false_negatives(here: Measured, _: Sequence[Measured]) -> Finding:
    """Look for passages without a judgement above every positive that say (nearly) the same as one."""
    met = [_twin_above(here, question) for question in here.set.questions]
    share = sum(met) / len(met)
    return Finding(
        "false negatives",
        share,
        share >= SHARE,
        f"in {share:.0%} of the questions a passage that is near-equal to a positive, and not judged, ranks above it",
    )


def truncation(here: Measured, _: Sequence[Measured]) -> Finding:
    """Count the pairs that were not read whole."""
    if here.after.cut is None or not here.after.pairs:
        return Finding("truncation", None, found=False, words="whether pairs were read whole is not known")
    share = here.after.cut / here.after.pairs
    return Finding("truncation", share, share >= SHARE, f"{share:.0%} of the pairs were not read whole")


def domain_shift(here: Measured, home: Sequence[Measured]) -> Finding:
    """Compare how far reranker and retriever agree, and how scores are spread, with sets of the training sources."""
    if not home:
        return Finding(
            "domain shift", None, found=False, words="no validation set of a training source to compare with"
        )
    agree, agree_home = agreement([here]), agreement(home)
    distance = _distance(_scores([here]), _scores(home))
    return Finding(
        "domain shift",
        distance,
        agree_home - agree >= APART or distance >= DISTANCE,
        f"rank correlation with the retriever {agree:.2f} here, {agree_home:.2f} at home; "
        f"scores are {distance:.2f} apart (Kolmogorov-Smirnov)",
    )


def saturation(here: Measured, _: Sequence[Measured]) -> Finding:
    """Count the scores that can hardly be told from their question's best."""
    everything = _scores([here])
    width = TIED * float(np.ptp(everything)) if len(everything) else 0.0
    answers = [answer.scores for answer in here.after.by_question.values() if len(answer.scores) > 1]
    rest = sum(len(scores) - 1 for scores in answers)
    near = sum(sum(scores[0] - score <= width for score in scores[1:]) for scores in answers)
    share = near / rest if rest else 0.0
    return Finding(
        "saturation", share, share >= SATURATED, f"{share:.0%} of the scores equal, or nearly, their question's best"
    )


Check = Callable[[Measured, Sequence[Measured]], Finding]
CHECKS: tuple[Check, ...] = (false_negatives, truncation, domain_shift, saturation)


def causes(here: Measured, home: Sequence[Measured]) -> list[Finding]:
    """Return what every check found; `home` are validation sets of the sources that are trained on."""
    return [check(here, home) for check in CHECKS]


def agreement(sets: Sequence[Measured]) -> float:
    """Return the mean over questions of the rank correlation (Spearman) of both columns' scores; 0 without any."""
    values = [value for one in sets for value in _correlations(one.before, one.after)]
    return float(np.mean(values)) if values else 0.0


def near(one: str, other: str) -> bool:
    """Return whether two texts say the same in (nearly) the same words."""
    if normalised(one) == normalised(other):
        return True
    words, others = set(normalised(one).split()), set(normalised(other).split())
    if min(len(words), len(others)) < FEWEST:
        return False
    both = len(words & others)
    return both / len(words | others) >= NEAR or both / min(len(words), len(others)) >= WITHIN


def _twin_above(here: Measured, question: Question) -> bool:
    order = here.after.by_question[question.id].order
    above = list(takewhile(lambda key: question.grades.get(key, 0) <= 0, order))
    positives = here.set.texts(
        [key for key, grade in question.grades.items() if grade > 0 and key in here.set.passages]
    )
    unjudged = here.set.texts([key for key in above if key not in question.grades])
    return any(near(text, positive) for text in unjudged for positive in positives)


def _correlations(before: Answers, after: Answers) -> Iterator[float]:
    for name, second in after.by_question.items():
        first: Mapping[str, float] = dict(
            zip(before.by_question[name].order, before.by_question[name].scores, strict=False)
        )
        pairs = [(first[key], score) for key, score in zip(second.order, second.scores, strict=False) if key in first]
        if len(pairs) > 1:
            one, other = _ranks([a for a, _ in pairs]), _ranks([b for _, b in pairs])
            if one.std() > 0 and other.std() > 0:
                yield float(np.corrcoef(one, other)[0, 1])


def _ranks(values: Sequence[float]) -> NDArray[np.float64]:
    _, places, counts = np.unique(np.asarray(values), return_inverse=True, return_counts=True)
    ranks: NDArray[np.float64] = (np.cumsum(counts) - (counts - 1) / 2)[places]
    return ranks


def _scores(sets: Sequence[Measured]) -> NDArray[np.float64]:
    return np.array([score for one in sets for answer in one.after.by_question.values() for score in answer.scores])


def _distance(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """Return the greatest distance of the two distribution functions."""
    if not len(one) or not len(other):
        return 0.0
    at = np.concatenate([one, other])
    below = (np.searchsorted(np.sort(each), at, side="right") / len(each) for each in (one, other))
    return float(np.max(np.abs(next(below) - next(below))))
