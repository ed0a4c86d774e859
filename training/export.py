"""`python -m training export`: a result as a folder that sentence-transformers opens, with the same scores.

What is written is opened again and held to our own scores before it takes its place. The way back needs no command:
what sentence-transformers' trainers made of one encoder is a `model.base` as any folder is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import orjson
import torch
from pydantic import BaseModel, ConfigDict
from rich.console import Console

from emr_rerank.engine.checkpoint import ADAPTER_CONFIG
from emr_rerank.engine.result import SCORING
from emr_rerank.errors import ModelError, RequestError
from training.configuration import configured
from training.evaluation.results import TOWERS
from training.finetune.adapters import head_of, merged
from training.finetune.encoders import base_named, encoder_of
from training.folders import replaced
from training.sentence_transformers_models import FORMS, UNFIT, Learnt

REPORT = "export.json"
SAME = 1e-4  # what two programs' fp32 may differ by

# What both are asked before a folder takes its place: capitals, accents, signs, and what is too long for either side.
QUERIES = ("Dizzy on standing", "shortness of breath, climbing stairs? " * 60)
TEXTS = ("Condition Ménière's disease", "METFORMIN 500 mg/24h [EPU]", "potassium low. knee pain left. " * 90)


class Config(BaseModel):
    """Everything a run is told; configs/export.yaml says what each key means."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    result: Path
    base: str | None
    output: Path


@dataclass(frozen=True, slots=True)
class Written:
    """What a folder opens with, and how far its scores are from ours at most."""

    opens: str
    difference: float


def run(overrides: Sequence[str]) -> None:
    """Run from the command line.

    Raises:
        RequestError: the configuration is wrong, what is there must not be replaced, or the library is not installed.
        ModelError: there is no result, or none that the library can score with.
    """
    config = configured("export", overrides, Config)
    written = export(config)
    console = Console()
    console.print(f"{config.output}: open it with sentence_transformers.{written.opens}", soft_wrap=True)
    console.print(f"largest difference of a score from ours: {written.difference:.1e}")


def export(config: Config) -> Written:
    """Write the folder, and return what it opens with."""
    try:
        import sentence_transformers  # noqa: PLC0415  (seconds of import time, and a dependency of development)

        known = {form.opens: getattr(sentence_transformers, form.opens) for form in FORMS.values()}
    except (ImportError, AttributeError):
        raise RequestError("sentence-transformers is missing; run: pip install 'sentence-transformers>=6.0'") from None
    learnt = _learnt(config.result, config.base)
    form = FORMS[learnt.said["scoring"]]
    with replaced(config.output, REPORT) as folder:
        form.made(learnt).save(str(folder), create_model_card=False)
        opened = known[form.opens](str(folder), device="cpu", local_files_only=True)
        own, theirs = (
            torch.tensor(found) for found in (form.own(learnt, QUERIES, TEXTS), form.theirs(opened, QUERIES, TEXTS))
        )
        written = Written(form.opens, float((own - theirs).abs().max()))
        if not written.difference <= SAME:
            raise ModelError(
                f"{config.result}: sentence-transformers would score it otherwise, by {written.difference:.2g}; make "
                f"the tokenizer_config.json of {learnt.base.title} say what its tokenizer.json does"
            )
        said = {"result": config.result.resolve().name, "scoring": learnt.said["scoring"], "opens": form.opens}
        (folder / REPORT).write_bytes(orjson.dumps(said, option=orjson.OPT_INDENT_2))
    return written


def _learnt(folder: Path, named: str | None) -> Learnt:
    place = next((folder / part for part in ("", *TOWERS) if (folder / part / SCORING).is_file()), folder)
    said, head = head_of(place)
    if said["scoring"] not in FORMS:
        raise ModelError(f"{folder}: {UNFIT.get(said['scoring'], 'how it scores is not known here')}")
    shared = said.get("towers", "shared") == "shared"
    whole = shared and not (place / ADAPTER_CONFIG).is_file()
    base = base_named(named or (str(place) if whole else str(said["base"])))
    if shared:
        return Learnt(said, head, base, {"shared": merged(place, base)})
    towers = {name: folder / name for name in TOWERS}
    encoders = {
        name: merged(tower, base) if tower.is_dir() else encoder_of(base).eval() for name, tower in towers.items()
    }
    return Learnt(said, head, base, encoders)
