"""Settings to what stands between the network and a bot, and to the ways in."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import replace
from ipaddress import ip_address
from typing import TYPE_CHECKING

from isletbot.answering.graph import Line, make_classifier
from isletbot.answering.question import read_question
from isletbot.answering.triage import triage_question
from isletbot.errors import SettingsError
from isletbot.server.api_keys import ApiKeys
from isletbot.server.app import Site, create_app
from isletbot.server.line_queue import Answers, LineQueue, make_answers
from isletbot.server.metrics import Metrics
from isletbot.server.observing import ObservedBot
from isletbot.server.protection import Protection
from isletbot.server.rate_limits import MEMORY, Limiter, Rates
from isletbot.server.switch import Switch, SwitchedBot
from isletbot.server.tracing import make_tracer
from isletbot.server.wire import Check
from isletbot.settings import Settings
from isletbot.settings.guards import split_list
from isletbot.storage.database import Database
from isletbot.storage.sql_kill_switch import SqlKillSwitch
from isletbot.storage.sql_sources import SqlSources
from isletbot.types import Question
from isletbot.widget.pages import make_widget_router
from isletbot.wiring.answer_pages import make_pages_of_answers
from isletbot.wiring.composers import make_lay
from isletbot.wiring.console import Goods, open_console
from isletbot.wiring.insight import make_insight_pages
from isletbot.wiring.live import LiveBot, follow, open_standing
from isletbot.wiring.queue import open_curation
from isletbot.wiring.reception import make_reception, open_records
from isletbot.wiring.rules import open_rules
from isletbot.wiring.staff_answers import StaffAnswersOpen, open_staff_answers

if TYPE_CHECKING:
    from fastapi import FastAPI

_SECRET_BYTES = 32


def serve_line(line: Line, settings: Settings, checks: Callable[[], Sequence[Check]]) -> FastAPI:
    records = open_records(settings)
    rules = open_rules(settings, records.database)
    live, staff = open_live(replace(line, rulebook=rules), settings, records.database)
    switch = open_switch(settings, records.database)
    curation = open_curation(live, settings, records.database)
    guard = make_protection(settings, line.say("emergency-line"), settings.host)
    site = Site(max_body_bytes=settings.max_body_bytes, emergency_line=guard.emergency)
    pages = make_widget_router({"emergency_line": guard.emergency, "clinic_contact": settings.clinic_contact})
    reception = make_reception(settings, live.line, guard_answers(live, switch, guard), records)
    app = create_app(reception, site, lambda: live.line.index.sources, checks, guard, pages, curation.chores)
    goods = Goods(settings, rules, switch, line.versions)
    seen = make_insight_pages(live, settings, records.database)
    more = (*make_pages_of_answers(staff), *curation.pages, *seen)
    app.mount("/staff", open_console(goods, records.database, more))
    return app


def open_live(line: Line, settings: Settings, database: Database) -> tuple[LiveBot, StaffAnswersOpen]:
    """`line` is on the whole index, as it was opened. What answers follows what is withdrawn, built and approved."""
    standing = open_standing(line, settings, SqlSources(database))
    staff = open_staff_answers(settings, follow(line, standing), database)
    return LiveBot(staff.line, standing, make_lay(settings)), staff


def guard_answers(live: LiveBot, switch: Switch, guard: Protection) -> Answers:
    """What every way in asks: behind the switch, counted, and never more at once than the queue has places."""
    switched = SwitchedBot(live, switch, _alarm(live.line), live.line.say("switched-off"))
    return make_answers(ObservedBot(switched, guard.metrics), guard.queue)


def _alarm(line: Line) -> Callable[[Question], bool]:
    """Whether the line would answer with the emergency message; decided as the line decides it."""

    def is_urgent(question: Question) -> bool:
        cleaned = read_question(question.text, question.history, line.limits)
        return triage_question(cleaned, line.rules, make_classifier(line, line.embeddings)).route == "urgent"

    return is_urgent


def make_protection(settings: Settings, emergency: str, host: str) -> Protection:
    """For an app that listens at `host`."""
    keys = ApiKeys(split_list(settings.api_keys.get_secret_value()), open_without=_is_loopback(host))
    return Protection(
        limiter=_make_limiter(settings, keys),
        keys=keys,
        queue=LineQueue(settings.questions_at_once, settings.questions_waiting),
        metrics=Metrics(),
        origins=_list_origins(settings),
        trusted_proxies=split_list(settings.trusted_proxies),
        max_header_bytes=settings.max_header_bytes,
        body_seconds=settings.body_seconds,
        request_seconds=settings.request_seconds,
        emergency=emergency,
        tracer=make_tracer(),
    )


def _list_origins(settings: Settings) -> tuple[str, ...]:
    """Pages with a widget may call the API as a matter of course."""
    of_widgets = (origin for origins in settings.widget_origins.values() for origin in origins)
    return tuple(dict.fromkeys((*split_list(settings.allowed_origins), *of_widgets)))


def open_switch(settings: Settings, database: Database) -> Switch:
    return SqlKillSwitch(database, settings.switch_path)


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def _make_limiter(settings: Settings, keys: ApiKeys) -> Limiter:
    secret = settings.limits_secret.get_secret_value()
    if settings.limits_url != MEMORY and not secret:
        raise SettingsError(
            "ISLETBOT_LIMITS_URL is set and ISLETBOT_LIMITS_SECRET is not: replicas would count the same caller "
            "under different names. Set the same secret for all of them."
        )
    rates = Rates(settings.session_rate, settings.address_rate, settings.api_key_rate, settings.total_rate)
    return Limiter(settings.limits_url, rates, secret.encode() or secrets.token_bytes(_SECRET_BYTES), keys)
