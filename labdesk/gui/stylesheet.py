"""The one stylesheet: edges, radii and padding of stock widgets, and the dynamic properties that our widgets set.

Properties: `type` (step of the type scale), `tone` (colour of text), `surface` (card, sunken, rail, bar, banner tones),
`kind` of a button (primary, quiet, danger, link)."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtGui import QFont

from labdesk.core.paths import resources
from labdesk.gui.roles import Roles


def stylesheet(c: Roles, fonts: Mapping[str, QFont]) -> str:
    """The text for `QApplication.setStyleSheet`."""
    return "\n".join((_text(c, fonts), _surfaces(c), _buttons(c), _fields(c), _views(c), _bars(c)))


def _text(c: Roles, fonts: Mapping[str, QFont]) -> str:
    sizes = "".join(
        f'*[type="{step}"] {{ font-size: {f.pointSizeF():.2f}pt; font-weight: {f.weight()}; }}\n'
        for step, f in fonts.items()
    )
    mono = f'*[type="mono"] {{ font-family: "{fonts["mono"].family()}"; }}\n'
    tones = "".join(
        f'QLabel[tone="{tone}"], QToolButton[tone="{tone}"] {{ color: {colour}; }}\n'
        for tone, colour in {
            "muted": c.muted,
            "accent": c.accent_text,
            "good": c.good,
            "warn": c.warn,
            "bad": c.bad,
        }.items()
    )
    return (
        sizes + mono + tones + f"QToolTip {{ color: {c.surface}; background: {c.text}; border: 0; padding: 4px 8px; }}"
    )


def _surfaces(c: Roles) -> str:
    soft = "".join(
        f'QFrame[surface="{tone}"] {{ background: {colour}; border: 0; border-radius: 8px; }}\n'
        for tone, colour in {
            "accent": c.accent_soft,
            "good": c.good_soft,
            "warn": c.warn_soft,
            "bad": c.bad_soft,
            "muted": c.sunken,
        }.items()
    )
    return f"""{soft}
QFrame[surface="card"] {{ background: {c.surface}; border: 1px solid {c.line}; border-radius: 10px; }}
QFrame[surface="card"][marked="false"] {{ border: 2px solid {c.line}; }}
QFrame[surface="card"][marked="true"] {{ border: 2px solid {c.accent}; }}
QFrame[surface="pane"] {{ background: {c.surface}; border: 0; }}
QFrame[surface="sunken"] {{ background: {c.sunken}; border: 0; border-radius: 8px; }}
QWidget[surface="rail"] {{ background: {c.rail}; border: 0; border-right: 1px solid {c.line}; }}
QWidget[surface="bar"] {{ background: {c.window}; border: 0; border-bottom: 1px solid {c.line}; }}
QWidget[surface="footer"] {{ background: {c.rail}; border: 0; border-top: 1px solid {c.line}; }}
QFrame[surface="line"] {{ background: {c.line}; border: 0; }}
QScrollArea, QScrollArea > QWidget > QWidget[surface="clear"] {{ background: transparent; border: 0; }}
QSplitter::handle {{ background: {c.line}; }}
QSplitter::handle:hover {{ background: {c.outline}; }}
QSplitter::handle:horizontal {{ width: 1px; }}
QSplitter::handle:vertical {{ height: 1px; }}"""


def _buttons(c: Roles) -> str:
    return f"""
QPushButton, QToolButton[kind="plain"] {{ background: {c.surface}; color: {c.text}; border: 1px solid {c.line};
  border-radius: 6px; padding: 5px 12px; min-height: 18px; }}
QPushButton:hover, QToolButton[kind="plain"]:hover {{ background: {c.hover}; }}
QPushButton:pressed {{ background: {c.selected}; }}
QPushButton:focus, QToolButton:focus {{ border: 2px solid {c.accent}; padding: 4px 11px; }}
QPushButton:disabled {{ color: {c.outline}; background: {c.sunken}; }}
QPushButton:checked {{ background: {c.selected}; color: {c.accent_text}; border-color: {c.accent}; }}
QPushButton[kind="primary"] {{ background: {c.accent}; color: {c.on_accent}; border: 1px solid {c.accent};
  font-weight: 600; padding: 6px 16px; }}
