"""A change to a file of triage rules: proposed by one person, approved by another, then in force; and its store."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

ChangeState = Literal["proposed", "approved", "declined"]


@dataclass(frozen=True, slots=True)
class RuleChange:
    id: str
    file: str
    text: str
    """The whole file as it shall be."""
    replaces: str
    """The whole file as it was when this was proposed."""
    why: str
    examples: tuple[str, ...]
    """What somebody may write that a rule of this file must catch from then on."""
    proposed_by: str
    proposed_at: datetime
    state: ChangeState = "proposed"
    decided_by: str = ""
    decided_at: datetime | None = None
    remark: str = ""


class RuleChanges(Protocol):
    def propose_change(self, change: RuleChange) -> None: ...

    def list_changes(self) -> tuple[RuleChange, ...]:
        """The newest first."""
        ...

    def find_change(self, change_id: str) -> RuleChange | None: ...

    def decide_change(self, change_id: str, state: ChangeState, by: str, at: datetime, remark: str) -> bool:
        """False when it was decided before, or when somebody would approve what they proposed."""
        ...

    def list_in_force(self) -> tuple[RuleChange, ...]:
        """The latest approved one of each file."""
        ...
