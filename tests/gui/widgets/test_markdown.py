"""Markdown of a model: shown as it was meant, and whatever it tries, only characters and formats come out."""

from __future__ import annotations

import time
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QUrl
from PySide6.QtGui import QGuiApplication, QImage, QTextDocument
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from labdesk.gui.widgets.code_block import lexer_for
from labdesk.gui.widgets.markdown import LONGEST, Code, Plain, Prose, read_markdown, web_address
from labdesk.gui.widgets.markdown_view import MarkdownView, ProseText

TEXT = """# A title

Some **bold**, *slanted*, `code` and a [link](https://example.org/a).

- one
- two
  1. inside

> said

| Year | Keeper |
|------|-------:|
| 1874 | Thomas |

```python
def f(x): return "y"  # z
```

The end."""

ATTACKS = [
    '<img src="file:///etc/passwd">',
    '<img src="http://127.0.0.1:9/x.png">',
    "![x](file:///etc/passwd)",
    "![x](\\\\host\\share\\x.png)",
    "![x](https://tracker.example/p.png)",
    "![x](data:image/png;base64,iVBORw0KGgo=)",
    "![x](qrc:/qt-project.org/styles/x.png)",
    "![x](:/qt-project.org/qmessagebox/images/x.png)",
    '<a href="file:///etc/passwd">click</a>',
    '<a href="javascript:alert(1)">click</a>',
    "[click](javascript:alert(1))",
    "[click](file:///etc/passwd)",
    "[click](data:text/html,<b>x</b>)",
    "[click](vbscript:x)",
    "[click](qrc:/x)",
    "[click](smb://host/x)",
    "[bank.example](https://evil.example/)",
    "[x](https://bank.example@evil.example/)",
    "[x](https://ex\u0430mple.org/)",
    "<https://evil.example>",
    "<file:///etc/passwd>",
    "[ref]\n\n[ref]: file:///etc/passwd",
    "<script>alert(1)</script>",
    "<style>*{display:none}</style>",
    "<table><tr><td background='file:///x'>",
    '<object data="file:///etc/passwd"></object>',
    '<iframe src="http://127.0.0.1"></iframe>',
    "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>&e;",
    "&lt;img src=x&gt;",
    "\u202egnp.exe",
    "a\u200bb\u2066c\u2069",
    "\x1b[2J\x07\x00",
    "`<img src=x>`",
    "```html\n<img src=file:///etc/passwd>\n```",
    "|<img src=x>|b|\n|-|-|\n|![y](file:///x)|[z](javascript:1)|",
    "- ![x](file:///a)\n  - <img src=b>",
    "> ![x](file:///a)",
    "# ![x](file:///a)",
    "1" * 999 + ". a list that begins far away",
    "999999999. a list that begins far away",
]
BOMBS = {
    "brackets": "[" * 200_000,
    "pictures": "![a](" * 40_000,
    "stars": "*a _" * 50_000,
    "ticks": "`a" * 100_000,
    "quotes": ">" * 200_000,
    "table": "|a" * 50_000 + "\n" + "|-" * 50_000,
    "rows": "|a|b|\n|-|-|\n" + "|x|y|\n" * 40_000,
    "lines": "a\n" * 100_000,
    "one line": "x" * 1_000_000,
    "spaces": " " * 500_000,
    "nested": "".join(" " * depth + "- a\n" for depth in range(400)),
    "code": "```python\n" + "x = 'a' + 1  # b\n" * 20_000,
}


class Watched(ProseText):
    """Remembers whether anybody asked it to load something."""

    asked: ClassVar[list[str]] = []

    def loadResource(self, kind: int, name: QUrl | str) -> None:
        self.asked.append(str(name))
        return super().loadResource(kind, name)


@pytest.fixture
def view(app: QApplication, qtbot: QtBot) -> MarkdownView:
    made = MarkdownView("Answer")
    made.resize(600, 400)
    qtbot.addWidget(made)
    made.show()
    return made


def test_pieces() -> None:
    pieces = read_markdown(TEXT)
    assert [type(piece) for piece in pieces] == [Prose, Code, Prose]
    code = pieces[1]
    assert isinstance(code, Code) and code.language == "python" and code.text.startswith("def f")
    assert read_markdown("") == [] and read_markdown("~~~\nx") == [Code("x", "")]
    assert isinstance(read_markdown("[" * LONGEST)[0], Plain)


def test_it_is_shown_as_it_was_meant(view: MarkdownView) -> None:
    view.show_text(TEXT)
    prose, code = view.prose[0], view.code[0]
    assert prose.document().begin().text() == "A title" and "**" not in view.shown() and "https" not in view.shown()
    assert "link (example.org)" in prose.toPlainText() and "Thomas" in prose.toPlainText()
    assert code.language.text() == "python"
    code.copy.click()
    assert QGuiApplication.clipboard().text() == 'def f(x): return "y"  # z'


