"""The shorthand in which an abbreviation's letters mean something else: each with what stands before or after it.

Knows no table: a name here that the tables lack does nothing. Patterns are read without regard to case; what stands
before ends right at the name, what stands after begins right behind it. "" is nothing.
"""

from __future__ import annotations

_DOSE = r"\s*\d+(?:[.,]\d+)?\s*(?:mg|mcg|micrograms?|g|units?)\b(?!\s*/\s*d?l)"
_AFTER_DOSE = (
    r"\d\s*(?:mg|mcg|micrograms?|g|units?|ml|mls|%|tabs?|tablets?|caps?|capsules?|gtts?|drops?|puffs?)\s+"
    r"(?:(?:po|sc|iv|im|oral|tabs?|tablets?|caps?|capsules?)\s+)?"
)
_MONTH = r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)"
_SATURATION = r"\b(?:sat|sats|spo2|sao2|saturations?)\b"

# (names in lower case, or as they are written where only that is meant; what stands before; what stands after): there
# the name means nothing that the tables hold.
SHORTHAND: tuple[tuple[str, str, str], ...] = (
    # Room air, right after a saturation or before one; a comma or a full stop begins something else.
    (
        "ra",
        rf"{_SATURATION}(?:[^.,;\n]|\.(?=\d)){{0,14}}?|\b(?:[6-9]\d|100)(?:\.\d)?\s?%\s*\(?(?:on\s+|in\s+)?",
        r"[ ,:(]{1,2}(?:sat|sats|spo2|sao2)\b",
    ),
    ("ra", r"\b(?:dilated|enlarged)\s+", r"\s+(?:pressure|dilat|size|enlarge|volume|thrombus|appendage|area\b)"),
    # Forms and routes beside a dose, and the salts of a medicine's name.
    ("cap cd dr hs ad as td tr pv inh ld", rf"{_AFTER_DOSE}(?:od\s+|os\s+|prn\s+|daily\s+)?", ""),
    ("cap cd dr tr ld ms td cr na k hcl", "", _DOSE),
    ("inh", r"\b\d+/\d+\s+|\d\s*(?:mcg|mg)/(?:act|dose|puff)\s+", r"\s+(?:\d\s+)?puffs?\b"),
    ("td hs", r"\b(?:bd|od|tds|q|qd)\s+", r"\s+patch"),
    ("ld", "", r"\s+(?:of\s+)?(?:aspirin|clopidogrel|ticagrelor|prasugrel)\b"),
    ("dm pe", r"\b(?:guaifenesin|robitussin|mucinex|tussin|delsym|sudafed)\s+", ""),
    ("pv", "", r"\s+(?:exam|discharge|spotting|fluid|pessar)|:"),
    ("epi", r"\b(?:with|and|of)\s+", r"\s*pen\b|\s+(?:given|drip|infusion|\d)"),
    ("hd", r"\bvaccine,?\s+", r"\s+(?:stable|unstable|flu\b|influenza|vaccine|video|camera)|\s*#?\d"),
    ("as ad", "", r":?\s+(?:tm\b|ear\b|canal)"),
    # Examinations, and what is written beside them.
    (
        "hs",
        r"\bs1s2\s+|\bnormal\s+|\bheart sounds\s+\(?",
        r"\s*:?\s*(?:i\b|1\s*[+&]|normal|clear|dual|present|pure|nad)",
    ),
    ("mm", "", r"\s*:?\s+(?:dry|moist|pink|intact|clear|wet)\b"),
    ("ms", "", r"\s+(?:intact|exam|changes?|strength|normal)\b|:\s*(?:no|nil|normal|intact|full|joint|alert|orient)"),
    (
        "pe",
        "",
        r":\s*(?:chest|abdo|gen|heent|lungs?|cv|vitals?|well|alert|nad|neck|normal|unremarkable|wnl)"
        r"|\s+(?:tubes?|exam|findings)\b",
    ),
    ("ga", "", r":|\s+(?:at\s+)?\d\d(?:\s*/\s*40|\s*\+|\s*w)|\s+(?:well|review of systems)\b"),
    ("vf", "", r"\s*:?\s+(?:full|test|stable|defect|loss|intact|hfa|24|10-2|constrict|progress|normal|to confront)"),
    ("vt", "", r"\s+(?:volume|\d+\s*mls?\b)"),
    (
        "ttp",
        r"\b(?:no|mild|mildly|moderate|moderately|non|diffuse|diffusely|not|without|significant|is|point|exquisitely)\s+",
        r"\s+(?:over|at|along|in|of|throughout|diffusely|the|right|left|bilat|medial|lateral|midline|[rl][ul]q|l\d)\b",
    ),
    ("cva", "", r"t\b|\s+(?:angle|tender|percussion|regions?\b)"),
    ("si", "", r"(?:\s+|-)(?:joints?|jts?|units?|belt|injection)\b"),
    ("rif", r"\b(?:in|over|the|right|soft|tender)\s+", r"\s+(?:pain|tender|guarding|mass|periton|rebound|discomfort)"),
    ("tmj", "", r"s?\s+(?:normal|exam|nad|non)"),
    ("scd scds", "", r"'?s?\s+(?:on\b|in place|applied|boots|machine|bilat|while)"),
    ("pd bpd", "", r"\s*:?\s*\d+(?:\.\d)?\s*(?:mm|cm)\b"),
    ("pas", "", r"[\s-]+(?:stain|positive|negative|d\b|number|system)"),
    ("pu'd pu\N{RIGHT SINGLE QUOTATION MARK}d", "", r"(?![^\W_])"),  # passed urine
    ("tms", "", r"\s+(?:clear|normal|intact|visual|pearly|bilat|dull|red|not\b)"),
    ("ftd", r"\bno\s+", ""),
    ("tb", "", r"\s*:?\s*\d+\.\d"),
    ("mn", r"\bisosorbide\s+", ""),
    ("top", r"\bapply\s+(?:[bqto]d[sd]?\s+|daily\s+)?", r"\s+(?:cream|oint|gel|lotion)"),
    ("pnd", r"\bdrip,?\s+\(?", r"\s+\d"),
    (
        "ivf",
        r"\b(?:npo|on|given|start|started|continue|cont|gentle|maintenance)[\s,]+",
        r"\s*:?\s*@|\s+(?:\d|at\b|running|bolus|ns\b|lr\b|given|started|resus|continued)",
    ),
    ("scd scds", r"\b(?:ppx|prophylaxis|vte)\s*[:,-]?\s*", ""),
    ("ad ads", r"\bdirectives?\s+\(", r"\s+(?:completed|signed|on\s+file|in\s+chart|discuss|form)"),
    # Codes, scores, rules and their numbers.
    ("icd", "", r"\s*-?\s*(?:9|10|11)\b|\s+(?:diagnosis\s+)?cod"),
    ("nec", r"(?<!\bof)(?<!\bhad)(?<!\bwith)(?<!\bfor)(?:,|\b[a-z]{4,})\s+", ""),
    ("FIT", "", r"\s+(?:and\s+well|for\s+(?:surgery|discharge|work|theatre|anaes))"),
    ("mst act", "", r"\s*:?\s*(?:screen|score|questionnaire)"),
    ("act", "", r"\s*:?\s*=?\s*(?:1?\d|2[0-5])(?:\s*/\s*25)?(?!\d|\.|\s*s)"),
    ("asa", "", r"\s*:?\s*(?:grade|class|score|status|physical)|\s+(?:[1-5]|i{1,3}|iv|v)\b(?!\s*(?:m?g|/))"),
    ("poem", "", r"\s+(?:score|\d)"),
    ("mof", "", r"\s*:?\s*(?:risk|probability|\d)"),
    ("cpm", "", r"\s+(?:machine|device)"),
    # Studies that share letters with medicines and diseases.
    ("rf", r"\b(?:cv|cvd|cardiac|vascular|cardiovascular)\s+", r"\s+(?:ablat|denervat|lesion|neurotom|catheter)|s?:"),
    (
        "mra",
        r"\b(?:ct|mri)\s*/\s*",
        r"\s+(?:of\b|brain|head|neck|carotid|aort|renal|cerebral|circle|cow\b|leg|lower|run)",
    ),
    (
        "sma",
        r"\banti-",
        r"[\s-]+(?:stent|occlu|stenos|thromb|embol|syndrome|origin|patent|aneurysm|dissect|branch|positive|titre|7\b)",
    ),
    ("prp", "", r"\s+(?:inject|therapy)"),
    ("ocd", "", r"\s+(?:lesion|of\s+(?:the\s+)?(?:talus|knee|capitell|femor|medial|lateral))"),
    ("et", "", r"\s+(?:tube|intubat|size)"),
    ("pop", r"\bin\s+|\b(?:knee|elbow|arm)\s+", r"\s+(?:cast|applied|back\s?slab|slab|removed|in situ|check|to)\b"),
    ("ipc", "", r"\s+(?:stocking|device|boot|team|nurse|sleeve)"),
    ("eps", "", r"\s+(?:nomin|pharm|release|prescri|study)"),
    ("net", "", r"\s+(?:fluid|balance|weight|loss|gain|output|positive|negative|intake|[-+\d])"),
    ("nas", "", r"\s+diet"),
    ("std", "", r"\s+(?:dose|policy|course|care|form|protocol|regimen)"),
    ("cd", r"\b(?:on|imaging|images on)\s+(?:a\s+)?", r"\s+(?:register|cupboard|prescri|script|drug|of\s+images|\d)"),
    (
        "ssi",
        r"\b(?:on|with|start|continue)\s+",
        r"\s+(?:insulin|order|coverage|protocol|benefit|income|with meals|ac\b)",
    ),
    (
        "sat sats",
        r"\b(?:on|last|next|this|every|fri)[,\s]+",
        rf"\s+(?:\d+(?:st|nd|rd|th)?\s+{_MONTH}|morning|afternoon|night|clinic|[ap]m\b|up\b|down\b|in\b|with\b)",
    ),
    ("spc", r"\b(?:per|see|the)\s+", ""),
    ("aed", "", r"\s+(?:shock|applied|pads|used|available|advis)"),
    ("mets", "", r"\s+(?:with|by|the|at|all|criteria|goals?|targets?|hours?|level|achieved)\b"),
)

