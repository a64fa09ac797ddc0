"""Coming in, and everything that must not lead in."""

from __future__ import annotations

import re
from datetime import timedelta

import pyotp
import pytest
import segno

from isletbot.console.account_setup import AccountSetup
from isletbot.console.authentication import ACCOUNT_DELAYS, ISSUER
from isletbot.console.request import COOKIE
from isletbot.console.tokens import digest_token, make_token
from tests.console.people import PASSWORD, Person, Workplace
from tests.kept import HOUR


def cookie_of(person: Person) -> str:
    return person.browser.cookies.get(COOKIE) or ""


def test_a_set_up_link_leads_to_a_password_a_second_factor_and_the_first_page(place: Workplace) -> None:
    anna = place.person("anna", "admin")
    assert "Recovery codes" in anna.page
    assert "Good to see you, anna" in anna.get("/staff/").text
    anna.post("/staff/sign-out")
    assert anna.get("/staff/").headers["location"] == "/staff/sign-in"
    anna.sign_in()
    assert "Good to see you, anna" in anna.page


def test_there_is_no_account_to_begin_with(place: Workplace) -> None:
    assert place.context.staff.list_accounts() == ()


def test_a_set_up_link_works_once_and_not_for_ever(place: Workplace) -> None:
    granting = AccountSetup(place.context, "command line")
    link = f"/staff/set-up/{granting.add_account('anna', 'viewer')}"
    anna = place.person("anna", role=None)
    anna.set_up(link)
    assert anna.get(link).status_code == 404
    late = f"/staff/set-up/{granting.add_account('late', 'viewer')}"
    place.clock.pass_by(48 * HOUR)
    assert anna.get(late).status_code == 404


def test_the_token_changes_with_every_step_and_only_the_last_one_is_known(place: Workplace) -> None:
    anna = place.person("anna")
    anna.post("/staff/sign-out")
    anna.get("/staff/sign-in")
    tokens = [cookie_of(anna)]
    anna.post("/staff/sign-in", name="anna", password=PASSWORD)
    tokens.append(cookie_of(anna))
    place.clock.pass_by(timedelta(minutes=1))
    anna.post("/staff/second-factor", code=anna.code)
    tokens.append(cookie_of(anna))
    assert len(set(tokens)) == 3
    known = [place.context.staff.find_session(digest_token(token)) is not None for token in tokens]
    assert known == [False, False, True]


def test_a_token_has_256_bits_and_is_kept_as_a_digest_alone(place: Workplace) -> None:
    anna = place.person("anna")
    assert len(make_token()) == 43
    with place.records.database.read() as connection:
        dump = "\n".join(connection.connection.driver_connection.iterdump())  # type: ignore[union-attr]
    assert digest_token(cookie_of(anna)) in dump
    assert cookie_of(anna) not in dump
    assert PASSWORD not in dump
    assert "$argon2id$" in dump


def test_the_cookie_is_for_this_host_alone_and_no_script_reads_it(place: Workplace) -> None:
    given = place.person("anna", role=None).get("/staff/sign-in").headers["set-cookie"]
    assert given.startswith("__Host-")
    assert {"HttpOnly", "Secure", "Path=/", "SameSite=strict"} <= set(given.split("; "))
    assert "Domain" not in given


def test_a_wrong_name_and_a_wrong_password_sound_the_same(place: Workplace) -> None:
    place.person("anna")
    mallory = place.person("mallory", role=None)
    said = []
    for name in ("anna", "nobody"):
        mallory.get("/staff/sign-in")
        mallory.post("/staff/sign-in", name=name, password="something wrong")
        said.append(mallory.page.replace(name, "NAME").split("<main")[1].split('name="form_token"')[0])
    assert said[0] == said[1]
    assert "is wrong" in said[0]


def test_whoever_guesses_waits_longer_and_longer_from_wherever(place: Workplace) -> None:
    place.person("anna")
    statuses = []
    for _ in range(len(ACCOUNT_DELAYS) + 2):
        mallory = place.person("mallory", role=None)
        mallory.get("/staff/sign-in")
        statuses.append(mallory.post("/staff/sign-in", name="anna", password="guess").status_code)
    assert statuses == [401] * 5 + [429] * (len(statuses) - 5)
    assert "Wait 1 second" in mallory.page
    place.clock.pass_by(timedelta(seconds=1))
    assert mallory.post("/staff/sign-in", name="anna", password="guess").status_code == 401
    place.clock.pass_by(timedelta(seconds=1))
    assert mallory.post("/staff/sign-in", name="anna", password=PASSWORD).status_code == 429
    assert "Wait 1 second" in mallory.page


def test_an_address_that_tries_many_names_waits_too(place: Workplace) -> None:
    mallory = place.person("mallory", role=None)
    mallory.get("/staff/sign-in")
    tried = [mallory.post("/staff/sign-in", name=f"name{n}", password="x").status_code for n in range(22)]
    assert tried == [401] * 20 + [429] * 2
    assert place.tail("sign-in.failed") == ["nobody sign-in.failed name" + str(n) for n in range(20)]


