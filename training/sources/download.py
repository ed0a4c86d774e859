"""Gets public sources with Hugging Face `datasets`, row by row, as gzip'd JSON lines under a name the source looks for.

Never gets what is kept for evaluation: of PubMedQA the artificial part (the labelled one holds its test set), of
SciDocs reranking the validation part. Rows that have nothing to train on (MedQuAD's 31,034 without an answer) are not
kept, so that a limit of some rows is one of rows that can be used.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

import orjson

from emr_rerank.errors import SourceError
from training.sources.reading import Row


@dataclass(frozen=True, slots=True)
class Remote:
    """A data set on the Hugging Face hub, and the file it is kept in."""

    dataset: str
    file: str
    config: str | None = None
    split: str = "train"
    needs: str = ""  # a column without which a row is of no use


PUBLIC: Mapping[str, Remote] = {
    "bioasq_generated": Remote("BeIR/bioasq-generated-queries", "bioasq_generated.jsonl.gz"),
    "medquad": Remote("lavita/MedQuAD", "medquad.jsonl.gz", needs="answer"),
    "miriad": Remote("miriad/miriad-4.4M", "miriad.jsonl.gz"),
    "pubmedqa": Remote("qiaojin/PubMedQA", "pubmedqa_train.jsonl.gz", "pqa_artificial"),
    "scidocs": Remote("mteb/scidocs-reranking", "scidocs_reranking.jsonl.gz", split="validation"),
}

Fetch = Callable[[Remote], Iterable[Row]]


def from_hub(remote: Remote) -> Iterable[Row]:
    """Return the rows of a data set as a stream."""
    # Two seconds of import time, and only this needs it.
    from datasets import load_dataset  # noqa: PLC0415

    rows: Iterable[Row] = load_dataset(remote.dataset, remote.config, split=remote.split, streaming=True)
    return rows


def download(name: str, folder: Path, limit: int | None = None, fetch: Fetch = from_hub) -> Path:
    """Keep the first `limit` rows of use of a public source in the folder, whole or not at all; return the file.

    Raises:
        SourceError: the source is not public, or cannot be had now.
    """
    if name not in PUBLIC:
        raise SourceError(f"{name}: cannot be downloaded; only {', '.join(PUBLIC)} can")
    remote = PUBLIC[name]
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / remote.file
    with TemporaryDirectory(prefix=".download.", dir=folder) as beside:
        part = Path(beside) / remote.file
        try:
            with gzip.open(part, "wb") as file:
                usable = (row for row in fetch(remote) if not remote.needs or row.get(remote.needs))
                for row in islice(usable, limit):
                    file.write(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE))
        except Exception as fault:  # the library raises some thirty kinds, from DNS to a data set's own script
            raise SourceError(
                f"{name}: {remote.dataset} cannot be downloaded ({type(fault).__name__}); is there a network?"
            ) from fault
        part.replace(target)
    return target
