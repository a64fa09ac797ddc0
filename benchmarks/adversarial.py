"""Thousands of wrong replies of a chat model, made from the corpus: how many of their sentences get out, and what of
true ones does. `python benchmarks/adversarial.py [SEED]`; --list shows what got out and what did not."""

from __future__ import annotations

import json
import sys
from collections import Counter
from itertools import product
from pathlib import Path

from isletbot.answering.chat_model.composer import ModelComposer
from isletbot.answering.composers.quotes import QuotesComposer
from isletbot.answering.line import Line
from isletbot.answering.verification.findings import Verifier
from isletbot.evaluation.hostile_replies import HostileReplyTrial
from isletbot.evaluation.mutation_words import read_mutation_words
from isletbot.evaluation.mutations import SourceStatement, make_mutants
from isletbot.inference.scripted import ScriptedChat
from isletbot.settings import load_settings
from isletbot.wiring import make_line
from isletbot.wiring.filled_prompts import open_prompts

PARAPHRASES = Path(__file__).with_name("paraphrases.jsonl")


def make_trial(line: Line) -> HostileReplyTrial:
    prompts = open_prompts(load_settings())
    quotes = QuotesComposer(line.lexicon, line.judge.answer)
    return HostileReplyTrial(
        lambda reply: ModelComposer(ScriptedChat(reply), prompts.ask, quotes.find_fitting),
        Verifier(line.entailment, line.index.cautions),
        {passage.key: passage for passage in line.index.everything()},
    )


def put_paraphrases(trial: HostileReplyTrial, holds: bool, blind: bool) -> list[tuple[str, bool, str]]:
    """Those written by hand that hold, or do not: text, whether it was released, and why not. The blind ones were
    written when the rules were done, and the rules were left as they were."""
    keys = {passage.statement: passage.key for passage in trial.passages.values()}
    rows = [json.loads(line) for line in PARAPHRASES.read_text(encoding="utf-8").splitlines()]
    chosen = [row for row in rows if (row["holds"], row["blind"]) == (holds, blind)]
    return [(row["text"], *trial.put(row["text"], [keys[name] for name in row["cite"]])) for row in chosen]


def main() -> None:
    numbers = [int(word) for word in sys.argv[1:] if word.isdigit()]
    shown = "--list" in sys.argv
    trial = make_trial(make_line(load_settings()))
    statements = [SourceStatement(key, passage.text) for key, passage in trial.passages.items()]
    stopped = [(said, *trial.put(said.text, [said.key])) for said in statements]
    true = [said for said, released, _ in stopped if released]
    print(f"statements word for word: {len(true)} of {len(statements)} released")
    for said, released, why in stopped:
        if not released:
            print(f"    {why}: {said.text}")
    put, out = Counter[str](), Counter[str]()
    words = read_mutation_words(load_settings().evals_dir)
    for mutant in make_mutants(true, numbers[0] if numbers else 1, words=words):
        released, _ = trial.put_mutant(mutant)
        put[mutant.kind] += 1
        out[mutant.kind] += released
        if shown and released:
            print(f"    OUT {mutant.kind}: {mutant.text}\n        FROM {[said.text for said in mutant.cited]}")
    for kind in put:
        print(f"{kind:12} {out[kind]:4} of {put[kind]:5} released")
    print(f"{'all':12} {out.total():4} of {put.total():5} released")
    for holds, blind in product((True, False), (False, True)):
        rows = put_paraphrases(trial, holds, blind)
        name = f"written by hand{', blind' if blind else ''}, {'true' if holds else 'wrong'}"
        print(f"{name}: {sum(went for _, went, _ in rows)} of {len(rows)} released")
        for text, went, why in rows:
            if shown and went is not holds:
                print(f"    {why}: {text}")


if __name__ == "__main__":
    main()
