"""A Jinja environment for templates of strangers: no reach into Python, and bounded work, memory and output.

Jinja's own sandbox stops templates from reaching Python's internals, but `'a' * 500000000`, a loop in a loop, or a text
doubled thirty times would still eat the machine. So every loop round, every text that is output and every result of an
operator, call or filter is paid from one budget; only the functions, filters and text methods that chat templates need
exist.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from jinja2 import TemplateError, nodes
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.visitor import NodeTransformer

MAX_TEMPLATE: Final = 256 * 1024
MAX_OUTPUT: Final = 8 * 1024 * 1024
MAX_ROUNDS: Final = 20_000
MAX_REPEAT: Final = 10_000
#: An entry of a list takes as much memory as so many characters.
_ENTRY: Final = 16

# fmt: off
_FILTERS: Final = frozenset({
    "abs", "capitalize", "count", "d", "default", "dictsort", "e", "escape", "first", "float", "indent", "int", "items",
    "join", "last", "length", "list", "lower", "map", "max", "min", "reject", "rejectattr", "replace", "reverse",
    "round", "safe", "select", "selectattr", "sort", "string", "sum", "title", "tojson", "trim", "unique", "upper",
})
_TEXT_METHODS: Final = frozenset({
    "capitalize", "count", "endswith", "find", "index", "isdigit", "join", "lower", "lstrip", "replace", "rfind",
    "rstrip", "split", "startswith", "strip", "title", "upper",
})
# fmt: on
_FORBIDDEN_NODES: Final = (nodes.Import, nodes.FromImport, nodes.Include, nodes.Extends, nodes.Block)


class TemplateRefused(TemplateError):
    """The template does something no chat template needs, or too much of it."""


class GuardedEnvironment(ImmutableSandboxedEnvironment):
    """The sandbox plus a budget; one render at a time."""

    intercepted_binops = frozenset(["+", "*", "**", "%", "//", "/", "-"])

    def __init__(self) -> None:
        super().__init__(
            trim_blocks=True,
            lstrip_blocks=True,
            optimized=False,
            finalize=self._pay_output,
            extensions=["jinja2.ext.loopcontrols"],
        )
        self.filters = {name: self._guard_filter(name, self.filters[name]) for name in sorted(_FILTERS)}
        keep = {name: self.globals[name] for name in ("namespace", "dict")}
        self.globals.clear()
        self.globals.update(
            keep,
            range=_short_range,
            raise_exception=_refuse,
            strftime_now=_now,
            __tick=self._tick,
            __concat=self._concat,
        )
        self.reset()

    def reset(self) -> None:
        """Give the next render its whole budget."""
        self._rounds = MAX_ROUNDS
        self._characters = MAX_OUTPUT

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        """Parse, refuse what no chat template needs, and count every loop round and macro call."""
        if len(source) > MAX_TEMPLATE:
            raise TemplateRefused(f"the template is longer than {MAX_TEMPLATE} characters")
        tree = super()._parse(source, name, filename)
        for node in tree.find_all(nodes.Node):
            _check_node(node)
        loops: list[nodes.For | nodes.Macro | nodes.CallBlock] = [*tree.find_all(nodes.For)]
        loops += [*tree.find_all(nodes.Macro), *tree.find_all(nodes.CallBlock)]
        for loop in loops:
            loop.body.insert(0, nodes.ExprStmt(_call("__tick", [])))
        return _ConcatToCall().visit(tree)  # type: ignore[no-any-return]

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Operators, with the size of the result known to be small before it is computed."""
        if operator == "**":
            raise TemplateRefused("powers are not allowed")
        if operator == "*":
            for many, other in ((left, right), (right, left)):
                if isinstance(many, str | list | tuple) and (
                    not isinstance(other, int) or len(many) * other > MAX_REPEAT
                ):
                    raise TemplateRefused("a text or list is repeated too often")
        if operator == "%" and isinstance(left, str):
            raise TemplateRefused("text formatting with % is not allowed")
        if operator == "+":
            self._spend(_weight(left) + _weight(right))  # before it is built
            return super().call_binop(context, operator, left, right)
        return self._pay(super().call_binop(context, operator, left, right))

    def wrap_str_format(self, value: Any) -> None:
        """No special case for str.format: like every unlisted method of a text it is refused when it is called."""

    def call(self, context: Context, obj: Any, /, *args: Any, **kwargs: Any) -> Any:
        """Calls; of the methods of texts only those chat templates need."""
        owner, name = getattr(obj, "__self__", None), getattr(obj, "__name__", "")
        if isinstance(owner, str):
            if name not in _TEXT_METHODS:
                raise TemplateRefused(f"the text method {name} is not allowed")
            self._foresee(name, owner, args)
        return self._pay(super().call(context, obj, *args, **kwargs))

    def _guard_filter(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def guarded(*args: Any, **kwargs: Any) -> Any:
            if any(isinstance(value, int) and abs(value) > MAX_REPEAT for value in [*args[1:], *kwargs.values()]):
                raise TemplateRefused(f"a number given to {name} is too large")
            values = [value for value in args if not isinstance(value, Context) and value is not self]
            if name in ("replace", "join") and values:
                self._foresee(name, values[0], (values[1] if len(values) > 1 else "", *values[2:]))
            return self._pay(function(*args, **kwargs))

        # Jinja looks at this mark to know whether to pass its environment or context first.
        mark = getattr(function, "jinja_pass_arg", None)
        if mark is not None:
            guarded.jinja_pass_arg = mark  # type: ignore[attr-defined]
        return guarded

    def _foresee(self, name: str, subject: Any, args: tuple[Any, ...]) -> None:
        """Pay in advance for the two operations whose result can be much larger than what goes in."""
        if name == "replace" and len(args) >= 2:
            text, old, new = str(subject), str(args[0]), str(args[1])
            self._spend(text.count(old) * len(new) + len(text))
        if name == "join":
            # As a method the separator is the subject; as a filter it is the first argument.
            separator, items = (
                (subject, args[0]) if isinstance(subject, str) and args else (args[0] if args else "", subject)
            )
            if isinstance(items, list | tuple):
                self._spend(
                    sum(len(item) for item in items if isinstance(item, str)) + len(items) * len(str(separator))
                )

    def _concat(self, *parts: Any) -> str:
        texts = [str(part) for part in parts]
        self._spend(sum(len(text) for text in texts))
        return "".join(texts)

    def _pay(self, value: Any) -> Any:
        self._spend(_weight(value))
        if isinstance(value, int) and abs(value) > 1 << 63:
            raise TemplateRefused("a number grew too large")
        return value

    def _pay_output(self, value: Any) -> Any:
        if not isinstance(value, str | int | float | None):
            value = str(value)
        return self._pay(value)

    def _spend(self, characters: int) -> None:
        self._characters -= characters
        if self._characters < 0:
            raise TemplateRefused("it writes too much text")

    def _tick(self) -> str:
        self._rounds -= 1
        if self._rounds < 0:
            raise TemplateRefused("its loops never seem to end")
        return ""


def _weight(value: Any) -> int:
    """What a value costs, in characters."""
    if isinstance(value, list | tuple):
        return _ENTRY * len(value)
    return len(value) if isinstance(value, str) else 0


def _check_node(node: nodes.Node) -> None:
    if isinstance(node, _FORBIDDEN_NODES):
        raise TemplateRefused(f"{type(node).__name__.lower()} is not allowed")
    name = ""
    if isinstance(node, nodes.Getattr):
        name = node.attr
    elif isinstance(node, nodes.Name):
        name = node.name
    elif isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Const):
        name = str(node.arg.value)
    if name.startswith("_"):
        raise TemplateRefused(f"the name {name!r} is not allowed")
    if isinstance(node, nodes.Filter) and node.name not in _FILTERS:
        raise TemplateRefused(f"the filter {node.name} is not allowed")


def _call(name: str, args: list[nodes.Expr]) -> nodes.Call:
    return nodes.Call(nodes.Name(name, "load"), args, [], None, None)


class _ConcatToCall(NodeTransformer):
    """Turns `a ~ b` into a call that pays for its result before it builds it."""

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:
        self.generic_visit(node)
        return _call("__concat", node.nodes)


def _short_range(*args: int) -> range:
    numbers = range(*args)
    if len(numbers) > MAX_REPEAT:
        raise TemplateRefused("a range is too long")
    return numbers


def _refuse(message: object) -> str:
    raise TemplateError(str(message)[:500])


def _now(pattern: str) -> str:
    return datetime.now().strftime(str(pattern)[:100])
