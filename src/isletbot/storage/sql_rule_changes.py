"""The records hold the changes to the rules of triage."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, insert, select, update

from isletbot.curation.rule_changes import ChangeState, RuleChange
from isletbot.storage.database import Database
from isletbot.storage.staff_tables import rule_changes

_FIELDS = [rule_changes.c[name] for name in RuleChange.__dataclass_fields__]


class SqlRuleChanges:
    def __init__(self, database: Database) -> None:
        self._database = database

    def propose_change(self, change: RuleChange) -> None:
        with self._database.write() as connection:
            connection.execute(insert(rule_changes).values(**{**asdict(change), "examples": list(change.examples)}))

    def list_changes(self) -> tuple[RuleChange, ...]:
        return self._list(select(*_FIELDS).order_by(rule_changes.c.proposed_at.desc()))

    def find_change(self, change_id: str) -> RuleChange | None:
        return next(iter(self._list(select(*_FIELDS).where(rule_changes.c.id == change_id))), None)

    def decide_change(self, change_id: str, state: ChangeState, by: str, at: datetime, remark: str) -> bool:
        is_open = (rule_changes.c.id == change_id) & (rule_changes.c.state == "proposed")
        if state == "approved":
            is_open &= rule_changes.c.proposed_by != by
        decided = {"state": state, "decided_by": by, "decided_at": at, "remark": remark}
        with self._database.write() as connection:
            return connection.execute(update(rule_changes).where(is_open).values(**decided)).rowcount == 1

    def list_in_force(self) -> tuple[RuleChange, ...]:
        approved = select(*_FIELDS).where(rule_changes.c.state == "approved").order_by(rule_changes.c.decided_at)
        latest = {change.file: change for change in self._list(approved)}
        return tuple(latest[file] for file in sorted(latest))

    def _list(self, query: Select[Any]) -> tuple[RuleChange, ...]:
        with self._database.read() as connection:
            return tuple(map(_read_change, connection.execute(query)))


def _read_change(found: Row[Any]) -> RuleChange:
    fields = dict(found._mapping)
    return RuleChange(**{**fields, "examples": tuple(fields["examples"])})
