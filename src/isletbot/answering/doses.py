"""Finds a dose, or a change of dose, in figures. Pure."""

from __future__ import annotations

import re
from functools import lru_cache

from isletbot.corpus import StudyWords

_UNITS = ("units?", "IU", "mg", "mcg", "µg", "ml")
"""Units of any medicine; a corpus names those of its own."""


def names_dose(text: str, study: StudyWords) -> bool:
    """Tells whether a text holds a number of units, a power of ten, or a percentage in one sentence with a medicine of
    the corpus."""
    return _compile_doses(study.dose_units, study.medicines).search(text) is not None


@lru_cache(8)
def _compile_doses(units: tuple[str, ...], medicines: tuple[str, ...]) -> re.Pattern[str]:
    counted = "|".join((*_UNITS, *map(re.escape, units)))
    patterns = [rf"\d[\d,.]*\s*(?:{counted})\b", r"×\s?10"]
    if medicines:
        named = "|".join(map(re.escape, medicines))
        patterns += [rf"(?:{named})[^.]*\d ?%", rf"\d ?%[^.]*\b(?:{named})"]
    return re.compile("|".join(patterns), re.IGNORECASE)
