"""On every real file labdesk says what instructlab-schema says and points into the file; its fixes do what they say."""

from __future__ import annotations

import time
from pathlib import Path

from labdesk.core.taxonomy.leaf import parse_leaf
from labdesk.core.taxonomy.problem import Level, Verdict
from labdesk.core.taxonomy.rules import check
from labdesk.core.taxonomy.schema import judge
from labdesk.core.taxonomy.tree import read_tree
from labdesk.core.taxonomy.yaml_source import Fault, read_yaml
from tests.corpus.conftest import CorpusFile


def test_every_verdict_equals_the_schemas(corpus: list[CorpusFile]) -> None:
    wrong = [file.id for file in corpus if check(file.data, file.folder).verdict != file.verdict]
    assert wrong == []
    assert len(corpus) == 1037


def test_the_schemas_error_paths_are_the_same(corpus: list[CorpusFile]) -> None:
    for file in corpus:
        if file.verdict == "schema-invalid":
            _, errors = judge(read_yaml(file.data).data, file.folder)
            assert {error.json_path for error in errors} == set(file.error_paths), file.id


def test_what_is_not_valid_says_why_at_a_place_in_the_file(corpus: list[CorpusFile]) -> None:
    for file in corpus:
        report = check(file.data, file.folder)
        errors = [problem for problem in report.problems if problem.level is Level.ERROR]
        assert bool(errors) == (report.verdict is not Verdict.VALID), file.id
        lines = file.data.decode("utf-8").split("\n")
        for problem in report.problems:
            assert 1 <= problem.line <= len(lines) + 1, (file.id, problem)
            assert problem.column >= 1 and problem.message, (file.id, problem)


def test_every_fix_takes_its_problem_away(corpus: list[CorpusFile]) -> None:
    """A fix of broken YAML reads at least further; a fix of a field leaves one error less and the rest as it was."""
    tried = 0
    for file in corpus:
        report = check(file.data, file.folder)
        for problem in report.problems:
            if problem.fix is None:
                continue
            tried += 1
            after = check(problem.fix.apply(file.data), file.folder)
            if report.verdict is Verdict.NOT_YAML:
                later = after.problems[0].line if after.verdict is Verdict.NOT_YAML else problem.line + 2
                assert later > problem.line + 1, (file.id, problem)
                continue
            assert after.verdict is not Verdict.NOT_YAML, (file.id, problem)
            same = [one for one in after.problems if (one.where, one.message) == (problem.where, problem.message)]
            before = [one for one in report.problems if (one.where, one.message) == (problem.where, problem.message)]
            assert len(same) < len(before), (file.id, problem)
    assert tried > 200


def test_every_file_gives_a_leaf_that_shows_what_it_holds(corpus: list[CorpusFile]) -> None:
    for file in corpus:
        leaf = parse_leaf(file.data, file.folder)
        assert leaf.verdict == file.verdict
        assert leaf.text == file.data
        if file.verdict == "valid":
            assert leaf.seed_examples or leaf.seed_contexts, file.id
            assert leaf.created_by, file.id
            assert all(seed.question and seed.answer for seed in leaf.seed_examples), file.id


def test_no_real_file_takes_long(corpus: list[CorpusFile]) -> None:
    started = time.process_time()
    for file in corpus:
        check(file.data, file.folder)
    per_leaf = (time.process_time() - started) / len(corpus)
    assert per_leaf < 0.015, f"{per_leaf * 1000:.1f} ms a leaf: 10,000 leaves would take {per_leaf * 10_000:.0f} s"


def test_the_real_trees_open(real_tree: Path) -> None:
    tree = read_tree(real_tree)
    assert len(tree.leaves) in (16, 148)
    for entry in tree.leaves:
        try:
            read_yaml(entry.file.read_bytes())
        except Fault as fault:
            raise AssertionError(entry.path) from fault
