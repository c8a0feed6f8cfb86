"""Writes Markdown's tokens into a QTextDocument with a cursor: only characters, formats, lists and tables can come out.

No HTML is ever made or read, so there is nothing that could load an image, run a script or hide a link."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Sequence

from markdown_it.token import Token
from PySide6.QtCore import Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextFrameFormat,
    QTextLength,
    QTextList,
    QTextListFormat,
    QTextTableFormat,
)

from labdesk.gui import theme
from labdesk.gui.roles import Roles
from labdesk.gui.theme import XL, L, M, S
from labdesk.gui.widgets.markdown import web_address
from labdesk.gui.widgets.safe_text import harmless

MOST_CELLS = 1_000
_GAP = S + 2
_HEADINGS: dict[str, theme.Type] = {"h1": "title", "h2": "title"}
_BULLETS = (QTextListFormat.Style.ListDisc, QTextListFormat.Style.ListCircle, QTextListFormat.Style.ListSquare)
_ALIGN = {"center": Qt.AlignmentFlag.AlignHCenter, "right": Qt.AlignmentFlag.AlignRight}


@dataclasses.dataclass
class _List:
    """A list that is being written; `made` once its first item exists."""

    form: QTextListFormat
    made: QTextList | None = None
    item_begins: bool = False


class MarkdownWriter:
    """Appends to the end of a document."""

    def __init__(self, document: QTextDocument, colours: Roles) -> None:
        self._cursor = QTextCursor(document)
        self._cursor.movePosition(QTextCursor.MoveOperation.End)
        self._colours = colours
        self._lists: list[_List] = []
        self._quotes = 0
        self._unused = document.isEmpty()  # the block at the end holds nothing yet
        self._first = document.isEmpty()
        self._mono = theme.font("mono").families()
        document.setIndentWidth(XL - S)

    def write(self, tokens: Sequence[Token]) -> None:
        """Writes whole blocks."""
        edit = QTextCursor(self._cursor)
        edit.beginEditBlock()  # laid out once, at its end
        walk = iter(tokens)
        for token in walk:
            self._write_block(token, walk)
        if self._unused and not self._first:  # Qt keeps an empty line after a table
            form = QTextBlockFormat()
            form.setLineHeight(1, QTextBlockFormat.LineHeightTypes.FixedHeight.value)
            self._cursor.setBlockFormat(form)
        edit.endEditBlock()

    def _write_block(self, token: Token, walk: Iterator[Token]) -> None:
        match token.type:
            case "paragraph_open":
                begins = len(self._lists) == 1 and self._lists[0].made is None
                self._begin(gap=0 if token.hidden and not begins else _GAP)
                self._inline(next(walk).children or ())
            case "heading_open":
                self._begin(gap=L if not self._first else 0)
                self._inline(next(walk).children or (), self._heading(token.tag))
            case "bullet_list_open" | "ordered_list_open":
                self._lists.append(_List(self._list_format(token)))
            case "bullet_list_close" | "ordered_list_close":
                self._lists.pop()
            case "list_item_open":
                self._lists[-1].item_begins = True
            case "blockquote_open":
                self._quotes += 1
            case "blockquote_close":
                self._quotes -= 1
            case "fence" | "code_block":
                self._code(token.content)
            case "hr":
                self._rule()
            case "table_open":
                self._table(walk)
            case _:
                pass

    def plain(self, text: str) -> None:
        """Writes text as it is."""
        for line in text.split("\n"):
            self._begin(gap=0)
            self._cursor.insertText(harmless(line), QTextCharFormat())

    def _begin(self, gap: int, background: str = "") -> None:
        """A new block at the end, indented as its lists and quotes say."""
        form = QTextBlockFormat()
        form.setLineHeight(125, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
        form.setTopMargin(0 if self._first else gap or 2)
        form.setIndent(len(self._lists))
        form.setLeftMargin(L * self._quotes)
        if background:
            form.setBackground(QColor(background))
        if self._unused:
            self._cursor.setBlockFormat(form)
            self._cursor.setBlockCharFormat(QTextCharFormat())
        else:
            self._cursor.insertBlock(form, QTextCharFormat())
        self._unused = self._first = False
        if self._lists and self._lists[-1].item_begins:
            self._join_list(self._lists[-1], form)

    def _join_list(self, current: _List, form: QTextBlockFormat) -> None:
        current.item_begins = False
        if current.made is None:
            current.made = self._cursor.createList(current.form)
        else:
            current.made.add(self._cursor.block())
        form.setIndent(0)  # the list's own indent counts
        form.setObjectIndex(self._cursor.blockFormat().objectIndex())
        self._cursor.setBlockFormat(form)

    def _list_format(self, token: Token) -> QTextListFormat:
        form = QTextListFormat()
        depth = len(self._lists)
        form.setIndent(depth + 1)
        if token.type == "ordered_list_open":
            form.setStyle(QTextListFormat.Style.ListDecimal)
            start = token.attrGet("start")
            form.setStart(min(int(start), 999_999) if start is not None else 1)
        else:
            form.setStyle(_BULLETS[depth % len(_BULLETS)])
        return form

    def _heading(self, tag: str) -> QTextCharFormat:
        form = QTextCharFormat()
        font = theme.font(_HEADINGS.get(tag, "heading"))
        form.setFontPointSize(font.pointSizeF())
        form.setFontWeight(QFont.Weight.DemiBold)
        return form

    def _code(self, text: str) -> None:
        """A block of code inside a list or a quotation; one of its own is a widget."""
        for number, line in enumerate(text.rstrip("\n").split("\n")):
            self._begin(gap=S if number == 0 else 0, background=self._colours.sunken)
            self._cursor.insertText(harmless(line), self._mono_format(QTextCharFormat()))

    def _mono_format(self, form: QTextCharFormat) -> QTextCharFormat:
        made = QTextCharFormat(form)
        made.setFontFamilies(self._mono)
        return made

    def _rule(self) -> None:
        self._begin(gap=M)
        form = self._cursor.blockFormat()
        form.setProperty(
            QTextFormat.Property.BlockTrailingHorizontalRulerWidth,
            QTextLength(QTextLength.Type.PercentageLength, 100),
        )
        form.setBackground(QColor(self._colours.line))
        self._cursor.setBlockFormat(form)

    def _inline(self, tokens: Iterable[Token], base: QTextCharFormat | None = None) -> None:
        stack = [base or QTextCharFormat()]
        if self._quotes:
            stack[0].setForeground(QColor(self._colours.muted))
        address = ""
        for token in tokens:
            match token.type:
                case "text":
                    self._cursor.insertText(harmless(token.content), stack[-1])
                case "code_inline":
                    form = self._mono_format(stack[-1])
                    form.setBackground(QColor(self._colours.sunken))
                    self._cursor.insertText(harmless(token.content), form)
                case "softbreak":
                    self._cursor.insertText(" ", stack[-1])
                case "hardbreak":
                    self._cursor.insertText("\u2028", stack[-1])
                case "image":
                    self._cursor.insertText(f"[picture: {harmless(token.content)}]", stack[-1])
                case "strong_open" | "em_open" | "s_open" | "link_open":
                    address = str(token.attrGet("href") or "") if token.type == "link_open" else address
                    stack.append(self._marked(stack[-1], token, address))
                case "strong_close" | "em_close" | "s_close" | "link_close":
                    stack.pop()
                    if token.type == "link_close":
                        self._tell_address(address, stack[-1])
                case _:
                    self._cursor.insertText(harmless(token.content), stack[-1])

    def _marked(self, outer: QTextCharFormat, token: Token, address: str) -> QTextCharFormat:
        form = QTextCharFormat(outer)
        match token.type:
            case "strong_open":
                form.setFontWeight(QFont.Weight.DemiBold)
            case "em_open":
                form.setFontItalic(True)
            case "s_open":
                form.setFontStrikeOut(True)
            case _ if web_address(address):
                form.setAnchor(True)
                form.setAnchorHref(address)
                form.setForeground(QColor(self._colours.accent_text))
                form.setFontUnderline(True)
        return form

    def _tell_address(self, address: str, outer: QTextCharFormat) -> None:
        """Where a link leads stands behind it: its words may say something else."""
        form = QTextCharFormat(outer)
        form.setForeground(QColor(self._colours.muted))
        self._cursor.insertText(f" ({harmless(web_address(address) or address, 200)})", form)

    def _table(self, walk: Iterator[Token]) -> None:
        rows = _rows(walk)
        columns = max((len(row) for row in rows), default=0)
        if not columns:
            return
        if len(rows) * columns > MOST_CELLS:
            self._code("\n".join(" | ".join(inline.content for inline, _align in row) for row in rows))
            return
        table = self._cursor.insertTable(len(rows), columns, self._table_format())
        outer, lists, self._lists = self._cursor, self._lists, []
        for at, row in enumerate(rows):
            for column, (inline, align) in enumerate(row):
                self._cursor = table.cellAt(at, column).firstCursorPosition()
                form = QTextBlockFormat()
                form.setAlignment(_ALIGN.get(align, Qt.AlignmentFlag.AlignLeft))
                self._cursor.setBlockFormat(form)
                base = QTextCharFormat()
                base.setFontWeight(QFont.Weight.DemiBold if at == 0 else QFont.Weight.Normal)
                self._inline(inline.children or (), base)
        self._cursor, self._lists = outer, lists
        self._cursor.movePosition(QTextCursor.MoveOperation.End)
        self._unused, self._first = True, False

    def _table_format(self) -> QTextTableFormat:
        form = QTextTableFormat()
        form.setBorder(1)
        form.setBorderCollapse(True)
        form.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
        form.setBorderBrush(QColor(self._colours.line))
        form.setCellPadding(6)
        form.setCellSpacing(0)
        form.setHeaderRowCount(1)
        form.setTopMargin(S)
        return form


def _rows(walk: Iterator[Token]) -> list[list[tuple[Token, str]]]:
    """The cells of a table, row by row, each with its alignment; takes the tokens up to the table's end."""
    rows: list[list[tuple[Token, str]]] = []
    align = ""
    for token in walk:
        match token.type:
            case "table_close":
                break
            case "tr_open":
                rows.append([])
            case "th_open" | "td_open":
                align = str(token.attrGet("style") or "").removeprefix("text-align:")
            case "inline":
                rows[-1].append((token, align))
    return rows
