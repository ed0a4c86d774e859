"""Which names a terminology adds to the tables', and that it moves none of theirs. All content is invented."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emr_rerank.errors import FactsError
from emr_rerank.knowledge import Facts, Names, load
from emr_rerank.knowledge.recognise import Recogniser
from emr_rerank.knowledge.terminology import read_terminology
from tests.knowledge.tables import TABLES, with_row, written

Atom = tuple[str, str, str, str]  # group, language, string, suppressed


def conso(path: Path, *atoms: Atom) -> Path:
    """Write atoms as RXNCONSO.RRF and MRCONSO.RRF lay them out."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = (f"{group}|{language}||||||||||SRC|PT||{string}||{hidden}||\n" for group, language, string, hidden in atoms)
    path.write_text("".join(lines), encoding="utf-8")
    return path


def english(group: str, *strings: str) -> list[Atom]:
    """Return the atoms of one group."""
    return [(group, "ENG", string, "N") for string in strings]


def added(path: Path, facts: Facts) -> dict[str, str]:
    """Return what the terminology adds: name -> concept."""
    return {one.text: one.concept.name for one in read_terminology(path, facts, Names(facts)).names}


@pytest.fixture
def tables(tmp_path: Path) -> Facts:
    """Return the small tables."""
    return load(written(tmp_path / "tables"))


@pytest.mark.parametrize("name", ["RXNCONSO.RRF", "MRCONSO.RRF", "export.txt"])
def test_a_group_that_names_one_concept_gives_it_its_other_strings(tables: Facts, tmp_path: Path, name: str) -> None:
    atoms = [*english("C1", "High Blood Pressure", "tight pipes"), *english("C2", "loose pipes", "loose tubes")]
    assert added(conso(tmp_path / name, *atoms), tables) == {"tight pipes": "hypertension"}


def test_the_string_that_names_may_come_last(tables: Facts, tmp_path: Path) -> None:
    assert added(conso(tmp_path / "a", *english("C1", "tight pipes", "hypertension")), tables) == {
        "tight pipes": "hypertension"
    }


@pytest.mark.parametrize(
    ("strings", "why"),
    [
        (["asthma", "cough", "tight pipes"], "the group names two concepts"),
        (["HTN", "tight pipes"], "an abbreviation names too much to go by"),
        (["asthma", "ast"], "under four characters"),
        (["asthma", "tight " * 30], "a sentence"),
        (["asthma", "12345"], "no letter"),
        (["asthma", "Cold"], "an everyday word"),
        (["asthma", "Patient"], "a longer everyday word"),
        (["asthma", "tablets"], "an everyday word with an ending"),
        (["asthma", "Coughing"], "a name of another concept"),
        (["asthma", "dry  COUGH"], "another concept's name in other case and spacing"),
        (["asthma", "dry coughs"], "another concept's name in the plural"),
        (["asthma", "two months of dry cough"], "a phrase of a presentation"),
        (["asthma", "Asthma"], "its own name already"),
    ],
)
def test_what_is_not_added(tables: Facts, tmp_path: Path, strings: list[str], why: str) -> None:
    assert added(conso(tmp_path / "a", *english("C1", *strings)), tables) == {}, why


def test_a_string_with_several_meanings_in_the_tables_names_no_group(tmp_path: Path) -> None:
    tables = load(written(tmp_path / "tables", with_row("tests", "heartbeats,the shakes,,,,,")))
    assert added(conso(tmp_path / "a", *english("C1", "the shakes", "wobbling")), tables) == {}
    assert added(conso(tmp_path / "b", *english("C1", "the shakes", "tremor", "wobbling")), tables) == {
        "wobbling": "tremor"
    }


def test_a_long_abbreviation_names_no_group_either(tmp_path: Path) -> None:
    tables = load(written(tmp_path / "tables", with_row("conditions", "wheeze,symptom,,WHZE,,,,,,,,")))
    assert added(conso(tmp_path / "a", *english("C1", "WHZE", "zephyrosis")), tables) == {}


def test_a_string_that_would_mean_two_concepts_is_left_out(tables: Facts, tmp_path: Path) -> None:
    folder = tmp_path / "rrf"
    conso(folder / "RXNCONSO.RRF", *english("1", "asthma", "tight pipes", "zephyrosis"))
    conso(folder / "MRCONSO.RRF", *english("C1", "hypertension", "Tight Pipe", "pressure illness"))
    assert added(folder, tables) == {"zephyrosis": "asthma", "pressure illness": "hypertension"}


