"""MTS-Dialog: visits with the section of the note each became, as CSV or JSON lines.

The section is the query, in the language of the ward; the dialogue says the same in the patient's words. The section's
header is the facet.
"""

from __future__ import annotations

from training.examples import Example
from training.sources.reading import Row, RowError, by_suffix, csv_rows, json_lines, optional, text, through

NAME = "mts_dialog"
SHORTEST = 40  # characters: "Noncontributory." fits every visit


def _example(row: Row) -> list[Example]:
    section = text(row, "section_text")
    if len(section) < SHORTEST:
        raise RowError("section too short to tell visits apart")
    dialogue = " ".join(text(row, "dialogue").split())
    identifier = str(row.get("id") or section)
    return [Example(section, (dialogue,), NAME, (f"mts_dialog:{identifier}",), facet=optional(row, "section_header"))]


examples = by_suffix({".csv": through(csv_rows, _example), ".jsonl": through(json_lines, _example)})
