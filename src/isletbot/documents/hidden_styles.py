"""Tells which elements of an HTML page a person cannot see."""

from __future__ import annotations

import re
from typing import Any

_HIDING = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|opacity\s*:\s*0(?:\.0\d*)?\s*(?:;|$|!)"
    r"|font-size\s*:\s*(?:0|0?\.\d+|[1-3](?:\.\d+)?)\s*(?:px|pt|;|$|!)|font-size\s*:\s*0?\.[0-2]\d*\s*r?em"
    r"|(?:left|top|right|bottom|text-indent|margin-left|margin-top)\s*:\s*-\d{3,}"
    r"|(?:width|height)\s*:\s*[01](?:px)?\s*(?:;|$|!)|clip\s*:\s*rect\(\s*[01](?:px)?[\s,]|transform\s*:\s*scale\(0"
    r"|clip-path\s*:\s*inset\((?:50|100)%"
    r"|(?<![-\w])color\s*:\s*transparent",
    re.IGNORECASE,
)
_COLOUR = re.compile(r"(?<![-\w])(?P<name>color|background(?:-color)?)\s*:\s*(?P<value>[^;]+)", re.IGNORECASE)
_WHITE = {"white", "snow", "ivory", "ghostwhite", "floralwhite"}
_RULE = re.compile(r"(?P<names>[^{}@]+)\{(?P<body>[^{}]*)\}")
_LIGHT = 240


def find_hiding_classes(page: Any) -> frozenset[str]:
    """The names of classes (`.x`) and ids (`#x`) that a style sheet in the page makes invisible."""
    found = set()
    for sheet in page.iter("style"):
        for rule in _RULE.finditer(sheet.text or ""):
            if is_hiding_style(rule["body"]):
                found |= {name.strip() for name in rule["names"].split(",") if re.fullmatch(r"\s*[.#][\w-]+\s*", name)}
    return frozenset(found)


def is_hidden(element: Any, classes: frozenset[str]) -> bool:
    if not isinstance(element.tag, str):
        return False
    named = {f".{name}" for name in (element.get("class") or "").split()} | {f"#{element.get('id')}"}
    return (
        element.get("hidden") is not None
        or is_hiding_style(element.get("style") or "")
        or bool(named & classes)
        or (element.tag == "font" and _is_white(element.get("color") or ""))
        or (element.tag == "input" and element.get("type") == "hidden")
    )


def is_hiding_style(style: str) -> bool:
    if _HIDING.search(style):
        return True
    colours = {found["name"].lower().removesuffix("-color"): found["value"] for found in _COLOUR.finditer(style)}
    ground = colours.get("background")
    if "color" not in colours:
        return False
    same = ground is not None and ground.strip().lower() == colours["color"].strip().lower()
    return same or (_is_white(colours["color"]) and (ground is None or _is_white(ground)))


def _is_white(colour: str) -> bool:
    value = colour.strip().lower().removesuffix("!important").strip()
    if value in _WHITE:
        return True
    if found := re.fullmatch(r"#([0-9a-f]{3,8})", value):
        digits = found[1] if len(found[1]) >= 6 else "".join(digit * 2 for digit in found[1])
        return len(digits) >= 6 and all(int(digits[at : at + 2], 16) >= _LIGHT for at in (0, 2, 4))
    if found := re.fullmatch(r"rgba?\(([^)]*)\)", value):
        parts = re.findall(r"[\d.]+", found[1])
        return len(parts) >= 3 and (all(float(part) >= _LIGHT for part in parts[:3]) or parts[3:] == ["0"])
    return False
