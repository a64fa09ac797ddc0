"""Pages, each with what it needs; one that names nothing cannot be written. What a request meets before its page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from starlette.responses import Response

from isletbot.console.rendering import MenuEntry
from isletbot.console.request import StaffRequest
from isletbot.curation.staff import StaffRole

Needs = Literal["nobody", "second-factor", "enrol"] | StaffRole
"""A role; or a stage of signing in; or `nobody`, for the few pages that come before that."""
Handler = Callable[[StaffRequest], Response]


@dataclass(frozen=True, slots=True)
class Page:
    method: Literal["GET", "POST"]
    path: str
    """Below `/staff`."""
    needs: Needs
    show: Handler


@dataclass(slots=True)
class PageRouter:
    """Those of one subject."""

    menu: tuple[MenuEntry, ...] = ()
    pages: list[Page] = field(default_factory=list)

    def get(self, path: str, *, needs: Needs) -> Callable[[Handler], Handler]:
        return self._list("GET", path, needs)

    def post(self, path: str, *, needs: Needs) -> Callable[[Handler], Handler]:
        """Reached only with the token of a form of this session, sent from a page of this origin."""
        return self._list("POST", path, needs)

    def _list(self, method: Literal["GET", "POST"], path: str, needs: Needs) -> Callable[[Handler], Handler]:
        def add(show: Handler) -> Handler:
            self.pages.append(Page(method, path, needs, show))
            return show

        return add
