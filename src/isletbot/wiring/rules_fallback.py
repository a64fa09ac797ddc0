"""Builds urgent replies from the rules alone, for when the bot itself cannot be built or asked."""

from __future__ import annotations

from datetime import date

from isletbot.answering.question import Limits
from isletbot.answering.red_flags.floor import find_red_flag
from isletbot.answering.red_flags.rules import parse_rules
from isletbot.answering.urgent_reply import UrgentReplies
from isletbot.settings import Settings
from isletbot.types import Answer, Question
from isletbot.wiring.filled_prompts import open_prompts


def answer_by_rules(settings: Settings, question: Question, *, surely: bool = False) -> Answer | None:
    """Counts every rule that fires, as no classifier is there to doubt one; with `surely` only those that need none to.

    None for what is not urgent.
    """
    prompts = open_prompts(settings)
    rules = parse_rules(prompts.folder("triage"))
    if surely and not find_red_flag(question, rules, lambda _turn, _text: False):
        return None
    replies = UrgentReplies(
        rules=lambda: rules,
        reader=None,
        is_listed=lambda _text: False,
        limits=Limits(settings.max_question_chars, settings.max_history_turns),
        say=prompts.say,
        today=date.today,
        corpus_as_of=date.today,
        versions={"prompts": prompts.digest},
    )
    return replies.find(question)
