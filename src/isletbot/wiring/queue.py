"""Settings to the staff's queue and sources: what feeds them in the background, and their pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from isletbot.console.queue_actions import make_queue_pages
from isletbot.console.queue_pages import QueueBackend
from isletbot.console.regression_cases import RegressionCaseFile
from isletbot.console.routing import PageRouter
from isletbot.console.source_pages import SourceBackend, make_source_pages
from isletbot.curation.auto_close import AutoClose
from isletbot.curation.queue_intake_job import QueueIntakeJob
from isletbot.curation.source_watch import CitingItem, FindCiting, SourceWatch
from isletbot.errors import InputError
from isletbot.ports import ApprovedAnswers, PassageIndex
from isletbot.server.chores import Chore
from isletbot.server.notifying import Notifier
from isletbot.settings import Settings
from isletbot.storage.database import Database
from isletbot.storage.sql_audit import SqlAuditLog
from isletbot.storage.sql_queue import SqlQueue
from isletbot.storage.sql_queue_intake import SqlQueueIntake
from isletbot.storage.sql_queue_notices import SqlUnsafeNotices
from isletbot.storage.sql_sources import SqlSources
from isletbot.wiring.live import LiveBot
from isletbot.wiring.reception import make_redaction, now

_FOLLOW_SECONDS = 1.0
_QUEUE_SECONDS = 15.0
CASES_FILE = "evals/queue.jsonl"


@dataclass(frozen=True, slots=True)
class Curation:
    """What the server does for the staff's queue by itself, and the pages about it."""

    chores: Sequence[Chore]
    pages: Sequence[PageRouter]


def open_curation(live: LiveBot, settings: Settings, database: Database) -> Curation:
    line, sources = live.line, SqlSources(database)
    webhook = settings.queue_webhook.get_secret_value()
    intake = SqlQueueIntake(database, notifies=bool(webhook))
    redact = make_redaction(settings, (passage.text for passage in line.index.everything()))
    find_citing = find_citing_in(lambda: live.standing.whole, lambda: live.line.answers)
    watch = SourceWatch(sources, intake, find_citing, now)
    job = QueueIntakeJob(intake, line.embeddings, redact, now)

    def follow() -> None:
        live.standing.look()
        watch.look_at(live.standing.whole)

    queue = SqlQueue(database)
    cases = RegressionCaseFile(settings.data_dir / CASES_FILE, queue.list_cases)
    chores = [Chore(cases.refresh, _QUEUE_SECONDS), Chore(follow, _FOLLOW_SECONDS), Chore(job.run, _QUEUE_SECONDS)]
    if webhook:
        notifier = Notifier(SqlUnsafeNotices(database), webhook, settings.staff_address, now)
        chores.append(Chore(notifier.deliver_due, _QUEUE_SECONDS))
    audit = SqlAuditLog(database)
    settling = AutoClose(queue, intake, audit, database.write, list_served(live), find_answer_for(live), now)
    chores.append(Chore(settling.run, _QUEUE_SECONDS))
    queue_desk = QueueBackend(queue, cases)
    source_desk = SourceBackend(sources, lambda: live.standing.whole, watch, find_citing, live.standing.look, queue)
    return Curation(chores, (make_queue_pages(queue_desk), make_source_pages(source_desk)))


def list_served(live: LiveBot) -> Callable[[], Mapping[str, str]]:
    return lambda: {answer.id: "\n".join(answer.asks) for answer in live.line.answers.answers}


def find_answer_for(live: LiveBot) -> Callable[[str], str]:
    """Asked as a patient would ask it, so that a group closes only when its question really gets the answer."""

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
    """Cautions that name the statements, and approved answers that quote the source."""

    def find(source_id: str, anchors: Sequence[str]) -> Sequence[CitingItem]:
        now, names = index(), {f"{source_id}#{anchor}" for anchor in anchors}
        keys = {passage.key for passage in now.everything() if passage.source.id == source_id}
        cautions = [c for c in now.cautions if names.intersection((*c.say, *c.weaker))]
        answers = [a for a in served().answers if any(q.key in keys for s in a.sentences for q in s.quotes)]
        return (
            *(CitingItem(f"caution {caution.id}: {caution.point}") for caution in cautions),
            *(CitingItem(f"approved answer {answer.id}: {answer.asks[0]}") for answer in answers),
        )

    return find
