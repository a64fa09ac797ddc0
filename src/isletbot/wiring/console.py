"""Builds the staff's console."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from pydantic import SecretStr

from isletbot.answering.graph import Bot
from isletbot.console.accounts import make_accounts_pages
from isletbot.console.answer_desk import AnswerDesk
from isletbot.console.answer_pages import AnswerPages, make_answer_pages
from isletbot.console.app import make_console
from isletbot.console.ask_pages import AskPages, make_ask_pages
from isletbot.console.audit_log import make_audit_pages
from isletbot.console.conversations import Archive, make_conversations_pages
from isletbot.console.figures import Facts
from isletbot.console.house import House, Manners
from isletbot.console.kill_switch import Switch, make_switch_pages
from isletbot.console.overview import make_overview_pages
from isletbot.console.own_account import make_account_pages
from isletbot.console.pages import Pages
from isletbot.console.passwords import Passwords
from isletbot.console.rule_desk import RuleDesk
from isletbot.console.rules_pages import make_rules_pages
from isletbot.console.sentences import SentenceDesk
from isletbot.console.settings_page import SettingShown, make_settings_pages
from isletbot.console.signing_in import make_entry_pages
from isletbot.console.start import make_start_pages
from isletbot.console.trial_box import TrialBox, make_trial_pages
from isletbot.live.bot import LiveBot
from isletbot.live.insight import InsightLookups
from isletbot.live.preview import DraftPreview
from isletbot.live.rules import LiveRules
from isletbot.settings import PREFIX, Settings
from isletbot.storage.audit import SqlAudit
from isletbot.storage.database import Database
from isletbot.storage.insight import SqlInsight
from isletbot.storage.staff import SqlStaff
from isletbot.storage.tallies import SqlTallies
from isletbot.wiring.server_context import now
from isletbot.wiring.staff_answers import StaffAnswersOpen

if TYPE_CHECKING:
    from starlette.applications import Starlette


@dataclass(frozen=True, slots=True)
class ConsoleDependencies:
    """What the console's own pages show and change."""

    settings: Settings
    rules: LiveRules
    switch: Switch
    versions: Mapping[str, str]


def open_console(dependencies: ConsoleDependencies, database: Database, more: Sequence[Pages] = ()) -> Starlette:
    """`more` are pages beside the console's own."""
    return make_console(make_house(dependencies.settings, database), (*make_own_pages(dependencies), *more))


def make_own_pages(dependencies: ConsoleDependencies) -> Sequence[Pages]:
    live = dependencies.rules
    desk = RuleDesk(live.shipped, live.red_flags, live.changes, live, lambda: live.trouble)
    return (
        make_start_pages(),
        make_entry_pages(),
        make_account_pages(),
        make_rules_pages(desk),
        make_switch_pages(dependencies.switch),
        make_accounts_pages(),
        make_audit_pages(),
        make_settings_pages(tuple(_list_settings(dependencies.settings)), dependencies.versions),
    )


def make_pages_of_answers(staff: StaffAnswersOpen) -> Sequence[Pages]:
    line = staff.line
    preview = DraftPreview(line, staff.live, staff.context)
    sentences = SentenceDesk(line.index, staff.context.verify, preview.find_near)
    desk = AnswerDesk(
        store=staff.store,
        live=staff.live,
        sentences=sentences,
        key_words=preview.key_words,
        run_trial=preview.run_trial,
        today=line.clock.today,
        cases_file=staff.cases_file,
    )
    return (
        make_ask_pages(AskPages(Bot(line), sentences, line.say, line.clock.today)),
        make_trial_pages(TrialBox(desk)),
        make_answer_pages(AnswerPages(desk)),
    )


def make_insight_pages(bot: LiveBot, settings: Settings, database: Database) -> Sequence[Pages]:
    kept = SqlInsight(database)
    lookups = InsightLookups(bot, kept)
    archive = Archive(
        kept=kept,
        find_passages=lookups.find_passages,
        ask_again=lookups.ask_again,
        list_rules=lookups.list_rules,
        most_turns=settings.max_history_turns,
    )
    facts = Facts(SqlTallies(database), lookups.list_gaps, lookups.list_expiring, lookups.name_source)
    return make_conversations_pages(archive), make_overview_pages(facts)


def _list_settings(settings: Settings) -> Iterator[SettingShown]:
    for name, field in Settings.model_fields.items():
        value = getattr(settings, name)
        secret = isinstance(value, SecretStr)
        shown = ("set" if value.get_secret_value() else "") if secret else str("" if value is None else value)
        changed = value != field.get_default(call_default_factory=True)
        yield SettingShown(f"{PREFIX}{name.upper()}", shown, changed, field.description or "")


def make_house(settings: Settings, database: Database) -> House:
    return House(
        staff=SqlStaff(database),
        audit=SqlAudit(database),
        together=database.write,
        passwords=Passwords(),
        manners=Manners(
            idle=timedelta(minutes=settings.staff_idle_minutes),
            lifetime=timedelta(hours=settings.staff_session_hours),
            link_lifetime=timedelta(hours=settings.staff_link_hours),
            most_form_bytes=settings.staff_form_bytes,
            address=settings.staff_address,
            # Replicas with the same secret count an address together, others each for itself.
            address_key=settings.limits_secret.get_secret_value().encode() or secrets.token_bytes(32),
            clinic=settings.clinic_contact,
        ),
        now=now,
    )
