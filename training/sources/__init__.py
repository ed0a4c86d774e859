"""Where training data comes from: one module per source, and the table of them.

To add a source, write a module with a `Reader` named `examples`, and add a row to KINDS.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from emr_rerank.errors import SourceError
from training.examples import Example
from training.sources import (
    bc5cdr,
    bioasq,
    bioasq_generated,
    charts,
    covidqa,
    disease_definitions,
    evidence_inference,
    feedback,
    knowledge_facts,
    mediqa,
    medquad,
    miriad,
    mts_dialog,
    pharmacotherapydb,
    pubmedqa,
    question_answer,
    scidocs,
)
from training.sources.reading import Faults, Reader

__all__ = ["KINDS", "Faults", "FileSource", "Kind", "source"]


@dataclass(frozen=True, slots=True)
class Kind:
    """How a source is read, and the names it is looked for under in a data folder; the first that is there is taken.

    A source without names reads no file. `common` says that its passages are lines of charts, which patients share:
    "Hypertension, active" under two patients neither joins them to one group nor is a leak.
    """

    read: Reader
    names: tuple[str, ...] = ()
    common: bool = False


KINDS: Mapping[str, Kind] = {
    "bc5cdr": Kind(bc5cdr.examples, ("bc5cdr_train.jsonl*", "CDR_TrainingSet.PubTator.txt")),
    "bioasq": Kind(bioasq.examples, ("bioasq_train.jsonl*", "BioASQ-train*.json", "training*b.json")),
    "bioasq_generated": Kind(bioasq_generated.examples, ("bioasq_generated.jsonl*", "bioasq-generated-queries/*.gz")),
    "bulk_records": Kind(charts.bulk, ("bulk_ndjson",), common=True),
    "composed_charts": Kind(charts.composed, common=True),
    "covidqa": Kind(covidqa.examples, ("covidqa_train.jsonl*", "*covidQA.json", "COVID-QA.json")),
    "disease_definitions": Kind(disease_definitions.examples, ("disease_definitions.jsonl*",)),
    "evidence_inference": Kind(evidence_inference.examples, ("evidence_inference.jsonl*", "evidence-inference")),
    "feedback": Kind(feedback.examples, ("feedback*.jsonl*",), common=True),
    "knowledge_facts": Kind(knowledge_facts.examples),
    "mediqa": Kind(mediqa.examples, ("MEDIQA2019-Task3-QA-Train*.xml", "mediqa_train.xml")),
    "medquad": Kind(medquad.examples, ("medquad_train.jsonl*", "medquad.*", "MedQuAD")),
    "miriad": Kind(miriad.examples, ("miriad*.parquet", "miriad", "miriad.jsonl*")),
    "mts_dialog": Kind(mts_dialog.examples, ("mtsdialog_train.jsonl*", "MTS-Dialog-TrainingSet.csv")),
    "pharmacotherapydb": Kind(pharmacotherapydb.examples, ("pharmacotherapydb.csv", "indications.tsv")),
    "pubmedqa": Kind(pubmedqa.examples, ("pubmedqa_train.jsonl*", "ori_pqal.json")),
    "question_answer": Kind(question_answer.examples, ("question_answer*.csv",)),
    "scidocs": Kind(scidocs.examples, ("scidocs", "scidocs_reranking.*")),
    "synthea_records": Kind(charts.synthea, ("synthea",), common=True),
}


@dataclass(frozen=True, slots=True)
class FileSource:
    """The files of one source, read one after another."""

    name: str
    paths: Sequence[Path]
    read: Reader
    faults: Faults = field(default_factory=Faults)

    def examples(self) -> Iterator[Example]:
        """Yield the examples of every file.

        Raises:
            SourceError: a file is not one of this source.
        """
        for path in self.paths:
            yield from self.read(path, self.faults)


def source(name: str, folders: Sequence[Path], paths: Sequence[Path] = ()) -> FileSource:
    """Return the source of this name, at these paths or where the first of the folders that has it holds it.

    Raises:
        SourceError: no such file.
    """
    kind = KINDS[name]
    for path in paths:
        if not path.exists():
            raise SourceError(f"{name}: {path} is not there; mend paths.{name}")
    if paths or not kind.names:
        return FileSource(name, paths or (Path(),), kind.read)
    for folder in folders:
        for pattern in kind.names:
            if found := sorted(folder.glob(pattern)):
                return FileSource(name, found, kind.read)
    wanted = " or ".join(kind.names)
    raise SourceError(f"{name}: {folders[0]} has no {wanted}; name it with paths.{name}=PATH or get it with --download")
