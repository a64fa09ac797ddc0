"""Calls chat models of any provider, with timeouts, retries and cancellation that ends the call."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncGenerator, Callable, Generator, Mapping
from contextlib import aclosing
from contextvars import Context
from dataclasses import dataclass
from functools import lru_cache
from queue import Empty, SimpleQueue
from typing import Any, cast

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessageChunk, HumanMessage, SystemMessage
from langsmith import tracing_context
from tenacity import AsyncRetrying, retry_if_exception, stop_after_attempt, wait_random_exponential

from isletbot.errors import Cause, ChatTrouble, SettingsError
from isletbot.inference.breaker import Breaker
from isletbot.inference.budget import Budget, BudgetLimits
from isletbot.inference.chat_trouble import may_pass, name_trouble
from isletbot.inference.structured import Structured

_LOOK = 0.02
"""Seconds between two checks whether anybody still waits."""
_GRACE = 0.5
"""Seconds past the deadline that the background loop is waited for."""
_LONGEST_RETRY_WAIT = 2.0
_HOME = {
    "openai": "https://api.openai.com/v1",
    "anthropic": "https://api.anthropic.com",
    "ollama": "http://127.0.0.1:11434",
}
"""Passed explicitly, so that a provider's own environment variable sends no question elsewhere."""
_FAILURES: frozenset[Cause] = frozenset({"down", "refused", "silent", "slow", "broken"})
"""Causes that count against the model; a spent budget and a person who left do not."""


@dataclass(frozen=True, slots=True)
class Timeouts:
    silence_seconds: float
    reply_seconds: float
    retries: int


def open_chat_model(chosen: str, base_url: str, key: str, limits: BudgetLimits, timeouts: Timeouts) -> BaseChatModel:
    """Opens the LangChain model named `provider:name`. Raises SettingsError for a missing package or key."""
    provider, _, name = chosen.partition(":")
    if not (key or base_url or provider == "ollama"):
        raise SettingsError(f"ISLETBOT_CHAT_MODEL is {chosen!r}, which needs a key. Set ISLETBOT_CHAT_API_KEY.")
    most = {"max_tokens": limits.output_tokens} if limits.output_tokens else {}
    how: dict[str, Any] = {"base_url": base_url or _HOME[provider], **most}
    if provider == "ollama":
        how = {"base_url": how["base_url"], "num_predict": limits.output_tokens or -1}
        how["client_kwargs"] = {"timeout": timeouts.reply_seconds}
        if key:
            how["client_kwargs"]["headers"] = {"Authorization": f"Bearer {key}"}
    else:
        how |= {"api_key": key or "none", "max_retries": 0, "timeout": timeouts.reply_seconds}
    if provider == "openai" and not base_url:
        how["stream_usage"] = True  # other servers of this protocol may refuse the option
    try:
        from langchain.chat_models import init_chat_model

        model: BaseChatModel = init_chat_model(name, model_provider=provider, **how)
    except ImportError as error:
        raise SettingsError(
            f"ISLETBOT_CHAT_MODEL is {chosen!r}: its package is not installed. Run: pip install 'isletbot[{provider}]'"
        ) from error
    return model


class LangChainChat:
    """Adapts any LangChain chat model to the `ChatModel` port. Safe to use from many threads."""

    def __init__(
        self, model: BaseChatModel, limits: BudgetLimits, timeouts: Timeouts, breaker: Breaker, provider: str = ""
    ) -> None:
        self.model = model
        self.limits = limits
        self.timeouts = timeouts
        self.breaker = breaker
        self.structured = Structured(provider)

    def begin(self, cancelled: Callable[[], bool], form: Mapping[str, object] | None = None) -> _LiveWriting:
        return _LiveWriting(self, cancelled, form)


