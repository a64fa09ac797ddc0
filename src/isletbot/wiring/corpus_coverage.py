"""Connects the survey of what the corpus covers: to the running bot, or to the corpus folder and the records."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from pathlib import Path

from isletbot.curation.conversation_review import ConversationFilter, UnansweredQuestion, count_gaps
from isletbot.curation.staff_answers import AnswerVersion
from isletbot.live.bot import LiveBot
from isletbot.live.coverage_survey import CoverageSurvey, describe_answers, read_asked_cases
from isletbot.live.insight import InsightLookups
from isletbot.settings import Settings
from isletbot.storage.database import Database, read_url
from isletbot.storage.sql_conversation_review import SqlConversationReview
from isletbot.storage.sql_staff_answers import SqlStaffAnswers
from isletbot.wiring import check_corpus
from isletbot.wiring.composers import find_withdrawn

_GAPS, _LOOKED_AT = 20, 2_000


def make_live_survey(live: LiveBot, lookups: InsightLookups, settings: Settings) -> CoverageSurvey:
    """Surveys what this server serves now."""
    return CoverageSurvey(
        passages=lambda: live.line.index.everything(),
        facts=lambda: live.watcher.whole.coverage,
        answers=lambda: tuple(describe_answers(live.line.answers.answers)),
        cases=lambda: read_asked_cases(settings.red_flags_dir, settings.data_dir / "evals"),
        list_gaps=lookups.list_gaps,
        today=live.line.clock.today,
        study=lambda: live.watcher.whole.glossary.study,
    )


def make_folder_survey(settings: Settings, evals: Path) -> CoverageSurvey:
    """Surveys the corpus folder and the records, without an index and without changing either."""
    corpus, withdrawn, database = check_corpus(settings), find_withdrawn(settings), open_existing(settings)
    served = tuple(
        passage
        for passage in corpus.passages
        if passage.source.status == "approved" and passage.source.id not in withdrawn
    )
    written: Sequence[AnswerVersion] = SqlStaffAnswers(database).list_live() if database else ()

    def list_gaps(since: date) -> Sequence[UnansweredQuestion]:
        if database is None:
            return ()
        wanted = ConversationFilter(kind="not_in_corpus", since=datetime.combine(since, time(), UTC))
        return count_gaps(SqlConversationReview(database).list_questions(wanted, _LOOKED_AT).rows, _GAPS)

    return CoverageSurvey(
        passages=lambda: served,
        facts=lambda: corpus.coverage,
        answers=lambda: tuple(describe_answers(corpus.answers, written)),
        cases=lambda: read_asked_cases(evals, settings.data_dir / "evals"),
        list_gaps=list_gaps,
        today=date.today,
        study=lambda: corpus.glossary.study,
    )


def open_existing(settings: Settings) -> Database | None:
    """Opens records that are there; a report makes none."""
    url = read_url(settings.records_url.get_secret_value(), settings.data_dir)
    if url.drivername == "sqlite" and not Path(url.database or "").is_file():
        return None
    return Database(url, migrate=False)
