"""A backup brings back everything that was acknowledged, in SQLite and in PostgreSQL, and never harms what is there."""

from __future__ import annotations

import json
import os
import re
import stat
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import create_engine, select, text
from typer.testing import CliRunner, Result

from isletbot.__main__ import app
from isletbot.curation.audit import AuditEvent, ChainCheck
from isletbot.storage import queue_tables, staff_tables  # noqa: F401  # their tables join the others
from isletbot.storage.backup_archive import MANIFEST, read_archive
from isletbot.storage.database import read_url
from isletbot.storage.sql_audit import SqlAuditLog
from isletbot.storage.sql_records import SqlRecords
from isletbot.storage.sql_staff_answers import SqlStaffAnswers
from isletbot.storage.tables import METADATA
from tests.kept import NOW, a_handoff, a_record, a_session
from tests.postgres import find_programs
from tests.storage.test_sql_staff_answers import a_version, approved

Rows = dict[str, list[tuple[object, ...]]]
HOLD = """
import sys
from pathlib import Path
from isletbot.storage.sql_records import SqlRecords
records = SqlRecords.open(sys.argv[1], Path())
print("open", flush=True)
sys.stdin.read()
"""


@dataclass
class Place:
    url: str
    folder: Path

    @property
    def file(self) -> Path:
        return self.folder / "backup.tar"

    def run(self, *words: str) -> Result:
        return CliRunner().invoke(app, list(words))

    def change(self, do: Callable[[SqlRecords], object]) -> None:
        records = SqlRecords.open(self.url, self.folder)
        do(records)
        records.close()

    def rows(self) -> Rows:
        engine = create_engine(read_url(self.url, self.folder))
        with engine.connect() as connection:
            names = sorted(METADATA.tables)
            found = {name: connection.execute(select(METADATA.tables[name])).all() for name in names}
        engine.dispose()
        return {name: sorted(map(tuple, rows), key=repr) for name, rows in found.items()}

    def empty(self) -> None:
        """As on a new machine."""
        if self.url.startswith("sqlite"):
            read_path(self.url).unlink()
            return
        engine = create_engine(read_url(self.url, self.folder))
        with engine.begin() as connection:
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
        engine.dispose()


def read_path(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))


def fill(records: SqlRecords) -> None:
    """A row of everything that somebody was told is kept."""
    records.open_session(a_session(), "d" * 64)
    records.keep_answer(a_record(session_id="s1"))
    records.keep_answer(a_record("a2", "What of “quotes”, 100 % and \\ signs?\n\ttab"))
    records.rate_answer("a1", "s1", "unsafe", "No.", NOW)
    records.keep_handoff(a_handoff(), ("webhook",))
    store = SqlStaffAnswers(records.database)
    store.begin_answer(a_version())
    store.save_version(approved(a_version(2)))
    audit = SqlAuditLog(records.database)
    for action in ("answer.approved", "account.disabled"):
        audit.append(AuditEvent(NOW, "anna", action))


