"""This module tests changed rules in a separate process: a careless pattern can take hours and would block everything
else."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from isletbot.answering.red_flags.regression_check import RegressionResult, Turns, check_regressions
from isletbot.answering.red_flags.rule_examples import load_rules
from isletbot.errors import InputError, SettingsError

ExampleTexts = Sequence[tuple[Sequence[str], Sequence[str]]]
"""Names of rules with texts; on each text one of the rules must fire."""


@dataclass(frozen=True, slots=True)
class RegressionInput:
    texts: Mapping[str, str]
    shipped: Mapping[str, str]
    red_flags: Sequence[Turns]
    examples: ExampleTexts


def run_in_process(given: RegressionInput, seconds: float) -> RegressionResult:
    """Tests the rules within so many seconds. Raises InputError for rules that cannot be used."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    try:
        done = subprocess.run(
            [sys.executable, "-m", __name__],
            input=json.dumps(asdict(given)),
            capture_output=True,
            text=True,
            timeout=seconds,
            env=environment,
            check=True,
        )
    except subprocess.TimeoutExpired:
        problem = f"Trying these rules took longer than {seconds:g} seconds."
        raise InputError(problem, remedy="A pattern goes back and forth too much.") from None
    found = json.loads(done.stdout)
    if problem := found.pop("problem", ""):
        raise InputError("These rules cannot be used.", remedy=problem)
    return RegressionResult(tuple(found["lowered"]), tuple(found["missed"]), found["tried"])


def main() -> None:
    given = RegressionInput(**json.load(sys.stdin))
    try:
        found = asdict(
            check_regressions(load_rules(given.texts), load_rules(given.shipped), given.red_flags, given.examples)
        )
    except SettingsError as error:
        found = {"problem": str(error)}
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