QPushButton[kind="primary"]:hover {{ background: {c.accent_hover}; border-color: {c.accent_hover}; }}
QPushButton[kind="primary"]:focus {{ border: 2px solid {c.text}; padding: 5px 15px; }}
QPushButton[kind="primary"]:disabled {{ background: {c.hover}; color: {c.muted}; border-color: {c.line}; }}
QPushButton[kind="danger"] {{ color: {c.bad}; }}
QPushButton[kind="danger"]:hover {{ background: {c.bad_soft}; }}
QPushButton[kind="quiet"], QToolButton {{ background: transparent; border: 1px solid transparent; border-radius: 6px;
  padding: 5px 8px; }}
QPushButton[kind="quiet"]:hover, QToolButton:hover {{ background: {c.hover}; }}
QPushButton[kind="quiet"]:focus {{ border: 2px solid {c.accent}; padding: 4px 7px; }}
QToolButton:focus {{ border: 2px solid {c.accent}; padding: 4px 7px; }}
QToolButton:checked {{ background: {c.selected}; }}
QToolButton::menu-indicator {{ image: none; }}
QPushButton[kind="link"] {{ background: transparent; border: 1px solid transparent; color: {c.accent_text};
  padding: 2px 4px; text-align: left; }}
QPushButton[kind="link"]:hover {{ text-decoration: underline; }}
QPushButton[kind="link"]:disabled {{ color: {c.muted}; }}
QPushButton[kind="link"]:focus {{ border: 1px solid {c.accent}; }}"""


def _fields(c: Roles) -> str:
    names = ("chevron-down", "chevron-up", "check")
    down, up, check = ((resources() / "icons" / f"{name}.svg").as_posix() for name in names)
    return f"""
QLineEdit, QPlainTextEdit, QTextEdit, QComboBox, QSpinBox, QDoubleSpinBox {{ background: {c.surface}; color: {c.text};
  border: 1px solid {c.outline}; border-radius: 6px; padding: 5px 8px; selection-background-color: {c.selected};
  selection-color: {c.text}; }}
QPlainTextEdit, QTextEdit {{ padding: 3px 5px; }}
QLineEdit:focus, QComboBox:focus, QSpinBox:focus, QDoubleSpinBox:focus {{ border: 2px solid {c.accent};
  padding: 4px 7px; }}
QPlainTextEdit:focus, QTextEdit:focus {{ border: 2px solid {c.accent}; padding: 2px 4px; }}
QPlainTextEdit[surface="clear"], QTextEdit[surface="clear"] {{ background: transparent;
  border: 1px solid transparent; border-radius: 4px; padding: 1px; }}
QPlainTextEdit[surface="clear"]:focus {{ border: 1px solid {c.accent}; padding: 1px; }}
*[problem="true"] {{ border: 1px solid {c.bad}; }}
QLineEdit:disabled, QPlainTextEdit:disabled, QComboBox:disabled, QSpinBox:disabled {{ background: {c.sunken};
  color: {c.muted}; border-color: {c.line}; }}
QComboBox QLineEdit, QComboBox QLineEdit:focus {{ background: transparent; border: 0; padding: 0; }}
QRadioButton::indicator {{ width: 14px; height: 14px; border: 1px solid {c.outline}; border-radius: 8px;
  background: {c.surface}; }}
QRadioButton::indicator:checked {{ width: 6px; height: 6px; border: 5px solid {c.accent}; }}
QListView::indicator, QTreeView::indicator {{ width: 14px; height: 14px; border: 1px solid {c.outline};
  border-radius: 4px; background: {c.surface}; }}
QListView::indicator:checked, QTreeView::indicator:checked {{ border-color: {c.accent}; background: {c.accent};
  image: url("{check}"); }}
