"""Scoring a text answer against the expected one: key words (names, numbers), or closeness of wording.

`contains` asks whether the answer says the thing: a free answer in any wording passes when it holds the expected names
and numbers. `closeness` is ROUGE-L (Lin 2004): F-measure of the longest common subsequence of words, with beta = 1.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Sequence

from labdesk.core.exam.question import ExamQuestion

_WORD = re.compile(r"[0-9]+(?:[.,:/][0-9]+)*|[^\W_]+(?:['’-][^\W_]+)*")

_UNITS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
    " seventeen eighteen nineteen"
)
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
NUMBER_WORDS = {word: str(value) for value, word in enumerate(_UNITS.split())} | {
    word: str(20 + 10 * place) for place, word in enumerate(_TENS.split())
}

_SMALL = (
    "a an and are as at be been but by can could did do does for from had has have he her his how i if in into is it"
    " its may me must no nor not of on or our shall she should so some such than that the their them then there these"
    " they this those to too under up upon us was we were what when where which while who whom whose why will with"
    " would you your about also any both each only other over own same very called named name yes"
)
STOP_WORDS = frozenset(_SMALL.split())

#: Share of plain content words that must occur when the expected answer has neither a name nor a number.
CONTENT_SHARE = 0.6


def words(text: str) -> list[str]:
    """The words of a text, normalised: lower case, no accents, number words as digits, digits without grouping."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return [normal_word(word) for word in _WORD.findall(plain)]


def normal_word(word: str) -> str:
    """One word in the form in which words are compared."""
    lower = word.lower().replace("’", "'").removesuffix("'s")
    if lower[0].isdigit():
        return re.sub(r"[,.](?=[0-9]{3}\b)", "", lower)
    head, _, tail = lower.partition("-")
    if tail in NUMBER_WORDS and head in NUMBER_WORDS:
        return str(int(NUMBER_WORDS[head]) + int(NUMBER_WORDS[tail]))
    return NUMBER_WORDS.get(lower, lower)


def stem(word: str) -> str:
    """A crude stem, enough to see that `burns` is `burn`, `gloves` is `glove` and `moved` is `move`."""
    for suffix in ("ing", "ed", "es", "s"):
        if word.endswith(suffix) and len(word) - len(suffix) >= 3 and not word.endswith("ss"):
            word = word.removesuffix(suffix)
            break
    return word.removesuffix("e") if len(word) > 3 else word


def names_and_numbers(text: str) -> tuple[str, ...]:
    """The words that carry a fact: numbers, and words with a capital that do not merely begin a sentence."""
    found: list[str] = []
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    for match in _WORD.finditer(plain):
        word = normal_word(match[0])
        begins = not plain[: match.start()].rstrip(" \"'“(").strip() or plain[: match.start()].rstrip()[-1:] in ".!?:"
        numeric = word[0].isdigit()
        capital = match[0][0].isupper() and (not begins or _capital_inside(match[0]))
        if (numeric or capital) and word not in STOP_WORDS:
            found.append(word)
    return tuple(dict.fromkeys(found))


def _capital_inside(word: str) -> bool:
    """True for acronyms and names such as McKay, whose capitals no sentence start explains."""
    return any(c.isupper() for c in word[1:])


def key_words(answer: str, question: str = "") -> tuple[tuple[str, ...], bool]:
    """The words an answer must hold, and whether all of them must (True for names and numbers).

    Words that the question already says prove nothing, so they do not count. An answer that is nothing but its first
    word ("Purple") counts as a plain content word.
    """
    said = {stem(word) for word in words(question)}
    strong = tuple(word for word in names_and_numbers(answer) if stem(word) not in said)
    if strong:
        return strong, True
    plain = [word for word in words(answer) if word not in STOP_WORDS and stem(word) not in said]
    if not plain:
        plain = [word for word in words(answer) if word not in STOP_WORDS] or words(answer)
    return tuple(dict.fromkeys(plain)), False


def holds(text: str, phrase: str) -> bool:
    """True when the words of `phrase` stand in `text` one after the other (compared by stem)."""
    needle = [stem(word) for word in words(phrase)]
    hay = [stem(word) for word in words(text)]
    return bool(needle) and any(hay[at : at + len(needle)] == needle for at in range(len(hay) - len(needle) + 1))


def rouge_l(text: str, reference: str) -> float:
    """ROUGE-L F1 between 0 and 1: longest common subsequence of normalised words."""
    left, right = words(text), words(reference)
    if not left or not right:
        return 0.0
    row = [0] * (len(right) + 1)
    for word in left:
        before = 0
        for at, other in enumerate(right, start=1):
            before, row[at] = row[at], before + 1 if word == other else max(row[at], row[at - 1])
    common = row[-1]
    precision, recall = common / len(left), common / len(right)
    return 2 * precision * recall / (precision + recall) if common else 0.0


def score(question: ExamQuestion, text: str) -> float:
    """Between 0 and 1. `contains` gives 0 or 1; `closeness` gives ROUGE-L against the best of the accepted answers."""
    if question.scoring == "closeness":
        return max(rouge_l(text, reference) for reference in (question.answer, *question.accepted))
    if any(holds(text, phrase) for phrase in question.accepted):
        return 1.0
    return 1.0 if not question.accepted and _says(text, question.answer, question.question) else 0.0


def _says(text: str, answer: str, question: str) -> bool:
    """Whether `text` holds the key words of `answer`."""
    keys, all_of_them = key_words(answer, question)
    spoken = {stem(word) for word in words(text)}
    found = sum(stem(key) in spoken for key in keys)
    needed = len(keys) if all_of_them else max(1, math.ceil(CONTENT_SHARE * len(keys)))
    return bool(keys) and found >= needed


def percent(scores: Sequence[float]) -> float:
    """Mean score in percent; 0 for no scores."""
    return 100.0 * sum(scores) / len(scores) if scores else 0.0
