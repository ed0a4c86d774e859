"""PharmacotherapyDB: which medicine treats which disease, by physicians, as CSV (drug, disease, category) or TSV.

A medicine's passage says what it is for, a disease's passage what is given for it, so neither repeats under another
question. Pairs judged "no indication" are left out: nobody would look for a sentence that denies.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from training.examples import Example
from training.keys import about, worded
from training.sources.reading import Faults, Row, RowError, by_suffix, csv_rows, text, through

NAME = "pharmacotherapydb"
DISEASE_MODIFYING, SYMPTOMATIC, NONE = "DM", "SYM", "NOT"
OF_MEDICINE = ("What is {0} for?", "Why would a patient take {0}?", "On {0}: for which disease?", "indication of {0}")
OF_DISEASE = ("Which medicines treat {0}?", "What is given for {0}?", "{0}: medication", "treatment options in {0}")


def _rows(path: Path, faults: Faults) -> Iterator[Row]:
    """Yield one row per medicine and one per disease, of all its pairs: {"name", "wordings", "dm", "sym"}."""
    of: dict[tuple[str, str], dict[str, list[str]]] = {}
    for row in csv_rows(path, faults):
        try:
            drug, disease, category = text(row, "drug"), text(row, "disease"), text(row, "category").upper()
        except RowError as fault:
            faults.skip(str(fault))
            continue
        if category not in {DISEASE_MODIFYING, SYMPTOMATIC}:
            faults.skip("no indication" if category == NONE else "unknown category")
            continue
        of.setdefault(("drug", drug), {}).setdefault(category, []).append(disease)
        of.setdefault(("disease", disease), {}).setdefault(category, []).append(drug)
    for (kind, name), found in of.items():
        yield {"kind": kind, "name": name, "found": found}


def _example(row: Row) -> list[Example]:
    found: Mapping[str, list[str]] = row["found"]
    modifying, symptomatic = ("; ".join(found.get(one, ())) for one in (DISEASE_MODIFYING, SYMPTOMATIC))
    name = row["name"]
    if row["kind"] == "drug":
        parts = [f"treats {modifying}"] * bool(modifying) + [f"relieves symptoms of {symptomatic}"] * bool(symptomatic)
        wordings, facet = OF_MEDICINE, "indications"
    else:
        parts = [f"treated with {modifying}"] * bool(modifying) + [f"relieved by {symptomatic}"] * bool(symptomatic)
        wordings, facet = OF_DISEASE, "treatments"
    query = worded(wordings, name).format(name)
    return [Example(query, (f"{name}: {', '.join(parts)}.",), NAME, (about(name),), topic=name, facet=facet)]


examples = by_suffix({".csv": through(_rows, _example), ".tsv": through(_rows, _example)})
