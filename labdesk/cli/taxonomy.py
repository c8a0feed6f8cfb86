"""`labdesk taxonomy`: check leaves and list a taxonomy from the terminal; the other commands are put together here."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import typer

from labdesk.cli import (
    taxonomy_contribute,
    taxonomy_diff,
    taxonomy_document,
    taxonomy_draft,
    taxonomy_edit,
    taxonomy_transfer,
    taxonomy_trash,
    taxonomy_versions,
)
from labdesk.cli.output import emit
from labdesk.core.errors import TaxonomyError
from labdesk.core.taxonomy.checking import check_all
from labdesk.core.taxonomy.leaf import read_leaf
from labdesk.core.taxonomy.leaf_cache import LeafCache
from labdesk.core.taxonomy.problem import Problem, Verdict
from labdesk.core.taxonomy.rules import Report
from labdesk.core.taxonomy.tree import LEAF_FILE, Branch, LeafEntry, Tree, read_tree, taxonomy_folder

app = typer.Typer(help="Check, list and change the leaves of a taxonomy.", no_args_is_help=True, rich_markup_mode=None)
app.command("bases")(taxonomy_diff.bases_command)
app.command("diff")(taxonomy_diff.diff_command)
app.command("new")(taxonomy_edit.new_command)
app.command("document")(taxonomy_document.document_command)
app.command("draft")(taxonomy_draft.draft_command)
app.command("pieces")(taxonomy_document.pieces_command)
app.command("fetch")(taxonomy_document.fetch_command)
app.command("set")(taxonomy_edit.set_command)
app.command("upgrade")(taxonomy_transfer.upgrade_command)
app.command("import")(taxonomy_transfer.import_command)
app.command("export")(taxonomy_transfer.export_command)
app.command("mark")(taxonomy_versions.mark_command)
app.command("trash")(taxonomy_trash.trash_command)
app.command("history")(taxonomy_versions.history_command)
app.command("restore")(taxonomy_versions.restore_command)
app.command("repository")(taxonomy_versions.repository_command)
app.command("contribute")(taxonomy_contribute.contribute_command)
app.command("report")(taxonomy_contribute.report_command)


class CheckedLeaf(msgspec.Struct, frozen=True):
    """One leaf as `check --json` prints it. `path` is its qna.yaml, relative to the taxonomy, with slashes."""

    root: str
    path: str
    verdict: str
    problems: tuple[dict[str, Any], ...]


@app.command("check")
def check_command(
    roots: list[Path] = typer.Argument(..., metavar="ROOT...", help="Taxonomy folders, or workspaces."),
    as_json: bool = typer.Option(False, "--json", help="One JSON object a line, one line a leaf."),
) -> None:
    """Say of every leaf whether it can be taught from, and what is wrong where. Exit code 1 if any leaf cannot."""
    leaves = broken = 0
    for root in roots:
        tree = read_tree(taxonomy_folder(root))
        for notice in tree.notices:
            print(f"{root}: {notice.path}: {notice.message}", file=sys.stderr)
        for checked in check_all(tree, LeafCache.beside(tree.root)):
            leaves += 1
            broken += checked.report.verdict is not Verdict.VALID
            _show(root, checked.entry, checked.report, as_json)
    if not leaves:
        raise TaxonomyError(
            "There is no leaf to check.",
            cause=f"No file named {LEAF_FILE} lies in {', '.join(str(root) for root in roots)}.",
            remedy="Give the folder that holds “knowledge” or “compositional_skills”.",
        )
    if not as_json:
        print(f"{leaves} {'leaf' if leaves == 1 else 'leaves'}, {leaves - broken} valid.")
    if broken:
        raise typer.Exit(1)


@app.command("tree")
def tree_command(
    root: Path = typer.Argument(..., metavar="ROOT", help="A taxonomy folder, or a workspace."),
    as_json: bool = typer.Option(False, "--json", help="One JSON object a line, one line a leaf."),
) -> None:
    """List the leaves with what they teach and how many seed examples they have."""
    tree = read_tree(taxonomy_folder(root))
    for entry in tree.leaves if as_json else ():
        leaf = read_leaf(entry.file, tree.root)
        emit({
            "path": leaf.path, "kind": leaf.kind, "version": leaf.version, "verdict": leaf.verdict,
            "seeds": len(leaf.seed_contexts) or len(leaf.seed_examples),
        })  # fmt: skip
    if not as_json:
        for line in _tree_lines(tree.top, tree, 0):
            print(line)


def _show(root: Path, entry: LeafEntry, report: Report, as_json: bool) -> None:
    path = f"{entry.path}/{LEAF_FILE}" if entry.path else LEAF_FILE
    if as_json:
        emit(CheckedLeaf(str(root), path, report.verdict.value, tuple(_plain(one) for one in report.problems)))
        return
    if report.verdict is Verdict.VALID and not report.problems:
        return
    print(f"{root / path}: {report.verdict.value}")
    for problem in report.problems:
        where = f" [{problem.where}]" if problem.where else ""
        print(f"  {problem.line}:{problem.column} {problem.level.value}{where} {problem.message}")
        if problem.fix:
            print(f"      fix: {problem.fix.title}")


def _plain(problem: Problem) -> dict[str, Any]:
    return {
        "line": problem.line,
        "column": problem.column,
        "where": problem.where,
        "message": problem.message,
        "level": problem.level.value,
        "fix": problem.fix.title if problem.fix else None,
    }


def _tree_lines(branch: Branch, tree: Tree, depth: int) -> Iterator[str]:
    for inner in branch.branches:
        text = f"{'  ' * depth}{inner.name}"
        if inner.leaf is not None:
            leaf = read_leaf(inner.leaf.file, tree.root)
            seeds = len(leaf.seed_contexts) or len(leaf.seed_examples)
            text += f"   {leaf.kind.value}, {seeds} seed examples, {leaf.verdict.value}"
        if inner.leaf is not None or not inner.folders_without_leaf:
            yield text
        yield from _tree_lines(inner, tree, depth + 1)
