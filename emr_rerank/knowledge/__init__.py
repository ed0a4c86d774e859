"""Clinical facts as data: what a small language model has not read. Knows no patient, no store and no model.

Every row was written for this project from general medical knowledge and reviewed by no clinician:
a hint for ranking, not a reference.
"""

from __future__ import annotations

from emr_rerank.knowledge.base import KnowledgeBase, knowledge_base
from emr_rerank.knowledge.bearing import NONE, Bearing
from emr_rerank.knowledge.hints import added
from emr_rerank.knowledge.names import Concept, Names, fold, names
from emr_rerank.knowledge.rows import Condition, DrugClass, Facts, Interaction, Medicine, Presentation, Procedure, Test
from emr_rerank.knowledge.tables import facts, load

__all__ = [
    "NONE",
    "Bearing",
    "Concept",
    "Condition",
    "DrugClass",
    "Facts",
    "Interaction",
    "KnowledgeBase",
    "Medicine",
    "Names",
    "Presentation",
    "Procedure",
    "Test",
    "added",
    "facts",
    "fold",
    "knowledge_base",
    "load",
    "names",
]
