"""Finds the intent of a message that asks for something of the last reply, and the source of it that it names."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import get_args

import numpy as np
import yaml

from isletbot.answering.glossary import Lexicon
from isletbot.answering.recall import ReplyIntent, ReplyIntentName, recall_reply
from isletbot.answering.text import bare_words
from isletbot.answering.votes import NEIGHBOURS, share_votes
from isletbot.corpus import Example
from isletbot.errors import SettingsError
from isletbot.ports import ApprovedAnswers, Embeddings, ExampleHit, Examples, PassageIndex, Vectors
from isletbot.types import Evidence, NearAnswer, Opening, Part, Query, Question, ScoredPassage

LEAST = 0.4
"""Share of the votes from which a message that is no listed way of asking counts as an intent. Of 20 ways that no list
has and ten follow-up questions, 15 and none are at or above it: tests/answering/test_reply_intents.py. Of the
questions none reaches 0.2."""
NO_INTENT = "none"
"""The entry of the list that is close by and asks for nothing of the reply."""
REPLY_INTENTS_FILE = "reply_intents.yaml"
_PLACES = "first second third fourth fifth sixth seventh eighth".split()
_SHOWN = re.compile(r"\[(\d+)\]")
_COUNTED = re.compile(r"\b(source|reference|citation|footnote|number|link)(?: number| no\.?)? ?#?(\d+)\b")
_PLACED = re.compile(
    rf"\b({'|'.join(_PLACES)}|1st|2nd|3rd|[4-8]th)"
    r"(?= (?:source|reference|citation|footnote|link|one of your sources)\b)"
)


class ReplyIntents:
    """Holds the closed list of intents, and how the bot's own texts begin."""

    def __init__(
        self,
        ways: Mapping[str, Sequence[str]],
        openings: Mapping[Opening, str] | None = None,
        referrals: Mapping[str, str] | None = None,
    ) -> None:
        """`ways` are ways of asking by the name of the intent; `referrals` the texts of referrals by their name."""
        self._ways = tuple((name, way) for name, listed in ways.items() for way in listed)
        self._listed: dict[str, ReplyIntentName] = {
            bare_words(mask_number(way)): name for name in get_args(ReplyIntentName) for way in ways.get(name, ())
        }
        self._openings = openings or {}
        self._referrals = referrals or {}
        self._vectors: dict[str, Vectors] = {}

    def find(
        self,
        question: Question,
        index: PassageIndex,
        answers: ApprovedAnswers,
        lexicon: Lexicon,
        embeddings: Embeddings,
        examples: Examples,
    ) -> ReplyIntent | None:
        """Returns None where the message asks for nothing of a reply, or the last reply rests on no source."""
        replies = question.said_by("assistant")
        if not replies or not self._ways:
            return None
        known = answers.answers, index.everything(), self._openings
        said = recall_reply(replies[-1], *known)
        listed = self._listed.get(bare_words(mask_number(question.text)))
        name = listed or (self._read(question.text, lexicon, embeddings, examples) if said.sentences else None)
        if name is None or not said.sentences:
            return None
        heard = {key for reply in replies for key in recall_reply(reply, *known).keys}
        referral = next((name for name, text in self._referrals.items() if replies[-1].startswith(text)), "")
        return ReplyIntent(name, said, frozenset(heard), find_number(question.text), listed is not None, referral)

    def _read(self, text: str, lexicon: Lexicon, embeddings: Embeddings, examples: Examples) -> ReplyIntentName | None:
        """Counts the votes of the nearest messages as the judge does. What names a subject is a question about that."""
        if lexicon.subjects(text):
            return None
        [vector] = embeddings.embed([mask_number(text)])
        similar = np.vecdot(self._embed_ways(embeddings), vector).tolist()
        hits = [
            ExampleHit(Example(way, () if name == NO_INTENT else (name,)), similarity)
            for (name, way), similarity in zip(self._ways, similar, strict=True)
        ]
        votes = share_votes((*hits, *examples.nearest(vector, NEIGHBOURS)))
        best: ReplyIntentName = max(get_args(ReplyIntentName), key=lambda name: votes.get(name, 0.0))
        return best if votes.get(best, 0.0) >= LEAST else None

    def _embed_ways(self, embeddings: Embeddings) -> Vectors:
        """Embeds the list on the first follow-up, and keeps the vectors."""
        if embeddings.digest not in self._vectors:
            self._vectors[embeddings.digest] = embeddings.embed([mask_number(way) for _, way in self._ways])
        return self._vectors[embeddings.digest]


