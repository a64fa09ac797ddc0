"""What finds emergencies in tests of the server: the rules that ship, without a model."""

from __future__ import annotations

from datetime import date
from functools import cache

from isletbot.answering.question import Limits
from isletbot.answering.red_flags.rules import Rules, parse_rules
from isletbot.answering.urgent_reply import UrgentReplies
from isletbot.prompts import Prompts, load_prompts
from tests.server.contexts import PROMPTS


@cache
def the_prompts() -> Prompts:
    return load_prompts(PROMPTS, emergency="911", crisis="988", contact="the clinic at 555 0100")


@cache
def the_rules() -> Rules:
    return parse_rules(the_prompts().folder("triage"))


def urgent_replies() -> UrgentReplies:
    return UrgentReplies(
        rules=the_rules,
        reader=None,
        is_listed=lambda _text: False,
        limits=Limits(question_chars=2_000, history_turns=100),
        say=the_prompts().say,
        today=lambda: date(2026, 1, 1),
        corpus_as_of=lambda: date(2025, 9, 4),
        versions={},
    )
