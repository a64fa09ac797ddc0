"""This module reads a form that brings a file along. What is large goes to disk while it arrives."""

from __future__ import annotations

from collections.abc import AsyncGenerator

from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect, Request

from isletbot.console.form_parsing import Form, SentFile, make_form
from isletbot.errors import InputError
from isletbot.request_headers import read_headers

_MOST_FIELDS = 50
_MOST_FIELD_BYTES = 20_000
_READ_ON = 2
"""The multiple of the limit that is still read, so that the browser gets to see the refusal."""
_BESIDE = 100_000
"""Bytes for the other fields and the marks between them."""


def has_file(request: Request) -> bool:
    return request.method == "POST" and read_headers(request.scope).media_type == "multipart/form-data"


async def read_form_with_file(request: Request, most_bytes: int) -> Form:
    """Raises InputError for a body that is too large, cut short or no form. The caller closes the file."""
    parser = MultiPartParser(
        request.headers,
        _limit(request, most_bytes),
        max_files=1,
        max_fields=_MOST_FIELDS,
        max_part_size=_MOST_FIELD_BYTES,
    )
    try:
        return _to_form(await parser.parse())
    except MultiPartException as error:
        raise InputError(
            f"What was sent cannot be read as a form: {error.message}", remedy="Load the page again."
        ) from error
    except ClientDisconnect as error:
        raise InputError("The file did not arrive whole. Nothing was added.", remedy="Send it again.") from error
    except OSError as error:
        raise InputError(
            f"The file could not be kept while it arrived: {error.strerror}. Nothing was added.",
            remedy="Whoever runs the server makes room on its disk.",
        ) from error


async def _limit(request: Request, most_bytes: int) -> AsyncGenerator[bytes, None]:
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size <= most_bytes + _BESIDE:
            yield chunk
        elif size > most_bytes * _READ_ON:
            break
    if size > most_bytes + _BESIDE:
        raise InputError(
            f"The file is larger than {most_bytes:,} bytes. Nothing was added.",
            code="body_too_large",
            remedy="Split the document and add its parts one by one.",
        )


def _to_form(data: FormData) -> Form:
    pairs = [(name, value) for name, value in data.multi_items() if isinstance(value, str)]
    sent = next((value for _, value in data.multi_items() if isinstance(value, UploadFile)), None)
    if sent is None:
        return make_form(pairs)
    name = (sent.filename or "").replace("\\", "/").rsplit("/", 1)[-1]
    return make_form(pairs, SentFile("".join(ch for ch in name if ch.isprintable())[:200], sent.file))
