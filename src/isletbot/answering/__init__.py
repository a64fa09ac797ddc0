"""The line turns a question into an answer in seven steps. Each step is a file, and `graph.py` joins them.

1. `triage.py` decides whether the line may answer, and what to say where it may not
2. `condense.py` makes each question of the message stand alone
3. `retrieve.py` finds the passages and approved answers that may hold the answer
4. `judge.py` scores each of them once
5. `compose.py` asks the composers for sentences, each with the words it rests on
6. `verify.py` drops each sentence that it cannot show to hold
7. `conclude.py` decides what the person is told

The other files serve these steps: docs/architecture.md walks one question through them.
"""
