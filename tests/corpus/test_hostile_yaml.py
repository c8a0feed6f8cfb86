"""Files made to hurt: each is answered within 250 ms with a verdict, never a crash, never a hang."""

from __future__ import annotations

import time

import pytest

from labdesk.core.taxonomy.leaf import parse_leaf
from labdesk.core.taxonomy.problem import Verdict
from labdesk.core.taxonomy.rules import Report, check

SEED = b"  - question: q%d\n    answer: a\n"
HEAD = b"version: 3\ncreated_by: me\ntask_description: x\nseed_examples:\n"


def _laughs(levels: int) -> bytes:
    lines = [b"a0: &a0 [lol, lol]\n"]
    lines += [b"a%d: &a%d [*a%d, *a%d]\n" % (n, n, n - 1, n - 1) for n in range(1, levels)]
    return b"".join(lines)


def _merges(levels: int) -> bytes:
    lines = [b"a0: &a0 {x: 1}\n"]
    lines += [b"a%d: &a%d {<<: [*a%d, *a%d]}\n" % (n, n, n - 1, n - 1) for n in range(1, levels)]
    return b"".join(lines)


REFUSED = {
    "20,000 seeds": HEAD + b"".join(SEED % n for n in range(20_000)),
    "100,000 brackets": b"[" * 100_000,
    "200 KB of brackets": b"[" * 200_000,
    "2,000 levels closed": b"[" * 2_000 + b"]" * 2_000,
    "braces": b"{a: " * 5_000,
    "nested dashes": b"- " * 3_000,
    "indented levels": b"".join(b" " * n + b"a:\n" for n in range(300)),
    "billion laughs": _laughs(40),
    "merged laughs": _merges(40),
    "101 references": b"a: &a x\nb: [" + b"*a, " * 101 + b"]\n",
    "itself": b"a: &a [*a]\n",
    "60,000 fields": b"".join(b"k%d: v\n" % n for n in range(60_000)),
    "two megabytes": b"a: " + b"x" * (2 << 20),
    "not utf-8": b"a: \xff\xfe\n",
    "utf-16": "a: b\n".encode("utf-16"),
    "nul": b"a: \0\n",
    "escape character": b"a: \x1b[31m\n",
    "python object": b"!!python/object/apply:os.system ['true']\n",
    "unknown tag": b"a: !evil x\n",
    "two documents": b"a: 1\n---\nb: 2\n",
    "a list as key": b"? [a, b]\n: c\n",
    "a date that is none": b"a: 2024-13-45\n",
    "5,000 digits": b"a: " + b"9" * 5_000 + b"\n",
    "200,000 hexadecimal digits": b"a: 0x" + b"f" * 200_000 + b"\n",
    "900,000 bits": b"a: 0b" + b"1" * 900_000 + b"\n",
    "300,000 sixties": b"a: " + b"59:" * 300_000 + b"59\n",
    "300,000 sixties and a bit": b"a: " + b"59:" * 300_000 + b"59.5\n",
    "a number by its type": b"a: !!int '" + b"7" * 4_000 + b"'\n",
    "900,000 underscores": b"a: 1" + b"_" * 900_000 + b"\n",
    "binary": bytes(range(256)) * 20,
    "unfinished": b'a: "open\n' * 3,
    "tabs": b"a:\n\t- b\n",
}


def _timed(data: bytes) -> tuple[Report, float]:
    """The report and the best of three times in seconds: the machine may be busy with other tests."""
    times = []
    for _ in range(3):
        started = time.process_time()
        report = check(data, "compositional_skills/x")
        times.append(time.process_time() - started)
    return report, min(times)


@pytest.mark.parametrize("name", REFUSED)
def test_hostile_files_are_refused_quickly(name: str) -> None:
    report, took = _timed(REFUSED[name])
    leaf = parse_leaf(REFUSED[name], "compositional_skills/x")
    assert report.verdict is leaf.verdict is Verdict.NOT_YAML
    assert report.problems[0].message
    assert took < 0.25, f"{took:.2f} s"


REFERENCE = HEAD.replace(b"me", b"&n me") + b"".join(SEED % n for n in range(4)) + b"  - {question: *n, answer: b}\n"
ODD = {
    "byte order mark": (b"\xef\xbb\xbf" + HEAD + b"".join(SEED % n for n in range(5)), Verdict.VALID),
    "windows line ends": ((HEAD + b"".join(SEED % n for n in range(5))).replace(b"\n", b"\r\n"), Verdict.VALID),
    "one reference": (REFERENCE, Verdict.VALID),
    "1,900 equal seeds": (HEAD + SEED % 1 * 1_900, Verdict.SCHEMA_INVALID),
    "1,900 different seeds": (HEAD + b"".join(SEED % n for n in range(1_900)), Verdict.VALID),
    "10,000 wrong seeds": (HEAD + b"  - 1\n" * 10_000, Verdict.SCHEMA_INVALID),
    "5,900 unknown fields": (b"".join(b"a%d: &a%d x\n" % (n, n) for n in range(5_900)), Verdict.SCHEMA_INVALID),
    "5,900 equal fields": (HEAD + b"  - {" + b"q: x, " * 5_900 + b"}\n", Verdict.SCHEMA_INVALID),
    "1,900 seeds of one hash": (
        HEAD + b"".join((SEED % n).replace(b"q", b"").replace(b"a\n", b"%d\n" % (n * ((1 << 61) - 1))) for n in range(1_900)),
        Verdict.SCHEMA_INVALID,
    ),
    "the last of 1,900 seeds twice": (HEAD + b"".join(SEED % n for n in (*range(1_900), 1_899)), Verdict.SCHEMA_INVALID),
    "1,900 yeses": (HEAD + b"".join(SEED % n for n in range(1_900)).replace(b": a", b": Yes"), Verdict.SCHEMA_INVALID),
    "a field of 900,000 letters": (b"? " + b"k" * 900_000 + b"\n: v\n", Verdict.SCHEMA_INVALID),
    "600 KB of text": (HEAD + b"".join(SEED % n for n in range(5)) + b"# " + b"x" * 600_000, Verdict.VALID),
    "empty": (b"", Verdict.NOT_A_MAPPING),
    "only a comment": (b"# nothing\n", Verdict.NOT_A_MAPPING),
    "a word": (b"hello", Verdict.NOT_A_MAPPING),
    "version yes": (b"version: yes\n", Verdict.UNKNOWN_VERSION),
    "version text": (b"version: '3'\n", Verdict.SCHEMA_INVALID),
    "version infinite": (b"version: .inf\n", Verdict.SCHEMA_INVALID),
    "version with a path": (b"version: ../v3\n", Verdict.SCHEMA_INVALID),
    "seeds as text": (b"version: 3\nseed_examples: none\n", Verdict.SCHEMA_INVALID),
    "seeds of everything": (b"version: 3\nseed_examples: [1, null, [], {}, 'x', 2024-01-01]\n", Verdict.SCHEMA_INVALID),
}  # fmt: skip


@pytest.mark.parametrize("name", ODD)
def test_odd_files_get_their_verdict(name: str) -> None:
    data, verdict = ODD[name]
    report, took = _timed(data)
    assert report.verdict is verdict, report.problems[:2]
    assert took < 0.25, f"{took:.2f} s"
    assert parse_leaf(data, "compositional_skills/x").verdict is verdict