def test_other_languages_and_suppressed_strings_are_not_read(tables: Facts, tmp_path: Path) -> None:
    atoms: list[Atom] = [
        ("C1", "ENG", "asthma", "N"),
        ("C1", "FRE", "poitrine qui siffle", "N"),
        ("C1", "ENG", "zephyrosis", "O"),
        ("C1", "ENG", "wheezing", "Y"),
        ("C1", "ENG", "tightness", "E"),
        ("C2", "ENG", "hypertension", "O"),
        ("C2", "ENG", "tight pipes", "N"),
    ]
    assert added(conso(tmp_path / "a", *atoms), tables) == {}


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("code,name", "{},{}"),
        ("atc_code,atc_name,ddd", '{},"{}",2'),
        ("ATC code;ATC level name", "{};{}"),
        ('\ufeff"Name","Code"', '"{1}","{0}"'),
    ],
)
def test_an_atc_index_names_the_medicine_that_carries_the_code(
    tables: Facts, tmp_path: Path, header: str, row: str
) -> None:
    path = tmp_path / "atc.csv"
    rows = [("C09AA03", "pressuril"), ("R03AC99", "nobody"), ("R03", "chest drugs"), ("C09AA03", "Zestril")]
    path.write_text("\n".join([header, *(row.format(*one) for one in rows), "", ""]), encoding="utf-8")
    assert added(path, tables) == {"pressuril": "lisinopril"}


def test_a_code_that_several_medicines_carry_names_none(tmp_path: Path) -> None:
    tables = load(written(tmp_path / "tables", with_row("medicines", "enalapril,,,ACE inhibitor,C09AA03,,,,,,,,,")))
    path = tmp_path / "atc.csv"
    path.write_text("code,name\nC09AA03,pressuril\n")
    assert added(path, tables) == {}


def test_a_prefix_names_the_class_whose_members_it_holds(tmp_path: Path) -> None:
    rows = "captopril,,,ACE inhibitor,C09AA01,,,,,,,,,\nterbutaline,,,bronchodilator,R03AC03,,,,,,,,,\n"
    rows += "ipratropium,,,bronchodilator,R03BB01,,,,,,,,,\nlisinopril/salbutamol,,,ACE inhibitor,C09BA99,,,,,,,,,"
    tables = load(written(tmp_path / "tables", with_row("medicines", rows)))
    path = tmp_path / "atc.csv"
    lines = {
        "C09": "angiotensin tamers",
        "C09AA": "angiotensin tamers, plain",
        "C09A": "other pressure agents",
        "C09B": "tamers with puffers, combinations",
        "R03AC": "selective puffers",
        "R03BB": "dry puffers",
        "R03": "PUFFERS AND PIPES",
    }
    path.write_text("code,name\n" + "".join(f'{code},"{name}"\n' for code, name in lines.items()))
    assert added(path, tables) == {
        "angiotensin tamers": "ACE inhibitor",
        "angiotensin tamers, plain": "ACE inhibitor",
        "PUFFERS AND PIPES": "bronchodilator",
    }


def test_the_digest_follows_the_content_and_not_the_place(tables: Facts, tmp_path: Path) -> None:
    atoms = english("1", "asthma", "zephyrosis")
    paths = [conso(tmp_path / "a" / "RXNCONSO.RRF", *atoms), conso(tmp_path / "b" / "MRCONSO.RRF", *atoms)]
    other = conso(tmp_path / "c", *atoms, *english("2", "nothing of ours"))
    first, second, third = (read_terminology(path, tables, Names(tables)).digest for path in (*paths, other))
    assert first == second != third


