"""Triplets of invented files, from the command to the files it writes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from emr_rerank.errors import RequestError
from tests.conftest import REPOSITORY
from training.__main__ import main
from training.configuration import configured
from training.held_out import kept_from_training
from training.keys import normalised
from training.leaks import leaks
from training.sources import KINDS, source
from training.split import SIDES
from training.triplets import Config, Outcome, write_rows, write_triplets

NONE = {"queries": 0, "positives": 0, "groups": 0, "negatives_that_answer": 0}
TOPICS = ("knee", "ear", "nose", "elbow", "toe", "chin", "wrist", "heel", "hip", "jaw")
QUIET = Console(quiet=True)
FACETS = ("symptoms", "treatment", "information")


def write(path: Path, rows: Sequence[object]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def medquad(folder: Path) -> None:
    write(
        folder / "medquad_train.jsonl",
        [
            {
                "question": f"What of the {facet} of {topic} {n}?",
                "answer": f"The {facet} of {topic} {n} are as follows.",
                "focus": f"{topic} {n}",
                "qtype": facet,
            }
            for topic in TOPICS
            for n in range(6)
            for facet in FACETS
        ],
    )


def made(folder: Path, *overrides: str) -> Outcome:
    places = [f"data={folder}", f"output={folder / 'out'}", f"downloads={folder / 'downloads'}"]
    given_ = [*places, "hold_out=false", *overrides]
    return write_triplets(configured("triplets", given_, Config), QUIET)


def rows(folder: Path, side: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "out" / f"{side}.jsonl").read_text(encoding="utf-8").splitlines()]


def all_rows(folder: Path) -> list[dict[str, Any]]:
    return [row for side in SIDES for row in rows(folder, side)]


WIDE = ("triplets.validation=0.2", "triplets.test=0.2", "triplets.largest_group=1")


def test_a_run_writes_triplets_report_and_picture(tmp_path: Path) -> None:
    medquad(tmp_path)
    outcome = made(tmp_path, "sources=[medquad]", *WIDE)
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "lengths.png",
        "report.json",
        "test.groups.jsonl",
        "test.jsonl",
        "train.groups.jsonl",
        "train.jsonl",
        "validation.groups.jsonl",
        "validation.jsonl",
    ]
    report = json.loads((tmp_path / "out" / "report.json").read_text())
    assert report["leaks"] == NONE
    assert report["rows"] == {side: len(rows(tmp_path, side)) for side in SIDES}
    assert report["sources"]["medquad"]["rows"] == report["rows"]
    assert sum(report["rows"].values()) == outcome.rows == 180
    assert min(report["rows"].values()) > 0
    assert sum(report["sources"]["medquad"]["negatives"].values()) == sum(len(row["neg"]) for row in all_rows(tmp_path))
    assert (tmp_path / "out" / "lengths.png").read_bytes().startswith(b"\x89PNG")


def test_rows_are_as_flagembedding_reads_them(tmp_path: Path) -> None:
    medquad(tmp_path)
    made(tmp_path, "sources=[medquad]", *WIDE)
    for row in all_rows(tmp_path):
        assert list(row) == ["query", "pos", "neg", "source"]
        assert row["pos"]
        assert row["neg"]
        assert len(set(row["neg"])) == len(row["neg"])


def test_hard_negatives_are_the_topics_other_facets_and_what_shares_words(tmp_path: Path) -> None:
    medquad(tmp_path)
    outcome = made(tmp_path, "sources=[medquad]", "negatives.buffer=0", "negatives.bm25=0", *WIDE)
    for row in all_rows(tmp_path):
        if "symptoms" in row["query"]:
            assert row["neg"] == [row["pos"][0].replace("symptoms", "treatment")]  # an overview might answer
    by_kind = outcome.report["sources"]["medquad"]["negatives"]
    assert by_kind == {"given": 0, "facet": 60 + 60 + 2 * 60, "buffer": 0}  # an overview gets both others


def test_the_same_seed_writes_the_same_bytes_and_another_does_not(tmp_path: Path) -> None:
    medquad(tmp_path)
    digests = []
    for seed in (1, 1, 2):
        made(tmp_path, "sources=[medquad]", f"triplets.seed={seed}", *WIDE)
        digests.append((tmp_path / "out" / "report.json").read_bytes())
    assert digests[0] == digests[1] != digests[2]


def test_another_source_moves_no_question_it_does_not_touch(tmp_path: Path) -> None:
    medquad(tmp_path)
    others = [{"question": f"Q {n}?", "snippets": [f"S {n}."]} for n in range(50)]
    write(tmp_path / "bioasq_train.jsonl", others)

    def sides(sources: str) -> dict[str, str]:
        made(tmp_path, f"sources=[{sources}]", *WIDE)
        return {row["query"]: side for side in SIDES for row in rows(tmp_path, side)}

    alone, together = sides("medquad"), sides("medquad,bioasq")
    assert {query: together[query] for query in alone} == alone
    assert len(together) == len(alone) + 50


def test_repeated_pairs_are_dropped_and_counted(tmp_path: Path) -> None:
    row = {"question": "Why 0?", "snippets": ["So 0."]}
    again = {"question": "WHY 0 ?", "snippets": ["so 0"]}
    others = [{"question": f"Why {n}?", "snippets": [f"So {n}."]} for n in range(1, 9)]
    write(tmp_path / "bioasq_train.jsonl", [row, *others, again, row])
    outcome = made(tmp_path, "sources=[bioasq]", "triplets.test=0", "triplets.validation=0")
    assert (outcome.report["duplicates"], outcome.rows) == (2, 9)
    assert outcome.report["sources"]["bioasq"]["duplicates"] == 2


def test_one_question_asked_twice_never_has_its_own_answer_as_a_negative(tmp_path: Path) -> None:
    asked = [{"question": f"Why {n}?", "snippets": [f"So {n} {m}."]} for n in range(5) for m in range(5)]
    write(tmp_path / "bioasq_train.jsonl", asked)
    made(tmp_path, "sources=[bioasq]", "triplets.test=0", "triplets.validation=0")
    for row in all_rows(tmp_path):
        number = row["query"].split()[1].rstrip("?")
        assert all(not text.startswith(f"So {number} ") for text in row["neg"])


SAY = st.integers(0, 11).map("Say {}".format)
ROW = {
    "query": st.integers(0, 11).map("Ask {}".format),
    "positive": st.lists(SAY, min_size=1, max_size=3, unique=True),
    "negative": st.lists(SAY, max_size=3, unique=True),
}


@pytest.fixture(scope="module")
def wide() -> Config:
    return configured("triplets", ["sources=[scidocs]", "hold_out=false", *WIDE], Config)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.fixed_dictionaries(ROW), min_size=1, max_size=25), st.integers(0, 3))
def test_nothing_leaks_and_no_negative_answers_whatever_the_rows(
    wide: Config, found: list[dict[str, Any]], seed: int
) -> None:
    answers: dict[str, set[str]] = {}
    for one in found:
        answers.setdefault(one["query"], set()).update(one["positive"])
    with TemporaryDirectory() as name:
        folder = Path(name)
        write(folder / "scidocs_reranking.jsonl", found)
        (folder / "out").mkdir()
        seeded = wide.triplets.model_copy(update={"seed": seed})
        report, _ = write_rows(folder / "out", wide.model_copy(update={"data": folder, "triplets": seeded}), QUIET)
        for row in all_rows(folder):
            assert not answers[row["query"]] & set(row["neg"])
    assert report["leaks"] == NONE
    tally = report["sources"]["scidocs"]
    kept = tally["duplicates"] + tally["without_negatives"] + sum(tally["rows"].values())
    assert tally["examples"] == len(found) == kept


def test_leaks_are_counted_from_the_files(tmp_path: Path) -> None:
    row = {"query": "Why?", "pos": ["So."], "neg": ["No."], "source": "x"}
    groups = {"groups": ["00000000000000ff"], "topic": ""}
    for side in SIDES:
        write(tmp_path / f"{side}.jsonl", [] if side == "validation" else [row])
        write(tmp_path / f"{side}.groups.jsonl", [] if side == "validation" else [groups])
    assert leaks(tmp_path) == NONE | {"queries": 1, "positives": 1, "groups": 1}
    assert leaks(tmp_path, {"x"}) == NONE | {"queries": 1, "groups": 1}
    write(tmp_path / "test.jsonl", [row | {"query": "why", "pos": ["Other."], "neg": ["SO!"]}])
    assert leaks(tmp_path) == NONE | {"queries": 1, "groups": 1, "negatives_that_answer": 1}


def test_graded_rows_carry_scores_and_what_was_found_for_them_counts_as_nothing(tmp_path: Path) -> None:
    feedback = [
        {"query": f"Wobbly {n}?", "passage": passage, "grade": grade}
        for n in range(8)
        for passage, grade in ((f"Knee {n} seen", 3), (f"Knee {n} film", 1), (f"Flu jab {n}", 0))
    ]
    write(tmp_path / "feedback.jsonl", feedback)
    made(tmp_path, "sources=[feedback]", "triplets.test=0", "triplets.validation=0")
    for row in all_rows(tmp_path):
        assert row["pos_scores"] == pytest.approx([1, 1 / 3])
        assert row["neg"][0].startswith("Flu jab")
        assert row["neg_scores"] == [0.0] * len(row["neg"])


def test_patients_may_share_lines_of_charts(tmp_path: Path) -> None:
    feedback = [
        {"query": f"Wobbly {n}?", "passage": passage, "relevant": relevant, "patient": f"p{n}"}
        for n in range(60)
        for passage, relevant in (("Knee seen", True), (f"Flu jab {n}", False))
    ]
    write(tmp_path / "feedback.jsonl", feedback)
    report = made(tmp_path, "sources=[feedback]", *WIDE).report
    assert report["leaks"] == NONE
    assert report["groups"] == 60
    assert min(report["rows"].values()) > 0


def test_mining_uses_our_own_retriever(tmp_path: Path) -> None:
    medquad(tmp_path)
    overrides = ("limits.medquad=30", "negatives.mined=1", "negatives.mined_share=1", "negatives.mined_first=1")
    outcome = made(tmp_path, "sources=[medquad]", *overrides, "triplets.test=0", "triplets.validation=0")
    assert outcome.report["sources"]["medquad"]["negatives"]["mined"] > 0
    assert outcome.report["leaks"] == NONE


def test_a_missing_source_is_one_line_and_the_others_go_on(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    medquad(tmp_path)
    (tmp_path / "pubmedqa_train.jsonl").write_text("not at all\n")
    arguments = [f"data={tmp_path}", f"output={tmp_path / 'out'}", "sources=[miriad,pubmedqa,medquad]"]
    assert main(["triplets", *arguments]) == 0
    printed = capsys.readouterr().out
    missing = [line for line in printed.splitlines() if line.startswith("left out: ")]
    assert ["miriad" in missing[0], "pubmedqa_train.jsonl" in missing[1], len(missing)] == [True, True, 2]
    assert "leaks: queries 0" in printed
    assert "rows/s" in printed
    report = json.loads((tmp_path / "out" / "report.json").read_text())
    assert report["sources"]["miriad"]["fault"]
    assert report["sources"]["medquad"]["fault"] is None


def test_without_any_source_nothing_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["triplets", f"data={tmp_path}", f"output={tmp_path / 'out'}", "sources=[miriad]"]) == 1
    assert capsys.readouterr().err == "no source gave a single example; see the lines above\n"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("override", "named"),
    [
        ("triplets.sead=2", "sead"),
        ("triplets.seed=soon", "triplets.seed"),
        ("negatives.bm25=-1", "negatives.bm25"),
        ("sources=[medquad,medkwad]", "medkwad"),
        ("sources=medquad", "sources"),
        ("paths.medkwad=/x", "medkwad"),
        ("triplets.test=0.97", "triplets"),
        ("triplets.seed", "triplets.seed"),
        ("model=gemma", "model"),
    ],
)
def test_a_bad_configuration_is_one_line_that_names_the_key(
    override: str, named: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["triplets", override]) == 1
    message = capsys.readouterr().err
    assert named in message
    assert "training/configs/triplets.yaml" in message
    assert message.count("\n") == 1


def test_every_source_has_its_keys_in_the_configuration() -> None:
    config = configured("triplets", [], Config)
    assert config.paths.keys() == config.limits.keys() == KINDS.keys()


def test_facts_records_and_composed_charts_are_read_unless_told_otherwise() -> None:
    read = configured("triplets", [], Config).sources
    assert {"knowledge_facts", "composed_charts", "synthea_records", "bulk_records"} <= set(read)


def test_options_that_do_not_exist_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["triplets", "--frobnicate"])
    assert "--frobnicate" in capsys.readouterr().err


def test_a_folder_of_something_else_is_not_replaced(tmp_path: Path) -> None:
    medquad(tmp_path)
    with pytest.raises(RequestError, match=r"holds no report\.json"):
        made(tmp_path, "sources=[medquad]", f"output={tmp_path}")


def test_the_command_downloads_what_it_can_and_says_what_not(tmp_path: Path) -> None:
    medquad(tmp_path)
    command = [sys.executable, "-m", "training", "triplets", f"data={tmp_path}", "--download"]
    places = [f"output={tmp_path / 'out'}", f"downloads={tmp_path / 'downloads'}"]
    chosen = ["sources=[scidocs,medquad]", "hold_out=false"]
    offline = os.environ | {"HF_HUB_OFFLINE": "1", "HF_HOME": str(tmp_path / "hub"), "COLUMNS": "200"}
    ended = subprocess.run(
        [*command, *places, *chosen], cwd=REPOSITORY, env=offline, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr
    said = [line for line in ended.stdout.splitlines() if line.startswith("left out: ")]
    assert len(said) == 1
    assert "mteb/scidocs-reranking cannot be downloaded" in said[0]
    assert len(all_rows(tmp_path)) == 180


def test_what_is_reported_on_is_not_among_the_triplets(tmp_path: Path) -> None:
    asked = [{"question": f"Why {n}?", "snippets": [f"So {n}."]} for n in range(80)]
    write(tmp_path / "bioasq_train.jsonl", asked)
    report = made(tmp_path, "sources=[bioasq]", "hold_out=true", *WIDE).report
    kept = {row["query"] for row in all_rows(tmp_path)}
    held = {one.query for one in source("bioasq", [tmp_path]).examples() if kept_from_training(one)}
    assert held
    assert not kept & held
    assert report["sources"]["bioasq"]["held_out"] == len(held) == 80 - len(kept)


def test_questions_are_compared_by_their_words(tmp_path: Path) -> None:
    asked = [{"question": f"{('why', 'WHY')[n % 2]}, {n // 2} ?", "snippets": [f"So {n}."]} for n in range(80)]
    write(tmp_path / "bioasq_train.jsonl", asked)
    made(tmp_path, "sources=[bioasq]", *WIDE)
    of: dict[str, set[str]] = {}
    for side in SIDES:
        for row in rows(tmp_path, side):
            of.setdefault(normalised(row["query"]), set()).add(side)
    assert len(of) == 40
    assert all(len(sides) == 1 for sides in of.values())


@pytest.mark.data
def test_the_data_folders_own_triplets_leak_nothing(data_folder: Path, tmp_path: Path) -> None:
    limits = ("limits.medquad=1500", "limits.disease_definitions=1500", "limits.evidence_inference=1500")
    sources = "sources=[medquad,disease_definitions,pharmacotherapydb,evidence_inference]"
    report = made(tmp_path, f"data={data_folder}", sources, *limits).report
    assert report["leaks"] == NONE
    assert all(one["fault"] is None for one in report["sources"].values())
    assert min(report["rows"].values()) > 50
