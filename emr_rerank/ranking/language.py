"""Says when an assessment is probably not English, which the embedded engines do not read. Knows common words only."""

from __future__ import annotations

import re

# Frequent function words that are not English words, nor ward shorthand.
OTHERS = {
    "French": "le les des une du est avec pour dans depuis sous sur qui mais",
    "German": "der die das und mit seit nicht ist ein eine einen wegen unter für",
    "Italian": "il lo gli della del di con per che sono una da dopo",
    "Portuguese": "o os das do da uma com para não desde que em sem",
    "Spanish": "el los las del una con para por desde que hace en sin",
    "Dutch": "het een van met voor sinds niet zijn bij onder en naar",
}
ENGLISH = frozenset("the and with for since on no of is was has had not from to in at after he she".split())
ENOUGH = 2  # words of another language, and more than of English, before anything is said
FOREIGN_SHARE = 0.3  # of letters outside the Latin script


def notice(assessment: str) -> str:
    """Return a sentence for the reader if the text does not look English; "" if it does.

    A hint, never a gate: it is ranked all the same.
    """
    letters = [character for character in assessment if character.isalpha()]
    foreign = sum(character > "\u024f" for character in letters)
    if letters and foreign / len(letters) > FOREIGN_SHARE:
        return _sentence("written in a script")
    words = re.findall(r"\w+", assessment.lower())
    english = sum(word in ENGLISH for word in words)
    counts = {language: sum(word in common.split() for word in words) for language, common in OTHERS.items()}
    likeliest = max(counts, key=lambda language: counts[language])
    if counts[likeliest] >= ENOUGH and counts[likeliest] > english:
        return _sentence(f"written in a language ({likeliest}, it seems)")
    return ""


def _sentence(fault: str) -> str:
    return f"The assessment is {fault} that the engines were not made for; the order may be poor. Try it in English."
