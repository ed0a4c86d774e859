"""Disease Ontology: names and synonyms of diseases with what they are, as JSON lines."""

from __future__ import annotations

from training.examples import Example
from training.keys import about, worded
from training.sources.reading import Row, by_suffix, json_lines, text, texts, through

NAME = "disease_definitions"
WORDINGS = ("What is {0}?", "{0}", "History of {0}: what does that mean?", "patient with {0}")


def _example(row: Row) -> list[Example]:
    name, definition = text(row, "name"), text(row, "definition")
    synonyms = texts(row, "synonyms")
    groups = tuple(about(one) for one in (name, *synonyms))
    # A name and one other name of each disease: some have thirty, and would outweigh the rest.
    asked = [name, *([worded(synonyms, name)] if synonyms else [])]
    return [
        Example(worded(WORDINGS, one).format(one), (definition,), NAME, groups, topic=name, facet="definition")
        for one in asked
    ]


examples = by_suffix({".jsonl": through(json_lines, _example)})