class _LiveWriting:
    def __init__(self, chat: LangChainChat, cancelled: Callable[[], bool], form: Mapping[str, object] | None) -> None:
        self._chat = chat
        self._form = form
        self._cancelled = cancelled
        self._deadline = time.monotonic() + chat.timeouts.reply_seconds
        self._budget = Budget(chat.limits)

    @property
    def tokens(self) -> tuple[int, int]:
        return self._budget.input_tokens, self._budget.output_tokens

    def stream(self, system: str, user: str) -> Generator[str]:
        breaker = self._chat.breaker
        self._budget.send(system, user)
        breaker.enter()
        try:
            yield from self._follow(system, user)
        except ChatTrouble as trouble:
            if trouble.cause in _FAILURES:
                breaker.fail(trouble)
            raise
        except GeneratorExit:
            breaker.succeed()  # it wrote, and enough was read
            raise
        breaker.succeed()

    def _follow(self, system: str, user: str) -> Generator[str]:
        written: SimpleQueue[str | ChatTrouble | None] = SimpleQueue()
        call = _Call(self._chat, self._deadline, self._budget, written.put, self._form)
        # In an empty context: nothing that watches the line (callbacks, tracers) watches the call.
        running = Context().run(asyncio.run_coroutine_threadsafe, call.run(system, user), _loop())
        try:
            while (item := self._wait(written)) is not None:
                if isinstance(item, ChatTrouble):
                    raise item
                yield item
        finally:
            running.cancel()

    def _wait(self, written: SimpleQueue[str | ChatTrouble | None]) -> str | ChatTrouble | None:
        while True:
            if self._cancelled():
                return ChatTrouble("cancelled", "nobody waits any more")
            try:
                return written.get(timeout=_LOOK)
            except Empty:
                if time.monotonic() > self._deadline + _GRACE:
                    return _too_slow(self._chat.timeouts)


class _Call:
    """One call on the background loop; cancelling it closes the connection."""

    def __init__(
        self,
        chat: LangChainChat,
        deadline: float,
        budget: Budget,
        put: Callable[[str | ChatTrouble | None], None],
        form: Mapping[str, object] | None,
    ) -> None:
        self._chat = chat
        self._deadline = deadline
        self._budget = budget
        self._put = put
        self._form = form
        self._begun = False

    async def run(self, system: str, user: str) -> None:
        timeouts = self._chat.timeouts
        tries = AsyncRetrying(
            stop=stop_after_attempt(timeouts.retries + 1),
            wait=wait_random_exponential(multiplier=0.1, max=_LONGEST_RETRY_WAIT),
            retry=retry_if_exception(lambda error: not self._begun and may_pass(error)),
            reraise=True,
        )
        whole = asyncio.timeout_at(self._deadline)
        try:
            with tracing_context(enabled=False):
                async with whole:
                    async for attempt in tries:
                        with attempt:
                            await self._ask(system, user)
            self._put(None if self._begun else ChatTrouble("silent", "ended without a word"))
        except ChatTrouble as trouble:
            self._put(trouble)
        except Exception as error:  # whatever a provider raises, the quotes answer goes out instead
            self._put(_too_slow(timeouts) if whole.expired() else name_trouble(error, self._begun))

    async def _ask(self, system: str, user: str) -> None:
        """Once more, and less strictly, while the server refuses how it is to hold the model to the form."""
        structured = self._chat.structured
        while True:
            level = structured.level
            try:
                return await self._read(system, user, structured.options(self._form))
            except Exception as error:
                if self._begun or self._form is None or not structured.steps_down(error, level):
                    raise

    async def _read(self, system: str, user: str, options: Mapping[str, Any]) -> None:
        silence = self._chat.timeouts.silence_seconds
        messages = [SystemMessage(system), HumanMessage(user)]
        chunks = cast(
            "AsyncGenerator[AIMessageChunk]", self._chat.model.astream(messages, {"callbacks": []}, **options)
        )
        quiet = asyncio.timeout(silence)
        try:
            async with quiet, aclosing(chunks):
                async for chunk in chunks:
                    self._budget.take(chunk.text, chunk.usage_metadata)
                    if chunk.text:
                        self._begun = True
                        self._put(chunk.text)
                        quiet.reschedule(asyncio.get_running_loop().time() + silence)
        except TimeoutError:
            if quiet.expired():
                raise ChatTrouble("silent", f"no word for {silence:g} s") from None
            raise


def _too_slow(timeouts: Timeouts) -> ChatTrouble:
    return ChatTrouble("slow", f"timed out after {timeouts.reply_seconds:g} s")


_making_loop = threading.Lock()


def _loop() -> asyncio.AbstractEventLoop:
    with _making_loop:
        return _make_loop()


@lru_cache(maxsize=1)
def _make_loop() -> asyncio.AbstractEventLoop:
    """Makes one loop for the process: providers keep connections open between calls, and a connection belongs to its
    loop."""
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="chat models", daemon=True).start()
    return loop
