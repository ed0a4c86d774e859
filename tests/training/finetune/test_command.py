"""`python -m training finetune` from its command line."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest

from tests.training.finetune.toys import rows, save_encoder, write_rows
from training.__main__ import main


def overrides(tmp_path: Path) -> list[str]:
    """Return what makes a run of a few seconds."""
    data = write_rows(tmp_path / "rows.jsonl", rows())
    files = [f"data.train={data}", f"data.validation={data}", f"model.base={save_encoder(tmp_path / 'tiny')}"]
    return [*files, f"run={tmp_path / 'run'}", "train.max_steps=3", "train.batch=8", "mlflow=false"]


def test_a_run_leaves_everything_it_is_asked_to(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Settings with every default in them, hashes, metrics, curves, result; and is not overwritten, but goes on."""
    given = overrides(tmp_path)
    assert main(["finetune", "model=cross_encoder", "model.head.mapped=true", *given]) == 0
    run = tmp_path / "run"
    names = {"config.json", "origin.json", "metrics.jsonl", "curves.png", "checkpoints", "result"}
    assert {path.name for path in run.iterdir()} == names
    config = orjson.loads((run / "config.json").read_bytes())
    assert config["model"]["head"] == {"kind": "segments", "scale": 20.0, "bias": 0.0, "mapped": True, "rate": 50.0}
    assert config["train"]["max_steps"] == 3
    assert set(orjson.loads((run / "origin.json").read_bytes())["data"]) == {"train", "validation"}
    assert "3 steps, the weights of step 3" in capsys.readouterr().out
    assert main(["finetune", "model=cross_encoder", "model.head.mapped=true", *given]) == 1
    assert "holds a run" in capsys.readouterr().err
    assert main(["finetune", "--resume", "model=cross_encoder", "model.head.mapped=true", *given]) == 0
    assert main(["finetune", "--resume", "model=bi_encoder", *given]) == 1
    assert "when" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("override", "key"),
    [
        ("train.epoch=2", "epoch"),
        ("train.epochs=0", "train.epochs"),
        ("train.rate=fast", "train.rate"),
        ("train.precision=fp8", "precision"),
        ("model.lora.rank=-1", "model.lora.rank"),
        ("model.towers=three", "model.towers"),
        ("model.kind=oracle", "model.kind"),
        ("model.base=/nowhere/at/all", "/nowhere/at/all"),
        ("model.lora.targets=[nothing]", "model.lora.targets"),
        ("data.train=/nowhere.jsonl", "/nowhere.jsonl"),
        ("train.device=abacus", "abacus"),
        ("train.select=luck", "train.select"),
    ],
)
def test_what_cannot_be_is_one_line_that_names_the_key(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], override: str, key: str
) -> None:
    """Not a trace."""
    assert main(["finetune", *overrides(tmp_path), override]) == 1
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 1
    assert key in said[0]


def test_settings_and_their_files_agree() -> None:
    """Every key of the settings stands in a file, with the same default."""
    from training.configuration import CONFIGS, configured  # noqa: PLC0415  (Hydra's imports, for this test alone)
    from training.finetune.command import KINDS  # noqa: PLC0415
    from training.finetune.settings import Config, DataSettings, TrainSettings  # noqa: PLC0415

    kinds = {name: (kind.settings, {"kind": name}) for name, kind in KINDS.items()}
    kinds["late_interaction"] = (KINDS["bi_encoder"].settings, {"kind": "bi_encoder", "scoring": "maxsim"})
    assert set(kinds) == {path.stem for path in (CONFIGS / "model").glob("*.yaml")}
    for name, (settings, given) in kinds.items():
        config = configured("finetune", [f"model={name}"], Config)
        assert config.model == settings.model_validate(given).model_dump(mode="json")
        assert config.train == TrainSettings()
        assert config.data == DataSettings(train=config.data.train, validation=config.data.validation)
