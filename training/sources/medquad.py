"""MedQuAD: consumers' questions with answers of NIH sites, as the XML tree, CSV, Parquet or JSON lines.

The disease asked about is the topic and the group; the type of question is the facet. The XML tree leaves two thirds of
the answers out for copyright, by name those of its first three folders: such rows count as without an answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element

from training.examples import Example
from training.keys import about
from training.sources.reading import (
    Faults,
    Row,
    UnansweredError,
    by_suffix,
    csv_rows,
    json_lines,
    optional,
    parquet_rows,
    text,
    through,
    xml_elements,
)

NAME = "medquad"
TOPICS = ("focus", "focus_area", "question_focus")
FACETS = ("qtype", "question_type")


def _parquet(path: Path, _: Faults) -> Iterator[Row]:
    return parquet_rows(path, ("question", "answer", *TOPICS, *FACETS))


def _xml(path: Path, _: Faults) -> Iterator[Row]:
    for one in sorted(path.rglob("*.xml")) if path.is_dir() else [path]:
        for document in xml_elements(one, "Document"):
            focus = document.findtext("Focus") or ""
            for pair in document.iter("QAPair"):
                question = pair.find("Question")
                yield {
                    "question": _words(question),
                    "answer": _words(pair.find("Answer")),
                    "focus": focus,
                    "qtype": question.get("qtype", "") if question is not None else "",
                }


def _words(element: Element | None) -> str:
    return "".join(element.itertext()) if element is not None else ""


def _example(row: Row) -> list[Example]:
    topic = optional(row, *TOPICS)
    question, answer = text(row, "question"), optional(row, "answer")
    if not answer:
        raise UnansweredError("no answer")
    return [
        Example(
            question,
            (answer,),
            NAME,
            (about(topic),) if topic else (),
            topic=topic,
            facet=optional(row, *FACETS),
        )
    ]


examples = by_suffix(
    {
        "/": through(_xml, _example),
        ".xml": through(_xml, _example),
        ".csv": through(csv_rows, _example),
        ".jsonl": through(json_lines, _example),
        ".parquet": through(_parquet, _example),
    }
)
