"""The shipped model's command on invented data and a tiny encoder: two adapters, broken off and gone on with."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import orjson
import pytest
import torch
from rich.console import Console
from safetensors.torch import load_file

from emr_rerank.errors import RequestError, SourceError
from tests.training.finetune.toys import save_encoder
from tests.training.test_triplets import medquad
from training.__main__ import main
from training.default_model import RECIPE, STAGES, Config, resolved, train_default
from training.finetune.checkpoints import is_whole

QUIET = Console(quiet=True)


def config(folder: Path, *cross_encoder: str, **more: Path) -> Config:
    """Return a recipe that takes seconds, with more said of its cross-encoder."""
    tiny = folder / "tiny"
    if not tiny.is_dir():
        save_encoder(tiny)
        medquad(folder / "data")
    short = (f"model.base={tiny}", "data.validation=null", "train.max_steps=2", "train.rate=1e-3", "model.lora.rank=4")
    return Config(
        **{"data": folder / "data", "run": folder / "run", "models": folder / "models", **more},
        triplets=("sources=[medquad]", "hold_out=false", "triplets.test=0", "negatives.mined=0"),
        bi_encoder=("model=bi_encoder", *short),
        cross_encoder=("model=cross_encoder", "train.batch=4", *short, *cross_encoder),
        weights={"bi_encoder": 0.5, "cross_encoder": 1.0},
    )


def digests(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of each shipped file."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_one_command_leaves_two_adapters_that_say_where_they_come_from(tmp_path: Path) -> None:
    """In half precision, whole, the second gone on from the first, and without a path of this machine."""
    given = config(tmp_path)
    train_default(given, QUIET)
    for stage in STAGES:
        place = given.models / stage
        assert is_whole(place)
        weights = load_file(place / "adapter_model.safetensors")
        learnt = load_file(given.run / stage / "result" / "adapter_model.safetensors")
        assert weights.keys() == learnt.keys()
        assert all(torch.equal(one, learnt[name].half()) for name, one in weights.items())
        alphas = [
            orjson.loads((one / "adapter_config.json").read_bytes())["lora_alpha"]
            for one in (place, given.run / stage / "result")
        ]
        assert alphas[0] == given.weights[stage] * alphas[1]
        made = orjson.loads((place / "training.json").read_bytes())
        assert (made["steps"], made["model"]["kind"]) == (2, stage)
        assert len(made["data"]["train"]) == 64
        told = list(place.glob("*.json"))
        assert not [path.name for path in told if str(tmp_path) in path.read_text(encoding="utf-8")]
    assert (given.models / "cross_encoder" / "head.safetensors").is_file()


def test_what_was_broken_off_is_gone_on_with_and_ends_the_same(tmp_path: Path) -> None:
    """Without its last result, or with nothing but triplets; a finished run only puts its adapters back."""
    given = config(tmp_path)
    train_default(given, QUIET)
    first = digests(given.models)
    triplets = (given.run / "triplets" / "train.jsonl").stat().st_mtime_ns
    shutil.rmtree(given.models)
    shutil.rmtree(given.run / "cross_encoder" / "result")
    train_default(given, QUIET)
    assert digests(given.models) == first
    for stage in STAGES:
        shutil.rmtree(given.run / stage)
    shutil.rmtree(given.models)
    train_default(given, QUIET)
    again = digests(given.models)
    assert {name: one for name, one in again.items() if name.endswith(".safetensors")} == {
        name: one for name, one in first.items() if name.endswith(".safetensors")
    }
    assert (given.run / "triplets" / "train.jsonl").stat().st_mtime_ns == triplets


def begun(given: Config) -> None:
    """Leave what a run broken off at its start leaves."""
    given.run.mkdir()
    (given.run / RECIPE).write_bytes(orjson.dumps(resolved(given)))


def test_a_run_of_other_settings_or_another_folder_is_not_gone_on_with(tmp_path: Path) -> None:
    """Half of one and half of another would be nobody's model: one line names the first key that differs."""
    begun(config(tmp_path))
    shutil.copytree(tmp_path / "data", tmp_path / "other")
    with pytest.raises(RequestError, match=r"^data: .*other now, .*data when .*run was begun; name another folder"):
        train_default(config(tmp_path, data=tmp_path / "other"), QUIET)
    with pytest.raises(RequestError, match=r"^cross_encoder\.train\.warmup: 0\.2 now, 0\.1 when"):
        train_default(config(tmp_path, "train.warmup=0.2", "train.weight_decay=0"), QUIET)
    assert [path.name for path in (tmp_path / "run").iterdir()] == [RECIPE]


def test_a_default_that_was_another_one_when_the_run_was_begun_is_noticed(tmp_path: Path) -> None:
    """The recipe says nothing of it, and the weights would still be others."""
    given = config(tmp_path)
    begun(given)
    place = given.run / RECIPE
    place.write_bytes(orjson.dumps({**orjson.loads(place.read_bytes()), "bi_encoder.train.clip": 5.0}))
    with pytest.raises(RequestError, match=r"^bi_encoder\.train\.clip: 1\.0 now, 5\.0 when"):
        train_default(given, QUIET)


def test_the_same_settings_in_other_words_are_the_same_recipe(tmp_path: Path) -> None:
    """In another order, said twice, or said though they are the default; how often a checkpoint is written is free."""
    given = config(tmp_path)
    other = config(tmp_path, "train.clip=1", "train.rate=0.001", "train.checkpoint_every=7")
    assert resolved(other.model_copy(update={"triplets": other.triplets[::-1]})) == resolved(given)


def test_without_a_data_folder_there_is_one_line_and_nothing_else(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """That names the folder and the remedy."""
    with pytest.raises(SourceError):
        train_default(config(tmp_path, data=tmp_path / "none"), QUIET)
    assert main(["default", f"data={tmp_path / 'none'}", f"run={tmp_path / 'run'}"]) == 1
    said = capsys.readouterr().err
    assert said == f"{tmp_path / 'none'}: no data folder there; name it: make train-default DATA=folder\n"
    assert not (tmp_path / "run").exists()
