"""Which language or disguise a text is written in. Pure."""

from __future__ import annotations

import re
from dataclasses import replace

from isletbot.answering.red_flags.matching import first_rule
from isletbot.answering.red_flags.normalise import disguises, plain
from isletbot.answering.red_flags.rules import Rule, Rules
from isletbot.languages import CODES, LANGUAGES
from isletbot.prompts import TRANSLATED
from isletbot.types import Triage

_SHARED = "-other-languages"
_ARABIC = re.compile(r"[\u0620-\u064a]")
_LETTER = re.compile(r"[^\W\d_]")


def find_disguised(raw: str, text: str, rules: Rules) -> Rule | None:
    """An attack written so that a person would not read it."""
    if len(_words(text) & rules.languages["english"]) > 1 and not rules.frames["encoded"].search(raw):
        return None
    readings = (plain(reading, rules.spelling) for reading in disguises(raw))
    return next((rule for reading in readings if (rule := first_rule("attack", reading, (), rules))), None)


def _words(text: str) -> set[str]:
    return set(re.findall(r"[^\W\d_]+", text))


def name_language(text: str, rules: Rules) -> str:
    """The language the text is surely written in if not English; empty when in doubt."""
    letters = _LETTER.findall(text)
    if letters and sum(not letter.isascii() for letter in letters) > len(letters) / 2:
        return "Arabic" if len(_ARABIC.findall(text)) > len(letters) / 2 else "another script"
    words, english = _words(text), rules.languages["english"]
    hits = {name: (words & known) - english for name, known in rules.languages.items() if name != "english"}
    best = max(hits, key=lambda name: len(hits[name]), default="")
    return best if best and len(hits[best]) > 1 and not words & english - rules.languages[best] else ""


def say_in_language(found: Triage, text: str, rules: Rules) -> Triage:
    """The same alarm or referral in the language of the text, which is in plain form, where there are words in it."""
    of_rule = CODES.get(found.rule.rpartition("-")[2], "")
    # A rule of somebody's own case has words of one language, which may look like another's: "Sou elegível".
    language = of_rule if found.route == "personal" else name_language(text, rules)
    if of_rule or found.rule.endswith(_SHARED):
        language = language or _guess_language(text, rules) or of_rule
    if found.say not in TRANSLATED or language not in LANGUAGES:
        return found
    return replace(found, say=f"{found.say}{LANGUAGES[language]}")


def _guess_language(text: str, rules: Rules) -> str:
    """The one with the most words in a text that a rule for other languages has found."""
    words = _words(text)
    hits = {name: len(words & known) for name, known in rules.languages.items() if name != "english"}
    first, second = sorted(hits.values(), reverse=True)[:2]
    return max(hits, key=lambda name: hits[name]) if first > second else ""
