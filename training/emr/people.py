"""Who can have what: the sex and the ages that a condition, medicine, test or procedure is plausible at.

A table of patterns over names; knows no chart. Coarse on purpose: it keeps prostates out of women's charts and
dementia out of children's, no more.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from training.emr.dice import Dice

OLDEST = 94
ADULT = 18


@dataclass(frozen=True, slots=True)
class Person:
    """A patient, as an assessment names one."""

    age: int  # years
    sex: str  # "male" or "female"


@dataclass(frozen=True, slots=True)
class Limits:
    """Whom a thing fits: `sex` "" is either; ages in years, both included."""

    sex: str = ""
    youngest: int = ADULT
    oldest: int = OLDEST

    @property
    def possible(self) -> bool:
        """Whether there is such a person."""
        return self.youngest <= self.oldest and self.sex != "none"

    def and_also(self, other: Limits) -> Limits:
        """Return the limits of having both."""
        sexes = {self.sex, other.sex} - {""}
        return Limits(
            "none" if len(sexes) > 1 else next(iter(sexes), ""),
            max(self.youngest, other.youngest),
            min(self.oldest, other.oldest),
        )

    def fit(self, person: Person) -> bool:
        """Return whether this person can have it."""
        return self.sex in ("", person.sex) and self.youngest <= person.age <= self.oldest


def _whole(words: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{words})", re.IGNORECASE)


# The first row that matches tells; children's things are not looked for in adults' charts, nor the other way round.
ROWS: tuple[tuple[re.Pattern[str], Limits], ...] = (
    (
        _whole(
            "infan|child|neonat|newborn|premature birth|prematurity|croup|bronchiolitis|kawasaki|bedwetting|faltering|"
            "pyloric stenosis|intussusception|nappy|wheezy child|short stature|delayed development|developmental|"
            "growth centile|febrile convulsion|slapped cheek|hand, foot|juvenile|retinoblastoma|wilms|apgar|perthes|"
            "short child|well child|neuroblastoma|birth weight|head circumference|reye|lennox|dravet|retinopathy of"
        ),
        Limits(youngest=0, oldest=12),
    ),
    (_whole("sudden infant|cradle cap|biliary atresia|necrotising entero|tay|pompe|spinal muscular"), Limits("", 0, 8)),
    (
        _whole(
            "pregnan|pre-eclampsia|eclampsia|postpartum|antepartum|antenatal|miscarriage|ectopic|caesarean|gestation|"
            "breastfeed|lactation|fetal|obstetric|labour|preterm|placent|hyperemesis|childbearing|contracept|infertil|"
            "polycystic ovary|endometriosis|missed periods|heavy periods|dysmenorrh|menorrhag|amenorrh|premenstrual|"
            "galactorrh|peripartum|hellp|molar|ovulat|intrauterine|vomiting in pregn|mastitis|chorio|bishop|"
            "trisomy screening|rhesus|stillbirth|tubal|fundal|pelvic inflam|menstrua|periods"
        ),
        Limits("female", 18, 45),
    ),
    (
        _whole(
            "ethinyl|estradiol|(?:o)?estr(?:ogen|iol|one)|conjugated oestro|norethisterone|drospirenone|levonorgestrel|"
            "desogestrel|dienogest|gestodene|etonogestrel|ulipristal|tibolone|raloxifene|clomifene|mifepristone"
        ),
        Limits("female", 18, 70),
    ),
    (_whole("testosterone\\b|finasteride|dutasteride|bicalutamide|abiraterone|enzalutamide"), Limits("male", 30)),
    (
        _whole("menopaus|postmenopausal|vaginal atrophy|atrophic vagin|hormone replacement"),
        Limits("female", 48),
    ),
    (
        _whole(
            "ovar|uter|cervical (?:cancer|screening|intra)|endometri|vagin|vulv|hysterect|fibroid|pelvic organ|mammo|"
            "breast|mastectomy|ca-125|ca 15|oophor|salping|colposcopy|brca|clitor|bartholin|stress incontinence"
        ),
        Limits("female", 30),
    ),
    (
        _whole(
            "prostat|benign prost|erectile|psa\\b|ipss|male lower|transurethral resection of prost|urinary retention"
        ),
        Limits("male", 50),
    ),
    (
        _whole(
            "testic|peni(?:s|le)|vasectomy|epididym|hydrocele|varicocele|phimosis|balanitis|scrot|orchi|priapism|semen|"
            "hypogonadism|haemophilia|duchenne|circumcis|gynaecomastia|klinefelter|paraphimosis"
        ),
        Limits("male", 18, 70),
    ),
    (
        _whole(
            "dement|alzheimer|frail|old age|older person|macular degen|giant cell arter|polymyalgia|parkinson|"
            "care home|"
            "lewy|presby|age related|timed up|gait speed|falls risk|barthel|pressure sore|amts|"
            "aortic stenosis|amyloid angio|4at|waterlow|clinical frailty|end of life"
        ),
        Limits(youngest=62),
    ),
    (
        _whole(
            "hypertens|type 2|coronary|ischaemic|heart failure|atrial fib|copd|chronic obstructive|stroke|myocardial|"
            "peripheral arterial|osteoarth|osteopor|gout|cancer|carcinoma|myeloma|lymphoma|chronic kidney|angina|"
            "cirrhosis|aneurysm|glaucoma|cataract|carotid|myelodys|polycyth|diabetic (?:reti|neph|foot|neur)|"
            "diverticul|"
            "barrett|lipid|cholesterol|arter|valve|qrisk|chads|cha2|knee replacement|hip replacement|joint replacement|"
            "transient ischaemic|shingles|monoclonal|waldenstr|idiopathic pulmonary|sinus node|pacemaker|renal impair"
        ),
        Limits(youngest=40),
    ),
)
_ANY_ADULT = Limits()


@lru_cache(maxsize=20_000)
def limits(name: str) -> Limits:
    """Return whom the thing of this name fits."""
    return next((found for pattern, found in ROWS if pattern.search(name)), _ANY_ADULT)


def limits_of(names: Iterable[str]) -> Limits:
    """Return whom all of these fit together."""
    whole = Limits(youngest=0)
    for name in names:
        whole = whole.and_also(limits(name))
    return whole


def person(rng: Dice, within: Limits) -> Person:
    """Return somebody within these limits; adults are rather old than young, as patients are."""
    sex = within.sex or rng.choice(("male", "female"))
    if within.oldest < ADULT:
        return Person(rng.randint(max(1, within.youngest), within.oldest), sex)
    drawn = round(rng.triangular(ADULT, OLDEST, 66))
    return Person(min(max(drawn, within.youngest), within.oldest), sex)
