"""A router lists the pages of one subject, each with the role it needs; no page can be written without one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from starlette.responses import Response

from isletbot.console.rendering import MenuEntry
from isletbot.console.request import StaffRequest
from isletbot.console.work_lists import WorkList
from isletbot.curation.staff import StaffRole

Needs = Literal["nobody", "second-factor", "enrol"] | StaffRole
"""A role, a stage of signing in, or `nobody` for the few pages that come before both."""
Handler = Callable[[StaffRequest], Response]
ShowAgain = Callable[[StaffRequest, str, int], Response]
"""Shows a form again with the typed fields, the problem and the HTTP status."""


ListWork = Callable[[StaffRequest], Sequence[WorkList]]
"""Lists what waits for this account."""


@dataclass(frozen=True, slots=True)
class Page:
    method: Literal["GET", "POST"]
    path: str
    """The path below `/staff`."""
    needs: Needs
    show: Handler
    show_again: ShowAgain | None = None
    """The page for a FormError of `show`."""
    takes_file: bool = False
    """Whether its form may bring one file along."""


@dataclass(slots=True)
class PageRouter:
    """Collects the pages and menu entries of one subject, and what of it waits for staff."""

    menu: tuple[MenuEntry, ...] = ()
    work: tuple[ListWork, ...] = ()
    warn: Callable[[], str] | None = None
    """Returns what every page must say at its top, empty when there is nothing."""
    pages: list[Page] = field(default_factory=list)

    def get(self, path: str, *, needs: Needs) -> Callable[[Handler], Handler]:
        return self._list("GET", path, needs)

    def post(
        self, path: str, *, needs: Needs, show_again: ShowAgain | None = None, takes_file: bool = False
    ) -> Callable[[Handler], Handler]:
        """Adds a page that only a form of this session reaches, with its token and from this origin."""
        return self._list("POST", path, needs, show_again, takes_file)

    def _list(
        self,
        method: Literal["GET", "POST"],
        path: str,
        needs: Needs,
        show_again: ShowAgain | None = None,
        takes_file: bool = False,
    ) -> Callable[[Handler], Handler]:
        def add(show: Handler) -> Handler:
            self.pages.append(Page(method, path, needs, show, show_again, takes_file))
            return show

        return add
