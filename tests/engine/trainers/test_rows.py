"""Training rows: the prompt is what chat will send, only the answer and its end are learned."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from labdesk.core.models.chat_template import Message
from labdesk.core.samples.mixing import Visit
from labdesk.core.samples.sample import Provenance, Sample
from labdesk.engine.runtimes.llama_cpp.vocabulary import Vocabulary
from labdesk.engine.trainers.rows import RowMaker, processed_tokens, token_counter
from tests.tiny_models import write_tiny_model


@pytest.fixture(scope="module")
def vocabulary(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Vocabulary]:
    path: Path = write_tiny_model(tmp_path_factory.mktemp("rows") / "m.gguf")
    with Vocabulary.open(path) as opened:
        yield opened


def a_sample(question: str = "Who is it?", answer: str = "the person", **more: str) -> Sample:
    return Sample(
        id="s",
        leaf="knowledge/a",
        root="knowledge",
        form="short" if question else "document",
        origin="seed",
        fact=more.get("fact", "seed 1"),
        question=question,
        answer=answer,
        context=more.get("context", ""),
        provenance=Provenance(block="b"),
    )


def prompt_tokens(vocabulary: Vocabulary, question: str) -> tuple[int, ...]:
    return tuple(vocabulary.encode(vocabulary.template().render([Message("user", question)], True)))


@pytest.mark.parametrize("question", ["Who is it?", "7 or “Øl”?", "Say <|im_end|> now", "a\n\nb"])
def test_prompt_is_a_prefix_and_only_read(vocabulary: Vocabulary, question: str) -> None:
    row = RowMaker(vocabulary).row(a_sample(question))
    asked = prompt_tokens(vocabulary, vocabulary.harmless(question))
    assert row.tokens[: len(asked)] == asked, "training and chat send the same tokens"
    assert row.supervised == ((len(asked), len(row.tokens)),)
    assert row.prefix <= len(asked)
    assert vocabulary.decode(row.tokens[len(asked) :]) == "the person<|im_end|>"


def test_rows_share_the_beginning_of_the_prompt(vocabulary: Vocabulary) -> None:
    rows = RowMaker(vocabulary).rows([Visit(a_sample("Who?")), Visit(a_sample("What else?"), stage=1)])
    assert rows[0].prefix > 0
    assert rows[0].tokens[: rows[0].prefix] == rows[1].tokens[: rows[1].prefix]
    assert rows[1].stage == 1
    assert processed_tokens(rows) == sum(len(row.tokens) - row.prefix for row in rows)


def test_cut_answers_teach_no_end(vocabulary: Vocabulary) -> None:
    row = RowMaker(vocabulary).row(a_sample(fact="cut replay 3"))
    assert not vocabulary.is_end(row.tokens[-1])


def test_documents_are_learned_whole(vocabulary: Vocabulary) -> None:
    row = RowMaker(vocabulary).row(a_sample("", "the document"))
    assert row.supervised == ((1, len(row.tokens)),)
    assert row.prefix == 0


def test_context_stands_before_the_question(vocabulary: Vocabulary) -> None:
    row = RowMaker(vocabulary).row(a_sample("Who?", context="the text"))
    assert "the text\n\nWho?" in vocabulary.decode(row.tokens)


def test_tokens_are_counted_without_marks(vocabulary: Vocabulary) -> None:
    assert token_counter(vocabulary)("the") == len(vocabulary.encode("the", bos=False))
