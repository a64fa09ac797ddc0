"""What the bot itself says: easy to read, no reassurance, no promise, no dose."""

from __future__ import annotations

import re

import pytest

from isletbot.languages import LANGUAGES
from isletbot.prompts import TRANSLATED
from tests.answering.triage_data import SAY, shipped

EVERY = {path.stem: path.read_text("utf-8") for path in SAY.glob("*.txt")}
ENDINGS = tuple(LANGUAGES.values())
TEXTS = {name: text for name, text in EVERY.items() if not name.endswith(ENDINGS)}
"""Those in English, which the reading grade is made for."""
EXCEPTED = {"zimislecel", "diabetes", "insulin", "islet", "transplant", "computer", "medicine", "interpreter"}
"""Names of drugs, diseases and parts of care that have no shorter word: counted as one syllable."""
REASSURANCE = re.compile(
    r"nothing to worry|don'?t worry|do not worry|no need to worry|you(?: wi|')ll be (?:fine|ok)"
    r"|it(?:'s| is) (?:safe|fine|ok)|perfectly (?:safe|normal)|probably (?:fine|nothing)|rest assured|harmless"
    r"|can wait|wait and see|sleep it off|guarantee|everything will|i understand how you feel",
    re.I,
)


def syllables(word: str) -> int:
    if word in EXCEPTED:
        return 1
    groups = len(re.findall(r"[aeiouy]+", word))
    silent = word.endswith("e") and not word.endswith(("le", "ee")) and groups > 1
    ed = re.search(r"[^aeioutd]ed$", word) is not None and groups > 1
    return max(1, groups - silent - ed)


def grade(text: str) -> float:
    """Flesch-Kincaid grade, placeholders left out."""
    text = re.sub(r"\{\w+\}", "it", text)
    sentences = [part for part in re.split(r"[.!?:]+(?:\s|$)", text) if part.strip()]
    words = re.findall(r"[a-z]+", text.lower().replace("'", ""))
    return 0.39 * len(words) / len(sentences) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_reading_grade(name):
    if name != "general-information":  # five words that every leaflet has
        assert grade(TEXTS[name]) <= (5 if name.startswith("urgent") else 6)


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_sentences_are_short_and_nothing_reassures(name):
    text = TEXTS[name]
    assert max(len(part.split()) for part in re.split(r"[.!?:]+\s", text)) <= 25
    assert not REASSURANCE.search(text)
    assert not re.search(r"\d\d", text), "numbers and lines are settings"


def test_a_notice_that_no_native_reader_has_signed_says_it_in_english_too():
    notices = shipped().notices
    assert {say for say, _ in notices.values()} == {name for name in EVERY if name.startswith("other-language-")}
    for say, reviewer in notices.values():
        text = EVERY[say]
        assert "{numbers}" in text.split("\n\n")[0]
        assert reviewer or text.strip().endswith(TEXTS["other-language"].strip())


@pytest.mark.parametrize("name", TRANSLATED)
@pytest.mark.parametrize("language", ENDINGS)
def test_a_text_in_another_language_names_the_lines_to_call_and_has_the_english_below(name, language):
    own, english = EVERY[f"{name}{language}"].strip().split("\n\n")
    told = " I can only answer in English. In an emergency, call {emergency}." if name == "needs-clinician" else ""
    assert english == TEXTS[name].strip() + told
    assert ("{numbers}" in own) == (name not in {"general-information", "handoff-consent"})
    assert ("{days}" in own) == (name == "disclosure")
    assert ("{crisis}" in own) == ("crisis" in name)
    assert not re.search(r"\d\d", own)


@pytest.mark.parametrize("name", [name for name in TEXTS if name.startswith("urgent")])
def test_urgent_texts_name_a_line_to_call(name):
    assert "{emergency}" in TEXTS[name]
    if "crisis" in name:
        assert "{crisis}" in TEXTS[name]


@pytest.mark.parametrize("name", ["urgent-emergency", "urgent-emergency-crisis"])
def test_the_emergency_line_comes_first(name):
    assert TEXTS[name].index("{emergency}") < 60


@pytest.mark.parametrize("name", ["greeting", "identity", "capabilities", "not-medical-advice"])
def test_it_never_poses_as_a_person(name):
    text = TEXTS[name].lower()
    assert "computer program" in text or "not for emergencies" in text
    assert not re.search(r"\bi am (?:a |your )?(?:doctor|nurse|person|human)", text)
