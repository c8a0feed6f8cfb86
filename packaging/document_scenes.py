"""States of the source document in Teach: none yet, converting, looking at what came out, a long one with passages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from labdesk.core import storage
from labdesk.core.documents.conversion import Converted, Refused, Staged
from labdesk.core.job_folder import JobFolder
from labdesk.core.taxonomy.edit import set_field
from labdesk.core.taxonomy.leaf import LeafKind
from labdesk.core.workspace import Workspace

LEAF = "knowledge/places/ostrow_mill"
_PARTS = (
    "The mill at Ostrow stands where the Farrel brook falls eleven feet into the old quarry.",
    "Jon Farrel built it in 1802 with stone from that quarry, and it ground barley for three parishes.",
    "In dry summers the wheel stood still from June to August, and the miller mended nets instead.",
    "A lamp fell into the flour on the night of 3 March 1900; the mill burnt down and nobody was hurt.",
    "His grandson Peer rebuilt it within the year, with an iron wheel that was cast in Holmport.",
    "Since 1961 it is a museum, and on Sundays it still grinds a sack of rye for the visitors.",
)
_TITLES = ("Where it stands", "How it was built", "Dry summers", "The fire", "The iron wheel", "The museum")


_MISSING = "No text on page 4: probably pictures. What they say is missing."


def text(chapters: int) -> str:
    """A made-up document with so many chapters."""
    parts = ["# The mill at Ostrow"]
    for number in range(chapters):
        title = _TITLES[number % len(_TITLES)]
        told = f", as page {number + 1} of the parish book tells."
        own = [_PARTS[(number + step) % len(_PARTS)].replace(".", told) for step in range(4)]
        parts += [f"## {number + 1}. {title}", *own]
    return "\n\n".join(parts) + "\n"


def draft(workspace: Workspace) -> list[JobFolder]:
    """A new leaf without a document."""
    workspace.new_leaf(LEAF, LeafKind.KNOWLEDGE, about="The mill at Ostrow and its millers", domain="places")
    return []


def long_document(workspace: Workspace) -> list[JobFolder]:
    """A leaf whose long document has three passages."""
    draft(workspace)
    name = f"{LEAF}/mill.md"
    workspace.write_leaf_file(name, text(60).encode())
    file = f"{LEAF}/qna.yaml"
    data = (workspace.taxonomy / file).read_bytes()
    data = set_field(data, ("document",), {"repo": ".", "commit": "local", "patterns": ["mill.md"]})
    whole = text(60)
    for index, chapter in enumerate(("## 2. ", "## 15. ", "## 41. ")):
        start = whole.index("\n\n", whole.index(chapter)) + 2
        data = set_field(data, ("seed_examples", index, "context"), whole[start : whole.index("\n\n#", start)])
    workspace.write_leaf_file(file, data)
    return []


def show(view: Any) -> None:
    """Opens the leaf."""
    view.show_item(LEAF)


def _begin(view: Any, *outcomes: Any) -> None:
    show(view)
    importing = view.document.importing
    importing._errand.run = lambda *_: None
    view.documents.add(Path("ostrow-mill.pdf"))
    for one in outcomes:
        importing._on_line(
            {"type": type(one).__struct_config__.tag, **{n: getattr(one, n) for n in one.__struct_fields__}}
        )


def converting(view: Any) -> None:
    """The third of seven files is read."""
    _begin(view)
    view.document.importing.busy._began -= 12
    view.document.importing._on_line(
        {"type": "reading", "name": "ostrow-mill.pdf", "number": 3, "total": 7, "share": 0.4}
    )


def preview(view: Any) -> None:
    """Two documents were read, one could not be."""
    found = (
        Converted("ostrow-mill.pdf", "mill.md", "", "PDF, 12 pages", len(text(6)), 7, (_MISSING,)),
        Converted("visitors.docx", "visitors.md", "", "Word document", 3_120, 3),
    )  # fmt: skip
    folder = storage.new_folder(view._workspace.state / "incoming" / "documents")
    for one in found:
        storage.write_text(folder / one.markdown, text(6))
    scan = Refused(
        "scan.pdf", "This PDF holds pictures of pages, but no text.", "", "Make it a “searchable PDF” first."
    )
    _begin(view, *found, scan, Staged(str(folder), 2, 1))
    view.document.importing._on_end()


def cut(view: Any) -> None:
    """The long document, with its facts as bands."""
    show(view)
    view.document.text.go_to(text(60).index("## 15. "))
    view.document.cut.click()


def marked(view: Any) -> None:
    """The long document, with a paragraph marked."""
    show(view)
    view.document.text.go_to(text(60).index("## 15. ") - 2)
    view.document.text.choose_paragraph()
