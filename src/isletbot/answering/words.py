"""Text to words: tokens, stems, numbers. Pure; knows English, nothing of the corpus."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

import Stemmer

_PLAIN = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "“": '"', "”": '"', "–": "-", "—": "-", "‑": "-", "−": "-"})
_HIDDEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_TOKEN = re.compile(r"[a-z]+\d[a-z0-9]*|[a-z]+(?:'[a-z]+)?(?:-\d+)?|\d+(?:[.,]\d+)*%?|[^\W\d_a-z]+")
_STEMMER = Stemmer.Stemmer("english")

NUMBER_WORDS = {
    word: str(value)
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
        "sixteen seventeen eighteen nineteen twenty".split()
    )
} | {"thirty": "30", "forty": "40", "fifty": "50", "sixty": "60", "seventy": "70", "eighty": "80", "ninety": "90"}

GENERIC = frozenset(
    """
    a able about above access according accordingly actual actually add adding additional address affect after again
    agree ah ain't all allow allowed almost alone along already also although always am among an and another any
    anybody anybody's anymore anyone anything anyway appear appears apply are aren't arent arise around arrange as
    asap aside ask asked asking assume at aware away back based basically basis be became because become been before
    beginning behind being believe besides between bit both bother brief briefly bring broad btw but by bye call
    called came can can't cannot cant carried carry case cases catch category certain certainly changed cheers
    choose claim claimed claims clarify clear clearly closely column come comes common commonly compare compared
    comparing concern concerned confirm consider considered consist contain contains context
    continue correct correctly could couldn't couldnt count counted cover covered curious current currently d'you
    day deal dear deeper define defined definition degree depend depending describe described detail details
    determine determined did didn't didnt directly discuss discussed do doc does doesn't doesnt doing don't done
    dont down dude due dunno during e.g each easily easy effectively eg either element else enough entire entirely
    especially essentially establish established estimate et etc even eventually ever every everybody everyone
    everything exact exactly examine example expect expected experience explain explained explanation express extent
    extra fact facts fairly far feel felt few field figure final finally find fine first focus folks follow
    following for former found frequently from full fully further fyi gave general generally get gets getting give
    given gives giving glad go goes going gone gonna good got got'em gotta gotten great guess guy guys had handle
    happen happened happening happens hard has hasn't hasnt have haven't havent having he he's headline hear heard
    hearing hello help helpful her here hers hey hi high highly him his hit hmm hold honest honestly hope hot how
    how's however hows huge i i'd i'll i'm i've i.e idea identify ie if im imagine imo imply important importantly
    impression in include included including indeed indicate indicated info inform information initial initially
    instance instead intended interested into investigate investigated investigator investigators involved is isn't
    isnt issue it it's item its itself ive just keen keep kept kind kinda kindly kinds knew know known knows last
    lately later latest lead leads learn learned least left lemme less let let's lie like likely line literally
    little ll lol long look looked looking looks lot lots made main mainly major make makes making manner many mark
    massive mate material matter may maybe me mean meaning means meant mention mentioned mere might mine minor
    moment more most mostly move much multiple must my myself nah natural nature near nearly necessarily need needed
    needs never new next nice no nobody none nope nor normal not noted nothing now observe observed obtain obviously
    occasion occur occurred occurs of off official often oh ok okay on once one ones online only onto opinion option
    or order original other others otherwise our out outcome outline over overall overview own pal particular pass
    past people per per-cent perform performed perhaps period permitted person persons piece place plain please pls
    plus plz point popular pose position possibility possible possibly practical practically precise precisely
    present presented presumably pretty previous primarily principle prior probably proceed process prompt proper
    properly provide provided pull put question questions quick quickly quite quote raise rather re read reader
    reading ready real realise reality realize really recall recap receive received recent recently refer reference
    refers regarding regards relate related relevant rely remain remaining report reported reports require required
    respond response rest right rough roughly round rule run said sake same saw say saying says scale scope see
    seeing seem seemed seems seen sense separate series serve set settle several shall she she's shed short should
    shouldn't shouldnt show showed shown shows simple simply since sir situation slight slightly so solid solve some
    somebody somehow someone someone's something sometimes somewhat somewhere soon sorry sort space speak specific
    specifically spell spot stage stand start started state stated states step sth stick still story straight
    strange strictly strong structure struggle stuff subject such suggest suit suitable sum summarise summarize
    summary summed support suppose supposed sure surely surprising surround take taken takes taking talk technical
    technically tell telling tells tend term terms than thank thanks that that's thats the their theirs them
    themselves then theory there there's these they they're theyre thing things think thinking this thorough
    thoroughly those though thought through thus thx till time times tiny tip to today together told too took topic
    total touch toward towards track trouble true truly try turn two typical typically u uh um under understand unit
    unlike until up upon upper ur us use used useful uses using usual usually value various vary verdict version
    very via view vs wait walk wanna want wanted wants warn was wasn't wasnt way ways we we've well went were
    weren't what what's whatever whats when when's where where's wheres whether which while who who's whole whom
    whose why wide widely will wish with within without won't wonder wondering wont word words work worse worth
    would wouldn't wouldnt wow written wrong y'all yeah yep yes yesterday yet you you're your youre yours
    """.split()
)
"""Words that carry a question but not its subject."""

NEGATIONS = frozenset({"no", "not", "never", "none", "nor", "neither", "without", "nobody", "nothing", "cannot"})


def normalise(text: str) -> str:
    """NFKC, plain quotes and dashes, no hidden characters, lower case."""
    return unicodedata.normalize("NFKC", _HIDDEN.sub("", text)).translate(_PLAIN).lower()


def tokenise(text: str) -> list[str]:
    """Lower-case words and numbers, in order; number words become digits."""
    return [NUMBER_WORDS.get(token, token) for token in _TOKEN.findall(normalise(text))]


@lru_cache(maxsize=50_000)
def stem(token: str) -> str:
    return str(_STEMMER.stemWord(token))


def is_negation(token: str) -> bool:
    return token in NEGATIONS or token.endswith("n't")
