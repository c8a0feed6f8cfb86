"""The context menu of the tree, for one row or for many."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from labdesk.core.taxonomy.tree import ROOTS
from labdesk.gui.actions import Actions
from labdesk.gui.icons import icon


def tree_menu(
    actions: Actions, paths: Sequence[str], inside: str, new_leaf: Callable[[str], object], parent: QWidget
) -> QMenu:
    """What can be done with the selected paths. `inside` is the branch that was clicked in; "" for none."""
    menu = QMenu(parent)
    fresh = QAction(icon("plus"), "New leaf here…", menu)
    fresh.triggered.connect(lambda *_: new_leaf(inside))
    menu.addAction(fresh)
    names = ["teach.branch"]
    own = [path for path in paths if path not in ROOTS]
    if paths:
        names += ["", "teach.only"]
    if own and len(own) == len(paths):
        names += ["", *(["teach.rename"] if len(own) == 1 else []), "teach.duplicate", "teach.move", "teach.delete"]
    for name in names:
        if name:
            menu.addAction(actions[name])
        else:
            menu.addSeparator()
    return menu
