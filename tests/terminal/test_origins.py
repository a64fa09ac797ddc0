"""`isletbot doctor --origin`: whether a page may hold the widget, and the very setting that is missing."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from isletbot.__main__ import app
from isletbot.server.wire import HealthCheck
from isletbot.settings.conversations import read_widgets
from isletbot.terminal.origins import check_origin

CLINIC = "https://clinic.example"


def test_an_origin_on_the_list_is_told_which_widget_to_write() -> None:
    found = check_origin(CLINIC, {"harbour": (CLINIC,)})
    assert found.ok
    assert found.detail == 'pages of https://clinic.example may hold <isletbot-chat widget="harbour">'


def test_the_remedy_keeps_what_is_set_and_makes_the_origin_pass() -> None:
    widgets = {"harbour": (CLINIC, "https://www.clinic.example"), "pier": ("https://pier.example",)}
    found = check_origin("https://new.example", widgets)
    assert not found.ok
    setting = found.remedy.split('ISLETBOT_WIDGETS="')[1].split('"')[0]
    assert read_widgets(setting) == {**widgets, "mine": ("https://new.example",)}
    assert check_origin("https://new.example", read_widgets(setting)).ok


def test_for_a_further_corpus_the_tag_names_it_and_the_remedy_its_entry() -> None:
    assert check_origin(CLINIC, {"pier": (CLINIC,)}, "gout").detail.endswith(
        '<isletbot-chat corpus="gout" widget="pier">'
    )
    remedy = check_origin("https://new.example", {"pier": (CLINIC,)}, "gout").remedy
    entry = f'widgets: "pier={CLINIC};mine=https://new.example" below gout: in the file of ISLETBOT_CORPORA'
    assert remedy == f'Set {entry}, start the server again, and write corpus="gout" widget="mine" into the page\'s tag.'


@pytest.mark.parametrize(
    "origin", ["clinic.example", "https://clinic.example/", "http://clinic.example", "https://Clinic.example", ""]
)
def test_what_is_no_origin_is_said_to_be_none(origin: str) -> None:
    found = check_origin(origin, {})
    assert not found.ok
    assert "is no origin" in found.detail
    assert "https://clinic.example" in found.remedy


@pytest.mark.parametrize(("origin", "status", "mark"), [(CLINIC, 0, "ok  "), ("https://other.example", 1, "FAIL")])
def test_doctor_prints_it_and_falls_short_where_something_is_missing(
    monkeypatch: pytest.MonkeyPatch, origin: str, status: int, mark: str
) -> None:
    monkeypatch.setenv("ISLETBOT_WIDGETS", f"harbour={CLINIC}")
    monkeypatch.setattr("isletbot.wiring.diagnose", lambda settings: ())
    monkeypatch.setattr(
        "isletbot.wiring.diagnose_chat_model", lambda settings: HealthCheck("chat model", True, "none", "")
    )
    done = CliRunner().invoke(app, ["doctor", "--origin", origin])
    assert done.exit_code == status
    assert f"{mark}  origin: " in done.output
