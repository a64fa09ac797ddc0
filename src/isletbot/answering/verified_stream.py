"""The reply under way: each sentence is verified before anyone hears it, and heard once."""

from __future__ import annotations

from collections.abc import Sequence

from isletbot.answering.citations import cite_sentences
from isletbot.answering.verification.findings import Verifier, judge_company
from isletbot.ports import Listener
from isletbot.types import Evidence, Finding, Sentence


class OpenReply:
    """What has been released of one reply, in order."""

    def __init__(self, evidence: Evidence, verifier: Verifier, listener: Listener | None) -> None:
        """Without a listener sentences are verified all the same."""
        self._evidence = evidence
        self._verifier = verifier
        self._listener = listener
        self._released: list[Sentence] = []

    @property
    def cancelled(self) -> bool:
        return self._listener is not None and self._listener.cancelled

    def release(self, sentence: Sentence) -> Finding:
        alone = self._verifier.find(sentence, self._evidence)
        said = frozenset(quote.key for heard in (*self._released, sentence) for quote in heard.quotes)
        finding = judge_company(alone, said, self._evidence)
        if finding.outcome == "supported":
            self.hand_on((sentence,))
        return finding

    def hand_on(self, verified: Sequence[Sentence]) -> None:
        """Those of `verified` that were not heard yet."""
        for sentence in verified:
            if sentence in self._released:
                continue
            self._released.append(sentence)
            if self._listener:
                keys = {quote.key for quote in sentence.quotes}
                numbered = cite_sentences(self._released, self._evidence)
                self._listener.sentence(sentence, tuple(cited for cited in numbered if cited.key in keys))
