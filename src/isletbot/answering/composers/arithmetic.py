"""The composer for a number asked back ("as a percentage?"): the statement that counts, and the sum, shown."""

from __future__ import annotations

from collections.abc import Callable

from isletbot.answering.verification.sums import Count, Sum, asked_back, read_count
from isletbot.ports import Reply
from isletbot.types import Composer, Draft, Evidence, Query, Quote, Sentence


class SumComposer:
    """Goes on from what the others said, and only with sums of a count that the conversation has heard."""

    name: Composer = "quotes"

    def __init__(self, say: Callable[..., str]) -> None:
        self.say = say

    def compose(self, query: Query, evidence: Evidence, begun: Draft, reply: Reply) -> Draft:
        written = {part: self._show(asked_back(part), evidence) for part in begun.unanswered}
        sentences = tuple(sentence for shown in written.values() for sentence in shown)
        return Draft(
            composer=begun.composer if begun.sentences else "quotes",
            sentences=(*begun.sentences, *sentences),
            suggestions=begun.suggestions,
            declined="" if sentences else "no sum of a number said before is asked for",
            unanswered=tuple(part for part, shown in written.items() if not shown),
            dropped=begun.dropped,
        )

    def _show(self, asked: Sum | None, evidence: Evidence) -> tuple[Sentence, ...]:
        for passage in evidence.related if asked else ():
            if count := read_count(passage.text):
                quotes = (Quote(passage.key, passage.text, passage.start, passage.end),)
                said = self._say_share(count) if asked == "share" else self._say_rest(count)
                return Sentence(passage.text, quotes), Sentence(said, quotes)
        return ()

    def _say_share(self, count: Count) -> str:
        share = count.part / count.whole
        return self.say(
            "sum-share",
            part=str(count.part),
            whole=str(count.whole),
            percent=f"{share * 100:.0f}",
            share=f"{share:.2f}",
        )

    def _say_rest(self, count: Count) -> str:
        rest = count.whole - count.part
        return self.say("sum-rest", part=str(count.part), whole=str(count.whole), rest=str(rest))
