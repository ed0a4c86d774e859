"""How charts spell things: medicines as RxNorm or a ward writes them, problems as SNOMED or a doctor does, tests too.

Knows the tables' own names and ways of dressing them up; no chart, no assessment.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from emr_rerank.knowledge import Concept, Facts, Medicine, Test
from emr_rerank.knowledge.names import NAMED
from emr_rerank.knowledge.rows import Condition, Procedure
from training.emr.dice import Dice, happens

# British spelling, which the tables are written in, to American, which Synthea and many exports are.
_AMERICAN = (
    (re.compile("aemi"), "emi"),
    (re.compile("([Hh])aem"), r"\1em"),
    (re.compile("([Oo])ede"), "ede"),
    (re.compile("([Oo])esoph"), "esoph"),
    (re.compile("rrhoea"), "rrhea"),
    (re.compile("pnoea"), "pnea"),
    (re.compile("tumour"), "tumor"),
    (re.compile("([Aa])naesth"), r"\1nesth"),
    (re.compile("([Cc])oeliac"), r"\1eliac"),
    (re.compile("([Ii])schaem"), r"\1schem"),
    (re.compile("([Pp])aed"), r"\1ed"),
    (re.compile("([Oo])estr"), "estr"),
    (re.compile("([Ll])eukaem"), r"\1eukem"),
)

# What a medicine comes as, by the beginning of its ATC code: everyday, and as RxNorm writes it. First match tells.
_FORMS: tuple[tuple[str, tuple[str, str]], ...] = (
    ("J07", ("vaccine", "Injectable Suspension")),
    ("S01L", ("injection", "Intravitreal Injection")),
    ("S01", ("eye drops", "Ophthalmic Solution")),
    ("S02", ("ear drops", "Otic Solution")),
    ("R01A", ("nasal spray", "Nasal Spray")),
    ("R03A", ("inhaler", "Metered Dose Inhaler")),
    ("R03B", ("inhaler", "Dry Powder Inhaler")),
    ("D0", ("cream", "Topical Cream")),
    ("D1", ("gel", "Topical Gel")),
    ("A10A", ("pen", "Pen Injector")),
    ("A10BJ", ("pen", "Pen Injector")),
    ("B01AB", ("injection", "Prefilled Syringe")),
    ("B01AX05", ("injection", "Prefilled Syringe")),
    ("B01AD", ("injection", "Injection")),
    ("B01AC1", ("infusion", "Injection")),
    ("B02", ("injection", "Injection")),
    ("B05", ("infusion", "Injectable Solution")),
    ("C01C", ("infusion", "Injectable Solution")),
    ("H01", ("injection", "Injectable Solution")),
    ("B03XA", ("pre-filled syringe", "Prefilled Syringe")),
    ("G02", ("tablets", "Oral Tablet")),
    ("H05AA", ("pen", "Pen Injector")),
    ("J01CE0", ("injection", "Injection")),
    ("J01CR05", ("injection", "Injection")),
    ("J01AA12", ("injection", "Injection")),
    ("J01DD01", ("injection", "Injection")),
    ("J01DD02", ("injection", "Injection")),
    ("J01DD04", ("injection", "Injection")),
    ("J01DE", ("injection", "Injection")),
    ("J01DH", ("injection", "Injection")),
    ("J01G", ("injection", "Injectable Solution")),
    ("J06", ("infusion", "Injectable Solution")),
    ("L01C", ("infusion", "Injection")),
    ("L01D", ("infusion", "Injection")),
    ("L01XA", ("infusion", "Injection")),
    ("L03", ("pre-filled syringe", "Prefilled Syringe")),
    ("L01F", ("infusion", "Injectable Solution")),
    ("L04AB", ("pre-filled syringe", "Prefilled Syringe")),
    ("L04AC", ("pre-filled syringe", "Prefilled Syringe")),
    ("L04AG", ("injection", "Injectable Solution")),
    ("N01", ("injection", "Injectable Solution")),
    ("P02", ("tablets", "Chewable Tablet")),
    ("R07AB", ("injection", "Injectable Solution")),
    ("V03AE", ("tablets", "Oral Tablet")),
    ("V03AN", ("by mask", "Inhalation Gas")),
    ("V04CD", ("capsules", "Oral Capsule")),
    ("V", ("injection", "Injectable Solution")),
)
SHORTEST = 3  # letters of an abbreviation that may stand alone in a line
_TABLETS = ("tablets", "Oral Tablet")
_CAPSULES = ("capsules", "Oral Capsule")
_INJECTED = re.compile(r"(?:mab|cept|parin|vedotin|deruxtecan|stim|kinra|relin|sen|siran|penem|glutide)\b")

# Strengths in mg of what is prescribed most; the others go without, as many lists do.
_STRENGTHS: Mapping[str, tuple[str, ...]] = {
    name: tuple(strengths.split("/"))
    for name, strengths in (
        one.split()
        for one in """
    ramipril 2.5/5/10 | lisinopril 5/10/20 | amlodipine 5/10 | bisoprolol 1.25/2.5/5 | furosemide 20/40
    spironolactone 25/50 | atorvastatin 20/40/80 | simvastatin 20/40 | metformin 500/850 | gliclazide 40/80
    warfarin 1/3/5 | apixaban 2.5/5 | rivaroxaban 15/20 | aspirin 75/300 | clopidogrel 75 | omeprazole 20/40
    lansoprazole 15/30 | sertraline 50/100 | citalopram 10/20 | fluoxetine 20 | mirtazapine 15/30 | amitriptyline 10/25
    prednisolone 1/5 | levothyroxine 0.025/0.05/0.1 | allopurinol 100/300 | colchicine 0.5 | methotrexate 2.5
    hydroxychloroquine 200 | sulfasalazine 500 | azathioprine 25/50 | folic_acid 5 | carbamazepine 100/200
    lamotrigine 25/100 | levetiracetam 250/500 | phenytoin 100 | gabapentin 100/300 | pregabalin 25/75
    digoxin 0.0625/0.125 | amiodarone 100/200 | diltiazem 60/120 | verapamil 40/80 | losartan 25/50 | candesartan 4/8
    hydrochlorothiazide 12.5/25 | indapamide 2.5 | nitrofurantoin 50/100 | trimethoprim 100/200 | amoxicillin 250/500
    doxycycline 50/100 | clarithromycin 250/500 | ciprofloxacin 250/500 | ibuprofen 200/400 | naproxen 250/500
    codeine 15/30 | tramadol 50 | paracetamol 500 | diazepam 2/5 | zopiclone 3.75/7.5 | olanzapine 5/10
    risperidone 1/2 | quetiapine 25/100 | lithium 200/400 | donepezil 5/10 | memantine 10/20 | tamsulosin 0.4
    finasteride 5 | solifenacin 5/10 | montelukast 10 | cetirizine 10 | propranolol 10/40 | sitagliptin 50/100
    empagliflozin 10/25 | dapagliflozin 10 | alendronic_acid 70 | tamoxifen 20 | anastrozole 1 | letrozole 2.5
    """.replace("\n", "|").split("|")
        if one.strip()
    )
}
_WEEKLY = frozenset({"methotrexate", "alendronic acid"})
_ORAL_DOSES = ("once daily", "once daily", "twice daily", "at night", "as directed", "in the morning")


def american(text: str) -> str:
    """Return the text in American spelling."""
    for pattern, other in _AMERICAN:
        text = pattern.sub(other, text)
    return text


def capitalised(text: str) -> str:
    """Return the text with a capital first letter; a name that has capitals within ("mRNA") stays."""
    return text[:1].upper() + text[1:] if text[:2].islower() else text


class Spellings:
    """The ways to write each concept of the tables."""

    def __init__(self, facts: Facts) -> None:
        self._rows = {
            Concept(kind, row.name): row for kind, (table, _) in NAMED.items() for row in getattr(facts, table)
        }

    def row(self, concept: Concept) -> object:
        """Return the row of a concept; KeyError for none."""
        return self._rows[concept]

    def all(self, concept: Concept) -> tuple[str, ...]:
        """Return every way in which the tables write a concept, its own name first."""
        row = self._rows[concept]
        columns = NAMED[concept.kind][1]
        return tuple(dict.fromkeys((concept.name, *(text for column in columns for text in getattr(row, column)))))

    def line(self, rng: Dice, concept: Concept) -> str:
        """Return how a chart's line would name a concept: plainly most often, as catalogues and wards do else."""
        match self._rows[concept]:
            case Medicine() as row:
                return self._medicine(rng, row)
            case Condition() as row:
                return self._condition(rng, row)
            case Procedure() as row:
                return self._procedure(rng, row)
            case Test() as row:
                return self._test(rng, row)
        return capitalised(concept.name)

    def dose(self, rng: Dice, row: Medicine) -> str:
        """Return how a medicine is taken, in words that claim no amount."""
        everyday, _ = _form(row, rng)
        if everyday in ("tablets", "capsules"):
            return "once weekly" if row.name in _WEEKLY else rng.choice(_ORAL_DOSES)
        return {"inhaler": "two puffs twice daily", "cream": "thinly twice daily"}.get(everyday, "as directed")

    def _medicine(self, rng: Dice, row: Medicine) -> str:
        everyday, catalogue = _form(row, rng)
        strength = rng.choice(_STRENGTHS[key]) if (key := row.name.replace(" ", "_")) in _STRENGTHS else ""
        plain, brand = row.name, rng.choice(row.brands) if row.brands else ""
        milligrams = f" {strength} mg" if strength else ""
        way = rng.random()
        if way < 0.30:
            return capitalised(f"{plain}{milligrams} {everyday}")
        if way < 0.52:
            parts = (american(part) for part in plain.split("/"))
            product = " / ".join(f"{part} {strength} MG" if strength else part for part in parts)
            named = f" [{brand}]" if brand and happens(rng, 0.3) else ""
            return f"{product} {catalogue}{named}"
        if way < 0.66 and brand:
            return f"{brand}{milligrams} {everyday}" if happens(rng, 0.5) else f"{brand} ({plain}) {everyday}"
        if way < 0.80:
            return capitalised(f"{plain}{milligrams}")
        return capitalised(rng.choice(row.also)) if row.also and happens(rng, 0.4) else capitalised(plain)

    def _condition(self, rng: Dice, row: Condition) -> str:
        way = rng.random()
        if way < 0.30:
            ending = "finding" if row.kind in ("symptom", "finding", "state") else "disorder"
            return capitalised(f"{american(row.name)} ({ending})")
        if way < 0.50 and row.synonyms:
            return capitalised(rng.choice(row.synonyms))
        if way < 0.58 and row.abbreviations:
            return rng.choice(row.abbreviations)
        return capitalised(american(row.name) if happens(rng, 0.3) else row.name)

    def _procedure(self, rng: Dice, row: Procedure) -> str:
        way = rng.random()
        if way < 0.25:
            return f"{capitalised(american(row.name))} ({'physical object' if row.kind == 'device' else 'procedure'})"
        if way < 0.50 and row.synonyms:
            return capitalised(rng.choice(row.synonyms))
        long = [one for one in row.abbreviations if len(one) >= SHORTEST]
        if way < 0.60 and long:
            return rng.choice(long)
        return capitalised(row.name)

    def _test(self, rng: Dice, row: Test) -> str:
        return capitalised(rng.choice(row.variants) if row.variants and happens(rng, 0.5) else row.name)


def _form(row: Medicine, rng: Dice) -> tuple[str, str]:
    # Of several codes one that is no local use: what comes as tablets may come as eye drops, too.
    code = min(row.atc, key=lambda one: one.startswith(("S", "D", "G01", "R01", "A01")), default="")
    form = next((form for beginning, form in _FORMS if code.startswith(beginning)), None)
    if form:
        return form
    if _INJECTED.search(row.name):
        return "injection", "Injectable Solution"
    return _CAPSULES if happens(rng, 0.3) else _TABLETS
