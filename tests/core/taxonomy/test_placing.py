"""Where a new leaf belongs, what it is called, and what is in its way."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labdesk.core.taxonomy.names import advice_on_path
from labdesk.core.taxonomy.outline import Outline, in_words
from labdesk.core.taxonomy.placing import branch_from, known_branches, name_for, propose
from labdesk.core.taxonomy.tree import ROOTS, Branch, LeafEntry, read_tree
from labdesk.core.taxonomy.wishes import WISHES, Wish, wish_for


@pytest.fixture
def tree(tmp_path: Path) -> Outline:
    for leaf in (
        "knowledge/places/marrowby_light",
        "knowledge/science/astronomy/moon",
        "compositional_skills/writing/freeform/harbour_note",
        "compositional_skills/grounded/extraction/visitor_book",
    ):
        (tmp_path / leaf).mkdir(parents=True)
        (tmp_path / leaf / "qna.yaml").write_text("version: 3\n", "utf-8")
    return Outline(read_tree(tmp_path).top)


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
def test_the_sentence_finds_the_branch(tree: Outline, key: str, about: str, first: str) -> None:
    assert propose(about, wish(key), tree)[0].path == first


def test_an_own_branch_goes_before_a_well_known_one(tree: Outline) -> None:
    found = propose("a place", wish("facts"), tree)
    assert (found[0].path, found[0].exists) == ("knowledge/places", True)
    assert "Marrowby light" in found[0].why


def test_the_selected_branch_goes_first_when_it_fits_the_wish(tree: Outline) -> None:
    under = "knowledge/science/astronomy"
    assert propose("my village", wish("facts"), tree, under)[0].path == under
    assert all(one.path != under for one in propose("a poem", wish("task"), tree, under))


def test_freeform_and_grounded_branches_are_not_mixed_up(tree: Outline) -> None:
    assert not any("grounded" in one.path for one in propose("extract a note", wish("task"), tree))
    assert all("grounded" in one.path for one in propose("note", wish("text"), tree))


@pytest.mark.parametrize("one", WISHES, ids=lambda one: one.key)
def test_there_is_always_a_place(one: Wish) -> None:
    for about in ("", "qqqq", "日本語"):
        assert propose(about, one, Outline(None))[0].path.startswith(f"{one.root}/")


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


def test_what_is_taken_is_refused_with_a_free_name(tree: Outline) -> None:
    trouble = tree.trouble_at("knowledge/places/Marrowby_Light")
    assert trouble is not None
    assert trouble.leaf == "knowledge/places/marrowby_light"
    assert tree.trouble_at(trouble.better) is None
    assert tree.trouble_at("knowledge/science/astronomy") is not None


def test_a_leaf_does_not_go_into_a_leaf(tree: Outline) -> None:
    trouble = tree.trouble_at("knowledge/places/marrowby_light/keepers")
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


def test_a_key_costs_little_in_a_large_tree() -> None:
    """Ten thousand leaves: what is looked at for each key is bounded."""

    def leaf(path: str) -> Branch:
        return Branch(path, path.rpartition("/")[2], (), LeafEntry(path, "qna.yaml", 0, 0, 0), False)

    def branch(path: str, inner: tuple[Branch, ...]) -> Branch:
        return Branch(path, path.rpartition("/")[2], inner, None, False)

    fields = tuple(
        branch(f"knowledge/field_{n}", tuple(leaf(f"knowledge/field_{n}/leaf_{m}") for m in range(10)))
        for n in range(1000)
    )
    outline = Outline(branch("", (branch("knowledge", fields),)))
    assert len(outline.branches_below("knowledge")) <= 300
    assert outline.trouble_at("knowledge/field_999/leaf_9") is not None
    assert propose("a lighthouse", wish("facts"), outline)[0].path == "knowledge/places"
