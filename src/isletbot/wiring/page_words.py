"""Chooses what the pages around the widget and its title say, from the texts of the topic."""

from __future__ import annotations

from collections.abc import Mapping

from isletbot.languages import CODES, LANGUAGES
from isletbot.prompts import Prompts
from isletbot.widget.pages import EMERGENCY_LINE


def list_page_words(prompts: Prompts) -> Mapping[str, str]:
    """What the demonstration pages name in braces."""
    return {
        EMERGENCY_LINE: prompts.say("emergency-line"),
        "clinic_contact": prompts.constants["contact"],
        "page_heading": prompts.say_own("page-heading"),
        "page_text": prompts.say_own("page-text"),
    }


def list_titles(prompts: Prompts) -> Mapping[str, str]:
    """The chat's title by the language's subtag, in the languages in which the topic has one."""
    endings = {"en": "", **{code: LANGUAGES[name] for code, name in CODES.items()}}
    titles = {code: prompts.say_own("chat-title", ending) for code, ending in endings.items()}
    return {code: title for code, title in titles.items() if title}