QComboBox::drop-down {{ border: 0; width: 24px; }}
QComboBox::down-arrow {{ image: url("{down}"); width: 16px; height: 16px; }}
QComboBox QAbstractItemView {{ background: {c.surface}; border: 1px solid {c.line}; padding: 4px; outline: 0; }}
QSpinBox::up-button, QSpinBox::down-button, QDoubleSpinBox::up-button, QDoubleSpinBox::down-button {{ border: 0;
  width: 20px; background: transparent; }}
QSpinBox::up-arrow, QDoubleSpinBox::up-arrow {{ image: url("{up}"); width: 12px; height: 12px; }}
QSpinBox::down-arrow, QDoubleSpinBox::down-arrow {{ image: url("{down}"); width: 12px; height: 12px; }}"""


def _views(c: Roles) -> str:
    return f"""
QTreeView, QListView, QTableView {{ background: {c.surface}; border: 1px solid transparent; outline: 0;
  alternate-background-color: {c.sunken}; gridline-color: {c.line}; }}
QTreeView::item, QListView::item {{ padding: 4px 4px; border: 1px solid transparent; color: {c.text}; }}
QTableView::item {{ padding: 2px 6px; border: 1px solid transparent; color: {c.text}; }}
QListView::item:focus, QTableView::item:focus {{ border: 1px solid {c.accent}; }}
QTreeView::item:hover, QListView::item:hover, QTableView::item:hover {{ background: {c.hover}; }}
QTreeView::item:selected, QListView::item:selected, QTableView::item:selected {{ background: {c.selected};
  color: {c.text}; }}
QTreeView[surface="window"], QListView[surface="window"] {{ background: {c.window}; }}
QHeaderView::section {{ background: {c.window}; color: {c.muted}; border: 0; border-bottom: 1px solid {c.line};
  padding: 6px 8px; font-weight: 500; }}
QTabWidget::pane {{ border: 0; border-top: 1px solid {c.line}; }}
QTabBar {{ background: transparent; }}
QTabWidget::tab-bar {{ left: 12px; }}
QTabBar::tab {{ background: transparent; color: {c.muted}; border: 0; border-bottom: 2px solid transparent;
  padding: 8px 12px; }}
QTabBar::tab:selected {{ color: {c.text}; border-bottom: 2px solid {c.accent}; }}
QTabBar::tab:hover {{ color: {c.text}; }}
QTabBar::tab:focus {{ color: {c.accent_text}; }}
QMenu {{ background: {c.surface}; border: 1px solid {c.line}; padding: 4px; }}
QMenu::item {{ padding: 6px 28px 6px 12px; border-radius: 4px; }}
QMenu::item:selected {{ background: {c.selected}; color: {c.text}; }}
QMenu::item:disabled {{ color: {c.outline}; }}
QMenu::separator {{ height: 1px; background: {c.line}; margin: 4px 8px; }}
QMenuBar {{ background: {c.rail}; color: {c.text}; border-bottom: 1px solid {c.line}; }}
QMenuBar::item {{ padding: 4px 10px; background: transparent; }}
QMenuBar::item:selected {{ background: {c.hover}; border-radius: 4px; }}"""


def _bars(c: Roles) -> str:
    return f"""
QProgressBar {{ background: {c.hover}; border: 0; border-radius: 3px; max-height: 6px; min-height: 6px; }}
QProgressBar::chunk {{ background: {c.accent}; border-radius: 3px; }}
QProgressBar[tone="good"]::chunk {{ background: {c.good}; }}
QProgressBar[tone="bad"]::chunk {{ background: {c.bad}; }}
QAbstractScrollArea::corner {{ background: transparent; border: 0; }}
QScrollBar {{ background: transparent; border: 0; }}
QScrollBar:vertical {{ width: 12px; }}
QScrollBar:horizontal {{ height: 12px; }}
QScrollBar::handle {{ background: {c.line}; border-radius: 3px; margin: 3px; }}
QScrollBar::handle:hover {{ background: {c.outline}; }}
QScrollBar::handle:vertical {{ min-height: 32px; }}
QScrollBar::handle:horizontal {{ min-width: 32px; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}"""
