"""The widget's one file, as it is served; and its modules, as they are read."""

from __future__ import annotations

import base64
import gzip
import hashlib
import re
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from isletbot.server.security_headers import SecurityHeaders
from isletbot.widget.bundle import MODULES, make_widget_file
from isletbot.widget.pages import make_widget_router
from tests.widget.answers import STARTERS
from tests.widget.scripted_server import SAID, TITLES

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "src/isletbot/widget"
DOCS = (ROOT / "docs/widget.md").read_text(encoding="utf-8")
BUDGET = 25_000
"""Bytes, gzipped, of everything: modules, styles, words in six languages and icons."""
LONGEST_MODULE = 300
PAGES = ("/", "/demo/phone.html", "/demo/rtl.html", "/demo/hostile.html", "/demo/strict.html")
CODE = {path.stem: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.js")}


@pytest.fixture
def client() -> TestClient:
    app = FastAPI()
    app.add_middleware(SecurityHeaders)
    app.include_router(make_widget_router(SAID, titles=TITLES, questions=STARTERS))
    return TestClient(app)


def test_everything_together_is_within_the_budget() -> None:
    assert len(make_widget_file().packed) <= BUDGET


def test_every_module_is_in_the_file_after_those_it_imports() -> None:
    assert sorted(MODULES) == sorted(CODE)
    for place, name in enumerate(MODULES):
        assert set(re.findall(r'from "\./(\w+)\.js"', CODE[name])) <= set(MODULES[:place]), name
    content = make_widget_file().content.decode()
    assert not re.search(r"^(import|export) ", content, re.MULTILINE)


@pytest.mark.parametrize("name", MODULES)
def test_modules_stay_small_and_never_make_markup_or_code_from_text(name: str) -> None:
    assert len(CODE[name].splitlines()) <= LONGEST_MODULE
    markup = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|srcdoc|DOMParser"
    assert not re.search(markup + r"|localStorage|document\.cookie", CODE[name])


def test_the_two_names_give_the_same_bytes_and_the_published_hash_fits(client: TestClient) -> None:
    told = client.get("/widget.json").json()
    latest, version = client.get("/widget.js"), client.get(told["file"])
    assert latest.content == version.content
    digest = base64.b64encode(hashlib.sha384(version.content).digest()).decode()
    assert told["integrity"] == f"sha384-{digest}"
    assert latest.headers["cache-control"] == "no-cache"
    assert version.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert client.get("/widget.js", headers={"If-None-Match": latest.headers["etag"]}).status_code == 304


def test_only_the_file_may_be_loaded_from_elsewhere(client: TestClient) -> None:
    for path in ("/widget.js", "/widget.json"):
        headers = client.get(path).headers
        assert headers["access-control-allow-origin"] == "*"
        assert headers["cross-origin-resource-policy"] == "cross-origin"
    for path in PAGES:
        headers = client.get(path).headers
        assert "access-control-allow-origin" not in headers
        assert headers["cross-origin-resource-policy"] == "same-origin"


def test_it_is_sent_packed_to_those_who_can_unpack(client: TestClient) -> None:
    packed = client.get("/widget.js", headers={"Accept-Encoding": "gzip"})
    plain = client.get("/widget.js", headers={"Accept-Encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.content == plain.content == gzip.decompress(make_widget_file(TITLES).packed)


@pytest.mark.parametrize("path", ["/widget-000000000000.js", "/widget-..js", "/demo/none.html", "/demo/..%2fbundle.py"])
def test_nothing_else_is_served(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("path", PAGES)
def test_the_pages_load_nothing_from_elsewhere_and_need_no_inline_code(client: TestClient, path: str) -> None:
    text = client.get(path).text
    assert not re.search(r"""(src|href)=["'](https?:)?//""", text)
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\bstyle=|\bon[a-z]+=\"|@import", text)
    assert not re.search(r"\{[a-z_]+\}", text)
    named = re.findall(r'(?:href|src)="(/(?!v1)[^"#]*)"', text)
    assert all(client.get(name).status_code == 200 for name in named)


def test_the_strict_page_is_served_under_the_strict_policy(client: TestClient) -> None:
    policy = client.get("/demo/strict.html").headers["content-security-policy"]
    for rule in ("default-src", "style-src", "img-src", "font-src", "trusted-types"):
        assert f"{rule} 'none'" in policy
    assert "require-trusted-types-for 'script'" in policy


@pytest.mark.parametrize(
    ("accepted", "line"),
    [
        ("ar,en;q=0.5", '<strong><span lang="ar" dir="rtl">اتصل على 911</span> In an emergency, call 911.</strong>'),
        ("de-AT", '<strong><span lang="de" dir="ltr">Rufen Sie &lt;911&gt;</span> In an emergency, call 911.</strong>'),
        ("en,de;q=0.5", "<strong>In an emergency, call 911.</strong>"),
        ("fi", "<strong>In an emergency, call 911.</strong>"),
    ],
)
def test_the_pages_say_whom_to_call_in_the_language_of_the_browser_and_in_english(accepted: str, line: str) -> None:
    app = FastAPI()
    said = {"emergency_line": "In an emergency, call 911.", "clinic_contact": "us"}
    app.include_router(make_widget_router({**SAID, **said}, {"ar": "اتصل على 911", "de": "Rufen Sie <911>"}))
    response = TestClient(app).get("/", headers={"Accept-Language": accepted})
    assert line in response.text
    assert response.headers["vary"] == "Accept-Language"


def test_the_title_and_the_pages_are_the_topics_own(client: TestClient) -> None:
    assert 'const OWN_TITLE = "Ask about zimislecel";' in client.get("/widget.js").text
    assert client.get("/widget-words/de.json").json()["title"] == TITLES["de"]
    assert f'"title":"{TITLES["de"]}"' in client.get("/widget.js").text
    page = client.get("/").text
    assert f"<h1>{SAID['page_heading']}</h1>" in page
    assert all(f"<li>{question}</li>" in page for question in STARTERS)


def test_a_topic_without_a_title_has_that_of_any(client: TestClient) -> None:
    app = FastAPI()
    app.include_router(make_widget_router(SAID))
    plain = TestClient(app)
    assert 'const OWN_TITLE = "";' in plain.get("/widget.js").text
    assert plain.get("/widget-words/de.json").json()["title"] == "Stellen Sie eine Frage"
    told = client.get("/widget-words/es.json").json()["title"]
    assert told == "Haga una pregunta", "no Spanish title was given"
    assert plain.get("/widget.json").json()["file"] != client.get("/widget.json").json()["file"]


def read_table(heading: str) -> set[str]:
    section = DOCS.split(f"## {heading}\n")[1].split("\n## ")[0]
    return set(re.findall(r"^\| `([^`]+)`", section, re.MULTILINE))


def test_every_attribute_variable_and_part_is_documented_and_no_other() -> None:
    styles, code = CODE["styles"], "\n".join(CODE.values())
    read = set(re.findall(r'(?:get|has)Attribute\("([a-z-]+)"\)', CODE["element"] + CODE["attributes"])) | {
        "lang",
        "dir",
    }
    assert read_table("Attributes") == read | set(re.findall(r":host\(\[([a-z]+)=", styles))
    assert read_table("Variables") == set(re.findall(r"var\((--isletbot-[a-z-]+)", styles))
    assert read_table("Parts") == set(re.findall(r'part: "([a-z-]+)"', code))


def test_the_documented_size_is_the_size() -> None:
    size = len(make_widget_file().packed)
    assert f"{size / 1000:.1f} KB gzipped" in DOCS
