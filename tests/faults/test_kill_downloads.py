"""kill -9 of a downloading worker at fifty points: it ends in the right bytes, and little is fetched twice."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from labdesk.core.part_file import BLOCK
from tests.engine.download.naughty_hub import Hub, content, serving

KILLS = 50
SIZE = 300_000_000
#: What the system holds between a server and a killed client, and what was not a whole block.
TWICE = 8 * 1024 * 1024

CHILD = """
import sys
from pathlib import Path
from labdesk.core.models.hub import HubFile
from labdesk.engine.download.ranged import Fetcher, Patience
url, size, sha, target = sys.argv[1:]
with Fetcher(patience=Patience(pause=0.0)) as fetcher:
    fetcher.fetch(HubFile(name="m.gguf", url=url, size=int(size), sha256=sha), Path(target))
"""


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL")
@pytest.mark.slow
@pytest.mark.timeout(900)
def test_fifty_kills_end_in_the_right_bytes(tmp_path: Path) -> None:
    draw = random.Random(3)
    body = content(1_000_003) * (SIZE // 1_000_003)
    target = tmp_path / "m.gguf"
    kills = worst = reached = 0
    with serving(Hub(body)) as hub:
        hub.pace = lambda: time.sleep(0.0005)
        file = hub.file
        command = [sys.executable, "-c", CHILD, file.url, str(file.size), file.sha256, str(target)]
        while not target.exists():
            sent, asked = hub.sent, len(hub.asked)
            goal = sent + draw.randrange(0, 2 * SIZE // KILLS - 2 * BLOCK)
            child = subprocess.Popen(command)
            while child.poll() is None and (kills == KILLS or len(hub.asked) == asked or hub.sent < goal):
                time.sleep(0.002)
            if child.poll() is None:
                os.kill(child.pid, signal.SIGKILL)
                kills += 1
                assert not target.exists(), "no killed start leaves a file"
            child.wait()
            time.sleep(0.02)  # the server notices
            start = int(hub.asked[asked].get("Range", "bytes=0-")[6:-1])
            worst = max(worst, reached - start)
            reached = start + hub.sent - sent
    assert target.read_bytes() == body
    assert kills == KILLS, f"only {kills} kills: the file was too small"
    assert worst <= TWICE, f"{worst / 1e6:.1f} MB were fetched twice"
    print(f"{kills} kills; at most {worst / 1e6:.2f} MB fetched twice")
