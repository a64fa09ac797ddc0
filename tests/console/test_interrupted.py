"""What somebody typed is never lost: the session was over, the database was away, the form was too large."""

from __future__ import annotations

from sqlalchemy import text

from tests.console.people import PASSWORD, Person, Workplace
from tests.kept import HOUR

TEXT = 'Ten of 12 <script>alert(1)</script> came off "insulin".\nSecond line.'


def write_on_after_the_session(place: Workplace) -> Person:
    anna = place.person("anna", "approver")
    anna.get("/staff/switch")
    place.clock.pass_by(HOUR)
    reply = anna.post("/staff/switch/off", why=TEXT)
    assert reply.status_code == 401
    return anna


def test_a_text_written_after_the_session_was_over_is_there_again_after_signing_in(place: Workplace) -> None:
    anna = write_on_after_the_session(place)
    assert anna.hidden()["carried.why"] == TEXT
    assert "<script>" not in anna.page.replace("<script src", "")
    anna.post("/staff/sign-in", name="anna", password="mistyped", **anna.hidden())
    anna.post("/staff/sign-in", name="anna", password=PASSWORD, **anna.hidden())
    anna.post("/staff/second-factor", code=anna.code, **anna.hidden())
    assert "You are in again" in anna.page
    assert place.tail("switch") == []
    anna.post("/staff/switch/off", why=TEXT)
    assert place.tail("switch") == ["anna switch.off"]


def test_neither_a_password_nor_a_code_is_carried_along(place: Workplace) -> None:
    anna = place.person("anna")
    anna.get("/staff/me")
    place.clock.pass_by(HOUR)
    anna.post("/staff/me/password", current=PASSWORD, password="another long one", again="another long one")
    assert PASSWORD not in anna.page
    assert "another long one" not in anna.page


def test_fields_of_another_origin_are_not_carried(place: Workplace) -> None:
    stranger = place.person("mallory", role=None)
    reply = stranger.browser.post("/staff/switch/off", data={"why": TEXT}, headers={"Origin": "https://evil.example"})
    assert reply.status_code == 403
    assert "Ten of 12" not in reply.text


def run_sql(place: Workplace, statement: str) -> None:
    with place.records.database.write() as connection:
        connection.execute(text(statement))


def test_when_the_database_is_away_the_page_says_so_and_keeps_the_text(place: Workplace) -> None:
    anna = place.person("anna", "approver")
    anna.get("/staff/switch")
    run_sql(place, "ALTER TABLE staff_sessions RENAME TO elsewhere")
    reply = anna.post("/staff/switch/off", why=TEXT)
    assert reply.status_code == 503
    assert "Ten of 12" in reply.text
    assert "sqlite" not in reply.text
    run_sql(place, "ALTER TABLE elsewhere RENAME TO staff_sessions")
    anna.post("/staff/switch/off", why=TEXT)
    assert place.tail("switch") == ["anna switch.off"]


def test_a_form_that_is_too_large_is_refused_with_the_way_out(place: Workplace) -> None:
    anna = place.person("anna", "editor")
    anna.get("/staff/rules/e1-emergency.yaml/change")
    reply = anna.post("/staff/rules/e1-emergency.yaml/change", text="x" * 1_000_000)
    assert reply.status_code == 413
    assert "your text is still in the form" in reply.text


def test_only_forms_are_read(place: Workplace) -> None:
    anna = place.person("anna", "approver")
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    sent = (
        {"json": {"why": "because"}},
        {"files": {"why": b"because"}},
        {"content": b"why=%ff%fe", "headers": form},
        {"content": b"&a=1" * 2_000, "headers": form},
    )
    for given in sent:
        assert anna.browser.post("/staff/switch/off", **given).status_code == 422  # type: ignore[arg-type]
    assert place.tail("switch") == []


def test_a_change_that_cannot_be_written_down_is_undone(place: Workplace) -> None:
    anna, bert = place.person("anna", "admin"), place.person("bert", "viewer")
    anna.get("/staff/accounts/bert")
    run_sql(place, "CREATE TRIGGER full BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'the disk is full'); END")
    assert anna.post("/staff/accounts/bert/role", role="admin").status_code == 503
    run_sql(place, "DROP TRIGGER full")
    assert bert.get("/staff/accounts").status_code == 403
