"""What `--model` can name: an engine, and what of the facts ranking with it uses. Joins engine, knowledge and ranking.

To add a model, write a row of MODELS (and its calibration).
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from math import inf

from emr_rerank.engine import EMBEDDED_ENGINES, VECTOR_ENGINES, load_scorer
from emr_rerank.errors import ModelError
from emr_rerank.knowledge import NONE, Bearing, KnowledgeBase, added
from emr_rerank.pipeline.cascade import Reread, SecondStage
from emr_rerank.pipeline.fitting import Fitted, fitted
from emr_rerank.ranking import Passage, split_query
from emr_rerank.settings import Settings, read_settings
from emr_rerank.types import HistoryItem, Parts, Scorer, VectorCache


@dataclass(frozen=True, slots=True)
class Use:
    """What of the facts a model's ranking uses."""

    names: bool = False  # the assessment gains its abbreviations in full
    purposes: bool = False  # lines gain class, purpose and what a test is for
    calls: bool = False  # the assessment gains what its presentations call for
    paths: float = 0.0  # what a path of strength 1 between a record's concepts and the assessment's adds to a score
    named: float = 0.0  # what is added to a record of what the assessment itself names
    sought: float = 0.0  # what is added to a record that the assessment asks to see: "any allergies?"
    said: float = 0.0  # what is added to a record whose title, or a document that, says all the assessment's words
    worth: float = 0.0  # how much of what a record is worth by itself is added, too: its kind, standing and date


