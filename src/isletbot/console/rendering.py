"""This module renders pages from strict templates and builds the navigation from the menu entries that it is given."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from importlib.resources import files
from typing import TypeVar

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from isletbot.curation.staff import StaffRole, includes_role
from isletbot.dates import write_date
from isletbot.errors import IsletbotError
from isletbot.types import Passage

_Asked = TypeVar("_Asked")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
STATIC: Mapping[str, str] = {
    "style.css": "text/css; charset=utf-8",
    "script.js": "text/javascript; charset=utf-8",
    "sentences.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
}


@dataclass(frozen=True, slots=True)
class NextAction:
    """The link that every page shows to say what to do next."""

    words: str
    path: str


@dataclass(frozen=True, slots=True)
class MenuEntry:
    words: str
    path: str
    needs: StaffRole
    group: str
    """`Work` holds what staff do every day, `Keep` holds administration."""
    place: int
    """The rank within the group; the numbers leave gaps for pages of other rooms."""
    count: Callable[[datetime], int] | None = None
    """Counts what waits there at this moment."""


@dataclass(frozen=True, slots=True)
class NavItem:
    entry: MenuEntry
    is_here: bool
    waiting: int = 0


class Templates:
    def __init__(self, menu: Sequence[MenuEntry], warnings: Sequence[Callable[[], str]] = ()) -> None:
        self._menu = sorted(menu, key=lambda entry: entry.place)
        self._warnings = tuple(warnings)
        folder = files("isletbot.console") / "static"
        self.static = {name: (folder / name).read_bytes() for name in STATIC}
        version = hashlib.sha256(b"".join(self.static.values())).hexdigest()[:12]
        self._environment = Environment(
            loader=PackageLoader("isletbot.console"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.globals["version"] = version
        self._environment.filters |= {
            "moment": format_moment,
            "day": format_day,
            "cell": format_cell,
            "source_words": describe_source,
        }

    def render(self, template: str, **values: object) -> str:
        return self._environment.get_template(template).render(values)

    def list_warnings(self) -> tuple[str, ...]:
        """Lists what every page says at its top; what cannot be known while the records are away is left out."""
        return tuple(said for warn in self._warnings if (said := _ask(warn, "")))

    def list_nav(self, role: StaffRole | None, path: str, now: datetime) -> Mapping[str, Sequence[NavItem]]:
        """Lists by group what this role may open, each entry with the number of things that wait there."""
        allowed = [entry for entry in self._menu if role and includes_role(role, entry.needs)]
        here = max((e.path for e in allowed if path.startswith(e.path)), key=len, default="")
        groups: dict[str, list[NavItem]] = {"Work": [], "Keep": []}
        for entry in allowed:
            waiting = _ask(partial(entry.count, now), 0) if entry.count else 0
            groups[entry.group].append(NavItem(entry, entry.path == here, waiting))
        return {name: items for name, items in groups.items() if items}


def _ask(ask: Callable[[], _Asked], otherwise: _Asked) -> _Asked:
    """A page about something else must not fail because a count cannot be read."""
    try:
        return ask()
    except IsletbotError:
        return otherwise


def format_moment(moment: datetime | None) -> Markup:
    """Formats a moment in UTC, which is the same for everybody who reads the log."""
    if moment is None:
        return Markup("never")
    at = moment.astimezone(UTC)
    words = f"{write_date(at)}, {at:%H:%M}"
    return Markup('<time datetime="{}">{} UTC</time>').format(at.isoformat(timespec="seconds"), words)


def describe_source(passage: Passage) -> str:
    """Describes the source of a quote: title, publisher, evidence tier and date."""
    source = passage.source
    tier = source.evidence.replace("_", " ")
    return f"{source.title}, {source.publisher} ({tier}, as of {write_date(source.as_of)})"


def format_day(day: date) -> Markup:
    return Markup('<time datetime="{}">{}</time>').format(day.isoformat(), write_date(day))


def format_cell(cell: str) -> str | Markup:
    """Writes a day in a cell of a table for a person: its rows are exported too, where a machine reads the day."""
    return format_day(date.fromisoformat(cell)) if _DAY.fullmatch(cell) else cell
