"""What a chain of links is worth, as one table. Knows relations only: no concept, no text.

A key is a relation seen from one end of the chain: "causes>" where that end is the subject, "causes<" where it is the
object. The numbers are judgement, tuned on the charts kept for choosing (see LOG.md); what is not listed means nothing.
"""

from __future__ import annotations

from collections.abc import Mapping

Key = str

# One link, by how the record's concept stands in it: "treats>" is a record of what treats the assessment's problem.
DIRECT: Mapping[Key, float] = {
    "treats>": 1.0,
    "treats<": 0.8,
    "causes>": 1.0,
    "causes<": 0.6,
    "complicates>": 0.7,
    "complicates<": 0.8,
    "raises the risk of>": 0.9,
    "raises the risk of<": 0.5,
    "shows as>": 0.8,
    "shows as<": 0.6,
    "watches>": 0.8,
    "watches<": 0.8,
    "suggests>": 0.7,
    "suggests<": 0.7,
    "leaves>": 0.9,
    "leaves<": 0.6,
    "interacts with>": 0.9,
    "interacts with<": 0.9,
    "contraindicates>": 0.9,
    "contraindicates<": 0.7,
    "matters for>": 1.0,
}

# Two links, the record's end first, the assessment's second: ("causes>", "shows as<") is a medicine that can cause
# what can show as the complaint.
CHAINS: Mapping[tuple[Key, Key], float] = {
    ("causes>", "shows as<"): 0.6,
    ("raises the risk of>", "shows as<"): 0.5,
    ("complicates>", "shows as<"): 0.3,
    ("leaves>", "shows as<"): 0.6,
    ("treats>", "shows as<"): 0.4,
    ("watches>", "shows as<"): 0.4,
    ("suggests>", "shows as<"): 0.4,
    ("treats>", "matters for<"): 0.5,
    ("watches>", "matters for<"): 0.4,
    ("complicates>", "matters for<"): 0.4,
    ("complicates<", "matters for<"): 0.4,
    ("raises the risk of>", "matters for<"): 0.3,
    ("shows as<", "matters for<"): 0.3,
    ("treats>", "raises the risk of<"): 0.4,
    ("watches>", "raises the risk of<"): 0.4,
    ("raises the risk of>", "raises the risk of<"): 0.3,
    ("treats>", "complicates>"): 0.4,
    ("watches>", "complicates>"): 0.4,
    ("complicates>", "complicates>"): 0.3,
    ("watches>", "causes<"): 0.3,
    ("watches>", "treats<"): 0.3,
    ("causes>", "watches<"): 0.3,
    ("treats>", "watches>"): 0.3,
    ("causes>", "suggests>"): 0.6,
    ("raises the risk of>", "suggests>"): 0.4,
    ("causes>", "contraindicates>"): 0.3,
}

WIDER = 0.9  # each step from an ingredient to its class, from a condition to its parent
NARROWER = 0.85  # each step the other way, from the assessment's end only: "antibiotics?" asks for amoxicillin too
SAME_CLASS = 0.4  # where both ends had to be widened to meet

# A concept that everything is linked to says less (nausea, headache, creatinine): from so many links on, its worth
# falls with this power of their number.
HUB_MIDDLE, HUB_END = 60, 20
HUB_POWER = 0.35
