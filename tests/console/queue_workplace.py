"""A console with the pages of queue and sources, over a small index."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from isletbot.console.queue_actions import make_queue_pages
from isletbot.console.queue_pages import QueueBackend
from isletbot.console.regression_cases import RegressionCaseFile
from isletbot.console.source_pages import SourceBackend, make_source_pages
from isletbot.curation.queue_intake_job import QueueIntakeJob
from isletbot.curation.source_watch import SourceWatch
from isletbot.inference.scripted import HashEmbeddings
from isletbot.ingestion.load import load_corpus
from isletbot.live.queue_lookups import find_citing_in
from isletbot.storage.memory_passages import MemoryPassages
from isletbot.storage.sql_conversation_review import SqlConversationReview
from isletbot.storage.sql_queue import SqlQueue
from isletbot.storage.sql_queue_intake import SqlQueueIntake
from isletbot.storage.sql_records import SqlRecords
from isletbot.storage.sql_sources import SqlSources
from tests.builders import a_corpus
from tests.console.people import Workplace, a_workplace
from tests.kept import NOW, a_handoff, a_record, a_trace
from tests.scripted import an_answer


@dataclass
class Workroom:
    place: Workplace
    queue: SqlQueue
    intake: SqlQueueIntake
    watch: SourceWatch
    index: MemoryPassages
    cases: Path

    @property
    def records(self) -> SqlRecords:
        return self.place.records

    def fill(self) -> None:
        """Two groups of questions, one of them marked unsafe, and somebody who waits."""
        for name, question in (
            ("a1", "What does it cost?"),
            ("a2", "What does it cost here?"),
            ("a3", "Are pets fine?"),
        ):
            trace = a_trace(question, found=(), findings=())
            answer = an_answer("not_in_corpus", id=name, trace=trace)
            self.records.keep_answer(a_record(name, question, answer=answer))
        self.records.rate_answer("a3", "", "unsafe", "<script>alert(1)</script>", NOW)
        self.records.keep_handoff(a_handoff(), [])
        self.run_job()

    def run_job(self) -> int:
        return QueueIntakeJob(self.intake, HashEmbeddings(), lambda text: text, lambda: NOW).run()

    def open_index(self, folder: Path, **files: str) -> None:
        """A corpus of another version, as if it had just been indexed."""
        self.index = MemoryPassages(load_corpus(a_corpus(folder, **files)), HashEmbeddings())
        self.watch.look_at(self.index)


def a_workroom(folder: Path) -> Workroom:
    index = MemoryPassages(load_corpus(a_corpus(folder)), HashEmbeddings())
    records = SqlRecords.open(None, folder)
    database = records.database
    queue, intake, sources = SqlQueue(database), SqlQueueIntake(database), SqlSources(database)
    room: Workroom
    find_citing = find_citing_in(lambda: room.index, lambda: room.index.answers)
    watch = SourceWatch(sources, intake, find_citing, lambda: NOW)
    cases = folder / "evals" / "queue.jsonl"
    desk = SourceBackend(sources, lambda: room.index, watch, find_citing, lambda: None, queue)
    pages = (
        make_queue_pages(
            QueueBackend(
                queue,
                RegressionCaseFile(cases, queue.list_cases),
                SqlConversationReview(database).find_reply,
                lambda keys: room.index.passages(keys),
            )
        ),
        make_source_pages(desk),
    )
    watch.look_at(index)
    room = Workroom(a_workplace(folder, pages, records), queue, intake, watch, index, cases)
    return room
