"""Finds the corpus that a request names: the field `corpus`, the model `isletbot-NAME`, the argument of a tool."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from fastapi import Request

from isletbot.errors import InputError
from isletbot.server.dependencies import ServerContext

T = TypeVar("T")
_MOST_SHOWN = 40


class AskedCorpora(Generic[T]):
    """What answers for each corpus: `own` where a request names none, and those that it may name."""

    def __init__(self, own: T, named: Mapping[str, T] | None = None) -> None:
        self.own = own
        self._named = dict(named or {})

    def add(self, named: Mapping[str, T]) -> None:
        """The app of each corpus is made after the one that a request asks by name."""
        self._named.update(named)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._named)

    def get(self, name: str) -> T | None:
        """None for a name that is not known, and for none."""
        return self._named.get(name)

    def find(self, name: str) -> T:
        """An empty name is that of `own`. Raises InputError for one that is not known."""
        if not name:
            return self.own
        if (found := self._named.get(name)) is None:
            raise self._refuse(name)
        return found

    def _refuse(self, name: str) -> InputError:
        shown = repr(name[:_MOST_SHOWN])
        if not self._named:
            message = f"The corpus {shown} cannot be chosen here: this address answers from one corpus alone."
            return InputError(message, code="no_such_corpus", remedy="Leave `corpus` out.", param="corpus")
        remedy = f"There are: {', '.join(self._named)}. Send one of these, or leave `corpus` out."
        return InputError(f"There is no corpus {shown}.", code="no_such_corpus", remedy=remedy, param="corpus")


@dataclass(frozen=True, slots=True)
class ServedCorpus:
    context: ServerContext
    origins: Collection[str]
    """Pages that may call it, beside this server's own."""


def choose_context(corpora: AskedCorpora[ServedCorpus], name: str, request: Request) -> ServerContext:
    """Returns what the routes below that corpus's own path have. Raises InputError for an unknown name, and for a page
    that may not call it there either: a preflight knows the path, not the name."""
    served = corpora.find(name)
    origin = request.headers.get("origin", "")
    own = f"{request.url.scheme}://{request.headers.get('host', '')}"
    if name and origin not in ("", own, *served.origins):
        raise InputError(
            f"Pages of {origin[:100]!r} may not ask the corpus {name!r}.",
            code="origin_not_allowed",
            remedy="Whoever runs this server can put the origin on that corpus's list.",
        )
    return served.context
