"""A person signs in with a password and then a second factor. Each stage opens a new session and ends the one
before."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import replace
from datetime import UTC
from uuid import uuid4

import pyotp

from isletbot.console.context import ConsoleContext
from isletbot.console.request import StaffRequest
from isletbot.console.tokens import digest_recovery_code, digest_token, make_recovery_code, make_token
from isletbot.curation.staff import Account, StaffSession, Stage
from isletbot.errors import InputError
from isletbot.request_headers import read_headers

ISSUER = "isletbot"
RECOVERY_CODES = 8
_GROWING = (1, 2, 4, 8, 16, 32, 60, 120, 300)
ACCOUNT_DELAYS = ((0,) * 5) + _GROWING
ADDRESS_DELAYS = ((0,) * 20) + _GROWING
"""The first 20 attempts from an address wait for nothing: a clinic has one address and several people who mistype."""
_STEP_SECONDS = 30
_STEPS = (0, -1, 1)
"""The time steps that a code may come from: clocks differ a little, and typing takes time."""
_WRONG = "Name or password is wrong."


def check_sign_in(request: StaffRequest, name: str, password: str) -> Account:
    """Returns the account of this name and password. Raises the same InputError for an unknown name as for a wrong
    password."""
    context = request.context
    _count_attempt(request, name)
    account = context.staff.find_account(name)
    kept = context.staff.read_credentials(account.id).password_hash if account and not account.disabled else ""
    if not context.passwords.verify(password, kept) or account is None:
        request.log_action("sign-in.failed", name, "wrong name or password", who=account.name if account else "nobody")
        raise InputError(_WRONG, remedy="Check both. An admin can make you a new set-up link.")
    if context.passwords.is_outdated(kept):
        context.staff.set_password(account.id, context.passwords.hash(password))
    return account


def check_second_factor(request: StaffRequest, code: str) -> None:
    """Accepts a code of the authenticator app or a recovery code; each works once. Raises InputError."""
    context, account = request.context, request.account
    _count_attempt(request, account.name)
    typed = "".join(code.split())
    if typed.isdigit():
        passed = use_code(context, account, typed)
    else:
        passed = context.staff.use_recovery_code(account.id, digest_recovery_code(typed))
        if passed:
            request.log_action("sign-in.recovery-code", account.name)
    if not passed:
        request.log_action("sign-in.failed", account.name, "wrong second factor")
        raise InputError("This code is wrong, or was used before.", remedy="Wait for the next code of your app.")


def use_code(context: ConsoleContext, account: Account, typed: str) -> bool:
    secret = context.staff.read_credentials(account.id).factor_secret
    if not secret:
        return False
    now = int(context.now().astimezone(UTC).timestamp()) // _STEP_SECONDS
    generator = pyotp.TOTP(secret)
    for step in (now + offset for offset in _STEPS):
        if hmac.compare_digest(generator.generate_otp(step), typed):
            return context.staff.use_step(account.id, step)
    return False


def begin_session(request: StaffRequest, account: Account, stage: Stage) -> StaffRequest:
    """Open a session of this stage under a new token, and end the session before it."""
    context = request.context
    now, token = context.now(), make_token()
    agent = read_headers(request.http.scope).user_agent
    session = StaffSession(uuid4().hex, account.id, stage, agent, now, now, now + context.policy.lifetime)
    with context.transaction():
        if request.session:
            context.staff.end_session(request.session.account_id, request.session.id)
        context.staff.open_session(session, digest_token(token))
        if stage == "in":
            forget_attempts(request, account)
            request = replace(request, signed_in=account)
            request.log_action("sign-in.done", account.name)
    return replace(request, token=token, needs_cookie=True, session=session, signed_in=account)


def make_recovery_codes(context: ConsoleContext, account: Account) -> tuple[str, ...]:
    """Makes new recovery codes and voids the old ones. The caller shows them, once."""
    codes = tuple(make_recovery_code() for _ in range(RECOVERY_CODES))
    context.staff.confirm_factor(account.id, [digest_recovery_code(code) for code in codes])
    return codes


def _count_attempt(request: StaffRequest, name: str) -> None:
    """Counts an attempt before anything else is checked, so that many at once gain nothing. Raises InputError."""
    store, now = request.context.staff, request.context.now()
    waits = (
        store.count_attempt(_name_address(request), now, ADDRESS_DELAYS),
        store.count_attempt(_name_account(name), now, ACCOUNT_DELAYS),
    )
    if seconds := max(waits):
        raise InputError(
            "There were too many attempts.",
            code="too_many_attempts",
            remedy=f"Wait {seconds} second{'s' if seconds > 1 else ''}, then try again.",
        )


def forget_attempts(request: StaffRequest, account: Account) -> None:
    request.context.staff.forget_attempts(_name_account(account.name))
    request.context.staff.forget_attempts(_name_address(request))


def _name_account(name: str) -> str:
    return f"account {hashlib.sha256(name.encode()).hexdigest()}"


def _name_address(request: StaffRequest) -> str:
    address = read_headers(request.http.scope).client_address
    return f"address {hmac.new(request.context.policy.address_key, address.encode(), hashlib.sha256).hexdigest()}"
