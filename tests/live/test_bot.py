"""A running server follows what staff decide about sources, and an index that is built beside it."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text
from typer.testing import CliRunner

from isletbot.__main__ import app
from isletbot.answering.graph import Bot
from isletbot.curation.sources import SourceDecision, Sources
from isletbot.errors import IndexCorrupt, RecordsError
from isletbot.live.bot import LiveBot
from isletbot.live.index_watcher import IndexWatcher
from isletbot.ports import PassageIndex
from isletbot.settings import Settings, load_settings
from isletbot.storage.sql_kill_switch import SqlKillSwitch
from isletbot.storage.sql_sources import SqlSources
from isletbot.types import Question
from isletbot.wiring import make_app, make_bot, make_index
from isletbot.wiring.composers import make_rebuild
from isletbot.wiring.filled_prompts import open_prompts
from tests.built import copy_built
from tests.kept import NOW
from tests.server.contexts import open_fleeting

pytestmark = pytest.mark.weights
ROOT = Path(__file__).parents[2]
ASKED = "Did anyone die in the trial?"
WITHIN_SECONDS = 5
FREELY = dict.fromkeys(("address_rate", "total_rate"), "100000/second")


@pytest.fixture
def settings(tmp_path: Path, built: Path) -> Settings:
    """A corpus and data of its own, to be changed."""
    shutil.copytree(ROOT / "corpus", tmp_path / "corpus")
    copy_built(built, tmp_path / "data")
    return load_settings(data_dir=tmp_path / "data", corpus_dir=tmp_path / "corpus", **FREELY)


@pytest.fixture
def replicas(settings: Settings, bot: Bot) -> Iterator[tuple[TestClient, TestClient]]:
    """Two servers over the same records and the same index."""
    with TestClient(make_app(settings)) as one, TestClient(make_app(settings)) as other:
        yield one, other


def cited(client: TestClient) -> set[str]:
    reply = client.post("/v1/chat", json={"messages": [{"role": "user", "content": ASKED}]}).json()
    return {citation["source_id"] for citation in reply["citations"]}


def listed(client: TestClient) -> dict[str, str]:
    sources = client.get("/v1/sources").json()["sources"]
    return {source["id"]: source["source_version"] for source in sources}


def wait_for(condition: Callable[[], bool]) -> None:
    begun = time.monotonic()
    while not condition():
        assert time.monotonic() - begun < WITHIN_SECONDS, "not within five seconds"


def corpus(settings: Settings, monkeypatch: pytest.MonkeyPatch, *words: str) -> str:
    monkeypatch.setenv("ISLETBOT_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("ISLETBOT_CORPUS_DIR", str(settings.corpus_dir))
    done = CliRunner().invoke(app, ["corpus", *words])
    assert done.exit_code == 0, done.output
    return done.output


def test_a_source_withdrawn_at_the_command_line_is_out_of_every_reply_of_every_server_within_seconds(
    replicas: tuple[TestClient, TestClient], settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    for client in replicas:
        assert "nejm-2025" in cited(client)
    corpus(settings, monkeypatch, "withdraw", "nejm-2025", "--why", "retracted")
    for client in replicas:
        wait_for(lambda client=client: "nejm-2025" not in cited(client))  # type: ignore[misc]
        assert "nejm-2025" not in listed(client)
        assert client.get("/v1/sources/nejm-2025").status_code == 404
    assert any(
        line.split()[:2] == ["nejm-2025", "withdrawn"] for line in corpus(settings, monkeypatch, "list").splitlines()
    )
    said = make_bot(settings).ask(ASKED)
    assert "nejm-2025" not in {citation.source.id for citation in said.citations}
    corpus(settings, monkeypatch, "approve", "nejm-2025")
    for client in replicas:
        wait_for(lambda client=client: "nejm-2025" in cited(client))  # type: ignore[misc]


def test_a_running_server_opens_an_index_that_is_built_beside_it(
    replicas: tuple[TestClient, TestClient], settings: Settings
) -> None:
    before = listed(replicas[0])["nejm-2025"]
    digest = settings.corpus_dir / "nejm-2025.md"
    digest.write_text(digest.read_text("utf-8").replace("insulin independent", "free of insulin"), "utf-8")
    make_index(settings)
    for client in replicas:
        wait_for(lambda client=client: listed(client)["nejm-2025"] != before)  # type: ignore[misc]
        assert client.post("/v1/chat", json={"messages": [{"role": "user", "content": ASKED}]}).status_code == 200


def test_a_draft_is_approved_in_its_file(settings: Settings, monkeypatch: pytest.MonkeyPatch, bot: Bot) -> None:
    digest = settings.corpus_dir / "vertex-2025.md"
    digest.write_text(digest.read_text("utf-8").replace("status: approved", "status: draft"), "utf-8")
    corpus(settings, monkeypatch, "approve", "vertex-2025")
    assert "status: approved" in digest.read_text("utf-8")
    assert "vertex-2025" in {source.id for source in make_bot(settings).line.index.sources}


def test_a_source_that_is_none_is_refused(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ISLETBOT_DATA_DIR", str(settings.data_dir))
    done = CliRunner().invoke(app, ["corpus", "withdraw", "no-such"])
    assert done.exit_code == 2
    assert "There is no source 'no-such'" in done.output


class Away:
    """Records that come and go."""

    def __init__(self, sources: Sources) -> None:
        self.sources, self.away = sources, False

    def list_decisions(self) -> object:
        if self.away:
            raise RecordsError("The records are away.")
        return self.sources.list_decisions()

    def list_reviews(self) -> object:
        return self.sources.list_reviews()


def a_live_bot(bot: Bot, sources: object, folders: list[Path], reopened: PassageIndex | Exception) -> LiveBot:
    def reopen() -> PassageIndex:
        if isinstance(reopened, Exception):
            raise reopened
        return reopened

    seconds = iter(range(0, 10_000, 10))
    watcher = IndexWatcher(bot.line.index, sources, lambda: folders[-1], reopen, lambda: next(seconds))  # type: ignore[arg-type]
    return LiveBot(bot.line, watcher, make_rebuild(load_settings(), open_prompts(load_settings())))


def test_what_was_withdrawn_stays_so_while_the_records_are_away(bot: Bot, caplog: pytest.LogCaptureFixture) -> None:
    records = open_fleeting()
    sources = SqlSources(records.database)
    away = Away(sources)  # type: ignore[arg-type]
    live = a_live_bot(bot, away, [Path("one")], bot.line.index)
    sources.decide(SourceDecision("nejm-2025", "withdrawn", "anna", NOW, "retracted"))
    assert "nejm-2025" not in {source.id for source in live.line.index.sources}
    away.away = True
    assert "nejm-2025" not in {source.id for source in live.line.index.sources}
    assert "The records are away." in caplog.text
    records.close()


def test_an_index_that_cannot_be_opened_leaves_the_one_before_serving(
    bot: Bot, caplog: pytest.LogCaptureFixture
) -> None:
    records = open_fleeting()
    folders = [Path("one")]
    live = a_live_bot(bot, SqlSources(records.database), folders, IndexCorrupt("It was cut short."))
    folders.append(Path("two"))
    assert live.ask(Question(ASKED)).kind == "answered"
    assert live.line.index.version == bot.line.index.version
    assert "It was cut short." in caplog.text
    records.close()


def test_the_switch_is_seen_by_every_server_and_its_file_by_its_own(tmp_path: Path) -> None:
    records = open_fleeting()
    seconds = iter(range(0, 10_000, 10))
    one, other = (SqlKillSwitch(records.database, tmp_path / "off", lambda: next(seconds)) for _ in range(2))
    one.turn_off()
    assert (one.off, other.off) == (True, True)
    other.turn_on()
    assert (one.off, other.off) == (False, False)
    (tmp_path / "off").touch()
    records.database.close()
    assert one.off
    records.close()


def test_the_switch_stays_as_it_was_while_the_records_are_away(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    records = open_fleeting()
    seconds = iter(range(0, 10_000, 10))
    switch = SqlKillSwitch(records.database, tmp_path / "off", lambda: next(seconds))
    switch.turn_off()
    assert switch.off
    with records.database.write() as connection:
        connection.execute(text("DROP TABLE kill_switch"))
    assert switch.off
    assert "cannot be read" in caplog.text
    records.close()
