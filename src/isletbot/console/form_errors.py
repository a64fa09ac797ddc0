"""A page checks its form within `check_form`; the console shows a form that fails again, with the problem."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from isletbot.errors import CorpusError, InputError, UserError

_MOST_PROBLEMS = 5


class FormError(Exception):
    """The form holds something wrong. The page must be shown again with this problem and HTTP status."""

    def __init__(self, error: InputError, status: int) -> None:
        super().__init__(str(error))
        self.error, self.status = error, status


@contextmanager
def tell_in_words() -> Iterator[None]:
    """Turns an error that names files and lines into one that a form shows."""
    try:
        yield
    except InputError:
        raise
    except CorpusError as error:
        told = [f"{one.rule}: “{one.value[:80]}”. {one.remedy}" for one in error.problems[:_MOST_PROBLEMS]]
        raise InputError(f"A rule of the corpus holds it. {' '.join(told)}") from error
    except UserError as error:
        raise InputError(str(error)) from error


@contextmanager
def check_form(refused: int = 422, limited: int = 422) -> Iterator[None]:
    """Turns an InputError within it into a FormError. `limited` is the status for too many attempts."""
    try:
        yield
    except InputError as error:
        raise FormError(error, limited if error.code == "too_many_attempts" else refused) from error
