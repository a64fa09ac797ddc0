"""Builds the app and the middleware in front of the bot."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from isletbot.answering.line import Line
from isletbot.errors import SettingsError
from isletbot.ingestion.index_folder import current_folder
from isletbot.live.bot import LiveBot
from isletbot.live.index_watcher import IndexWatcher, follow
from isletbot.live.rules import LiveRules, read_red_flags
from isletbot.prompts import Prompts
from isletbot.server.api_keys import ApiKeys, is_loopback
from isletbot.server.app import Site, create_app
from isletbot.server.background import BackgroundJob
from isletbot.server.concurrency import AskAsync, RequestPool, make_async
from isletbot.server.dependencies import ServerContext
from isletbot.server.emergency_handler import EmergencyHandler
from isletbot.server.kill_switch import KillSwitch, KillSwitchedBot, SubordinateSwitch
from isletbot.server.metrics import Metrics
from isletbot.server.middleware import MiddlewareSettings
from isletbot.server.rate_limits import MEMORY, Limiter, Rates
from isletbot.server.telemetry import MeteredBot
from isletbot.server.tracing import make_tracer
from isletbot.server.wire import HealthCheck
from isletbot.settings import Settings
from isletbot.settings.http_server import split_list
from isletbot.storage.chroma_passages import ChromaPassages
from isletbot.storage.database import Database
from isletbot.storage.file_journal import FileJournal
from isletbot.storage.sql_kill_switch import SqlKillSwitch
from isletbot.storage.sql_rule_changes import SqlRuleChanges
from isletbot.storage.sql_rule_reviews import SqlRuleReviews
from isletbot.storage.sql_sources import SqlSources
from isletbot.widget.pages import make_widget_router
from isletbot.wiring.composers import make_rebuild
from isletbot.wiring.console import ConsoleDependencies, make_insight_pages, make_pages_of_answers, open_console
from isletbot.wiring.index_server import open_index, open_mirror
from isletbot.wiring.page_words import list_page_words, list_titles
from isletbot.wiring.queue import open_curation
from isletbot.wiring.readiness import probe_readiness
from isletbot.wiring.server_context import make_redaction, make_server_context, open_records
from isletbot.wiring.staff_answers import StaffAnswersOpen, open_staff_answers

if TYPE_CHECKING:
    from fastapi import FastAPI

_log = logging.getLogger(__name__)
_SECRET_BYTES = 32
_RULES_SECONDS = 2.0
_INDEX_SECONDS = 2.0


def serve_line(
    line: Line,
    settings: Settings,
    prompts: Prompts,
    checks: Callable[[], Sequence[HealthCheck]],
    beside: FastAPI | None = None,
) -> FastAPI:
    """`beside` serves another corpus in this process: limits, keys, threads and figures are those of both, and its kill
    switch turns this one off too."""
    records = open_records(settings)
    database, sources = records.database, SqlSources(records.database)
    rules = open_rules(settings, prompts, database)
    live, staff = open_live(replace(line, rulebook=rules), settings, prompts, database, sources)
    switch = open_switch(settings, database)
    if beside:
        switch = SubordinateSwitch(switch, beside.state.switch)
    redact = make_redaction(settings, live.line.index.everything())
    curation = open_curation(live, settings, database, sources, redact)
    guard = _make_guard(settings, line.say("emergency-line"), beside.state.guard if beside else None)
    guard = replace(guard, emergency_lines=prompts.list_translations("emergency-line"))
    site = Site(
        max_body_bytes=settings.max_body_bytes, emergency_line=guard.emergency, probes=lambda: probe_readiness(settings)
    )
    pages = make_widget_router(list_page_words(prompts), guard.emergency_lines, list_titles(prompts), line.starters)
    ask = guard_answers(live, switch, guard)
    context = make_server_context(settings, live.line, ask, records, redact, prompts)
    context = replace(context, emergency_handler=make_emergency_handler(live, settings, context, guard))
    jobs = (*curation.jobs, BackgroundJob(rules, _RULES_SECONDS), *_follow_server(live, settings))
    app = create_app(context, site, lambda: live.line.index.sources, checks, guard, pages, jobs)
    dependencies = ConsoleDependencies(settings, rules, switch, line.versions, SqlRuleReviews(database))
    more = (*make_pages_of_answers(staff), *curation.pages, *make_insight_pages(live, settings, database))
    app.mount("/staff", open_console(dependencies, database, more))
    app.state.guard, app.state.switch = guard, switch
    return app


def _make_guard(settings: Settings, emergency: str, shared: MiddlewareSettings | None) -> MiddlewareSettings:
    if shared is None:
        return make_middleware_settings(settings, emergency, settings.host)
    return replace(shared, emergency=emergency, origins=_list_origins(settings), root_path=settings.root_path)


def open_live(
    line: Line, settings: Settings, prompts: Prompts, database: Database, sources: SqlSources
) -> tuple[LiveBot, StaffAnswersOpen]:
    """Builds a bot that follows withdrawals, new indexes and approvals. `line` must be on the whole index, as it was
    opened."""
    assert isinstance(line.index, ChromaPassages)

    digest = line.embeddings.digest
    mirror = open_mirror(settings, digest)
    find = mirror.find_folder if mirror else lambda: current_folder(settings.index_dir)
    watcher = IndexWatcher(line.index, sources, find, lambda: open_index(settings, digest))
    staff = open_staff_answers(settings, follow(line, watcher), database)

    def is_listed(text: str) -> bool:
        today = line.clock.today()
        return watcher.whole.answers.find_listed(text, today) is not None or staff.live.holds_listed(text, today)

    rules = line.rulebook
    held = (lambda: rules.held) if isinstance(rules, LiveRules) else rules
    return LiveBot(staff.line, watcher, make_rebuild(settings, prompts), held, is_listed), staff


def _follow_server(live: LiveBot, settings: Settings) -> tuple[BackgroundJob, ...]:
    """Asks a Chroma server which build serves, so that no request waits for it."""
    mirror = open_mirror(settings, live.line.embeddings.digest)
    if mirror is None:
        return ()

    def follow_build() -> None:
        try:
            mirror.follow()
        except OSError as error:
            _log.error("the new index cannot be copied, the one before goes on serving: %s", error)
        live.watcher.refresh()

    return (BackgroundJob(follow_build, _INDEX_SECONDS),)


def make_emergency_handler(
    live: LiveBot, settings: Settings, context: ServerContext, guard: MiddlewareSettings
) -> EmergencyHandler:
    journal = FileJournal(settings.data_dir / "journal" / "urgent.jsonl")
    return EmergencyHandler(
        live.answer_urgent, journal, context.records, context.chat, guard.metrics, suspects=live.suspects
    )


def open_rules(settings: Settings, prompts: Prompts, database: Database) -> LiveRules:
    return LiveRules(prompts.folder("triage"), read_red_flags(settings.red_flags_dir), SqlRuleChanges(database))


def guard_answers(live: LiveBot, switch: KillSwitch, guard: MiddlewareSettings) -> AskAsync:
    """Puts the bot behind the kill switch, the metrics and the bounded pool."""
    switched = KillSwitchedBot(live, switch, live.is_urgent, live.line.say("switched-off"))
    return make_async(MeteredBot(switched, guard.metrics), guard.queue)


def make_middleware_settings(settings: Settings, emergency: str, host: str) -> MiddlewareSettings:
    """Builds the settings for an app that listens at `host`."""
    keys = ApiKeys(split_list(settings.api_keys.get_secret_value()), open_without=is_loopback(host))
    return MiddlewareSettings(
        limiter=_make_limiter(settings, keys),
        keys=keys,
        queue=RequestPool(settings.questions_at_once, settings.questions_waiting),
        metrics=Metrics(),
        origins=_list_origins(settings),
        trusted_proxies=split_list(settings.trusted_proxies),
        max_header_bytes=settings.max_header_bytes,
        body_seconds=settings.body_seconds,
        request_seconds=settings.request_seconds,
        emergency=emergency,
        root_path=settings.root_path,
        tracer=make_tracer(),
    )


def _list_origins(settings: Settings) -> tuple[str, ...]:
    """Adds the pages with a widget to the allowed origins."""
    of_widgets = (origin for origins in settings.widget_origins.values() for origin in origins)
    return tuple(dict.fromkeys((*split_list(settings.allowed_origins), *of_widgets)))


def open_switch(settings: Settings, database: Database) -> KillSwitch:
    return SqlKillSwitch(database, settings.switch_path)


def _make_limiter(settings: Settings, keys: ApiKeys) -> Limiter:
    secret = settings.limits_secret.get_secret_value()
    if settings.limits_url != MEMORY and not secret:
        raise SettingsError(
            "ISLETBOT_LIMITS_URL is set and ISLETBOT_LIMITS_SECRET is not: replicas would count the same caller "
            "under different names. Set the same secret for all of them."
        )
    rates = Rates(settings.session_rate, settings.address_rate, settings.api_key_rate, settings.total_rate)
    return Limiter(settings.limits_url, rates, secret.encode() or secrets.token_bytes(_SECRET_BYTES), keys)
