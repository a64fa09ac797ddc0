"""Which words may stand for which when a statement is said in plain words. A word that neither stands in the quote nor
may stand for one of its words is new, and a new word can turn a true sentence into a false one: `kidney` for
`liver`, `above` for `below`. So what is harmless is listed, not what is harmful: here what holds for any topic, in the
corpus' glossary what holds for its own."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from isletbot.answering.text import is_negation, normalise, stem, tokenise
from isletbot.answering.verification.figures import NO_STUDY
from isletbot.corpus import StudyWords

_HARMLESS = frozenset(
    """
    among
    a an the this that these those it its they them their he she his her we us our you your one's there here which
    who whom whose what when where how while as of to in on at for by from with into onto and or but so then thus
    also too than is are am was were be been being do does did done has have had having will would shall can could
    may might must just itself themselves again both each other another such very already now still even about
    around say says said saying according state call called name named mean means meaning show shows shown tell
    tells told describe report reports reported view find finds found give gives given gave put puts get gets got
    take takes took taken make makes made go goes went come comes came use used using look looked looks want wanted
    people person someone anyone somebody everybody if whether should number job right reach speak seen doctors
    anything spent trial study thing way kind sort time short main message think thinks thought
    """.split()
)
"""Words that add nothing to check. Denials, amounts, units, comparisons and directions are none of them."""

_SAME = """
    know, known
    hypothesis, idea
    nothing, anything
    immune system, immune, body's defences
    important, matters, matter
    basics, basis
    universal, everyone, for everyone
    sees, treats
    hold for, true for, hold
    rely on, need, depend on
    need, must
    below, under, less than, lower than, fewer than
    above, over, more than, higher than, greater than
    at least, or more
    therapy, treatment
    treated, given, got, received
    drug, medicine, medication
    suppress, suppressing, hold back, dampen
    start, began, begin, started, baseline
    stop, end, ended, finish, cease
    studied, under study, tested, test, trial, study
    results, findings, outcomes
    patient, person, people, participant, adults, someone, you, everyone, man, woman
    doctors, physicians
    scientists, researchers
    severe, serious, very bad, dangerous
    fall, drop, fell, dropped, decrease, went down, down, low count, too few, less
    rise, rose, go up, went up, increase, up
    raise, increase
    lower, reduce, cut, decrease
    remove, end, take away
    destroy, kill, destroyed
    restore, bring back, give back
    replace, putting back, put back, take over
    prevent, stop, avoid, avoided
    danger, risk, dangers
    problem, complication, complications
    fatal, deadly, death, die, died, has died, deceased
    unconscious, unconsciousness, passed out, pass out, faint
    vanish, go away, disappear, lose, loss, losing, lost
    sign, signs, symptom
    notice, feel, aware, awareness
    lifelong, for life, all their life, lasts for life, as long as they live
    need, needed, require, depend, depends, necessary
    scarce, rare, in short supply
    regulate, control, manage
    produce, make, making
    steered, guided, steer
    get, turn into, become, became
    respond, react
    infuse, infusion, infused, drip
    single, one, once, one time
    several, many, multiple, more than one, more than once, repeated, keep having
    option, choice, choose, could choose
    far, much, a lot, many
    larger, bigger, greater
    major, big, large
    small, little
    judge, judged, consider, considered, think, thought, view, opinion
    suggest, advise, advised, told to, tell
    explain, explained, because
    warn, warned
    hard, struggle, difficult, find it hard
    goal, aim, target, purpose, wanted
    asked, wanted to find out, wanted to know, looked at, ask
    if, whether, to see if
    seek, look for, search, searching, looking
    fund, funded, paid for, pay
    publish, published, came out, is in
    register, registered
    sponsor, sponsored
    include, included, took part, take part, part
    eligible, can take part, may take part
    centre, center, site, hospital
    world, worldwide
    years old, old, aged, age
    percent, per cent, percentage
    deceased, has died
    cluster, clusters, group, groups
    not planned in advance, not prespecified
    detect, detected, found, find
    work, working, works, function, functional
    safe, safety, safely, as safe
    harmed, adverse, adverse event, side effect, serious adverse events
    unrelated, not related, nothing to do with, not to be related
    mention, mentioned, say, says nothing
    kind, type, sort
    complete, completed, completion
    average, mean, on average
    daily, a day, per day
    takeaway, message, main message
    milestone, milestone
    legitimate, real
    potential, potentially, could
    sum up, in short
    day, days
    from, onwards, on
    followed, follow-up, watched
    analyse, analysis, analysed, looks at, look at
    stretch, period
    dated, date
    reject, rejection
    suit, suits, best for, right for
    marketed, sold, sell, sells, sale, offer, offers
    effective, work, works
    misleading, wrong
    year, years
    natural, normal
    widely available, get widely, available
    abstract, abstract
    list, lists, listed, show, shows, showed, had
    enrol, enrolment
    phase, phase
    unlike, not like
    just like, as, like
    until, before
    prompt, prompts, because of
    title, named
    differ, difference, different
    count, counted
    outside, not part of, did not count
    select, selected, chosen, choose
    careful, carefully
    aimed, meant, intended
    deserve, deserves, needs
    retell, retells
    first-year, first year
    both, two
    all, every, everyone, everybody, each
    none, no, not one, nobody, no one, free of, avoided, without
    trade-off, trade-off
    sudden, suddenly
    belongs to, is part of
    fit, fits, in line with
    catch, drawback
    as of, how things stood in
    like, such as, for example, for instance
    steer away, keep away
    last, lasted, still there
    worse, got worse