def test_it_grows_without_being_laid_out_anew(view: MarkdownView) -> None:
    text = "\n\n".join(f"Paragraph {number} says **this**." for number in range(200)) + "\n\n```\ncode\n```\n\nend"
    written: list[int] = []
    for end in range(40, len(text) + 40, 40):
        view.show_text(text[:end], growing=True)
        written.append(len(view._text) - view._settled)
    assert max(written) < 1_700  # the rest is settled
    grown = view.shown()
    view.show_text(text)
    assert grown.replace("\n", "") == view.shown().replace("\n", "")


def test_a_growing_answer_costs_little(view: MarkdownView) -> None:
    text = "\n\n".join(f"Paragraph {number} says **this** and `that`, again and again." for number in range(220))
    start = time.process_time()
    steps = range(100, len(text), 100)  # 100 characters each 33 ms is 750 tokens a second
    for end in steps:
        view.show_text(text[:end], growing=True)
        view.heightForWidth(600)
    each = (time.process_time() - start) / len(steps)
    assert each < 0.02, f"{1000 * each:.1f} ms a step"


@pytest.mark.parametrize("text", ATTACKS)
def test_attacks_are_only_characters(text: str, view: MarkdownView, monkeypatch: pytest.MonkeyPatch) -> None:
    Watched.asked = []
    monkeypatch.setattr("labdesk.gui.widgets.markdown_view.ProseText", Watched)
    view.show_text(f"before\n\n{text}\n\nafter")
    view.grab()
    assert not Watched.asked
    assert "after" in view.shown()
    for part in view.prose:
        links, pictures = formats(part.document())
        assert not pictures and all(web_address(link) for link in links)
    assert not set("\u202e\u2066\u200b\x1b\x00") & set(view.shown())


def formats(document: QTextDocument) -> tuple[list[str], int]:
    """The addresses and the number of pictures in a document."""
    links, pictures, block = [], 0, document.begin()
    while block.isValid():
        for part in block:
            form = part.fragment().charFormat()
            pictures += form.isImageFormat()
            links += [form.anchorHref()] if form.anchorHref() else []
        block = block.next()
    return links, pictures


@pytest.mark.parametrize("name", BOMBS)
def test_bombs_cost_little(name: str, view: MarkdownView) -> None:
    start = time.process_time()
    view.show_text(BOMBS[name])
    view.heightForWidth(600)
    view.grab()
    assert time.process_time() - start < 1.0  # of processor time; the machine may be busy


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(alphabet="ab *_`#>-[]()!|\n1.~<&\\\t", max_size=300))
def test_any_text_is_shown(view: MarkdownView, text: str) -> None:
    view.show_text(text)
    assert all(formats(part.document()) == ([], 0) for part in view.prose)


def test_nothing_but_text_is_loaded_or_copied(view: MarkdownView) -> None:
    part = ProseText("x")
    assert part.loadResource(2, QUrl("file:///etc/passwd")) is None
    view.show_text("**bold**")
    view.prose[0].selectAll()
    data = view.prose[0].createMimeDataFromSelection()
    assert data.text() == "bold" and not data.hasHtml()


def test_a_link_is_told_and_not_followed(view: MarkdownView, qtbot: QtBot) -> None:
    heard: list[str] = []
    view.link_wanted.connect(heard.append)
    view.show_text("[click](https://example.org/x)")
    part = view.prose[0]
    part.anchorClicked.emit(QUrl("https://example.org/x"))
    assert heard == ["https://example.org/x"] and "click (example.org)" in part.toPlainText()
    assert part.source().isEmpty()


def test_addresses() -> None:
    assert web_address("https://example.org/x") == "example.org" and web_address("http://a.b:8/") == "a.b"
    for bad in (
        "",
        "file:///x",
        "javascript:1",
        "https://a@b.c/",
        "https://[::1",
        "//x",
        "https://\u0430.b",
        "https://",
    ):
        assert web_address(bad) == ""


def test_an_unknown_language_is_shown_without_colours() -> None:
    assert lexer_for("no such language") is None and lexer_for("") is None and lexer_for("python") is not None


def test_colours_follow_the_scheme(view: MarkdownView, qapp: QApplication) -> None:
    from labdesk.gui import theme

    view.show_text("```python\ndef f(): pass\n```\n\n[a](https://b.c)")
    light = view.grab().toImage()
    theme.apply(qapp, "dark")
    dark = view.grab().toImage()
    theme.apply(qapp, "light")
    assert colour(light) != colour(dark)


def colour(image: QImage) -> str:
    return image.pixelColor(QPoint(image.width() - 4, image.height() - 4)).name()
