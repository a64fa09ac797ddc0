"""Builds the staff's queue and source pages, and the background jobs that feed them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from isletbot.console.queue_actions import make_queue_pages
from isletbot.console.queue_pages import QueueBackend
from isletbot.console.regression_cases import RegressionCaseFile
from isletbot.console.routing import PageRouter
from isletbot.console.source_pages import SourceBackend, make_source_pages
from isletbot.curation.auto_close import AutoClose
from isletbot.curation.queue_intake_job import QueueIntakeJob
from isletbot.curation.source_watch import SourceWatch
from isletbot.live.bot import LiveBot
from isletbot.live.queue_lookups import find_answer_for, find_citing_in, list_served
from isletbot.server.background import BackgroundJob
from isletbot.server.notifying import Notifier
from isletbot.settings import Settings
from isletbot.storage.database import Database
from isletbot.storage.sql_audit import SqlAuditLog
from isletbot.storage.sql_conversation_review import SqlConversationReview
from isletbot.storage.sql_queue import SqlQueue
from isletbot.storage.sql_queue_intake import SqlQueueIntake
from isletbot.storage.sql_queue_notices import SqlUnsafeNotices
from isletbot.storage.sql_sources import SqlSources
from isletbot.wiring.server_context import Redact, now
from isletbot.wiring.staff_drafts import find_source_origin, list_waiting_drafts, make_pages_of_drafts

_FOLLOW_SECONDS = 1.0
_QUEUE_SECONDS = 15.0
CASES_FILE = "evals/queue.jsonl"


@dataclass(frozen=True, slots=True)
class Curation:
    """The queue's background jobs and its pages."""

    jobs: Sequence[BackgroundJob]
    pages: Sequence[PageRouter]


def open_curation(
    live: LiveBot, settings: Settings, database: Database, sources: SqlSources, redact: Redact
) -> Curation:
    webhook = settings.queue_webhook.get_secret_value()
    intake = SqlQueueIntake(database, notifies=bool(webhook))
    find_citing = find_citing_in(lambda: live.watcher.whole, lambda: live.line.answers)
    watch = SourceWatch(sources, intake, find_citing, now)
    job = QueueIntakeJob(intake, live.line.embeddings, redact, now)

    def follow() -> None:
        live.watcher.refresh()
        watch.look_at(live.watcher.whole)

    queue = SqlQueue(database)
    cases = RegressionCaseFile(settings.data_dir / CASES_FILE, queue.list_cases)
    jobs = [
        BackgroundJob(cases.refresh, _QUEUE_SECONDS),
        BackgroundJob(follow, _FOLLOW_SECONDS),
        BackgroundJob(job.run, _QUEUE_SECONDS),
    ]
    if webhook:
        notifier = Notifier(SqlUnsafeNotices(database), webhook, settings.staff_address, now)
        jobs.append(BackgroundJob(notifier.deliver_due, _QUEUE_SECONDS))
    audit = SqlAuditLog(database)
    settling = AutoClose(queue, intake, audit, database.write, list_served(live), find_answer_for(live), now)
    jobs.append(BackgroundJob(settling.run, _QUEUE_SECONDS))
    kept = SqlConversationReview(database)
    queue_desk = QueueBackend(queue, cases, kept.find_reply, lambda keys: live.line.index.passages(keys))
    source_desk = SourceBackend(
        sources=sources,
        index=lambda: live.watcher.whole,
        watch=watch,
        find_citing=find_citing,
        apply=live.watcher.refresh,
        queue=queue,
        list_drafts=lambda: list_waiting_drafts(settings),
        find_origin=lambda source_id: find_source_origin(settings, source_id),
    )
    drafts = make_pages_of_drafts(live, settings, database)
    return Curation(jobs, (make_queue_pages(queue_desk), make_source_pages(source_desk), *drafts))
