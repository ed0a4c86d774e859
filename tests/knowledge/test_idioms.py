"""Names inside ordinary phrases that mean something else."""

from __future__ import annotations

import pytest

from emr_rerank.knowledge.recognise import recogniser


def named(text: str) -> set[str]:
    return {one.concept.name for one in recogniser().find(text)}


@pytest.mark.parametrize(
    "text", ["sats 90% RA, wheezy", "91% on RA", "SpO2 94 (RA)", "sats 97.5% on RA", "RA sats 94%"]
)
def test_air_beside_a_saturation_is_no_arthritis(text: str) -> None:
    assert "rheumatoid arthritis" not in named(text)


@pytest.mark.parametrize(
    "text",
    ["RA on MTX", "SpO2 94 on RA. Known RA since 2010", "RA for 10 years, sats 94%", "HbA1c 7.2%, RA", "sats 98%, RA"],
)
def test_arthritis_beside_a_saturation_is_arthritis(text: str) -> None:
    assert "rheumatoid arthritis" in named(text)


@pytest.mark.parametrize("text", ["What is driving them?", "what's driving her lows", "infection driving this"])
def test_what_drives_a_problem_is_no_road(text: str) -> None:
    assert "driving" not in named(text)


def test_who_drives_is_asked_about_driving() -> None:
    assert "driving" in named("Is he driving? Advice before the weekend")


def test_a_port_is_flushed_and_a_face_is_not() -> None:
    assert "flushing" not in named("rigors after port flush")
    assert "flushing" not in named("flushed the line with saline")
    assert "flushing" in named("flushing after meals")


