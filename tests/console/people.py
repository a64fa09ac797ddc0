"""A console over records in a file of its own, with a clock that tests can turn, and the people who work at it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from html import unescape
from pathlib import Path
from types import TracebackType

import pyotp
from argon2 import PasswordHasher
from httpx import Response
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

from isletbot.console.account_setup import AccountSetup
from isletbot.console.console_app import make_console
from isletbot.console.context import ConsoleContext, SessionPolicy
from isletbot.console.passwords import Passwords
from isletbot.console.routing import PageRouter
from isletbot.curation.staff import StaffRole
from isletbot.settings import load_settings
from isletbot.storage.sql_records import SqlRecords
from isletbot.storage.sql_rule_reviews import SqlRuleReviews
from isletbot.wiring.console import ConsoleDependencies, make_house, make_own_pages
from isletbot.wiring.filled_prompts import open_prompts
from isletbot.wiring.serving import open_rules, open_switch
from tests.kept import HOUR
from tests.server.contexts import TurnedClock

ADDRESS = "https://staff.clinic.example"
PASSWORD = "seven quiet herons by the lake"
CHEAP = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
POLICY = SessionPolicy(HOUR / 2, 12 * HOUR, 48 * HOUR, 100_000, 200_000, "", b"secret", "Lakeside Clinic")


@dataclass
class Workplace:
    """Records, a console over them, and its people."""

    context: ConsoleContext
    records: SqlRecords
    clock: TurnedClock
    app: Starlette

    def person(self, name: str, role: StaffRole | None = "viewer") -> Person:
        """Somebody with a browser; signed in, unless there is no role."""
        person = Person(self, name)
        return person.join(role) if role else person

    def tail(self, action: str = "") -> list[str]:
        """Actions of the audit log, the oldest first."""
        rows = [row.event for row in self.context.audit.everything()]
        return [f"{event.who} {event.action} {event.target}".strip() for event in rows if action in event.action]


def a_workplace(
    folder: Path, more: Sequence[PageRouter] = (), records: SqlRecords | None = None, **policy: object
) -> Workplace:
    settings, clock = load_settings(data_dir=folder), TurnedClock()
    records = records or SqlRecords.open(None, folder)
    switch = open_switch(settings, records.database)
    rules = open_rules(settings, open_prompts(settings), records.database)
    dependencies = ConsoleDependencies(settings, rules, switch, {"index": "i1"}, SqlRuleReviews(records.database))
    given = replace(POLICY, **policy)  # type: ignore[arg-type]
    context = replace(make_house(settings, records.database), passwords=CHEAP, policy=given, now=clock)
    console = make_console(context, (*make_own_pages(dependencies), *more))
    app = Starlette(routes=[Mount("/staff", console)])
    return Workplace(context, records, clock, app)


class Person:
    """A browser with its cookies, and the phone of whoever sits before it."""

    def __init__(self, place: Workplace, name: str) -> None:
        self.place, self.name, self.secret = place, name, ""
        self.browser = TestClient(place.app, ADDRESS, follow_redirects=False, headers={"Origin": ADDRESS})
        self.page = ""

    def __enter__(self) -> Person:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        self.browser.close()

    def get(self, path: str) -> Response:
        return self._read(self.browser.get(path))

    def post(self, path: str, follow: bool = True, **fields: str) -> Response:
        """With the token of the page before, unless another is given."""
        response = self._read(self.browser.post(path, data={"form_token": self.form_token, **fields}))
        return self.get(response.headers["location"]) if follow and response.is_redirect else response

    @property
    def form_token(self) -> str:
        found = re.search(r'name="form_token" value="([^"]+)"', self.page)
        return found[1] if found else ""

    @property
    def code(self) -> str:
        return pyotp.TOTP(self.secret).at(self.place.clock())

    def join(self, role: StaffRole) -> Person:
        """From the set-up link to the first page."""
        token = AccountSetup(self.place.context, "command line").add_account(self.name, role)
        self.set_up(f"/staff/set-up/{token}")
        return self

    def set_up(self, link: str) -> Response:
        self.get(link)
        self.post(link, password=PASSWORD, again=PASSWORD)
        self.read_secret()
        return self.post("/staff/second-factor/set-up", code=self.code)

    def read_secret(self) -> None:
        found = re.search(r'<code class="secret">([A-Z2-7 ]+)</code>', self.page)
        assert found is not None, self.page
        self.secret = found[1].replace(" ", "")

    def sign_in(self, password: str = PASSWORD, **fields: str) -> Response:
        """As somebody who comes back: no code works twice, so the clock moves on."""
        self.place.clock.pass_by(timedelta(minutes=2))
        self.get("/staff/sign-in")
        reply = self.post("/staff/sign-in", name=self.name, password=password, **fields)
        if reply.status_code != 200:
            return reply
        return self.post("/staff/second-factor", code=self.code, **self.hidden())

    def hidden(self) -> dict[str, str]:
        """What the form of this page carries along."""
        pairs = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', self.page)
        return {name: unescape(value) for name, value in pairs if name != "form_token"}

    def _read(self, response: Response) -> Response:
        if response.headers.get("content-type", "").startswith("text/html"):
            self.page = response.text
        return response
