"""Questions of loose cue words for a seed's answer, drawn from the question and from the passage that answers it.

A stranger's question about a fact shares few words with the seed question, but nearly always some with the passage
around the answer ("Which *college* owns the *diary*?"). Wordings made from the question alone never show those words to
the student; cues do, in any order, with any question word that fits the answer.
"""

from __future__ import annotations

import random
import re

from labdesk.core.exam.scoring import STOP_WORDS, words
from labdesk.core.samples.phrasebook import Phrasebook, upper_first

_WORD = re.compile(r"[\w'’-]+")
_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_ASKER = re.compile(
    r"(?i)^(?:(?:in|on|at|for|from|into|through|along|to|of|by|with|since|under|near)\s+)?"
    r"(who|whose|whom|when|where|why|how (?:many|much|long|tall|old|far|big|high|wide|deep|often|fast|heavy)|how"
    r"|(?:which|what) [a-z-]+|which|what)\b"
)
_EMPTY = frozenset(["during", "today", "now", "also", "still"])
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
    "{A} {keys} in {subject}?",
    "{A} {keys} of {subject}?",
    "{subject}: {a} {keys}?",
    "{subject}, {keys}: {a}?",
    "{keys}, {subject}: {a}?",
    "{keys}: {a}?",
    "Tell me {a} {keys}, {subject}.",
)
_EXCHANGED = 0.25
#: An answer of more key words than this may lend one of its plain words to the question.
_LONG_ANSWER = 2
_IN_ORDER = 0.5


def cue_questions(
    question: str, answer: str, context: str, subject: str, book: Phrasebook, count: int, seed: int
) -> list[str]:
    """Up to `count` different questions for `answer`. Deterministic in its arguments; [] where nothing can be drawn."""
    draw = random.Random(seed)
    asker, rest = _asker(question)
    hidden = set(words(answer)) | set(words(subject))
    own = [word for word in _keys(rest) if not set(words(word)) <= hidden]
    known = hidden | set(words(question))
    around = [word for word in _keys(_evidence(context, answer)) if not set(words(word)) <= known]
    if not own:
        return []
    told = [word for word in _keys(answer) if word[0].islower()]
    if len(_keys(answer)) > _LONG_ANSWER:
        around += told
    found: dict[str, None] = {}
    for _attempt in range(4 * count):
        if len(found) == count:
            break
        chosen = draw.sample(own, min(len(own), draw.randint(2, 4)))
        chosen += draw.sample(around, min(len(around), draw.randint(0, 2)))
        if draw.random() < _IN_ORDER:
            chosen.sort(key=[*own, *around].index)
        keys = " ".join(_exchanged(word, book, draw) for word in chosen)
        ask = draw.choice(_askers(asker))
        shape = draw.choice(_SHAPES)
        found[upper_first(shape.format(A=upper_first(ask), a=ask, keys=keys, subject=subject))] = None
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


def _evidence(context: str, answer: str) -> str:
    """The sentence of the passage that shares most words with the answer; "" without a passage."""
    wanted = set(words(answer)) - STOP_WORDS
    sentences = _SENTENCE.split(" ".join(context.split()))
    return max(sentences, key=lambda text: len(wanted & set(words(text))), default="")


def _keys(text: str) -> list[str]:
    found = [word for word in _WORD.findall(text) if word.lower() not in STOP_WORDS | _EMPTY]
    return list(dict.fromkeys(found))


def _exchanged(word: str, book: Phrasebook, draw: random.Random) -> str:
    """The word, or now and then another of its group."""
    others = [other for first, *rest in book.synonyms for other in rest if first == word.lower()]
    return draw.choice(others) if others and draw.random() < _EXCHANGED else word
