"""Chat templates: what real ones need works, what hostile ones try is refused quickly."""

from __future__ import annotations

import time

import pytest

from labdesk.core.errors import ModelError
from labdesk.core.models.chat_template import ChatTemplate, Message, render
from tests.tiny_models import CHAT_TEMPLATE

TALK = [Message("system", "S"), Message("user", "hi"), Message("assistant", "yo"), Message("user", "more")]


def test_chatml() -> None:
    assert render(CHAT_TEMPLATE, TALK[1:2]) == "<|im_start|>user\nhi<|im_end|>\n<|im_start|>assistant\n"
    assert not render(CHAT_TEMPLATE, TALK, add_generation_prompt=False).endswith("assistant\n")


def test_no_template_falls_back_to_plain_questions_and_answers() -> None:
    assert render("", TALK) == "S\n\nQuestion: hi\nAnswer: yo\n\nQuestion: more\nAnswer:"


def test_constructs_of_real_templates() -> None:
    template = (
        "{{- bos_token }}{%- set ns = namespace(n=0) %}"
        "{%- for m in messages if m.role != 'system' %}{% set ns.n = ns.n + 1 %}{{ ns.n ~ ':' ~ m['content'] | trim }}"
        "{% if not loop.last %},{% endif %}{%- endfor %}"
        "{% macro tag(x) %}<{{ x }}>{% endmacro %}{{ tag(messages[0].content.split('-')[-1]) }}"
        "{{ messages[1:] | length }}{{ {'a': 1} | tojson }}{{ messages | map(attribute='role') | join('/') }}"
        "{{ 'abc'.replace('b', 'x') }}{{ '%s' is string }}{{ range(3) | list }}{{ eos_token }}"
    )
    text = render(template, TALK, bos="<s>", eos="</s>")
    assert text == '<s>1:hi,2:yo,3:more<S>3{"a": 1}system/user/assistant/useraxcTrue[0, 1, 2]</s>'


def test_template_without_system_role_gets_it_in_the_first_question() -> None:
    template = (
        "{% for m in messages %}{% if m.role == 'system' %}{{ raise_exception('System role not supported') }}"
        "{% endif %}[{{ m.role }}]{{ m.content }}{% endfor %}"
    )
    assert render(template, TALK[:2]) == "[user]S\n\nhi"
    with pytest.raises(ModelError, match="System role not supported"):
        render(template, TALK[:1])


def test_one_render_does_not_use_up_the_next() -> None:
    template = ChatTemplate("{% for i in range(9000) %}x{% endfor %}")
    assert [len(template.render(TALK)) for _ in range(8)] == [9000] * 8


def test_message_text_is_never_a_template() -> None:
    assert render("{{ messages[0].content }}", [Message("user", "{{ 7 * 7 }}{% for %}")]) == "{{ 7 * 7 }}{% for %}"


REACHING = [
    "{{ ''.__class__.__mro__ }}",
    "{{ messages['__class__'] }}",
    "{{ messages | attr('__class__') }}",
    "{{ namespace.__init__.__globals__ }}",
    "{{ self._TemplateReference__context }}",
    "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "{{ lipsum.__globals__ }}",
    "{{ joiner('x')() }}",
    "{{ range.__self__ }}",
    "{{ raise_exception.__globals__ }}",
    "{{ strftime_now.__globals__['datetime'] }}",
    "{{ '{0.__class__}'.format(messages) }}",
    "{{ '{0.__class__}'.format_map({'a': 1}) }}",
    "{{ '%s' % messages }}",
    "{{ messages | sort(attribute='__class__.__mro__') }}",
    "{{ messages.append('x') }}",
    "{{ messages[0].update({'role': 'x'}) }}",
    "{% include '/etc/passwd' %}",
    "{% import 'os' as os %}",
    "{% from 'os' import system %}",
    "{% extends 'base' %}",
    "{{ __tick() }}",
    "{{ __concat('a', 'b') }}",
    "{{ (messages | format)(1) }}",
    "{{ get_flashed_messages() }}",
    "{{ config }}{{ request.application }}{{ url_for() }}",
    "{% set _x = 1 %}{{ _x }}",
    "{{ messages | pprint }}",
    "{{ messages | xmlattr }}",
    "{{ 'x' | urlize }}",
]

BOMBS = [
    "{{ 'a' * 500000000 }}",
    "{{ 500000000 * 'a' }}",
    "{{ [0] * 500000000 }}",
    "{{ 9 ** 9 ** 9 }}",
    "{{ 2 * 99999999999 * 99999999999 }}",
    "{% for a in range(9999) %}{% for b in range(9999) %}{% endfor %}{% endfor %}",
    "{% for a in range(999999999) %}{% endfor %}",
    "{% set ns = namespace(x='ab') %}{% for i in range(60) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}",
    "{% set ns = namespace(x='ab') %}{% for i in range(60) %}{% set ns.x = ns.x + ns.x %}{% endfor %}",
    "{% set ns = namespace(x=[1]) %}{% for i in range(60) %}{% set ns.x = ns.x + ns.x %}{% endfor %}",
    "{% set ns = namespace(x='ab') %}{% for i in range(60) %}{% set b %}{{ ns.x }}{{ ns.x }}{% endset %}"
    "{% set ns.x = b %}{% endfor %}",
    "{% set ns = namespace(x='a' * 9000) %}{% for i in range(9) %}{% set ns.x = ns.x | replace('a', ns.x) %}"
    "{% endfor %}",
    "{{ ('a' * 9000).replace('a', 'b' * 9000).replace('b', 'a' * 9000) }}",
    "{{ ('q' * 9999).join(['q' * 9999] * 9999) }}",
    "{{ ['q' * 9999] * 9999 | join('q') }}",
    "{{ 'a'.ljust(1000000000) }}",
    "{{ 'a'.zfill(1000000000) }}",
    "{{ '{:>1000000000}'.format(1) }}",
    "{{ '%1000000000d' % 3 }}",
    "{{ 'x' | center(999999999) }}",
    "{{ 'a\nb' | indent(999999999) }}",
    "{{ [1, 2] | tojson(indent=999999999) }}",
    "{% macro a() %}{{ a() }}{% endmacro %}{{ a() }}",
    "{% for a in messages recursive %}{{ loop(messages) }}{% endfor %}",
    "{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}",
    "x" * 300000,
    "{% set ns = namespace(x=9) %}{% for i in range(60) %}{% set ns.x = ns.x * ns.x %}{% endfor %}",
]


@pytest.mark.parametrize("template", REACHING)
def test_reaching_out_yields_nothing(template: str) -> None:
    try:
        text = render(template, TALK)
    except ModelError as error:
        assert error.remedy
        return
    assert not any(word in text for word in ("class", "built-in", "function", "module", "root:", "uid=", "0x"))


@pytest.mark.parametrize("template", BOMBS, ids=range(len(BOMBS)))
def test_bombs_are_refused_within_a_moment(template: str) -> None:
    start = time.process_time()
    with pytest.raises(ModelError):
        render(template, TALK)
    assert time.process_time() - start < 3


@pytest.mark.parametrize(
    "template", ["{% for %}", "{{ messages", "{% generation %}", "{{ 1 / 0 }}", "{{ nope.nope.nope }}"]
)
def test_broken_templates_are_model_errors(template: str) -> None:
    with pytest.raises(ModelError, match="chat template"):
        render(template, TALK)
