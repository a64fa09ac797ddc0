"""Settings to the staff's console."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from pydantic import SecretStr

from isletbot.console.account_pages import make_account_pages
from isletbot.console.audit_pages import make_audit_pages
from isletbot.console.console_app import make_console
from isletbot.console.context import ConsoleContext, SessionPolicy
from isletbot.console.home_page import make_home_pages
from isletbot.console.kill_switch_page import KillSwitchControl, make_kill_switch_pages
from isletbot.console.own_account_page import make_own_account_pages
from isletbot.console.passwords import Passwords
from isletbot.console.routing import PageRouter
from isletbot.console.rule_editor import RuleEditor
from isletbot.console.rule_pages import make_rule_pages
from isletbot.console.settings_page import SettingRow, make_settings_pages
from isletbot.console.sign_in_pages import make_sign_in_pages
from isletbot.settings import PREFIX, Settings
from isletbot.storage.database import Database
from isletbot.storage.sql_audit import SqlAuditLog
from isletbot.storage.sql_staff import SqlStaff
from isletbot.wiring.reception import now
from isletbot.wiring.rules import LiveRules

if TYPE_CHECKING:
    from starlette.applications import Starlette


@dataclass(frozen=True, slots=True)
class Goods:
    """What the pages about the console itself show and change."""

    settings: Settings
    rules: LiveRules
    switch: KillSwitchControl
    versions: Mapping[str, str]


def open_console(goods: Goods, database: Database, more: Sequence[PageRouter] = ()) -> Starlette:
    """`more` are the pages about answers."""
    return make_console(make_house(goods.settings, database), (*make_own_pages(goods), *more))


def make_own_pages(goods: Goods) -> Sequence[PageRouter]:
    live = goods.rules
    desk = RuleEditor(live.shipped, live.red_flags, live.changes, live, lambda: live.trouble)
    return (
        make_home_pages(),
        make_sign_in_pages(),
        make_own_account_pages(),
        make_rule_pages(desk),
        make_kill_switch_pages(goods.switch),
        make_account_pages(),
        make_audit_pages(),
        make_settings_pages(tuple(_list_settings(goods.settings)), goods.versions),
    )


def _list_settings(settings: Settings) -> Iterator[SettingRow]:
    for name, field in Settings.model_fields.items():
        value = getattr(settings, name)
        secret = isinstance(value, SecretStr)
        shown = ("set" if value.get_secret_value() else "") if secret else str("" if value is None else value)
        changed = value != field.get_default(call_default_factory=True)
        yield SettingRow(f"{PREFIX}{name.upper()}", shown, changed, field.description or "")


def make_house(settings: Settings, database: Database) -> ConsoleContext:
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
            address=settings.staff_address,
            # Replicas with the same secret count an address together, others each for itself.
            address_key=settings.limits_secret.get_secret_value().encode() or secrets.token_bytes(32),
            clinic=settings.clinic_contact,
        ),
        now=now,
    )
