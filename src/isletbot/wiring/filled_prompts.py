"""Loads the prompts with the texts that the settings fill in."""

from __future__ import annotations

from isletbot.answering.reply_intents import REPLY_INTENTS_FILE, ReplyIntents, parse_reply_intents
from isletbot.prompts import Prompts, load_prompts, read_openings
from isletbot.settings import Settings


def open_prompts(settings: Settings) -> Prompts:
    return load_prompts(
        settings.prompts_dir,
        topic=settings.topic_prompts_dir,
        emergency=settings.emergency_numbers,
        crisis=settings.crisis_lines,
        contact=settings.clinic_contact,
    )


def open_reply_intents(prompts: Prompts) -> ReplyIntents:
    referrals = {name: prompts.say(name) for name in prompts.say_names if name.startswith("needs-clinician")}
    ways = parse_reply_intents(prompts.files.get(REPLY_INTENTS_FILE, ""))
    return ReplyIntents(ways, read_openings(prompts), referrals)
