from __future__ import annotations

from dataclasses import replace
from io import StringIO

import pytest
from rich.console import Console

from emr_rerank.cli.table import print_ranking
from emr_rerank.pipeline.history import Ranking
from emr_rerank.ranking import safety_strip, unranked
from emr_rerank.types import HistoryItem, Kind, Patient, RankedItem, Reason, Standing
from tests.builders import item


def shown(*items: HistoryItem, top: int | None = None) -> str:
    return printed(unranked(items, {}), top=top)


def printed(ranked: tuple[RankedItem, ...], *, top: int | None = None, width: int = 120) -> str:
    patient = Patient("local", "p1", "Ada [bold]Example[/]")
    ranking = Ranking(patient, "lexical", "x", ranked, safety_strip(ranked), ("Mind this.",), 2, {"Media": 3})
    console = Console(file=StringIO(), width=width)
    print_ranking(ranking, top, console)
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


def test_what_is_over_or_denied_is_marked_and_what_just_happened_is_not() -> None:
    text = shown(
        item("Condition/1", title="Gout", standing=Standing.PAST, date="2020"),
        item("Condition/2", title="Pulmonary embolism", standing=Standing.REFUTED, date="2019"),
        item("Encounter/1", Kind.ENCOUNTER, "Clinic", standing=Standing.PAST, date="2018"),
        item("Condition/3", title="Asthma", date="2017"),
    )
    assert "[past] Record: Gout" in text
    assert "[refuted] Record: Pulmonary embolism" in text
    assert "] Record: Clinic" not in text
    assert "] Record: Asthma" not in text


def test_names_and_records_are_shown_as_they_are_never_as_markup() -> None:
    text = shown(item("Condition/1", title="[red]Gout[/red]"))
    assert "Ada [bold]Example[/]" in text
    assert "[red]Gout[/red]" in text


def test_the_reader_learns_what_is_missing_and_how_much_is_not_shown() -> None:
    allergy = item("AllergyIntolerance/1", Kind.ALLERGY, "Penicillin")
    text = shown(item("Condition/1", date="2020"), allergy, top=1)
    assert "Note: Mind this." in text
    assert "2 records of this patient could not be read" in text
    assert "Not ranked: 3 Media" in text
    assert "Allergy: Penicillin" in text.partition("By relevance")[0]
    assert "Allergy: Penicillin" not in text.partition("By relevance")[2]
    assert "1 of 2 items, ranked by lexical" in text


@pytest.mark.parametrize("width", [80, 120])
def test_what_ties_a_record_to_the_assessment_stands_whole_below_it(width: int) -> None:
    long = "[b]ramipril[/b] is an ACE inhibitor, " + "which can cause cough, " * 6
    tied, other = unranked([item("Condition/1", date="2020"), item("Condition/2", date="2019", title="Gout")], {})
    lines = printed(
        (replace(tied, reason=Reason(0.5, long, ("medicines.csv line 3",))), other), width=width
    ).splitlines()
    (place,) = [number for number, line in enumerate(lines) if "Record: Asthma" in line]
    assert lines[place + 1].strip().startswith("why: [b]ramipril[/b] is an ACE inhibitor")
    assert max(map(len, lines)) <= width
    (following,) = [number for number, line in enumerate(lines) if "Record: Gout" in line]
    assert " ".join(" ".join(lines[place + 1 : following]).split()) == f"why: {long.strip()}"
    assert not any("why" in line for line in lines[following:])
