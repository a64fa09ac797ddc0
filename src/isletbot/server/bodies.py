"""Reads a request's body as JSON and stops at the size limit."""

from __future__ import annotations

import json

from fastapi import Request

from isletbot.errors import InputError
from isletbot.request_headers import read_headers


async def read_json(request: Request, max_bytes: int) -> object:
    """Reads no further than the limit. Raises InputError."""
    headers = read_headers(request.scope)
    if headers.media_type != "application/json":
        raise InputError(
            f"The content type is {headers.content_type[:80]!r}.",
            code="unsupported_media_type",
            remedy="Send application/json.",
        )
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > max_bytes:
            raise InputError(
                f"The body is larger than {max_bytes:,} bytes.",
                code="body_too_large",
                remedy="Send a shorter question, or the latest turns only.",
            )
    return _parse(bytes(body))


def _parse(body: bytes) -> object:
    try:
        return json.loads(body.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise InputError(
            f"The body is not UTF-8 at byte {error.start}.", code="not_utf8", remedy="Encode it as UTF-8."
        ) from error
    except json.JSONDecodeError as error:
        raise InputError(
            f"The body is not JSON: {error.msg} at line {error.lineno}, column {error.colno}.",
            code="malformed_json",
            remedy="Send one JSON object.",
        ) from error
    except (RecursionError, ValueError) as error:
        raise InputError(
            "The body is JSON nested too deep or with a number too long to read.",
            code="malformed_json",
            remedy="Send one JSON object.",
        ) from error
