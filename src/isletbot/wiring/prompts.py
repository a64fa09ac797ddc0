"""Loads the prompts with the texts that the settings fill in."""

from __future__ import annotations

from isletbot.prompts import Prompts, load_prompts
from isletbot.settings import Settings


def open_prompts(settings: Settings) -> Prompts:
    return load_prompts(
        settings.prompts_dir,
        emergency=settings.emergency_numbers,
        crisis=settings.crisis_lines,
        contact=settings.clinic_contact,
    )
