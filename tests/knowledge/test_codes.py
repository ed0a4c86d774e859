"""What codings mean, without a terminology at hand."""

from __future__ import annotations

import pytest

from emr_rerank.knowledge import Concept, facts, names
from emr_rerank.knowledge.codes import ICD10_GROUPS, Codes
from emr_rerank.knowledge.recognise import recogniser

CODES = Codes(facts(), names(facts()), recogniser())
ATC, ICD, LOINC = "http://www.whocc.no/atc", "http://hl7.org/fhir/sid/icd-10-cm", "http://loinc.org"
SNOMED, RXNORM = "http://snomed.info/sct", "http://www.nlm.nih.gov/research/umls/rxnorm"


@pytest.mark.parametrize(
    ("code", "display", "concept"),
    [
        (f"{ATC}|C09AA03", "", Concept("medicine", "lisinopril")),
        (f"{ATC}|C09AA", "", Concept("class", "ACE inhibitor")),
        (f"{ICD}|I48.91", "", Concept("condition", "atrial fibrillation")),
        (f"{ICD}|C50.911", "", Concept("condition", "breast cancer")),
        (f"{ICD}|C49.9", "", Concept("condition", "cancer")),
        (f"{LOINC}|2823-3", "Potassium [Moles/volume] in Serum or Plasma", Concept("test", "potassium")),
        (f"{SNOMED}|59621000", "Essential hypertension (disorder)", Concept("condition", "hypertension")),
        (f"{RXNORM}|312961", "Simvastatin 20 MG Oral Tablet", Concept("medicine", "simvastatin")),
    ],
)
def test_a_coding_means_by_its_display_or_its_prefix(code: str, display: str, concept: Concept) -> None:
    assert concept in CODES.concepts(code, display)


@pytest.mark.parametrize(
    ("code", "display"),
    [
        ("http://example.org/local|1", "asthma"),
        ("asthma", "asthma"),
        ("", ""),
        (f"{ATC}|", ""),
        (f"{ATC}|Q99ZZ99", ""),
        (f"{ICD}|", ""),
        (f"{ICD}|W54.0", ""),
        (f"{LOINC}|1", "asthma"),
        (f"{RXNORM}|1", "24 HR"),
    ],
)
def test_what_no_known_system_says_means_nothing(code: str, display: str) -> None:
    assert CODES.concepts(code, display) == ()


def test_a_display_says_more_than_the_group_of_its_code() -> None:
    found = CODES.concepts(f"{ICD}|I48.0", "Paroxysmal atrial fibrillation")
    assert Concept("condition", "paroxysmal atrial fibrillation") in found or found == (
        Concept("condition", "atrial fibrillation"),
    )


def test_every_group_is_a_condition_of_the_tables() -> None:
    index = names(facts())
    assert [one for one in set(ICD10_GROUPS.values()) if len(index.resolve(one, ("condition",))) != 1] == []
