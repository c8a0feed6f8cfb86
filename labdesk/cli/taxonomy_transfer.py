"""`labdesk taxonomy upgrade`, `import` and `export`: whole branches at a time, and never over something unasked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import typer

from labdesk.cli.output import emit
from labdesk.cli.taxonomy_edit import write
from labdesk.core.errors import TaxonomyError
from labdesk.core.git.marks import mark_version
from labdesk.core.taxonomy.files import read_regular
from labdesk.core.taxonomy.locate import Place, locate, place_in
from labdesk.core.taxonomy.problem import Level
from labdesk.core.taxonomy.schema import NEWEST_VERSION
from labdesk.core.taxonomy.tree import LEAF_FILE, read_tree, taxonomy_folder
from labdesk.core.taxonomy.upgrade import Upgraded, upgrade
from labdesk.core.taxonomy.yaml_source import MAX_BYTES
from labdesk.core.taxonomy_transfer import discard_import, export_taxonomy, plan_import, run_import
from labdesk.core.workspace import Workspace


def upgrade_command(
    where: list[Path] = typer.Argument(..., metavar="PATH...", help="Leaves, branches, taxonomies or workspaces."),
    drafts: bool = typer.Option(False, "--drafts", help="Also write leaves that are not complete afterwards."),
    dry_run: bool = typer.Option(False, "--dry-run", help="Only say what would be done."),
    as_json: bool = typer.Option(False, "--json", help="One JSON object a line, one line a leaf."),
) -> None:
    """Bring older leaves to the newest format. What is missing is said, not invented. Exit code 1 if anything is."""
    incomplete = 0
    for place in (place for path in where for place in _leaves(path)):
        data = read_regular(place.taxonomy / place.file, place.taxonomy, MAX_BYTES)
        try:
            result = upgrade(data, place.path)
        except TaxonomyError as error:
            incomplete += 1
            _show_refused(place, error, as_json)
            continue
        if result.version == NEWEST_VERSION:
            continue
        incomplete += not result.is_ready
        wanted = result.is_ready or drafts
        if wanted and not dry_run:
            write(place, result.data, expected=data)
        _show_upgraded(place, result, wanted and not dry_run, as_json)
    if incomplete:
        raise typer.Exit(1)


def import_command(
    workspace: Path = typer.Argument(..., metavar="WORKSPACE", help="The workspace to import into."),
    source: Path = typer.Argument(..., metavar="SOURCE", help="A zip, or a folder that holds a taxonomy."),
    overwrite: bool = typer.Option(False, "--overwrite", help="Replace files that are here with another content."),
    replace: list[str] = typer.Option([], "--replace", metavar="FILE", help="Replace only these; keep the others."),
    keep: bool = typer.Option(False, "--keep", help="Keep files that are here, and import the others."),
    dry_run: bool = typer.Option(False, "--dry-run", help="Only say what would be done."),
    as_json: bool = typer.Option(False, "--json", help="Say what happened as one JSON object."),
) -> None:
    """Bring a taxonomy in. Nothing that is here is replaced unless you say so; the whole import can be undone."""
    opened = Workspace.open(workspace)
    if not source.exists():
        raise TaxonomyError(f"There is no “{source}”.", remedy="Give a zip or a folder.")
    plan = plan_import(opened, source)
    done = not dry_run and (overwrite or keep or bool(replace) or not plan.different)
    try:
        if done:
            run_import(opened, plan, plan.different if overwrite else replace)
            mark_version(opened.taxonomy, source.name or "a taxonomy", "import")
    finally:
        discard_import(plan)
    if as_json:
        emit({"imported": done, "new": plan.new, "same": plan.same, "different": plan.different})
    else:
        print(f"{len(plan.new)} new, {len(plan.same)} already here, {len(plan.different)} here with another content.")
        for name in plan.different:
            print(f"  differs: {name}")
    if not done and not dry_run:
        raise TaxonomyError(
            "Nothing was imported.",
            cause=f"{len(plan.different)} files are here with another content.",
            remedy="Say --keep to keep yours, or --overwrite to replace them.",
        )


def export_command(
    root: Path = typer.Argument(..., metavar="ROOT", help="A workspace or a taxonomy folder."),
    target: Path = typer.Argument(..., metavar="TARGET", help="A new .zip or a new folder."),
    below: str = typer.Option("", "--below", metavar="BRANCH", help="Only this branch or leaf."),
    as_json: bool = typer.Option(False, "--json", help="Say what happened as one JSON object."),
) -> None:
    """Write the taxonomy to a zip or a folder, without labdesk's own data."""
    if not root.is_dir():
        raise TaxonomyError(f"There is no folder “{root}”.", remedy="Give a workspace or a taxonomy folder.")
    count = export_taxonomy(taxonomy_folder(root), target, below)
    if as_json:
        emit({"target": str(target), "files": count})
    else:
        print(f"{count} files written to {target}.")


def _leaves(path: Path) -> Iterator[Place]:
    """The leaf at a path, or every leaf below it."""
    if path.name == LEAF_FILE or (path / LEAF_FILE).is_file():
        yield locate(path)
        return
    tree = read_tree(taxonomy_folder(path))
    for entry in tree.leaves:
        yield place_in(tree.root, entry.path)


def _show_upgraded(place: Place, result: Upgraded, written: bool, as_json: bool) -> None:
    errors = [one for one in result.report.problems if one.level is Level.ERROR]
    if as_json:
        rows = [{"where": one.where, "line": one.line, "message": one.message} for one in (*result.todo, *errors)]
        emit({
            "path": place.file, "from": result.version, "to": NEWEST_VERSION, "written": written,
            "verdict": result.report.verdict, "problems": rows,
        })  # fmt: skip
        return
    state = (
        "upgraded" if written else "could be upgraded" if result.is_ready else "not upgraded: it would be incomplete"
    )
    print(f"{place.file}: version {result.version} to {NEWEST_VERSION}, {state}.")
    for one in result.todo or errors:
        print(f"  {one.line}:{one.column} [{one.where}] {one.message}")


def _show_refused(place: Place, error: TaxonomyError, as_json: bool) -> None:
    if as_json:
        emit({"path": place.file, "written": False, "error": str(error)})
    else:
        print(f"{place.file}: {error}")
