"""What the tables say of two concepts, read from either end."""

from __future__ import annotations

from pathlib import Path

import pytest

from emr_rerank.knowledge import Concept, facts, load, names
from emr_rerank.knowledge.links import COLUMNS, Links
from emr_rerank.knowledge.references import REFERENCES
from tests.knowledge.tables import with_row, written

LISINOPRIL = Concept("medicine", "lisinopril")
SALBUTAMOL = Concept("medicine", "salbutamol")
ACE_INHIBITOR = Concept("class", "ACE inhibitor")


@pytest.fixture
def links(tmp_path: Path) -> Links:
    tables = load(written(tmp_path))
    return Links(tables, names(tables))


def test_a_fact_is_told_from_both_ends(links: Links) -> None:
    cough = Concept("condition", "cough")
    (told,) = [link for link in links.of(LISINOPRIL) if link.b == cough]
    assert told in links.of(cough)
    assert told.sentence() == "lisinopril can cause cough"


def test_a_column_of_the_object_reads_the_right_way_round(links: Links) -> None:
    sentences = {link.sentence() for link in links.of(Concept("test", "potassium"))}
    assert {
        "potassium is checked during treatment with lisinopril",
        "potassium is checked in hypertension",
    } <= sentences


def test_a_fact_that_two_rows_tell_is_one_link(links: Links) -> None:
    asthma = Concept("condition", "asthma")
    assert [link.relation for link in links.of(SALBUTAMOL) if link.b == asthma] == ["treats"]


def test_an_interaction_names_its_consequence(links: Links) -> None:
    (link,) = [link for link in links.of(SALBUTAMOL) if link.relation == "interacts with"]
    assert link.sentence() == "salbutamol interacts with an ACE inhibitor (none)"
    assert link.clause(after=link) == "with which salbutamol interacts (none)"


def test_what_interacts_with_a_condition_is_a_reason_for_care(tmp_path: Path) -> None:
    row = "lisinopril,angioedema,drug-condition,bradykinin,swelling of the airway,contraindicated"
    tables = load(written(tmp_path, with_row("interactions", row)))
    sentences = {link.sentence() for link in Links(tables, names(tables)).of(LISINOPRIL)}
    assert "angioedema calls for care with lisinopril" in sentences  # as the medicine's own row says


def test_what_is_contraindicated_is_called_so(tmp_path: Path) -> None:
    row = "lisinopril,salbutamol,drug-drug,none known,swelling of the airway,contraindicated"
    tables = load(written(tmp_path, with_row("interactions", row)))
    sentences = {link.sentence() for link in Links(tables, names(tables)).of(LISINOPRIL)}
    assert "lisinopril interacts with salbutamol (contraindicated: swelling of the airway)" in sentences


def test_guidance_links_a_medicine_to_the_state_it_is_about() -> None:
    shipped = Links(facts(), names(facts()))
    trimethoprim = shipped.of(Concept("medicine", "trimethoprim"))
    told = {link.a.name: link for link in trimethoprim if link.relation == "contraindicates"}
    assert told["pregnancy"].where.startswith("medicines.csv line ")
    metformin = {link.sentence() for link in shipped.of(Concept("medicine", "metformin"))}
    assert any(one.startswith("renal impairment calls for care with metformin (") for one in metformin)


def test_guidance_does_not_make_a_state_say_less() -> None:
    shipped = Links(facts(), names(facts()))
    pregnancy = Concept("condition", "pregnancy")
    assert shipped.spread(pregnancy) < len(shipped.of(pregnancy)) / 2


def test_what_is_compatible_with_a_state_is_not_linked_to_it() -> None:
    shipped = Links(facts(), names(facts()))
    compatible = {row.name for row in facts().medicines if row.pregnancy.startswith("compatible")}
    warned = {link.b.name for link in shipped.of(Concept("condition", "pregnancy")) if link.guides}
    assert warned
    assert warned.isdisjoint(compatible)


def test_the_first_of_a_cell_counts_most() -> None:
    amiodarone = Concept("medicine", "amiodarone")
    shipped = Links(facts(), names(facts()))
    weights = [
        link.weight for link in shipped.of(amiodarone) if link.relation == "causes" and "medicines" in link.where
    ]
    assert weights[0] == max(weights)
    assert weights[0] > weights[3]


def test_family_and_allergy_cells_hold_only_for_such_records(links: Links) -> None:
    roles = {(link.a.name, link.role) for link in links.of(Concept("presentation", "chronic cough"))}
    assert ("asthma", "family") in roles
    assert ("asthma", "") in roles


def test_every_column_that_refers_to_something_is_read() -> None:
    assert set(COLUMNS) == {(kind, column) for kind, columns in REFERENCES.items() for column in columns}
