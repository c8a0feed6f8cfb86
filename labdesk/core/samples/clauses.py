"""Finds, by rule, what a plain English statement says of whom, and turns it into questions with a hole for each detail.

    The Patience was built at the Korsvik yard in 1998.
      -> In which year was the Patience built at the Korsvik yard?   -> At which place was the Patience built in 1998?

A rule that is not sure yields nothing: a wrong question teaches a wrong fact.
"""

from __future__ import annotations

import re

import msgspec

from labdesk.core.samples.phrasebook import lower_first, upper_first

_BE = "is|are|was|were|can|could|must|may|will|would|should|has|have|had"
_PAST = (
    "went:go won:win gave:give wrote:write built:build began:begin became:become came:come took:take made:make"
    " held:hold kept:keep ran:run saw:see sold:sell bought:buy brought:bring found:find led:lead left:leave lost:lose"
    " met:meet paid:pay said:say sent:send spent:spend stood:stand taught:teach thought:think told:tell wore:wear"
    " grew:grow drew:draw knew:know flew:fly chose:choose spoke:speak broke:break drove:drive rode:ride rose:rise"
    " fell:fall felt:feel got:get put:put set:set cost:cost lit:light ate:eat drank:drink sang:sing swam:swim"
    " hid:hide froze:freeze forgot:forget stole:steal threw:throw hung:hang dug:dig laid:lay lay:lie sat:sit"
)
#: Past forms whose base no rule gives: "went" -> "go".
IRREGULAR = {past: base for past, _, base in (pair.partition(":") for pair in _PAST.split())}
_PRESENT = {"has": "have", "does": "do", "goes": "go", "carries": "carry", "flies": "fly", "tries": "try"}
_KNOWN = (
    "takes?|costs?|holds?|runs?|lives?|comes?|makes?|gives?|keeps?|wins?|burns?|sells?|opens?|closes?|begins?|starts?|needs?"
    "|uses?|wears?|eats?|drinks?|contains?|accepts?|receives?|sounds?|weighs?|measures?|lasts?|belongs?|gets?|meets?|pays?"
    "|carries|grows?|serves?|stands?|lies|allows?|shows?|owns?|leads?|means?|produces?|offers?|visits?|protects?|celebrates?"
)
_NUMBER_WORDS = (
    "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen"
    "|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|a hundred|a thousand|a dozen"
)
_NUMBER = rf"(?:\d[\d.,]*\d|\d|{_NUMBER_WORDS})"
_NAME = r"(?:[A-Z][\w'’-]*(?: (?:of |de |van |von |the )?[A-Z][\w'’-]*)*)"
_TAIL = r"(?: (?!and\b|or\b|of\b|in\b|on\b|at\b|to\b|by\b|with\b|for\b|as\b|from\b|when\b)[a-z]+){0,2}"
_MONTH = "January|February|March|April|May|June|July|August|September|October|November|December"
_DAY = "Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday"
_ADVERBIAL = "In|On|At|By|For|From|When|If|To|After|Before|Since|Until|While|Because|During|With"
_DETERMINER = "The|A|An|Each|Every|All|Its|Their|His|Her|Our"
_SUBJECT_START = re.compile(rf"(?!(?:{_ADVERBIAL})\b)(?:{_DETERMINER}|{_NAME})\b")
_SIDE = r", (?:because|which|who|where|when|after|while|before|although|no matter)\b"
#: Words for what a person does or is: keeper, schoolmaster, king.
_ROLE = (
    r"(?:\w{2,}(?:er|or|ist|man|woman|smith|wife)|captain|king|queen|priest|monk|nun|nurse|chief|boss|husband|son|widow"
    r"|boy|girl)"
)
_NO_ROLE = re.compile(
    r"\b(?:tower|river|water|number|letter|paper|answer|order|door|floor|summer|winter|weather|harbou?r|corner|border|flower"
    r"|power|motor|chapter|theater|computer|newspaper|dinner|colou?r|mirror|center|computer|october|september|november)$",
    re.I,
)
_BAD_SUBJECT = re.compile(r"\b(?:who|which|that|when|if|because|and then)\b|,")


class Clause(msgspec.Struct, frozen=True, kw_only=True):
    """A statement in parts: `subject` `verb` `rest`, e.g. "The ferry" "takes" "34 minutes". No full stop."""

    subject: str
    verb: str
    rest: str


class Hole(msgspec.Struct, frozen=True, kw_only=True):
    """A detail of `rest` to ask for: characters [start, end), and the words to ask with."""

    start: int
    end: int
    ask: str


def clauses(sentence: str) -> list[Clause]:
    """The simple statements that a sentence is made of; [] when the rules are not sure of any."""
    body = re.sub(r"^(?:In|On|At|Since|By|During) [^,]{2,30}, ", "", sentence.strip().rstrip("."))
    body = re.sub(r"^(In [12]\d\d\d) ((?:the|a|an) [^,]+)$", lambda m: f"{upper_first(m[2])} {lower_first(m[1])}", body)
    parts = [re.split(_SIDE, part)[0] for part in re.split(r"; |, (?:and|but|so) ", body)]
    return [found for part in parts if (found := _simple(upper_first(part.strip()))) is not None]


