"""Fourth step of the line: scores each candidate once, approved answers first, then statements where no answer fits.

An answer is scored by its nearest neighbours among messages whose answer is known: the ways of asking that are listed
for it, and the question bank. A statement is scored by a cross-encoder that knows no topic.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from isletbot.answering.glossary import Lexicon
from isletbot.answering.neighbours import find_gap, find_opening
from isletbot.answering.sentence_choice import choose_sentences, list_scored_texts, say_choice
from isletbot.answering.votes import NEIGHBOURS, UNKNOWN, score_answers, score_candidates
from isletbot.ports import Embeddings, ExampleHit, Examples, Relevance, Vectors
from isletbot.types import Evidence, Found, Gap, NearAnswer, ScoredPassage

_FEWEST_WORDS = 4
"""Words that must be left of a message, without the sentences with such a name, to tell what it asks."""
# "She wears a Dexcom. How long do the cells last?" is cut before "How"; "at 7.5 mmol" stays whole.
_SENTENCE_END = re.compile(r"(?<=[.?!])\s+|\n+")
_ANSWERED = 0.8
"""Share of the threshold of an answer that the votes must reach for the cross-encoder to be believed. Of 49 quotes that
it alone was sure of in six suites, 27 of 31 were right at or above it, and 2 of 18 below."""
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
    answered, unanswered = judge.examples.nearest_of_each(vector, NEIGHBOURS, personal)
    scores = score_candidates(found.approved, answered, unanswered)
    approved = score_answers(found.approved, found.part.text, scores)
    if approved and approved[0].relevance >= judge.answer:
        # "No." after a referral would be heard as advice.
        asking = judge.examples.asking(vector, approved[0].answer.id)
        opening = None if personal else find_opening(approved[0].answer, found.part.text, asking)
        beside = _names_stand_beside(found, approved[0], embeddings, judge, lexicon)
        fitted = replace(approved[0], opening=opening, beside=beside)
        approved = (_choose_said(fitted, vector, evidence, asking, judge), *approved[1:])
    outvoted = max((scores.get(scored.passage.key, 0.0) for scored in found.passages), default=0.0)
    sure = bool(approved) and approved[0].relevance >= max(judge.answer, outvoted)
    if sure and (approved[0].beside or not lexicon.elsewhere(found.part.terms)):
        return replace(found, approved=approved)
    found = replace(found, gap=judge.gaps.get(find_gap(unanswered)))
    read = [one for row, one in enumerate(found.passages) if row < STATEMENTS or one.passage.key in scores]
    reads = judge.relevance.score(found.part.message, [scored.passage.text for scored in read])
    scale = judge.answer / judge.statement
    # Doubted by known messages near it, not for want of any; a statement that lists no question has no votes.
    near = any(hit.similarity >= UNKNOWN for hit in unanswered[:1])
    doubted = near and max(scores.values(), default=0.0) < _ANSWERED * judge.answer
    judged = [
        replace(scored, relevance=max(voted, 0.0 if doubted and scored.passage.asks else min(score * scale, 1.0)))
        for scored, score in zip(read, reads, strict=True)
        for voted in (scores.get(scored.passage.key, 0.0),)
    ]
    rest = [scored for scored in found.passages if scored not in read]
    return replace(found, approved=approved, passages=(*sorted(judged, key=_most_relevant), *rest))


def _names_stand_beside(found: Found, near: NearAnswer, embeddings: Embeddings, judge: Judge, lexicon: Lexicon) -> bool:
    """Whether the message asks for this answer whatever it names from elsewhere: what it says in its other sentences
    asks for the same. "I wear a Dexcom. How long do the cells last?" is no question about a Dexcom; "Did
    anybody die of another drug?" is not answered with the deaths after this one, however alike it sounds."""
    named = lexicon.elsewhere(found.part.terms)
    if not named:
        return False
    said = _SENTENCE_END.split(found.part.text)
    rest = " ".join(sentence for sentence in said if not named & lexicon.elsewhere(sentence))
    if len(rest.split()) < _FEWEST_WORDS or rest == found.part.text:
        return False
    [vector] = embeddings.embed([rest])
    scores = score_candidates((), *judge.examples.nearest_of_each(vector, NEIGHBOURS))
    return scores.get(near.answer.id, 0.0) >= judge.answer


def _choose_said(
    near: NearAnswer, vector: Vectors, evidence: Evidence, asking: Sequence[ExampleHit], judge: Judge
) -> NearAnswer:
    """The answer with those of its sentences that the message asks for."""
    if len(near.answer.sentences) < 2 or near.listed:
        return near
    choice = choose_sentences(judge.score_sentences(vector, list_scored_texts(near.answer)), asking)
    # An opening was approved before the first sentence of the answer.
    return replace(near, said=say_choice(near.answer, choice, evidence, keep_first=near.opening is not None))


def _most_relevant(scored: ScoredPassage) -> tuple[float, float]:
    return (-(scored.relevance or 0.0), -scored.score)
