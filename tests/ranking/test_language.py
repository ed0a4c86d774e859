from __future__ import annotations

import pytest

from emr_rerank.ranking.language import notice


@pytest.mark.parametrize(
    "assessment",
    [
        "72M, SOB on exertion x2/52, orthopnoea, on warfarin for AF. ?CCF",
        "Two months of dry cough, breathless on stairs.",
        "start tamsulosin?",
        "Pt c/o N+V, hx DM2, CKD 3b. En route to ED per EMS.",
        "Ménière's disease with vertigo",
        "",
        "38.5 C, 110/70",
    ],
)
def test_english_and_ward_shorthand_pass_without_a_word(assessment: str) -> None:
    assert notice(assessment) == ""


@pytest.mark.parametrize(
    ("assessment", "named"),
    [
        ("Douleur thoracique depuis deux jours avec dyspnée, dans le contexte d'une fibrillation", "French"),
        ("Der Patient klagt seit zwei Wochen über Husten und ist nicht belastbar", "German"),
        ("Paciente con dolor de pecho desde hace dos días, sin fiebre, por la noche", "Spanish"),
        ("胸痛两天 伴有呼吸困难", "script"),
        ("Боль в груди два дня", "script"),
    ],
)
def test_other_languages_get_a_hint(assessment: str, named: str) -> None:
    assert named in notice(assessment)
