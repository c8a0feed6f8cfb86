"""Rebuilds a question by rule: another question word, another order, the same thing asked."""

from __future__ import annotations

import re
from collections.abc import Callable

from labdesk.core.samples.phrasebook import lower_first, upper_first

_AUXILIARY = r"(?:is|was|are|were|do|does|did|can|could|will|would|has|have|had|must|should|may|might)"
_PREPOSITION = (
    "in|on|at|from|for|of|to|with|by|after|into|through|along|under|over|near|behind|between|until|during|against|about"
)
_YEAR = re.compile(r"\b(?:1[0-9]{3}|20[0-9]{2})\b")


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
    match = re.match(rf"(?i)((?:{_PREPOSITION}) )?(what|which) (.+)", body)
    if not match or re.match(r"(?i)what (is|was|are|were) .+ (called|named)|what (is|was) the name of", body):
        return []
    before, word, rest = (match[1] or "").lower(), match[2].lower(), match[3]
    other = "which" if word == "what" else "what"
    if be := re.match(r"(?i)(is|was|are|were) (.+)", rest):
        return [
            f"Tell me what {be[2]} {be[1]}.",
            f"Do you know what {be[2]} {be[1]}?",
            f"{upper_first(be[2])} {be[1]} what?",
        ]
    named = re.match(r"([a-z]+(?: [a-z]+)?) ((?:is|was|are|were) .+)", rest)
    if named and not before:
        name = [f"Name the {named[1]} that {named[2]}.", f"What is the name of the {named[1]} that {named[2]}?"]
        return [*name, f"{upper_first(other)} {rest}?", f"Tell me {word} {rest}."]
    if re.match(rf"(?i){_AUXILIARY}\b", rest):
        return [f"{upper_first(before + 'which thing')} {rest}?", f"Tell me: {before}what {rest}?"]
    return [
        upper_first(f"{before}{other} {rest}?"),
        f"Tell me {before}{word} {rest}.",
        f"Do you know {before}{word} {rest}?",
    ]


def _whose(body: str, _answer: str) -> list[str]:
    match = re.match(rf"(?i)((?:{_PREPOSITION}) )?whose (.+)", body)
    if not match:
        return []
    before, rest = (match[1] or "").lower(), match[2]
    return [
        f"Tell me {before}whose {rest}.",
        f"Do you know {before}whose {rest}?",
        f"What is the name of the owner: {before}whose {rest}?",
    ]


_RULES: tuple[Callable[[str, str], list[str]], ...] = (_who, _when, _where, _how, _why, _named, _which, _whose)


def _turned(question: str) -> list[str]:
    """The same words in another order: an owner before what is owned, a place or time at the start."""
    owned = re.sub(r"\bthe ([a-z]+) of ([A-Z][\w'-]*(?: [A-Z][\w'-]*)*)", r"\2's \1", question)
    found = [upper_first(owned)] if owned != question else []
    where = re.match(r"(.+) ((?:during|in|on|at|for|after|before) (?:the )?[A-Z][\w'’ -]*)\?$", question)
    if where:
        found += [f"{upper_first(where[2])}, {lower_first(where[1])}?", f"{upper_first(where[1])}?"]
    return found


def rebuilt(question: str, answer: str) -> list[str]:
    """The question rebuilt by the rules that fit its question word; [] when none does."""
    body = question.strip().rstrip("?. ").strip()
    found = [text for rule in _RULES for text in rule(body, answer)]
    found += [turned for text in [question, *found] for turned in _turned(text)]
    return [text for text in dict.fromkeys(found) if text != question]
