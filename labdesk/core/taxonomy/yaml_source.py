"""Reads hostile YAML: a budget on events first, then nodes with their places, then plain data.

The parser is libyaml, as in instructlab-schema's verdicts. libyaml crashes Python when it *composes* 100,000 nested
brackets, and aliases can stand for more data than fits in memory; so the events are counted before anything is built.
"""

from __future__ import annotations

import functools
from typing import Any

import msgspec
import yaml
from yaml.constructor import SafeConstructor

from labdesk.core.taxonomy.problem import BOM

MAX_BYTES = 1 << 20
MAX_DEPTH = 64
MAX_EVENTS = 12_000
"""The largest of 1,037 real leaves has 1,699; checking 12,000 takes a quarter of a second."""
MAX_ALIASES = 100
MAX_DIGITS = 3_500
"""Of a number. Longer ones can be made that take minutes to read; Python says none of more than 4,300 decimals."""
MAX_EXPANSION = 10
"""Aliases may make the data at most this many times larger than the file (small files: up to `EXPANSION_FLOOR`)."""
EXPANSION_FLOOR = 20_000

PathPart = str | int
YamlPath = tuple[PathPart, ...]


class Fault(Exception):
    """Not YAML that labdesk will read. `line` and `column` count from 1."""

    def __init__(self, message: str, line: int = 1, column: int = 1) -> None:
        super().__init__(message)
        self.message = message
        self.line = line
        self.column = column


class YamlSource(msgspec.Struct, frozen=True):
    """One parsed file. `text` is decoded and without its byte order mark: node offsets count in it."""

    text: str
    has_bom: bool
    node: yaml.Node | None
    """None when the file holds nothing but comments."""
    data: Any
    has_aliases: bool
    has_merges: bool

    @property
    def line_end(self) -> str:
        """The file's own line end."""
        first = self.text.find("\n")
        return "\r\n" if first > 0 and self.text[first - 1] == "\r" else "\n"

    def encode(self, text: str) -> bytes:
        """`text` as bytes of this file: with its byte order mark if it had one."""
        return (BOM if self.has_bom else b"") + text.encode("utf-8")

    def find(self, path: YamlPath) -> yaml.Node | None:
        """The node at `path`, or None. Of duplicate keys the last counts, as in the data."""
        node = self.node
        for part in path:
            node = child(node, part)
        return node

    def find_nearest(self, path: YamlPath) -> yaml.Node | None:
        """The node at `path` or at the longest beginning of it that exists."""
        for length in range(len(path), -1, -1):
            node = self.find(path[:length])
            if node is not None:
                return node
        return None


def child(node: yaml.Node | None, part: PathPart) -> yaml.Node | None:
    """The value under a key or an index."""
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int):
        return node.value[part] if 0 <= part < len(node.value) else None
    pair = pair_of(node, str(part))
    return pair[1] if pair else None


def pair_of(node: yaml.Node | None, key: str) -> tuple[yaml.ScalarNode, yaml.Node] | None:
    """The (key node, value node) of `key` in a mapping; of duplicates the last."""
    if not isinstance(node, yaml.MappingNode):
        return None
    for key_node, value in reversed(node.value):
        if isinstance(key_node, yaml.ScalarNode) and key_node.value == key:
            return key_node, value
    return None


class _Constructor(SafeConstructor):
    """Plain data, less numbers that no person writes."""

    def construct_yaml_int(self, node: yaml.ScalarNode) -> int:
        return int(super().construct_yaml_int(_short(node)))

    def construct_yaml_float(self, node: yaml.ScalarNode) -> float:
        return float(super().construct_yaml_float(_short(node)))


for _kind in ("int", "float"):
    _Constructor.add_constructor(f"tag:yaml.org,2002:{_kind}", getattr(_Constructor, f"construct_yaml_{_kind}"))


def _short(node: yaml.ScalarNode) -> yaml.ScalarNode:
    if len(node.value) > MAX_DIGITS:
        place = node.start_mark
        raise Fault("A number has thousands of digits. Put it in quotes.", place.line + 1, place.column + 1)
    return node


def read_yaml(data: bytes) -> YamlSource:
    """Parse one document. Raises Fault with the place and a message in plain words; never anything else."""
    try:
        text, has_bom, node, has_aliases, has_merges = _compose(data)
        value = None if node is None else _Constructor().construct_document(node)
    except yaml.YAMLError as error:
        raise _fault_of(error) from None
    except (ValueError, TypeError, OverflowError, RecursionError) as error:
        # e.g. the date 2024-13-45, or a number of 5,000 digits.
        raise Fault(f"A value looks like a number or a date, but is none: {error}. Put it in quotes.") from None
    return YamlSource(text, has_bom, node, value, has_aliases, has_merges)


@functools.lru_cache(maxsize=4)
def _compose(data: bytes) -> tuple[str, bool, yaml.Node | None, bool, bool]:
    """(text, has a byte order mark, nodes, has aliases, has merge keys). An edit reads the same bytes several times."""
    has_bom = data.startswith(BOM)
    text = _decode(data[len(BOM) :] if has_bom else data)
    has_aliases, has_merges = _spend_budget(text)
    loader = yaml.CSafeLoader(text)
    try:
        return text, has_bom, loader.get_single_node(), has_aliases, has_merges
    finally:
        loader.dispose()


