"""A chat model on one side, a person on the other, both over real HTTP."""

from __future__ import annotations

import threading
from pathlib import Path

import httpx
import pytest

from isletbot.settings import load_settings
from isletbot.wiring import make_app
from tests.builders import DEATHS, INDEPENDENCE, a_corpus
from tests.model_server import Stage, play
from tests.server.events import read_events
from tests.server.live import serve_live

pytestmark = pytest.mark.weights
BOTH = {"messages": [{"role": "user", "content": "Did anyone come off insulin? Did anyone die?"}]}
STREAM = {"accept": "text/event-stream"}


def test_a_person_reads_the_first_sentence_before_the_model_has_written_its_second(built: Path, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "weights").symlink_to(built / "weights")
    read_first = threading.Event()
    waited = []

    def waits(stage: Stage) -> None:
        first, second = (
            next((text, key) for text, key in stage.passages.items() if said in text) for said in (INDEPENDENCE, DEATHS)
        )
        stage.say(f"A: {first[0]} [{first[1]}]\n")
        waited.append(read_first.wait(20))
        stage.say(f"B: {second[0]} [{second[1]}]\n")
        stage.end()

    with play(waits) as model:
        settings = load_settings(
            data_dir=tmp_path / "data",
            corpus_dir=a_corpus(tmp_path),  # it has no approved answers, which would come before the model
            chat_model="openai:test",
            chat_writes="free",
            chat_base_url=f"{model.url}/v1",
            chat_silence_seconds=30,
            chat_reply_seconds=60,
        )
        with (
            serve_live(make_app(settings)) as url,
            httpx.stream("POST", f"{url}/v1/chat", json=BOTH, headers=STREAM, timeout=60) as response,
        ):
            said, answer = [], {}
            for event, data in read_events(response.iter_lines()):
                if event == "sentence":
                    said.append(data)
                    read_first.set()
                elif event == "answer":
                    answer = data
    assert waited == [True]
    assert len(said) == 2
    assert answer["composer"] == "model"
    assert [sentence["text"] for sentence in answer["sentences"]] == [sentence["text"] for sentence in said]
