"""Scenes of one leaf in Teach: what is wrong with it, two versions of it, its licence, a hundred passages, a skill."""

from __future__ import annotations

from typing import Any

import seed_scenes as seeds
from scenes import Scene

from labdesk.core.drafts import Drafts
from labdesk.core.job_folder import JobFolder
from labdesk.core.taxonomy.leaf import LeafKind
from labdesk.core.taxonomy.new_leaf import new_leaf_text
from labdesk.core.workspace import Workspace

LIGHT = "knowledge/places/marrowby_light"
NOTE = "compositional_skills/writing/freeform/harbour_note"
BOOK = "compositional_skills/grounded/extraction/visitor_book"
LARGE = "knowledge/places/log_books"
BROKEN = "compositional_skills/quoting/greeting"
OLD = "knowledge/old/tower"


def invalid(workspace: Workspace) -> list[JobFolder]:
    """A number where text belongs, a field of another name, a name that is misspelt."""
    file = workspace.taxonomy / LIGHT / "qna.yaml"
    text = file.read_text("utf-8").replace("domain: places", "domain: places\nsubject: light", 1)
    text = text.replace("        answer: Fennick Island", "        anwser: Fennick Island", 1)
    text = text.replace("created_by: labdesk", "created_by: 7")
    file.write_text(text, "utf-8")
    return []


def broken(workspace: Workspace) -> list[JobFolder]:
    """A file that is no YAML, and one of an older version."""
    greeting = 'version: 3\ncreated_by: ada\ntask_description: Quote.\nseed_examples:\n- question: "Who said "Hi"?"\n'
    workspace.write_leaf_file(f"{BROKEN}/qna.yaml", f"{greeting}  answer: Nobody.\n".encode())
    towers = "".join(f"- question: When was tower {n} built?\n  answer: In 18{70 + n}.\n" for n in range(5))
    head = "version: 1\ncreated_by: ada\ntask_description: Teach the towers.\nseed_examples:\n"
    workspace.write_leaf_file(f"{OLD}/qna.yaml", f"{head}{towers}".encode())
    return []


def large(workspace: Workspace) -> list[JobFolder]:
    """A hundred long passages."""
    page = "The keeper of the lighthouse wrote the wind and the weather into his book. " * 12
    seeds = [
        {
            "context": f"Passage {number}. {page}",
            "questions_and_answers": [
                {"question": f"What did keeper {number} write on page {n}?", "answer": f"The wind of day {n}."}
                for n in range(3)
            ],
        }
        for number in range(100)
    ]
    text = new_leaf_text(
        LeafKind.KNOWLEDGE, created_by="ada", domain="places", document_outline="The log books.", seeds=seeds
    )
    workspace.write_leaf_file(f"{LARGE}/qna.yaml", text)
    return []


def typed_before(workspace: Workspace) -> list[JobFolder]:
    """Typing that a killed window left behind."""
    drafts = Drafts(workspace.state / "drafts")
    workspace.require_writable()
    base = (workspace.taxonomy / LIGHT / "qna.yaml").read_bytes()
    drafts.keep(LIGHT, base, {("domain",): "lighthouses and harbours of the north"})
    drafts.close()
    return []


def show(path: str) -> Any:
    """What shows this leaf."""
    return lambda view: view.show_item(path)


def as_text(view: Any) -> None:
    """The YAML tab of a leaf with problems."""
    view.show_item(LIGHT)
    view.leaf.tabs.setCurrentIndex(1)


def to_the_end(view: Any) -> None:
    """Source and licence."""
    view.show_item(LIGHT)
    bar = view.leaf.form._scroll.verticalScrollBar()
    bar.rangeChanged.connect(lambda _least, most: bar.setValue(most))
    bar.setValue(bar.maximum())


def conflict(view: Any) -> None:
    """Another program saved the leaf while it was being edited."""
    view.show_item(LIGHT)
    file = view.editor.workspace.taxonomy / LIGHT / "qna.yaml"
    text = file.read_text("utf-8")
    view.editor.type(("seed_examples", 0, "questions_and_answers", 0, "answer"), "Fennick Isle, a mile off the coast")
    view.editor.type(("domain",), "lighthouses")
    text = text.replace("        answer: Fennick Island", "        answer: The island of Fennick", 1)
    file.write_text(text.replace("domain: places", "domain: geography"), "utf-8")
    view.editor.commit()


def one_open(view: Any) -> None:
    """The large leaf with its second passage open."""
    view.show_item(LARGE)
    view.leaf.form.go_to(("seed_examples", 1))


SCENES = (
    Scene("leaf-invalid", "teach", invalid, show(LIGHT), 3),
    Scene("leaf-invalid-yaml", "teach", invalid, as_text, 3),
    Scene("leaf-broken", "teach", broken, show(BROKEN), 3),
    Scene("leaf-old", "teach", broken, show(OLD), 3),
    Scene("leaf-conflict", "teach", lambda _workspace: [], conflict, 3),
    Scene("leaf-licence", "teach", lambda _workspace: [], to_the_end, 3),
    Scene("leaf-large", "teach", large, one_open, 8),
    Scene("leaf-typed-before", "teach", typed_before, show(LIGHT), 3),
    Scene("leaf-skill", "teach", lambda _workspace: [], show(NOTE), 3),
    Scene("leaf-grounded", "teach", lambda _workspace: [], show(BOOK), 3),
    Scene("leaf-skill-drafts", "teach", lambda w: [seeds.drafting_skill(w)], seeds.show_skill, 4),
)
