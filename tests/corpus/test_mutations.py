"""On files that nobody has seen, labdesk says what upstream's own parser says: real leaves, changed at random."""

from __future__ import annotations

import contextlib
import copy
import functools
import io
import random
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from instructlab.schema.taxonomy import Taxonomy, TaxonomyParser, TaxonomyReadingException

from labdesk.core.taxonomy.problem import Verdict
from labdesk.core.taxonomy.rules import check
from tests.corpus.conftest import CorpusFile

_ODD: tuple[Any, ...] = (None, True, 7, 2.5, "", " ", "text", [], {}, ["a", "a"], {"question": "q", "answer": "a"}, "no")
_VERSIONS = (0, 1, 2, 3, 4, -1, "3", "x", 3.0, 2.9, True, None, [3], "²", "3 ")
_NAMES = ("document", "question", "seed_examples", "domain", "attribution", "Version", "patterns", "contexts")


_load = functools.partial(yaml.load, Loader=yaml.CSafeLoader)


class _Upstream(TaxonomyParser):
    """instructlab-schema as it is, less the programs that it starts (the lint never decides about a verdict), and with
    libyaml, as the corpus was judged: PyYAML's own parser differs from it on one odd file in three hundred."""

    def __init__(self) -> None:
        super().__init__(schema_version=0, message_format="standard")
        self.yq_available = False

    def _yamllint(self, text: str, taxonomy: Taxonomy) -> None: ...

    def verdict(self, data: bytes, folder: Path) -> Verdict:
        """What it says of these bytes in this folder."""
        file = folder / "qna.yaml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
        words = io.StringIO()
        try:
            with contextlib.redirect_stdout(words), patch("yaml.safe_load", _load):
                taxonomy = self.parse(file)
        except TaxonomyReadingException:
            return Verdict.NOT_YAML
        said = words.getvalue()
        if "top-level element" in said or "The file is empty" in said:
            return Verdict.NOT_A_MAPPING
        if "Cannot load schema file" in said:
            return Verdict.UNKNOWN_VERSION
        if "Minimum supported version" in said:
            return Verdict.DEPRECATED_VERSION
        return Verdict.SCHEMA_INVALID if taxonomy.errors else Verdict.VALID


def _places(value: Any) -> list[tuple[Any, Any]]:
    """Every (container, key) below a value."""
    found: list[tuple[Any, Any]] = []
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inner:
        found += [(value, key), *_places(one)]
    return found


def _mutate(data: Any, chance: random.Random) -> Any:
    """The same leaf with one thing another."""
    places = _places(data)
    if not places:
        return copy.deepcopy(chance.choice(_ODD))
    if isinstance(data, dict) and chance.random() < 0.15:
        data["version"] = chance.choice(_VERSIONS)
        return data
    # Near the top there is little, and it decides most.
    shallow = [(data, key) for key in data] if isinstance(data, dict) else places
    _change_of(*chance.choice(places if chance.random() < 0.6 else shallow), chance)()
    return data


def _change_of(container: Any, key: Any, chance: random.Random) -> Callable[[], None]:
    """Something to do to one entry."""

    def drop() -> None:
        del container[key]

    def other() -> None:
        container[key] = copy.deepcopy(chance.choice(_ODD))

    def rename() -> None:
        if isinstance(container, dict):
            container[chance.choice((*_NAMES, f"{key}s", 5, None))] = container.pop(key)

    def extra() -> None:
        if isinstance(container, dict):
            container[chance.choice(_NAMES)] = copy.deepcopy(chance.choice(_ODD))

    def twice() -> None:
        if isinstance(container, list):
            container.append(container[key])

    def order() -> None:
        if isinstance(container, list):
            chance.shuffle(container)
        else:
            container[key] = container.pop(key)  # the last now

    verbs: tuple[Callable[[], None], ...] = (drop, other, rename, extra, twice, order)
    return verbs[chance.randrange(len(verbs))]


def _dumped(data: Any, chance: random.Random) -> str:
    """In another style: quotes, blocks, flow, width, indentation."""
    text: str = yaml.safe_dump(
        data,
        default_style=chance.choice((None, None, None, "'", '"', "|", ">")) if chance.random() < 0.5 else None,
        default_flow_style=chance.choice((False, False, None, True)),
        width=chance.choice((20, 80, 10_000)),
        indent=chance.choice((2, 4, 8)),
        allow_unicode=chance.random() < 0.5,
        sort_keys=chance.random() < 0.5,
        explicit_start=chance.random() < 0.3,
        line_break=chance.choice(("\n", "\n", "\r\n")),
    )
    return text


def _scratched(text: str, chance: random.Random) -> str:
    """As people break a file by hand."""
    lines = text.split("\n")
    number = chance.randrange(len(lines))
    line = lines[number]
    scratches: tuple[Callable[[], str], ...] = (
        lambda: f" {line}",
        lambda: line.replace("  ", "\t", 1),
        lambda: line.replace(": ", ":", 1),
        lambda: line.replace("'", '"', 1),
        lambda: line.replace('"', "", 1),
        lambda: f"{line} # and so on",
        lambda: f"{line}: and so on",
        lambda: line.replace("- ", "-", 1),
        lambda: line.replace("|", ">-", 1),
        lambda: f"{line}\n{line}",
        lambda: re.sub(r": (\S.*)$", r": *\1", line),
        lambda: re.sub(r": (\S.*)$", r": [\1", line),
        lambda: re.sub(r": (\S.*)$", r": @\1", line),
        lambda: re.sub(r": (\S.*)$", r": yes", line),
        lambda: re.sub(r": (\S.*)$", r": 1_000", line),
        lambda: re.sub(r": (\S.*)$", r": 12:30:45", line),
        lambda: re.sub(r": (\S.*)$", r": 2024-01-01", line),
        lambda: re.sub(r": (\S.*)$", r": ~", line),
        lambda: re.sub(r": (\S.*)$", r": !!str 7", line),
    )
    lines[number] = chance.choice(scratches)()
    return "\n".join(lines)


def mutant(file: CorpusFile, seed: int) -> bytes:
    """A relative of a real file."""
    chance = random.Random(seed)
    text = file.data.decode("utf-8")
    with contextlib.suppress(yaml.YAMLError):
        if chance.random() < 0.6:
            data = _load(text)
            for _ in range(chance.randint(1, 3)):
                data = _mutate(data, chance)
            text = _dumped(data, chance)
    for _ in range(chance.choice((0, 0, 1, 1, 2))):
        text = _scratched(text, chance)
    return text.encode("utf-8")


def disagreement(file: CorpusFile, seed: int, scratch: Path) -> str:
    """What differs between labdesk and upstream about one mutant; "" for nothing."""
    data = mutant(file, seed)
    ours = check(data, file.folder).verdict
    theirs = _Upstream().verdict(data, scratch / file.folder)
    return "" if ours == theirs else f"{file.id} with seed {seed}: labdesk {ours}, upstream {theirs}"


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(number=st.integers(0, 1036), seed=st.integers(0, 1 << 32))
def test_labdesk_judges_files_that_it_never_saw_as_upstream_does(
    corpus: list[CorpusFile], tmp_path_factory: pytest.TempPathFactory, number: int, seed: int
) -> None:
    scratch = tmp_path_factory.getbasetemp() / "mutants"
    assert not disagreement(corpus[number], seed, scratch)
