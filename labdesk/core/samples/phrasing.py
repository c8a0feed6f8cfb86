"""The same question in other words, by rule: faithful variety that costs no model time.

A tiny student learns a fact well only when it meets it in many wordings (measured: with 20 wordings of each of 15 facts
SmolLM2-135M answers 11 of 15 unseen ones, with 3 wordings far fewer). English only: for another language the question
itself and its key words are all that comes back.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable, Sequence

from labdesk.core.exam.scoring import STOP_WORDS
from labdesk.core.samples.phrasebook import Phrasebook, lower_first, upper_first

_AUXILIARY = r"(?:is|was|are|were|do|does|did|can|could|will|would|has|have|had|must|should|may|might)"
_YEAR = re.compile(r"\b(?:1[0-9]{3}|20[0-9]{2})\b")
#: How many wordings made by exchanging words are used before frames are put around.
_MAX_EXCHANGED = 10


def _who(body: str, _answer: str) -> list[str]:
    if match := re.match(r"(?i)who (is|was|are|were) (.+)", body):
        be, whom = match[1], match[2]
        return [
            f"What is the name of {whom}?",
            f"Do you know who {whom} {be}?",
            f"Name {whom}.",
            f"Tell me who {whom} {be}.",
            f"Which person {be} {whom}?",
            f"{upper_first(whom)} {be} who?",
        ]
    if (match := re.match(r"(?i)who (.+)", body)) and not re.match(rf"(?i){_AUXILIARY}\b", match[1]):
        does = match[1]
        return [
            f"Which person {does}?",
            f"What is the name of the person who {does}?",
            f"Name the person who {does}.",
            f"Who was it that {does}?",
            f"Do you know who {does}?",
            f"Tell me who {does}.",
            f"Someone {does}. Who?",
        ]
    return []


def _when(body: str, answer: str) -> list[str]:
    match = re.match(r"(?i)(?:when|(in|since) (?:what|which) year|(?:what|which) year) (.+)", body)
    if not match:
        return []
    word, rest = upper_first((match[1] or "in").lower()), match[2]
    if _YEAR.search(answer):
        return [
            f"{word} which year {rest}?",
            f"{word} what year {rest}?",
            f"What year {rest}?",
            f"The year, please: when {rest}?",
            f"{'Since when' if word == 'Since' else 'When'} {rest}?",
            f"{word} the course of which year {rest}?",
        ]
    return [f"At what time {rest}?", f"When exactly {rest}?", f"On which day or at which time {rest}?"]


def _where(body: str, _answer: str) -> list[str]:
    if match := re.match(r"(?i)where (.+)", body):
        return [
            f"{lead} {match[1]}?" for lead in ("In which place", "In what place", "At which location", "At what spot")
        ]
    return []


def _how(body: str, _answer: str) -> list[str]:
    if match := re.match(r"(?i)how many (.+)", body):
        return [
            f"What number of {match[1]}?",
            f"What is the number of {match[1]}?",
            f"Give the number: how many {match[1]}?",
            f"Tell me how many {match[1]}.",
            f"Exactly how many {match[1]}?",
        ]
    if match := re.match(r"(?i)how much (?:does|do|did|is) (.+?)(?: cost)?$", body):
        return [
            f"What does {match[1]} cost?",
            f"What is the price of {match[1]}?",
            f"What do I have to pay for {match[1]}?",
            f"At what price is {match[1]}?",
        ]
    if match := re.match(r"(?i)how long (does|do|did) (.+?) (take|last)\b(.*)$", body):
        be, what, verb, rest = match.groups()
        return [
            f"How much time {be} {what} {verb}{rest}?",
            f"What is the duration of {what}{rest}?",
            f"How many minutes, hours or days {be} {what} {verb}{rest}?",
        ]
    if match := re.match(
        r"(?i)how (long|tall|high|deep|wide|heavy|old|big|far|fast|hot|cold) (is|are|was|were) (.+)", body
    ):
        noun = {
            "long": "length",
            "tall": "height",
            "high": "height",
            "deep": "depth",
            "wide": "width",
            "heavy": "weight",
            "old": "age",
            "big": "size",
            "far": "distance",
            "fast": "speed",
        }.get(match[1].lower(), "temperature")
        return [f"What is the {noun} of {match[3]}?", f"Tell me the {noun} of {match[3]}."]
    if match := re.match(r"(?i)how long (.+)", body):
        return [f"{lead} {match[1]}?" for lead in ("For how long", "What length of time", "For how much time")]
    if match := re.match(r"(?i)how often (.+)", body):
        return [f"{lead} {match[1]}?" for lead in ("How many times", "How frequently", "At what intervals")]
    if match := re.match(rf"(?i)how ({_AUXILIARY} .+)", body):
        return [f"In what way {match[1]}?", f"In which manner {match[1]}?", f"By what means {match[1]}?"]
    return []


def _why(body: str, _answer: str) -> list[str]:
    if match := re.match(r"(?i)why (.+)", body):
        return [f"{lead} {match[1]}?" for lead in ("For what reason", "What is the reason: why", "How come:")]
    return []


def _named(body: str, _answer: str) -> list[str]:
    if match := re.match(r"(?i)what (is|was|are|were) (.+?) (?:called|named)( .+)?$", body):
        what, rest = match[2], match[3] or ""
        return [
            f"What is the name of {what}{rest}?",
            f"What is the word for {what}{rest}?",
            f"What do they call {what}{rest}?",
            f"What name does {what} have{rest}?",
            f"Which name is used for {what}{rest}?",
        ]
    if match := re.match(r"(?i)what (is|was) the name of (.+)", body):
        return [
            f"What {match[1]} {match[2]} called?",
            f"Name {match[2]}.",
            f"What do they call {match[2]}?",
            f"Which name does {match[2]} have?",
        ]
    return []


def _which(body: str, _answer: str) -> list[str]:
    if match := re.match(r"(?i)(?:in )?(?:what|which) colou?r (is|are|was|were) (.+?)( painted| shown)?$", body):
        return [
            f"What is the colour of {match[2]}?",
            f"Which colour {'do' if match[1] in ('are', 'were') else 'does'} {match[2]} have?",
            f"{upper_first(match[2])} {match[1]} in what colour?",
        ]
    match = re.match(r"(?i)((?:in|on|at|from|for|of|to|with|by|after) )?(what|which) (.+)", body)
    if not match or re.match(r"(?i)what (is|was|are|were) .+ (called|named)|what (is|was) the name of", body):
        return []
    before, word, rest = (match[1] or "").lower(), match[2].lower(), match[3]
    if be := re.match(r"(?i)(is|was|are|were) (.+)", rest):
        return [
            f"Tell me what {be[2]} {be[1]}.",
            f"Do you know what {be[2]} {be[1]}?",
            f"{upper_first(be[2])} {be[1]} what?",
        ]
    other = "which" if word == "what" else "what"
    if re.match(rf"(?i){_AUXILIARY}\b", rest):
        return [f"{upper_first(before + 'which thing')} {rest}?", f"Tell me: {before}what {rest}?"]
    return [
        upper_first(f"{before}{other} {rest}?"),
        f"Tell me {before}{word} {rest}.",
        f"Do you know {before}{word} {rest}?",
    ]


_RULES: tuple[Callable[[str, str], list[str]], ...] = (_who, _when, _where, _how, _why, _named, _which)


def rebuilt(question: str, answer: str) -> list[str]:
    """The question rebuilt by the rules that fit its question word; [] when none does."""
    body = question.strip().rstrip("?. ").strip()
    found = [text for rule in _RULES for text in rule(body, answer)]
    for text in [question, *found]:
        turned = re.sub(r"\bthe ([a-z]+) of ([A-Z][\w'-]*(?: [A-Z][\w'-]*)*)", r"\2's \1", text)
        if turned != text:
            found.append(upper_first(turned))
    return list(dict.fromkeys(found))


def exchanged(question: str, book: Phrasebook) -> list[str]:
    """The question with one word exchanged for another of its group."""
    found: list[str] = []
    for first, *others in book.synonyms:
        if re.search(rf"\b{re.escape(first)}\b", question):
            found += [re.sub(rf"\b{re.escape(first)}\b", other, question) for other in others]
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
        for name in set(re.findall(r"[A-Z][\w'-]*(?: (?:of |the )?[A-Z][\w'-]*)*", inner)):
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