@pytest.mark.parametrize("text", ["seen 9 Dec", "booked Oct 2026"])
def test_a_month_is_no_abbreviation(text: str) -> None:
    assert named(text) == set()


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Coded as ICD-10 I48", "implantable cardioverter defibrillator"),
        ("metoprolol CR 25 mg OD", "creatinine"),
        ("diclofenac NA 25 mg", "sodium"),
        ("losartan K 50 mg", "potassium"),
        ("Seen Sat 21 Nov", "oxygen saturation"),
        ("RF ablation of the pathway", "rheumatoid factor"),
        ("albuterol 90 mcg inh 2 puffs", "isoniazid"),
        ("Symbicort 200/6 INH BID", "isoniazid"),
        ("MST score 2", "morphine"),
        ("EMB benign", "ethambutol"),
        ("MRA brain normal", "mineralocorticoid receptor antagonist"),
        ("left SI joint tender", "suicidal ideation"),
        ("No CVA tenderness", "stroke"),
        ("seen in ED with chest pain", "erectile dysfunction"),
        ("normally fit and well", "seizure"),
        ("well fitting dentures", "seizure"),
        ("HD stable overnight", "dialysis dependence"),
        ("diltiazem 240 mg CD", "Crohn's disease"),
        ("fluoxetine 20 mg CAP", "community-acquired pneumonia"),
        ("amitriptyline 10 mg HS", "hidradenitis suppurativa"),
        ("HS I+II+0", "hidradenitis suppurativa"),
        ("Ciprodex 4 gtt AS BID", "aortic stenosis"),
        ("PE: chest clear", "pulmonary embolism"),
        ("MM dry", "multiple myeloma"),
        ("TTP over L4", "thrombotic thrombocytopenic purpura"),
        ("PCP: Dr Jones", "Pneumocystis pneumonia"),
        ("follow-up with PCP in 1 week", "Pneumocystis pneumonia"),
        ("TC with daughter", "total cholesterol"),
        ("tender in RIF", "rifampicin"),
        ("Disorder of bone, NEC", "necrotising enterocolitis"),
        ("PT reports pain", "physiotherapy"),
        ("ALL other systems negative", "acute lymphoblastic leukaemia"),
        ("ST depression in V4", "depression"),
        ("every 4 hrs", "hepatorenal syndrome"),
        ("Mrs Jones", "modified Rankin scale"),
        ("Dan reports feeling well", "diabetic autonomic neuropathy"),
        ("her son Ali", "acute limb ischaemia"),
        ("Dr Foster reviewed", "beclometasone/formoterol"),
        ("under foster parents", "beclometasone/formoterol"),
        ("detached retina", "tretinoin"),
        ("luminal narrowing 50%", "phenobarbital"),
        ("lives with wife and one child", "childhood"),
        ("faint systolic murmur", "syncope"),
        ("fall in Hb to 7", "falls"),
        ("no mass effect", "lump"),
        ("cotton wool spots", "rash"),
        ("pulse steroids for relapse", "heart rate"),
        ("unresponsive to antibiotics", "reduced consciousness"),
        ("stress dose steroids", "psychological stress"),
        ("weepy eczema", "low mood"),
        ("mother of twins", "multiple pregnancy"),
        ("Ivor seen with Saba", "bemiparin"),
        ("polyp removed by snares", "snoring"),
        ("the point of inflection", "infection"),
        ("PU'd in a bottle", "peptic ulcer disease"),
        ("NPO, IVF 1 L", "in vitro fertilisation"),
        ("isosorbide MN 60 mg", "membranous nephropathy"),
        ("TB 0.6, ALT 18", "tuberculosis"),
        ("advance directive (AD) signed", "Alzheimer's disease"),
        ("VTE prophylaxis: SCDs", "sickle cell disease"),
        ("seen at the GP surgery", "surgery"),
        ("attends surgery", "surgery"),
        ("alcohol gel by the bed", "alcohol use"),
        ("infection control team", "infection"),
        ("weight-bearing as tolerated", "weight"),
        ("red reflex present", "tendon reflexes"),
        ("thyroid not enlarged", "thyroid dysfunction"),
        ("missed abortion", "termination of pregnancy"),
        ("Nasal sinus endoscopy", "upper GI endoscopy"),
        ("Streptococcus pneumoniae antigen", "pneumonia"),
    ],
)
def test_a_fixed_phrase_is_not_the_name_in_it(text: str, name: str) -> None:
    assert name not in named(text)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("ICD in situ", "implantable cardioverter defibrillator"),
        ("CR 1.2 mg/dL", "creatinine"),
        ("furosemide 40 mg, K 3.1", "potassium"),
        ("sat 92%", "oxygen saturation"),
        ("RF 80, anti-CCP positive", "rheumatoid factor"),
        ("INH 300 mg daily", "isoniazid"),
        ("MST 10 mg bd", "morphine"),
        ("EMB 800 mg daily", "ethambutol"),
        ("MRA held as K 5.9", "mineralocorticoid receptor antagonist"),
        ("denied SI", "suicidal ideation"),
        ("CVA in 2010", "stroke"),
        ("PMH: T2DM, ED, HTN", "erectile dysfunction"),
        ("HD via left AVF", "dialysis dependence"),
        ("CD on infliximab", "Crohn's disease"),
        ("CAP, on amoxicillin", "community-acquired pneumonia"),
        ("HS flare in the axilla", "hidradenitis suppurativa"),
        ("PE: CTPA 2019", "pulmonary embolism"),
        ("TTP with low ADAMTS13", "thrombotic thrombocytopenic purpura"),
        ("treated for PCP", "Pneumocystis pneumonia"),
        ("TC 5.2, HDL 1.1", "total cholesterol"),
        ("started RIF 600 mg", "rifampicin"),
        ("baby had NEC", "necrotising enterocolitis"),
        ("ALL in remission", "acute lymphoblastic leukaemia"),
        ("HRS type 1", "hepatorenal syndrome"),
        ("mRS 3", "modified Rankin scale"),
        ("tia 2010", "transient ischaemic attack"),
        ("Foster 100/6 2 puffs bd", "beclometasone/formoterol"),
        ("Retin-A cream", "tretinoin"),
        ("fall in the bathroom", "falls"),
        ("mass in left breast", "lump"),
        ("felt faint", "presyncope"),
        ("found unresponsive", "reduced consciousness"),
        ("pregnant with twins", "multiple pregnancy"),
    ],
)
def test_outside_the_phrase_the_name_is_what_it_says(text: str, name: str) -> None:
    assert name in named(text)


def test_who_smokes_is_not_denied_with_the_pain() -> None:
    denied = {one.concept.name: one.negated for one in recogniser().find("no chest pain, ex-smoker")}
    assert denied["chest pain"]
    assert not denied["ex-smoker"]


@pytest.mark.parametrize("text", ["2 fits last night", "fit for 3 minutes", "jerking, ?fits", "fits in sleep"])
def test_who_has_fits_has_seizures(text: str) -> None:
    assert "seizure" in named(text)


@pytest.mark.parametrize(
    "text",
    ["fit for discharge", "fits the picture of gout", "keeps fit", "a fit 40 year old", "mask fit test", "fit note"],
)
def test_who_is_fit_has_none(text: str) -> None:
    assert "seizure" not in named(text)


def test_fit_in_capitals_is_the_stool_test() -> None:
    assert "faecal immunochemical test" in named("FIT positive")


def test_what_is_eaten_is_still_an_allergen() -> None:
    assert "peanut allergy" in named("swollen lips after peanut butter")
