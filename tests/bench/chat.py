"""Measures the chat: the longest stall while 2,000 messages scroll, what streaming costs the window, and the first token
against a bare llama-cpp-python call with the same prompt.

    python tests/bench/chat.py [--messages 2000] [--model]

Stalls and costs are processor time of the main thread, so that a busy machine does not change them. `--model` also asks the
starter model (a few seconds)."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEvent  # noqa: E402
from PySide6.QtWidgets import QApplication  # noqa: E402

from labdesk.core.chats.records import Answer, Answered, Asked  # noqa: E402
from labdesk.core.chats.store import ChatStore, OpenChat  # noqa: E402
from labdesk.core.models.catalog import starter_model  # noqa: E402
from labdesk.engine.chat.conversation import Conversation  # noqa: E402
from labdesk.engine.runtimes.llama_cpp.model import LoadOptions  # noqa: E402
from labdesk.engine.runtimes.llama_cpp.runtime import LlamaCppRuntime  # noqa: E402
from labdesk.gui import theme  # noqa: E402
from labdesk.gui.chat.client import FLUSH_MS  # noqa: E402
from labdesk.gui.chat.exchange import ExchangeView  # noqa: E402
from labdesk.gui.chat.transcript import Transcript  # noqa: E402

LIMIT_STALL_MS = 100.0
LIMIT_STREAM_SHARE = 0.05
LIMIT_FIRST_TOKEN = 1.2
TOKENS_PER_SECOND = 100
TEXT = """The lamp was **first lit** in 1874. It has:

- a stair of 186 steps
- a lens from *Oldwick*

```python
def light(lamp):
    return lamp + 1  # higher
```

| Year | Keeper |
|------|--------|
| 1874 | Bell |
"""


def main() -> int:
    """Prints the figures and returns 1 when one is over its limit."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--messages", type=int, default=2000)
    parser.add_argument("--model", action="store_true")
    arguments = parser.parse_args()
    app = QApplication(sys.argv[:1])
    theme.apply(app, "light")
    with tempfile.TemporaryDirectory() as folder:
        chat = a_chat(Path(folder), arguments.messages // 2)
        good = [scrolling(app, chat), streaming(app)]
        chat.close()
    if arguments.model:
        good.append(first_token())
    return 0 if all(good) else 1


def a_chat(folder: Path, exchanges: int) -> OpenChat:
    chat = ChatStore(folder / "chats", folder / "trash").new()
    parent = ""
    for number in range(exchanges):
        chat.record(Asked(str(number), parent, f"Question {number}: what do you know?", float(number)))
        chat.record(Answered(str(number), Answer("tuned", TEXT * (1 + number % 3), "The model", tokens=90)))
        parent = str(number)
    return chat


def scrolling(app: QApplication, chat: OpenChat) -> bool:
    """Opens a long chat, scrolls by wheel steps, by pages, and by dragging the bar across."""
    transcript = Transcript(lambda key: ExchangeView(chat.exchanges[key], ()))
    transcript.resize(980, 700)
    transcript.show()
    app.processEvents()
    stalls: dict[str, float] = {}
    stalls["open"] = spent(app, lambda: transcript.show_path([one.id for one in chat.path()]))
    bar = transcript.reel.verticalScrollBar()
    moves = {"wheel": [-60] * 100, "page": [-600] * 30}
    for name, steps in moves.items():
        stalls[name] = max(spent(app, lambda by=step: bar.setValue(bar.value() + by)) for step in steps)
    shares = [number / 23 * 7 % 1 for number in range(23)]
    stalls["drag"] = max(spent(app, lambda to=share: bar.setValue(round(to * bar.maximum()))) for share in shares)
    stalls["resize"] = spent(app, lambda: transcript.resize(820, 640))
    worst = max(stalls.values())
    made = len(transcript.exchanges)
    print(f"{len(chat.exchanges) * 2} messages, {made} of {len(chat.exchanges)} exchanges made; longest stall, ms of CPU: "
          + ", ".join(f"{name} {1000 * value:.0f}" for name, value in stalls.items()))  # fmt: skip
    transcript.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    return 1000 * worst <= LIMIT_STALL_MS


def spent(app: QApplication, act: object) -> float:
    """Processor seconds of an act and of the one turn of the event loop that follows."""
    start = time.thread_time()
    act()  # type: ignore[operator]
    app.processEvents()
    return time.thread_time() - start


def streaming(app: QApplication) -> bool:
    """A long answer at 100 tokens a second in the steps of the chat client: what share of the time the window needs for it."""
    from labdesk.core.chats.chat import Exchange
    from labdesk.engine.chat.protocol import SideModel
    from labdesk.gui.chat.sides import SideOption

    option = SideOption("tuned", "Taught", "The model", SideModel("tuned", "x.gguf"), "")
    transcript = Transcript(lambda _key: ExchangeView(Exchange("a", "", "Tell me all.", 0.0), [option]))
    transcript.resize(980, 700)
    transcript.show()
    transcript.show_path(["a"])
    app.processEvents()
    text = (TEXT + "\nAnd a paragraph of plain words follows, as models write them, for a line or two.\n\n") * 12
    step = TOKENS_PER_SECOND * 4 * FLUSH_MS // 1000  # 4 characters a token
    start, turns = time.thread_time(), 0
    for at in range(0, len(text), step):
        view = transcript.exchange("a")
        assert view is not None
        view.add("tuned", text[at : at + step])
        app.processEvents()
        turns += 1
    share = (time.thread_time() - start) / (turns * FLUSH_MS / 1000)
    print(f"streaming {len(text)} characters at {TOKENS_PER_SECOND} tokens/s costs {100 * share:.1f} % of one core "
          f"({share * FLUSH_MS:.2f} ms a step)")  # fmt: skip
    return share <= LIMIT_STREAM_SHARE * (os.cpu_count() or 1)


def first_token() -> bool:
    """The starter model asked through a conversation, and bare with the very same prompt."""
    from llama_cpp import Llama

    question = "Explain in a few words what a lighthouse is for, and who looks after it."
    with LlamaCppRuntime(starter_model(), LoadOptions(context=2048, parallel=2, cells=4096)) as runtime:
        ours = min(Conversation(runtime, f"Answer {n}.").ask(question, _quiet, _never).first_token_ms for n in range(4))
    bare = Llama(str(starter_model()), n_ctx=2048, verbose=False)
    times = []
    for number in range(4):
        bare.reset()
        messages = [{"role": "system", "content": f"Answer {number}."}, {"role": "user", "content": question}]
        start = time.monotonic()
        stream = bare.create_chat_completion(messages, stream=True, max_tokens=4, temperature=0.0)
        next(stream)
        next(stream)
        times.append(1000 * (time.monotonic() - start))
    bare.close()
    ratio = ours / min(times)
    print(f"first token: {ours:.0f} ms through the chat, {min(times):.0f} ms bare: {ratio:.2f} times (limit 1.2)")
    return ratio <= LIMIT_FIRST_TOKEN


def _quiet(_text: str) -> None:
    pass


def _never() -> bool:
    return False


if __name__ == "__main__":
    sys.exit(main())