# Places and people: the same, for names that are a department, a home, a clinic or a crew as well.
PLACES: tuple[tuple[str, str, str], ...] = (
    (
        "ed",
        r"\b(?:in|to|from|the|at|via|through|our|local|by|left|visited|attended|attend|attends|outside|since|per|post)\s+",
        r"\s+(?:attend|visit|physician|doctor|dr\b|consultant|nurse|team|staff|registrar|reg\b|course|dep|present|discharge"
        r"|for\b|with\b|overnight|today|yesterday|last|on\s+\d|f/?u|follow|letter|note|summary|review|referral|eval|bed|precaution)"
        r"|:|\s+\d",
    ),
    ("uc", r"\b(?:at|to|from|local)\s+", r"\s+(?:attend|visit|center|centre|clinic|provider|physician)"),
    ("alf", r"\b(?:in|at|from|to|an|the|her|his)\s+", r"\s+(?:resident|staff|facility)"),
    ("als", "", r"\s+(?:crew|course|ambulance|provider|protocol|unit|paramedic)"),
    ("uae", r"\b(?:to|from|in|the|dubai|dubai,)\s+", ""),
    ("rrt", "", r"\s+(?:call|activat|team|arriv)"),
    ("rd", r"\b(?:by|per|with|see)\s+", r"\s+(?:visit|consult|eval|follow|assess|note|recommend|to\s+see|input)"),
    ("pmp", "", r"\s+(?:check|review|aware|quer)"),
    ("me", "", r"\s+(?:office|officer|referral)"),
    ("mn", r"\b(?:after|at|until|since|from|before|past|by)\s+", ""),
    ("bf", r"\b(?:his|her|with|my|new|ex|lives\s+with)\s+", ""),
    ("dr", "", r"\.?\s+(?-i:[A-Z][a-z]+|[A-Z]{3,})"),
    ("all", "", r"\s+(?:other|systems|meds|medications|questions|of|the|results|normal|negative|patients|allerg)"),
    (
        "pt",
        "",
        r"\s+(?:reports?|states?|denies|denied|c/?o|complains|says|advised|aware|agree|refus|admits|presents|here|wants"
        r"|requests?|verbali|has\s+(?:a|been|had)|is\s+(?:a|alert|stable|well|aware))\b",
    ),
)

