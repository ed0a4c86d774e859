from __future__ import annotations

import itertools
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emr_rerank.ranking.items import KEYS, to_items
from emr_rerank.types import Kind, Record, Standing
from tests.builders import record, result


def references(records: list[Record]) -> list[list[str]]:
    return [[member.reference for member in item.members] for item in to_items(records)]


def test_every_kind_has_a_rule() -> None:
    assert set(KEYS) == set(Kind)


def test_repeats_become_one_item_with_latest_value_count_and_course() -> None:
    records = [result(f"Observation/{year}", f"{year}-02-01", 6.0 + (year - 2016)) for year in range(2016, 2020)]
    (only,) = to_items(records)
    assert only.head.reference == "Observation/2019"
    assert only.date == "2019-02-01"
    assert only.text == "HbA1c 9 %; recorded 4 times since 2016-02-01; earlier 6, 7, 8, now higher"


@pytest.mark.parametrize(
    ("kind", "fields", "apart"),
    [
        (Kind.MEDICATION, {}, {"dose": "2 a day"}),
        (Kind.MEDICATION, {"status": "active"}, {"status": "stopped", "standing": Standing.PAST}),
        (Kind.PROCEDURE, {"body_site": "left knee"}, {"body_site": "right knee"}),
        (Kind.CONDITION, {"text": "Ulcer, left foot"}, {"text": "Ulcer, right foot"}),
        (Kind.CONDITION, {"text": "PE, since 2019"}, {"text": "PE (differential), since 2025"}),
        (Kind.CONDITION, {"code": "icd|C79.9"}, {"code": "icd|C79.9", "title": "Adrenal metastasis"}),
        (Kind.ALLERGY, {"text": "Latex; reaction: anaphylaxis"}, {"text": "Latex"}),
        (Kind.ALLERGY, {"code": "sct|416098002"}, {"code": "sct|416098002", "title": "Trimethoprim"}),
        (Kind.MEDICATION, {"code": "rx|warfarin"}, {"code": "rx|warfarin", "title": "Warfarin 5 mg"}),
        (Kind.MEDICATION, {}, {"standing": Standing.PLANNED}),
        (Kind.PROCEDURE, {"text": "Anaesthesia; complication: hyperthermia, 2012"}, {"text": "Anaesthesia, 2020"}),
        (Kind.PROCEDURE, {}, {"standing": Standing.PLANNED}),
        (Kind.OBSERVATION, {"code": "loinc|1558-6"}, {"code": "loinc|1558-6", "title": "Glucose, random"}),
        (Kind.REPORT, {"text": "Panel; note: has a qualifier that is not shown"}, {"text": "Panel"}),
        (Kind.OBSERVATION, {"text": "INR 2; note: on antibiotics"}, {"text": "INR 3"}),
        (Kind.CONDITION, {}, {"code": "other"}),
        (Kind.CONDITION, {}, {"standing": Standing.REFUTED}),
        (Kind.OBSERVATION, {}, {"standing": Standing.ENTERED_IN_ERROR}),
        (Kind.IMMUNIZATION, {}, {"standing": Standing.NOT_DONE}),
    ],
)
def test_what_differs_in_a_telling_way_stays_apart(kind: Kind, fields: dict[str, Any], apart: dict[str, Any]) -> None:
    same = [record("X/1", kind, **fields), record("X/2", kind, **fields)]
    assert references(same) == [["X/1", "X/2"]]
    assert references([same[0], record("X/2", kind, **{**fields, **apart})]) == [["X/1"], ["X/2"]]


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        (Kind.NOTE, {}),
        (Kind.IMPRESSION, {}),
        (Kind.CARE_PLAN, {}),
        (Kind.ENCOUNTER, {"reason": "Chest pain"}),
        (Kind.REPORT, {"value": "No fracture."}),
        (Kind.REPORT, {"body": "A long letter about no fracture."}),
        (Kind.OBSERVATION, {"value": "walks with a frame, lives alone, " * 4}),
    ],
)
def test_narrative_never_merges(kind: Kind, fields: dict[str, Any]) -> None:
    assert references([record("X/1", kind, **fields), record("X/2", kind, **fields)]) == [["X/1"], ["X/2"]]


