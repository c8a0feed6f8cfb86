"""The same question in other words, by rule: faithful variety that costs no model time.

A tiny student learns a fact well only when it meets it in many wordings (measured: with 20 wordings of each of 15 facts
SmolLM2-135M answers 11 of 15 unseen ones, with 3 wordings far fewer). English only: for another language the question
itself and its key words are all that comes back.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Sequence

from labdesk.core.exam.scoring import STOP_WORDS
from labdesk.core.samples.phrasebook import Phrasebook, lower_first, upper_first
from labdesk.core.samples.rebuilding import rebuilt

#: How many wordings made by exchanging words are used before frames are put around.
_MAX_EXCHANGED = 10


def exchanged(question: str, book: Phrasebook) -> list[str]:
    """The question with one word exchanged for another of its group."""
    found: list[str] = []
    for first, *others in book.synonyms:
        alone = re.compile(rf"(?<![\w-]){re.escape(first)}(?![\w-])")  # not the "fee" of "fee-bee"
        if alone.search(question):
            found += [alone.sub(other, question) for other in others]
    return list(dict.fromkeys(found))


def keywords(question: str) -> str:
    """Only the words that matter, in their order: `Where was the yard built?` becomes `Where yard built?`."""
    small = STOP_WORDS - {"who", "what", "when", "where", "which", "how", "why", "whom", "whose", "many", "much"}
    return " ".join(word for word in re.findall(r"[\w'-]+", question) if word.lower() not in small) + "?"


def subject_of(questions: Iterable[str], title: str) -> str:
    """What a leaf is about: the name that most of its questions hold (in at least a third of them), else its title."""
    texts = list(questions)
    counts: dict[str, int] = {}
    for text in texts:
        inner = re.sub(r"^\W*\w+", "", text)  # the first word has a capital anyway
        for name in set(re.findall(r"[A-Z][\w'-]*(?: (?:of |the )?[A-Z0-9][\w'-]*)*", inner)):
            counts[name] = counts.get(name, 0) + 1
    best = max(counts.items(), key=lambda item: (item[1], len(item[0])), default=("", 0))
    if best[1] * 3 < max(len(texts), 3):
        return title
    with_article = sum(f"the {best[0]}" in text for text in texts)
    return f"the {best[0]}" if 2 * with_article > best[1] else best[0]


def wordings(question: str, answer: str, subject: str, book: Phrasebook, count: int, seed: int) -> list[str]:
    """Up to `count` wordings of `question`, itself first, in an order drawn from `seed`; no two are equal."""
    if not book.speaks(question):
        return list(dict.fromkeys([question, f"{subject}: {question}", keywords(question)]))[:count]
    draw = random.Random(seed)
    rebuilds = rebuilt(question, answer)
    swaps = exchanged(question, book) + [text for other in rebuilds for text in exchanged(other, book)[:2]]
    draw.shuffle(swaps)
    pool = list(dict.fromkeys([question, *rebuilds, *swaps[:_MAX_EXCHANGED], keywords(question)]))
    frames = draw.sample(book.frames, len(book.frames))
    framable = [
        text for text in pool[:-1] if text.endswith("?") and not re.match(r"Do you|Someone|The year,|Give ", text)
    ]
    framed = [
        _frame(frames[i % len(frames)], framable[i % len(framable)] if i % 3 and framable else question, subject)
        for i in range(2 * count)
    ]
    rest = pool[1:]
    draw.shuffle(rest)
    return _interleave(pool[:1] + rest, framed, count)


def _frame(frame: str, question: str, subject: str) -> str:
    return upper_first(frame.format(question=question, lower=lower_first(question), subject=subject))


def _interleave(plain: Sequence[str], framed: Sequence[str], count: int) -> list[str]:
    """Two plain wordings for each framed one while they last, then what is left; no repeats."""
    mixed: list[str] = list(plain[:1])
    left, right = list(plain[1:]), list(framed)
    while left or right:
        mixed += left[:2] + right[:1]
        left, right = left[2:], right[1:]
    return list(dict.fromkeys(mixed))[:count]
