"""Makes resources/phrasing/english-near.txt: after each English word those that a stranger might say instead.

    python packaging/thesaurus.py FOLDER_WITH_WORDNET_DATABASE_FILES

Two sources agree on what goes in. WordNet 3.0 (Princeton University; its licence stands beside the file) knows
which words share a meaning and which are opposites; the starter model's own token embeddings know which of them are
near in use. Opposites, other things of the same kind (lamp and candle), numbers and colours are left out: they would
turn one fact's question into another's.
"""

from __future__ import annotations

import re
import sys
from collections import Counter, defaultdict
from pathlib import Path
from typing import NamedTuple

import numpy as np
from gguf import GGUFReader, dequantize
from numpy.typing import NDArray

from labdesk.core.exam.scoring import STOP_WORDS
from labdesk.core.models.catalog import starter_model

OUT = Path(__file__).parents[1] / "resources" / "phrasing" / "english-near.txt"
KINDS = ("noun", "verb", "adj", "adv")
KIND_OF = {"n": "noun", "v": "verb", "a": "adj", "s": "adj", "r": "adv"}
#: What a WordNet relation is worth beside "in the same synset" (1.0): similar to, derived from, is a kind of, and back.
WORTH = {"&": 0.7, "\\": 0.5, "+": 0.6, "@": 0.4, "~": 0.3}
ENDINGS = (
    ("ies", "y"), ("es", "e"), ("es", ""), ("s", ""), ("ied", "y"), ("ed", "e"), ("ed", ""), ("ing", "e"), ("ing", ""),
)  # fmt: skip
FORMS, OTHERS = 2, 5
#: Cosine in the embedding table: enough alone; for words that share a meaning; for wider and narrower words.
ALONE, RELATED, GENERAL = 0.36, 0.12, 0.2
#: CSLS (arXiv 1710.04087): a word that is near to everything is near to nothing.
HUB_SAMPLE, HUB_NEAREST = 3000, 10
_EXACT = (
    "one two three four five six seven eight nine ten eleven twelve twenty thirty forty fifty sixty hundred thousand"
    " million first second third fourth fifth last red green blue yellow black white orange purple brown violet pink"
    " grey gray silver gold left right north south east west up down spring summer autumn winter"
)
EXACT = frozenset(_EXACT.split())


class Synset(NamedTuple):
    """Its words, and its relations as (symbol, kind, offset, source word or 0, target word or 0)."""

    words: tuple[str, ...]
    relations: tuple[tuple[str, str, str, int, int], ...]


class WordNet:
    """The database files, read as documented in wndb(5WN)."""

    def __init__(self, folder: Path) -> None:
        self.synsets: dict[tuple[str, str], Synset] = {}
        self.senses: dict[str, list[tuple[str, str]]] = defaultdict(list)
        self.irregular: dict[str, list[str]] = defaultdict(list)
        self.counts: Counter[str] = Counter()
        for kind in KINDS:
            for line in (folder / f"data.{kind}").read_text("latin-1").splitlines():
                if not line.startswith("  "):
                    self._add(kind, line.split("|")[0].split())
            for line in (folder / f"index.{kind}").read_text("latin-1").splitlines():
                if not line.startswith("  "):
                    word, _kind, number, *rest = line.split()
                    self.senses[word] += [(kind, offset) for offset in rest[-int(number) :]]
            for line in (folder / f"{kind}.exc").read_text().splitlines():
                form, base, *_more = line.split()
                self.irregular[form].append(base)
        for line in (folder / "cntlist.rev").read_text().splitlines():
            key, _number, count = line.split()
            self.counts[key.split("%")[0]] += int(count)

    def _add(self, kind: str, fields: list[str]) -> None:
        number = int(fields[3], 16)
        words = tuple(re.sub(r"\(.*\)", "", fields[4 + 2 * i]).lower() for i in range(number))
        first = 4 + 2 * number
        relations = []
        for i in range(int(fields[first])):
            symbol, offset, other, ends = fields[first + 1 + 4 * i : first + 5 + 4 * i]
            relations.append((symbol, KIND_OF[other], offset, int(ends[:2], 16), int(ends[2:], 16)))
        self.synsets[kind, fields[0]] = Synset(words, tuple(relations))

    def bases(self, word: str) -> set[str]:
        """The dictionary forms that a word may be of."""
        found = {word, *self.irregular.get(word, [])} & self.senses.keys()
        for ending, put in ENDINGS:
            stem = word.removesuffix(ending)
            if stem != word:
                doubled = stem[:-1] if len(stem) > 3 and stem[-1] == stem[-2] else stem
                found |= {stem + put, doubled} & self.senses.keys()
        return found

    def related(self, word: str, senses: int = 3) -> dict[str, float]:
        """What each word that shares a meaning with `word` is worth; of its first senses only."""
        found: dict[str, float] = {}
        for base in self.bases(word):
            for rank, key in enumerate(self.senses[base][:senses]):
                for other, worth in self._near(key, base):
                    if other not in self.bases(word):
                        found[other] = max(found.get(other, 0), worth / (1 + rank))
        return found

    def _near(self, key: tuple[str, str], base: str) -> list[tuple[str, float]]:
        synset = self.synsets[key]
        near = [(word, 1.0) for word in synset.words]
        for symbol, kind, offset, source, target in synset.relations:
            if symbol in WORTH and (not source or synset.words[source - 1] == base):
                words = self.synsets[kind, offset].words
                near += [(word, WORTH[symbol]) for word in (words if not target else words[target - 1 : target])]
        return near

    def across(self, word: str, symbols: tuple[str, ...], senses: int | None = 3) -> set[tuple[str, str]]:
        """The synsets that the first senses of a word point at with one of the symbols."""
        keys = [key for base in self.bases(word) for key in self.senses[base][:senses]]
        return {(one[1], one[2]) for key in keys for one in self.synsets[key].relations if one[0] in symbols}

    def opposites(self, word: str) -> set[str]:
        """Words that mean the contrary."""
        return {other for key in self.across(word, ("!",), None) for other in self.synsets[key].words}