def test_encounters_without_a_reason_and_reports_without_a_conclusion_merge() -> None:
    for kind in (Kind.ENCOUNTER, Kind.REPORT):
        assert references([record("X/1", kind), record("X/2", kind)]) == [["X/1", "X/2"]]


def test_an_active_problem_is_not_hidden_by_a_newer_resolved_episode_nor_hides_it() -> None:
    old = record("Condition/old", status="active", date="2010")
    new = record("Condition/new", status="resolved", standing=Standing.PAST, date="2020")
    assert references([old, new]) == [["Condition/new"], ["Condition/old"]]


@pytest.mark.parametrize(
    ("kind", "texts"),
    [
        (Kind.CONDITION, ["Sinusitis, 2010-01-03 to 2010-01-20", "Sinusitis, 2015-02 to 2015-03"]),
        (Kind.CONDITION, ["Gout, recorded 2011", "Gout, since 2016-03"]),
        (Kind.IMMUNIZATION, ["Influenza vaccine, 2019-10-01", "Influenza vaccine, 2020-10-01"]),
        (Kind.MEDICATION, ["Amoxicillin, ordered 2019-10-01", "Amoxicillin, ordered 2020-10-01"]),
    ],
)
def test_lines_that_differ_in_dates_only_are_repeats(kind: Kind, texts: list[str]) -> None:
    records = [record(f"X/{number}", kind, text=text) for number, text in enumerate(texts)]
    assert len(to_items(records)) == 1


def test_of_two_results_of_one_instant_the_corrected_one_stands() -> None:
    first = result("O/1", "2020-01-01T10:00:00Z", 450, status="preliminary")
    second = result("O/2", "2020-01-01T10:00:00Z", 4.5, status="corrected")
    assert [item.head.value for item in to_items([first, second])] == ["4.5 %"]


RECORDS = st.lists(
    st.builds(
        record,
        st.integers(0, 10**6).map("Condition/{}".format),
        st.sampled_from(Kind),
        st.sampled_from(["Asthma", "Gout"]),
        status=st.sampled_from(["active", "resolved"]),
        standing=st.sampled_from(Standing),
        date=st.sampled_from(["", "2016", "2016-03", "2016-03-01T10:00:00+02:00", "2016-03-01T09:00:00Z", "soon"]),
        reason=st.sampled_from(["", "cough"]),
        body=st.sampled_from(["", "long words"]),
    ),
    unique_by=lambda made: made.reference,
    max_size=12,
)


@given(RECORDS)
def test_every_record_is_in_exactly_one_item(records: list[Record]) -> None:
    members = [member.reference for item in to_items(records) for member in item.members]
    assert sorted(members) == sorted(made.reference for made in records)


@given(RECORDS, st.randoms())
def test_the_order_records_come_in_does_not_matter(records: list[Record], random: object) -> None:
    shuffled = list(records)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert to_items(shuffled) == to_items(records)


@given(RECORDS)
def test_the_head_is_a_member_with_the_items_own_date_and_standing(records: list[Record]) -> None:
    for item in to_items(records):
        assert item.head in item.members
        assert (item.head.standing, item.head.status, item.head.date) == (item.standing, item.status, item.date)


def test_items_come_newest_first_and_the_undated_last() -> None:
    dates = ["2020-05-01T08:00:00+00:00", "2020-05-01", "2020-05", "2019", ""]
    for order in itertools.permutations(range(len(dates))):
        records = [record(f"Condition/{index}", title=f"Problem {index}", date=dates[index]) for index in order]
        assert [item.date for item in to_items(records)] == dates
