"""Deterministic fakes of the neural models, without weights; shipped so that others can test with them."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Generator, Mapping, Sequence
from typing import get_args

import numpy as np

from isletbot.messages import MessageRoute
from isletbot.ports import Vectors


class HashEmbeddings:
    """Gives each word a fixed pseudo-random direction and a text their mean, so that shared words mean nearness."""

    def __init__(self, dimensions: int = 384) -> None:
        self._dimensions = dimensions

    @property
    def digest(self) -> str:
        return f"words-{self._dimensions}"

    def embed(self, texts: Sequence[str]) -> Vectors:
        vectors = np.empty((len(texts), self._dimensions), dtype=np.float32)
        for row, text in enumerate(texts):
            total = np.sum([self._direction(word) for word in re.findall(r"\w+", text.lower()) or [""]], axis=0)
            vectors[row] = total / np.linalg.norm(total)
        return vectors

    def _direction(self, word: str) -> Vectors:
        seed = int.from_bytes(hashlib.sha256(word.encode()).digest()[:8], "big")
        return np.random.default_rng(seed).standard_normal(self._dimensions, dtype=np.float32)


class ScriptedChat:
    """A chat model that writes what `reply` returns for its two texts, word by word."""

    def __init__(self, reply: Callable[[str, str], str]) -> None:
        self._reply = reply

    def begin(self, cancelled: Callable[[], bool], form: Mapping[str, object] | None = None) -> _ScriptedWriting:
        return _ScriptedWriting(self._reply)


class _ScriptedWriting:
    def __init__(self, reply: Callable[[str, str], str]) -> None:
        self._reply = reply
        self._sent = self._written = 0

    def stream(self, system: str, user: str) -> Generator[str]:
        self._sent += len(f"{system} {user}".split())
        for word in re.findall(r"\S+\s*|\s+", self._reply(system, user)):
            self._written += 1
            yield word

    @property
    def tokens(self) -> tuple[int, int]:
        """Words stand for tokens."""
        return self._sent, self._written


_CANDIDATE = re.compile(r"^(?:ANSWER|STATEMENT) (\S+)$", re.MULTILINE)
_PASSAGE = re.compile(r"^PASSAGE (k\w+)[^\n]*\n(.*?)\nEND \1$", re.MULTILINE | re.DOTALL)


def echo_first(_system: str, user: str) -> str:
    """Picks the first answer or statement for a plan, or repeats the first passage: the least a model could do."""
    if named := _CANDIDATE.search(user):
        return json.dumps({"route": "answer", "say": [named[1]], "opening": "none"})
    key, text = _PASSAGE.findall(user)[0]
    return f"{text} [{key}]\n"


class ScriptedRelevance:
    """Scores a text by the share of the message's words that it has, unless `scores` names the text."""

    def __init__(self, scores: Mapping[str, float] | None = None) -> None:
        self._scores = scores or {}

    def score(self, message: str, texts: Sequence[str]) -> tuple[float, ...]:
        return tuple(self._scores.get(text, _share(message, text)) for text in texts)


class ScriptedRoutes:
    """Reads every message as `route`, for lines whose triage is not what a test is about."""

    def __init__(self, route: MessageRoute = "answer") -> None:
        self._scores = {name: 1.0 if name == route else 0.0 for name in get_args(MessageRoute)}

    def classify(self, vector: Vectors) -> Mapping[str, float]:
        return self._scores


def _share(message: str, text: str) -> float:
    asked = set(re.findall(r"\w+", message.lower()))
    return len(asked & set(re.findall(r"\w+", text.lower()))) / max(len(asked), 1)
