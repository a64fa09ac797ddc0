from __future__ import annotations

import pytest

from isletbot.console.common_passwords import find_pattern
from isletbot.console.passwords import Passwords, check_password
from isletbot.errors import InputError
from tests.console.people import CHEAP

NAMES = ("anna.berg", "the Lakeside Clinic at +1 555 0100", "zimislecel diabetes insulin")


TRIED_FIRST = """
    12345678 123456789012345 87654321 11111111 aaaaaaaaaaaa abababab abcabcabcabc abcdefgh 00000000
    qwertyuiop qwerty123 1q2w3e4r5t asdfghjkl 1qaz2wsx3edc zxcvbnm123 qwertzuiop poiuytrewq
    password Password1 P@ssw0rd! passw0rd2026 MyPassword123 letmein123 Welcome2024! iloveyou22 passwordpassword
    administrator Admin123! changeme1 sunshine1 football99 Summer2026! dragon123456 trustno1!!
    12.05.1987 19870512 2026-11-20 diabetes2026 Insulin123 isletbot2026 Zimislecel1!
    annaberg1 Berg2026!! Lakeside2026 lakesideclinic
"""
TAKEN = """
    seven quiet herons by the lake
    korrekt pferd batterie
    tG7#qPz!m2Vx
    vanadium-otter-ladle
    łąka żółw 27 ñu
    my password is a paragraph about birch trees
    umbrella hedgehog nine
    8f3kq0zb27
    日本語のパスワードです
    Correct horse battery staple Correct horse battery staple
"""


@pytest.mark.parametrize("password", TRIED_FIRST.split())
def test_what_is_tried_first_is_refused(password: str) -> None:
    assert find_pattern(password, NAMES)
    with pytest.raises(InputError, match="tried first"):
        check_password(password, password, NAMES)


@pytest.mark.parametrize("password", [line.strip() for line in TAKEN.strip().splitlines()])
def test_whatever_it_is_made_of_a_password_nobody_tries_first_is_taken(password: str) -> None:
    check_password(password, password, NAMES)


@pytest.mark.parametrize(("size", "taken"), [(7, False), (8, True), (64, True), (128, True), (129, False)])
def test_eight_characters_are_enough_and_128_are_not_too_many(size: int, taken: bool) -> None:
    password = ("vK9 mQ2 xT7 " * 20)[:size]
    if taken:
        check_password(password, password, ())
    else:
        with pytest.raises(InputError, match=f"has {size} characters"):
            check_password(password, password, ())


def test_the_words_of_a_topic_are_its_own() -> None:
    assert find_pattern("Kidney-Stones2026", ("kidney stones",)) == (
        "made of the name of this place or account and little else"
    )
    assert find_pattern("Kidney-Stones2026") == ""


def test_a_password_is_typed_twice() -> None:
    with pytest.raises(InputError, match="not the same"):
        check_password("seven quiet herons", "seven quiet heron", ())


def test_it_is_kept_as_argon2id_with_64_mib_and_three_passes() -> None:
    kept = Passwords().hash("seven quiet herons")
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,")
    assert Passwords().verify("seven quiet herons", kept)
    assert not Passwords().verify("seven quiet heron", kept)


def test_spaces_and_case_count_and_nothing_is_cut_off() -> None:
    kept = CHEAP.hash("Seven quiet herons ")
    typed = ("Seven quiet herons ", "Seven quiet herons", "seven quiet herons ")
    assert [CHEAP.verify(text, kept) for text in typed] == [True, False, False]
    long = "vK9 mQ2 " * 16
    assert not CHEAP.verify(long[:-1] + "x", CHEAP.hash(long))


def test_nobody_has_no_password() -> None:
    assert not CHEAP.verify("nobody's", "")
    assert not CHEAP.verify("", "")


def test_a_hash_of_older_parameters_is_known_as_one() -> None:
    assert Passwords().is_outdated(CHEAP.hash("seven quiet herons"))
