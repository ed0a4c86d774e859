"""The phrases in which an ordinary word is no finding: each word with what stands before or after it.

Read as the table of shorthand is. Knows no table: a word here that the tables lack does nothing.
"""

from __future__ import annotations

_LINE = r"(?:port|line|picc|hickman|catheter|cannula|saline|heparin|iv)"

# (words in lower case, what stands before, what stands after): there the word means nothing that the tables hold.
PHRASES: tuple[tuple[str, str, str], ...] = (
    (
        "driving",
        r"\bwhat(?:['\N{RIGHT SINGLE QUOTATION MARK}]?s|\s+(?:is|are|was|were|(?:may|could)\s+be|else\s+is))\s+",
        r"\s+(?:them|this|these|those|it|force|forces|factors?|pressure)\b",
    ),
    ("flush flushes flushed flushing", rf"\b{_LINE}\s+", rf"\s+(?:of\s+)?(?:the\s+|his\s+|her\s+)?{_LINE}\b"),
    (
        "depression",
        r"\b(?:st|st[\s-]+segment|marrow|cns)\s+",
        r"\s+(?:scale|score|inventory|questionnaire|screen)",
    ),
    (
        "surgery",
        r"\b(?:gp|gp's|doctors|doctor's|attends|attended|practice|morning|evening|seen\s+at|local|ring|phone|contact)\s+(?:the\s+)?",
        r"\s+(?:hours|called|rang|phoned|reception|website|staff|phone|number)",
    ),
    ("alcohol", r"\b(?:rubbing|isopropyl|benzyl|cetyl)\s+", r"[\s-]+(?:gel|wipe|swab|free|rub|hand|based|pad|prep)"),
    ("stroke", r"\bbreast\s+", r"\s+(?:volume|index)"),
    ("weight", "", r"[\s-]+bear"),
    ("weights", r"\b(?:lifts?|lifting)\s+", r"\s+at\b"),
    ("height heights", r"\bfear\s+of\s+", r"\s+of\b"),
    ("shock shocks", r"\b(?:icd|inappropriate|\d|one|two|no)\s+", r"[\s-]*wave|\s+(?:advised|deliver|given|x\s*\d)"),
    ("clot clots", r"\b(?:passing|passed)\s+", r"\s+(?:retention|pv\b|pr\b|in\s+(?:the\s+)?urine)"),
    ("coil coils", "", r"\s+emboli"),
    ("halo halos", "", r"\s+(?:vest|sign|frame|brace|device|traction)"),
    ("flash flashes", r"\b(?:camera|libre)\s+", r"\s+(?:burn|sensor|pulmon|photo)"),
    (
        "reflex reflexes",
        r"\b(?:gag|red|light|cough|grasp|moro|rooting|suck|startle|primitive|swallow|corneal|pupillary|vagal)\s+",
        "",
    ),
    ("cough", "", r"\s+(?:assist|reflex|medicine|mixture|syrup|etiquette|drops|sweets|impulse|linctus|peak)"),
    (
        "trauma",
        r"\b(?:psychological|emotional|childhood|sexual|complex)\s+",
        r"[\s-]+(?:informed|clinic|call|team|series|focus|list|bay|centre|center|therap|counsel)",
    ),
    ("infection", "", r"\s+(?:control|prevention)"),
    ("cancer", "", r"\s+(?:screen|research)"),
    (
        "travel travels",
        r"\bbus\s+",
        r"\s+(?:by|pass|time|card|expenses|costs?|training|to\s+(?:work|school|clinic|hospital))\b",
    ),
    ("thyroid", "", r"\s*:?\s+(?:normal|not|nad|no\b|non|palp|exam|bed|cartilage|lobe)"),
    ("driver drivers", r"\b(?:key|cost|main|financial)\s+", ""),
    ("walker", r"\bdog\s+", ""),
    (
        "abortion abortions",
        r"\b(?:threatened|missed|septic|incomplete|inevitable|complete|tubal|habitual|recurrent)\s+",
        "",
    ),
    ("smoke", "", r"\s+(?:alarm|detector|free)"),
    ("smoking", r"\b(?:passive)\s+", ""),
    ("suicide", "", r"\s+(?:prevention|helpline|hotline)"),
    (
        "dependence",
        r"\b(?:oxygen|adl|ventilator|care|steroid|functional|transfusion|partial|full|total)\s+",
        r"\s+(?:for|in)\s+(?:all\s+)?(?:adl|care|mobil|transfer)",
    ),
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
        r"[\s-]+(?:ox|steroid|methylpred|dos|therapy|itracon|iv\b|cyclophos|pressure|lavage|dye|wave|generator|volume)",
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
        "stress stresses",
        r"\b(?:oxidative|valgus|varus|mechanical|respiratory|heat|cold)\s+",
        r"[\s-]+(?:dos|ulcer|views?|tests?\b|mri|ecg|perfusion|imaging|respons|steroid|hyperglyc|reaction|cardiomyop|riser|that|the|import)",
    ),
    ("stressed", r"\bi\s+", r"\s+(?:the|that|import\w*|to\s+(?:him|her|the|patient|them)|need)\b"),
    ("unresponsive", "", r"\s+to\s+(?!voice|verbal|pain|stimul|command|touch)"),
    ("weepy", "", r"\s+(?:wound|leg|skin|rash|eczema|area|ulcer|blister|lesion|site|eye)"),
    ("wobbly", "", r"\s+(?:tooth|teeth)"),
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
    (
        "spot spots",
        r"\b(?:cotton.?wool|age|liver|blue|koplik|roth|black|dark|blind|white|bitot\w*|pressure|hot|tender|sun)\s+",
        r"\s+(?:in\s+(?:front|vision|eye)|before|urine|check|test|sample|glucose)",
    ),
    ("endoscopy", r"\b(?:nasal|sinus|nose|ear|bladder|spinal|laryngeal)\s+", ""),
    ("pneumoniae", r"\b(?:streptococcus|strep|klebsiella|mycoplasma|chlamydia|chlamydophila|[skmc])\.?\s+", ""),
)
