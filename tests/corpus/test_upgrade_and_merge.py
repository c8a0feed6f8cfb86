"""Real leaves: an upgrade keeps every question and answer, and two people's edits of one leaf are both kept."""

from __future__ import annotations

from typing import Any

import pytest

from labdesk.core.errors import TaxonomyError
from labdesk.core.taxonomy.edit import set_field
from labdesk.core.taxonomy.merging import merge
from labdesk.core.taxonomy.problem import Verdict
from labdesk.core.taxonomy.upgrade import upgrade
from labdesk.core.taxonomy.yaml_source import Fault, read_yaml

from .conftest import CorpusFile


def texts(value: Any) -> list[str]:
    """Every question and answer, anywhere below."""
    if isinstance(value, dict):
        own = [str(value[name]) for name in ("question", "answer", "context") if value.get(name)]
        return own + [text for inner in value.values() for text in texts(inner)]
    if isinstance(value, list):
        return [text for inner in value for text in texts(inner)]
    return []


def test_every_leaf_is_upgraded_or_refused_and_keeps_its_text(corpus: list[CorpusFile]) -> None:
    refused = {"not-yaml", "not-a-mapping", "unknown-version"}
    upgraded = 0
    for file in corpus:
        try:
            result = upgrade(file.data, file.folder)
        except TaxonomyError:
            assert file.verdict in refused, file.id
            continue
        assert file.verdict not in refused, file.id
        before, after = read_yaml(file.data).data, read_yaml(result.data).data
        assert set(texts(before)) == set(texts(after)), file.id
        assert after.get("version") == 3 or result.version == 3, file.id
        assert result.is_ready or result.report.problems or result.todo, file.id
        if file.verdict == "deprecated-version":
            assert result.report.verdict is not Verdict.DEPRECATED_VERSION and (result.is_ready or result.todo), file.id
            upgraded += 1
    assert upgraded == 182


def test_edits_of_two_people_are_both_kept(corpus: list[CorpusFile]) -> None:
    merged_files = 0
    for file in [one for one in corpus if one.verdict == "valid"][::6]:
        try:
            data = read_yaml(file.data).data
            last = len(data["seed_examples"]) - 1
            inner = ("questions_and_answers", 0) if "questions_and_answers" in data["seed_examples"][last] else ()
            where = ("seed_examples", last, *inner, "answer")
            mine, theirs = set_field(file.data, ("created_by",), "mine"), set_field(file.data, where, "Theirs: yes.")
        except (TaxonomyError, Fault):
            continue  # written in too unusual a way to be edited by field
        merged = merge(file.data, mine, theirs)
        assert not merged.conflicts and not merged.lost_comments, file.id
        assert merged.data == set_field(theirs, ("created_by",), "mine"), file.id
        merged_files += 1
    assert merged_files > 70


@pytest.mark.parametrize("kind", ["not-yaml", "not-a-mapping"])
def test_leaves_that_are_no_leaves_are_merged_without_an_error(corpus: list[CorpusFile], kind: str) -> None:
    for file in [one for one in corpus if one.verdict == kind][:30]:
        mine, theirs = b"# mine\n" + file.data, file.data.rstrip(b"\n") + b"\n# theirs\n"
        merged = merge(file.data, mine, theirs)
        assert merged.conflicts or (merged.data.startswith(b"# mine") and merged.data.endswith(b"# theirs\n")), file.id
