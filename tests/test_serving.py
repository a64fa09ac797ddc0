"""The bot that ships, on the corpus that ships, with the weights that ship: in processes of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from tests.free_ports import find_port

ROOT = Path(__file__).resolve().parents[1]
pytestmark = pytest.mark.weights

SERVE = """
import sys
from fastapi.testclient import TestClient
from isletbot.settings import load_settings
from isletbot.wiring import make_app

client = TestClient(make_app(load_settings()))
ask = lambda text: client.post("/v1/chat", json={"messages": [{"role": "user", "content": text}]})
assert client.get("/readyz").status_code == 200, client.get("/readyz").text
asked = ("What is zimislecel?", "My mother is unconscious!", "\\x00", "🙂", "ما هو زيميسليسيل؟")
replies = [ask(text) for text in asked]
assert all(reply.status_code in (200, 422) for reply in replies), [reply.text for reply in replies]
assert replies[0].json()["kind"] == "answered", replies[0].text
assert replies[1].json()["kind"] == "urgent", replies[1].text
unneeded = {"torch", "transformers", "sentence_transformers", "optimum", "openai", "anthropic", "ollama", "langchain"}
assert not unneeded & set(sys.modules), f"serving imported {sorted(unneeded & set(sys.modules))}"
"""


@pytest.fixture(scope="session")
def environment(built: Path) -> dict[str, str]:
    """With the weights exported and the index built."""
    env = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "ISLETBOT_DATA_DIR": str(built), "HF_HUB_OFFLINE": "1"}
    subprocess.run([sys.executable, "-m", "isletbot", "index"], env=env, check=True, timeout=300, capture_output=True)
    return env


def run(environment: dict[str, str], *words: str | bytes) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *words], env=environment, capture_output=True, text=True, timeout=120)


def test_serving_imports_nothing_that_only_building_or_a_chat_model_needs(environment: dict[str, str]) -> None:
    done = run(environment, "-c", SERVE)
    assert done.returncode == 0, done.stderr


def test_ask_answers_from_the_shipped_corpus_with_exact_quotes(environment: dict[str, str]) -> None:
    done = run(environment, "-m", "isletbot", "ask", "--json", "How many people could stop insulin?")
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer["kind"] == "answered"
    for citation in answer["citations"]:
        source = (ROOT / "corpus" / f"{citation['source_id']}.md").read_bytes().decode("utf-8")
        assert source[citation["start"] : citation["end"]] == citation["quote"]


@pytest.mark.parametrize(
    "question", ["", "   ", "x" * 100_000, "\u200b", "<script>alert(1)</script>", "🙂🙂", "؟" * 50]
)
def test_an_odd_question_gets_an_honest_reply_or_a_clear_error(
    environment: dict[str, str], question: str | bytes
) -> None:
    done = run(environment, "-m", "isletbot", "ask", question)
    assert done.returncode in (0, 2)
    assert "Traceback" not in done.stderr
    assert done.stdout if done.returncode == 0 else done.stderr.startswith("isletbot: ")


def read_metrics(port: int) -> str:
    return urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10).read().decode()


def test_serve_answers_writes_json_lines_and_keeps_its_figures_on_a_port_of_their_own(
    environment: dict[str, str],
) -> None:
    port, figures = find_port(), find_port()
    env = {**environment, "ISLETBOT_METRICS_PORT": str(figures)}
    command = [sys.executable, "-m", "isletbot", "serve", "--port", str(port)]
    process = subprocess.Popen(command, env=env, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stderr is not None
        assert any("startup complete" in line for line in process.stderr)
        body = json.dumps({"messages": [{"role": "user", "content": "What is zimislecel, zyzzogeton?"}]}).encode()
        asked = Request(f"http://127.0.0.1:{port}/v1/chat?zyzzogeton", body, {"Content-Type": "application/json"})
        assert json.load(urlopen(asked, timeout=60))["kind"]
        assert 'isletbot_requests_total{route="/v1/chat",status="200"} 1.0' in read_metrics(figures)
    finally:
        process.terminate()
        _, written = process.communicate(timeout=30)
    lines = [json.loads(line) for line in written.splitlines()]
    assert [line["route"] for line in lines if line["event"] == "request"] == ["/v1/chat"]
    assert "zyzzogeton" not in written


def test_doctor_finds_everything_in_order(environment: dict[str, str]) -> None:
    done = run(environment, "-m", "isletbot", "doctor")
    assert done.returncode == 0, done.stdout + done.stderr
