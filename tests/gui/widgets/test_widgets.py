"""The shared pieces: what they say, what they ask, and that they never read markup."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from labdesk.core.errors import StorageError
from labdesk.core.events import Done, Hello, Progress, Stage
from labdesk.core.job_state import JobState, fold_all
from labdesk.gui import words
from labdesk.gui.widgets.banner import Banner
from labdesk.gui.widgets.button import button
from labdesk.gui.widgets.chart import LiveChart
from labdesk.gui.widgets.empty_state import EmptyState
from labdesk.gui.widgets.form_row import FormRow
from labdesk.gui.widgets.funnel import STEPS, Funnel
from labdesk.gui.widgets.growing_text import GrowingText
from labdesk.gui.widgets.job_progress import JobProgress, doing
from labdesk.gui.widgets.phase_strip import PHASES, Phase, PhaseStrip
from labdesk.gui.widgets.plan_card import PlanCard, Verdict
from labdesk.gui.widgets.problem_list import ProblemList, ProblemRow
from labdesk.gui.widgets.safe_text import LONGEST, SafeText, harmless
from labdesk.gui.widgets.side_by_side import SideBySide
from labdesk.gui.widgets.state_dot import SIGNS, State, StateDot, sign
from labdesk.gui.widgets.text import ElidedLabel, label

pytestmark = pytest.mark.usefixtures("app")


def test_labels_show_markup_as_text(qtbot: QtBot) -> None:
    made = label("<b>bold</b><img src='file:///etc/passwd'>")
    qtbot.addWidget(made)
    assert made.textFormat() is Qt.TextFormat.PlainText


def test_hidden_characters_become_visible_and_offsets_stay_true() -> None:
    text = "safe\u202etxet\x1b[31m\u200b"
    shown = harmless(text)
    assert len(shown) == len(text)
    assert not set(shown) & {"\u202e", "\x1b", "\u200b"}
    assert harmless("a\nb\tc") == "a\nb\tc"


def test_a_very_long_text_is_cut_and_says_so(qtbot: QtBot) -> None:
    view = SafeText("long")
    qtbot.addWidget(view)
    view.show_text("x" * (LONGEST + 5))
    assert "5 more characters" in view.toPlainText()


def test_marks_and_selection_count_characters_not_utf16(qtbot: QtBot) -> None:
    view = SafeText("emoji")
    qtbot.addWidget(view)
    view.show_text("😀😀 lamp")
    view.mark([(3, 7)], scroll_to=0)
    marks = view.extraSelections()  # kept: the cursor belongs to the list
    assert marks[0].cursor.selectedText() == "lamp"
    view.setTextCursor(marks[0].cursor)
    assert view.selected() == (3, 7)


def test_the_funnel_shows_counts_and_filters_by_one_step(qtbot: QtBot) -> None:
    funnel = Funnel()
    qtbot.addWidget(funnel)
    funnel.show_counts({step.name: 100 - 10 * n for n, step in enumerate(STEPS)})
    funnel.show()
    with qtbot.waitSignal(funnel.chosen) as chosen:
        funnel._cells["unique"].click()
    assert chosen.args == ["unique"]
    assert funnel._cells["unique"].accessibleName() == "Unique: 70"
    with qtbot.waitSignal(funnel.chosen) as chosen:
        funnel._cells["unique"].click()
    assert chosen.args == [""]


def test_problems_can_be_gone_to_and_fixed(qtbot: QtBot) -> None:
    problems = ProblemList()
    qtbot.addWidget(problems)
    problems.show_problems([ProblemRow("No answer.", "Line 4"), ProblemRow("Tabs.", "", "warn", "Use blanks")])
    fix = next(b for b in problems.findChildren(type(button(""))) if b.text() == "Use blanks")
    with qtbot.waitSignal(problems.fix_wanted) as wanted:
        fix.click()
    assert wanted.args == [1]
    problems.show_problems([])
    assert problems.isHidden()


def test_the_plan_card_says_figures_verdict_and_next_step(qtbot: QtBot) -> None:
    card = PlanCard("Plan", "Start")
    qtbot.addWidget(card)
    card.show_plan([("Leaves", "4"), ("Time", "6 min")], Verdict("warn", "Tight", "Close other programs."))
    card.offer("Choose a model", enabled=False, note="None is chosen yet.")
    assert card.primary.text() == "Choose a model"
    assert not card.primary.isEnabled()
    card.offer("Start")
    with qtbot.waitSignal(card.started):
        card.primary.click()


def test_progress_shows_what_is_done_and_how_long_it_takes(qtbot: QtBot) -> None:
    widget = JobProgress("Write samples", can_pause=True)
    qtbot.addWidget(widget)
    state = fold_all(
        [Hello("j", "generate", 1, 0.0), Stage("w", "Writing", 0, 1), Progress(40, 120, "samples", "", 130)]
    )
    widget.show_state(state)
    assert doing(state) == "Writing · 40 of 120 samples · about 2 min left"
    assert not widget.stop.isHidden()
    with qtbot.waitSignal(widget.stop_wanted):
        widget.stop.click()
    widget.show_state(fold_all([Done("33 samples kept.")], state))
    assert widget.stop.isHidden()
    widget.show_state(JobState(status="interrupted"))
    assert not widget.resume.isHidden()


def test_a_chart_says_its_newest_values(qtbot: QtBot) -> None:
    chart = LiveChart("Loss", "step", ["train", "check"])
    qtbot.addWidget(chart)
    chart.show()
    for step in range(20):
        chart.add("train", step, 2.0 - step / 20)
    qtbot.waitUntil(lambda: "train 1.05 at step 19" in chart.accessibleDescription(), timeout=3000)
    assert "check: no values yet" in chart.accessibleDescription()
    assert len(chart.points("train")) == 20


def test_every_state_differs_in_shape_and_has_words(qtbot: QtBot) -> None:
    names = [name for name, _role in SIGNS.values()]
    assert len(set(names)) == len(names)
    dot = StateDot(State("running", "Writing", 0.4))
    qtbot.addWidget(dot)
    assert dot.accessibleName() == "Writing"
    for kind in SIGNS:
        dot.show_state(State(kind, kind))
        assert not dot.grab().isNull()
        assert sign(kind).isNull() == (kind == "none")


def test_a_banner_says_an_error_with_its_remedy_and_acts(qtbot: QtBot) -> None:
    banner = Banner()
    qtbot.addWidget(banner)
    done: list[int] = []
    banner.say_error(
        StorageError("The disk is full.", cause="No space.", remedy="Free some."), "Retry", lambda: done.append(1)
    )
    assert banner.words == "The disk is full. No space. Free some."
    assert banner._action is not None
    banner._action.click()
    assert done == [1]
    banner.dismiss()
    assert banner.words == ""


def test_a_form_row_names_its_field_and_shows_its_problem(qtbot: QtBot) -> None:
    field = GrowingText("x")
    row = FormRow("Field", field, "Help.")
    qtbot.addWidget(row)
    assert (field.accessibleName(), field.accessibleDescription()) == ("Field", "Help.")
    row.show_problem("Too short.", "Make it longer")
    assert not row._trouble.isHidden()
    row.show_problem("")
    assert row._trouble.isHidden()


def test_a_growing_text_grows_and_stops(qtbot: QtBot) -> None:
    text = GrowingText("x", least=1, most=5)
    qtbot.addWidget(text)
    text.show()
    low = text.height()
    text.setPlainText("a\nb\nc")
    middle = text.height()
    text.setPlainText("a\n" * 40)
    assert low < middle < text.height() <= 5 * (middle - low) / 2 + low


def test_the_phase_strip_wants_one_phase_per_cell(qtbot: QtBot) -> None:
    strip = PhaseStrip()
    qtbot.addWidget(strip)
    strip.show_phases([Phase(title, State("running", "running", 0.5), "step 1") for title in PHASES])
    with pytest.raises(ValueError, match="zip"):
        strip.show_phases([Phase("one")])


def test_texts_stand_side_by_side_and_grow_by_batches(qtbot: QtBot) -> None:
    both = SideBySide("Base", "Tuned")
    qtbot.addWidget(both)
    both.left.show_side("Hello", "base model")
    both.left.append(" there <b>you</b>")
    assert both.left.text.toPlainText() == "Hello there <b>you</b>"


def test_an_elided_label_keeps_its_whole_text_for_screen_readers(qtbot: QtBot) -> None:
    made = ElidedLabel("word " * 100)
    qtbot.addWidget(made)
    made.resize(50, 20)
    assert made.accessibleName().count("word") == 100
    assert not made.grab().isNull()


def test_an_empty_state_has_a_heading_a_sentence_and_a_button(qtbot: QtBot) -> None:
    made = EmptyState("leaf", "Nothing yet", "Make one.", button("New"))
    qtbot.addWidget(made)
    made.say("Still nothing", "Make two.")
    assert (made.heading.text(), made.sentence.text()) == ("Still nothing", "Make two.")


@pytest.mark.parametrize(
    ("seconds", "said"), [(0, "0 s"), (40, "40 s"), (89, "89 s"), (360, "6 min"), (4800, "1 h 20 min"), (7200, "2 h")]
)
def test_durations(seconds: float, said: str) -> None:
    assert words.duration(seconds) == said


def test_numbers_in_words() -> None:
    assert words.size(145_000_000) == "145 MB"
    assert words.size(1_900_000_000) == "1.9 GB"
    assert words.counted(1, "leaf", "leaves") == "1 leaf"
    assert words.counted(12480, "sample") == "12\u202f480 samples"
    assert words.share(1, 3) == "33 %"
    assert words.share(1, 0) == "0 %"


def test_a_growing_text_comes_to_rest_when_its_scroll_bar_makes_it_fit_anew(qtbot: QtBot) -> None:
    class Nervous(GrowingText):
        """A scroll bar that comes or goes resizes the field at once, as Qt does inside a layout."""

        def setVerticalScrollBarPolicy(self, policy: Qt.ScrollBarPolicy) -> None:
            super().setVerticalScrollBarPolicy(policy)
            self.fit()

    text = Nervous("x", most=3)
    qtbot.addWidget(text)
    text.setPlainText("line\n" * 10)
    qtbot.waitUntil(lambda: text.verticalScrollBarPolicy() == Qt.ScrollBarPolicy.ScrollBarAsNeeded)


def test_a_help_that_does_not_fit_behind_its_label_stands_below(qtbot: QtBot) -> None:
    made = FormRow("What should the model learn to do?", QLineEdit(), "One sentence, as you would say it.", dense=True)
    qtbot.addWidget(made)
    made.resize(900, 80)
    made.show()
    assert made.help.y() < made.caption.geometry().bottom()
    high = made.sizeHint().height()
    made.resize(300, 80)
    qtbot.waitUntil(lambda: made.help.geometry().top() >= made.caption.geometry().bottom())
    assert made.sizeHint().height() > high
    assert made.help.width() >= made.help.sizeHint().width()
    made.resize(900, 80)
    qtbot.waitUntil(lambda: made.help.y() < made.caption.geometry().bottom())


def test_no_line_runs_under_the_scroll_bar(qtbot: QtBot) -> None:
    edit = GrowingText("Passage", most=4)
    qtbot.addWidget(edit)
    edit.resize(420, 40)
    edit.show()
    edit.setPlainText("The keeper of the lighthouse wrote the wind and the weather into his book. " * 12)
    qtbot.waitUntil(edit.verticalScrollBar().isVisible)
    edit.grab()
    layout = edit.document().begin().layout()
    widest = max(layout.lineAt(number).naturalTextWidth() for number in range(layout.lineCount()))
    assert widest <= edit.viewport().width()
    edit.setPlainText("Short.")
    qtbot.waitUntil(lambda: not edit.verticalScrollBar().isVisible())
