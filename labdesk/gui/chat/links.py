"""A web address in an answer opens only after a person has seen where it leads and agreed."""

from __future__ import annotations

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QMessageBox, QWidget

from labdesk.gui.widgets.markdown import web_address
from labdesk.gui.widgets.safe_text import harmless


def ask_to_open(parent: QWidget, url: str) -> QMessageBox | None:
    """Asks; None for an address that is never opened."""
    host = web_address(url)
    if not host:
        return None
    box = QMessageBox(parent)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setIcon(QMessageBox.Icon.Question)
    box.setWindowTitle("Open a web page?")
    box.setText(f"The model's answer leads to {host}.")
    box.setInformativeText(f"{harmless(url, 400)}\n\nModels invent addresses. Open it only if you know this site.")
    opened = box.addButton("Open in the browser", QMessageBox.ButtonRole.AcceptRole)
    cancel = box.addButton(QMessageBox.StandardButton.Cancel)
    box.setDefaultButton(cancel)
    box.buttonClicked.connect(lambda chosen: QDesktopServices.openUrl(QUrl(url)) if chosen is opened else None)
    box.finished.connect(box.deleteLater)
    box.open()
    return box
