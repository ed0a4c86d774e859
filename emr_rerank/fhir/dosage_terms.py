"""The codes and words of dosage: routes, moments of the day, abbreviated timings, units of dose. Tables only."""

from __future__ import annotations

from collections.abc import Mapping

ROUTES: Mapping[str, str] = {
    "26643006": "by mouth",
    "po": "by mouth",
    "oral": "by mouth",
    "oral route": "by mouth",
    "oral use": "by mouth",
    "by mouth": "by mouth",
    "47625008": "intravenously",
    "iv": "intravenously",
    "intravenous": "intravenously",
    "intravenous route": "intravenously",
    "intravenous use": "intravenously",
    "78421000": "intramuscularly",
    "im": "intramuscularly",
    "intramuscular": "intramuscularly",
    "intramuscular route": "intramuscularly",
    "34206005": "subcutaneously",
    "sc": "subcutaneously",
    "sq": "subcutaneously",
    "subcut": "subcutaneously",
    "subcutaneous": "subcutaneously",
    "subcutaneous route": "subcutaneously",
    "37839007": "under the tongue",
    "sl": "under the tongue",
    "sublingual": "under the tongue",
    "sublingual route": "under the tongue",
    "37161004": "rectally",
    "pr": "rectally",
    "rectal": "rectally",
    "rectal route": "rectally",
    "46713006": "in the nose",
    "nasal": "in the nose",
    "nasal route": "in the nose",
    "6064005": "on the skin",
    "topical": "on the skin",
    "topical route": "on the skin",
    "45890007": "through the skin",
    "transdermal": "through the skin",
    "transdermal route": "through the skin",
    "447694001": "inhaled",
    "inhalation": "inhaled",
    "respiratory tract route": "inhaled",
    "16857009": "vaginally",
    "vaginal": "vaginally",
    "vaginal route": "vaginally",
    "54485002": "in the eye",
    "ophthalmic": "in the eye",
    "ophthalmic route": "in the eye",
    "10547007": "in the ear",
    "otic": "in the ear",
}
"""SNOMED CT and HL7 v3 route codes and their usual names, in a patient's words."""

MOMENTS: Mapping[str, str] = {
    "MORN": "in the morning",
    "MORN.early": "early in the morning",
    "MORN.late": "late in the morning",
    "NOON": "at noon",
    "AFT": "in the afternoon",
    "AFT.early": "early in the afternoon",
    "AFT.late": "late in the afternoon",
    "EVE": "in the evening",
    "EVE.early": "early in the evening",
    "EVE.late": "late in the evening",
    "NIGHT": "at night",
    "PHS": "after going to sleep",
    "HS": "at bedtime",
    "WAKE": "on waking",
    "C": "with meals",
    "CM": "with breakfast",
    "CD": "with lunch",
    "CV": "with dinner",
    "AC": "before meals",
    "ACM": "before breakfast",
    "ACD": "before lunch",
    "ACV": "before dinner",
    "PC": "after meals",
    "PCM": "after breakfast",
    "PCD": "after lunch",
    "PCV": "after dinner",
}
"""http://hl7.org/fhir/R4/valueset-event-timing.html"""

ABBREVIATIONS: Mapping[str, str] = {
    "QD": "once daily",
    "QOD": "every other day",
    "BID": "twice daily",
    "TID": "three times daily",
    "QID": "four times daily",
    "AM": "every morning",
    "PM": "every afternoon",
    "Q1H": "every hour",
    "Q2H": "every 2 hours",
    "Q3H": "every 3 hours",
    "Q4H": "every 4 hours",
    "Q6H": "every 6 hours",
    "Q8H": "every 8 hours",
    "BED": "at bedtime",
    "WK": "once weekly",
    "MO": "once monthly",
}
"""http://hl7.org/fhir/R4/valueset-timing-abbreviation.html"""

DOSE_UNITS = (
    r"(?:milli|micro|nano)?grams?|[mnu\u00b5\u03bc]?g|gm|mcg|mmol|m?eq|(?:international )?units?|i?u|"
    r"(?:milli)?lit(?:er|re)s?|mls?|l|cc|tsp|tbsp|(?:tea|table)spoon(?:ful)?s?|"
    r"tab(?:let)?s?|cap(?:sule)?s?|caplets?|pills?|lozenges?|suppositor(?:y|ies)|pessar(?:y|ies)|sachets?|scoops?|"
    r"puffs?|inhalations?|actuations?|sprays?|drops?|gtts?|patch(?:es)?|vials?|amp(?:oule|ule)?s?"
)
"""Units that a number before them makes a dose, as alternatives of a pattern; letter case aside."""

TIMES_SAID = (
    r"(?:dai|week|month|year|hour|night)ly|days?|weeks?|months?|hours?|hrs?|h|mornings?|evenings?|nights?|midday|"
    r"(?:after)?noons?|bed(?:time)?|breakfast|lunch|dinner|supper|once|twice|thrice|times?|every|each|alternate|stat|"
    r"single|one-off|continuous(?:ly)?|(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:days?)?|\d?\d:\d\d|"
    r"od|om|bd|bid|tid|tds|qid|qds|qd|qod|qam|qpm|qhs|hs|mane|nocte|q ?\d+(?:-\d+)? ?h?|\d+ ?[x\u00d7]|"
    r"[x\u00d7] ?\d+|\d-\d-\d"
)
"""Words that say how often or when, as alternatives of a pattern; full stops and letter case aside."""

ROUTES_SAID = (
    r"mouth|oral(?:ly)?|po|per os|swallow(?:ed)?|chew(?:ed)?|suck(?:ed)?|iv|intra\w*|im|sc|sq|s/c|sub-?cut\w*|subq|"
    r"inject\w*|infus\w*|bolus|drip|skin|topical(?:ly)?|appl(?:y|ied)|rub(?:bed)?|patch(?:es)?|transdermal(?:ly)?|"
    r"inhal\w*|puffs?|nebuli\w*|eyes?|ears?|nose|nostrils?|nasal(?:ly)?|sprays?|drops?|rect\w*|pr|suppositor\w*|"
    r"pessar\w*|vagin\w*|tongue|sublingual(?:ly)?|buccal(?:ly)?|sl|pv|ng|peg|tube|gargle|rinse|enema|epidural(?:ly)?"
)
"""Words that say where or how a medicine goes in, as alternatives of a pattern; full stops and letter case aside."""
