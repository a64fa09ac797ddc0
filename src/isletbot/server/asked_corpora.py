"""Finds the corpus that a request names: the field or the query `corpus`, the model `isletbot-NAME`, the argument of a
tool. Every route and tool that can be asked by name finds it here."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Generic, TypeVar

from fastapi import Request

from isletbot.curation.records import Session
from isletbot.errors import InputError
from isletbot.request_headers import read_headers
from isletbot.server.dependencies import ServerContext
from isletbot.server.wire import CORPUS_FIELD, read_corpus
from isletbot.types import Source

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
            return InputError(message, code="no_such_corpus", remedy="Leave `corpus` out.", param=CORPUS_FIELD)
        remedy = f"There are: {', '.join(self._named)}. Send one of these, or leave `corpus` out."
        return InputError(f"There is no corpus {shown}.", code="no_such_corpus", remedy=remedy, param=CORPUS_FIELD)


@dataclass(frozen=True, slots=True)
class ServedCorpus:
    context: ServerContext
    origins: Collection[str]
    """Pages that may call it, beside this server's own."""
    sources: Callable[[], Sequence[Source]]
    """The approved sources that it answers from now."""


ServedCorpora = AskedCorpora[ServedCorpus]


@dataclass(frozen=True, slots=True)
class ChosenCorpus:
    """The corpus that one request asks, with what the routes below that corpus's own path have."""

    context: ServerContext
    sources: Callable[[], Sequence[Source]]
    name: str
    """As the request gives it; empty where it names none."""
    named: tuple[str, ...]
    """Every name that the request could have given."""

    async def find_session(self, request: Request) -> Session | None:
        """Returns None for a caller without a token, where sessions are optional. Raises InputError."""
        with self.explain_refusal():
            return await self.context.find_session(request)

    async def authenticate(self, request: Request, *, expired: bool = False) -> Session:
        """Returns the session of this corpus; that of another is not known here. Raises InputError."""
        with self.explain_refusal():
            return await self.context.authenticate(request, expired=expired)

    @contextmanager
    def explain_refusal(self) -> Iterator[None]:
        """Says in the remedy of a refused session which corpus it would have to belong to."""
        try:
            yield
        except InputError as error:
            if not self.named:
                raise
            how = f'POST /v1/sessions and `"{CORPUS_FIELD}": "{self.name}"`' if self.name else "POST /v1/sessions"
            other = "" if self.name else f", or name in `{CORPUS_FIELD}` the one that it was opened for"
            remedy = f"Open one with {how}{other}: a session belongs to one corpus."
            raise InputError(error.message, code=error.code, remedy=remedy) from error


def choose_by_body(corpora: ServedCorpora, body: object, request: Request) -> ChosenCorpus:
    """For a route that takes a body. Raises InputError for what is no name, for an unknown one, and for a page that may
    not call that corpus at its own path either."""
    _refuse_query(request, f"Send `{CORPUS_FIELD}` as a field of the body.")
    return _choose(corpora, read_corpus(body), request)


def choose_by_model(corpora: ServedCorpora, name: str, request: Request) -> ChosenCorpus:
    """`name` is the one that the model of the request stands for. Raises InputError as `choose_by_body`."""
    _refuse_query(request, "Name the corpus by the model.")
    return _choose(corpora, name, request)


def choose_by_query(corpora: ServedCorpora, request: Request) -> ChosenCorpus:
    """For a route without a body. Raises InputError as `choose_by_body`, and for a name that is given twice."""
    given = request.query_params.getlist(CORPUS_FIELD)
    if len(given) > 1:
        message = f"The query names `{CORPUS_FIELD}` {len(given)} times."
        raise InputError(message, code="bad_request", remedy="Name it once.", param=CORPUS_FIELD)
    return _choose(corpora, read_corpus({CORPUS_FIELD: given[0]} if given else {}), request)


def _choose(corpora: ServedCorpora, name: str, request: Request) -> ChosenCorpus:
    served = corpora.find(name)
    headers = read_headers(request.scope)
    # Checked here too, as a preflight knows the path and not the name.
    if name and headers.origin not in ("", headers.own_origin, *served.origins):
        raise InputError(
            f"Pages of {headers.origin[:100]!r} may not ask the corpus {name!r}.",
            code="origin_not_allowed",
            remedy="Whoever runs this server can put the origin on that corpus's list.",
        )
    return ChosenCorpus(served.context, served.sources, name, corpora.names)


def _refuse_query(request: Request, remedy: str) -> None:
    """A name that were read over would send the words of a person to another corpus than the one that is meant."""
    if CORPUS_FIELD in request.query_params:
        message = f"`{CORPUS_FIELD}` stands in the query of a request that has a body."
        raise InputError(message, code="bad_request", remedy=remedy, param=CORPUS_FIELD)
