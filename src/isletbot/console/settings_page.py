"""The settings as they are. They are read from the environment, so they are changed there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from starlette.responses import Response

from isletbot.console.look import MenuEntry, NextStep
from isletbot.console.pages import Pages
from isletbot.console.visit import Visit


@dataclass(frozen=True, slots=True)
class SettingShown:
    variable: str
    value: str
    """Of a secret only whether it is set."""
    changed: bool
    about: str


def make_settings_pages(settings: Sequence[SettingShown], versions: Mapping[str, str]) -> Pages:
    pages = Pages(menu=(MenuEntry("Settings", "/staff/settings", "admin", "Keep", 60),))

    def show_settings(visit: Visit) -> Response:
        step = NextStep("See the rules of triage", "/staff/rules")
        return visit.render("settings.html", step, settings=settings, versions=versions)

    pages.get("/settings", needs="admin")(show_settings)
    return pages
