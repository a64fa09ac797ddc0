"""Settings to a trial of the chat model that they name: one line, with its composers and without."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from isletbot.answering.graph import Bot
from isletbot.errors import SettingsError
from isletbot.evaluation.cases import Suite
from isletbot.evaluation.model_trial import Cost, ModelTrial, put_pairs
from isletbot.evaluation.run import Tick
from isletbot.evaluation.targets import LocalTarget
from isletbot.inference.metered import MeteredChat
from isletbot.ports import ChatModel
from isletbot.server.wire import answer_to_json
from isletbot.settings import Settings
from isletbot.wiring import make_line
from isletbot.wiring.chat import make_chat_model, make_composers
from isletbot.wiring.evaluation import open_source_texts
from isletbot.wiring.filled_prompts import open_prompts
from isletbot.wiring.trained_models import Progress


def try_model(
    settings: Settings,
    suites: Sequence[Suite],
    limit: int,
    tick: Tick,
    progress: Progress | None = None,
    chat: ChatModel | None = None,
) -> ModelTrial:
    """`chat` stands in for the model that the settings name. Raises SettingsError when there is neither."""
    if chat is None and not settings.chat_model:
        raise SettingsError("There is no chat model to try. Set ISLETBOT_CHAT_MODEL as docs/models.md says.")
    metered = MeteredChat(chat or make_chat_model(settings))
    bare = settings.model_copy(update={"chat_model": ""})
    line = make_line(bare, progress)
    composers = make_composers(bare, open_prompts(settings), line.lexicon, line.judge, metered)
    targets = [
        LocalTarget(Bot(one), answer_to_json, one.versions) for one in (line, replace(line, composers=composers))
    ]
    pairs = tuple(put_pairs(suites, targets[0], targets[1], open_source_texts(settings), limit, tick))
    meter = metered.meter
    return ModelTrial(pairs, Cost(meter.calls, meter.seconds, meter.sent, meter.written))
