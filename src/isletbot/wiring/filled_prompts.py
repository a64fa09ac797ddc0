"""Loads the prompts with the texts that the settings fill in."""

from __future__ import annotations

from isletbot.answering.moves import MOVES_FILE, Moves, parse_moves
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


def open_moves(prompts: Prompts) -> Moves:
    referrals = {name: prompts.say(name) for name in prompts.say_names if name.startswith("needs-clinician")}
    return Moves(parse_moves(prompts.files.get(MOVES_FILE, "")), read_openings(prompts), referrals)
