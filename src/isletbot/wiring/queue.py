"""Builds the staff's queue and source pages, and the background jobs that feed them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from isletbot.console.case_file import CaseFile
from isletbot.console.pages import Pages
from isletbot.console.queue_pages import QueueDesk
from isletbot.console.queue_work import make_queue_pages
from isletbot.console.source_pages import SourceDesk, make_source_pages
from isletbot.curation.intake import QueueJob
from isletbot.curation.settling import Settling
from isletbot.curation.source_watch import SourceWatch
from isletbot.live.bot import LiveBot
from isletbot.live.queue_lookups import find_answer_for, find_citing_in, list_served
from isletbot.server.background import BackgroundJob
from isletbot.server.notifying import Notifier
from isletbot.settings import Settings
from isletbot.storage.audit import SqlAudit
from isletbot.storage.database import Database
from isletbot.storage.queue import SqlQueue
from isletbot.storage.queue_intake import SqlIntake
from isletbot.storage.queue_notices import SqlNotices
from isletbot.storage.sources import SqlSources
from isletbot.wiring.server_context import Redact, now

_FOLLOW_SECONDS = 1.0
_QUEUE_SECONDS = 15.0
CASES_FILE = "evals/queue.jsonl"


@dataclass(frozen=True, slots=True)
class Curation:
    """The queue's background jobs and its pages."""

    jobs: Sequence[BackgroundJob]
    pages: Sequence[Pages]


def open_curation(
    live: LiveBot, settings: Settings, database: Database, sources: SqlSources, redact: Redact
) -> Curation:
    webhook = settings.queue_webhook.get_secret_value()
    intake = SqlIntake(database, notifies=bool(webhook))
    find_citing = find_citing_in(lambda: live.watcher.whole, lambda: live.line.answers)
    watch = SourceWatch(sources, intake, find_citing, now)
    job = QueueJob(intake, live.line.embeddings, redact, now)

    def follow() -> None:
        live.watcher.refresh()
        watch.look_at(live.watcher.whole)

    queue = SqlQueue(database)
    cases = CaseFile(settings.data_dir / CASES_FILE, queue.list_cases)
    jobs = [
        BackgroundJob(cases.refresh, _QUEUE_SECONDS),
        BackgroundJob(follow, _FOLLOW_SECONDS),
        BackgroundJob(job.run, _QUEUE_SECONDS),
    ]
    if webhook:
        notifier = Notifier(SqlNotices(database), webhook, settings.staff_address, now)
        jobs.append(BackgroundJob(notifier.deliver_due, _QUEUE_SECONDS))
    audit = SqlAudit(database)
    settling = Settling(queue, intake, audit, database.write, list_served(live), find_answer_for(live), now)
    jobs.append(BackgroundJob(settling.run, _QUEUE_SECONDS))
    queue_desk = QueueDesk(queue, cases)
    source_desk = SourceDesk(sources, lambda: live.watcher.whole, watch, find_citing, live.watcher.refresh, queue)
    return Curation(jobs, (make_queue_pages(queue_desk), make_source_pages(source_desk)))
