"""The modules of the widget as one file. They import one another only, so putting them in order is enough."""

from __future__ import annotations

import base64
import gzip
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256, sha384
from importlib.resources import files
from types import MappingProxyType

MODULES = (
    "strings",
    "styles",
    "nodes",
    "emergency",
    "red_flags",
    "question_queue",
    "asking",
    "scrolling",
    "api",
    "source",
    "reply",
    "forms",
    "launcher",
    "panel",
    "keyboard",
    "placing",
    "keeping",
    "removing",
    "conversation",
    "attributes",
    "element",
    "define",
)
"""Each after those it imports. They share one scope: the browser refuses the file when two name a thing alike."""

FIRST_WORDS = (
    *("title", "launcherNote", "dismiss", "call", "close", "question", "send", "opening"),
    *("emergencyShort", "emergency", "unreachable", "broken", "retry", "retryOpen"),
)
"""What a person reads before the chat is opened, and when no server is there: in the file, in every language."""

NO_TITLES: Mapping[str, str] = MappingProxyType({})
_IMPORT = re.compile(r"^import [^;]*;\n", re.MULTILINE)
_EXPORT = re.compile(r"^export ", re.MULTILINE)
_COMMENT = re.compile(r"^ *(?://.*|/\*\*(?:[^*]|\*(?!/))*\*/)?\n|^ +", re.MULTILINE)
"""And empty lines and indentation: a quarter of the bytes, and nothing that runs."""


@dataclass(frozen=True, slots=True)
class WidgetFile:
    name: str
    """Carries the hash of its content, so it can be kept for ever."""
    content: bytes
    packed: bytes
    """The content, gzipped."""
    integrity: str
    """What a page writes into the `integrity` attribute of its script tag."""


def make_widget_file(titles: Mapping[str, str] = NO_TITLES) -> WidgetFile:
    """`titles` are the topic's own, by the language's subtag."""
    content = "".join((_write_first_words(titles), *map(_read_module, MODULES))).encode()
    return WidgetFile(
        name=f"widget-{sha256(content).hexdigest()[:12]}.js",
        content=content,
        packed=gzip.compress(content, 9, mtime=0),
        integrity=f"sha384-{base64.b64encode(sha384(content).digest()).decode()}",
    )


def read_translations(titles: Mapping[str, str] = NO_TITLES) -> dict[str, bytes]:
    """The chat's words by language, but for English, which the file itself has; `titles` are the topic's own."""
    folder = files("isletbot.widget") / "words"
    read = {path.name.removesuffix(".json"): path.read_bytes() for path in sorted(folder.iterdir(), key=str)}
    return {lang: _set_title(content, titles.get(lang, "")) for lang, content in read.items()}


def _set_title(content: bytes, title: str) -> bytes:
    return json.dumps({**json.loads(content), "title": title}, ensure_ascii=False).encode() if title else content


def _write_first_words(titles: Mapping[str, str]) -> str:
    first = {}
    for lang, content in read_translations(titles).items():
        words = json.loads(content)
        known = {"lang": lang, **{name: words[name] for name in FIRST_WORDS}}
        first[lang] = {"words": known, "integrity": f"sha256-{base64.b64encode(sha256(content).digest()).decode()}"}
    own = json.dumps(titles.get("en", ""), ensure_ascii=False)
    words = json.dumps(first, ensure_ascii=False, separators=(",", ":"))
    return f"const OWN_TITLE = {own};\nconst FIRST_WORDS = {words};\n"


def _read_module(name: str) -> str:
    text = (files("isletbot.widget") / f"{name}.js").read_text(encoding="utf-8")
    return _EXPORT.sub("", _COMMENT.sub("", _IMPORT.sub("", text)))