def parse_reply_intents(text: str) -> Mapping[str, Sequence[str]]:
    """Reads the ways of asking by the name of the intent. Raises SettingsError that names the rule and the remedy."""
    names = {*get_args(ReplyIntentName), NO_INTENT}
    try:
        data = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise SettingsError(f"prompts/{REPLY_INTENTS_FILE} is no YAML ({error}). Restore it.") from error
    if not isinstance(data, dict) or set(data) != names:
        raise SettingsError(f"prompts/{REPLY_INTENTS_FILE} must have {', '.join(sorted(names))} and nothing else.")
    for name, intent in data.items():
        if not isinstance(intent, dict) or set(intent) != {"does", "ways"} or not _are_texts(intent["ways"]):
            raise SettingsError(f"prompts/{REPLY_INTENTS_FILE}: {name} must have `does` and `ways`, a list of texts.")
    return {str(name): tuple(intent["ways"]) for name, intent in data.items()}


def _are_texts(ways: object) -> bool:
    return isinstance(ways, list) and bool(ways) and all(isinstance(way, str) and way.strip() for way in ways)


def mask_number(text: str) -> str:
    """Writes the same number wherever a text means a source, so that "source 3" is near "source 1"."""
    text = _COUNTED.sub(r"\1 1", _SHOWN.sub("[1]", text.lower()))
    return _PLACED.sub(_PLACES[0], text)


def find_number(text: str) -> int:
    """Returns the number of the source that a text names by number or place, and 0 where it names none."""
    text = text.lower()
    if shown := _SHOWN.search(text):
        return int(shown[1])
    if counted := _COUNTED.search(text):
        return int(counted[2])
    if placed := _PLACED.search(text):
        return _PLACES.index(placed[1]) + 1 if placed[1] in _PLACES else int(placed[1][0])
    return 0


def ask_of_reply(query: Query, intent: ReplyIntent) -> Query:
    """Makes the query one part that searches with what the reply said: an intent has no words of its own."""
    said = " ".join(sentence.text for sentence in intent.said.sentences)
    return Query(query.text, (Part(query.text, message=said, terms=said),), query.said)


def add_recalled(evidence: Evidence, intent: ReplyIntent, index: PassageIndex, answers: ApprovedAnswers) -> Evidence:
    """Puts what the reply rests on before what was found near it, and adds the rest of the same sections."""
    everything = index.everything()
    quoted = index.passages(intent.said.keys)
    corrections = index.passages(tuple(key for passage in quoted for key in passage.corrected_by))
    sections = {(passage.source.id, passage.heading) for passage in quoted}
    beside = (passage for passage in everything if (passage.source.id, passage.heading) in sections)
    first = tuple(ScoredPassage(passage, 1.0, 1.0, 1.0, relevance=1.0) for passage in quoted)
    bare = {sentence.text.removeprefix(sentence.opening).lstrip() for sentence in intent.said.sentences}
    given = tuple(
        NearAnswer(answer, (1.0,), relevance=1.0)
        for answer in answers.answers
        if any(sentence.text in bare for sentence in answer.wordings)
    )
    [found] = evidence.found
    others = tuple(scored for scored in found.passages if scored.passage.key not in intent.said.keys)
    found = type(found)(found.part, (*first, *others), given)
    related = tuple(dict.fromkeys((*corrections, *evidence.related, *beside)))
    return Evidence((found,), related, quoted)
