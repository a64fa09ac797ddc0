"""A form that fails its check is shown again with the problem; nothing else catches what a page raises."""

from __future__ import annotations

from pathlib import Path

import pytest
from starlette.responses import PlainTextResponse, Response

from isletbot.console.form_errors import FormError, check_form
from isletbot.console.request import StaffRequest
from isletbot.console.routing import PageRouter
from isletbot.errors import InputError
from tests.console.people import a_workplace

SHORT = InputError("It is too short.", remedy="Write more.")
LIMITED = InputError("There were too many attempts.", code="too_many_attempts")


def submit(request: StaffRequest) -> Response:
    with check_form():
        text = request.form.text("text", most=5, least=2)
    return PlainTextResponse(f"took {text}")


def show_again(request: StaffRequest, problem: str, status: int) -> Response:
    return PlainTextResponse(f"{problem} You wrote {request.form.raw('text')!r}.", status)


def post_text(folder: Path, router: PageRouter, text: str) -> tuple[int, str]:
    anna = a_workplace(folder, (router,)).person("anna")
    response = anna.post("/staff/short", text=text)
    return response.status_code, response.text


@pytest.mark.parametrize(
    ("text", "status", "words"),
    [("abc", 200, "took abc"), ("a", 422, "Text has 1 characters. Write 2 to 5 characters. You wrote 'a'.")],
)
def test_a_form_that_fails_is_shown_again_with_what_was_typed(
    tmp_path: Path, text: str, status: int, words: str
) -> None:
    router = PageRouter()
    router.post("/short", needs="viewer", show_again=show_again)(submit)
    assert post_text(tmp_path, router, text) == (status, words)


def test_a_page_without_a_form_refuses_and_keeps_what_was_typed(tmp_path: Path) -> None:
    router = PageRouter()
    router.post("/short", needs="viewer")(submit)
    status, page = post_text(tmp_path, router, "too long")
    assert status == 422
    assert "Text has 8 characters." in page
    assert 'value="too long"' in page or ">too long<" in page


@pytest.mark.parametrize(("error", "status"), [(SHORT, 401), (LIMITED, 429)])
def test_too_many_attempts_have_a_status_of_their_own(error: InputError, status: int) -> None:
    with pytest.raises(FormError) as caught, check_form(refused=401, limited=429):
        raise error
    assert (caught.value.status, caught.value.error) == (status, error)


def test_other_errors_pass_through() -> None:
    with pytest.raises(KeyError), check_form():
        raise KeyError("a defect")