def test_a_released_folder_is_read_for_the_files_that_count(tables: Facts, tmp_path: Path) -> None:
    conso(tmp_path / "rel" / "rrf" / "RXNCONSO.RRF", *english("1", "asthma", "zephyrosis"))
    (tmp_path / "rel" / "rrf" / "RXNSAT.RRF").write_text("1|2|3|\n")
    (tmp_path / "rel" / "Readme.txt").write_text("words\n")
    assert added(tmp_path / "rel", tables) == {"zephyrosis": "asthma"}


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("RXNCONSO.RRF", b"1|ENG|asthma|\n", r"rel/RXNCONSO\.RRF: is no RXNCONSO\.RRF, no MRCONSO\.RRF \(18 columns"),
        ("RXNCONSO.RRF", b"\x00\xff" * 100_000, r"rel/RXNCONSO\.RRF: is no RXNCONSO\.RRF"),
        ("RXNCONSO.RRF", b"", r"rel/RXNCONSO\.RRF: is no RXNCONSO\.RRF"),
        (
            "RXNCONSO.RRF",
            b"1|ENG" + b"|" * 17 + b"\n1|ENG|\n",
            r"rel/RXNCONSO\.RRF line 2: 2 columns, the format has 18",
        ),
        ("RXNCONSO.RRF", b"1|ENG" + b"|" * 13 + b"\xff||N||\n", r"rel/RXNCONSO\.RRF line 1: not UTF-8 text"),
        ("atc.csv", b"code,name\nC09AA03,\xff\n", r"rel/atc\.csv: not UTF-8 text"),
        ("atc.csv", b"drug,dose\n", r"rel/atc\.csv: is no RXNCONSO\.RRF"),
        ("atc.csv", b"code,name\nC09AA03,x\nlisinopril,C09\n", r"rel/atc\.csv line 3: no ATC code and name"),
        ("atc.csv", b"code,name\nC09AA03\n", r"rel/atc\.csv line 2: no ATC code and name"),
        ("atc.csv", b'code,name\nC09AA03,"x\n', r"rel/atc\.csv line 2: not CSV"),
        ("notes.txt", b"words\n", r"rel: holds no RXNCONSO\.RRF, no MRCONSO\.RRF and no ATC index"),
    ],
)
def test_what_is_none_of_these_is_told(tables: Facts, tmp_path: Path, name: str, content: bytes, told: str) -> None:
    (tmp_path / "rel").mkdir()
    (tmp_path / "rel" / name).write_bytes(content)
    with pytest.raises(FactsError, match=told):
        read_terminology(tmp_path / "rel", tables, Names(tables))


def test_a_pipe_is_not_waited_for(tables: Facts, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "RXNCONSO.RRF")
    with pytest.raises(FactsError, match=r"RXNCONSO\.RRF: not a plain file"):
        read_terminology(tmp_path / "RXNCONSO.RRF", tables, Names(tables))


def test_an_absent_file_is_told(tables: Facts, tmp_path: Path) -> None:
    with pytest.raises(FactsError, match=r"absent\.RRF: cannot be read \(No such file"):
        read_terminology(tmp_path / "absent.RRF", tables, Names(tables))


def _own_names(facts: Facts) -> list[str]:
    names = Names(facts)
    return sorted({one.text for text in names for one in names.meanings(text)})


with tempfile.TemporaryDirectory() as _folder:
    SMALL = load(written(Path(_folder), TABLES))
PLAIN = Names(SMALL)
OWN = _own_names(SMALL)
RECOGNISER = Recogniser(SMALL, PLAIN)
_strings = st.one_of(
    st.sampled_from(OWN),
    st.sampled_from(OWN).map(str.upper),
    st.sampled_from(OWN).map("{}s".format),
    st.lists(st.sampled_from([*" ".join(OWN).split(), "oedema", "(disorder)", "II"]), min_size=1, max_size=3).map(
        " ".join
    ),
    st.text(st.characters(exclude_characters="|\n\r", exclude_categories=["Cs"]), min_size=1, max_size=12),
)
_atoms = st.tuples(st.sampled_from("1234"), st.sampled_from(["ENG", "FRE"]), _strings, st.sampled_from("NNNO"))


@settings(max_examples=150, deadline=None)
@given(st.lists(_atoms, min_size=1, max_size=25))
def test_widening_never_changes_what_a_shipped_name_means(atoms: Iterable[Atom]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        new = read_terminology(conso(Path(folder) / "RXNCONSO.RRF", *atoms), SMALL, PLAIN).names
    wider = Names(SMALL, new)
    assert {text: wider.meanings(text) for text in OWN} == {text: PLAIN.meanings(text) for text in OWN}
    assert all(wider.resolve(one.text) == (one.concept,) for one in new)
    recogniser = Recogniser(SMALL, wider)
    for text in OWN:
        if all(one.concept.kind != "presentation" for one in PLAIN.meanings(text)):
            assert recogniser.find(text) == RECOGNISER.find(text), text
