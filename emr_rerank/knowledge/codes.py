"""Says what a record's codings mean: by the display's words, by ATC prefix, by ICD-10 prefix. Ships no terminology.

A code system tells which kinds its displays can name. ATC codes are those of our own medicines' rows; the ICD-10
prefixes are a short list of this project's, from groups of codes to broad conditions of the tables.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

from emr_rerank.knowledge.names import Concept, Names
from emr_rerank.knowledge.recognise import Recogniser
from emr_rerank.knowledge.rows import FactKind, Facts

_DRUG: tuple[FactKind, ...] = ("medicine", "class")
_CLINICAL: tuple[FactKind, ...] = ("condition", "procedure", "medicine", "class", "test")
RXNORM, ATC, SNOMED, LOINC, ICD10 = "RxNorm", "ATC", "SNOMED CT", "LOINC", "ICD-10"

# System URIs as FHIR writes them, and the OIDs of older exports.
SYSTEMS: Mapping[str, str] = {
    "http://www.nlm.nih.gov/research/umls/rxnorm": RXNORM,
    "urn:oid:2.16.840.1.113883.6.88": RXNORM,
    "http://www.whocc.no/atc": ATC,
    "urn:oid:2.16.840.1.113883.6.73": ATC,
    "http://snomed.info/sct": SNOMED,
    "urn:oid:2.16.840.1.113883.6.96": SNOMED,
    "http://loinc.org": LOINC,
    "urn:oid:2.16.840.1.113883.6.1": LOINC,
    "http://hl7.org/fhir/sid/icd-10": ICD10,
    "http://hl7.org/fhir/sid/icd-10-cm": ICD10,
    "http://hl7.org/fhir/sid/icd-10-uk": ICD10,
    "http://fhir.de/CodeSystem/bfarm/icd-10-gm": ICD10,
    "urn:oid:2.16.840.1.113883.6.3": ICD10,
    "urn:oid:2.16.840.1.113883.6.90": ICD10,
}
KINDS: Mapping[str, tuple[FactKind, ...]] = {
    RXNORM: _DRUG,
    ATC: _DRUG,
    SNOMED: _CLINICAL,
    LOINC: ("test",),
    ICD10: ("condition",),
}
_WHOLE_ATC = 7  # characters of the code of one substance

# ICD-10 prefix -> a condition of the tables; the longest prefix that fits decides. Broad on purpose.
ICD10_GROUPS: Mapping[str, str] = {
    "A15": "tuberculosis", "A16": "tuberculosis", "A17": "tuberculosis", "A18": "tuberculosis", "A19": "tuberculosis",
    "A40": "sepsis", "A41": "sepsis", "B02": "herpes zoster", "B15": "hepatitis A", "B16": "hepatitis B",
    "B17.1": "hepatitis C", "B18.0": "hepatitis B", "B18.1": "hepatitis B", "B18.2": "hepatitis C",
    "B20": "HIV infection", "B21": "HIV infection", "B22": "HIV infection", "B23": "HIV infection",
    "B24": "HIV infection", "B50": "malaria", "B51": "malaria", "B52": "malaria", "B53": "malaria", "B54": "malaria",
    "C": "cancer", "C15": "oesophageal cancer", "C16": "gastric cancer", "C18": "colorectal cancer",
    "C19": "colorectal cancer", "C20": "colorectal cancer", "C22": "hepatocellular carcinoma",
    "C25": "pancreatic cancer", "C34": "lung cancer", "C43": "melanoma", "C50": "breast cancer",
    "C53": "cervical cancer", "C54": "endometrial cancer", "C56": "ovarian cancer", "C61": "prostate cancer",
    "C64": "kidney cancer", "C67": "bladder cancer", "C71": "brain tumour", "C73": "thyroid cancer",
    "C81": "Hodgkin lymphoma", "C82": "lymphoma", "C83": "lymphoma", "C84": "lymphoma", "C85": "lymphoma",
    "C90.0": "multiple myeloma", "C91.0": "acute lymphoblastic leukaemia", "C91.1": "chronic lymphocytic leukaemia",
    "C92.0": "acute myeloid leukaemia", "C92.1": "chronic myeloid leukaemia",
    "D50": "iron deficiency", "D51": "vitamin B12 deficiency", "D57": "sickle cell disease", "D62": "anaemia",
    "D63": "anaemia", "D64": "anaemia", "D66": "haemophilia A", "D69.6": "thrombocytopenia", "D70": "neutropenia",
    "D86": "sarcoidosis", "E03": "hypothyroidism", "E05": "hyperthyroidism", "E10": "type 1 diabetes",
    "E11": "type 2 diabetes", "E13": "diabetes mellitus", "E14": "diabetes mellitus", "E21": "hyperparathyroidism",
    "E24": "Cushing's syndrome", "E27.1": "adrenal insufficiency", "E27.4": "adrenal insufficiency", "E66": "obesity",
    "E78": "dyslipidaemia", "E83.1": "haemochromatosis", "E84": "cystic fibrosis", "E87.1": "hyponatraemia",
    "E87.5": "hyperkalaemia", "E87.6": "hypokalaemia", "F00": "dementia", "F01": "vascular dementia",
    "F02": "dementia", "F03": "dementia", "F05": "delirium", "F10": "alcohol use disorder",
    "F11": "opioid use disorder", "F17": "smoking", "F20": "schizophrenia", "F25": "schizoaffective disorder",
    "F31": "bipolar disorder", "F32": "depression", "F33": "depression", "F41": "anxiety",
    "F42": "obsessive compulsive disorder", "F43.1": "post-traumatic stress disorder", "F50": "eating disorder",
    "F84": "autism spectrum disorder", "F90": "attention deficit hyperactivity disorder",
    "G20": "Parkinson's disease", "G30": "Alzheimer's disease", "G35": "multiple sclerosis", "G40": "epilepsy",
    "G43": "migraine", "G45": "transient ischaemic attack", "G47.3": "sleep apnoea", "G70.0": "myasthenia gravis",
    "H25": "cataract", "H26": "cataract", "H35.3": "macular degeneration", "H40": "glaucoma",
    "I10": "hypertension", "I11": "hypertension", "I12": "hypertension", "I13": "hypertension", "I15": "hypertension",
    "I20": "stable angina", "I20.0": "unstable angina", "I21": "myocardial infarction", "I22": "myocardial infarction",
    "I24": "coronary artery disease", "I25": "coronary artery disease", "I25.2": "previous myocardial infarction",
    "I26": "pulmonary embolism", "I27.0": "pulmonary hypertension", "I33": "infective endocarditis",
    "I34.0": "mitral regurgitation", "I35.0": "aortic stenosis", "I42": "cardiomyopathy",
    "I44.1": "heart block", "I44.2": "heart block",
    "I48": "atrial fibrillation", "I50": "heart failure", "I60": "subarachnoid haemorrhage",
    "I61": "intracerebral haemorrhage", "I63": "stroke", "I64": "stroke", "I69": "stroke",
    "I71": "aortic aneurysm", "I73.9": "peripheral arterial disease", "I80.2": "deep vein thrombosis",
    "I82": "deep vein thrombosis", "I85": "oesophageal varices", "J12": "pneumonia", "J13": "pneumonia",
    "J14": "pneumonia", "J15": "pneumonia", "J16": "pneumonia", "J18": "pneumonia", "J44": "COPD", "J45": "asthma",
    "J46": "asthma", "J47": "bronchiectasis", "J84": "interstitial lung disease", "J93": "pneumothorax",
    "K21": "gastro-oesophageal reflux disease", "K25": "peptic ulcer disease", "K26": "peptic ulcer disease",
    "K27": "peptic ulcer disease", "K50": "Crohn's disease", "K51": "ulcerative colitis", "K57": "diverticular disease",
    "K58": "irritable bowel syndrome", "K70.3": "cirrhosis", "K74": "cirrhosis", "K80": "gallstones",
    "K85": "acute pancreatitis", "K86.1": "chronic pancreatitis", "K90.0": "coeliac disease",
    "K92.2": "gastrointestinal bleeding", "L20": "eczema", "L40": "psoriasis", "M05": "rheumatoid arthritis",
    "M06": "rheumatoid arthritis", "M10": "gout", "M15": "osteoarthritis", "M16": "osteoarthritis",
    "M17": "osteoarthritis", "M18": "osteoarthritis", "M19": "osteoarthritis", "M31.5": "giant cell arteritis",
    "M31.6": "giant cell arteritis", "M32": "systemic lupus erythematosus", "M35.3": "polymyalgia rheumatica",
    "M45": "ankylosing spondylitis", "M79.7": "fibromyalgia", "M80": "osteoporosis", "M81": "osteoporosis",
    "N17": "acute kidney injury", "N18": "chronic kidney disease", "N18.3": "CKD stage 3", "N18.4": "CKD stage 4",
    "N18.5": "CKD stage 5", "N20": "kidney stones", "N39.0": "urinary tract infection",
    "N40": "benign prostatic hyperplasia", "N80": "endometriosis", "O00": "ectopic pregnancy", "O14": "pre-eclampsia",
    "O24": "gestational diabetes", "R55": "syncope", "T78.2": "anaphylaxis", "Z21": "HIV infection",
    "Z33": "pregnancy", "Z34": "pregnancy", "Z94.0": "kidney transplant recipient",
    "Z94.1": "heart transplant recipient", "Z94.4": "liver transplant recipient", "Z99.2": "dialysis dependence",
}  # fmt: skip


class Codes:
    """Reads codings with one set of tables."""

    def __init__(self, facts: Facts, names: Names, recogniser: Recogniser) -> None:
        self._facts = facts
        self._names = names
        self._recogniser = recogniser

    def concepts(self, code: str, display: str = "") -> tuple[Concept, ...]:
        """Return what a coding "system|code" with this display means; nothing for a system that is not known here."""
        uri, _, value = code.rpartition("|")
        system = SYSTEMS.get(uri.strip())
        if system is None:
            return ()
        shown = [one.concept for one in self._recogniser.find(display) if one.concept.kind in KINDS[system]]
        return tuple(dict.fromkeys([*shown, *self._by_code(system, value.strip().upper(), shown=bool(shown))]))

    def _by_code(self, system: str, value: str, *, shown: bool) -> Iterator[Concept]:
        if system == ATC:
            yield from self._by_atc(value)
        elif system == ICD10 and not shown:  # a display says more than the group of its code
            group = next((value[:end] for end in range(len(value), 0, -1) if value[:end] in ICD10_GROUPS), "")
            yield from self._names.resolve(ICD10_GROUPS[group], ("condition",)) if group else ()

    def _by_atc(self, value: str) -> Iterator[Concept]:
        """The medicine of a whole code; of a group, the classes that all its medicines here share."""
        members = [atc for atc in self._atc if value and atc.startswith(value)]
        if len(value) >= _WHOLE_ATC:
            yield from (Concept("medicine", name) for atc in members for name in self._atc[atc])
            return
        rows = {name for atc in members for name in self._atc[atc]}
        shared = [self._classes[name] for name in sorted(rows)]
        if shared:
            yield from (one for one in shared[0] if all(one in others for others in shared))

    @cached_property
    def _atc(self) -> Mapping[str, tuple[str, ...]]:
        found: dict[str, list[str]] = {}
        for row in self._facts.medicines:
            for code in row.atc:
                found.setdefault(code.upper(), []).append(row.name)
        return {code: tuple(found[code]) for code in sorted(found)}

    @cached_property
    def _classes(self) -> Mapping[str, tuple[Concept, ...]]:
        return {
            row.name: tuple(one for text in row.classes for one in self._names.resolve(text, ("class",)))
            for row in self._facts.medicines
        }
