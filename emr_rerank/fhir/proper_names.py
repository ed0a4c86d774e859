"""First words of clinical names that keep their capital inside a sentence: eponyms, places, symbols. A table only.

Names told by their spelling ("Crohn's", "Stevens-Johnson", "HbA1c") need no entry.
"""

from __future__ import annotations

PROPER_NAMES = frozenset(
    """
    Achilles Addison Alport Alzheimer Asperger Baker Barrett Bartholin Behcet Behçet Bell Bowen Brugada Buerger
    Burkitt Charcot Colles Coombs Crohn Cushing Doppler Down Dupuytren Ebola Ewing Fabry Fallot Fanconi Foley
    Fournier Friedreich Gaucher Gilbert Glasgow Gram Graves Hartmann Hashimoto Heberden Hirschsprung Hodgkin Horner
    Huntington Kaposi Kawasaki Klinefelter Korsakoff Lassa Leber Legionnaires Lewy Lyme Lynch Mantoux Marburg Marfan
    Meniere Merkel Mohs Morton Munchausen Ménière Münchausen Osgood Paget Pap Parkinson Perthes Peyronie Pompe
    Prader Raynaud Reiter Reye Ringer Sjogren Sjögren Still Takayasu Tourette Turner Usher Valsalva Waldenstrom
    Waldenström Wegener Wernicke Whipple Wilms Wilson Zika Zollinger
    Rh Hb Na Ca Mg Fe Pb Hg Dr St
    """.split()
)
