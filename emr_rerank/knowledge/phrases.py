"""The phrases in which a name's letters mean something else: each name with what stands before or after it.

Knows no table: a name here that the tables lack does nothing. Patterns are read without regard to case; what stands
before ends right at the name, what stands after begins right behind it. "" is nothing.
"""

from __future__ import annotations

_DOSE = r"\s*\d+(?:[.,]\d+)?\s*(?:mg|mcg|micrograms?|g|units?)\b(?!\s*/\s*d?l)"
_AFTER_DOSE = (
    r"\d\s*(?:mg|mcg|micrograms?|g|units?|ml|mls|%|tabs?|tablets?|caps?|capsules?|gtts?|drops?|puffs?)\s+"
    r"(?:(?:po|sc|iv|im|oral|tabs?|tablets?|caps?|capsules?)\s+)?"
)
_LINE = r"(?:port|line|picc|hickman|catheter|cannula|saline|heparin|iv)"
_MONTH = r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)"
_SATURATION = r"\b(?:sat|sats|spo2|sao2|saturations?)\b"

# (names in lower case, what stands before, what stands after): there the name means nothing that the tables hold.
PHRASES: tuple[tuple[str, str, str], ...] = (
    # Room air, right after a saturation or before one; a comma or a full stop begins something else.
    (
        "ra",
        rf"{_SATURATION}(?:[^.,;\n]|\.(?=\d)){{0,14}}?|\b(?:[6-9]\d|100)(?:\.\d)?\s?%\s*\(?(?:on\s+|in\s+)?",
        r"[ ,:(]{1,2}(?:sat|sats|spo2|sao2)\b",
    ),
    ("ra", r"\b(?:dilated|enlarged)\s+", r"\s+(?:pressure|dilat|size|enlarge|volume|thrombus|appendage|area\b)"),
    (
        "driving",
        r"\bwhat(?:['\N{RIGHT SINGLE QUOTATION MARK}]?s|\s+(?:is|are|was|were|(?:may|could)\s+be|else\s+is))\s+",
        r"\s+(?:them|this|these|those|it|force|forces|factors?|pressure)\b",
    ),
    ("flush flushes flushed flushing", rf"\b{_LINE}\s+", rf"\s+(?:of\s+)?(?:the\s+|his\s+|her\s+)?{_LINE}\b"),
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
    # Codes, scores, rules and their numbers.
    ("icd", "", r"\s*-?\s*(?:9|10|11)\b|\s+(?:diagnosis\s+)?cod"),
    ("nec", r"(?<!\bof)(?<!\bhad)(?<!\bwith)(?<!\bfor)(?:,|\b[a-z]{4,})\s+", ""),
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
    ("mets met", "", r"\s+(?:with|by|the|at|all|criteria|goals?|targets?|hours?|level|achieved)\b"),
    # Ordinary words.
    ("depression", r"\b(?:st|st[\s-]+segment|marrow|cns)\s+", ""),
    (
        "dependence",
        r"\b(?:oxygen|adl|ventilator|care|steroid|functional|transfusion|partial|full|total)\s+",
        r"\s+(?:for|in)\s+(?:all\s+)?(?:adl|care|mobil|transfer)",
    ),
    (
        "fit",
        r"\b(?:keep|keeps|keeping|kept|medically|physically|very|if|deemed|surgically|feels?|feeling|getting|stays?|well"
        r"|good|best|snug|mask|poor|loose|not|otherwise|generally|previously|normally|usually)\s+",
        r"\s*[/&-]\s*well|\s+(?:and|&)\s+(?:well|healthy|active|independent)|\s+(?:to|note|notes|test\w*|as|enough|with"
        r"|into|well|healthy|young|active|elderly|man|woman|lady|gentleman|mask)\b|\s+for\s+(?:discharge|surgery|theatre"
        r"|work|anaes|anes|home|chemo|interview|transfer|ga\b|purpose|treatment|flight|op\b|duty|rehab)|[-\s]+tested|[-\s]\d\d",
    ),
    ("fits", "", r"\s+(?:with|well|in|the|into|criteria|snugly|clinical|picture|better|all)\b"),
    (
        "fitting fittings",
        r"\b(?:well|ill|poorly|loose|tight|close|coil|iud|ius|cap|aid|lens|contact|mask|implant|device|helmet|pessary|brace"
        r"|pacemaker|wig|bra|denture|prosthe\w+|frame|stocking|shoe|orthotic|insole)[-\s]+",
        r"\s+(?:of|dentures?|clothes|clinic|appointment|shoes|room|arranged|with|the)\b",
    ),
    (
        "child children childs kid kids infant newborn",
        r"\b(?:has|have|with|no|one|two|three|four|five|\d|her|his|their|youngest|eldest|older|only|second|first|last"
        r"|and|of|for|adult|grown[- ]up|young|school[- ]age)\s+",
        r"\s+(?:protection|care\b|minder|support|benefit|safeguard|seat|pugh|[abc]\b)",
    ),
    ("twin twins", r"\b(?:of|has|her|his|their|old)\s+", r"\s+(?:sister|brother|bed|boys|girls|lumen|block)\b"),
    (
        "faint",
        r"\b(?:very|only\s+a)\s+",
        r"\s+(?:\w+\s+)?(?:rash|murmur|pulse|line|heart|sound|erythema|positive|uptake|crackle|wheeze|opac|smell|bruit|band|shadow)",
    ),
    (
        "fall falls",
        r"\brise\s+and\s+",
        r"\s+(?:asleep|below|off|within|short|20\d\d|into|in\s+(?:the\s+)?(?:hb|haemo|hemo|bp\b|egfr|platelet|sodium|blood|gcs"
        r"|sat|oxygen|peak|function|urine|weight|crp|wcc|albumin|calcium|potassium|hct|cd4))",
    ),
    (
        "mass masses",
        r"\b(?:body|muscle|bone|fat|lean|lv|ventricular|red\s+cell|critical)\s+",
        r"\s+(?:effect|spectro|vaccin|index|gathering|casualt|media)",
    ),
    ("mole moles", r"\b(?:hydatidiform|partial|complete|molar)\s+", r"\s+(?:pregnan|rat\b)"),
    (
        "pale",
        r"\b(?:disc|discs|disk|disks)\s+(?:is\s+|are\s+)?",
        r"\s+(?:yellow|optic|disc|disk|pink|brown|blue|straw|skin\s+type|complexion|liquid)",
    ),
    ("pasty", "", r"\s+(?:stool|bowel|motion|consisten)"),
    (
        "pulse pulses",
        r"\b(?:foot|pedal|peripheral|distal|dp|pt|radial|femoral|popliteal|carotid)\s+",
        r"[\s-]+(?:steroid|methylpred|dos|therapy|itracon|iv\b|cyclophos|pressure|lavage|dye|wave|generator|volume)",
    ),
    (
        "reflux",
        r"\b(?:venous|ureteric|ureteral|hepatojugular|saphenous|valvular|junction\w*|nasal|sfj|spj|deep|superficial)\s+",
        "",
    ),
    ("reliever", r"\bpain\s+", ""),
    (
        "imbalance imbalances",
        r"\b(?:electrolyte|hormon\w+|chemical|muscle|acid.base|fluid|energy|v/?q|salt|vitamin|mineral)\s+",
        "",
    ),
    (
        "shakes shake",
        r"\b(?:protein|nutrition\w*|supplement|meal|fortisip|milk|diet|complan|replacement)\s+",
        r"\s+(?:hands?|heads?)\b",
    ),
    ("shaking", "", r"\s+(?:(?:his|her)\s+)?(?:hands\s+with|heads?)\b"),
    (
        "spot spots",
        r"\b(?:cotton.?wool|age|liver|blue|koplik|roth|black|dark|blind|white|bitot\w*|pressure|hot|tender|sun)\s+",
        r"\s+(?:in\s+(?:front|vision|eye)|before|urine|check|test|sample|glucose)",
    ),
    (
        "stress stresses",
        r"\b(?:oxidative|valgus|varus|mechanical|respiratory|heat|cold)\s+",
        r"[\s-]+(?:dos|ulcer|views?|tests?\b|mri|ecg|perfusion|imaging|respons|steroid|hyperglyc|reaction|cardiomyop|riser|that|the|import)",
    ),
    ("stressed", r"\bi\s+", r"\s+(?:the|that|import\w*|to\s+(?:him|her|the|patient|them)|need)\b"),
    ("unresponsive", "", r"\s+to\s+(?!voice|verbal|pain|stimul|command|touch)"),
    ("weepy", "", r"\s+(?:wound|leg|skin|rash|eczema|area|ulcer|blister|lesion|site|eye)"),
    ("wobbly", "", r"\s+(?:tooth|teeth)"),
    ("worry worries", r"\b(?:not|n't|dont|don\N{RIGHT SINGLE QUOTATION MARK}t|no|to|of)\s+", ""),
    ("panic", "", r"\s+(?:button|alarm|value)"),
    ("egg eggs", "", r"[\s-]+(?:sized|shaped|collect|donat|donor|freez|retriev|white|yolk|harvest)"),
    ("latex", r"", r"[\s-]+(?:agglut|free|fixation)"),
    ("burnt", "", r"\s+out\b"),
    ("burning", r"\b(?:wood|fat|calorie)[\s-]+", ""),
    ("blind blinds", r"\b(?:double|single|colou?r)[\s-]+", r"\s+(?:spot|loop|ending|trial|biops|insert)|[\s-]+ended"),
    ("temperature", r"\b(?:room|ambient|water)\s+", ""),
    ("foster fosters", "", r"\s+(?:care|parent|mum|mother|father|dad|home|famil|placement|child|kid|brother|sister)"),
    ("scar scars", r"", r"\s+(?:well healed|healed|site)"),
    ("boil boils", "", r"\s+(?:water|the|kettle)"),
    ("winded", r"\blong[\s-]+", ""),
    ("tripped", r"\b(?:alarm|switch|fuse)\s+", ""),
    ("sweat", "", r"\s+(?:test|chloride|gland|duct)"),
)

# Places and people: the same, for names that are a department, a home, a clinic or a crew as well.
PLACES: tuple[tuple[str, str, str], ...] = (
    (
        "ed",
        r"\b(?:in|to|from|the|at|via|through|our|local|by|left|visited|attended|attend|attends|outside|since|per|post)\s+",
        r"\s+(?:attend|visit|physician|doctor|dr\b|consultant|nurse|team|staff|registrar|reg\b|course|dep|present|discharge"
        r"|for\b|with\b|overnight|today|yesterday|last|on\s+\d|f/?u|follow|letter|note|summary|review|referral|eval|bed)"
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
    # A telephone call, not the cholesterol.
    (
        "tc",
        r"\b(?:lipids|fasting|lipid profile|raised|high)[\s:,]+",
        r"\s*[:=]?\s*\d|\s*[:/]\s*hdl|,?\s+(?:hdl|ldl|tg)\b",
    ),
    # The right iliac fossa, not the medicine.
    ("rif", r"\b(?:inh|pza|emb|rifabutin|on|started|taking)[\s,/+]+", rf"{_DOSE}|\s*[,/+]\s*(?:inh|pza|emb)|\s+resist"),
)
