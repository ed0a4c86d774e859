"""Says where a name's words are part of an ordinary phrase and mean something else. Knows phrases, no table.

"sats 91% RA" is room air, "what is driving them" no road, and the flush of a port no red face.
"""

from __future__ import annotations

import re

_LINE = r"(?:port|line|picc|hickman|catheter|cannula|saline|heparin|iv)"
# Each has one group: the words that do not mean what they name elsewhere.
_PHRASES = re.compile(
    "|".join(
        (
            # Room air, right after a saturation or before one; a comma or a full stop begins something else.
            r"\b(?:sat|sats|spo2|sao2|saturations?)\b(?:[^.,;\n]|\.(?=\d)){0,14}?\b(RA)\b",
            r"\b(?:[6-9]\d|100)(?:\.\d)?\s?%\s*\(?(?:on\s+|in\s+)?(RA)\b",
            r"\b(RA)\b[ ,:(]{1,2}(?:sat|sats|spo2|sao2)\b",
            r"\bwhat(?:['\N{RIGHT SINGLE QUOTATION MARK}]?s|\s+(?:is|are|was|were|(?:may|could)\s+be|else\s+is))"
            r"\s+(driving)\b",
            r"\b(driving)\s+(?:them|this|these|those|it|force|forces|factors?|pressure)\b",
            rf"\b{_LINE}\s+(flush(?:es|ed|ing)?)\b",
            rf"\b(flush(?:es|ed|ing)?)\s+(?:of\s+)?(?:the\s+|his\s+|her\s+)?{_LINE}\b",
        )
    ),
    re.IGNORECASE,
)


def otherwise(text: str) -> tuple[tuple[int, int], ...]:
    """Return the ranges [start, end) of `text` whose words are to name nothing."""
    return tuple(one.span(one.lastindex or 0) for one in _PHRASES.finditer(text))
