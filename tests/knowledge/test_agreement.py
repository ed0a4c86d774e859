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
        ("Salbutamol", "hypertension", "DM"),
        ("Albuterol", "asthma", "NOT"),
        ("Lisinopril", "gout", "DM"),
    ]
    report = pharmacotherapydb(Links(tables, index), index, {}, pairs)
    assert report.counts == {"DM absent": 1, "DM claimed": 1, "DM unknown": 1, "NOT claimed": 1}
    assert report.disagreements == ("DM absent: Salbutamol / hypertension", "NOT claimed: Albuterol / asthma")
    reviewed = {"albuterol / asthma": "first-line reliever", "salbutamol / hypertension": "no such use"}
    assert pharmacotherapydb(Links(tables, index), index, reviewed, pairs).disagreements == ()


def test_an_effect_told_by_several_articles_is_listed(tmp_path: Path) -> None:
    tables = load(written(tmp_path))
    index = names(tables)
    pairs = [("lisinopril", "cough"), ("salbutamol", "cough"), ("Salbutamol", "Cough"), ("salbutamol", "asthma")]
    report = bc5cdr(Links(tables, index), index, {}, pairs)
    assert report.counts == {"absent": 3, "claimed": 1}
    assert report.disagreements == ("absent: salbutamol / cough (2 articles)",)


def test_files_are_read_where_they_are(tmp_path: Path) -> None:
    tables = load(written(tmp_path / "facts"))
    with pytest.raises(FactsError, match="the folder holds neither"):
        reports(tables, names(tables), NOTHING_REVIEWED, tmp_path)
    (tmp_path / "pharmacotherapydb.csv").write_text("drug,disease,category\nLisinopril,hypertension,DM\n")
    line = json.dumps({"pairs": [{"chemical": "lisinopril", "disease": "cough"}]})
    (tmp_path / "bc5cdr_train.jsonl.gz").write_bytes(gzip.compress(line.encode()))
    told = [report.told() for report in reports(tables, names(tables), NOTHING_REVIEWED, tmp_path)]
    assert told == ["PharmacotherapyDB: 1 DM claimed", "BC5CDR: 1 claimed"]


@pytest.mark.data
def test_every_disagreement_with_the_curated_indications_is_reviewed(data_folder: Path) -> None:
    reviewed = load_exceptions(FOLDER / "exceptions.csv")
    report, _ = reports(facts(), names(facts()), reviewed, data_folder)
    assert report.disagreements == ()
