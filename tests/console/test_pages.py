"""Every page: shown to whoever may see it, closed to everybody else."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import quote

import pytest
from starlette.responses import Response

from isletbot.console.rendering import STATIC
from isletbot.console.request import StaffRequest
from isletbot.console.routing import Page, PageRouter
from isletbot.curation.staff import ROLES, includes_role
from tests.console.people import Person, Workplace, a_workplace

STAND_INS = {"name": "victor", "file": "e1-emergency.yaml", "change": "none", "session": "none", "link": "none"}
STAND_INS |= {"path": "no/such/page", "group": "none", "source": "paper", "rule": "E1-chest"}


def list_pages(place: Workplace) -> list[Page]:
    """From the router's own list, so that no page is forgotten."""
    console = place.app.routes[0].app  # type: ignore[attr-defined]
    routed = {(route.path, method) for route in console.routes for method in route.methods - {"HEAD"}}
    pages: list[Page] = console.state.pages
    files = {(f"/static/{name}", "GET") for name in STATIC}
    assert routed - files == {(page.path, page.method) for page in pages} | {("/{path:path}", "POST")}
    return pages


def fill_path(page: Page) -> str:
    return "/staff" + re.sub(r"\{(\w+)[^}]*\}", lambda match: quote(STAND_INS[match[1]]), page.path)


def ask(person: Person, page: Page) -> tuple[int, str]:
    path = fill_path(page)
    response = person.browser.get(path) if page.method == "GET" else person.post(path, follow=False)
    return response.status_code, response.headers.get("location", "")


def test_every_page_is_closed_to_whoever_is_not_signed_in(place: Workplace) -> None:
    stranger = place.person("mallory", role=None)
    stranger.get("/staff/sign-in")
    for page in list_pages(place):
        status, location = ask(stranger, page)
        if page.needs == "nobody":
            assert status in (200, 401, 404), page
        else:
            assert status == 401 if page.method == "POST" else location.startswith("/staff/sign-in"), page


def test_every_page_opens_for_the_roles_it_names_and_for_no_other(place: Workplace) -> None:
    place.person("victor")
    people = {role: place.person(role, role) for role in ROLES}
    for page in list_pages(place):
        for role, person in people.items():
            if page.path == "/sign-out":
                continue
            person.get("/staff/me")
            status, _ = ask(person, page)
            if page.needs in ROLES:
                assert (status == 403) == (not includes_role(role, page.needs)), (page, role, status)
                assert status < 500, (page, role)
            else:
                assert status in (303, 401, 404) or page.path == "/sign-in", (page, role, status)


def test_half_a_sign_in_opens_nothing(place: Workplace) -> None:
    anna = place.person("anna", "admin")
    anna.post("/staff/sign-out")
    anna.get("/staff/sign-in")
    anna.post("/staff/sign-in", name="anna", password="seven quiet herons by the lake")
    assert "Second factor" in anna.page
    for page in list_pages(place):
        if page.needs not in ("nobody", "second-factor"):
            assert ask(anna, page) == (303, "/staff/second-factor"), page


@pytest.mark.parametrize("needs", [*ROLES, "enrol", "second-factor", "nobody"])
def test_every_page_names_what_it_needs(place: Workplace, needs: str) -> None:
    assert any(page.needs == needs for page in list_pages(place))


def test_every_page_says_what_to_do_next(place: Workplace) -> None:
    place.person("victor")
    anna = place.person("anna", "admin")
    shown = [page for page in list_pages(place) if page.method == "GET" and not page.path.endswith(".csv")]
    for page in shown:
        text = anna.get(fill_path(page)).text
        assert not text or 'class="next"' in text, page


def test_no_next_action_leads_to_its_own_page(place: Workplace) -> None:
    admin = place.person("anna", "admin")
    for page in list_pages(place):
        if page.method == "GET" and "{" not in page.path:
            text = admin.get(f"/staff{page.path}").text
            after = text.partition('<p class="next">')[2]
            assert f'href="/staff{page.path}"' not in after, page.path


def test_every_page_says_when_the_bot_is_off_and_home_that_it_is_on(place: Workplace) -> None:
    bert = place.person("bert", "approver")
    assert "The bot is on" in bert.get("/staff/").text
    bert.get("/staff/switch")
    bert.post("/staff/switch/off", why="A wrong figure goes out")
    for path in ("/staff/", "/staff/me", "/staff/rules"):
        assert "The bot is off: only urgent replies go out." in bert.get(path).text
    assert "The bot is on" not in bert.get("/staff/").text


def test_a_page_that_is_not_there_tells_nothing(place: Workplace) -> None:
    viewer = place.person("vera")
    assert viewer.get("/staff/nowhere").status_code == 404
    assert viewer.post("/staff/nowhere").status_code == 404
    assert "Traceback" not in viewer.page


def test_the_browser_is_told_to_run_nothing_but_our_files(place: Workplace) -> None:
    headers = place.person("vera").get("/staff/").headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert headers["cache-control"] == "no-store"
    for template in (place.person("tom").page, place.person("eve").get("/staff/rules").text):
        assert not re.search(r"<script>|\son\w+=|style=", template)


def test_under_an_address_of_its_own_no_other_host_opens_it(tmp_path: Path) -> None:
    place = a_workplace(tmp_path, address="https://console.clinic.example")
    stranger = place.person("mallory", role=None)
    assert stranger.get("/staff/sign-in").status_code == 404
    stranger.browser.headers["Host"] = "console.clinic.example"
    assert stranger.get("/staff/sign-in").status_code == 200
    place.records.close()


def test_a_defect_shows_no_more_than_that_there_is_one(tmp_path: Path) -> None:
    broken = PageRouter()

    @broken.get("/broken", needs="viewer")
    def break_down(_: StaffRequest) -> Response:
        raise ZeroDivisionError("canary-zebra-7")

    place = a_workplace(tmp_path, more=[broken])
    vera = place.person("vera")
    assert vera.get("/staff/broken").status_code == 500
    assert "canary" not in vera.page
    assert "Traceback" not in vera.page
    place.records.close()


def test_every_page_can_be_left_by_signing_out(place: Workplace) -> None:
    place.person("victor")
    anna = place.person("anna", "admin")
    for page in list_pages(place):
        if page.method == "GET" and page.needs in ROLES and not page.path.endswith(".csv"):
            assert 'action="/staff/sign-out"' in anna.get(fill_path(page)).text, page


def test_passwords_are_masked_and_may_be_pasted(place: Workplace) -> None:
    anna = place.person("anna")
    fields = re.findall(r"<input[^>]+type=\"password\"[^>]*>", anna.get("/staff/me").text)
    assert len(fields) == 3
    assert all('autocomplete="current-password"' in field or '"new-password"' in field for field in fields)
    script = anna.get("/staff/static/script.js").text
    assert "paste" not in script


@pytest.mark.parametrize("path", ["docs", "openapi.json", "metrics", "redoc", "static/", "static/../look.py", ".env"])
def test_nothing_is_served_that_is_not_listed(place: Workplace, path: str) -> None:
    assert place.person("mallory", role=None).get(f"/staff/{path}").status_code in (303, 404)


def test_every_point_of_the_security_table_names_a_test_that_exists() -> None:
    root = Path(__file__).resolve().parents[2]
    named = set(re.findall(r"`(test_\w+)`", (root / "docs" / "console.md").read_text("utf-8")))
    written = "\n".join(path.read_text("utf-8") for path in (root / "tests").rglob("test_*.py"))
    assert len(named) > 30
    assert {name for name in named if f"def {name}(" not in written} == set()
