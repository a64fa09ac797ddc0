"""Which addresses are public, and which forms of an address are refused before anybody looks it up."""

from __future__ import annotations

import pytest

from isletbot.errors import FetchError
from isletbot.fetching.public_addresses import check_addresses, check_url, find_fault

INWARD = [
    "0.0.0.0",
    "10.1.2.3",
    "100.64.0.1",
    "127.0.0.1",
    "127.255.255.254",
    "169.254.169.254",
    "172.31.0.9",
    "192.0.0.8",
    "192.168.1.1",
    "198.18.0.1",
    "224.0.0.251",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:100.64.0.1",
    "::ffff:0:127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::a00:1",
    "2002:7f00:1::",
    "2001:0:1::1",
    "2001:db8::1",
    "fc00::1",
    "fd12:3456::1",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
]
OUTWARD = ["8.8.8.8", "1.1.1.1", "2606:4700:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]


@pytest.mark.parametrize("address", INWARD)
def test_an_address_that_is_not_public_is_named_for_what_it_is(address: str) -> None:
    fault = find_fault(address)
    assert fault
    with pytest.raises(FetchError, match=r"leads to .*ISLETBOT_FETCH_ALLOW=clinic\.example:80") as refused:
        check_addresses(check_url("http://clinic.example/", ()), ["8.8.8.8", address])
    assert refused.value.cause == "address"


@pytest.mark.parametrize("address", OUTWARD)
def test_a_public_address_passes_in_any_form(address: str) -> None:
    assert find_fault(address) == ""
    check_addresses(check_url("http://clinic.example/", ()), [address])


def test_a_host_and_port_that_a_setting_names_may_be_anywhere_and_no_other_port_of_it() -> None:
    target = check_url("http://clinic.example:8080/a#part", {"clinic.example:8080"})
    check_addresses(target, ["10.0.0.1"])
    assert str(target.url) == "http://clinic.example:8080/a"
    with pytest.raises(FetchError, match="has port 8081"):
        check_url("http://clinic.example:8081/", {"clinic.example:8080"})
    with pytest.raises(FetchError, match=r"10\.0\.0\.1, which is private"):
        check_addresses(check_url("http://clinic.example/", {"clinic.example:8080"}), ["10.0.0.1"])


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("file://localhost/etc/passwd", "no http or https"),
        ("ftp://clinic.example/a", "no http or https"),
        ("gopher://clinic.example/", "no http or https"),
        ("data:text/plain,hello", "no http or https"),
        ("clinic.example/leaflet", "no http or https"),
        ("http://clinic.example:22/", "port 22"),
        ("https://clinic.example:8443/", "port 8443"),
        ("http://user:secret@clinic.example/", "user name or password"),
        ("http://127.0.0.1@clinic.example/", "user name or password"),
        ("http:///leaflet", "names no host"),
        ("http://[::1/", "is no address"),
        ("http://clinic.example:99999/", "port 99999"),
        ("http://clinic.example:0/", "port 0"),
        ("http://good.example\\@clinic.example/", "user name or password"),
        ("http://" + "a" * 2_000 + "/", "at most 2000"),
    ],
)
def test_a_form_that_is_not_fetched_is_refused_before_any_look_up(url: str, said: str) -> None:
    with pytest.raises(FetchError, match=said) as refused:
        check_url(url, ())
    assert "secret" not in str(refused.value)
