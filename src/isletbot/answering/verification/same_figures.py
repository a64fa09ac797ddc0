"""Ways of writing one figure become one: 83.0% and 83 percent, 800 million and 800,000,000, 83,3 and 83.3. Pure."""

from __future__ import annotations

import re
from decimal import Decimal

from isletbot.answering.text import NUMBER_WORDS

_SCALES = {"thousand": 1_000, "million": 1_000_000, "billion": 1_000_000_000}
_WORDS = "|".join(sorted(NUMBER_WORDS, key=len, reverse=True))
_QUOTED = re.compile(rf"[\"'“”„‘’‚«»](\d+(?:[.,]\d+)*\s?%?|{_WORDS})[\"'“”‘’«»]", re.IGNORECASE)
_THOUSANDS = re.compile(r"(?<![\w.,])\d{1,3}(?:,\d{3})+(?![\d]|,\d)")
_DECIMAL_COMMA = re.compile(r"(?<![\w.,])(\d+),(\d{1,2})(?![\w]|[.,]\d)")
_TRAILING_ZEROS = re.compile(r"(?<![\w.,])(\d+)(?:\.0+|(\.\d*[1-9])0+)(?![\w]|[.,]\d)")
_SCALED = re.compile(rf"(?<![\w.,])(\d+(?:\.\d+)?|{_WORDS})[ -]?({'|'.join(_SCALES)})\b", re.IGNORECASE)
_PERCENT = re.compile(r"(?<=\d)\s*(?:%|per ?cent\b)", re.IGNORECASE)


def write_figures_alike(text: str) -> str:
    """Returns the text with each figure in its one form: digits, a point, no zeros at the end, `%` after the digit."""
    text = _QUOTED.sub(r"\1", text)
    text = _THOUSANDS.sub(lambda found: found[0].replace(",", ""), text)
    text = _DECIMAL_COMMA.sub(r"\1.\2", text)
    text = _SCALED.sub(_multiply, text)
    text = _TRAILING_ZEROS.sub(lambda found: f"{found[1]}{found[2] or ''}", text)
    return _PERCENT.sub("%", text)


def _multiply(found: re.Match[str]) -> str:
    number = NUMBER_WORDS.get(found[1].lower(), found[1])
    return f"{Decimal(number) * _SCALES[found[2].lower()]:f}"