def test_codes_cannot_be_guessed_either_and_none_works_twice(place: Workplace) -> None:
    anna = place.person("anna")
    used = anna.code
    anna.post("/staff/sign-out")
    anna.get("/staff/sign-in")
    anna.post("/staff/sign-in", name="anna", password=PASSWORD)
    assert anna.post("/staff/second-factor", code=used).status_code == 401
    statuses = [anna.post("/staff/second-factor", code="000000").status_code for _ in range(5)]
    assert statuses[-1] == 429


def test_a_recovery_code_works_in_place_of_the_app_once(place: Workplace) -> None:
    anna = place.person("anna")
    code = anna.page.split("<li><code>")[1].split("</code>")[0]
    anna.post("/staff/sign-out")
    for status in (303, 401):
        anna.get("/staff/sign-in")
        anna.post("/staff/sign-in", name="anna", password=PASSWORD)
        assert anna.post("/staff/second-factor", follow=False, code=code.upper()).status_code == status
        anna.browser.cookies.clear()
    assert len(place.tail("recovery-code")) == 1


@pytest.mark.parametrize(("step", "times"), [(HOUR, 1), (HOUR / 3, 36)])
def test_a_session_ends_when_nothing_is_done_in_it_and_after_a_day_of_work(
    place: Workplace, step: timedelta, times: int
) -> None:
    anna = place.person("anna")
    seen = []
    for _ in range(times):
        place.clock.pass_by(step)
        seen.append(anna.get("/staff/").status_code)
    assert seen == [200] * (times - 1) + [303]


def test_signing_out_ends_the_session_on_the_server(place: Workplace) -> None:
    anna = place.person("anna")
    kept = cookie_of(anna)
    anna.post("/staff/sign-out")
    anna.browser.cookies.set(COOKIE, kept, domain="staff.clinic.example")
    assert anna.get("/staff/").status_code == 303


def test_a_form_without_the_token_of_this_session_changes_nothing(place: Workplace) -> None:
    anna, bert = place.person("anna", "approver"), place.person("bert", "approver")
    bert.get("/staff/switch")
    for token in ("", "forged", bert.form_token):
        anna.get("/staff/switch")
        reply = anna.browser.post("/staff/switch/off", data={"why": "because I can", "form_token": token})
        assert reply.status_code == 403
        assert "because I can" in reply.text
    assert place.tail("switch") == []
    assert len(place.tail("access.refused")) == 3


@pytest.mark.parametrize("origin", ["https://evil.example", "null", ""])
def test_a_form_from_a_page_of_another_origin_changes_nothing(place: Workplace, origin: str) -> None:
    anna = place.person("anna", "approver")
    anna.get("/staff/switch")
    given = {"why": "because I can", "form_token": anna.form_token}
    reply = anna.browser.post("/staff/switch/off", data=given, headers={"Origin": origin})
    assert reply.status_code == 403
    assert "because I can" not in reply.text
    assert place.tail("switch") == []


@pytest.mark.parametrize("target", ["//evil.example/", "https://evil.example/", "/staff/\\evil.example", "/v1/chat"])
def test_signing_in_leads_nowhere_else(place: Workplace, target: str) -> None:
    anna = place.person("anna")
    anna.post("/staff/sign-out")
    assert anna.sign_in(to=target).url.path == "/staff/"


def test_signing_in_leads_to_the_page_that_was_wanted(place: Workplace) -> None:
    anna = place.person("anna")
    anna.post("/staff/sign-out")
    wanted = anna.get("/staff/rules/e1-emergency.yaml").headers["location"]
    place.clock.pass_by(timedelta(minutes=2))
    anna.get(wanted)
    anna.post("/staff/sign-in", name="anna", password=PASSWORD, **anna.hidden())
    reply = anna.post("/staff/second-factor", code=anna.code, **anna.hidden())
    assert reply.url.path == "/staff/rules/e1-emergency.yaml"


def test_an_enrolment_left_open_cannot_replace_a_second_factor(place: Workplace) -> None:
    anna = place.person("anna", role=None)
    link = f"/staff/set-up/{AccountSetup(place.context, 'command line').add_account('anna', 'admin')}"
    anna.get(link)
    anna.post(link, password=PASSWORD, again=PASSWORD)
    other = Person(place, "anna")
    other.get("/staff/sign-in")
    other.post("/staff/sign-in", name="anna", password=PASSWORD)
    other.read_secret()
    other.post("/staff/second-factor/set-up", code=other.code)
    assert anna.get("/staff/second-factor/set-up").status_code == 303
    assert anna.post("/staff/second-factor/set-up", follow=False, code=other.code).status_code == 303
    assert anna.get("/staff/accounts").status_code == 303


def test_the_key_is_a_code_to_scan_that_is_drawn_on_the_page(place: Workplace) -> None:
    anna = place.person("anna", role=None)
    token = AccountSetup(place.context, "command line").add_account("anna", "viewer")
    link = f"/staff/set-up/{token}"
    anna.get(link)
    anna.post(link, password=PASSWORD, again=PASSWORD)
    anna.read_secret()
    address = pyotp.TOTP(anna.secret).provisioning_uri(name="anna", issuer_name=ISSUER)
    *_, drawn = re.findall(r" d=\"([^\"]+)\"", anna.page.partition('aria-label="The key as')[2].partition("</svg>")[0])
    assert drawn in segno.make(address, error="m", micro=False).svg_inline(scale=5, border=4, dark="#000")
    assert "<img" not in anna.page
