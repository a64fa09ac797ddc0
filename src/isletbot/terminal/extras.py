"""Says which extra a command needs, where its packages are not installed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from isletbot.errors import UserError


@contextmanager
def name_missing_extra(extra: str) -> Iterator[None]:
    try:
        yield
    except ModuleNotFoundError as error:
        install = f"pip install 'isletbot[{extra}]'"
        raise UserError(f"The package {error.name!r} is not installed. Run: {install}") from error
