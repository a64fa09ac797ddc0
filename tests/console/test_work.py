"""Accounts, audit, kill switch and settings, as the people who use them see them."""

from __future__ import annotations

import re
from html import unescape

import pytest
from typer.testing import CliRunner

from isletbot.__main__ import app
from isletbot.console.csv_export import send_csv
from tests.console.people import PASSWORD, Person, Workplace


def test_an_admin_adds_somebody_who_comes_in_with_the_link(place: Workplace) -> None:
    anna = place.person("anna", "admin")
    anna.get("/staff/accounts")
    anna.post("/staff/accounts", name="Bert.Lind", role="editor")
    link = re.search(r"https://staff\.clinic\.example(/staff/set-up/[\w-]+)", anna.page)
    assert link is not None
    bert = place.person("bert.lind", role=None)
    bert.set_up(link[1])
    assert "Good to see you, bert.lind" in bert.get("/staff/").text
    assert bert.get("/staff/accounts").status_code == 403
    assert "anna account.added bert.lind" in place.tail("account")


@pytest.mark.parametrize(
    ("name", "role", "problem"),
    [("anna", "viewer", "There is an account"), ("<b>", "viewer", "is no name"), ("carl", "boss", "is no role")],
)
def test_an_account_that_cannot_be_made_is_said_and_not_made(
    place: Workplace, name: str, role: str, problem: str
) -> None:
    anna = place.person("anna", "admin")
    anna.get("/staff/accounts")
    assert anna.post("/staff/accounts", name=name, role=role).status_code == 422
    assert problem in anna.page
    assert "<b>" not in anna.page
    assert len(place.context.staff.list_accounts()) == 1


def test_a_new_role_holds_from_the_next_page_on(place: Workplace) -> None:
    anna, bert = place.person("anna", "admin"), place.person("bert", "viewer")
    assert bert.get("/staff/accounts").status_code == 403
    anna.get("/staff/accounts/bert")
    anna.post("/staff/accounts/bert/role", role="admin")
    assert bert.get("/staff/accounts").status_code == 200


@pytest.mark.parametrize("what", ["disable", "sign-out", "reset"])
def test_an_admin_ends_what_somebody_else_is_doing_at_once(place: Workplace, what: str) -> None:
    anna, bert = place.person("anna", "admin"), place.person("bert", "viewer")
    anna.get("/staff/accounts/bert")
    anna.post(f"/staff/accounts/bert/{what}")
    assert bert.get("/staff/").status_code == 303
    bert.sign_in()
    assert ("Good to see you" in bert.page) == (what == "sign-out")


@pytest.mark.parametrize("what", ["role", "disable", "reset", "sign-out"])
def test_nobody_changes_their_own_account_alone(place: Workplace, what: str) -> None:
    anna = place.person("anna", "admin")
    anna.get("/staff/accounts")
    assert anna.post(f"/staff/accounts/anna/{what}", role="viewer").status_code == 422
    assert anna.get("/staff/accounts").status_code == 200


def test_a_changed_password_ends_the_other_sessions(place: Workplace) -> None:
    anna = place.person("anna")
    other = Person(place, "anna")
    other.secret = anna.secret
    other.sign_in()
    other.get("/staff/me")
    new = "eleven loud geese on the roof"
    assert other.post("/staff/me/password", current="wrong", password=new, again=new).status_code == 422
    assert (
        other.post("/staff/me/password", current=PASSWORD, password="password1", again="password1").status_code == 422
    )
    assert other.post("/staff/me/password", current=PASSWORD, password=new, again=new).status_code == 200
    assert anna.get("/staff/").status_code == 303
    assert anna.sign_in().status_code == 401
    assert anna.sign_in(password=new).status_code == 200


def test_one_sees_where_one_is_signed_in_and_ends_it(place: Workplace) -> None:
    anna = place.person("anna")
    other = Person(place, "anna")
    other.secret = anna.secret
    other.sign_in()
    session = re.search(r"/staff/me/sessions/(\w{32})/end", other.get("/staff/me").text)
    assert session is not None
    other.post(f"/staff/me/sessions/{session[1]}/end")
    assert anna.get("/staff/").status_code == 303
    assert other.get("/staff/").status_code == 200


def test_nobody_ends_the_session_of_another(place: Workplace) -> None:
    anna, bert = place.person("anna"), place.person("bert")
    [session] = place.context.staff.list_sessions(place.context.staff.find_account("anna").id)  # type: ignore[union-attr]
    bert.get("/staff/me")
    bert.post(f"/staff/me/sessions/{session.id}/end")
    assert anna.get("/staff/").status_code == 200


