"""All that one installation knows: the shipped tables, its own rows over them, and names of a licensed terminology.

Knows which folders and files are read, and that own rows pass the checks of the shipped ones. Reads no chart itself.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path

from emr_rerank.errors import FactsError
from emr_rerank.knowledge.bearing import Reader
from emr_rerank.knowledge.codes import Codes
from emr_rerank.knowledge.exceptions import Exceptions, load_exceptions
from emr_rerank.knowledge.faults import FAULTS, problems
from emr_rerank.knowledge.hints import Hints, addition
from emr_rerank.knowledge.links import Links
from emr_rerank.knowledge.lookups import Lookups
from emr_rerank.knowledge.loose import LooseNames
from emr_rerank.knowledge.memory import Remembered
from emr_rerank.knowledge.names import Names
from emr_rerank.knowledge.paths import Paths
from emr_rerank.knowledge.recognise import Recogniser
from emr_rerank.knowledge.rows import Facts
from emr_rerank.knowledge.safety import MedicineSafety
from emr_rerank.knowledge.tables import FOLDER, load
from emr_rerank.knowledge.tables import facts as shipped_facts
from emr_rerank.knowledge.terminology import read_terminology
from emr_rerank.knowledge.values import Values


@dataclass(frozen=True, eq=False)  # told apart by identity: comparing tables would read them all
class KnowledgeBase:
    """The tables and the index of every name, and what reads charts with them, made when first needed."""

    facts: Facts
    names: Names

    @property
    def version(self) -> str:
        """A digest of every file that rows or names were read from."""
        return self.facts.version

    @cached_property
    def recogniser(self) -> Recogniser:
        """Finds the names in text."""
        return Recogniser(self.facts, self.names)

    @cached_property
    def reader(self) -> Reader:
        """Says what a record is about, and how it bears on an assessment."""
        return Reader(
            self.names,
            Paths(Links(self.facts, self.names)),
            recogniser=self.recogniser,
            codes=Codes(self.facts, self.names, self.recogniser),
            loose=LooseNames(self.facts),
            values=Values(self.facts, self.names),
            lookups=Lookups(self.facts, self.names),
        )

    @cached_property
    def hints(self) -> Hints:
        """Says what may be added to a text."""
        return Hints(self.facts)

    @cached_property
    def told(self) -> Callable[[str], str]:
        """Return a line with the class and purpose of what it names, as it is scored; these are remembered."""
        reader, purpose = self.reader, self.hints.purpose

        def said(text: str) -> str:
            return addition(text, reader.concepts(text), purpose)

        more = Remembered(said)
        return lambda text: text + more(text)

    @cached_property
    def safety(self) -> MedicineSafety:
        """Says which medicines belong in the safety strip."""
        return MedicineSafety(self.facts, self.recogniser, self.names)


def knowledge_base(facts: Path | None = None, terminology: Path | None = None) -> KnowledgeBase:
    """Return what is known with own rows from the folder `facts` and more names from `terminology`, a file or folder.

    Read once for each pair of paths; a change of their files counts when the program is started again. Raises
    FactsError, which names the variable of `settings`, the file and the line.
    """
    return _read(facts, terminology)


@cache
def _read(own: Path | None, terminology: Path | None) -> KnowledgeBase:
    facts = _checked(own) if own else shipped_facts()
    names = Names(facts)
    if not terminology:
        return KnowledgeBase(facts, names)
    try:
        wider = read_terminology(terminology, facts, names)
    except FactsError as error:
        raise FactsError(f"EMR_RERANK_TERMINOLOGY: {error}; correct or unset the variable") from error
    version = hashlib.sha256(f"{facts.version} {wider.digest}".encode()).hexdigest()[: len(facts.version)]
    return KnowledgeBase(replace(facts, version=version), Names(facts, wider.names))


def read_facts(own: Path | None = None) -> tuple[Facts, Exceptions]:
    """Return the shipped tables and reviews with those of the folder `own` over them, unchecked. Raises FactsError."""
    folders = [FOLDER, own] if own else [FOLDER]
    return load(*folders), load_exceptions(*(folder / "exceptions.csv" for folder in folders))


def _checked(own: Path) -> Facts:
    try:
        facts, exceptions = read_facts(own)
    except FactsError as error:
        raise FactsError(f"EMR_RERANK_FACTS: {error}; correct the file or unset the variable") from error
    found = problems(facts, Names(facts), exceptions, FAULTS)
    if not found:
        return facts
    folder = f"{own.resolve().name}/"
    # A row that is replaced may take away what a shipped row refers to: that is told last, and as what it is.
    first = min(found, key=lambda one: folder not in one.where)
    cause = "" if folder in first.where else f" since a row of {folder} was put in place of the shipped one"
    more = f", and {len(found) - 1} more" if len(found) > 1 else ""
    raise FactsError(
        f"EMR_RERANK_FACTS: {first.where}: {first.fault}{cause}{more}; correct the rows "
        f"(python -m emr_rerank.knowledge.check --folder {own} lists every fault) or unset the variable"
    )
