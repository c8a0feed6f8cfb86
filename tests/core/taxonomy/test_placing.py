"""Where a new leaf belongs, what it is called, and what is in its way."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labdesk.core.taxonomy.names import advice_on_path
from labdesk.core.taxonomy.placing import branch_from, in_words, known_branches, name_for, propose, trouble_at
from labdesk.core.taxonomy.tree import ROOTS, Branch, read_tree
from labdesk.core.taxonomy.wishes import WISHES, Wish, wish_for


@pytest.fixture
def tree(tmp_path: Path) -> Branch:
    for leaf in (
        "knowledge/places/marrowby_light",
        "knowledge/science/astronomy/moon",
        "compositional_skills/writing/freeform/harbour_note",
        "compositional_skills/grounded/extraction/visitor_book",
    ):
        (tmp_path / leaf).mkdir(parents=True)
        (tmp_path / leaf / "qna.yaml").write_text("version: 3\n", "utf-8")
    return read_tree(tmp_path).top


def wish(key: str) -> Wish:
    return next(one for one in WISHES if one.key == key)


@pytest.mark.parametrize(
    ("key", "about", "first"),
    [
        ("facts", "The lighthouse of Fennick Island", "knowledge/places"),
        ("facts", "Planets, comets and the telescopes of Altona", "knowledge/science/astronomy"),
        ("facts", "The holiday rules in our employee handbook", "knowledge/organizations/handbooks"),
        ("task", "Write a haiku about the weather", "compositional_skills/writing/freeform/poetry"),
        ("text", "Extract the dates from a page", "compositional_skills/grounded/extraction"),
        ("basics", "Add and subtract small numbers", "foundational_skills/reasoning/mathematical_reasoning"),
    ],
)
def test_the_sentence_finds_the_branch(tree: Branch, key: str, about: str, first: str) -> None:
    assert propose(about, wish(key), tree)[0].path == first


def test_an_own_branch_goes_before_a_well_known_one(tree: Branch) -> None:
    found = propose("a place", wish("facts"), tree)
    assert (found[0].path, found[0].exists) == ("knowledge/places", True)
    assert "Marrowby light" in found[0].why


def test_the_selected_branch_goes_first_when_it_fits_the_wish(tree: Branch) -> None:
    under = "knowledge/science/astronomy"
    assert propose("my village", wish("facts"), tree, under)[0].path == under
    assert all(one.path != under for one in propose("a poem", wish("task"), tree, under))


def test_freeform_and_grounded_branches_are_not_mixed_up(tree: Branch) -> None:
    assert not any("grounded" in one.path for one in propose("extract a note", wish("task"), tree))
    assert all("grounded" in one.path for one in propose("note", wish("text"), tree))


@pytest.mark.parametrize("one", WISHES, ids=lambda one: one.key)
def test_there_is_always_a_place(one: Wish) -> None:
    for about in ("", "qqqq", "日本語"):
        assert propose(about, one, None)[0].path.startswith(f"{one.root}/")


@pytest.mark.parametrize(
    ("about", "name"),
    [
        ("The lighthouse of Marrowby, its keepers and its visitors", "lighthouse_marrowby"),
        ("Write a short note to the harbour master", "note_harbour_master"),
        ("Über die Brücke", "uber_die_brucke"),
        ("日本語", ""),
        ("", ""),
    ],
)
def test_the_name_comes_from_the_sentence(about: str, name: str) -> None:
    assert name_for(about) == name


@given(st.text(max_size=80), st.text(max_size=80))
def test_whatever_is_typed_gives_a_path_that_works_everywhere(typed: str, about: str) -> None:
    branch = branch_from(typed, "knowledge")
    assert branch.split("/")[0] == "knowledge"
    assert ".." not in branch.split("/")
    if len(branch) <= 200:
        assert not list(advice_on_path(f"{branch}/{name_for(about) or 'x'}"[:200].rstrip("/_")))


def test_a_typed_branch_may_repeat_its_root() -> None:
    assert branch_from("Knowledge › Sea animals", "knowledge") == "knowledge/sea_animals"
    assert branch_from("a/../b", "knowledge") == "knowledge/a/b"


def test_what_is_taken_is_refused_with_a_free_name(tree: Branch) -> None:
    trouble = trouble_at("knowledge/places/Marrowby_Light", tree)
    assert trouble is not None
    assert trouble.leaf == "knowledge/places/marrowby_light"
    assert trouble_at(trouble.better, tree) is None
    assert trouble_at("knowledge/science/astronomy", tree) is not None


def test_a_leaf_does_not_go_into_a_leaf(tree: Branch) -> None:
    trouble = trouble_at("knowledge/places/marrowby_light/keepers", tree)
    assert trouble is not None
    assert trouble.better == "knowledge/places/keepers"


def test_a_place_suggests_its_wish() -> None:
    assert wish_for("compositional_skills/grounded/extraction").key == "text"
    assert [wish_for(root).root for root in ROOTS] == list(ROOTS)
    assert wish_for("").key == "facts"


def test_every_wish_has_well_known_branches_with_good_names() -> None:
    for one in WISHES:
        assert known_branches()[one.known]
        for branch in known_branches()[one.known]:
            assert branch_from(branch.path, one.root) == f"{one.root}/{branch.path}"


def test_a_path_is_said_in_words() -> None:
    assert in_words("knowledge/places/marrowby_light") == "Knowledge › Places › Marrowby light"
