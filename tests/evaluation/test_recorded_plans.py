"""What two small open models once wrote, played again to the bot that ships: no word of theirs gets out."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from isletbot.answering.graph import Bot
from isletbot.inference.scripted import ScriptedChat
from isletbot.settings import load_settings
from isletbot.wiring.chat import make_composers
from isletbot.wiring.filled_prompts import open_prompts

pytestmark = pytest.mark.weights
ROWS = [
    json.loads(line)
    for line in (Path(__file__).parents[1] / "data" / "recorded_plans.jsonl").read_text("utf-8").splitlines()
]
MODELS = sorted({row["model"] for row in ROWS})


@pytest.mark.parametrize("model", MODELS)
def test_recorded_plans_go_out_verified_or_are_refused(bot: Bot, model: str) -> None:
    written = {row["question"]: row["written"] for row in ROWS if row["model"] == model}

    def play(_system: str, user: str) -> str:
        [question] = re.findall(r"^QUESTION \S+\n(.*)\nEND \S+$", user, re.MULTILINE)
        return written[question]

    settings = load_settings(chat_asked="always")
    line = bot.line
    composers = make_composers(settings, open_prompts(settings), line.lexicon, line.judge, ScriptedChat(play))
    planning = Bot(replace(line, composers=composers))
    planned = 0
    for question, words in written.items():
        answer = planning.ask(question)
        assert {finding.outcome for finding in answer.trace.findings} <= {"supported"}
        assert answer.trace.failure == ""
        noted = dict(answer.trace.drafts).get("model", "not asked")
        planned += answer.composer == "model"
        if '"nothing"' in words and len(json.loads(words)["say"]) == 1:
            assert noted == "refused: the plan is empty" or noted.startswith("not asked")
            assert answer.composer != "model"
    assert planned >= 1