# There alone the name means what the tables hold: elsewhere these letters are mostly something else.
ONLY: tuple[tuple[str, str, str], ...] = (
    # The clinician who looks after somebody, not the pneumonia.
    (
        "pcp",
        r"\b(?:hiv|aids|hx\s+of|history\s+of|h/o|had|previous|recurrent|treated\s+for|against|versus|for)[\s,:+;]+|\?",
        r"\s*(?:\(pjp|/\s*pjp)|\s+(?:pneumon|prophyla|infect|treat|20\d\d|19\d\d)",
    ),
    # A seizure, not "fit for surgery" or what "fits the picture"; in capitals it is the stool test.
    (
        "fit fits",
        r"\b(?:had|has|have|having|gets?|getting|two|three|four|\d+|few|several|more|further|his|her|their|epileptic|febrile"
        r"|nocturnal|of|no|any|recurrent|frequent|witnessed|history|hx|h/o|another|first|second|big|small)\s+|\?\s*",
        r"\s+(?:for\s+(?:\d|a\b|several|some)|last|this\s+morning|today|yesterday|in\s+(?:(?:the|his|her)\s+)?(?:night|sleep|bed)"
        r"|whil|again|and\s+faint)",
    ),
    # What a medicine is taken with, not what somebody is off.
    ("food", r"\b(?:with|without|after|before)\s+", r"\s+interact|\s+and\s+drink"),
    # A telephone call, not the cholesterol.
    (
        "tc",
        r"\b(?:lipids|fasting|lipid profile|raised|high)[\s:,]+",
        r"\s*[:=]?\s*\d|\s*[:/]\s*hdl|,?\s+(?:hdl|ldl|tg)\b",
    ),
    # The right iliac fossa, not the medicine.
    ("rif", r"\b(?:inh|pza|emb|rifabutin|on|started|taking)[\s,/+]+", rf"{_DOSE}|\s*[,/+]\s*(?:inh|pza|emb)|\s+resist"),
)
