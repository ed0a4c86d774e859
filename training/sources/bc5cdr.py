"""BC5CDR: diseases that chemicals caused, with the abstract that tells it, as PubTator text or JSON lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from training.examples import Example
from training.keys import worded
from training.sources.reading import Faults, Row, RowError, by_suffix, json_lines, opened, text, through

NAME = "bc5cdr"
WORDINGS = (
    "Can {chemical} cause {disease}?",
    "{disease} on {chemical}: related?",
    "Reports of {disease} induced by {chemical}",
    "Patient takes {chemical}, now {disease}. Could the medicine be the cause?",
)


def _pubtator(path: Path, faults: Faults) -> Iterator[Row]:
    with opened(path) as file:
        article: list[str] = []
        for line in file:
            words = line.decode("utf-8", "replace").rstrip("\r\n")
            if words:
                article.append(words)
            elif article:
                yield _article(article, faults)
                article = []
        if article:
            yield _article(article, faults)


def _article(lines: Sequence[str], faults: Faults) -> Row:
    row: dict[str, object] = {}
    names: dict[str, str] = {}
    pairs: list[dict[str, str]] = []
    for line in lines:
        match line.split("|", 2), line.split("\t"):
            case [number, "t", title], _:
                row |= {"id": number, "title": title}
            case [_, "a", abstract], _:
                row["abstract"] = abstract
            case _, [_, "CID", chemical, disease]:
                if chemical in names and disease in names:
                    pairs.append({"chemical": names[chemical], "disease": names[disease]})
                else:
                    faults.skip("a relation names what is not mentioned")
            case _, [_, _, _, mention, _, identifier, *_]:
                names.setdefault(identifier, mention)
            case _:
                faults.skip("not PubTator")
    return {**row, "pairs": pairs}


def _example(row: Row) -> list[Example]:
    passage = f"{text(row, 'title')} {text(row, 'abstract')}"
    pairs = row.get("pairs")
    if not isinstance(pairs, list) or not pairs:
        raise RowError("no pairs")
    return [Example(_question(pair), (passage,), NAME, (f"pubmed:{row.get('id') or passage}",)) for pair in pairs]


def _question(pair: Row) -> str:
    chemical, disease = text(pair, "chemical"), text(pair, "disease")
    return worded(WORDINGS, chemical, disease).format(chemical=chemical, disease=disease)


examples = by_suffix({".txt": through(_pubtator, _example), ".jsonl": through(json_lines, _example)})
