"""What can go wrong, as a tree. Every message names the value, the rule and the remedy.

IsletbotError
├── UserError              the caller can mend it: shown without a traceback, exit status 2, HTTP 4xx
│   ├── SettingsError      a setting is missing or out of range
│   ├── CorpusError        digests or cautions break a rule; carries every problem, not the first
│   ├── FetchError         a document cannot be fetched from its address
│   ├── InputError         a question, history or file is not of the form asked for
│   └── IndexNotReady      no index, or one of another format, corpus or weights
├── RecordsError           the database of the records cannot be opened, read or written
├── Unavailable            questions cannot be answered just now, HTTP 503 with Retry-After
│   └── IndexAway          the Chroma server that holds the index does not answer, or refuses
├── ChatTrouble            a chat model gave no reply, or not a whole one: for the trace, never for a person
├── IndexCorrupt           the index on disk is not what was written; never served
└── WeightsError           weights are missing, of another hash, or cannot be exported here
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


class IsletbotError(Exception):
    """Base of every error of ours."""


class UserError(IsletbotError):
    """The caller's mistake: the message says how to mend it."""


class SettingsError(UserError):
    """A setting is missing or out of range."""


FetchCause = Literal[
    "address", "robots", "redirects", "unreachable", "missing", "refused", "busy", "slow", "large", "type", "broken"
]


class FetchError(UserError):
    """A document cannot be fetched; nothing of it was kept."""

    def __init__(self, cause: FetchCause, message: str, remedy: str) -> None:
        super().__init__(f"{message} {remedy}")
        self.cause = cause


class InputError(UserError):
    """A question, a history or an input file is not of the form asked for."""

    def __init__(self, message: str, *, code: str = "bad_input", remedy: str = "", param: str = "") -> None:
        """`param` names the field that is wrong, for protocols whose errors have a place for it."""
        super().__init__(f"{message} {remedy}".strip())
        self.code = code
        self.message = message
        self.remedy = remedy
        self.param = param


class IndexNotReady(UserError):
    """There is no index that fits the corpus, the weights and this version."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One broken rule in the corpus."""

    file: str
    line: int
    rule: str
    value: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.rule}: {self.value!r}. {self.remedy}"


class CorpusError(UserError):
    """Digests or cautions break a rule. Nothing was indexed; an older index stays as it was."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


class Unavailable(IsletbotError):
    """Questions cannot be answered just now; nobody made a mistake."""

    def __init__(self, message: str, *, code: str, remedy: str) -> None:
        super().__init__(f"{message} {remedy}")
        self.code = code
        self.message = message
        self.remedy = remedy


class IndexAway(Unavailable):
    """The Chroma server that holds the index does not answer, or refuses to."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message, code="not_ready", remedy=remedy)


Cause = Literal["down", "refused", "silent", "slow", "broken", "over budget", "resting", "cancelled"]


class ChatTrouble(IsletbotError):
    """A chat model gave no reply, or not a whole one. Holds nothing that the model or its server wrote."""

    def __init__(self, cause: Cause, message: str) -> None:
        super().__init__(message)
        self.cause = cause


class IndexCorrupt(IsletbotError):
    """The index on disk is not what was written."""


class RecordsError(IsletbotError):
    """The database of the records cannot be opened, read or written. Carries nothing that people wrote."""


class WeightsError(IsletbotError):
    """Weights are missing, of another hash than pinned, or cannot be exported here."""
