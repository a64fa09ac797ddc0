"""The console in a real browser: what a barrier checker finds, and what the keyboard alone can do."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.console.conftest import OpenBrowser
from tests.console.in_browser import code_of, look_at, make_link, set_up_account, tab_to
from tests.console.people import PASSWORD, Workplace

pytestmark = pytest.mark.browser
PAGES = (
    "/staff/", "/staff/me", "/staff/rules", "/staff/rules/e1-emergency.yaml", "/staff/rules/e2-care-team.yaml/change",
    "/staff/switch", "/staff/accounts", "/staff/accounts/bert", "/staff/audit", "/staff/settings", "/staff/nowhere",
)  # fmt: skip


def walk_pages(place: Workplace, page: Page) -> Iterator[str]:
    """Every page there is, in the states it can be in."""
    place.person("bert", "editor")
    page.goto("/staff/sign-in")
    yield "sign in"
    page.get_by_label("Name").fill("nobody")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("alert")).to_be_visible()
    yield "sign in refused"
    page.goto("/staff/set-up/none")
    yield "a link that is over"
    page.goto(make_link(place))
    yield "set up"
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("Password once more").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    yield "second factor set up"
    page.get_by_label("Code").fill(code_of(place, page))
    page.get_by_role("button", name="Set up").click()
    yield "recovery codes"
    for path in PAGES:
        page.goto(path)
        yield path
    page.goto("/staff/audit")
    page.get_by_role("button", name="Check the whole log").click()
    yield "audit checked"
    page.goto("/staff/switch")
    page.get_by_label("Why").fill("A wrong dose was said")
    page.get_by_role("button", name="Turn the bot off").click()
    expect(page.get_by_role("status")).to_be_visible()
    yield "switched off"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_nothing_on_any_page_and_nothing_is_cut(
    open_browser: OpenBrowser, place: Workplace, scheme: str, width: int
) -> None:
    page = open_browser(color_scheme=scheme, viewport={"width": width, "height": 800})
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    seen = look_at(page, walk_pages(place, page))
    assert len(seen.states) == 8 + len(PAGES)
    assert seen.barriers == {}
    assert seen.cut == {}
    assert seen.small == {}
    assert complaints == []


def test_one_signs_in_with_both_factors_and_turns_the_switch_by_keyboard_alone(
    open_browser: OpenBrowser, place: Workplace
) -> None:
    page = open_browser()
    page.goto(make_link(place))
    tab_to(page, "Password")
    page.keyboard.type(PASSWORD)
    tab_to(page, "Password once more")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/second-factor/set-up")
    code = code_of(place, page)
    tab_to(page, "Code")
    page.keyboard.type(code)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.url.endswith("#main")
    tab_to(page, "Go to the first page")
    page.keyboard.press("Enter")
    page.wait_for_url("**/staff/")
    tab_to(page, "Kill switch")
    page.keyboard.press("Enter")
    page.wait_for_url("**/switch")
    tab_to(page, "Why")
    page.keyboard.type("A wrong dose was said")
    tab_to(page, "Turn the bot off")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("Off: only urgent replies go out.")


def test_on_a_phone_the_menu_opens_closes_and_tells_its_state(open_browser: OpenBrowser, place: Workplace) -> None:
    page = open_browser(viewport={"width": 320, "height": 700})
    page.goto(make_link(place))
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("Password once more").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_label("Code").fill(code_of(place, page))
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Go to the first page").click()
    menu = page.get_by_role("button", name="Menu")
    expect(menu).to_have_attribute("aria-expanded", "false")
    expect(page.get_by_role("navigation")).to_be_hidden()
    menu.press("Enter")
    expect(page.get_by_role("navigation")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("navigation")).to_be_hidden()
    expect(menu).to_be_focused()


def test_without_scripts_everything_is_there(open_browser: OpenBrowser, place: Workplace) -> None:
    page = open_browser(java_script_enabled=False, viewport={"width": 320, "height": 700})
    set_up_account(place, page)
    page.get_by_role("link", name="Go to the first page").click()
    page.get_by_role("navigation").get_by_role("link", name="Accounts").click()
    expect(page.get_by_role("heading", name="Accounts")).to_be_visible()


def test_the_browser_keeps_the_cookie_where_the_console_runs_on_this_machine(
    open_browser: OpenBrowser, place: Workplace
) -> None:
    page = open_browser()
    page.goto("/staff/sign-in")
    [cookie] = page.context.cookies()
    assert (cookie["name"], cookie["secure"], cookie["httpOnly"], cookie["sameSite"]) == (
        "__Host-isletbot-staff", True, True, "Strict",
    )  # fmt: skip


def test_a_page_prints_without_what_only_a_screen_needs(open_browser: OpenBrowser, place: Workplace) -> None:
    page = open_browser()
    page.goto("/staff/sign-in")
    page.emulate_media(media="print")
    expect(page.get_by_role("banner")).to_be_hidden()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_forced_colours_keep_what_is_here_and_where_the_focus_is(open_browser: OpenBrowser) -> None:
    page = open_browser(forced_colors="active")
    page.goto("/staff/sign-in")
    page.keyboard.press("Tab")
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"


def test_moments_are_shown_by_the_clock_on_the_wall_with_utc_at_hand(
    open_browser: OpenBrowser, place: Workplace
) -> None:
    page = open_browser(timezone_id="America/New_York", locale="en-US")
    set_up_account(place, page)
    page.goto("/staff/me")
    moment = page.locator("main time").first
    at = place.clock()
    expect(moment).to_have_attribute("title", f"{at.day} November 2026, {at:%H:%M} UTC")
    expect(moment).to_have_text(re.compile(rf"{at.day} November 2026, {at.hour - 5:02}:{at:%M}"))


def test_on_a_phone_the_filters_are_folded_until_one_is_set(open_browser: OpenBrowser, place: Workplace) -> None:
    page = open_browser(viewport={"width": 375, "height": 700})
    set_up_account(place, page)
    page.goto("/staff/audit")
    expect(page.get_by_label("Words")).to_be_hidden()
    page.get_by_text("Filter", exact=True).click()
    page.get_by_label("Words").fill("anna")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_label("Words")).to_be_visible()