class Embeddings:
    """The starter model's table, for whole lower-case words; centred, of length one."""

    def __init__(self) -> None:
        reader = GGUFReader(str(starter_model()))
        table = next(tensor for tensor in reader.tensors if tensor.name == "token_embd.weight")
        field = reader.fields["tokenizer.ggml.tokens"]
        tokens = [bytes(field.parts[part]).decode() for part in field.data]
        kept = [i for i, token in enumerate(tokens) if re.fullmatch("Ġ[a-z]{3,}", token)]
        self.words = [tokens[i][1:] for i in kept]
        self.place = {word: place for place, word in enumerate(self.words)}
        rows: NDArray[np.float32] = dequantize(table.data, table.tensor_type).astype(np.float32)[kept]
        rows -= rows.mean(0)
        self.rows = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        some = np.random.default_rng(0).choice(len(kept), HUB_SAMPLE, replace=False)
        self.hub = np.sort(self.rows @ self.rows[some].T, axis=1)[:, -HUB_NEAREST - 1 : -1].mean(1)

    def nearest(self, word: str, count: int) -> dict[str, float]:
        """The nearest words with their cosines."""
        like = self.likeness(word)
        return {self.words[i]: float(like[i]) for i in np.argsort(self.hub - 2 * like)[1 : count + 1]}

    def likeness(self, word: str) -> NDArray[np.float32]:
        """The cosines with all words."""
        found: NDArray[np.float32] = self.rows @ self.rows[self.place[word]]
        return found


def near_words(word: str, net: WordNet, table: Embeddings) -> list[str]:
    """Other forms of a word first, then other words, the best first."""
    related = net.related(word)
    if word not in table.place:
        said = [other for other, worth in related.items() if worth >= 0.5 and net.counts[other] and "_" not in other]
        return sorted(said, key=lambda other: -related[other])[:OTHERS]
    like = table.likeness(word)
    found = table.nearest(word, 40) | {one: float(like[table.place[one]]) for one in related if one in table.place}
    bases, opposite, kinds = net.bases(word), net.opposites(word), net.across(word, ("@", "@i"))
    forms: list[tuple[float, str]] = []
    others: list[tuple[float, str]] = []
    for other, cosine in found.items():
        roots = net.bases(other)
        if other == word or other in STOP_WORDS | EXACT or roots & opposite:
            continue
        if roots & bases:
            forms.append((cosine, other))
            continue
        worth = max((related.get(root, 0.0) for root in roots), default=0.0)
        sibling = not worth and bool(net.across(other, ("@", "@i")) & kinds)
        if not sibling and cosine >= (RELATED if worth >= 0.5 else GENERAL if worth else ALONE):
            others.append((cosine + 0.35 * worth, other))
    strange = [
        other
        for other, worth in related.items()
        if worth == 1 and other not in table.place and other.isalpha() and net.counts[other]
    ]
    best = [other for _value, other in sorted(others, reverse=True)]
    return [other for _value, other in sorted(forms, reverse=True)[:FORMS]] + (best[: OTHERS - 1] + strange[:1])


def main() -> None:
    """Write the file."""
    net, table = WordNet(Path(sys.argv[1])), Embeddings()
    known = {word for word in table.words if net.bases(word)}
    common = {word for word, count in net.counts.items() if count and word.isalpha() and len(word) > 2}
    known |= common | {f"{word}s" for word in common if net.bases(f"{word}s")}
    words = {word: near for word in sorted(known - STOP_WORDS - EXACT) if (near := near_words(word, net, table))}
    OUT.write_text("".join(f"{word} {' '.join(near)}\n" for word, near in words.items()), encoding="ascii")
    print(len(words), "words,", OUT.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
