"""Fourth step of the line: scores each candidate once, approved answers first, then statements where no answer fits.

An answer is scored by its nearest neighbours among messages whose answer is known: the ways of asking that are listed
for it, and the question bank. A statement is scored by a cross-encoder that knows no topic.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from isletbot.answering.glossary import Lexicon
from isletbot.answering.neighbours import SHARPNESS, find_gap, find_opening, weigh_vote
from isletbot.answering.sentence_choice import choose_sentences, list_scored_texts, say_choice
from isletbot.answering.text import bare_forms, bare_words
from isletbot.ports import Embeddings, ExampleHit, Examples, Relevance, Vectors
from isletbot.types import Evidence, Found, Gap, NearAnswer, ScoredPassage

NEIGHBOURS = 30
"""Known messages that vote."""
NEW_ANSWER = 8.0
"""What a listed way of asking counts when no neighbour in the bank has its answer: staff list five to fifteen, the bank
has a hundred or more for each answer of the corpus."""
JUDGED_BY_STAFF = 120.0
"""What a message that staff judged counts: four times the 29 others that vote, so that where none of those is nearer it
has more than 80 % of the votes, which is the highest share that training may ask of an answer."""
_CLOSE, _APART = 0.95, 0.8
"""Cosine from which such a message counts in full, and from which on it counts as any other: what staff said of one
message is told of those that say the same, not of its whole topic."""
UNKNOWN = 0.7
"""Cosine of one vote for nothing that is always cast: what resembles no known message is not answered, though there be
only one answer to vote for. Of 0.5, 0.65 and 0.7 the last declines most of `not_in_corpus` (93 %); chosen there."""
STATEMENTS = 6
"""Passages that the cross-encoder reads for one part: what the limit on the time of an answer leaves room for."""


@dataclass(frozen=True, slots=True)
class Judge:
    """What candidates are scored with, and from which score one is sure."""

    examples: Examples
    relevance: Relevance
    answer: float
    """Least relevance of what is said, an answer or a statement: a share of votes. Stands in the reader's card."""
    statement: float
    """Score of the cross-encoder that counts as much; stands in its card."""
    score_sentences: Callable[[Vectors, Sequence[str]], Sequence[float]]
    """How well each sentence of an answer belongs in the reply, from the vector of the message; labelled messages say
    it better."""
    gaps: Mapping[str, Gap] = field(default_factory=dict)
    """By id."""


def judge_evidence(
    evidence: Evidence, embeddings: Embeddings, judge: Judge, lexicon: Lexicon, personal: bool = False
) -> Evidence:
    """The same candidates, each with its score. Statements are read only for a part that no answer surely fits; one
    that names something from elsewhere may get none, so its statements are read too. Of a `personal` message the
    answers are scored by which public facts may follow the referral."""
    judged = [_judge_part(found, evidence, embeddings, judge, lexicon, personal) for found in evidence.found]
    return replace(evidence, found=tuple(judged))


def _judge_part(
    found: Found, evidence: Evidence, embeddings: Embeddings, judge: Judge, lexicon: Lexicon, personal: bool
) -> Found:
    if found.part.off_topic:
        return found
    [vector] = embeddings.embed([found.part.message])
    hits = judge.examples.nearest(vector, NEIGHBOURS, personal)
    votes = count_votes(found.approved, hits)
    approved = score_answers(found.approved, found.part.text, votes)
    if approved and approved[0].relevance >= judge.answer:
        # "No." after a referral would be heard as advice.
        asking = judge.examples.asking(vector, approved[0].answer.id)
        opening = None if personal else find_opening(approved[0].answer, found.part.text, asking)
        fitted = replace(approved[0], opening=opening)
        approved = (_choose_said(fitted, vector, evidence, asking, judge), *approved[1:])
    outvoted = max((votes.get(scored.passage.key, 0.0) for scored in found.passages), default=0.0)
    sure = bool(approved) and approved[0].relevance >= max(judge.answer, outvoted)
    if sure and not lexicon.elsewhere(found.part.terms):
        return replace(found, approved=approved)
    found = replace(found, gap=judge.gaps.get(find_gap(hits)))
    read = [one for row, one in enumerate(found.passages) if row < STATEMENTS or one.passage.key in votes]
    scores = judge.relevance.score(found.part.message, [scored.passage.text for scored in read])
    scale = judge.answer / judge.statement
    judged = [
        replace(scored, relevance=max(min(score * scale, 1.0), votes.get(scored.passage.key, 0.0)))
        for scored, score in zip(read, scores, strict=True)
    ]
    rest = [scored for scored in found.passages if scored not in read]
    return replace(found, approved=approved, passages=(*sorted(judged, key=_most_relevant), *rest))


def _choose_said(
    near: NearAnswer, vector: Vectors, evidence: Evidence, asking: Sequence[ExampleHit], judge: Judge
) -> NearAnswer:
    """The answer with those of its sentences that the message asks for."""
    if len(near.answer.sentences) < 2 or near.listed:
        return near
    choice = choose_sentences(judge.score_sentences(vector, list_scored_texts(near.answer)), asking)
    # An opening was approved before the first sentence of the answer.
    return replace(near, said=say_choice(near.answer, choice, evidence, keep_first=near.opening is not None))


def score_answers(approved: Sequence[NearAnswer], text: str, votes: Mapping[str, float]) -> tuple[NearAnswer, ...]:
    """Each answer with its share of the votes, best first. `text` is the message without the turn before it."""
    scored = [_score(near, votes.get(near.answer.id, 0.0), text) for near in approved]
    return tuple(sorted(scored, key=lambda near: (not near.listed, -near.relevance)))


def count_votes(approved: Sequence[NearAnswer], hits: Sequence[ExampleHit]) -> Mapping[str, float]:
    """Share of the votes by id of an answer or key of a passage; they sum to 1 less what is voted for nothing."""
    known = {answer for hit in hits if hit.example.weight == 1.0 for answer in hit.example.answers}
    votes: list[tuple[float, tuple[str, ...], float]] = [(UNKNOWN, (), 1.0)]
    votes += [(measure_nearness(hit), hit.example.answers, 1.0) for hit in hits]
    for near in approved:
        worth = 1.0 if near.answer.id in known else NEW_ANSWER
        votes.extend((similarity, (near.answer.id,), worth) for similarity in near.similarities)
    votes.sort(key=lambda vote: -vote[0])
    shares: defaultdict[str, float] = defaultdict(float)
    total = 0.0
    for similarity, answers, worth in votes[:NEIGHBOURS]:
        weight = worth * weigh_vote(similarity)
        total += weight
        for answer in answers:
            shares[answer] += weight / len(answers)
    return {answer: share / total for answer, share in shares.items()}


def measure_nearness(hit: ExampleHit) -> float:
    """Cosine at which a message of the bank would count as much; the cosine itself for one of the bank."""
    close = min(1.0, max(0.0, (hit.similarity - _APART) / (_CLOSE - _APART)))
    return hit.similarity + close * math.log(hit.example.weight) / SHARPNESS


def _score(near: NearAnswer, share: float, text: str) -> NearAnswer:
    """Words that are a listed way of asking mean that answer, whatever the neighbours say."""
    listed = bare_words(text) in bare_forms(near.answer.asks)
    return replace(near, relevance=1.0 if listed else share, listed=listed)


def _most_relevant(scored: ScoredPassage) -> tuple[float, float]:
    return (-(scored.relevance or 0.0), -scored.score)
