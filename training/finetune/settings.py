"""What a fine-tuning run may be told, and one line for what it may not. Knows no model beyond its settings."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from emr_rerank.engine.devices import DTYPES
from emr_rerank.engine.gemma.prompt import Order
from emr_rerank.errors import RequestError

Share = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=0)]
Number = Annotated[int, Field(ge=1)]
Weight = Annotated[float, Field(ge=0)]
Projection = Literal["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]


class Settings(BaseModel):
    """Settings refuse a key they do not know, and never change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


S = TypeVar("S", bound=Settings)


class DataSettings(Settings):
    """The triplet files."""

    train: Path
    validation: Path | None = None
    unlabelled: Path | None = None  # triplets whose labels are not used: the old scores are kept on them
    validation_rows: Number = 100  # at most, of each source
    most: Mapping[str, Number] = {}  # rows to train on, of a source


class TrainSettings(Settings):
    """The loop. One step is one change of the weights, after `accumulate` batches."""

    seed: int = 0
    epochs: Number = 1
    max_steps: Number | None = None
    batch: Number = 32
    by_source: bool = False  # each batch from one source
    accumulate: Number = 1
    rate: Annotated[float, Field(gt=0)] = 2e-5
    warmup: Share = 0.1  # of all steps
    weight_decay: Weight = 0.01
    clip: Annotated[float, Field(gt=0)] = 1.0  # the gradient's greatest norm
    device: str | None = None
    precision: str | None = None  # fp32, bf16 or fp16; None: by the hardware
    threads: Number | None = None
    checkpoint_every: Number = 200
    keep: Number = 2
    evaluate_every: Count = 0  # 0: only before the first step and after the last
    log_every: Number = 10
    select: str | None = None  # the metric whose best evaluation gives the result; None: the last step does

    @model_validator(mode="after")
    def _known(self) -> TrainSettings:
        if self.precision is not None and self.precision not in DTYPES:
            raise ValueError(f"precision is one of {', '.join(sorted(DTYPES))}")
        return self


class LoraSettings(Settings):
    """Low-rank matrices beside the weights of the base, which stay as they are."""

    rank: Number = 16
    alpha: Number = 32
    dropout: Share = 0.0
    targets: tuple[str, ...] = ("query", "key", "value", "dense")


class ListSettings(Settings):
    """How many of a row's passages compete in one batch."""

    positives: Number = 1
    negatives: Count = 1


class BiEncoderSettings(Settings):
    """An encoder whose vectors are compared by cosine."""

    kind: Literal["bi_encoder"]
    base: str = "all-MiniLM-L6-v2"
    lora: LoraSettings | None = LoraSettings()  # None: every weight but the word embeddings is trained
    scoring: Literal["cosine", "maxsim"] = "cosine"  # of whole texts; or of each query token's best passage token
    towers: Literal["shared", "query", "both"] = "shared"  # one encoder; or two, the passages' frozen or trained
    query_tokens: Number = 128
    passage_tokens: Number = 256
    lists: ListSettings = ListSettings()
    graded_lists: ListSettings = ListSettings(positives=4, negatives=8)
    scale: Annotated[float, Field(gt=0)] = 20.0  # of a cosine, before the softmax
    both_directions: bool = False  # passages look for their query, too
    dropout: Share | None = None  # None: the base's own
    chunk: Count = 0  # texts whose activations are held at once; 0: all of a batch
    # The weight of staying near the base's cosines where a query and a passage of a batch share nothing and do not
    # compete: contests among graded lists alone would draw every query towards every line.
    hold: Weight = 0.0
    keep: Weight = 0.0  # the same on unlabelled texts


class HeadSettings(Settings):
    """What makes a score of the joint encoding's states."""

    kind: Literal["segments", "first"] = "segments"
    scale: Annotated[float, Field(gt=0)] = 20.0  # of the cosine, at the start
    bias: float = 0.0
    mapped: bool = False  # a linear map before the cosine, identity at the start
    rate: Annotated[float, Field(gt=0)] = 50.0  # times the learning rate: a scale of 20 moves slowly


class CrossEncoderSettings(Settings):
    """An encoder that reads query and passage together."""

    kind: Literal["cross_encoder"]
    base: str = "all-MiniLM-L6-v2"
    lora: LoraSettings | None = LoraSettings()
    start: Path | None = None  # the result of a bi-encoder's run: where its low-rank matrices and the teacher start
    head: HeadSettings = HeadSettings()
    typed: bool = True  # the passage's tokens are told apart by type 1
    max_tokens: Number = 256  # of query and passage together
    read_tokens: Number | None = None  # of both in use, where that may be more than in training
    lists: ListSettings = ListSettings(positives=1, negatives=7)
    graded_lists: ListSettings = ListSettings(positives=4, negatives=8)
    loss: Literal["listwise", "bce"] = "listwise"
    dropout: Share | None = None
    teacher: Literal["retriever", "scores"] = "retriever"  # the start's cosines, or the rows' own scores
    teacher_scale: Annotated[float, Field(gt=0)] = 20.0
    distil: Weight = 0.0  # the weight of the teacher's scores on the training rows
    keep: Weight = 0.0  # and on unlabelled ones


class DecoderLoraSettings(LoraSettings):
    """The same beside a decoder's; its output matrix is not among them: only one of its rows is computed."""

    targets: tuple[Projection, ...] = ("q_proj", "k_proj", "v_proj", "o_proj")


class DecoderSettings(Settings):
    """A causal language model that answers Yes."""

    kind: Literal["gemma"]
    base: str = "BAAI/bge-reranker-v2-gemma"
    lora: DecoderLoraSettings = DecoderLoraSettings()
    checkpointing: bool = False  # activations are computed again on the way back
    prompt: Order = "instruction_last"
    lists: ListSettings = ListSettings(positives=1, negatives=7)
    graded_lists: ListSettings = ListSettings(positives=4, negatives=8)
    teacher_scale: Annotated[float, Field(gt=0)] = 20.0
    distil: Weight = 0.0  # the weight of the rows' own scores as a teacher


class Config(Settings):
    """Everything a run is told; configs/finetune.yaml says what each key means."""

    run: Path
    resume: bool
    mlflow: bool
    data: DataSettings
    train: TrainSettings
    model: dict[str, Any]  # whose `kind` says which settings these are


def checked(kind: type[S], given: Mapping[str, Any], place: str) -> S:
    """Return the settings, or say in one line which key is at fault.

    Raises:
        RequestError: a key is unknown, missing, or has a value it may not have.
    """
    try:
        return kind.model_validate(given)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        key = ".".join([place, *map(str, first["loc"])])
        raise RequestError(f"{key}: {first['msg']}; the keys are in training/configs/model") from None
