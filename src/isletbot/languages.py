"""The languages that the bot's own words stand in besides English, and which of them a browser asks for. Pure."""

from __future__ import annotations

from collections.abc import Mapping

LANGUAGES: Mapping[str, str] = {
    "Spanish": "-spanish",
    "French": "-french",
    "German": "-german",
    "Portuguese": "-portuguese",
    "Arabic": "-arabic",
}
"""How the names of their texts end, by the language."""
CODES: Mapping[str, str] = {"es": "Spanish", "fr": "French", "de": "German", "pt": "Portuguese", "ar": "Arabic"}
"""The languages by their subtags, as pages and browsers name them."""


def choose_language(accept_language: str) -> str:
    """The subtag in CODES that an Accept-Language header prefers to English; empty where it prefers English or names
    none of them."""
    ranges = [_read_range(item) for item in accept_language.split(",")]
    known = [(weight, code) for weight, code in ranges if weight > 0 and (code in CODES or code == "en")]
    _, best = max(known, key=lambda one: one[0], default=(0.0, ""))  # of equal weights the first
    return best if best in CODES else ""


def find_ending(name: str) -> str:
    """How the name of a text ends that stands in another language than English; empty for English."""
    return next((ending for ending in LANGUAGES.values() if name.endswith(ending)), "")


def _read_range(item: str) -> tuple[float, str]:
    tag, _, parameter = item.strip().lower().partition(";")
    try:
        weight = float(parameter.partition("q=")[2] or 1)
    except ValueError:
        weight = 0.0
    return weight, tag.strip().partition("-")[0]
