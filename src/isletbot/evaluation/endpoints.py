"""This module puts cases to a URL: the contract's `POST /v1/chat`, or any OpenAI-compatible chat endpoint. It stores
nothing."""

from __future__ import annotations

import http.client
import json
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from time import perf_counter

from isletbot.errors import InputError
from isletbot.evaluation.cases import Case
from isletbot.evaluation.citation_markers import SourceLibrary, read_marked_reply
from isletbot.evaluation.quoted_markers import read_quoted_reply, read_quotes
from isletbot.evaluation.replies import ReplyJson, read_text
from isletbot.evaluation.targets import TargetError, TargetReply

TIMEOUT_SECONDS = 60.0
MOST_BYTES = 4_000_000
TRIES = 4
"""The most tries at an endpoint that answers 429 or 503; each waits as long as the endpoint asks."""
LONGEST_WAIT_SECONDS = 30.0
_WAIT = (429, 503)
_REMEDY = (
    "A target is local, local:2 for two cases at a time, https://HOST of an isletbot, or openai:https://HOST/v1#MODEL."
)


@dataclass(frozen=True, slots=True)
class Endpoint:
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    timeout: float = TIMEOUT_SECONDS

    def post(self, body: Mapping[str, object]) -> Mapping[str, object]:
        """Returns the object of the reply. Raises TargetError that says what came instead."""
        for left in reversed(range(TRIES)):
            try:
                return self._post_once(body)
            except urllib.error.HTTPError as error:
                with error:
                    if error.code not in _WAIT or not left:
                        detail = error.read(300).decode("utf-8", "replace").strip()
                        raise TargetError(f"{self.url} replied {error.code}: {detail}") from error
                    time.sleep(_seconds_to_wait(error.headers.get("Retry-After")))
            except TimeoutError as error:
                raise TargetError(f"{self.url} did not reply within {self.timeout:g} s") from error
            except urllib.error.URLError as error:
                slow = isinstance(error.reason, TimeoutError)
                what = f"did not reply within {self.timeout:g} s" if slow else f"cannot be reached: {error.reason}"
                raise TargetError(f"{self.url} {what}") from error
            except (http.client.HTTPException, OSError) as error:
                raise TargetError(f"{self.url} broke off its reply: {type(error).__name__}") from error
        raise AssertionError("the last try returns or raises")

    def _post_once(self, body: Mapping[str, object]) -> Mapping[str, object]:
        headers = {"Content-Type": "application/json", "Accept": "application/json", **self.headers}
        request = urllib.request.Request(self.url, json.dumps(body).encode(), headers, method="POST")
        with urllib.request.urlopen(request, timeout=self.timeout) as response:
            raw = response.read(MOST_BYTES + 1)
        if len(raw) > MOST_BYTES:
            raise TargetError(f"{self.url} replied more than {MOST_BYTES} bytes")
        try:
            value = json.loads(raw.decode("utf-8"))
        except ValueError as error:
            shown = raw[:80].decode("utf-8", "replace")
            raise TargetError(f"{self.url} replied no JSON (or half of it): {shown!r}") from error
        if not isinstance(value, dict):
            raise TargetError(f"{self.url} replied no object: {str(value)[:80]!r}")
        return value


def _seconds_to_wait(header: str | None) -> float:
    seconds = float(header) if header and header.replace(".", "", 1).isdigit() else 1.0
    return min(seconds, LONGEST_WAIT_SECONDS)


class ChatTarget:
    """A serving isletbot, whose reply is an Answer as it stands."""

    at_once = 1

    def __init__(self, url: str, timeout: float = TIMEOUT_SECONDS) -> None:
        self.name = url
        self.versions: Mapping[str, str] = {"target": url}
        path = urllib.parse.urlparse(url).path.rstrip("/")
        self._endpoint = Endpoint(url if path.endswith("/chat") else f"{url.rstrip('/')}/v1/chat", timeout=timeout)

    def converse(self, case: Case) -> TargetReply:
        return _converse_by_turns(case, lambda messages: self._endpoint.post({"messages": messages}))


class OpenAITarget:
    """Any chat endpoint of OpenAI's form: its text shows kind and citations as far as it can, the rest is missing."""

    at_once = 1

    def __init__(
        self, url: str, model: str, library: SourceLibrary, key: str | None = None, timeout: float = TIMEOUT_SECONDS
    ) -> None:
        self.name = f"openai:{url}#{model}"
        self.versions: Mapping[str, str] = {"target": url, "model": model}
        self._model = model
        self._library = library
        path = url if url.endswith("/chat/completions") else f"{url.rstrip('/')}/chat/completions"
        self._endpoint = Endpoint(path, {"Authorization": f"Bearer {key}"} if key else {}, timeout)

    def converse(self, case: Case) -> TargetReply:
        return _converse_by_turns(case, self._ask)

    def _ask(self, messages: list[dict[str, str]]) -> ReplyJson:
        body = self._endpoint.post({"model": self._model, "messages": messages, "stream": False, "temperature": 0})
        try:
            message = body["choices"][0]["message"]  # type: ignore[index]
            text = message["content"]
        except (KeyError, IndexError, TypeError) as error:
            raise TargetError(f"no choices[0].message.content in {json.dumps(body)[:120]}") from error
        if not isinstance(text, str):
            raise TargetError(f"choices[0].message.content is no text: {json.dumps(text)[:80]}")
        own = body.get("isletbot")
        quotes = read_quotes(message.get("annotations"))
        if isinstance(own, Mapping) and (quotes or not message.get("annotations")):
            return read_quoted_reply(text, quotes, str(own.get("kind")), self._library.source_of)
        return read_marked_reply(text, message.get("annotations"), self._library)


def _converse_by_turns(case: Case, ask: Callable[[list[dict[str, str]]], ReplyJson]) -> TargetReply:
    if case.digest:
        raise TargetError("a poisoned document cannot be put into the corpus behind a URL")
    messages: list[dict[str, str]] = []
    reply: ReplyJson = {}
    milliseconds = 0.0
    for turn in case.turns:
        messages.append({"role": "user", "content": turn})
        began = perf_counter()
        reply = ask(messages)
        milliseconds = (perf_counter() - began) * 1000
        messages.append({"role": "assistant", "content": read_text(reply)})
    return TargetReply(reply, round(milliseconds, 3))


def parse_target(given: str, library: SourceLibrary, key: str | None) -> ChatTarget | OpenAITarget:
    """Parses `https://HOST` or `openai:https://HOST/v1#MODEL`. Raises InputError."""
    if given.startswith("openai:"):
        url, _, model = given.removeprefix("openai:").partition("#")
        if not model:
            raise InputError(f"The target {given!r} names no model.", remedy=_REMEDY)
        _check_url(url, given)
        return OpenAITarget(url, model, library, key)
    _check_url(given, given)
    return ChatTarget(given)


def _check_url(url: str, given: str) -> None:
    parts = urllib.parse.urlparse(url)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise InputError(f"The target {given!r} is no URL.", remedy=_REMEDY)
