"""Contrast of every pair of colours in use."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from labdesk.gui import roles
from labdesk.gui.roles import PAIRS, Scheme, contrast


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("front", "back", "least"), PAIRS)
def test_every_pair_in_use_can_be_read(scheme: Scheme, front: str, back: str, least: float) -> None:
    colours = roles.of(scheme)
    assert contrast(getattr(colours, front), getattr(colours, back)) >= least


def test_contrast_agrees_with_the_examples_of_wcag() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21.0)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


def test_no_colour_is_written_outside_the_table_of_roles() -> None:
    gui = Path(roles.__file__).parent
    for file in gui.rglob("*.py"):
        if file.name != "roles.py":
            assert not re.search(r"#[0-9A-Fa-f]{6}\b", file.read_text("utf-8")), file
