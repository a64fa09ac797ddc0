"""The line, one step a file; graph.py joins them.

1. triage: may this be answered, and if not, what is said instead
2. condense: the question, made to stand alone
3. retrieve: the passages that may hold the answer
4. compose: sentences, each with the words it rests on
5. verify: what cannot be shown to hold is dropped
6. conclude: what the person is told
"""
