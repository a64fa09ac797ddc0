"""Runs `isletbot staff`. Imports a package only when a command needs it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from isletbot.errors import UserError

if TYPE_CHECKING:
    from isletbot.console.account_setup import AccountSetup
    from isletbot.settings import Settings

RoleName = Literal["viewer", "editor", "approver", "admin"]
Name = Annotated[str, typer.Argument(help="As anna.berg, or an email address.")]
AskedRole = Annotated[RoleName, typer.Option(help="Each role may do what those before it may.")]

staff_app = typer.Typer(help="Accounts of the staff's console.", no_args_is_help=True, rich_markup_mode=None)
audit_app = typer.Typer(help="The audit log.", no_args_is_help=True, rich_markup_mode=None)
staff_app.add_typer(audit_app, name="audit")


@staff_app.command("add")
def add(name: Name, role: AskedRole = "viewer") -> None:
    """Make an account; prints a link that sets it up, once."""
    with _open_granting() as (granting, settings):
        token = granting.add_account(name, role)
        _print_link(settings, token)


@staff_app.command("list")
def list_accounts() -> None:
    """The accounts with role, state and last sign-in."""
    with _open_granting() as (granting, _):
        for account in granting.context.staff.list_accounts():
            state = "disabled" if account.disabled else "ready" if account.ready else "not set up"
            last = f"{account.last_in_at:%Y-%m-%d %H:%M} UTC" if account.last_in_at else "never"
            typer.echo(f"{account.name:32} {account.role:9} {state:11} last in {last}")


@staff_app.command("role")
def role(name: Name, role: AskedRole) -> None:
    """Give an account another role."""
    with _open_granting() as (granting, _):
        granting.set_role(name, role)
        typer.echo(f"{name} is {role} now.")


@staff_app.command("disable")
def disable(name: Name, undo: Annotated[bool, typer.Option(help="Let the account in again.")] = False) -> None:
    """Shut an account out at once, with every session."""
    with _open_granting() as (granting, _):
        granting.set_disabled(name, not undo)
        typer.echo(f"{name} {'may come in again' if undo else 'is shut out'}.")


@staff_app.command("reset")
def reset(name: Name) -> None:
    """Forget password and second factor; prints a new link."""
    with _open_granting() as (granting, settings):
        token = granting.reset_account(name)
        _print_link(settings, token)


@audit_app.command("verify")
def verify(
    anchor: Annotated[list[str] | None, typer.Option(help="COUNT:HASH, as printed before; may be given again.")] = None,
) -> None:
    """Go through every row: names one that was changed or is missing. Exit status 1 when there is one."""
    from isletbot.curation.audit import ChainCheck, read_anchor

    kept = []
    for text in anchor or ():
        if not (found := read_anchor(text)):
            raise UserError(f"--anchor is {text[:90]!r}, not COUNT:HASH. Give it as `staff audit verify` printed it.")
        kept.append(found)
    with _open_granting() as (granting, _):
        log = granting.context.audit
        check = ChainCheck((log.head(), *kept))
        last = check.run(log.everything())
    for finding in check.findings:
        typer.echo(f"row {finding.number} {finding.problem}", err=True)
    typer.echo(f"{last.count} rows, {len(check.findings) or 'no'} findings. Anchor of now: {last}")
    if check.findings:
        raise typer.Exit(1)


@contextmanager
def _open_granting() -> Iterator[tuple[AccountSetup, Settings]]:
    from isletbot.console.account_setup import AccountSetup
    from isletbot.settings import load_settings
    from isletbot.wiring.console import make_house
    from isletbot.wiring.server_context import open_records

    settings = load_settings()
    records = open_records(settings)
    try:
        yield AccountSetup(make_house(settings, records.database), "command line"), settings
    finally:
        records.close()


def _print_link(settings: Settings, token: str) -> None:
    from isletbot.console.account_setup import make_link

    typer.echo(make_link(settings.staff_address or f"http://{settings.host}:{settings.port}", token))
    typer.echo(f"This link works once, for {settings.staff_link_hours} hours. Hand it to that person alone.", err=True)
