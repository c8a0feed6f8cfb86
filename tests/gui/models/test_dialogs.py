"""Export and delete from the window: what is asked, what is started, what is said."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from labdesk.core.models.catalog import ModelCard, starter_model
from labdesk.core.specs import ExportSpec, TrainSpec
from labdesk.gui.models.delete_dialog import DeleteDialog, uses_of
from labdesk.gui.models.export_dialog import ExportDialog, ExportWish
from labdesk.gui.models.model_rows import ModelRow
from labdesk.gui.models.view import ModelsView

Until = Callable[[Callable[[], bool]], None]


def taught(path: str = "/w/.labdesk/runs/one/merged.gguf") -> ModelRow:
    card = ModelCard("m", Path(path), 145_000_000, "Q8_0", 135_000_000, 8192, "smollm", "", True, True, True)
    return ModelRow(card, "taught", "Taught 4 leaves", ("student",))


def test_the_export_form_becomes_a_wish(view: ModelsView, tmp_path: Path) -> None:
    dialog = ExportDialog(taught(), "My light!", tmp_path, view)
    wishes: list[ExportWish] = []
    dialog.wanted.connect(wishes.append)
    assert "143 MB" in dialog.sum.text()
    dialog.kinds["Q4_K_M"].setChecked(True)
    dialog.name.setText("harbour")
    dialog.name.textEdited.emit("harbour")
    dialog.ok.click()
    (wish,) = wishes
    assert wish.kinds == ("Q8_0", "Q4_K_M") and wish.target == tmp_path / "harbour"
    dialog.folder.setText("relative")
    assert not dialog.ok.isEnabled()


def test_an_export_that_fails_says_why_on_its_card(view: ModelsView, tmp_path: Path, until: Until) -> None:
    run = view._context.workspace.runs_folder / "one"
    run.mkdir(parents=True)
    (run / "run.json").write_text("{}")
    shutil.copy(starter_model(), run / "merged.gguf")
    shown = taught(str(run / "merged.gguf"))
    view.page._start_export(shown, ExportWish(name="x", target=tmp_path / "out", kinds=("Q8_0",)))
    until(lambda: any(card.state.status == "failed" for card in view.jobs.cards.values()))
    (card,) = view.jobs.cards.values()
    assert card.job.spec(ExportSpec).kinds == ("Q8_0",) and card.words.text() and not card.again.isHidden()
    card.close_it.click()
    assert not view.jobs.cards and view.jobs.isHidden()


def test_what_would_miss_a_model_is_said(view: ModelsView) -> None:
    shown = taught()
    view._context.workspace.add_job("train", TrainSpec(student=str(shown.card.path), dataset="d", run="r"), "Train on it")
    view._context.bridge._look_for_jobs()
    while view._context.bridge._new:
        view._context.bridge._catch_up_one()
    words = uses_of(view._context, shown)
    assert "your student" in words[0] and "Train on it" in words[1] and "adapter" in words[2]


def test_a_model_goes_to_the_trash_and_out_of_the_settings(
    view: ModelsView, tmp_path: Path, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    file = tmp_path / "mine.gguf"
    shutil.copy(starter_model(), file)
    view.page.add(file)
    until(lambda: view.page.current is not None and view.page.current.title == "mine")
    view.page.detail.student.click()
    until(lambda: not view.page.library._list.busy)
    view.page.ask_to_delete()
    (dialog,) = view.findChildren(DeleteDialog)
    assert "your student" in dialog.words and "98 MB" in dialog.words
    dialog.ok.click()
    until(lambda: not file.exists() and "in the trash" in view.banner.words)
    values = view._context.settings.values
    assert values.student == "" and values.model_files == ()
    assert [path.name for path in (tmp_path / "data" / "Trash" / "files").iterdir()] == ["mine.gguf"]
