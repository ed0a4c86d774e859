"""What a run leaves behind, and what it may be resumed with."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest

from emr_rerank.errors import RequestError
from training.finetune.run_folder import RunFolder

CONFIG: dict[str, Any] = {
    "run": "a",
    "resume": False,
    "train": {"seed": 0, "keep": 2, "rate": 0.1},
    "model": {"x": None},
}
DATA = {"train": "ab"}


def begun(tmp_path: Path) -> RunFolder:
    """Return the folder of a run that was begun."""
    folder = RunFolder(tmp_path / "run")
    folder.begin(CONFIG, DATA, 1, resume=False)
    folder.note(0, {"loss": 1.0})
    return folder


def test_a_run_says_what_it_was_made_from(tmp_path: Path) -> None:
    """Settings, commit, data."""
    folder = begun(tmp_path)
    assert orjson.loads((folder.path / "config.json").read_bytes()) == CONFIG
    origin = orjson.loads((folder.path / "origin.json").read_bytes())
    assert origin["data"] == DATA
    assert origin["threads"] == 1
    assert set(origin) == {"data", "threads", "processes", "commit", "python", "versions"}


def test_a_run_that_is_there_is_not_overwritten(tmp_path: Path) -> None:
    """Hours of work would be lost to a repeated command."""
    folder = begun(tmp_path)
    with pytest.raises(RequestError, match="holds a run; go on with resume=true, or name another folder"):
        folder.begin(CONFIG, DATA, 1, resume=False)


@pytest.mark.parametrize(
    ("config", "data", "threads", "key"),
    [
        ({**CONFIG, "train": {**CONFIG["train"], "rate": 0.2}}, DATA, 1, "train.rate: 0.2 now, 0.1 when"),
        ({**CONFIG, "model": {"x": 3}}, DATA, 1, "model.x: 3 now, None when"),
        (CONFIG, {"train": "cd"}, 1, "data.train: cd now, ab when"),
        (CONFIG, DATA, 2, "threads: 2 now, 1 when"),
    ],
)
def test_a_run_is_not_resumed_as_another(
    tmp_path: Path, config: dict[str, Any], data: dict[str, str], threads: int, key: str
) -> None:
    """It would end at weights that no single run makes."""
    folder = begun(tmp_path)
    with pytest.raises(RequestError, match=key):
        folder.begin(config, data, threads, resume=True)


def test_a_run_is_resumed_with_as_many_processes(tmp_path: Path) -> None:
    """One where nobody noted how many: so were all runs before there could be several."""
    folder = begun(tmp_path)
    origin = orjson.loads((folder.path / "origin.json").read_bytes())
    del origin["processes"]
    (folder.path / "origin.json").write_bytes(orjson.dumps(origin))
    folder.begin(CONFIG, DATA, 1, resume=True)
    with pytest.raises(RequestError, match="processes: 2 now, 1 when"):
        folder.begin(CONFIG, DATA, 1, 2, resume=True)


def test_a_run_that_ended_before_it_began_is_begun_anew(tmp_path: Path) -> None:
    """A base that is not there is put right, and the same folder named again."""
    folder = RunFolder(tmp_path / "run")
    folder.begin(CONFIG, DATA, 1, resume=False)
    folder.begin({**CONFIG, "model": {"x": 3}}, DATA, 1, resume=False)
    assert orjson.loads((folder.path / "config.json").read_bytes())["model"] == {"x": 3}


def test_what_changes_no_weight_may_change(tmp_path: Path) -> None:
    """How many checkpoints are kept is nobody's business."""
    folder = begun(tmp_path)
    folder.begin({**CONFIG, "resume": True, "train": {**CONFIG["train"], "keep": 5}}, DATA, 1, resume=True)


def test_metrics_of_steps_that_are_done_again_are_dropped(tmp_path: Path) -> None:
    """And a line that a kill cut short."""
    folder = begun(tmp_path)
    for step in (1, 2, 3):
        folder.note(step, {"loss": step / 2})
    with folder.metrics.open("ab") as file:
        file.write(b'{"step": 4, "lo')
    folder.forget_after(2)
    folder.note(3, {"loss": 7.0})
    assert [(line["step"], line["loss"]) for line in folder.noted()] == [(0, 1.0), (1, 0.5), (2, 1.0), (3, 7.0)]


def test_curves_are_drawn_with_and_without_evaluations(tmp_path: Path) -> None:
    """Two images that differ."""
    folder = begun(tmp_path)
    folder.note(1, {"loss": 2.0})
    folder.draw()
    plain = (folder.path / "curves.png").read_bytes()
    folder.note(1, {"evaluation": {"nDCG@10": 0.5, "nDCG@10 of medquad": 0.4, "MRR@10": 0.1}})
    folder.draw()
    assert plain.startswith(b"\x89PNG")
    assert (folder.path / "curves.png").read_bytes() != plain
