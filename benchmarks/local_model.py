"""What a model served on this machine is worth: a suite put to the bot with it and without it, by URL.

`python benchmarks/local_model.py URL MODEL [SUITE] [LIMIT] [--always] [--free] [--record FILE]`, as in
`python benchmarks/local_model.py http://127.0.0.1:8080/v1 qwen gold_fresh`. --record keeps what the model was asked and
wrote, a line a call, for the tests to play again.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Callable, Generator, Mapping
from pathlib import Path

from isletbot.evaluation.cases import find_suites, read_suite
from isletbot.evaluation.model_trial import tabulate_trial
from isletbot.ports import ChatModel, Writing
from isletbot.settings import Settings, load_settings
from isletbot.wiring.chat import make_chat_model
from isletbot.wiring.chat_trial import try_model

PATIENCE = 300.0
"""Seconds: without a graphics card a long prompt alone takes a minute on a busy machine."""
_QUESTION = re.compile(r"^QUESTION \S+\n(.*)\nEND \S+$", re.MULTILINE)


class RecordedChat:
    """Keeps each call, in `file`."""

    def __init__(self, chat: ChatModel, file: Path) -> None:
        self._chat = chat
        self.file = file

    def begin(self, cancelled: Callable[[], bool], form: Mapping[str, object] | None = None) -> RecordedWriting:
        return RecordedWriting(self._chat.begin(cancelled, form), self.file)


class RecordedWriting:
    def __init__(self, writing: Writing, file: Path) -> None:
        self._writing = writing
        self._file = file

    def stream(self, system: str, user: str) -> Generator[str]:
        written = ""
        for chunk in self._writing.stream(system, user):
            written += chunk
            yield chunk
        question = _QUESTION.findall(user)[-1]
        with self._file.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"question": question, "written": written}, ensure_ascii=False) + "\n")

    @property
    def tokens(self) -> tuple[int, int]:
        return self._writing.tokens


def read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("model")
    parser.add_argument("suite", nargs="?", default="gold_fresh")
    parser.add_argument("limit", nargs="?", type=int, default=0)
    parser.add_argument("--always", action="store_true", help="ask it of every question, not only in doubt")
    parser.add_argument("--free", action="store_true", help="let it word the answers")
    parser.add_argument("--record", type=Path)
    return parser.parse_args()


def make_settings(given: argparse.Namespace) -> Settings:
    return load_settings(
        chat_model=f"openai:{given.model}",
        chat_base_url=given.url,
        chat_writes="free" if given.free else "plan",
        chat_asked="always" if given.always else "unsure",
        chat_silence_seconds=PATIENCE,
        chat_reply_seconds=PATIENCE,
        chat_retries=0,
        chat_breaker_failures=1_000,
    )


def main() -> None:
    given = read_arguments()
    settings = make_settings(given)
    chat = make_chat_model(settings)
    chosen = [read_suite(path) for path in find_suites([given.suite], Path("evals"))]
    trial = try_model(
        settings,
        chosen,
        given.limit,
        lambda done, total, _suite: print(f"\r{done}/{total}", end="", flush=True),
        chat=RecordedChat(chat, given.record) if given.record else chat,
    )
    print(f"\n{given.model}, {given.suite}\n{tabulate_trial(trial)}")


if __name__ == "__main__":
    main()
