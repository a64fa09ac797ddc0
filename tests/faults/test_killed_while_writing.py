"""`kill -9` in the middle of writes: of the server under load, and of a process that approves and audits."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from isletbot.curation.audit import ChainCheck
from isletbot.storage.sql_audit import SqlAuditLog
from isletbot.storage.sql_records import SqlRecords
from isletbot.storage.sql_staff_answers import SqlStaffAnswers
from tests.cluster.dependencies import wait_for
from tests.faults.serving import CALM, ROOT, ServerProcess, asking

pytestmark = pytest.mark.faults
JOURNAL_SECONDS = 60
"""Replies leave the journal one by one, each synced."""
APPROVING = """
import sys
from dataclasses import replace
from pathlib import Path
from isletbot.curation.audit import AuditEvent
from isletbot.storage.sql_audit import SqlAuditLog
from isletbot.storage.sql_records import SqlRecords
from isletbot.storage.sql_staff_answers import SqlStaffAnswers
from tests.kept import NOW
from tests.storage.test_sql_staff_answers import a_version, approved

database = SqlRecords.open(sys.argv[1], Path()).database
answers, log = SqlStaffAnswers(database), SqlAuditLog(database)
for number in range(1_000_000):
    name = f"answer-{number}"
    with database.write():
        version = replace(a_version(), answer_id=name)
        answers.begin_answer(version)
        answers.approve_version(approved(version), ())
        row = log.append(AuditEvent(NOW, "anna", "answer.approved", name))
    print(row.number, name, flush=True)
"""


@pytest.mark.weights
def test_a_killed_server_keeps_what_it_acknowledged_and_is_ready_again(server: ServerProcess) -> None:
    with asking(server, people=4) as asked:
        wait_for(lambda: len(asked.rated) > 10, "ratings", 60)
        os.kill(server.pid, signal.SIGKILL)
    server.kill()
    with closing(sqlite3.connect(server.folder / "records.sqlite")) as store:
        assert store.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    server.start()
    assert server.ask(CALM).status_code == 200
    wait_for(lambda: asked.answered <= server.kept(), "every reply that was received is kept", JOURNAL_SECONDS)
    assert asked.rated <= server.kept("SELECT answer_id FROM feedback")
    assert asked.not_urgent == []


def test_what_was_approved_and_audited_survives_a_kill_in_the_middle_of_both(records_url: str, tmp_path: Path) -> None:
    SqlRecords.open(records_url, tmp_path).close()
    env = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"}
    words = [sys.executable, "-c", APPROVING, records_url]
    with subprocess.Popen(words, env=env, cwd=tmp_path, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        acknowledged = [process.stdout.readline().split() for _ in range(40)]
        process.kill()
        acknowledged += [line.split() for line in process.stdout if line.endswith("\n")]
    assert all(len(line) == 2 for line in acknowledged), "the writer ended by itself"
    records = SqlRecords.open(records_url, tmp_path)
    log = SqlAuditLog(records.database)
    rows, check = list(log.everything()), ChainCheck((log.head(),))
    check.run(rows)
    assert check.findings == []
    approved = {version.answer_id for version in SqlStaffAnswers(records.database).list_live()}
    audited = {row.event.target for row in rows}
    assert {name for _, name in acknowledged} <= approved
    assert audited == approved, "an approval and its row are there together or not at all"
    records.close()