def test_new_recovery_codes_end_the_old_ones(place: Workplace) -> None:
    anna = place.person("anna")
    old = anna.page.split("<li><code>")[1].split("</code>")[0]
    anna.get("/staff/me")
    anna.post("/staff/me/recovery-codes", code=anna.place.clock().strftime("%y%m%d"))
    assert "This code is wrong" in anna.page
    anna.post("/staff/me/recovery-codes", code=old)
    assert "Recovery codes" in anna.page
    assert old not in anna.page


def test_the_switch_needs_a_reason_and_says_who_turned_it(place: Workplace) -> None:
    anna, vera = place.person("anna", "approver"), place.person("vera")
    anna.get("/staff/switch")
    assert anna.post("/staff/switch/off", why="  no ").status_code == 422
    anna.post("/staff/switch/off", why="A wrong <dose> was said")
    text = unescape(vera.get("/staff/switch").text)
    assert "Off: only urgent replies" in text
    assert "by anna: A wrong <dose> was said" in text
    assert vera.post("/staff/switch/on", why="let us go on").status_code == 403
    anna.post("/staff/switch/on", why="It was mended")
    assert place.tail("switch") == ["anna switch.off", "anna switch.on"]


def test_the_log_is_filtered_page_by_page_and_its_export_stands_in_it(place: Workplace) -> None:
    anna = place.person("anna", "admin")
    vera = place.person("vera")
    for number in range(60):
        vera.get(f"/staff/accounts?{number}")
    page = anna.get("/staff/audit?who=vera&action=access").text
    assert "60 rows as asked for" in page
    assert page.count("access.refused") == 50
    older = re.search(r'href="([^"]+)" rel="next"', page)
    assert older is not None
    assert anna.get(unescape(older[1])).text.count("access.refused") == 10
    assert anna.get("/staff/audit?since=yesterday").status_code == 422
    export = anna.browser.get("/staff/audit/rows.csv?who=vera")
    assert export.headers["content-disposition"] == 'attachment; filename="audit.csv"'
    assert len(export.text.splitlines()) > 60
    assert place.tail("audit.exported") == ["anna audit.exported"]


def test_the_console_checks_the_log_and_prints_its_anchor(place: Workplace) -> None:
    anna = place.person("anna", "admin")
    anna.get("/staff/audit")
    head = place.context.audit.head()
    anna.post("/staff/audit/check")
    assert "none changed, none missing" in anna.page
    assert str(head) in anna.page


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "\r=1", "\n=1"])
def test_no_cell_of_an_export_is_a_formula(cell: str) -> None:
    sent = bytes(send_csv("a.csv", ("words",), [(cell,)]).body).decode("utf-8-sig")
    assert sent.split("\r\n", 1)[1].lstrip('"').startswith("'")


def test_the_settings_are_shown_without_secrets(tmp_path_factory: pytest.TempPathFactory, place: Workplace) -> None:
    page = place.person("anna", "admin").get("/staff/settings").text
    assert "ISLETBOT_STAFF_IDLE_MINUTES" in page
    assert "ISLETBOT_API_KEYS" in page


def run(*words: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["staff", *words])
    return done.exit_code, done.output


def test_the_commands_make_list_change_and_reset_accounts(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ISLETBOT_DATA_DIR", str(tmp_path))
    status, said = run("add", "anna", "--role", "admin")
    assert status == 0
    assert re.search(r"^http://127\.0\.0\.1:8000/staff/set-up/[\w-]{43}$", said, re.MULTILINE)
    assert run("add", "bert")[0] == 0
    assert "not set up" in run("list")[1]
    assert run("role", "bert", "--role", "editor")[0] == 0
    assert run("disable", "bert")[0] == 0
    assert re.search(r"bert +editor +disabled", run("list")[1])
    assert run("disable", "bert", "--undo")[0] == 0
    assert "/staff/set-up/" in run("reset", "bert")[1]
    for words in (("disable", "anna"), ("role", "anna", "--role", "viewer"), ("add", "anna"), ("reset", "carl")):
        assert run(*words)[0] == 2, words
    status, said = run("audit", "verify")
    assert (status, "no findings" in said) == (0, True)
    anchor = said.strip().split()[-1]
    assert run("audit", "verify", "--anchor", anchor)[0] == 0
    status, said = run("audit", "verify", "--anchor", f"99:{'a' * 64}")
    assert (status, "row 99 is missing" in said) == (1, True)
    assert run("audit", "verify", "--anchor", "nonsense")[0] == 2
