"""What a test's result looks like: normal ranges and units of common tests, words for the others. Knows no chart.

Ranges are adults' round figures, good enough for a line that reads like one; never decide care from them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from training.emr.dice import Dice

Direction = Literal["high", "low", "normal"]


@dataclass(frozen=True, slots=True)
class Range:
    """A normal range, and the farthest values that a chart would hold."""

    unit: str
    low: float
    high: float
    least: float
    most: float
    decimals: int = 0

    def draw(self, rng: Dice, direction: Direction) -> str:
        """Return a value above, below or within the range, as written."""
        step = 10.0**-self.decimals
        bounds = {
            "high": (self.high + step, max(self.most, self.high + step)),
            "low": (self.least, max(self.least, self.low - step)),
            "normal": (self.low, self.high),
        }
        low, high = bounds[direction]
        drawn = rng.triangular(low, high, (2 * low + high) / 3 if direction == "high" else (low + 2 * high) / 3)
        return f"{drawn:.{self.decimals}f}"


_WRITTEN = """
haemoglobin g/L 120 165 62 205 | potassium mmol/L 3.5 5.3 2.4 7.1 | sodium mmol/L 133 146 114 158
creatinine µmol/L 50 110 28 690 | eGFR mL/min/1.73_m2 60 110 8 120 | urea mmol/L 2.5 7.8 1.2 38.0
CRP mg/L 0 5 0 340 | ESR mm/h 1 20 1 118 | white_cell_count 10*9/L 4.0 11.0 0.9 32.0
neutrophil_count 10*9/L 2.0 7.5 0.2 24.0 | lymphocyte_count 10*9/L 1.0 4.0 0.2 46.0
eosinophil_count 10*9/L 0.02 0.50 0.00 4.10 | platelet_count 10*9/L 150 400 14 910
mean_cell_volume fL 80 100 61 121 | ferritin µg/L 30 300 3 2400 | vitamin_B12 ng/L 200 900 74 1900
folate µg/L 3.9 20.0 1.1 24.0 | INR ratio 0.9 1.1 0.8 8.2 | HbA1c mmol/mol 20 41 18 124
blood_glucose mmol/L 4.0 7.8 1.9 31.0 | fasting_glucose mmol/L 4.0 6.0 2.4 16.0
ALT U/L 7 45 4 1450 | AST U/L 8 40 5 1200 | alkaline_phosphatase U/L 30 130 14 920 | GGT U/L 8 60 5 1100
bilirubin µmol/L 3 20 2 310 | albumin g/L 35 50 17 56 | calcium mmol/L 2.20 2.60 1.64 3.60
phosphate mmol/L 0.80 1.50 0.24 2.90 | magnesium mmol/L 0.70 1.00 0.32 1.60 | uric_acid µmol/L 200 420 90 760
TSH mU/L 0.4 4.5 0.0 64.0 | free_T4 pmol/L 9.0 22.0 3.1 64.0 | NT-proBNP ng/L 20 125 10 14200
troponin ng/L 1 14 1 2900 | D-dimer ng/mL 50 500 40 8600 | lactate mmol/L 0.5 2.0 0.4 11.0
total_cholesterol mmol/L 3.0 5.0 2.2 9.8 | LDL_cholesterol mmol/L 1.0 3.0 0.6 7.6
HDL_cholesterol mmol/L 1.0 2.2 0.5 2.9 | triglycerides mmol/L 0.5 1.7 0.4 24.0 | creatine_kinase U/L 30 200 18 21000
amylase U/L 25 100 12 1900 | lipase U/L 10 60 6 2600 | PSA µg/L 0.1 4.0 0.1 88.0 | prolactin mU/L 60 500 30 4800
cortisol nmol/L 150 550 21 1150 | parathyroid_hormone pmol/L 1.6 6.9 0.4 88.0 | vitamin_D nmol/L 50 125 9 240
lithium_level mmol/L 0.4 1.0 0.1 2.6 | digoxin_level µg/L 0.5 2.0 0.2 4.3 | phenytoin_level mg/L 10 20 3 38
QTc_interval ms 370 450 340 548 | left_ventricular_ejection_fraction % 55 70 14 78 | FEV1 L 2.2 4.4 0.6 5.2
oxygen_saturation % 94 100 79 100 | heart_rate beats/min 60 95 36 154 | respiratory_rate breaths/min 12 20 6 34
body_temperature °C 36.1 37.5 33.2 40.2 | body_mass_index kg/m2 19.0 27.0 14.2 47.0 | weight kg 52 92 36 168
urine_albumin_creatinine_ratio mg/mmol 0.3 3.0 0.2 420.0 | PHQ-9 {score} 0 4 0 25 | GAD-7 {score} 0 4 0 21
MoCA {score} 26 30 8 30 | MMSE {score} 26 30 8 30 | pain_score {score} 0 3 0 10
peak_expiratory_flow L/min 380 600 90 680
testosterone nmol/L 9.0 29.0 1.1 48.0 | ammonia µmol/L 11 35 8 190 | bicarbonate mmol/L 22 29 6 42
transferrin_saturation % 16 45 3 92 | lactate_dehydrogenase U/L 120 250 80 2100 | fibrinogen g/L 2.0 4.0 0.6 8.8
procalcitonin ng/mL 0.02 0.10 0.01 48.00 | faecal_calprotectin µg/g 10 50 5 2100 | rheumatoid_factor IU/mL 3 14 2 420
anti-CCP U/mL 1 10 1 320 | tacrolimus_level µg/L 5.0 12.0 1.6 27.0 | vancomycin_level mg/L 10 20 4 44
gentamicin_level mg/L 0.3 1.0 0.2 5.2 | CD4_count cells/µL 500 1400 12 1600 | intraocular_pressure mmHg 11 21 6 44
serum_osmolality mmol/kg 275 295 236 342 | urine_osmolality mmol/kg 300 900 60 1180 | APTT s 25 37 20 112
valproate_level mg/L 50 100 12 160 | clozapine_level mg/L 0.35 0.60 0.05 1.60 | alpha-fetoprotein kU/L 1 6 1 8800
CA-125 U/mL 5 35 3 1900 | CEA µg/L 0.5 5.0 0.3 310.0 | total_IgE kU/L 10 100 5 3900 | tTG_antibodies U/mL 1 7 1 250
"""


def _read(written: str) -> tuple[str, Range]:
    name, unit, *numbers = written.split()
    low, high, least, most = map(float, numbers)
    decimals = max(len(number.partition(".")[2]) for number in numbers)
    return name.replace("_", " "), Range(unit.replace("_", " "), low, high, least, most, decimals)


RANGES: Mapping[str, Range] = dict(
    _read(written) for line in _WRITTEN.strip().splitlines() for written in line.split(" | ")
)

# A result without a number: of a measurement or score, of what is looked for in blood or on a swab, of what is seen.
WORDED: Mapping[Direction, tuple[str, ...]] = {
    "high": ("Raised", "Abnormal", "Above the reference range", "High"),
    "low": ("Reduced", "Abnormal", "Below the reference range", "Low"),
    "normal": ("Normal", "Within normal limits", "Within the reference range"),
}
DETECTED: Mapping[Direction, tuple[str, ...]] = {
    "high": ("Positive", "Detected", "Weakly positive", "Abnormal"),
    "low": ("Low", "Not immune", "Below the limit of detection"),
    "normal": ("Negative", "Not detected", "Normal"),
}
SEEN: Mapping[Direction, tuple[str, ...]] = {
    "high": ("Abnormal - see report", "Abnormal", "Changes more marked than on the last one"),
    "low": ("Reduced since the last one", "Abnormal - see report", "Abnormal"),
    "normal": ("Normal", "No abnormality seen", "Unremarkable", "No acute findings", "Unchanged"),
}
MARKS: Mapping[Direction, str] = {"high": "H", "low": "L", "normal": ""}
