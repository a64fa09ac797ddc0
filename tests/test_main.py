import json
import os
import socket
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

import isletbot
from isletbot.__main__ import app
from isletbot.errors import IndexCorrupt, InputError
from isletbot.server.wire import HealthCheck, answer_to_json
from tests.builders import ANSWERS, a_corpus, a_digest
from tests.scripted import WORDS, ScriptedBot, an_answer


def run(*words: str, typed: str | None = None) -> Result:
    result = CliRunner().invoke(app, list(words), input=typed)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


@pytest.fixture
def bot(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ScriptedBot:
    """What the wiring gives to every command."""
    scripted = ScriptedBot()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("isletbot.wiring.make_bot", lambda _settings, _progress=None: scripted)
    return scripted


@pytest.fixture
def corpus(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    folder = a_corpus(tmp_path)
    monkeypatch.setenv("ISLETBOT_CORPUS_DIR", str(folder))
    monkeypatch.setenv("ISLETBOT_DATA_DIR", str(tmp_path / "data"))
    return folder


def test_ask_prints_the_answer_with_its_sources(bot: ScriptedBot) -> None:
    result = run("ask", "How many came off insulin?")
    assert result.exit_code == 0
    assert bot.asked == [("How many came off insulin?", ())]
    assert "FROM THE SOURCES" in result.stdout
    assert "[1] Stem Cell-Derived" in result.stdout


def test_ask_json_prints_one_answer_in_the_contracts_form(bot: ScriptedBot) -> None:
    assert json.loads(run("ask", "--json", "How many?").stdout) == answer_to_json(an_answer())


@pytest.mark.parametrize("words", [["ask"], ["ask", "Hi", "--jsonl", "in", "out"]])
def test_ask_wants_a_question_or_a_file_and_not_both(bot: ScriptedBot, words: list[str]) -> None:
    result = run(*words)
    assert result.exit_code == 2
    assert "isletbot ask --jsonl IN OUT" in result.stderr


def test_a_question_the_bot_does_not_take_ends_with_its_remedy(bot: ScriptedBot) -> None:
    bot.answers = [InputError("The question is empty.", remedy="Write a question.")]
    result = run("ask", "")
    assert result.exit_code == 2
    assert result.stderr == "isletbot: The question is empty. Write a question.\n"
    assert result.stdout == ""


def test_a_broken_index_ends_with_its_remedy(bot: ScriptedBot) -> None:
    bot.answers = [IndexCorrupt("corpus.json is not what was written. Run: isletbot index --rebuild")]
    result = run("ask", "Hi")
    assert result.exit_code == 2
    assert "isletbot index --rebuild" in result.stderr


def test_a_wrong_setting_ends_with_its_remedy(bot: ScriptedBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ISLETBOT_PORT", "many")
    result = run("ask", "Hi")
    assert result.exit_code == 2
    assert "ISLETBOT_PORT is 'many'" in result.stderr


def write_lines(path: Path, *lines: str) -> str:
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return str(path)


def test_a_file_of_conversations_gets_a_line_each(bot: ScriptedBot, tmp_path: Path) -> None:
    source = write_lines(tmp_path / "in", '{"id": "a", "turns": ["One?"]}', '{"id": "b", "turns": ["One?", "Two?"]}')
    result = run("ask", "--jsonl", source, str(tmp_path / "out"))
    assert result.exit_code == 0
    lines = [json.loads(line) for line in (tmp_path / "out").read_text("utf-8").splitlines()]
    assert lines == [{"id": name, "reply": answer_to_json(an_answer())} for name in ("a", "b")]
    assert len(bot.asked) == 3


def test_bad_lines_are_reported_by_number_and_the_others_run(bot: ScriptedBot, tmp_path: Path) -> None:
    source = write_lines(tmp_path / "in", "nonsense", '{"id": "b", "turns": ["Hi"]}', '{"turns": ["Hi"]}')
    result = run("ask", "--jsonl", source, str(tmp_path / "out"))
    assert result.exit_code == 2
    assert f"{source}:1: not JSON" in result.stderr
    assert f"{source}:3: `id` is None" in result.stderr
    assert "2 of 3 lines were left out" in result.stderr
    assert [json.loads(line)["id"] for line in (tmp_path / "out").read_text("utf-8").splitlines()] == ["b"]


@pytest.mark.parametrize(
    ("source", "target", "named"),
    [("nowhere", "out", "'nowhere' cannot be read"), ("in", "no/out", "cannot be written"), ("in", "in", "both")],
)
def test_a_file_that_cannot_be_used_is_named(
    bot: ScriptedBot, tmp_path: Path, source: str, target: str, named: str
) -> None:
    write_lines(tmp_path / "in", '{"id": "a", "turns": ["Hi"]}')
    result = run("ask", "--jsonl", source, target)
    assert result.exit_code == 2
    assert named in result.stderr


def test_chat_talks_until_the_end_of_the_input(bot: ScriptedBot) -> None:
    result = run("chat", typed="How many?\nAnd then?\n")
    assert result.exit_code == 0
    assert WORDS[:30] in result.stdout
    assert [len(history) for _, history in bot.asked] == [0, 2]


def test_corpus_check_says_what_it_read(corpus: Path) -> None:
    result = run("corpus", "check")
    assert result.exit_code == 0
    assert "2 sources, 3 statements, 1 cautions" in result.stdout


def test_corpus_check_names_a_link_that_leads_to_a_home_page(corpus: Path) -> None:
    a_corpus(corpus.parent, paper_md=a_digest(url="https://www.journal.example/"))
    result = run("corpus", "check")
    assert result.exit_code == 0
    assert "its link leads to a home page, https://www.journal.example/" in result.stderr
    a_corpus(corpus.parent, paper_md=a_digest(url="https://www.journal.example/?article=7"))
    assert "home page" not in run("corpus", "check").stderr


def test_corpus_check_names_every_broken_rule(corpus: Path) -> None:
    a_corpus(corpus.parent, paper_md=a_digest(evidence="rumour"), glossary_yaml="same: 7\n")
    result = run("corpus", "check")
    assert result.exit_code == 2
    assert "paper.md" in result.stderr
    assert "glossary.yaml" in result.stderr
    assert "Traceback" not in result.output


def test_corpus_list_shows_every_source(corpus: Path) -> None:
    lines = run("corpus", "list").stdout.splitlines()
    assert [line.split()[0] for line in lines] == ["paper", "release"]
    assert "approved" in lines[0]
    assert "2 statements" in lines[0]


def test_index_reports_what_it_made_and_what_it_reused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from isletbot.corpus import Withheld
    from isletbot.ingestion.ingest import IndexReport

    made: list[bool] = []
    gone = Withheld("cure", "expired", "on 2026-01-31.")

    def make_index(_settings: Any, progress: Any, rebuild: bool) -> IndexReport:
        made.append(rebuild)
        progress("embedding", 8, 8)
        return IndexReport(
            version="v1", passages=3, vectors=10, embedded=8, reused=2, answers=1, withheld=(gone,), seconds=0.5
        )

    monkeypatch.setattr("isletbot.wiring.make_index", make_index)
    result = run("index", "--rebuild")
    assert made == [True]
    assert result.stdout == "index v1: 3 passages, 1 approved answers, 8 vectors made, 2 reused, 0.5 s\n"
    assert result.stderr == "embedding 8/8\nnot served: cure: expired: on 2026-01-31.\n"


@pytest.mark.parametrize(
    ("answers", "status", "said"),
    [
        (ANSWERS, 0, "served, review by 20 November 2027"),
        (
            ANSWERS.replace("review_due: 2027-11-20", "review_due: 2026-11-20"),
            0,
            "due for review since 20 November 2026",
        ),
        (ANSWERS.replace("approved_by: Bo", "approved_by:"), 0, "not served: not approved"),
        (ANSWERS.replace("expires: 2027-01-31", "expires: 2026-11-19"), 1, "not served: expired"),
        (ANSWERS.replace("built_on: [", "built_on: [x"), 1, "not served: changed"),
    ],
)
def test_corpus_check_lists_the_answers_and_ends_with_1_when_one_is_served_no_more(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, answers: str, status: int, said: str
) -> None:
    class Today(date):
        @classmethod
        def today(cls) -> date:
            return date(2026, 11, 21)

    monkeypatch.setattr("isletbot.terminal.corpus.date", Today)
    monkeypatch.setenv("ISLETBOT_CORPUS_DIR", str(a_corpus(tmp_path, answers=answers)))
    result = run("corpus", "check")
    assert result.exit_code == status
    assert said in result.output


def test_doctor_falls_short_when_a_check_does(monkeypatch: pytest.MonkeyPatch) -> None:
    checks = (
        HealthCheck("corpus", True, "3 statements", ""),
        HealthCheck("index", False, "There is none.", "Run: isletbot index"),
    )
    monkeypatch.setattr("isletbot.wiring.diagnose", lambda _settings: checks)
    result = run("doctor")
    assert result.exit_code == 1
    assert "ok    corpus" in result.stdout
    assert "FAIL  index" in result.stdout
    assert "Run: isletbot index" in result.stderr


def test_serve_names_a_port_that_is_taken() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = run("serve", "--port", str(port))
    assert result.exit_code == 2
    assert f"127.0.0.1:{port}" in result.stderr
    assert "--port" in result.stderr


def test_an_unknown_command_or_option_is_the_callers_mistake() -> None:
    assert run("aks", "Hi").exit_code == 2
    assert run("ask", "Hi", "--jsno").exit_code == 2


def test_help_and_the_python_package_load_none_of_the_rooms() -> None:
    program = "import sys, isletbot.__main__ as m; print(*sorted(n for n in sys.modules if '.' not in n))"
    env = {**os.environ, "PYTHONPATH": str(Path(isletbot.__file__).parents[1])}
    done = subprocess.run([sys.executable, "-c", program], env=env, capture_output=True, text=True, check=True)
    assert not {"fastapi", "chromadb", "langgraph", "onnxruntime", "numpy", "pydantic"} & set(done.stdout.split())


@pytest.mark.weights
def test_triage_names_the_rule_and_how_the_text_is_read(
    monkeypatch: pytest.MonkeyPatch, weights: Path, test_cache: Path
) -> None:
    monkeypatch.setenv("ISLETBOT_DATA_DIR", str(test_cache))
    told = run("triage", "Should I lower my dose?", "come on").stdout
    assert "route     personal\nrule      read-personal\n" in told
    told = run("triage", "My husband is unconscious").stdout
    assert "rule      E1-unconscious-unsure\n" in told
    assert "says      urgent-emergency\n" in told
    assert "read as   emergency" in told
    assert "found     'passed out'\n" in run("triage", "--explain", "My husband passed out").stdout


def test_an_emergency_is_answered_though_there_is_no_bot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ISLETBOT_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("ISLETBOT_CORPUS_DIR", str(tmp_path / "none"))
    for text in ("I have severe chest pain", "He passed out"):
        urgent = run("ask", text)
        assert urgent.exit_code == 0
        assert "911" in urgent.stdout
    assert run("ask", "Who paid for the trial?").exit_code == 2
