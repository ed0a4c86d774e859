"""Test sets from files in the data folder's layout: what is held out, what is found, what counts."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from emr_rerank.errors import EmrRerankError, SourceError
from training.evaluation.candidates import lexical_candidates
from training.evaluation.data_folder import CANDIDATES, READERS, Wanted, read_set
from training.held_out import groups_of, held_out, kept_from_training, side, side_of
from training.keys import text_key
from training.sources import source

WORDS = "amber birch cedar delta ember fjord grove heath inlet jetty knoll ledge marsh north ocean plain quarry".split()


def write(path: Path, rows: Sequence[Mapping[str, object]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    data = "".join(json.dumps(row) + "\n" for row in rows).encode()
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)


def medquad(folder: Path) -> Path:
    """Write two questions on each of many made-up ailments; every third answer repeats under the next ailment."""
    rows: list[Mapping[str, object]] = []
    for number in range(120):
        name = f"{WORDS[number % 17]} {WORDS[number // 17]} {number}"
        for facet in ("symptoms", "treatment"):
            repeated = facet == "treatment" and number % 3 < 2
            answer = f"Rest cures {number // 3}." if repeated else f"The {facet} of {name} are such as these, {number}."
            rows.append({"question": f"What {facet} has {name}?", "answer": answer, "focus": name, "qtype": facet})
    write(folder / "medquad_train.jsonl.gz", rows)
    return folder


def scifact(folder: Path) -> Path:
    here = folder / "eval_public" / "scifact"
    write(here / "corpus.jsonl.gz", [{"_id": str(n), "title": f"On {w}", "text": w} for n, w in enumerate(WORDS)])
    write(here / "queries.jsonl", [{"_id": f"q{n}", "text": f"{w} is so"} for n, w in enumerate(WORDS)])
    (here / "qrels").mkdir()
    (here / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\n" + "q3\t3\t1\nq4\t4\t1\n")
    return folder


def test_what_is_held_out_depends_on_the_group_alone() -> None:
    sides = [side_of(f"about:{number}") for number in range(4000)]
    assert sides.count("test") / 4000 == pytest.approx(0.08, abs=0.015)
    assert sides.count("validation") / 4000 == pytest.approx(0.05, abs=0.015)
    assert [held_out(f"about:{number}") for number in range(4000)] == [one != "train" for one in sides]


def test_a_held_out_part_shares_no_group_question_or_answer_with_training(tmp_path: Path) -> None:
    examples = list(source("medquad", [medquad(tmp_path)]).examples())
    trained = [example for example in examples if not kept_from_training(example)]
    for of in ("validation", "test"):
        one = read_set("medquad", tmp_path, Wanted(of, 1000))
        assert one is not None
        assert one.home
        assert {question.group for question in one.questions}.isdisjoint(
            group for example in trained for group in groups_of(example)
        )
        assert {text_key(question.text) for question in one.questions}.isdisjoint(
            text_key(example.query) for example in trained
        )
        answers = {passage for question in one.questions for passage in question.grades}
        assert answers.isdisjoint(str(text_key(text)) for example in trained for text in example.positives)
        asked = [example for example in examples if side(example) == of]
        assert 0 < len(one.questions) < len(asked)  # answers that training meets under another ailment are left out


def test_all_answers_are_searched_and_one_that_is_not_found_stays_judged(tmp_path: Path) -> None:
    one = read_set("medquad", medquad(tmp_path), Wanted("test", 1000))
    assert one is not None
    assert len(one.passages) == len({e.positives[0] for e in source("medquad", [tmp_path]).examples()})
    for question in one.questions:
        assert len(question.candidates) == CANDIDATES
        assert len(question.grades) == 1


def test_fewer_questions_are_some_of_the_same(tmp_path: Path) -> None:
    medquad(tmp_path)
    few, many = (read_set("medquad", tmp_path, Wanted("test", count)) for count in (3, 1000))
    assert few is not None
    assert many is not None
    assert len(few.questions) == 3
    assert {question.id for question in few.questions} < {question.id for question in many.questions}


def test_scifact_is_ranked_over_its_whole_corpus_and_never_chosen_on(tmp_path: Path) -> None:
    one = read_set("scifact", scifact(tmp_path), Wanted("test", 300))
    assert one is not None
    assert [question.id for question in one.questions] == ["q3", "q4"]
    assert len(one.found(one.questions[0])) == len(WORDS)
    assert not one.home
    assert read_set("scifact", tmp_path, Wanted("validation", 300)) is None


def test_an_absent_or_other_file_is_one_line(tmp_path: Path) -> None:
    for name in READERS:
        with pytest.raises(EmrRerankError) as fault:
            read_set(name, tmp_path, Wanted("test", 3))
        assert "\n" not in str(fault.value)
    here = scifact(tmp_path) / "eval_public" / "scifact"
    write(here / "corpus.jsonl.gz", [{"id": "1"}])
    with pytest.raises(SourceError, match="BEIR layout"):
        read_set("scifact", tmp_path, Wanted("test", 3))


def test_candidates_are_the_passages_that_share_the_most_telling_words() -> None:
    passages = ["red fish", "blue fish", "blue whale fish", "green"]
    assert lexical_candidates(["blue whale", "nothing known", ""], passages, 2) == [[2, 1], [0, 1], [0, 1]]
    assert lexical_candidates(["green"], passages, 9)[0][0] == 3


@pytest.mark.data
def test_the_folders_held_out_parts_are_there(data_folder: Path) -> None:
    for name in ("bioasq", "pubmedqa", "covidqa"):
        one = read_set(name, data_folder, Wanted("test", 300))
        assert one is not None
        found = sum(bool(question.grades.keys() & set(question.candidates)) for question in one.questions)
        assert found / len(one.questions) > 0.8
