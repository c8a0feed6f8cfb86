"""How servers are named: what is written means the same when it is read, and no secret can hide in an address."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labdesk.core.errors import ModelError
from labdesk.core.models.remote import (
    Server,
    clean_address,
    is_here,
    is_remote,
    known_teacher,
    local_model,
    servers_of,
    spoken,
    teacher_name,
    variable,
)


@given(st.lists(st.text(st.characters(exclude_categories=("Cs",)), max_size=40), min_size=1, max_size=4, unique=True))
def test_names_of_several_servers_are_read_as_they_were_written(models: list[str]) -> None:
    servers = [Server(address=f"http://10.0.0.{number}:8000/v1", model=model) for number, model in enumerate(models)]
    name = teacher_name(servers)
    assert is_remote(name)
    assert servers_of(name) == tuple(servers)
    assert servers_of(name, [Server(address=servers[0].address, model=models[0], parallel=9)])[0].parallel == 9


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("localhost:8080", "http://localhost:8080/v1"),
        ("http://localhost:1234/v1/", "http://localhost:1234/v1"),
        ("127.0.0.1:8000/v1/chat/completions", "http://127.0.0.1:8000/v1"),
        ("api.example.com", "https://api.example.com/v1"),
        ("https://Example.com/openai/v3", "https://example.com/openai/v3"),
        ("http://192.168.1.7:11434", "http://192.168.1.7:11434/v1"),
    ],
)
def test_an_address_is_what_a_person_pastes(typed: str, address: str) -> None:
    assert clean_address(typed) == address
    assert clean_address(address) == address


@pytest.mark.parametrize(
    "typed",
    ["", "http://", "ftp://a/v1", "https://me:secret@a/v1", "https://a/v1?key=1", "http://a b/v1", "http://[1/"],
)
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(ModelError):
        clean_address(typed)


@given(st.text(max_size=60))
def test_any_text_is_an_address_or_a_model_error(text: str) -> None:
    try:
        clean = clean_address(text)
    except ModelError:
        return
    assert clean_address(clean) == clean
    assert "@" not in clean


def test_only_this_computer_is_here() -> None:
    assert all(map(is_here, ("http://localhost:1/v1", "http://127.0.0.9/v1", "http://[::1]:8/v1")))
    assert not any(map(is_here, ("http://192.168.1.7/v1", "https://localhost.example.com/v1", "http://0.0.0.0/v1")))


def test_a_host_alone_means_the_server_that_was_added() -> None:
    server = Server(address="http://localhost:8080/v1", model="qwen 3")
    assert known_teacher("localhost:8080", [server]) == server.name
    assert known_teacher("http://localhost:8080", [server]) == server.name
    assert known_teacher("/models/a.gguf", [server]) == "/models/a.gguf"
    assert known_teacher("", [server]) == ""
    assert spoken(server.name) == "qwen 3 at localhost:8080"
    assert local_model(server.name) == ""


def test_the_variable_for_a_key_is_readable() -> None:
    assert variable("https://api.example.com:8443/v1") == "LABDESK_KEY_API_EXAMPLE_COM_8443"
