"""A block of code: its language, a button that copies it, and the text in colours."""

from __future__ import annotations

import functools
import math
from typing import Any

from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.token import Token
from pygments.util import ClassNotFound
from PySide6.QtCore import QEvent, QMimeData, Qt
from PySide6.QtGui import QColor, QFont, QGuiApplication, QTextCharFormat, QTextCursor, QWheelEvent
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QWidget

from labdesk.gui.theme import XS, M, S, roles_for
from labdesk.gui.widgets.button import tool_button
from labdesk.gui.widgets.layout import column, row
from labdesk.gui.widgets.text import label

#: Longer code is shown without colours: they would take too long.
MOST_COLOURED = 12_000
_ROLES: tuple[tuple[Any, str], ...] = (
    (Token.Comment, "muted"),
    (Token.Keyword, "accent_text"),
    (Token.Operator.Word, "accent_text"),
    (Token.Literal.String, "good"),
    (Token.Literal.Number, "warn"),
    (Token.Name.Builtin, "accent_text"),
    (Token.Name.Decorator, "warn"),
    (Token.Name.Tag, "accent_text"),
    (Token.Name.Attribute, "warn"),
    (Token.Generic.Deleted, "bad"),
    (Token.Generic.Inserted, "good"),
)


class CodeBlock(QFrame):
    """`show_code` may be called again and again while the text grows."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "sunken")
        self._code = ""
        self.language = label(step="small", tone="muted")
        self.copy = tool_button("copy", "Copy this code", self._copy)
        self.text = _CodeText()
        head = row(self.language, None, self.copy, gap=S)
        self.setLayout(column(head, self.text, gap=0, margin=(M, XS, XS, S)))

    @property
    def code(self) -> str:
        """The text that is shown."""
        return self._code

    def show_code(self, text: str, language: str) -> None:
        """Shows a text in its language's colours; an unknown language is shown without."""
        self._code = text
        self.language.setText(language or "Code")
        self.text.show_code(text, language)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._code)
        self.copy.setToolTip("Copied")


class _CodeText(QPlainTextEdit):
    """The text alone, as high as it is long."""

    def __init__(self) -> None:
        super().__init__()
        self._language = ""
        self.setReadOnly(True)
        self.setUndoRedoEnabled(False)
        self.setAccessibleName("Code")
        self.setProperty("surface", "clear")
        self.setProperty("type", "mono")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setTabChangesFocus(True)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().setDocumentMargin(0)

    def show_code(self, text: str, language: str) -> None:
        self._language = language
        self.setPlainText(text)
        self._colour()
        self._fit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """The conversation scrolls, not the code; sideways it may."""
        if abs(event.angleDelta().x()) > abs(event.angleDelta().y()):
            super().wheelEvent(event)
        else:
            event.ignore()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._colour()
        elif event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fit()

    def createMimeDataFromSelection(self) -> QMimeData:
        data = QMimeData()
        data.setText(self.textCursor().selection().toPlainText())
        return data

    def _fit(self) -> None:
        bar = self.horizontalScrollBar().sizeHint().height()
        line = max(
            self.fontMetrics().lineSpacing(), math.ceil(self.blockBoundingRect(self.firstVisibleBlock()).height())
        )
        height = self.blockCount() * line + bar + XS
        if height != self.height():
            self.setFixedHeight(height)

    def _colour(self) -> None:
        text = self.toPlainText()
        lexer = lexer_for(self._language)
        if lexer is None or len(text) > MOST_COLOURED:
            return
        colours = roles_for(self.palette())
        cursor = QTextCursor(self.document())
        cursor.beginEditBlock()
        for start, kind, part in lexer.get_tokens_unprocessed(text):
            role = next((role for token, role in _ROLES if kind in token), "")
            if role:
                form = QTextCharFormat()
                form.setForeground(QColor(getattr(colours, role)))
                if role == "accent_text":
                    form.setFontWeight(QFont.Weight.DemiBold)
                cursor.setPosition(start)
                cursor.setPosition(start + len(part), QTextCursor.MoveMode.KeepAnchor)
                cursor.setCharFormat(form)
        cursor.endEditBlock()


@functools.lru_cache(maxsize=32)
def lexer_for(language: str) -> Lexer | None:
    """The reader of a language by the name people give it; None for one that is not known."""
    try:
        return get_lexer_by_name(language.lower()) if language else None
    except ClassNotFound:
        return None
