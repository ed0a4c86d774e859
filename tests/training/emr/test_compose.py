"""Charts composed from the facts."""

from __future__ import annotations

from datetime import date
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emr_rerank.fhir import Accepted, validate
from emr_rerank.knowledge import Concept, knowledge_base
from emr_rerank.knowledge.bearing import Subject
from training.emr.assessments import names_any
from training.emr.common import COMMON
from training.emr.compose import Composed, Composer
from training.emr.dice import dice
from training.emr.people import Person, limits, limits_of
from training.emr.records import Entry, Writer
from training.emr.themes import known
from training.emr.values import RANGES

SEED = 3


@cache
def composer(*, themes_held_out: bool = False) -> Composer:
    return Composer(knowledge_base(), SEED, themes_held_out=themes_held_out)


@cache
def charts(*, themes_held_out: bool = False) -> list[Composed]:
    made = composer(themes_held_out=themes_held_out)
    return [made.chart(number) for number in range(50)]


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 100_000), st.sampled_from(("trained on", "held out")))
def test_positives_and_negatives_are_items_of_the_chart_and_none_is_both(number: int, themes: str) -> None:
    chart = composer(themes_held_out=themes == "held out").chart(number)
    references = {item.reference for item in chart.items}
    assert chart.asked
    for asked in chart.asked:
        assert asked.asking.text.strip()
        assert asked.grades
        assert asked.negatives
        assert asked.grades.keys() <= references
        assert set(asked.negatives) <= references
        assert not asked.grades.keys() & set(asked.negatives)
        assert len(set(asked.negatives)) == len(asked.negatives)
        assert all(0 < grade <= 1 for grade in asked.grades.values())


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 100_000))
def test_no_fact_ties_a_negative_to_the_assessment_nor_to_what_is_behind_it(number: int) -> None:
    chart = composer().chart(number)
    reader = knowledge_base().reader
    by_reference = {item.reference: item for item in chart.items}
    behind = Subject(chart.theme.concept, "", 1.0)
    for asked in chart.asked:
        about = (behind, *reader.of_assessment(asked.asking.text))
        for reference in asked.negatives:
            assert not reader.bearing(reader.of_item(by_reference[reference]), about).strength


def test_assessments_by_symptoms_do_not_name_the_diagnosis() -> None:
    names = known(knowledge_base()).spellings
    found = 0
    for chart in charts():
        if chart.theme.kind == "symptoms":
            for asked in chart.asked:
                found += 1
                assert not names_any(asked.asking.text, names.all(chart.theme.concept))
                asked_about = knowledge_base().reader.of_assessment(asked.asking.text)
                assert chart.theme.concept not in {one.concept for one in asked_about}
    assert found


def test_the_same_seed_and_number_compose_the_same_chart() -> None:
    again = Composer(knowledge_base(), SEED)
    for number in (49, 0, 7):  # in any order
        assert again.chart(number) == charts()[number]


def test_another_seed_composes_others() -> None:
    assert Composer(knowledge_base(), SEED + 1).chart(0).items != charts()[0].items


def test_themes_held_out_and_others_never_meet() -> None:
    held_out = {chart.theme.group for chart in charts(themes_held_out=True)}
    assert held_out.isdisjoint(chart.theme.group for chart in charts())
    assert len(held_out) > 20


def test_charts_are_about_many_things_in_many_ways() -> None:
    assert {chart.theme.kind for chart in charts()} == {
        "presentation", "problem", "symptoms", "medicine", "operation", "result",
    }  # fmt: skip
    assert len({asked.asking.style for chart in charts() for asked in chart.asked}) >= 9
    kinds = {item.kind for chart in charts() for item in chart.items}
    assert {"allergy", "condition", "family history", "medication", "observation", "procedure", "report"} <= kinds


def test_nobody_has_what_does_not_fit_them() -> None:
    for chart in charts():
        titles = " ".join(item.title.casefold() for item in chart.items if item.kind == "condition")
        if chart.person.sex == "male":
            assert "pregnan" not in titles
            assert "ovarian" not in titles
        else:
            assert "prostat" not in titles


def test_no_record_is_of_a_day_to_come_nor_from_before_birth() -> None:
    for chart in charts():
        days = sorted(item.date[:4] for item in chart.items if item.date)
        assert int(days[-1]) - int(days[0]) <= chart.person.age + 1


@pytest.mark.parametrize("name", ["heart failure", "pregnancy", "anaphylaxis", "stroke"])
def test_what_is_written_is_valid_fhir(name: str) -> None:
    base = knowledge_base()
    ties = known(base).ties
    writer = Writer(known(base).spellings, Person(40, "female"), date(2025, 3, 1))
    rng = dice("valid", name)
    kinds = set()
    for place, tie in enumerate(ties.of(Concept("condition", name))[::4]):
        concept = ties.member(rng, tie.concept)
        for resource in writer.write(rng, Entry(f"k{place}", concept, tie.role)) if concept else ():
            subject = "patient" if resource["resourceType"] in WITH_PATIENT else "subject"
            patient = {} if resource["resourceType"] == "Device" else {subject: {"reference": "Patient/x"}}
            outcome = validate({**resource, **patient}, repair=False)
            assert isinstance(outcome, Accepted), outcome
            kinds.add(resource["resourceType"])
    assert {"Condition", "MedicationRequest", "Observation"} <= kinds


WITH_PATIENT = {"AllergyIntolerance", "Device", "FamilyMemberHistory", "Immunization"}


@pytest.mark.parametrize(
    ("name", "fitting", "unfitting"),
    [
        ("prostate cancer", Person(70, "male"), Person(70, "female")),
        ("pregnancy", Person(30, "female"), Person(60, "female")),
        ("bronchiolitis", Person(1, "male"), Person(40, "male")),
        ("dementia", Person(80, "female"), Person(40, "female")),
        ("estradiol", Person(50, "female"), Person(50, "male")),
        ("asthma", Person(30, "male"), Person(3, "male")),
    ],
)
def test_limits_say_whom_a_thing_fits(name: str, fitting: Person, unfitting: Person) -> None:
    assert limits(name).fit(fitting)
    assert not limits(name).fit(unfitting)


def test_what_fits_nobody_together_is_told() -> None:
    assert limits_of(["pregnancy", "hypothyroidism"]).possible
    assert not limits_of(["pregnancy", "prostate cancer"]).possible
    assert not limits_of(["bronchiolitis", "dementia"]).possible


def test_tables_name_rows_of_the_facts() -> None:
    facts = knowledge_base().facts
    assert set(COMMON) <= {row.name for row in facts.conditions}
    assert set(RANGES) <= {row.name for row in facts.tests}


def test_ties_tell_classes_as_medicines() -> None:
    ties = known(knowledge_base()).ties
    members = ties.members(Concept("class", "ACE inhibitor"))
    assert Concept("medicine", "ramipril") in members
    assert all(one.kind == "medicine" for one in members)
    assert ties.members(members[0]) == members[:1]