@dataclass(frozen=True, slots=True)
class Again:
    """Which engine reads the best again, and how it counts."""

    engine: str
    weight: float  # of its score, beside the first engine's


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a model is made of."""

    engine: str
    use: Use = Use()
    again: Again | None = None
    documents: Recipe | None = None  # of what scores texts that are no records; None: this one


WARNED = 1.4  # how much more a path counts that speaks against a medicine, beside one that only belongs to the subject

# Each helps; the weights were chosen on development charts (training/LOG.md).
EVERYTHING = Use(names=True, purposes=True, calls=True, paths=0.75, named=0.2, sought=1.0, said=0.6, worth=1.0)

# What of the words of a question a document holds helps whatever scores it: the embedding reads 256 tokens as one.
DOCUMENTS = Recipe("tuned", Use(sought=0.5, said=0.1))
BY_DOCUMENTS = "documents"  # whose calibration shows them

MODELS: Mapping[str, Recipe] = {
    # What was learnt ranks documents; on charts it lost to its own base where an assessment names a problem.
    "cascade": Recipe("embedding", EVERYTHING, Again("joint", weight=0.015), DOCUMENTS),
    "knowledge": Recipe("embedding", EVERYTHING),
    "tuned": Recipe("tuned"),
    "joint": Recipe("joint"),
    "embedding": Recipe("embedding"),
    "lexical": Recipe("lexical"),
    "hybrid": Recipe("hybrid"),
    "gemma": Recipe("gemma"),
    "remote": Recipe("remote"),
}
MODEL_NAMES = tuple(MODELS)
INDEXED = tuple(name for name, recipe in MODELS.items() if recipe.engine in VECTOR_ENGINES)  # they keep vectors
EMBEDDED = tuple(name for name, recipe in MODELS.items() if recipe.engine in EMBEDDED_ENGINES)  # run anywhere
SHOWN = tuple(name for name in EMBEDDED if name not in {"tuned", "joint"})  # on a page: those two are parts, to measure


def offered(settings: Settings) -> tuple[str, ...]:
    """Return the models to choose from on a page: those that run anywhere, and what this installation has set up."""
    set_up = {
        settings.model,
        "gemma" if settings.gemma_model or settings.gemma_adapter else "",
        "remote" if settings.remote_url else "",
        *SHOWN,
    }
    return tuple(name for name in MODELS if name in set_up)


@dataclass(frozen=True, slots=True)
class Model:
    """An engine with what it uses of the facts."""

    name: str
    scorer: Scorer
    use: Use
    base: KnowledgeBase
    second: SecondStage | None = None
    documents: Callable[[], Model] | None = None  # loads the model of texts that are no records; None: this one

    @property
    def engines(self) -> tuple[str, ...]:
        """What computed its scores, and in which precision."""
        return (self.scorer.title, *([self.second.scorer.title] if self.second else []))

    def unhurried(self) -> Model:
        """Return the model with as much time as it wants: a measurement must not depend on what else runs."""
        return replace(self, second=replace(self.second, seconds=inf)) if self.second else self

    def warm(self) -> None:
        """Load what the first ranking would wait for; for programs that go on ranking."""
        self.scorer.score(self.question("warm"), self.lines(["up"]))
        if self.second:
            self.second.scorer.score("warm", ["up"])
        self.text_parts("dry cough", ["amiodarone"], [0.0])
        # Weights and tables stay as long as the process; each full collection would walk them for 0.4 s.
        gc.collect()
        gc.freeze()

    def of_documents(self) -> Model:
        """Return the model that scores texts that are no records, and by whose calibration they are shown."""
        return self.documents() if self.documents else self

    def read(self, assessment: str, passages: Sequence[Passage]) -> Fitted:
        """Return the passages' raw scores, one row per window of the assessment, and which were not read whole."""
        lines = self.lines([passage.text for passage in passages])
        return fitted(self.scorer, split_query(assessment), lines, self.question)

    def lines(self, texts: Sequence[str]) -> list[str]:
        """Return the texts as they are scored."""
        return [self.base.told(text) for text in texts] if self.use.purposes else list(texts)

    def question(self, window: str) -> str:
        """Return the assessment's window as it is scored."""
        hints = self.base.hints
        says = [say for wanted, say in ((self.use.names, hints.names), (self.use.calls, hints.calls)) if wanted]
        if not says:
            return window
        return added(window, (subject.concept for subject in self.base.reader.of_assessment(window)), *says)

    def first(self, score: float, bearing: Bearing, worth: float) -> Parts:
        """Return what the first stage's score of a record is made of.

        Args:
            score: the engine's.
            bearing: how the record bears on the assessment.
            worth: what the record is worth whatever is asked; it counts the less the more it is asked for by name, and
                the fewer words there are: who searches says what is wanted.
        """
        warned = WARNED if bearing.path and bearing.path.warns else 1.0
        return Parts(
            score=score,
            path=self.use.paths * warned * bearing.strength + self.use.named * bearing.named,
            sought=self.use.sought * bearing.sought + self.use.said * bearing.said,
            worth=self.use.worth * worth * (1 - bearing.named) * (1 - bearing.brief),
        )

    def bearings(self, assessment: str, items: Sequence[HistoryItem]) -> list[Bearing]:
        """Return how each item bears on the assessment; not at all where the model does not use that."""
        if not (self.use.paths or self.use.sought):
            return [NONE] * len(items)
        return self.base.reader.of_history(items, assessment)

    def again(self, asked: Sequence[str], texts: Sequence[str], first: Sequence[Parts]) -> Reread:
        """Return what each text's score is made of after a second reading; as it is where the model has none.

        Args:
            asked: the assessment's window that fits each text best.
            texts: each text's best window.
            first: what their scores are made of so far.
        """
        if not self.second or not texts:
            return Reread(tuple(first), 0, 0)
        questions = {window: self.question(window) for window in dict.fromkeys(asked)}
        return self.second.read([questions[window] for window in asked], self.lines(texts), first)

    def text_parts(self, query: str, texts: Sequence[str], scores: Sequence[float]) -> list[Parts]:
        """Return what the first stage's score of each text that is no record is made of; `scores` are the engine's."""
        reader, use = self.base.reader, self.use
        asked, search = reader.of_assessment(query) if use.paths else (), reader.search(query)
        bearings = reader.bearings(map(reader.of_text, texts), asked) if use.paths else [NONE] * len(texts)
        return [
            Parts(
                score,
                path=use.paths * bearing.strength,
                sought=(use.sought and use.sought * reader.sought(text, search)) + use.said * reader.said(text, search),
            )
            for score, bearing, text in zip(scores, bearings, texts, strict=True)
        ]


def load_model(name: str, cache: VectorCache, base: KnowledgeBase) -> Model:
    """Return the named model, keeping line vectors in `cache`.

    Raises:
        ModelError: no model of that name, it is not set up, or its weights are missing or altered.
        EngineUnavailableError: it is set up, and cannot be had now.
    """
    if name not in MODELS:
        raise ModelError(f"no model is called {name!r}; choose one of: {', '.join(MODEL_NAMES)}")
    return made(name, MODELS[name], cache, base)


def made(name: str, recipe: Recipe, cache: VectorCache, base: KnowledgeBase, depth: int | None = None) -> Model:
    """Return a model of this recipe.

    Args:
        name: whose calibration it has.
        recipe: what it is made of.
        cache: where line vectors are kept.
        base: what this installation knows.
        depth: different lines that are read again; None: as the settings say.

    Raises:
        ModelError: an engine of it is not set up, or its weights are missing or altered.
        EngineUnavailableError: it is set up, and cannot be had now.
    """
    again, settings = recipe.again, read_settings()
    lines = settings.depth if depth is None else depth
    second = (
        SecondStage(load_scorer(again.engine, cache), again.weight, lines, settings.budget) if again and lines else None
    )
    documents = partial(made, BY_DOCUMENTS, recipe.documents, cache, base, 0) if recipe.documents else None
    return Model(name, load_scorer(recipe.engine, cache), recipe.use, base, second, documents)
