"""Settings to the staff's console."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from isletbot.console.app import make_console
from isletbot.console.house import House, Manners
from isletbot.console.pages import Pages
from isletbot.console.passwords import Passwords
from isletbot.console.signing_in import make_entry_pages
from isletbot.console.start import make_start_pages
from isletbot.settings import Settings
from isletbot.storage.audit import SqlAudit
from isletbot.storage.database import Database
from isletbot.storage.staff import SqlStaff
from isletbot.wiring.reception import now

if TYPE_CHECKING:
    from starlette.applications import Starlette


def open_console(settings: Settings, database: Database) -> Starlette:
    house = make_house(settings, database)
    return make_console(house, make_own_pages(settings, database, house))


def make_own_pages(settings: Settings, database: Database, house: House) -> Sequence[Pages]:
    """The pages about the console itself; those about answers come beside them."""
    return make_start_pages(), make_entry_pages()


def make_house(settings: Settings, database: Database) -> House:
    return House(
        staff=SqlStaff(database),
        audit=SqlAudit(database),
        together=database.write,
        passwords=Passwords(),
        manners=Manners(
            idle=timedelta(minutes=settings.staff_idle_minutes),
            lifetime=timedelta(hours=settings.staff_session_hours),
            link_lifetime=timedelta(hours=settings.staff_link_hours),
            most_form_bytes=settings.staff_form_bytes,
            address=settings.staff_address,
            # Replicas with the same secret count an address together, others each for itself.
            address_key=settings.limits_secret.get_secret_value().encode() or secrets.token_bytes(32),
            clinic=settings.clinic_contact,
        ),
        now=now,
    )
