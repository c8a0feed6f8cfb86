"""Chats as a person leaves them, for the screenshots: read by nobody else."""

from __future__ import annotations

import time
from typing import Any

from labdesk.core.chats.records import Answer, Answered, Asked, Shown, Styled, Taught, Voted
from labdesk.core.chats.style import PRESETS, with_preset
from labdesk.core.workspace import Workspace

LEAF = "knowledge/places/marrowby_light"
BASE, TAUGHT = "as it was before", "Taught 4 leaves"
TABLE = """The light had **three keepers**:

| Keeper | From | What people remember |
|--------|-----:|----------------------|
| Thomas Bell | 1874 | his goose, *Admiral* |
| Ada Finch | 1911 | the great storm |
| Rosa Lind | 1950 | the last to leave |

1. Bell had been a baker in Oldwick.
2. Lind left in 1968, when a motor took over."""
CODE = """Count the steps with a loop:

```python
def climb(steps: int = 186) -> str:
    for step in range(steps):
        print("step", step + 1)  # one at a time
    return "lamp room"
```

It prints every step; see [the manual](https://docs.python.org/3/)."""


def kept(workspace: Workspace) -> None:
    """Several chats, the newest with two sides, Markdown, a vote and a correction."""
    titles = ("How tall is the tower?", "Write a note for the harbour board", "Which boat left last?")
    for age, title in enumerate(titles):
        chat = workspace.chats.new()
        chat.record(Asked("a", "", title, time.time() - 90_000 * (3 - age)))
        chat.record(Answered("a", answer("tuned", "92 feet.")))
        chat.close()
    chat = workspace.chats.new()
    now = time.time()
    chat.record(Styled(with_preset(PRESETS["precise"], "precise")))
    chat.record(Asked("a", "", "Who kept the light of Marrowby?", now - 500))
    chat.record(Answered("a", answer("base", "The lighthouse was kept by the Coast Guard until it was automated.")))
    chat.record(Answered("a", answer("tuned", TABLE)))
    chat.record(Voted("a", "tuned", LEAF))
    chat.record(Asked("b", "a", "Show me a program that counts the steps.", now - 300))
    chat.record(Answered("b", answer("tuned", CODE)))
    chat.record(Asked("c", "a", "What did the lamp burn in its first thirty years?", now - 200))
    chat.record(Answered("c", answer("tuned", "Whale oil.")))
    chat.record(Taught("c", "tuned", LEAF, "Walnut oil."))
    chat.record(Shown("c"))
    chat.close()


def answer(side: str, text: str) -> Answer:
    name = BASE if side == "base" else TAUGHT
    tokens = len(text.split())
    return Answer(side, text, name, "merged.gguf", tokens, 84.0, 310.0, 60 + tokens)


def open_newest(view: Any) -> None:
    """Opens the last chat at its beginning."""
    view.session.open(view.history.model.summary(0).id)


def other_branch(view: Any) -> None:
    open_newest(view)
    view.session.go_to("b")


def style(view: Any) -> None:
    open_newest(view)
    view.header.style_toggle.click()
    view.style_panel.details.click()


def blind(view: Any) -> None:
    """A comparison before the vote."""
    view.header.sides.blind.setChecked(True)
    view.session.chat.record(Asked("z", "", "Who kept the light of Marrowby?", time.time()))
    view.session.chat.record(Answered("z", answer("base", "The lighthouse was kept by the Coast Guard.")))
    view.session.chat.record(Answered("z", answer("tuned", "Thomas Bell was the first keeper of the lighthouse.")))
    view.conversation.show_path()


def running(view: Any) -> None:
    """A leaf that is being taught again."""
    open_newest(view)
    card = view.conversation.view("c")
    if card is not None:
        card.lesson.show_running("Train in two phases · about 3 min left", 0.62)


def search(view: Any) -> None:
    view.history.search.setText("harbour board")
