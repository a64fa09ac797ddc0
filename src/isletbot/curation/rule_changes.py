"""One person proposes a change to a file of triage rules and another approves it; then it is in force. A Protocol names
the store."""

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
    """The whole file as the change would make it."""
    replaces: str
    """The whole file when the change was proposed."""
    why: str
    examples: tuple[str, ...]
    """Messages that a rule of this file must catch from then on."""
    proposed_by: str
    proposed_at: datetime
    state: ChangeState = "proposed"
    decided_by: str = ""
    decided_at: datetime | None = None
    remark: str = ""


class RuleChanges(Protocol):
    def propose_change(self, change: RuleChange) -> None: ...

    def list_changes(self) -> tuple[RuleChange, ...]:
        """Lists the newest change first."""
        ...

    def find_change(self, change_id: str) -> RuleChange | None: ...

    def decide_change(self, change_id: str, state: ChangeState, by: str, at: datetime, remark: str) -> bool:
        """Stores the decision. Returns False when it was decided before, or when the proposer would approve it."""
        ...

    def list_in_force(self) -> tuple[RuleChange, ...]:
        """Lists the latest approved change of each file."""
        ...
