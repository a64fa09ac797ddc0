"""Reads the body of a response piece by piece and stops at a limit, also when it grows by unpacking."""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterable

import httpx

from isletbot.errors import FetchError

_GZIP = 16 + zlib.MAX_WBITS
_SMALLER = "Save the part you need as a file and add that."


async def read_body(response: httpx.Response, most: int) -> bytes:
    """Raises FetchError for a body that is larger than `most` bytes, or packed in a way nobody asked for."""
    declared = response.headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > most:
        raise _make_too_large(most)
    packing = response.headers.get("content-encoding", "").strip().lower()
    if packing in ("gzip", "x-gzip"):
        return await _read_packed(response.aiter_raw(), most)
    if packing not in ("", "identity"):
        raise FetchError("broken", f"The server packs its reply as {packing[:40]!r}, unasked.", "Save it as a file.")
    return await _read_plain(response.aiter_raw(), most)


async def _read_plain(pieces: AsyncIterable[bytes], most: int) -> bytes:
    body = bytearray()
    async for piece in pieces:
        body += piece
        if len(body) > most:
            raise _make_too_large(most)
    return bytes(body)


async def _read_packed(pieces: AsyncIterable[bytes], most: int) -> bytes:
    body, received = bytearray(), 0
    unpacker = zlib.decompressobj(_GZIP)
    async for piece in pieces:
        received += len(piece)
        try:
            body += unpacker.decompress(piece, most + 1 - len(body))
        except zlib.error as error:
            raise FetchError("broken", f"The reply is no sound gzip ({error}).", "Try again later.") from error
        if len(body) > most or received > most:
            raise _make_too_large(most)
    if not unpacker.eof:
        raise FetchError("broken", "The reply ends before its gzip data does.", "Try again later.")
    return bytes(body)


def _make_too_large(most: int) -> FetchError:
    return FetchError("large", f"The document is larger than {most:,} bytes.", _SMALLER)
