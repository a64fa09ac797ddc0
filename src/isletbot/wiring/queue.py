"""Builds the staff's queue and source pages, and the background jobs that feed them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from isletbot.console.case_file import CaseFile
from isletbot.console.pages import Pages
from isletbot.console.queue_pages import QueueDesk
from isletbot.console.queue_work import make_queue_pages
from isletbot.console.source_pages import SourceDesk, make_source_pages
from isletbot.curation.intake import QueueJob
from isletbot.curation.settling import Settling
from isletbot.curation.source_watch import Citing, FindCiting, SourceWatch
from isletbot.errors import InputError
from isletbot.ports import ApprovedAnswers, PassageIndex
from isletbot.server.background import BackgroundJob
from isletbot.server.notifying import Notifier
from isletbot.settings import Settings
from isletbot.storage.audit import SqlAudit
from isletbot.storage.database import Database
from isletbot.storage.queue import SqlQueue
from isletbot.storage.queue_intake import SqlIntake
from isletbot.storage.queue_notices import SqlNotices
from isletbot.storage.sources import SqlSources
from isletbot.wiring.live import LiveBot
from isletbot.wiring.server_context import make_redaction, now

_FOLLOW_SECONDS = 1.0
_QUEUE_SECONDS = 15.0
CASES_FILE = "evals/queue.jsonl"


@dataclass(frozen=True, slots=True)
class Curation:
    """The queue's background jobs and its pages."""

    jobs: Sequence[BackgroundJob]
    pages: Sequence[Pages]


def open_curation(live: LiveBot, settings: Settings, database: Database) -> Curation:
    line, sources = live.line, SqlSources(database)
    webhook = settings.queue_webhook.get_secret_value()
    intake = SqlIntake(database, notifies=bool(webhook))
    redact = make_redaction(settings, (passage.text for passage in line.index.everything()))
    find_citing = find_citing_in(lambda: live.watcher.whole, lambda: live.line.answers)
    watch = SourceWatch(sources, intake, find_citing, now)
    job = QueueJob(intake, line.embeddings, redact, now)

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


def list_served(live: LiveBot) -> Callable[[], Mapping[str, str]]:
    return lambda: {answer.id: "\n".join(answer.asks) for answer in live.line.answers.answers}


def find_answer_for(live: LiveBot) -> Callable[[str], str]:
    """Asks the bot as a patient would, so that a group closes only when its question gets the answer."""

    def find(question: str) -> str:
        try:
            reply = live.ask(question[: live.line.limits.question_chars])
        except InputError:  # once redacted, it may be no question any more
            return ""
        said = {sentence.text for sentence in reply.sentences}
        if reply.kind != "answered" or reply.composer != "approved":
            return ""
        served = live.line.answers.answers
        return next((a.id for a in served if any(sentence.text in said for sentence in a.sentences)), "")

    return find


def find_citing_in(index: Callable[[], PassageIndex], served: Callable[[], ApprovedAnswers]) -> FindCiting:
    """Finds the cautions that name the statements and the approved answers that quote the source."""

    def find(source_id: str, anchors: Sequence[str]) -> Sequence[Citing]:
        now, names = index(), {f"{source_id}#{anchor}" for anchor in anchors}
        keys = {passage.key for passage in now.everything() if passage.source.id == source_id}
        cautions = [c for c in now.cautions if names.intersection((*c.say, *c.weaker))]
        answers = [a for a in served().answers if any(q.key in keys for s in a.sentences for q in s.quotes)]
        return (
            *(Citing(f"caution {caution.id}: {caution.point}") for caution in cautions),
            *(Citing(f"approved answer {answer.id}: {answer.asks[0]}") for answer in answers),
        )

    return find
