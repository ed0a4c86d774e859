"""A folder of small tables that every check passes, but for their size; tests spoil a copy."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

TABLES: Mapping[str, str] = {
    "medicines": """\
# a comment
name,also,brands,classes,atc,indications,monitoring,serious,common,contraindications,pregnancy,breastfeeding,renal,hepatic
lisinopril,,Zestril; Prinivil,ACE inhibitor,C09AA03,hypertension,K+,angioedema,cough,angioedema,avoid: toxic,caution,,
salbutamol,albuterol,Ventolin,bronchodilator,R03AC02,asthma,,,tremor,,compatible,compatible,,
""",
    "classes": """\
name,also,purpose,safety
ACE inhibitor,ACEi,lowers blood pressure,
bronchodilator,,opens the airways,
""",
    "conditions": """\
name,kind,synonyms,abbreviations,lay,symptoms,findings,tests,treatments,complications,risks,parent
angioedema,symptom,,,swollen lips,,,,,,,
asthma,disease,,,,cough,,,salbutamol,,,
cough,symptom,,,coughing,,,,,,ACEi,
dry cough,symptom,non-productive cough,,,,,,,,,cough
hypertension,disease,high blood pressure,HTN,,,,,ACE inhibitor,,,
tremor,symptom,,,the shakes,,,,,,,
""",
    "tests": """\
name,variants,units,high,low,conditions,medicines
potassium,serum potassium; K+,mmol/L,,,hypertension,ACE inhibitor
""",
    "procedures": """\
name,kind,synonyms,abbreviations,indications,consequences,conditions
nebuliser,device,,,asthma,needs cleaning,asthma
""",
    "foods": """\
name,also
grapefruit juice,grapefruit
""",
    "presentations": """\
name,phrases,conditions,medicines,procedures,allergies,tests,family
chronic cough,two months of dry cough,asthma,ACE inhibitor,,,,asthma
""",
    "limits": """\
name,unit,also,least,most,low,below,high,above
potassium,mmol/L,K,1,9.9,,,5.8,chronic cough
""",
    "lookups": """\
name,kinds,tests,standings,phrases
electrolytes,observation,potassium,,electrolytes; salts
medicines,medication,,,medicines; tablets
what is past,,,past,stopped
""",
    "systems": """\
name,phrases,conditions
lungs,chest; lungs,asthma
""",
    "interactions": """\
a,b,kind,mechanism,consequence,severity
lisinopril,grapefruit juice,drug-food,none known,none,moderate
salbutamol,ACE inhibitor,drug-drug,none known,none,moderate
""",
}


def written(folder: Path, changes: Mapping[str, str] | None = None) -> Path:
    """Write the small tables to `folder`, `changes` in place of theirs, and return it."""
    folder.mkdir(exist_ok=True)
    for name, content in {**TABLES, **(changes or {})}.items():
        (folder / f"{name}.csv").write_text(content, encoding="utf-8")
    return folder


def with_row(table: str, row: str) -> dict[str, str]:
    """Return the change that adds `row` to `table`."""
    return {table: f"{TABLES[table]}{row}\n"}
