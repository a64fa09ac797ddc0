"""Reads small JSON bodies of named text and boolean fields."""

from __future__ import annotations

import re
from collections.abc import Mapping

from isletbot.errors import InputError

_ADDRESS = re.compile(r"(?<![\w.+%-])[\w.+%'-]{1,64}@(?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,24}(?![\w@])")
_NUMBER = re.compile(r"(?<!\d)\+?\(?\d[\d\s().\-/]{4,30}\d(?!\d)")
Fields = Mapping[str, type[str] | type[bool]]


def read_fields(body: object, fields: Fields, optional: Fields | None = None) -> Mapping[str, str | bool]:
    """Requires `fields` and allows `optional`; null is as if absent. Raises InputError."""
    allowed = {**fields, **(optional or {})}
    form = f"Send an object with {', '.join(f'`{name}`' for name in fields)}."
    if not isinstance(body, Mapping):
        raise InputError("The body is not an object.", code="bad_request", remedy=form)
    body = {name: value for name, value in body.items() if value is not None}
    if unknown := sorted(str(name) for name in body.keys() - allowed.keys()):
        raise InputError(f"There is no field {unknown[0][:40]!r}.", code="unknown_field", remedy=form)
    for name, kind in allowed.items():
        if name not in body and name not in fields:
            continue
        value = body.get(name)
        if not isinstance(value, kind):
            wanted = "text" if kind is str else "true or false"
            raise InputError(f"`{name}` is missing or not {wanted}.", code="bad_request", remedy=form)
        if isinstance(value, str):
            _check_unicode(name, value)
    return {name: body[name] for name in allowed if name in body}


def check_length(name: str, text: str, most: int, least: int = 0) -> str:
    """Returns the text without surrounding blanks. Raises InputError."""
    text = text.strip()
    if not least <= len(text) <= most:
        raise InputError(
            f"`{name}` has {len(text)} characters.", code="bad_request", remedy=f"Send {least} to {most:,} characters."
        )
    return text


def check_contact(text: str) -> str:
    """Returns a text that holds a mail address or a phone number. Raises InputError."""
    if not _ADDRESS.search(text) and not any(_is_phone(found.group()) for found in _NUMBER.finditer(text)):
        raise InputError(
            "`contact` holds neither a mail address nor a phone number.",
            code="contact_unreachable",
            remedy="Send one that can be answered, such as anna@example.org or +1 617 555 0143.",
        )
    return text


def _is_phone(text: str) -> bool:
    """Tells whether a text has as many digits as phone numbers have, from a local one to E.164's longest."""
    return 6 <= sum(map(str.isdecimal, text)) <= 15


def _check_unicode(name: str, text: str) -> None:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise InputError(f"`{name}` is not valid Unicode.", code="not_unicode", remedy="Send it as UTF-8.") from error
    if "\0" in text:
        raise InputError(f"`{name}` holds a NUL.", code="bad_request", remedy="Leave it out.")
