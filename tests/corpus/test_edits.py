"""Edits on every real file: they say what was meant, and no line outside the field changes."""

from __future__ import annotations

import functools
import random
from typing import Any

import pytest

from labdesk.core.errors import TaxonomyError
from labdesk.core.taxonomy import edit
from labdesk.core.taxonomy.spans import content_end
from labdesk.core.taxonomy.yaml_source import Fault, YamlPath, YamlSource, read_yaml
from tests.corpus.conftest import CorpusFile

VALUES = (
    "short",
    "with: a colon",
    'it\'s "both" # quoted',
    "two\nlines",
    "  lead\n\ntrail\n",
    "- dash",
    "Yes",
    "123",
    "",
    "word " * 40 + "end",
    "émoji 😀 tab\there",
    "a long paragraph " * 9 + "\n\nand another\n",
    "\n\nends with breaks\n\n\n",
    "\u2028odd\x85breaks\ufeff",
)


@pytest.fixture(scope="session")
def parsed(corpus: list[CorpusFile]) -> list[tuple[CorpusFile, YamlSource]]:
    """The files that parse to fields, without the few huge ones (they are slow, not different)."""
    found = []
    for file in corpus:
        try:
            source = read_yaml(file.data)
        except Fault:
            continue
        if isinstance(source.data, dict) and len(file.data) < 60_000:
            found.append((file, source))
    return found


def _texts(data: Any, path: YamlPath = ()) -> list[tuple[YamlPath, Any]]:
    if isinstance(data, dict):
        return [one for key, inner in data.items() if isinstance(key, str) for one in _texts(inner, (*path, key))]
    if isinstance(data, list):
        return [one for number, inner in enumerate(data) for one in _texts(inner, (*path, number))]
    return [(path, data)]


def _value(data: Any, path: YamlPath) -> Any:
    return functools.reduce(lambda inner, part: inner[part], path, data)


def test_setting_the_same_value_gives_the_same_bytes(parsed: list[tuple[CorpusFile, YamlSource]]) -> None:
    random.seed(4)
    for file, source in parsed:
        for path, value in random.sample(fields := _texts(source.data), min(2, len(fields))):
            assert edit.set_field(file.data, path, value) is file.data, (file.id, path)


def test_one_field_edits_touch_only_their_lines(parsed: list[tuple[CorpusFile, YamlSource]]) -> None:
    random.seed(1)
    refused = 0
    for file, source in parsed:
        fields = _texts(source.data)
        for path, old in random.sample(fields, min(2, len(fields))):
            value = random.choice(VALUES)
            if value == old:
                continue
            try:
                result = edit.set_field(file.data, path, value)
            except TaxonomyError:
                assert source.has_aliases or source.has_merges, (file.id, path, value)
                refused += 1
                continue
            assert _value(read_yaml(result).data, path) == value
            _assert_only_its_lines(file, source, path, result)
    assert refused < 5


def _assert_only_its_lines(file: CorpusFile, source: YamlSource, path: YamlPath, result: bytes) -> None:
    node = source.find(path)
    assert node is not None
    before, after = file.data.decode().split("\n"), result.decode().split("\n")
    first = node.start_mark.line
    last = source.text.count("\n", 0, content_end(source.text, node))
    below = len(before) - last - 1
    assert before[:first] == after[:first], (file.id, path)
    assert before[last + 1 :] == after[len(after) - below :], (file.id, path)


def test_items_come_go_and_move(parsed: list[tuple[CorpusFile, YamlSource]]) -> None:
    random.seed(2)
    seeds: YamlPath = ("seed_examples",)
    item = {"question": "new: one?", "answer": "several\nlines\n"}
    for file, source in parsed:
        items = source.data.get("seed_examples")
        if not isinstance(items, list) or len(items) < 2:
            continue
        place, other = random.randrange(len(items)), random.randrange(len(items))
        try:
            inserted = edit.insert_item(file.data, seeds, place, item)
            assert edit.remove_item(inserted, (*seeds, place)) == file.data or not file.data.endswith(b"\n"), file.id
            moved = edit.move_item(file.data, seeds, place, other)
            edit.remove_item(file.data, (*seeds, place))
            edit.set_field(file.data, ("a_new_field",), "its text")
        except TaxonomyError:
            assert source.has_aliases or source.has_merges, file.id
            continue
        assert sorted(moved.split()) == sorted(file.data.split()), file.id
