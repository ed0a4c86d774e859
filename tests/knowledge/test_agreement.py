"""What two data sets say of the facts."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from emr_rerank.errors import FactsError
from emr_rerank.knowledge import load, names
from emr_rerank.knowledge.agreement import Links, bc5cdr, pharmacotherapydb, reports
from emr_rerank.knowledge.exceptions import load_exceptions
from emr_rerank.knowledge.tables import FOLDER, facts
from tests.knowledge.tables import with_row, written

NOTHING_REVIEWED = {"pharmacotherapydb": dict[str, str](), "bc5cdr": dict[str, str]()}


def test_a_medicine_treats_by_its_row_by_a_condition_and_by_its_class(tmp_path: Path) -> None:
    tables = load(written(tmp_path, with_row("conditions", "wheeze,symptom,,,,,,,bronchodilator,,,")))
    links = Links(tables, names(tables))
    assert links.treats("lisinopril", "hypertension")
    assert links.treats("salbutamol", "asthma")
    assert links.treats("salbutamol", "wheeze")
    assert not links.treats("lisinopril", "wheeze")


def test_broader_and_narrower_conditions_agree(tmp_path: Path) -> None:
    tables = load(written(tmp_path))
    links = Links(tables, names(tables))
    assert links.causes("lisinopril", "cough")
    assert links.causes("lisinopril", "dry cough")
    assert not links.causes("lisinopril", "tremor")


def test_absent_and_contradicted_pairs_are_told_until_reviewed(tmp_path: Path) -> None:
    tables = load(written(tmp_path))
    index = names(tables)
    pairs = [
        ("Lisinopril", "high blood pressure", "DM"),
        ("Salbutamol", "HTN", "DM"),
        ("Albuterol", "asthma", "NOT"),
        ("Lisinopril", "gout", "DM"),
        ("Salbutamol", "hypertension", "SYM"),
    ]
    report = pharmacotherapydb(Links(tables, index), index, {}, pairs)
    assert report.tallies == {
        "DM": {"absent": 1, "claimed": 1, "unknown": 1},
        "NOT": {"claimed": 1},
        "SYM": {"absent": 1},
    }
    assert report.unreviewed == ("DM absent: 'salbutamol / hypertension'", "NOT claimed: 'salbutamol / asthma'")
    reasons = {"salbutamol / asthma": "first-line reliever", "salbutamol / hypertension": "no such use"}
    reviewed = pharmacotherapydb(Links(tables, index), index, reasons, pairs)
    assert (reviewed.unreviewed, reviewed.reviewed, reviewed.stale) == ((), 2, ())


def test_an_effect_that_no_table_tells_needs_one_reason_for_all_its_names(tmp_path: Path) -> None:
    tables = load(written(tmp_path))
    index = names(tables)
    pairs = [("lisinopril", "coughs"), ("salbutamol", "cough"), ("Albuterol", "Cough"), ("salbutamol", "asthma")]
    report = bc5cdr(Links(tables, index), index, {}, pairs)
    assert report.tallies == {"caused": {"absent": 2, "claimed": 1, "treated": 1}}
    assert report.unreviewed == ("caused absent: 'salbutamol / cough'", "caused treated: 'salbutamol / asthma'")
    reasons = {"salbutamol / cough": "told as bronchospasm", "salbutamol / asthma": "the drug treats it"}
    assert bc5cdr(Links(tables, index), index, reasons, pairs).unreviewed == ()


def test_a_reason_that_no_disagreement_needs_is_stale(tmp_path: Path) -> None:
    tables = load(written(tmp_path))
    index = names(tables)
    reasons = {"lisinopril / cough": "animal experiment"}
    assert bc5cdr(Links(tables, index), index, reasons, [("lisinopril", "cough")]).stale == ("lisinopril / cough",)


def test_files_are_read_where_they_are(tmp_path: Path) -> None:
    tables = load(written(tmp_path / "facts"))
    with pytest.raises(FactsError, match="the folder holds neither"):
        reports(tables, names(tables), NOTHING_REVIEWED, tmp_path)
    (tmp_path / "pharmacotherapydb.csv").write_text("drug,disease,category\nLisinopril,hypertension,DM\n")
    line = json.dumps({"pairs": [{"chemical": "lisinopril", "disease": "cough"}]})
    (tmp_path / "bc5cdr_train.jsonl.gz").write_bytes(gzip.compress(line.encode()))
    told = [report.told() for report in reports(tables, names(tables), NOTHING_REVIEWED, tmp_path)]
    assert told == [
        "PharmacotherapyDB DM: 1 pairs, 1 with both names known (100%): 1 claimed (100%)\n"
        "PharmacotherapyDB: 0 disagreements have a reason",
        "BC5CDR caused: 1 pairs, 1 with both names known (100%): 1 claimed (100%)\n"
        "BC5CDR: 0 disagreements have a reason",
    ]


@pytest.mark.data
def test_every_disagreement_with_the_data_sets_has_a_reason_and_no_reason_is_spare(data_folder: Path) -> None:
    reviewed = load_exceptions(FOLDER / "exceptions.csv")
    for report in reports(facts(), names(facts()), reviewed, data_folder):
        assert (report.unreviewed, report.stale) == ((), ())
