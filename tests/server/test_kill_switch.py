from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from isletbot.__main__ import app
from isletbot.server.kill_switch import FileKillSwitch, KillSwitchedBot
from isletbot.storage.sql_kill_switch import SqlKillSwitch
from isletbot.storage.sql_records import SqlRecords
from isletbot.types import Question
from tests.scripted import ScriptedBot, an_answer
from tests.server.conftest import EMERGENCY, an_app

OFF = "Questions are not being answered at the moment. To talk to a person, ask the clinic."


def is_urgent(question: Question) -> bool:
    return "unconscious" in question.text


@pytest.fixture
def switch(tmp_path: Path) -> FileKillSwitch:
    return FileKillSwitch(tmp_path / "shared" / "switched-off")


@pytest.fixture
def client(switch: FileKillSwitch) -> TestClient:
    bot = ScriptedBot([an_answer("urgent")])
    return TestClient(an_app(KillSwitchedBot(bot, switch, is_urgent, OFF)))


def ask(client: TestClient, text: str, path: str = "/v1/chat") -> tuple[int, str]:
    body = {"model": "isletbot", "messages": [{"role": "user", "content": text}]}
    if path == "/v1/chat":
        del body["model"]
    response = client.post(path, json=body)
    return response.status_code, response.text


@pytest.mark.parametrize("path", ["/v1/chat", "/v1/chat/completions"])
def test_when_it_is_off_every_way_to_ask_gives_the_emergency_line_and_the_contact(
    client: TestClient, switch: FileKillSwitch, path: str
) -> None:
    switch.turn_off()
    status, text = ask(client, "How many came off insulin?", path)
    assert status == 503
    assert '"code":"switched_off"' in text
    assert "ask the clinic" in text
    assert EMERGENCY in text


def test_an_urgent_question_gets_its_urgent_reply_all_the_same(client: TestClient, switch: FileKillSwitch) -> None:
    switch.turn_off()
    status, text = ask(client, "My mother is unconscious!")
    assert status == 200
    assert '"kind":"urgent"' in text


def test_it_holds_from_the_next_question_on_and_for_every_replica(client: TestClient, switch: FileKillSwitch) -> None:
    other = FileKillSwitch(switch._path)
    seen = []
    for turn in (other.turn_off, other.turn_off, other.turn_on, other.turn_on):
        turn()
        seen.append(ask(client, "Hi")[0])
    assert seen == [503, 503, 200, 200]


def test_what_asks_nothing_of_the_bot_goes_on(client: TestClient, switch: FileKillSwitch) -> None:
    switch.turn_off()
    assert [client.get(path).status_code for path in ("/healthz", "/v1/sources")] == [200] * 2


def test_the_commands_turn_it_off_and_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ISLETBOT_DATA_DIR", str(tmp_path))
    states = []
    for word in ("off", "on"):
        result = CliRunner().invoke(app, ["switch", word])
        assert result.exit_code == 0
        records = SqlRecords.open(None, tmp_path)
        states.append(SqlKillSwitch(records.database, tmp_path / "off").off)
        records.close()
    assert states == [True, False]


def test_with_the_records_away_it_is_off_by_its_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ISLETBOT_SWITCH_FILE", str(tmp_path / "off"))
    monkeypatch.setenv("ISLETBOT_RECORDS_URL", "postgresql://127.0.0.1:1/records")
    result = CliRunner().invoke(app, ["switch", "off"])
    assert result.exit_code == 0, result.output
    assert "ISLETBOT_SWITCH_FILE" in result.output
    assert FileKillSwitch(tmp_path / "off").off
