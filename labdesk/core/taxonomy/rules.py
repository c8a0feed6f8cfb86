"""Checks a leaf: the schema's verdict, and everything a person should know, in plain words with place and fix."""

from __future__ import annotations

import itertools

import msgspec

from labdesk.core.taxonomy.advice import advice_of
from labdesk.core.taxonomy.explain import explain_error, explain_verdict
from labdesk.core.taxonomy.problem import Level, Problem, Verdict
from labdesk.core.taxonomy.schema import MAX_ERRORS, judge
from labdesk.core.taxonomy.yaml_fixes import fix_syntax
from labdesk.core.taxonomy.yaml_source import Fault, YamlSource, read_yaml


class Report(msgspec.Struct, frozen=True, gc=False):
    """What is to be said about one leaf. Errors come first, then advice; each in file order."""

    verdict: Verdict
    problems: tuple[Problem, ...]


def check(leaf_bytes: bytes, path_in_tree: str) -> Report:
    """Check a qna.yaml. `path_in_tree` is its folder, relative to the taxonomy, with slashes. Never raises."""
    try:
        source: YamlSource | Fault = read_yaml(leaf_bytes)
    except Fault as fault:
        source = fault
    return check_parsed(source, leaf_bytes, path_in_tree)


def check_parsed(source: YamlSource | Fault, leaf_bytes: bytes, path_in_tree: str) -> Report:
    """As `check`, for bytes that `read_yaml` has been asked about already."""
    if isinstance(source, Fault):
        fix = fix_syntax(leaf_bytes, source)
        problem = Problem(source.line, source.column, "", source.message, Level.ERROR, fix)
        return Report(Verdict.NOT_YAML, (problem,))
    verdict, errors = judge(source.data, path_in_tree)
    problems: list[Problem] = []
    if verdict is Verdict.SCHEMA_INVALID:
        explained = (one for error in errors for one in explain_error(error, source))
        problems = sorted(itertools.islice(explained, MAX_ERRORS), key=_place)
    elif verdict is not Verdict.VALID:
        problems = [explain_verdict(verdict, source)]
    problems += sorted(advice_of(source, path_in_tree), key=_place)[:MAX_ERRORS]
    return Report(verdict, tuple(problems))


def _place(problem: Problem) -> tuple[int, int]:
    return problem.line, problem.column
