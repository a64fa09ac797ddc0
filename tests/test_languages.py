"""Which language a browser asks for, of those that the bot's own words stand in."""

from __future__ import annotations

import pytest

from isletbot.languages import CODES, LANGUAGES, choose_language, find_ending


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("es", "es"),
        ("es-MX,es;q=0.9,en;q=0.8", "es"),
        ("en-US,en;q=0.9,es;q=0.8", ""),
        ("fi,DE-at;q=0.5,en;q=0.2", "de"),
        ("en;q=0.2, ar;q=0.9", "ar"),
        ("pt;q=0,fr;q=0.1", "fr"),
        ("pt;q=0", ""),
        ("fr;q=x, en", ""),
        ("fi,*", ""),
        ("", ""),
    ],
)
def test_the_language_that_is_preferred_to_english(header: str, code: str) -> None:
    assert choose_language(header) == code


def test_every_language_has_a_code_and_an_ending() -> None:
    assert sorted(CODES.values()) == sorted(LANGUAGES)


@pytest.mark.parametrize(
    ("name", "ending"), [("urgent-crisis-german", "-german"), ("urgent-crisis", ""), ("german-text", "")]
)
def test_a_name_tells_the_language_of_its_text(name: str, ending: str) -> None:
    assert find_ending(name) == ending
