"""This module reads a form within a size limit into named texts. `file_upload.py` reads a form with a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import BinaryIO
from urllib.parse import parse_qsl

from starlette.requests import Request

from isletbot.errors import InputError
from isletbot.request_headers import read_headers

FORM_TOKEN = "form_token"
CARRIED_TO = "carried_to"
"""The field that names where an interrupted form was going."""
CARRIED = "carried."
_SECRETS = frozenset({"password", "again", "current", "code", FORM_TOKEN})
"""The fields that no page shows again."""
_MOST_FIELDS = 1_000
_READ_ON = 8
"""The multiple of the limit that is still read, so that the browser gets to see the refusal."""


@dataclass(frozen=True, slots=True)
class SentFile:
    name: str
    content: BinaryIO
    """Lies on disk once it is large, and is gone when the request has been answered."""


@dataclass(frozen=True, slots=True)
class Form:
    fields: Mapping[str, tuple[str, ...]]
    file: SentFile | None = None

    def text(self, name: str, most: int = 1_000, least: int = 0) -> str:
        """Returns one field without blanks around it. Raises InputError when its length is wrong."""
        found = self.raw(name).strip()
        if not least <= len(found) <= most:
            label = name.replace("_", " ")
            rule = f"Write {least:,} to {most:,} characters." if least else f"Write at most {most:,} characters."
            raise InputError(f"{label.capitalize()} has {len(found):,} characters.", remedy=rule)
        return found

    def raw(self, name: str) -> str:
        """Returns the field as it was typed; empty when it is missing."""
        return self.fields.get(name, ("",))[-1]

    def all(self, name: str) -> tuple[str, ...]:
        return self.fields.get(name, ())

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return ((name, value) for name, values in self.fields.items() for value in values)

    @property
    def kept(self) -> tuple[tuple[str, str], ...]:
        """Lists the fields that a person would not want to type again."""
        return tuple((name, value) for name, value in self if name not in _SECRETS and not name.startswith(CARRIED))

    @property
    def carried(self) -> tuple[tuple[str, str], ...]:
        """Lists the fields of the form that the sign-in interrupted."""
        return tuple((name.removeprefix(CARRIED), value) for name, value in self if name.startswith(CARRIED))


NO_FORM = Form(MappingProxyType({}))


async def read_form(request: Request, most_bytes: int) -> Form:
    """Reads the body of the request. Raises InputError."""
    if read_headers(request.scope).media_type != "application/x-www-form-urlencoded":
        raise InputError("This is no form of the console.", remedy="Use the pages as they are.")
    body, size = bytearray(), 0
    async for chunk in request.stream():
        size += len(chunk)
        if size <= most_bytes:
            body += chunk
        elif size > most_bytes * _READ_ON:
            break
    if size > most_bytes:
        raise InputError(
            f"What you sent is larger than {most_bytes:,} bytes. Nothing was changed.",
            code="body_too_large",
            remedy="Go back: your text is still in the form. Make it shorter and send it again.",
        )
    return _parse_body(bytes(body))


def _parse_body(body: bytes) -> Form:
    try:
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS)
    except (UnicodeDecodeError, ValueError) as error:
        raise InputError("What was sent cannot be read as a form.", remedy="Load the page again.") from error
    return make_form(pairs)


def make_form(pairs: Iterable[tuple[str, str]], file: SentFile | None = None) -> Form:
    fields: dict[str, tuple[str, ...]] = {}
    for name, value in pairs:
        clean = value.replace("\r\n", "\n").replace("\0", "")
        fields[name] = (*fields.get(name, ()), clean)
    return Form(MappingProxyType(fields), file)
