"""This module renders pages from strict templates and builds the navigation from the menu entries that it is given."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from isletbot.curation.staff import StaffRole, includes_role
from isletbot.types import Passage

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


@dataclass(frozen=True, slots=True)
class NavItem:
    entry: MenuEntry
    is_here: bool


class Templates:
    def __init__(self, menu: Sequence[MenuEntry]) -> None:
        self._menu = sorted(menu, key=lambda entry: entry.place)
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
        self._environment.filters |= {"moment": format_moment, "day": format_day, "source_words": describe_source}

    def render(self, template: str, **values: object) -> str:
        return self._environment.get_template(template).render(values)

    def list_nav(self, role: StaffRole | None, path: str) -> Mapping[str, Sequence[NavItem]]:
        """Lists by group what this role may open."""
        allowed = [entry for entry in self._menu if role and includes_role(role, entry.needs)]
        here = max((e.path for e in allowed if path.startswith(e.path)), key=len, default="")
        groups: dict[str, list[NavItem]] = {"Work": [], "Keep": []}
        for entry in allowed:
            groups[entry.group].append(NavItem(entry, entry.path == here))
        return {name: items for name, items in groups.items() if items}


def format_moment(moment: datetime | None) -> Markup:
    """Formats a moment in UTC, which is the same for everybody who reads the log."""
    if moment is None:
        return Markup("never")
    at = moment.astimezone(UTC)
    words = f"{at:%d %b %Y, %H:%M}".lstrip("0")
    return Markup('<time datetime="{}">{} UTC</time>').format(at.isoformat(timespec="seconds"), words)


def describe_source(passage: Passage) -> str:
    """Describes the source of a quote: title, publisher, evidence tier and date."""
    source = passage.source
    tier = source.evidence.replace("_", " ")
    return f"{source.title}, {source.publisher} ({tier}, as of {source.as_of.isoformat()})"


def format_day(day: date) -> Markup:
    return Markup('<time datetime="{}">{}</time>').format(day.isoformat(), f"{day:%d %b %Y}".lstrip("0"))
