"""`labdesk taxonomy bases` and `diff`: what there is to compare with, which leaves are new or changed, and how."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import typer

from labdesk.cli.output import emit
from labdesk.core.errors import TaxonomyError
from labdesk.core.git.bases import HEAD, standing
from labdesk.core.git.leaf_states import Comparison, LeafDifference, LeafState, compared
from labdesk.core.line_diff import side_by_side
from labdesk.core.taxonomy.tree import taxonomy_folder
from labdesk.core.taxonomy.yaml_source import MAX_BYTES

#: `diff --rows` gives the lines of so many leaves; of the others they are asked for one by one (--leaf).
MOST_WITH_ROWS = 60
_TEXT = (".yaml", ".yml", ".md", ".markdown", ".txt", ".json", ".jsonl", ".copy", ".html", ".csv")


def bases_command(
    root: Path = typer.Argument(Path(), metavar="ROOT", help="A workspace or a taxonomy folder."),
    as_json: bool = typer.Option(False, "--json", help="Say it as one JSON object."),
) -> None:
    """List what a taxonomy can be compared with: its last commit, branches, marked versions."""
    found = standing(_folder(root))
    if as_json:
        emit(msgspec.to_builtins(found))
        return
    print(f"Repository: {found.repository or 'none'}{f', on {found.branch}' if found.branch else ''}")
    for base in found.bases:
        print(f"{base.name:24} {base.title}{f': {base.detail}' if base.detail else ''}")


def diff_command(
    root: Path = typer.Argument(Path(), metavar="ROOT", help="A workspace or a taxonomy folder."),
    base: str = typer.Option(
        HEAD, "--base", metavar="BASE", help="What “bases” lists, or a commit; “empty”: all is new."
    ),
    leaf: list[str] = typer.Option([], "--leaf", metavar="LEAF", help="Only these leaves."),
    text: bool = typer.Option(False, "--text", help="Show the changed lines, too."),
    rows: bool = typer.Option(False, "--rows", help="With --json: the lines of both sides beside each other."),
    as_json: bool = typer.Option(False, "--json", help="One JSON object a line, one line a leaf."),
) -> None:
    """List the leaves that differ from a base. Without a repository or a marked version every leaf is new."""
    with compared(_folder(root), base) as comparison:
        differing = [
            one for one in comparison.leaves() if one.state is not LeafState.SAME and (not leaf or one.path in leaf)
        ]
        for number, one in enumerate(differing):
            if as_json:
                about: dict[str, Any] = {"path": one.path, "state": one.state, "files": one.files}
                if rows and number < MOST_WITH_ROWS:
                    about["rows"] = {name: _rows(comparison, name) for name in one.files}
                emit(about)
            else:
                print(f"{one.state.value:8} {one.path}")
                for line in _lines(comparison, one) if text else ():
                    print(f"    {line}")
    if not as_json and not differing:
        print("No leaf differs.")


def _folder(root: Path) -> Path:
    if not root.is_dir():
        raise TaxonomyError(f"There is no folder “{root}”.", remedy="Give a workspace or a taxonomy folder.")
    return taxonomy_folder(root)


def _lines(comparison: Comparison, one: LeafDifference) -> Iterator[str]:
    """The changed lines of a leaf's text files."""
    for name in one.files:
        both = (comparison.before(name), comparison.after(name))
        old, new = ((data or b"").decode("utf-8", "replace").splitlines() for data in both)
        for line in difflib.unified_diff(old, new, f"base/{name}", f"here/{name}", lineterm=""):
            yield line.rstrip()


def _rows(comparison: Comparison, name: str) -> Any:
    """The rows of a text; None for another kind of file."""
    both = (comparison.before(name), comparison.after(name))
    if not name.lower().endswith(_TEXT) or max(len(data or b"") for data in both) > MAX_BYTES:
        return None
    old, new = ((data or b"").decode("utf-8", "replace") for data in both)
    return msgspec.to_builtins(side_by_side(old, new))
