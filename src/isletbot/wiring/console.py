"""Builds the staff's console."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from pydantic import SecretStr

from isletbot.answering.graph import Bot
from isletbot.console.account_pages import make_account_pages
from isletbot.console.answer_editor import AnswerEditor
from isletbot.console.answer_pages import AnswerPages, make_answer_pages
from isletbot.console.answer_preview import PreviewPages, make_preview_pages
from isletbot.console.ask_pages import AskPages, make_ask_pages
from isletbot.console.audit_pages import make_audit_pages
from isletbot.console.console_app import make_console
from isletbot.console.context import ConsoleContext, SessionPolicy
from isletbot.console.conversation_pages import ConversationBackend, make_conversation_pages
from isletbot.console.coverage_pages import make_coverage_pages
from isletbot.console.kill_switch_page import KillSwitchControl, make_kill_switch_pages
from isletbot.console.overview_pages import make_overview_pages
from isletbot.console.overview_tables import OverviewData
from isletbot.console.own_account_page import make_own_account_pages
from isletbot.console.passwords import Passwords
from isletbot.console.routing import PageRouter
from isletbot.console.rule_editor import RuleEditor
from isletbot.console.rule_pages import make_rule_pages
from isletbot.console.rule_review import RuleReviewDesk
from isletbot.console.sentence_editor import SentenceEditor
from isletbot.console.settings_page import SettingRow, make_settings_pages
from isletbot.console.sign_in_pages import make_sign_in_pages
from isletbot.curation.rule_reviews import RuleReviews
from isletbot.documents.media import MOST_BYTES
from isletbot.live.bot import LiveBot
from isletbot.live.insight import InsightLookups
from isletbot.live.preview import DraftPreview
from isletbot.live.rules import LiveRules
from isletbot.settings import PREFIX, Settings
from isletbot.storage.database import Database
from isletbot.storage.sql_audit import SqlAuditLog
from isletbot.storage.sql_conversation_review import SqlConversationReview
from isletbot.storage.sql_daily_counts import SqlDailyCounts
from isletbot.storage.sql_staff import SqlStaff
from isletbot.wiring.corpus_coverage import make_live_survey
from isletbot.wiring.filled_prompts import open_prompts
from isletbot.wiring.server_context import now
from isletbot.wiring.staff_answers import StaffAnswersOpen

if TYPE_CHECKING:
    from starlette.applications import Starlette


@dataclass(frozen=True, slots=True)
class ConsoleDependencies:
    """What the console's own pages show and change."""

    settings: Settings
    rules: LiveRules
    switch: KillSwitchControl
    versions: Mapping[str, str]
    reviews: RuleReviews


def open_console(dependencies: ConsoleDependencies, database: Database, more: Sequence[PageRouter] = ()) -> Starlette:
    """`more` are pages beside the console's own."""
    return make_console(make_house(dependencies.settings, database), (*make_own_pages(dependencies), *more))


def make_own_pages(dependencies: ConsoleDependencies) -> Sequence[PageRouter]:
    live = dependencies.rules
    editor = RuleEditor(live.shipped, live.red_flags, live.changes, live, lambda: live.trouble)
    desk = RuleReviewDesk(dependencies.reviews, live)
    desk.begin(now())
    return (
        make_sign_in_pages(),
        make_own_account_pages(),
        make_rule_pages(editor, desk),
        make_kill_switch_pages(dependencies.switch),
        make_account_pages(),
        make_audit_pages(),
        make_settings_pages(tuple(_list_settings(dependencies.settings)), dependencies.versions),
    )


def make_pages_of_answers(staff: StaffAnswersOpen) -> Sequence[PageRouter]:
    line = staff.line
    preview = DraftPreview(line, staff.live, staff.context)
    sentences = SentenceEditor(line.index, staff.context.verify, preview.find_near)
    desk = AnswerEditor(
        store=staff.store,
        served=staff.live,
        sentences=sentences,
        key_words=preview.key_words,
        preview=preview.run_trial,
        today=line.clock.today,
        cases_file=staff.cases_file,
    )
    return (
        make_ask_pages(AskPages(Bot(line), sentences, line.say, line.clock.today)),
        make_preview_pages(PreviewPages(desk)),
        make_answer_pages(AnswerPages(desk)),
    )


def make_insight_pages(bot: LiveBot, settings: Settings, database: Database) -> Sequence[PageRouter]:
    kept = SqlConversationReview(database)
    lookups = InsightLookups(bot, kept)
    archive = ConversationBackend(
        conversations=kept,
        find_passages=lookups.find_passages,
        ask_again=lookups.ask_again,
        list_rules=lookups.list_rules,
        most_turns=settings.max_history_turns,
    )
    facts = OverviewData(SqlDailyCounts(database), lookups.list_gaps, lookups.list_expiring, lookups.name_source)
    survey = make_live_survey(bot, lookups, settings)
    return make_conversation_pages(archive), make_overview_pages(facts), make_coverage_pages(survey.make_report)


def _list_settings(settings: Settings) -> Iterator[SettingRow]:
    for name, field in Settings.model_fields.items():
        value = getattr(settings, name)
        secret = isinstance(value, SecretStr)
        shown = ("set" if value.get_secret_value() else "") if secret else str("" if value is None else value)
        # Some defaults follow from other settings.
        changed = value != field.get_default(call_default_factory=True, validated_data=dict(settings))
        yield SettingRow(f"{PREFIX}{name.upper()}", shown, changed, field.description or "")


def make_house(settings: Settings, database: Database) -> ConsoleContext:
    prompts = open_prompts(settings)
    return ConsoleContext(
        staff=SqlStaff(database),
        audit=SqlAuditLog(database),
        transaction=database.write,
        passwords=Passwords(),
        policy=SessionPolicy(
            idle=timedelta(minutes=settings.staff_idle_minutes),
            lifetime=timedelta(hours=settings.staff_session_hours),
            link_lifetime=timedelta(hours=settings.staff_link_hours),
            most_form_bytes=settings.staff_form_bytes,
            most_file_bytes=MOST_BYTES,
            address=settings.staff_address,
            # Replicas with the same secret count an address together, others each for itself.
            address_key=settings.limits_secret.get_secret_value().encode() or secrets.token_bytes(32),
            clinic=prompts.constants["contact"],
            topic=prompts.say_own("password-words"),
        ),
        now=now,
    )