def _simple(body: str) -> Clause | None:
    """One statement in parts."""
    body = upper_first(
        re.sub(rf"^(?:The|Today's|A|An|His|Her|Its) [^,]{{2,40}}, ((?:the )?{_NAME}), (?={_BE})", r"\1 ", body)
    )
    if not _SUBJECT_START.match(body):
        return None
    for match in re.finditer(r"(?<= )[a-z]+", body):
        subject, verb, rest = body[: match.start()].strip(), match[0], body[match.end() :].strip()
        if not _is_verb(verb, subject, rest):
            continue
        rest = re.split(rf" and (?:{_BE}|{_KNOWN}|[a-z]{{3,}}ed)\b", rest)[0]
        if _BAD_SUBJECT.search(subject) or len(subject.split()) > 7 or rest.startswith("not "):
            return None
        return Clause(subject=subject, verb=verb, rest=rest) if rest else None
    return None


def _is_verb(word: str, subject: str, rest: str) -> bool:
    """Whether a word behind the subject is surely its verb."""
    if re.search(r"(?i)\b(?:the|an?|each|every|all|its|their|his|her|our|of|in|to)$", subject):
        return False
    if re.fullmatch(_BE, word) or word in IRREGULAR or word in _PRESENT or re.fullmatch(_KNOWN, word):
        return True
    if subject.startswith(("The ", "A ", "An ", "Each ", "Every ")) and re.fullmatch(r"[a-z]{3,}ed", word):
        return bool(re.match(r"(?:the|a|an|in|on|at|to|by|with|from|[A-Z])\b", rest))
    several = subject.split()
    return len(several) > 1 and several[-1][:1].isupper() and bool(re.fullmatch(r"[a-z]{3,}(?:s|ed)", word))


def holes(rest: str) -> list[Hole]:
    """The details in the part behind the verb, each with its question words."""
    found: list[Hole] = []

    def add(pattern: str, ask: str) -> None:
        for match in re.finditer(pattern, rest):
            if not any(hole.start < match.end() and match.start() < hole.end for hole in found):
                found.append(Hole(start=match.start(), end=match.end(), ask=match.expand(ask)))

    add(rf"\b[Ss]ince (?:the )?(?:\w+ of )?(?:{_MONTH} )?[12]\d\d\d\b", "Since which year")
    add(rf"\b[Ii]n (?:the )?(?:\w+ of )?(?:{_MONTH} )?[12]\d\d\d\b", "In which year")
    add(rf"\b(?:on|every|in) (?:the )?(?:\w+ )?(?:{_DAY}|{_MONTH})(?: \d+| of \w+)?\b", "When")
    add(
        rf"\b(?:every|for|after|within|in) {_NUMBER} (?:minutes|hours|days|weeks|months|years)\b",
        "How often or how long",
    )
    add(
        rf"\b(?:at most |at least |about |up to |only |more than )?{_NUMBER} ([a-z]+s|people|percent)\b",
        r"How many \1",
    )
    add(rf"\bby (?:the )?{_NAME}{_TAIL}", "By whom")
    add(rf"\b(?:at|in) (?:the )?{_NAME}{_TAIL}", "Where")
    return found


def questions_of(sentence: str) -> list[str]:
    """Natural questions that the statement answers; [] when the rules are not sure what it says."""
    found: list[str] = []
    for parts in clauses(sentence):
        found += [_with_hole(parts, hole) for hole in holes(parts.rest)]
        found += _about_object(parts)
        found += [f"{who} {parts.verb} {parts.rest}?" for who in ("What", "Who")]
    return [text for text in dict.fromkeys(found) if 3 <= len(text.split()) <= 25]


def answered(sentence: str) -> list[tuple[str, str]]:
    """(question, answer) pairs whose answer is a short piece of the sentence; [] when the rules are not sure."""
    found: list[tuple[str, str]] = []
    for parts in clauses(sentence):
        for hole in (*holes(parts.rest), *_places(parts.rest)):
            before, after = parts.rest[: hole.start], parts.rest[hole.end :]
            if "," in before or not re.match(r"\s*(?:$|,|(?:by|in|at|on|from|to|for|of)\b)", after):
                continue
            short = msgspec.structs.replace(parts, rest=parts.rest[: hole.end] + after.split(",")[0])
            answer = re.sub(r"^(?:[Ii]n|[Ss]ince|on|every|by|at|to|from) (?=\S)", "", parts.rest[hole.start : hole.end])
            found.append((_with_hole(short, hole), re.sub(r"^(?:the )?\w+ of (?=[12]\d\d\d$)", "", answer)))
        rest = parts.rest.split(",")[0]
        if len(rest.split()) <= 5:
            short = msgspec.structs.replace(parts, rest=rest)
            asked = [one for one in _about_object(short) if not one.startswith(_other_word(parts.subject))]
            found += [(question, re.sub(r"^(?:called|named) ", "", rest)) for question in asked]
        name = parts.subject.removeprefix("The ")
        if re.fullmatch(_NAME, name) and 2 <= len(rest.split()) <= 9:
            person = re.search(
                rf"{re.escape(name)}, (?:who\b|(?:an? |the )(?:\w+ ){{0,2}}?\w*{_ROLE}\b)|\bh(?:is|er|im)\b", sentence
            )
            found.append((f"{'Who' if person else 'What'} {parts.verb} {rest}?", name))
    return [pair for pair in dict.fromkeys(found) if 3 <= len(pair[0].split()) <= 25 and pair[1] in sentence]


