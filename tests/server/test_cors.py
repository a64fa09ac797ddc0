import pytest

from tests.server.conftest import EMERGENCY, ORIGIN, Serve

ASKED = {"messages": [{"role": "user", "content": "How many came off insulin?"}]}
OTHERS = [
    "null",
    "https://clinic.example.evil.example",
    "https://evil-clinic.example",
    "https://sub.clinic.example",
    "http://clinic.example",
    "https://clinic.example:8443",
    "https://CLINIC.example",
    "https://clinic.example/",
    "",
]


def test_an_origin_on_the_list_is_named_to_the_letter_and_without_credentials(serve: Serve) -> None:
    headers = serve().post("/v1/chat", json=ASKED, headers={"Origin": ORIGIN}).headers
    assert headers["access-control-allow-origin"] == ORIGIN
    assert "Origin" in headers["vary"]
    assert "access-control-allow-credentials" not in headers


@pytest.mark.parametrize("origin", OTHERS)
def test_no_other_origin_may_read(serve: Serve, origin: str) -> None:
    response = serve().post("/v1/chat", json=ASKED, headers={"Origin": origin})
    assert "access-control-allow-origin" not in response.headers
    assert "Origin" in response.headers["vary"]


def preflight(origin: str, method: str = "POST", headers: str = "authorization,content-type") -> dict[str, str]:
    return {
        "Origin": origin,
        "Access-Control-Request-Method": method,
        "Access-Control-Request-Headers": headers,
    }


def test_a_preflight_of_an_origin_on_the_list_names_what_may_be_sent(serve: Serve) -> None:
    response = serve().options("/v1/chat", headers=preflight(ORIGIN))
    assert response.status_code == 200
    assert response.headers["access-control-allow-origin"] == ORIGIN
    assert "DELETE" in response.headers["access-control-allow-methods"]
    assert "Idempotency-Key" in response.headers["access-control-allow-headers"]


@pytest.mark.parametrize("origin", OTHERS)
def test_a_preflight_of_another_origin_is_refused_in_our_form(
    serve: Serve, origin: str, caplog: pytest.LogCaptureFixture
) -> None:
    response = serve().options("/v1/chat", headers=preflight(origin))
    assert response.status_code == 403
    assert "access-control-allow-origin" not in response.headers
    assert response.json()["error"]["code"] == "origin_not_allowed"
    assert response.json()["error"]["remedy"].endswith(EMERGENCY)
    assert caplog.messages == [f"a page was refused: origin {origin!r} is on no list"]


def test_a_preflight_for_a_method_that_is_not_offered_is_refused_in_our_form(serve: Serve) -> None:
    response = serve().options("/v1/chat", headers=preflight(ORIGIN, "PUT"))
    assert response.status_code == 405
    assert response.json()["error"]["code"] == "method_not_allowed"
    assert response.json()["error"]["remedy"].endswith(EMERGENCY)


@pytest.mark.parametrize(
    "headers",
    [
        "x-stainless-os,x-stainless-retry-count,x-stainless-helper-method",
        "traceparent,tracestate,baggage,sentry-trace",
        "X-Requested-With",
        "x-own",
        "*",
    ],
)
@pytest.mark.parametrize("path", ["/v1/chat", "/v1/chat/completions", "/v1/responses", "/v1/models/isletbot"])
def test_a_preflight_may_ask_for_any_header_and_no_credentials_are_taken(serve: Serve, path: str, headers: str) -> None:
    response = serve().options(path, headers=preflight(ORIGIN, headers=headers))
    allowed = {name.strip().lower() for name in response.headers["access-control-allow-headers"].split(",")}
    assert response.status_code == 200
    assert {*headers.lower().split(","), "authorization", "*"} <= allowed
    assert "access-control-allow-credentials" not in response.headers


@pytest.mark.parametrize("headers", ["x y", "x\u00e4", "x:1", "x" * 200])
def test_what_is_no_name_of_a_header_is_not_repeated(serve: Serve, headers: str) -> None:
    response = serve().options(
        "/v1/chat", headers={**preflight(ORIGIN), "Access-Control-Request-Headers": headers.encode()}
    )
    assert headers not in response.headers["access-control-allow-headers"]


def test_a_page_of_another_origin_can_read_every_error(serve: Serve) -> None:
    client = serve(ZeroDivisionError("secret"))
    defect = client.post("/v1/chat", json=ASKED, headers={"Origin": ORIGIN})
    mistake = client.post("/v1/chat", content=b"{", headers={"Origin": ORIGIN, "Content-Type": "application/json"})
    missing = client.get("/v1/nothing", headers={"Origin": ORIGIN})
    assert [reply.status_code for reply in (defect, mistake, missing)] == [500, 400, 404]
    assert {reply.headers.get("access-control-allow-origin") for reply in (defect, mistake, missing)} == {ORIGIN}


def test_pages_outside_of_the_api_are_for_their_own_origin(serve: Serve) -> None:
    assert "access-control-allow-origin" not in serve().get("/readyz", headers={"Origin": ORIGIN}).headers
