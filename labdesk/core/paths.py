"""Where things live that do not belong to a workspace. LABDESK_HOME moves all of it (tests, portable installs)."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

_PACKAGE = Path(__file__).resolve().parent.parent


def home() -> Path:
    """The folder for settings, the model library and caches."""
    moved = os.environ.get("LABDESK_HOME")
    return Path(moved) if moved else Path(platformdirs.user_data_dir("labdesk", appauthor=False))


def settings_file() -> Path:
    return home() / "settings.json"


def models_folder() -> Path:
    """Models that labdesk downloads or is given."""
    return home() / "models"


def resources() -> Path:
    """Bundled data: `resources/` of a checkout, or its copy inside the installed package."""
    return _first_folder(_PACKAGE.parent / "resources", _PACKAGE / "_resources")


def starter_taxonomy() -> Path:
    """The taxonomy that a new workspace begins with."""
    return _first_folder(_PACKAGE.parent / "taxonomy", _PACKAGE / "_starter_taxonomy")


def _first_folder(*candidates: Path) -> Path:
    return next((path for path in candidates if path.is_dir()), candidates[0])