@pytest.fixture
def place(records_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    data, corpus = tmp_path / "data", tmp_path / "corpus"
    for path, words in ((corpus / "paper.md", "ten of twelve"), (data / "journal" / "urgent.jsonl", "{}\n")):
        path.parent.mkdir(parents=True)
        path.write_text(words, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ISLETBOT_RECORDS_URL", records_url)
    monkeypatch.setenv("ISLETBOT_DATA_DIR", str(data))
    monkeypatch.setenv("ISLETBOT_CORPUS_DIR", str(corpus))
    if programs := find_programs():
        monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")
    made = Place(records_url, tmp_path)
    made.change(fill)
    return made


@pytest.fixture
def backed_up(place: Place) -> Place:
    result = place.run("backup", str(place.file))
    assert result.exit_code == 0, result.output
    return place


@pytest.fixture
def running(place: Place) -> Iterator[None]:
    """Another process has the records open, as a server has."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, place.url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "open\n"
        yield
        process.kill()


def test_on_a_new_machine_every_row_is_as_it_was(backed_up: Place) -> None:
    before = backed_up.rows()
    assert all(before[name] for name in ("replies", "feedback", "handoffs", "staff_answer_versions", "audit"))
    backed_up.empty()
    result = backed_up.run("restore", str(backed_up.file))
    assert result.exit_code == 0, result.output
    assert backed_up.rows() == before
    backed_up.change(lambda records: _check_audit(SqlAuditLog(records.database)))


def _check_audit(log: SqlAuditLog) -> None:
    check = ChainCheck((log.head(),))
    assert check.run(log.everything()).count == 2
    assert check.findings == []
    log.append(AuditEvent(NOW, "anna", "answer.withdrawn"))  # the log of a restored database goes on


def test_a_backup_is_one_state_of_records_that_are_in_use(place: Place, running: None) -> None:
    assert place.run("backup", str(place.file)).exit_code == 0
    assert stat.S_IMODE(place.file.stat().st_mode) == 0o600
    manifest = read_archive(place.file, place.folder / "unpacked")
    assert manifest.rows["answers"] == 2
    assert {"corpus/paper.md", "data/journal/urgent.jsonl"} < set(manifest.files)


def test_records_that_are_there_are_replaced_only_when_asked_and_are_kept(backed_up: Place) -> None:
    before = backed_up.rows()
    backed_up.change(lambda records: records.keep_answer(a_record("later")))
    later = backed_up.rows()
    refused = backed_up.run("restore", str(backed_up.file))
    assert refused.exit_code == 2
    assert "--replace" in refused.output
    assert backed_up.rows() == later
    done = backed_up.run("restore", "--replace", str(backed_up.file))
    assert done.exit_code == 0, done.output
    assert backed_up.rows() == before
    kept = re.search(r"is kept: (\S+)", done.output)
    assert kept is not None
    assert count_kept(backed_up, kept[1]) == 3


def count_kept(place: Place, kept: str) -> int:
    sqlite = place.url.startswith("sqlite")
    engine = create_engine(f"sqlite:///{kept}" if sqlite else read_url(place.url, place.folder))
    table = "answers" if sqlite else f'"{kept}".answers'
    with engine.connect() as connection:
        count = connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()
    engine.dispose()
    return int(count)


@pytest.mark.parametrize("records_url", ["sqlite"], indirect=True)
def test_what_a_killed_server_had_only_in_its_log_is_kept_too(backed_up: Place) -> None:
    write = "; records.keep_answer(a_record('later')); os._exit(9)"
    code = "import os, sys; from pathlib import Path; from tests.kept import a_record; "
    code += (
        f"from isletbot.storage.sql_records import SqlRecords; records = SqlRecords.open(sys.argv[1], Path()){write}"
    )
    root = Path(__file__).parents[2]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join((str(root), str(root / "src")))}
    subprocess.run([sys.executable, "-c", code, backed_up.url], env=env, check=False, timeout=60)
    path = read_path(backed_up.url)
    assert path.with_name(f"{path.name}-wal").stat().st_size
    done = backed_up.run("restore", "--replace", str(backed_up.file))
    assert done.exit_code == 0, done.output
    assert len(backed_up.rows()["answers"]) == 2
    kept = re.search(r"is kept: (\S+records\S+)", done.output)
    assert kept is not None
    assert count_kept(backed_up, kept[1]) == 3


def test_the_records_of_a_running_server_are_refused(backed_up: Place, running: None) -> None:
    refused = backed_up.run("restore", "--replace", str(backed_up.file))
    assert refused.exit_code == 2
    assert "use" in refused.output
    assert "then restore" in refused.output


@pytest.mark.parametrize("place_of_damage", [0.02, 0.6])
@pytest.mark.parametrize("records_url", ["sqlite"], indirect=True)
def test_a_damaged_backup_is_refused_and_changes_nothing(backed_up: Place, place_of_damage: float) -> None:
    before, content = backed_up.rows(), bytearray(backed_up.file.read_bytes())
    end = len(content.rstrip(b"\0"))
    at = next(
        at for at in range(int(end * place_of_damage), end) if content[at]
    )  # not the padding, which is no content
    content[at] ^= 0xFF
    backed_up.file.write_bytes(content)
    refused = backed_up.run("restore", "--replace", str(backed_up.file))
    assert refused.exit_code == 2, refused.output
    assert "Traceback" not in refused.output
    assert backed_up.rows() == before


@pytest.mark.parametrize("share", [0, 0.5])
@pytest.mark.parametrize("records_url", ["sqlite"], indirect=True)
def test_a_backup_that_is_cut_short_is_refused(backed_up: Place, share: float) -> None:
    content = backed_up.file.read_bytes()
    backed_up.file.write_bytes(content[: int(len(content) * share)])
    refused = backed_up.run("restore", "--replace", str(backed_up.file))
    assert refused.exit_code == 2
    assert "damaged" in refused.output


def rewrite_manifest(place: Place, **changes: object) -> None:
    folder = place.folder / "again"
    with tarfile.open(place.file) as archive:
        archive.extractall(folder, filter="data")
    manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
    (folder / MANIFEST).write_text(json.dumps({**manifest, **changes}), encoding="utf-8")
    with tarfile.open(place.file, "w") as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.add(path, path.relative_to(folder).as_posix())


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"schema": "9999"}, "newer isletbot"),
        ({"format": 2}, "has format 2"),
        ({"rows": {"answers": 7}}, "rows"),
        ({"engine": "another"}, "database of the same kind"),
    ],
)
@pytest.mark.parametrize("records_url", ["sqlite"], indirect=True)
def test_a_backup_that_is_not_for_here_is_refused(backed_up: Place, changes: dict[str, object], said: str) -> None:
    before = backed_up.rows()
    rewrite_manifest(backed_up, **changes)
    refused = backed_up.run("restore", "--replace", str(backed_up.file))
    assert refused.exit_code == 2
    assert said in refused.output
    assert backed_up.rows() == before


@pytest.mark.parametrize("records_url", ["sqlite"], indirect=True)
def test_a_file_outside_the_backup_is_never_written(backed_up: Place) -> None:
    with tarfile.open(backed_up.file, "a") as archive:
        archive.add(backed_up.folder / "corpus" / "paper.md", "../../outside")
    refused = backed_up.run("restore", "--replace", str(backed_up.file))
    assert refused.exit_code == 2
    assert "no file of a backup" in refused.output


@pytest.mark.parametrize("records_url", ["sqlite"], indirect=True)
def test_the_corpus_comes_back_and_what_was_there_is_kept(backed_up: Place) -> None:
    paper = backed_up.folder / "corpus" / "paper.md"
    paper.write_text("twelve of twelve", encoding="utf-8")
    assert backed_up.run("restore", "--replace", str(backed_up.file)).exit_code == 0
    assert paper.read_text("utf-8") == "ten of twelve"
    kept = [folder / "paper.md" for folder in backed_up.folder.glob("corpus.before-*")]
    assert [path.read_text("utf-8") for path in kept] == ["twelve of twelve"]


@pytest.mark.parametrize("records_url", ["sqlite"], indirect=True)
def test_records_are_migrated_by_a_command(place: Place) -> None:
    place.empty()
    result = place.run("migrate")
    assert result.exit_code == 0, result.output
    assert "0 conversations" in result.output
    assert place.rows()["answers"] == []


@pytest.mark.parametrize("records_url", ["sqlite"], indirect=True)
def test_a_backup_overwrites_no_file(backed_up: Place) -> None:
    content = backed_up.file.read_bytes()
    refused = backed_up.run("backup", str(backed_up.file))
    assert refused.exit_code == 2
    assert "Name another file" in refused.output
    assert backed_up.file.read_bytes() == content


@pytest.mark.parametrize("records_url", ["sqlite"], indirect=True)
def test_a_backup_of_a_damaged_page_is_refused_by_name_and_leaves_no_file(place: Place) -> None:
    path = read_path(place.url)
    content = bytearray(path.read_bytes())
    at = content.find(b"How many came off insulin?") // 4096 * 4096
    content[at : at + 100] = b"\xff" * 100
    path.write_bytes(content)
    refused = place.run("backup", str(place.file))
    assert refused.exit_code == 2
    assert "Restore the last backup" in refused.output
    assert list(place.folder.glob("backup.tar*")) == []


@pytest.mark.parametrize("records_url", ["postgresql"], indirect=True)
def test_without_postgresqls_programs_the_error_names_them(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(place.folder))
    refused = place.run("backup", str(place.file))
    assert refused.exit_code == 2
    assert "pg_dump is not on PATH" in refused.output
