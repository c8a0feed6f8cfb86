"""`labdesk taxonomy new` without a path, on a terminal: asks what the window's assistant asks, in the same words."""

from __future__ import annotations

import sys
from pathlib import Path

import msgspec
import typer

from labdesk.core.errors import TaxonomyError
from labdesk.core.taxonomy.leaf import LeafKind
from labdesk.core.taxonomy.names import safe_name
from labdesk.core.taxonomy.outline import Outline, in_words
from labdesk.core.taxonomy.placing import branch_from, name_for, propose
from labdesk.core.taxonomy.tree import ROOTS, read_tree, taxonomy_folder
from labdesk.core.taxonomy.wishes import WISHES, Wish


class Answers(msgspec.Struct, frozen=True):
    """What was answered: the folder to make, and what it is about."""

    folder: Path
    about: str
    domain: str
    grounded: bool
    documents: tuple[Path, ...]
    next_step: str


def ask_new(here: Path) -> Answers:
    """Ask for everything; `here` is a taxonomy, or a workspace. Raises TaxonomyError where nobody can answer."""
    if not sys.stdin.isatty():
        raise TaxonomyError(
            "A new leaf needs its path.", remedy="For example: labdesk taxonomy new taxonomy/knowledge/history/rome"
        )
    taxonomy = taxonomy_folder(here)
    if not any((taxonomy / root).is_dir() for root in ROOTS):
        raise TaxonomyError(
            "There is no taxonomy in this folder.", remedy="Go to a workspace first, or give the path of the new leaf."
        )
    outline = Outline(read_tree(taxonomy).top)
    wish = _ask_wish()
    about = typer.prompt(f"\n{wish.ask} (for example: {wish.example})").strip()
    path = _ask_path(wish, about, outline)
    knowledge = wish.kind is LeafKind.KNOWLEDGE
    documents = _ask_documents() if knowledge else ()
    domain = path.split("/")[-2].replace("_", " ") if knowledge else ""
    return Answers(taxonomy / path, about, domain, wish.kind is LeafKind.GROUNDED, documents, wish.next_step)


def _ask_wish() -> Wish:
    print("What do you want to teach?\n")
    for number, wish in enumerate(WISHES, 1):
        print(f"  {number}  {wish.title}. {wish.help}\n     For example: {wish.example}.")
    return WISHES[_ask_number("\nNumber", len(WISHES), 1) - 1]


def _ask_path(wish: Wish, about: str, outline: Outline) -> str:
    """A free place, in words and as a folder."""
    proposals = propose(about, wish, outline)
    print("\nWhere does it belong? A number, or another branch such as science/animals.\n")
    for number, proposal in enumerate(proposals, 1):
        print(f"  {number}  {in_words(proposal.path)}. {proposal.why}")
    while True:
        typed = typer.prompt("Branch", default="1").strip()
        known = typed.isdecimal() and 1 <= int(typed) <= len(proposals)
        branch = proposals[int(typed) - 1].path if known else branch_from(typed, wish.root)
        name = safe_name(typer.prompt("Short name", default=name_for(about) or None))
        trouble = outline.trouble_at(f"{branch}/{name}")
        if trouble is None:
            print(f"\n{in_words(f'{branch}/{name}')}")
            return f"{branch}/{name}"
        print(f"{trouble.message} {trouble.remedy}", file=sys.stderr)


def _ask_documents() -> tuple[Path, ...]:
    while True:
        typed = typer.prompt("Document to teach from (a text or Markdown file; empty: later)", default="").strip()
        path = Path(typed.strip("'\"")).expanduser()
        if not typed:
            return ()
        if path.is_file():
            return (path,)
        print(f"There is no file “{path}”.", file=sys.stderr)


def _ask_number(text: str, most: int, default: int) -> int:
    while True:
        typed: int = typer.prompt(text, default=default, type=int)
        if 1 <= typed <= most:
            return typed
        print(f"A number from 1 to {most}, please.", file=sys.stderr)
