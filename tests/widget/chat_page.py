"""A page with the chat, as a person uses it: by names and keys. It also writes down what the page did."""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Locator, Page, Request

from tests.browsing import PATIENCE_MS

TITLE = "Ask about zimislecel"
WATCH_POLICY = """
window.violations = [];
document.addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) =>
  violations.push(`${violatedDirective} ${blockedURI}`));
"""
WATCH_SPEECH = """
window.said = [];
const root = document.querySelector("isletbot-chat").shadowRoot;
for (const role of ["status", "alert"]) {
  const region = root.querySelector(`[role=${role}]`);
  const write = () => region.textContent && said.push([role, region.textContent]);
  new MutationObserver(write).observe(region, { childList: true });
}
"""
FOCUSED = """
() => {
  let node = document.activeElement;
  while (node?.shadowRoot?.activeElement) node = node.shadowRoot.activeElement;
  const label = node.labels?.[0]?.textContent;
  return node.getAttribute("aria-label") ?? label ?? node.textContent.trim();
}
"""


ADD_STYLES = """([text, inside]) => {
  const place = inside ? document.querySelector("isletbot-chat").shadowRoot : document;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(text);
  place.adoptedStyleSheets.push(sheet);
}"""


class ChatPage:
    def __init__(self, page: Page) -> None:
        self.page = page
        self.requests: list[str] = []
        self.errors: list[str] = []
        page.on("request", self._write_down)
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    def _write_down(self, request: Request) -> None:
        self.requests.append(request.url)

    def load(self, url: str) -> None:
        self.page.add_init_script(WATCH_POLICY)
        self.page.goto(url)

    def reload(self) -> None:
        self.page.reload()
        self.wait()

    def wait(self) -> None:
        self.page.locator("isletbot-chat section").first.wait_for(state="attached")

    def wait_until(self, script: str) -> None:
        """Asked from outside again and again: what Playwright would poll with inside, a strict policy forbids."""
        over = time.monotonic() + PATIENCE_MS / 1000
        while not self.page.evaluate(script):
            assert time.monotonic() < over, f"not within {PATIENCE_MS} ms: {script}"
            self.page.wait_for_timeout(20)

    @property
    def hosts(self) -> set[str]:
        return {urlsplit(url).netloc for url in self.requests}

    @property
    def launcher(self) -> Locator:
        return self.page.locator(".launcher > [part=launcher]")

    @property
    def panel(self) -> Locator:
        return self.page.locator(".panel")

    @property
    def field(self) -> Locator:
        return self.page.get_by_label("Your question", exact=True)

    @property
    def reply(self) -> Locator:
        return self.page.locator(".reply").last

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    def open(self) -> ChatPage:
        """And wait for what the server says before the first message."""
        self.launcher.click()
        self.page.locator(".intro .suggestions").wait_for()
        self.page.evaluate(WATCH_SPEECH)
        return self

    def send(self, question: str) -> None:
        self.field.fill(question)
        self.field.press("Enter")

    def ask(self, question: str) -> Locator:
        """The reply, when it is whole."""
        before = self.page.locator(".reply").count()
        self.send(question)
        reply = self.page.locator(".reply").nth(before)
        reply.and_(self.page.locator("[aria-busy=false]")).wait_for()
        return reply

    @property
    def said(self) -> list[list[str]]:
        """What a screen reader was given: role and text, in order."""
        said: list[list[str]] = self.page.evaluate("said")
        return said

    @property
    def focused(self) -> str:
        """The name of what has the focus."""
        name: str = self.page.evaluate(FOCUSED)
        return name

    def tab_to(self, name: str, key: str = "Tab") -> None:
        passed = []
        for _ in range(60):
            self.page.keyboard.press(key)
            passed.append(self.focused)
            if passed[-1].startswith(name):
                return
        raise AssertionError(f"{name!r} is not reached by {key}; reached: {passed}")

    def add_styles(self, text: str, inside: bool = False) -> None:
        """The page's own, or inside the chat as a person's browser may add them."""
        self.page.evaluate(ADD_STYLES, [text, inside])

    def style_of(self, selector: str, name: str) -> str:
        found: str = self.measure("(root, at, name) => getComputedStyle(root.querySelector(at))[name]", selector, name)
        return found

    def measure(self, script: str, *arguments: Any) -> Any:
        """Runs `(root, ...arguments) => value` in the page."""
        run = f"(given) => ({script})(document.querySelector('isletbot-chat').shadowRoot, ...given)"
        return self.page.evaluate(run, list(arguments))
