"""`labdesk taxonomy diff`: which leaves are new or changed against a base, and how."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from pathlib import Path

import typer

from labdesk.cli.output import emit
from labdesk.core.errors import TaxonomyError
from labdesk.core.git.leaf_states import LeafDifference, LeafState, base_text, leaf_differences
from labdesk.core.git.repository import GitFolder
from labdesk.core.taxonomy.files import read_regular
from labdesk.core.taxonomy.tree import taxonomy_folder
from labdesk.core.taxonomy.yaml_source import MAX_BYTES


def diff_command(
    root: Path = typer.Argument(Path(), metavar="ROOT", help="A workspace or a taxonomy folder."),
    base: str = typer.Option(
        "HEAD", "--base", metavar="REF", help="A branch, tag or commit of its git repository; “empty”: all is new."
    ),
    text: bool = typer.Option(False, "--text", help="Show the changed lines, too."),
    as_json: bool = typer.Option(False, "--json", help="One JSON object a line, one line a leaf."),
) -> None:
    """List the leaves that differ from a base. Without a git repository every leaf is new."""
    if not root.is_dir():
        raise TaxonomyError(f"There is no folder “{root}”.", remedy="Give a workspace or a taxonomy folder.")
    taxonomy = taxonomy_folder(root)
    differing = [one for one in leaf_differences(taxonomy, base) if one.state is not LeafState.SAME]
    for one in differing:
        if as_json:
            emit({"path": one.path, "state": one.state, "files": one.files})
        else:
            print(f"{one.state.value:8} {one.path}")
            for line in _lines(taxonomy, one, base) if text else ():
                print(f"    {line}")
    if not as_json and not differing:
        print("No leaf differs.")


def _lines(taxonomy: Path, one: LeafDifference, base: str) -> Iterator[str]:
    """The changed lines of a leaf's text files."""
    for name in one.files:
        before = _before(taxonomy, name, base)
        path = taxonomy / name
        after = read_regular(path, taxonomy, MAX_BYTES) if path.is_file() else b""
        old, new = (data.decode("utf-8", "replace").splitlines() for data in (before, after))
        for line in difflib.unified_diff(old, new, f"base/{name}", f"here/{name}", lineterm=""):
            yield line.rstrip()


def _before(taxonomy: Path, name: str, base: str) -> bytes:
    folder = GitFolder.find(taxonomy)
    if folder is None:
        return b""
    with folder:
        return base_text(folder, name, base)
