"""Coming in: password, then second factor; each step opens a new session and ends the one before."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import replace
from datetime import UTC
from uuid import uuid4

import pyotp

from isletbot.console.house import House
from isletbot.console.tokens import digest_recovery_code, digest_token, make_recovery_code, make_token
from isletbot.console.visit import Visit
from isletbot.curation.staff import Account, StaffSession, Stage
from isletbot.errors import InputError

ISSUER = "isletbot"
RECOVERY_CODES = 8
_GROWING = (1, 2, 4, 8, 16, 32, 60, 120, 300)
ACCOUNT_DELAYS = ((0,) * 5) + _GROWING
ADDRESS_DELAYS = ((0,) * 20) + _GROWING
"""A clinic has one address and several people who mistype."""
_STEP_SECONDS = 30
_STEPS = (0, -1, 1)
"""Clocks differ a little, and typing takes its time."""
_WRONG = "Name or password is wrong."


def check_sign_in(visit: Visit, name: str, password: str) -> Account:
    """Raises InputError, the same for a name that is not known as for a password that is wrong."""
    house = visit.house
    _count_attempt(visit, name)
    account = house.staff.find_account(name)
    kept = house.staff.read_credentials(account.id).password_hash if account and not account.disabled else ""
    if not house.passwords.verify(password, kept) or account is None:
        visit.write_down("sign-in.failed", name, "wrong name or password", who=account.name if account else "nobody")
        raise InputError(_WRONG, remedy="Check both. An admin can make you a new set-up link.")
    if house.passwords.is_outdated(kept):
        house.staff.set_password(account.id, house.passwords.hash(password))
    return account


def check_second_factor(visit: Visit, code: str) -> None:
    """A code of the authenticator app, or one of the recovery codes. Each works once. Raises InputError."""
    house, account = visit.house, visit.account
    _count_attempt(visit, account.name)
    typed = "".join(code.split())
    if typed.isdigit():
        passed = use_code(house, account, typed)
    else:
        passed = house.staff.use_recovery_code(account.id, digest_recovery_code(typed))
        if passed:
            visit.write_down("sign-in.recovery-code", account.name)
    if not passed:
        visit.write_down("sign-in.failed", account.name, "wrong second factor")
        raise InputError("This code is wrong, or was used before.", remedy="Wait for the next code of your app.")


def use_code(house: House, account: Account, typed: str) -> bool:
    secret = house.staff.read_credentials(account.id).factor_secret
    if not secret:
        return False
    now = int(house.now().astimezone(UTC).timestamp()) // _STEP_SECONDS
    generator = pyotp.TOTP(secret)
    for step in (now + offset for offset in _STEPS):
        if hmac.compare_digest(generator.generate_otp(step), typed):
            return house.staff.use_step(account.id, step)
    return False


def begin_session(visit: Visit, account: Account, stage: Stage) -> Visit:
    """The visit with a session of this stage under a new token; the session of before is over."""
    house = visit.house
    now, token = house.now(), make_token()
    agent = visit.request.headers.get("user-agent", "")[:200]
    session = StaffSession(uuid4().hex, account.id, stage, agent, now, now, now + house.manners.lifetime)
    with house.together():
        if visit.session:
            house.staff.end_session(visit.session.account_id, visit.session.id)
        house.staff.open_session(session, digest_token(token))
        if stage == "in":
            forget_attempts(visit, account)
            visit = replace(visit, who=account)
            visit.write_down("sign-in.done", account.name)
    return replace(visit, token=token, is_new=True, session=session, who=account)


def make_recovery_codes(house: House, account: Account) -> tuple[str, ...]:
    """New ones; the old ones are void. The caller shows them, once."""
    codes = tuple(make_recovery_code() for _ in range(RECOVERY_CODES))
    house.staff.confirm_factor(account.id, [digest_recovery_code(code) for code in codes])
    return codes


def _count_attempt(visit: Visit, name: str) -> None:
    """Before anything is looked at, so that many at once gain nothing. Raises InputError."""
    store, now = visit.house.staff, visit.house.now()
    waits = (
        store.count_attempt(_name_address(visit), now, ADDRESS_DELAYS),
        store.count_attempt(_name_account(name), now, ACCOUNT_DELAYS),
    )
    if seconds := max(waits):
        raise InputError(
            "There were too many attempts.",
            code="too_many_attempts",
            remedy=f"Wait {seconds} second{'s' if seconds > 1 else ''}, then try again.",
        )


def forget_attempts(visit: Visit, account: Account) -> None:
    visit.house.staff.forget_attempts(_name_account(account.name))
    visit.house.staff.forget_attempts(_name_address(visit))


def _name_account(name: str) -> str:
    return f"account {hashlib.sha256(name.encode()).hexdigest()}"


def _name_address(visit: Visit) -> str:
    address = visit.request.client.host if visit.request.client else ""
    return f"address {hmac.new(visit.house.manners.address_key, address.encode(), hashlib.sha256).hexdigest()}"
