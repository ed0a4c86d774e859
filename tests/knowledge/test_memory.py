"""What is remembered of texts, and that the texts are not."""

from __future__ import annotations

import weakref
from collections.abc import Callable

import pytest

from emr_rerank.knowledge import KnowledgeBase, facts, names
from emr_rerank.knowledge.memory import CHARACTERS, Remembered
from emr_rerank.types import Kind
from tests.builders import item


class Line(str):
    """A text that can be watched."""

    __slots__ = ("__weakref__",)


def test_what_was_asked_before_is_not_read_again() -> None:
    read: list[str] = []

    def answer(text: str) -> None:
        read.append(text)

    remembered = Remembered(answer)
    for text in ("cough", "fever", "cough"):
        remembered(text)
    assert read == ["cough", "fever"]


def test_several_texts_are_told_apart_by_where_each_ends() -> None:
    def answer(texts: tuple[str, ...]) -> str:
        return "|".join(texts)

    joined = Remembered(answer)
    assert [joined(("ab", "c")), joined(("a", "bc")), joined(("a", "b", "c"))] == ["ab|c", "a|bc", "a|b|c"]


def test_long_texts_do_not_fill_the_memory() -> None:
    read: list[int] = []

    def measure(text: str) -> None:
        read.append(len(text))

    remembered = Remembered(measure)
    long = "x" * (CHARACTERS // 2)
    for text in (long, long, f"{long}y", f"{long}z", "cough", long):
        remembered(text)
    assert read == [len(long), len(long) + 1, len(long) + 1, 5, len(long)]


@pytest.fixture(scope="module")
def base() -> KnowledgeBase:
    return KnowledgeBase(facts(), names(facts()))


@pytest.mark.parametrize(
    "read",
    [
        lambda base, text: base.reader.of_assessment(text),
        lambda base, text: base.reader.concepts(text),
        lambda base, text: base.reader.of_text(text),
        lambda base, text: base.reader.of_item(item("Condition/1", title=text, text=text, body=text)),
        lambda base, text: base.reader.of_history([item("Condition/1", title=text, text=text, body=text)], "cough"),
        lambda base, text: base.reader.of_history([item("Condition/1", title="Cough")], text),
        lambda base, text: base.told(text),
        lambda base, text: base.safety.of(text, text, (text,)),
        lambda base, text: base.safety.of_items([item("MedicationRequest/1", Kind.MEDICATION, text)]),
        lambda base, text: base.recogniser.find(text),
    ],
)
def test_no_text_that_was_read_is_kept(
    base: KnowledgeBase, read: Callable[[KnowledgeBase, str], object], request: pytest.FixtureRequest
) -> None:
    text = Line(f"{request.node.name} takes Amiodarone 200 mg tablets")
    watched = weakref.ref(text)
    first = read(base, text)
    assert first == read(base, Line(text))
    del text, first
    assert watched() is None


def test_a_word_too_long_to_be_one_is_not_kept(base: KnowledgeBase) -> None:
    base.recogniser.find("zwetschge " + "z" * 1000)
    kept = base.recogniser._lexicon.symbols
    assert "zwetschge" in kept
    assert "z" * 1000 not in kept
