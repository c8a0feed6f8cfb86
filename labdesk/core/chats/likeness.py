"""How alike texts are by the words they share, rare words counting more: the best guess where a correction belongs.

Cosine of TF-IDF vectors (Salton and Buckley 1988): weight of a word = (1 + ln n) * ln(1 + N / d) for n occurrences here
and d of N texts that have it."""

from __future__ import annotations

import re
from collections import Counter
from math import log, sqrt

_WORD = re.compile(r"[^\W_]{2,}")
#: Words that say nothing about a subject, in the languages most leaves are written in.
_COMMON = """
the of and to in is was are were be been it its on at by for with from that this these those as an or not no do does did
what which who whom whose when where why how he she they his her their you your we our has have had can could will would
should der die das und ist war wer wie was wo wann warum ein eine einer zu von im den dem des mit auf le la les un une
des et est qui que quoi quel quelle dans pour avec sur el los las una de en es por con
"""
_EMPTY = frozenset(_COMMON.split())


def words_of(text: str) -> Counter[str]:
    """The words that carry meaning, in small letters; a plural s is dropped."""
    found = (word.casefold() for word in _WORD.findall(text))
    return Counter(word[:-1] if len(word) > 3 and word.endswith("s") else word for word in found if word not in _EMPTY)


class Likeness:
    """Texts by key. `put` takes a text in or replaces it; `rank` compares another one with all of them."""

    def __init__(self) -> None:
        self._texts: dict[str, dict[str, float]] = {}
        self._holders: Counter[str] = Counter()

    def __len__(self) -> int:
        return len(self._texts)

    def __contains__(self, key: object) -> bool:
        return key in self._texts

    def put(self, key: str, text: str) -> None:
        """Take a text in, in place of an earlier one with this key."""
        self.drop(key)
        self._texts[key] = {word: 1 + log(count) for word, count in words_of(text).items()}
        self._holders.update(self._texts[key].keys())

    def drop(self, key: str) -> None:
        """Forget a text."""
        for word in self._texts.pop(key, {}):
            self._holders[word] -= 1

    def rank(self, text: str, most: int = 5) -> list[tuple[str, float]]:
        """The keys of the most similar texts with their likeness (0 to 1, over 0 only), the best first."""
        wanted = {word: (1 + log(count)) * self._rarity(word) for word, count in words_of(text).items()}
        wanted = {word: weight for word, weight in wanted.items() if self._holders[word]}
        length = sqrt(sum(weight * weight for weight in wanted.values()))
        found = []
        for key, words in self._texts.items():
            product = sum(weight * words[word] * self._rarity(word) for word, weight in wanted.items() if word in words)
            if product > 0:
                own = sqrt(sum((weight * self._rarity(word)) ** 2 for word, weight in words.items()))
                found.append((key, product / (length * own)))
        return sorted(found, key=lambda one: (-one[1], one[0]))[:most]

    def _rarity(self, word: str) -> float:
        return log(1 + len(self._texts) / max(1, self._holders[word]))