def _decode(data: bytes) -> str:
    if len(data) > MAX_BYTES:
        raise Fault(f"The file is larger than {MAX_BYTES // 1024} KB. Put long texts into the source document.")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Fault("The file is not UTF-8 text. Save it as UTF-8.", line) from None


class _Budget:
    """Counts what the events of a file would cost when built."""

    def __init__(self, size: int) -> None:
        self.limit = max(size * MAX_EXPANSION, EXPANSION_FLOOR)
        self.cost = 0
        self.depth = 0
        self.events = 0
        self.aliases = 0
        self.anchors: dict[str, int] = {}
        self.open: list[tuple[str | None, int]] = []
        self.merges = False

    def spend(self, event: yaml.Event) -> None:
        """Raise Fault at the event that breaks the budget."""
        self.events += 1
        if self.events > MAX_EVENTS:
            raise _at(event, f"The file has more than {MAX_EVENTS:,} parts. Split the leaf.")
        if isinstance(event, yaml.ScalarEvent):
            self.cost += len(event.value) + 1
            self.merges = self.merges or event.value == "<<"
            if event.anchor:
                self.anchors[event.anchor] = len(event.value) + 1
        elif isinstance(event, yaml.CollectionStartEvent):
            self.open.append((event.anchor, self.cost))
            self.cost += 1
            if len(self.open) > MAX_DEPTH:
                raise _at(event, f"The file is nested more than {MAX_DEPTH} levels deep.")
        elif isinstance(event, yaml.CollectionEndEvent):
            anchor, before = self.open.pop()
            if anchor:
                self.anchors[anchor] = self.cost - before
        elif isinstance(event, yaml.AliasEvent):
            self._alias(event)
        if self.cost > self.limit:
            raise _at(event, f"References (*name) make the file more than {MAX_EXPANSION} times larger.")

    def _alias(self, event: yaml.AliasEvent) -> None:
        self.aliases += 1
        if self.aliases > MAX_ALIASES:
            raise _at(event, f"The file has more than {MAX_ALIASES} references (*name).")
        if any(anchor == event.anchor for anchor, _ in self.open):
            raise _at(event, f"The reference *{event.anchor} stands inside the part that it refers to.")
        self.cost += self.anchors.get(str(event.anchor), 1)


def _spend_budget(text: str) -> tuple[bool, bool]:
    """(has aliases, has merge keys). Raises Fault or yaml.YAMLError."""
    budget = _Budget(len(text))
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        budget.spend(event)
    return budget.aliases > 0, budget.merges


def _at(event: yaml.Event, message: str) -> Fault:
    mark = event.start_mark
    return Fault(message, mark.line + 1, mark.column + 1) if mark else Fault(message)


_PLAIN_WORDS = (
    ("did not find expected key", "Something stands where the next field should begin. Usually a text holds quotation "
     "marks inside quotation marks, or a line is indented differently from its neighbours."),
    ("could not find expected ':'", "This line is not “name: text”. Usually a longer text is not indented under its "
     "field, or a quotation mark was never closed."),
    ("mapping values are not allowed", "A colon followed by a space inside a text reads as a new field. Put the text "
     "in quotation marks."),
    ("found character '\\t'", "A tab stands where YAML wants spaces."),
    ("found a tab character", "A tab stands where YAML wants spaces."),
    ("that cannot start any token", "A text may not begin with this character. Put the text in quotation marks."),
    ("found unexpected end of stream", "A quotation mark is opened here and never closed."),
    ("did not find expected '-' indicator", "A list entry should begin here with “- ”. Check the indentation."),
    ("control characters are not allowed", "The file holds an invisible control character."),
    ("found undefined alias", "A text that begins with * reads as a reference. Put the text in quotation marks."),
    ("while scanning an alias", "A text that begins with * reads as a reference. Put the text in quotation marks."),
    ("while scanning an anchor", "A text that begins with & reads as a label. Put the text in quotation marks."),
    ("found unknown escape character", "A backslash inside double quotation marks begins a code. Use single quotation "
     "marks, or write the backslash twice."),
    ("could not determine a constructor", "A text that begins with ! reads as a type. Put it in quotation marks."),
    ("expected a single document", "A line of three dashes begins a second document. A leaf is one document."),
    ("found unhashable key", "A field name must be a word. A text that begins with { needs quotation marks."),
    ("expected <document start>", "The text goes on after its end. Check the quotation marks above."),
    ("did not find expected <document start>", "The text goes on after its end. Check the quotation marks above."),
)  # fmt: skip


def _fault_of(error: yaml.YAMLError) -> Fault:
    """libyaml's words in plain ones, with its place."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    raw = str(error)
    technical = str(getattr(error, "problem", None) or raw.splitlines()[0])
    for sign, words in _PLAIN_WORDS:
        if sign in raw:
            return Fault(f"{words} (YAML: {technical})", line, column)
    return Fault(f"This is not YAML: {technical}.", line, column)