"""


@dataclass(frozen=True, slots=True)
class _Groups:
    words: Mapping[str, frozenset[int]]
    """Stem to the numbers of the groups that it is in."""
    phrases: tuple[tuple[str, int], ...]


@lru_cache(8)
def _read_groups(reworded: tuple[tuple[str, ...], ...]) -> _Groups:
    """Those of any topic, then those of this one."""
    words: dict[str, set[int]] = {}
    phrases: list[tuple[str, int]] = []
    for number, members in enumerate((*(line.split(",") for line in _SAME.strip().splitlines()), *reworded)):
        for member in members:
            told = tokenise(member)
            if len(told) == 1:
                words.setdefault(stem(told[0]), set()).add(number)
            else:
                phrases.append((" ".join(stem(token) for token in told), number))
    return _Groups({word: frozenset(groups) for word, groups in words.items()}, tuple(phrases))


_NUMBERS = re.compile(r"\d+")
_ACRONYM = re.compile(r"\b[A-Z]{2,}\b")
_HARMLESS_STEMS = frozenset(stem(word) for word in _HARMLESS)


def find_new_words(sentence: str, quotes: Sequence[str], study: StudyWords = NO_STUDY) -> list[str]:
    """Words of the sentence that neither stand in the quotes nor may stand for what does, in order. Where `same_time`
    of the study words says that "7 days" are "1 week", a quote of day 7 may be said as a week."""
    groups = _read_groups(study.reworded)
    said, told = _read(sentence), _read(" ".join(quotes))
    held = set(told)
    allowed = _groups_of(told, groups)
    numbers = set(_NUMBERS.findall(" ".join(quotes)))
    for first, *others in study.same_time:
        if first.split()[0] in numbers:
            held |= {stem(time.split()[1]) for time in others if time.split()[0] == "1"}
    within = _in_phrases(said, allowed, groups)
    return [name for name in _ACRONYM.findall(sentence) if name not in " ".join(quotes)] + [
        word
        for place, word in enumerate(said)
        if word not in held
        and f"un{word}" not in held
        and word not in _HARMLESS_STEMS
        and place not in within
        and not (groups.words.get(word, frozenset()) & allowed)
    ]


def _read(text: str) -> list[str]:
    plain = re.sub(r"(?<=[a-z])-(?=[a-z])", " ", normalise(text))
    plain = plain.replace(" patient ", " singlepatient ")  # `patient cells` are not the cells of people
    return [stem(token) for token in tokenise(plain) if not token[0].isdigit() and not is_negation(token)]


def _groups_of(words: Sequence[str], groups: _Groups) -> frozenset[int]:
    found = frozenset().union(*(groups.words.get(word, frozenset()) for word in words))
    text = f" {' '.join(words)} "
    return found | {number for phrase, number in groups.phrases if f" {phrase} " in text}


def _in_phrases(words: Sequence[str], allowed: frozenset[int], groups: _Groups) -> frozenset[int]:
    """Places covered by a phrase that may stand for something in the quotes."""
    covered: set[int] = set()
    for phrase, number in groups.phrases:
        parts = phrase.split()
        if number in allowed:
            for place in range(len(words) - len(parts) + 1):
                if list(words[place : place + len(parts)]) == parts:
                    covered.update(range(place, place + len(parts)))
    return frozenset(covered)
