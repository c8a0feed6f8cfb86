"""Questions of loose cue words for a seed's answer, drawn from the question and from the passage that answers it.

A stranger's question about a fact shares few words with the seed question, but nearly always some with the passage
around the answer ("Which *college* owns the *diary*?"). Wordings made from the question alone never show those words to
the student; cues do, in any order, with any question word that fits the answer.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from labdesk.core.exam.scoring import STOP_WORDS, words
from labdesk.core.samples.phrasebook import Phrasebook, upper_first

_WORD = re.compile(r"[\w'’-]+")
_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_ASKER = re.compile(
    r"(?i)^(?:(?:in|on|at|for|from|into|through|along|to|of|by|with|since|under|near)\s+)?"
    r"(who|whose|whom|when|where|why|how (?:many|much|long|tall|old|far|big|high|wide|deep|often|fast|heavy)|how"
    r"|(?:which|what) [a-z-]+|which|what)\b"
)
_EMPTY = frozenset("during today now also still every each even never".split())  # noqa: SIM905
_VERBS = frozenset(
    "is was are were did do does can could will would has have had must should may might".split()  # noqa: SIM905
)
#: Other ways to ask for the same kind of thing; {noun} is the noun behind "which" or "what".
_ALIKE = {
    "who": ("who", "who", "which person", "what is the name: who"),
    "whose": ("whose", "who", "which person"),
    "whom": ("whom", "who", "which person"),
    "when": ("when", "when", "what date", "what time"),
    "where": ("where", "where", "which place", "what place"),
    "why": ("why", "for what reason"),
    "what": ("what", "what", "which"),
    "how": ("how", "in what way"),
    "how many": ("how many", "what number of"),
    "how much": ("how much", "what amount of"),
    "how long": ("how long", "for what time"),
}
_SHAPES = (
    "{A} {keys}?",
    "{A} {keys}?",
    "{A} {keys}?",
    "{keys}: {a}?",
    "{keys}, {a}?",
    "{keys}. {A}?",
    "{keys}. {A} is it?",
    "Tell me {a} {keys}.",
)
#: Where the subject stands must not tell one fact from another ("where does X have", "what does X occupy"): it is
#: named in so many of the questions, anywhere in them, often behind one of these words.
_NAMED = 0.6
_LINKS = ("does", "does", "did", "has", "is", "at", "of", "in", "for", "from", "about", "", "", "")
#: A key word stands for itself in so many questions; else for a near one, so that a stranger's word ("warranty" for
#: "guarantee") is not the first of its kind. Measured on a manual, whole job: 23 of 45 strangers' questions without, 27
#: with; the training alone, twice: 20 without, 27 with.
_ITSELF = 0.5
#: An answer of more key words than this may lend one of its plain words to the question.
_LONG_ANSWER = 2
_TOLD = 0.25
#: A word in more than so many of the other seeds is about the leaf, not about the fact.
_COMMON = 0.4
#: Words that say nothing are strewn between the key words, so that the student learns to hear past them.
_MOST_FILLERS = 3
_IN_ORDER = 0.5


def cue_questions(
    question: str,
    answer: str,
    context: str,
    subject: str,
    book: Phrasebook,
    count: int,
    seed: int,
    others: Sequence[frozenset[str]] = (),
) -> list[str]:
    """Up to `count` different questions for `answer`. Deterministic in its arguments; [] where nothing can be drawn.

    `others` are the words (as `scoring.words` gives them) of each other seed of the leaf, question and answer. A word
    that leads to another answer too is not taken from the passage, and never stands alone from the question.
    """
    draw = random.Random(seed)
    asker, rest = _asker(question)
    named = set(words(subject))
    taken = frozenset[str]().union(*others)
    # A word that question and answer share gives nothing away: an answer in a whole sentence repeats the question.
    own = [word for word in _keys(rest) if not set(words(word)) <= named]
    common = [word for word in own if _holders(word, others) > max(1, _COMMON * len(others))]
    own = [word for word in own if word not in common] or own
    if not own:
        return []
    telling = [word for word in own if not set(words(word)) <= taken] or own
    known = named | set(words(answer)) | set(words(question))
    evidence = _evidence(context, set(words(answer)) - named)
    around = [word for word in _keys(evidence) if not set(words(word)) <= known | taken]
    told = [word for word in _keys(answer) if word[0].islower() and not set(words(word)) <= set(words(question))]
    if len(_keys(answer)) <= _LONG_ANSWER:
        told = []
    found: dict[str, None] = {}
    for _attempt in range(4 * count):
        if len(found) == count:
            break
        chosen = draw.sample(own, min(len(own), draw.randint(2, 4)))
        if set(chosen).isdisjoint(telling):
            chosen[0] = draw.choice(telling)
        chosen += draw.sample(around, min(len(around), draw.randint(0, 2)))
        chosen += draw.sample(told, 1) if told and draw.random() < _TOLD else []
        if draw.random() < _IN_ORDER:
            chosen.sort(key=[*own, *around, *told].index)
        filled = _filled([_exchanged(word, book, taken | set(words(answer)), draw) for word in chosen], book, draw)
        if draw.random() < _NAMED:
            filled.insert(draw.randint(0, len(filled)), f"{draw.choice(_LINKS)} {subject}".strip())
        ask = draw.choice(_askers(asker))
        shape = draw.choice(_SHAPES)
        found[upper_first(shape.format(A=upper_first(ask), a=ask, keys=" ".join(filled)))] = None
    return list(found)


def _asker(question: str) -> tuple[str, str]:
    """What the question asks with ("who", "which island", ...), and the rest of it."""
    match = _ASKER.match(question.strip())
    if match is None:
        return "what", question
    asker = match[1].lower()
    noun = asker.split(" ", 1)[1] if asker.startswith(("which ", "what ")) else ""
    if noun in _VERBS:
        asker = asker.split(" ", 1)[0]
    return asker, question.strip()[match.end() :]


def _askers(asker: str) -> tuple[str, ...]:
    """Ways to ask for the same kind of thing."""
    if asker.startswith(("which ", "what ")):
        noun = asker.split(" ", 1)[1]
        return (f"which {noun}", f"what {noun}", f"which {noun}", "what")
    return _ALIKE.get(asker, (asker,))


def _holders(word: str, others: Sequence[frozenset[str]]) -> int:
    """In how many of the other seeds the word occurs."""
    return sum(set(words(word)) <= other for other in others)


def _evidence(context: str, answer: set[str]) -> str:
    """The sentence of the passage that shares most words with the answer; "" without a passage."""
    wanted = answer - STOP_WORDS
    sentences = _SENTENCE.split(" ".join(context.split()))
    return max(sentences, key=lambda text: len(wanted & set(words(text))), default="")


def _keys(text: str) -> list[str]:
    found = [word for word in _WORD.findall(text) if word.lower() not in STOP_WORDS | _EMPTY]
    return list(dict.fromkeys(found))


def _exchanged(word: str, book: Phrasebook, taken: AbstractSet[str], draw: random.Random) -> str:
    """The word, or now and then another of its group or near to it, unless that is `taken` by other facts."""
    same = [other for first, *rest in book.synonyms for other in rest if first == word.lower()]
    near = [other for other in book.near.get(word, ()) if taken.isdisjoint(words(other))]
    return draw.choice([*same, *near]) if (same or near) and draw.random() >= _ITSELF else word


def _filled(chosen: list[str], book: Phrasebook, draw: random.Random) -> list[str]:
    """The words with some of the book's fillers anywhere between them."""
    filled = list(chosen)
    for _number in range(draw.randint(0, _MOST_FILLERS) if book.fillers else 0):
        filled.insert(draw.randint(0, len(filled)), draw.choice(book.fillers))
    return filled
