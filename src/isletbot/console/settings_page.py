"""An admin reads the settings. They come from the environment and change only there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from starlette.responses import Response

from isletbot.console.rendering import MenuEntry, NextAction
from isletbot.console.request import StaffRequest
from isletbot.console.routing import PageRouter


@dataclass(frozen=True, slots=True)
class SettingRow:
    variable: str
    value: str
    """The value; of a secret, only whether it is set."""
    changed: bool
    about: str


def make_settings_pages(settings: Sequence[SettingRow], versions: Mapping[str, str]) -> PageRouter:
    router = PageRouter(menu=(MenuEntry("Settings", "/staff/settings", "admin", "Keep", 60),))

    def show_settings(request: StaffRequest) -> Response:
        next_action = NextAction("See the rules of triage", "/staff/rules")
        return request.render("settings.html", next_action, settings=settings, versions=versions)

    router.get("/settings", needs="admin")(show_settings)
    return router
