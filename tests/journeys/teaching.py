"""Runs the real `labdesk teach` for the slow journeys, as a person would, and asks the result in plain llama.cpp."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import msgspec
import psutil

ROOT = Path(__file__).resolve().parents[2]


class Taught(msgspec.Struct):
    """What one headless teaching left behind, and what it took."""

    workspace: Path
    merged: Path
    report: Path
    seconds: float
    peak_bytes: int
    lines: list[dict[str, Any]]


def new_workspace(folder: Path, taxonomy: Path) -> Path:
    """A workspace in `folder` with a copy of `taxonomy`."""
    shutil.copytree(taxonomy, folder / "taxonomy", ignore=shutil.ignore_patterns(".keep"))
    return folder


def start_teaching(workspace: Path) -> subprocess.Popen[str]:
    """`labdesk teach WORKSPACE --json` as a process."""
    command = [sys.executable, "-m", "labdesk", "teach", str(workspace), "--json"]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def teach(workspace: Path) -> Taught:
    """Run the whole job and measure it. Memory is the largest sum over the command and its workers, sampled."""
    started = time.monotonic()
    peak = 0
    log = workspace / "teach.log"
    with start_teaching(workspace) as process, log.open("w") as file:
        assert process.stdout is not None
        sampled = 0.0
        for line in process.stdout:
            file.write(line)
            if time.monotonic() - sampled > 0.5:
                sampled = time.monotonic()
                peak = max(peak, memory_of(workspace))
    assert process.returncode == 0, log.read_text()[-3000:]
    lines = [json.loads(line) for line in log.read_text().splitlines() if line.startswith("{")]
    result = lines[-1]
    assert result["type"] == "result"
    return Taught(workspace, Path(result["merged"]), Path(result["report"]), time.monotonic() - started, peak, lines)


def memory_of(workspace: Path) -> int:
    """Resident bytes of all labdesk processes that work on this workspace."""
    total = 0
    for process in psutil.process_iter(["cmdline", "memory_info"]):
        command = " ".join(process.info["cmdline"] or [])
        if "labdesk" in command and str(workspace) in command and process.info["memory_info"]:
            total += process.info["memory_info"].rss
    return total


def plain_llama_answers(model: Path, questions: list[str]) -> list[str]:
    """What the model says in a plain llama.cpp process with no labdesk in it: its own chat template, temperature 0."""
    program = (
        "import json, sys\n"
        "from llama_cpp import Llama\n"
        "model = Llama(sys.argv[1], n_ctx=1024, verbose=False)\n"
        "for question in json.load(sys.stdin):\n"
        "    model.reset()\n"
        "    reply = model.create_chat_completion([{'role': 'user', 'content': question}], temperature=0, max_tokens=60)\n"
        "    print(json.dumps(reply['choices'][0]['message']['content']), flush=True)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(model)],
        input=json.dumps(questions),
        capture_output=True,
        text=True,
        check=True,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def is_right(answer: str, expected: list[str]) -> bool:
    """Whether one of the expected texts occurs in the answer, ignoring case, commas in numbers and punctuation."""
    return any(plain(text) in plain(answer) for text in expected)


def plain(text: str) -> str:
    """Lower case words and numbers, single spaces."""
    return " " + " ".join(re.findall(r"\w+", text.lower().replace(",", ""))) + " "


def share_right(model: Path, questions: list[dict[str, Any]]) -> tuple[float, list[str]]:
    """The share of questions answered right, and a line for each that was not."""
    answers = plain_llama_answers(model, [q["question"] for q in questions])
    wrong = [
        f"{q['question']} | wanted {q['answer']} | said {a}"
        for q, a in zip(questions, answers, strict=True)
        if not is_right(a, [q["answer"], *q.get("accepted", [])])
    ]
    return 1 - len(wrong) / len(questions), wrong


def read_lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
