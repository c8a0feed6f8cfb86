"""Templates of strangers' prompts: names of columns in braces, simple conditions and loops, and nothing that acts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from jinja2 import StrictUndefined, TemplateError, nodes

from labdesk.core.errors import GenerationError
from labdesk.core.models.template_guard import GuardedEnvironment, TemplateRefused

#: Characters of a prompt before and after it is filled in.
MOST_TEMPLATE: Final = 60_000
MOST_PROMPT: Final = 200_000
_NEVER: Final = (nodes.Getattr, nodes.Call, nodes.Macro, nodes.CallBlock, nodes.Import, nodes.Include, nodes.Extends)


class Wording:
    """A prompt with the columns of a row filled in. Only names, conditions, loops and a few filters exist in it: no
    attribute is reached, nothing is called."""

    def __init__(self, text: str, block: str) -> None:
        """Raises GenerationError for a template that does more than fill in."""
        self._block = block
        self._environment = GuardedEnvironment()
        self._environment.undefined = StrictUndefined
        self._environment.trim_blocks = self._environment.lstrip_blocks = False
        try:
            if len(text) > MOST_TEMPLATE:
                raise TemplateRefused(f"it has more than {MOST_TEMPLATE} characters")
            for node in self._environment.parse(text).find_all(_NEVER):
                own = isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name)
                if not (own and node.node.name.startswith("__")):  # type: ignore[attr-defined]
                    raise TemplateRefused("it reaches into a value or calls something")
            self._template = self._environment.from_string(text)
        except (TemplateError, RecursionError, ValueError, OverflowError, MemoryError) as error:
            raise self._refused(error) from error

    def fill(self, values: Mapping[str, Any]) -> str:
        """The prompt of a row. Raises KeyError with a plain sentence when a column is missing, GenerationError when it
        grows too large."""
        self._environment.reset()
        known = {key: value for key, value in values.items() if isinstance(value, str | int | float | bool)}
        try:
            text: str = self._template.render(known).strip()
            if len(text) > MOST_PROMPT:
                raise TemplateRefused(f"it grows over {MOST_PROMPT} characters")
        except TemplateRefused as error:
            raise self._refused(error) from error
        except Exception as error:  # a template is a stranger's program: whatever it raises is its fault
            raise KeyError(f"Step “{self._block}” of your pipeline cannot fill in its prompt: {error}.") from error
        return text

    def _refused(self, error: Exception) -> GenerationError:
        return GenerationError(
            f"The prompt of the block “{self._block}” cannot be used.",
            cause=f"{error}.",
            remedy="A prompt holds names of columns in double braces, and simple conditions and loops.",
        )
