"""A page checks its form within `check_form`; the console shows a form that fails again, with the problem."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from isletbot.errors import InputError


class FormError(Exception):
    """The form holds something wrong. The page must be shown again with this problem and HTTP status."""

    def __init__(self, error: InputError, status: int) -> None:
        super().__init__(str(error))
        self.error, self.status = error, status


@contextmanager
def check_form(refused: int = 422, limited: int = 422) -> Iterator[None]:
    """Turns an InputError within it into a FormError. `limited` is the status for too many attempts."""
    try:
        yield
    except InputError as error:
        raise FormError(error, limited if error.code == "too_many_attempts" else refused) from error
