"""What stands in the place of the tree while there is nothing in it: the three kinds of things to teach."""

from __future__ import annotations

import functools
from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from labdesk.core.taxonomy.tree import ROOTS
from labdesk.gui.teach.leaf_book import MEANING
from labdesk.gui.theme import XL, XS, L, M
from labdesk.gui.widgets.button import button
from labdesk.gui.widgets.layout import column, holder, panel, scrolling
from labdesk.gui.widgets.text import label


def tree_empty(make: Callable[[str], object]) -> QWidget:
    """`make(root)` when the person chose one."""
    cards = []
    for root in ROOTS:
        title, meaning = MEANING[root]
        go = button("New leaf…", functools.partial(make, root), glyph="plus")
        go.setAccessibleName(f"New leaf in {title}")
        go.setAccessibleDescription(meaning)
        cards.append(
            panel(
                label(title, "heading", wrap=True),
                label(meaning, "small", "muted", wrap=True),
                go,
                gap=XS,
                margin=M,
                surface="card",
            )
        )
    heading = label("Nothing to teach yet", "title", wrap=True)
    text = label("Make a first leaf: one thing that a model should know or be able to do.", tone="muted", wrap=True)
    page = holder(column(heading, text, *cards, None, gap=L, margin=(M, XL, M, L)))
    return scrolling(page, "What can be taught")