def _other_word(noun: str) -> str:
    """The question word that does not fit a noun: “What” for the first keeper, “Who” for the great day of the year."""
    head = re.split(r" (?:of|in|at|from|for|on) ", noun)[0]
    return "What " if re.search(rf"{_ROLE}$", head) and not _NO_ROLE.search(head) else "Who "


def _places(rest: str) -> list[Hole]:
    """Names behind words of place that `holes` is not sure enough of; here the teacher has the last word."""
    found = re.finditer(rf"\b(?:on|to|from) (?:the )?{_NAME}", rest)
    asks = {"on": "Where", "to": "Where", "from": "From where"}
    return [Hole(start=one.start(), end=one.end(), ask=asks[one[0].split()[0]]) for one in found]


def _with_hole(parts: Clause, hole: Hole) -> str:
    rest = " ".join((parts.rest[: hole.start] + parts.rest[hole.end :]).split()).strip(" ,")
    if (
        hole.ask.startswith("How many")
        and parts.verb in ("is", "are", "was", "were")
        and not parts.rest[: hole.start].strip()
    ):
        return f"{hole.ask} {parts.verb} {_inner(parts.subject)} {rest}".strip() + "?"
    helper, verb = _helper(parts.verb)
    return " ".join(f"{hole.ask} {helper} {_inner(parts.subject)} {verb} {rest}".split()) + "?"


def _about_object(parts: Clause) -> list[str]:
    """`The lantern burns rapeseed oil` -> `What does the lantern burn?`; `X is a Y` -> `What is X?`"""
    if not parts.rest.strip():
        return []
    helper, verb = _helper(parts.verb)
    first = parts.rest.split()[0]
    if parts.verb in ("is", "was", "are", "were"):
        if named := re.match(r"(?:also |often )?(called|named|known as)\b", parts.rest):
            return [f"What {parts.verb} {_inner(parts.subject)} {named[1]}?"]
        if first[0].isupper():
            return [f"Who {parts.verb} {_inner(parts.subject)}?", f"What {parts.verb} {_inner(parts.subject)}?"]
        return [f"What {parts.verb} {_inner(parts.subject)}?"] if first in ("a", "an", "the") else []
    if verb and not re.match(r"(?:in|on|at|to|from|by|with|for|of|up|after|when|if|out|into)\b", parts.rest):
        return [f"What {helper} {_inner(parts.subject)} {verb}?"]
    if first in ("from", "to", "for", "with", "on", "into") and verb:
        return [f"What {helper} {_inner(parts.subject)} {verb} {first}?"]
    return []


def _helper(verb: str) -> tuple[str, str]:
    """(helping verb for a question, what is left of the verb): `takes` -> ("does", "take"), `was` -> ("was", "")."""
    if re.fullmatch(_BE, verb):
        return verb, ""
    if verb in IRREGULAR:
        return "did", IRREGULAR[verb]
    if verb in _PRESENT:
        return "does", _PRESENT[verb]
    if verb.endswith("ied"):
        return "did", verb[:-3] + "y"
    if verb.endswith("ed"):
        return "did", _without_ed(verb)
    if verb.endswith("s") and not verb.endswith("ss"):
        return "does", re.sub(r"(?<=ch|sh|ss|xx)es$|s$", "", verb)
    return "do", verb


def _without_ed(verb: str) -> str:
    """`moved` -> `move`, `planned` -> `plan`, `opened` -> `open`."""
    base = verb[:-2]
    if len(base) > 3 and base[-1] == base[-2] and base[-1] not in "lsz":
        return base[:-1]
    needs_e = re.search(r"(?:[^aeiou][aiou]|[aeiou]{1}[rc]|[vcguz]|[aeiou]s|[^aeiou][l]|[aeiou]{1}t)$", base)
    keeps = re.search(
        r"(?:en|er|on|or|it|et|ow|ay|oy|ng|nt|rt|st|ct|ss|sh|ch|ck|lk|nd|ld|rd|ll|lt|mp|rn|lm|wn|[aeo]{2}.)$", base
    )
    return base + "e" if needs_e and not keeps else base


def _inner(subject: str) -> str:
    """The subject as it stands inside a question; a lone plural (Profits, Sheaves) is no name."""
    article = re.match(r"(?:The|A|An|Each|Every|All|Its|Their|His|Her|Our)\b", subject)
    return lower_first(subject) if article or re.fullmatch(r"[A-Z][a-z]+s(?: [a-z]+)*", subject) else subject
