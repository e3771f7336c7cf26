"""Keys of a person's own: followed where they can be, told with the reason where not; then the defaults stay."""

from __future__ import annotations

from itertools import combinations

import pytest

from crew_core.config.first_look import first_look
from crew_core.config.layers import load
from crew_core.store.layout import config_home
from crew_tui.actions import Action
from crew_tui.keymap.names import every_name, key_named, shown_key, shown_keys
from crew_tui.keymap.overrides import RESERVED, Change, changes, with_overrides
from crew_tui.keymap.places import place_words
from crew_tui.keymap.table import DEFAULT, Keymap
from crew_tui.situation import Region, Situation
from tests.resources.resource_files import put


def _keys_of(keymap: Keymap, action: Action) -> set[tuple[str, ...]]:
    return {entry.keys for entry in keymap.entries if entry.action is action}


def _collisions(keymap: Keymap) -> list[tuple[Action, Action]]:
    return [
        (one.action, other.action)
        for one, other in combinations(keymap.entries, 2)
        if set(one.keys) & set(other.keys) and one.scope & other.scope and one.action is not other.action
    ]


@pytest.mark.parametrize("key", sorted(DEFAULT.keys))
def test_a_key_is_read_as_it_is_shown_and_as_textual_calls_it(key: str) -> None:
    assert key_named(shown_key(key)) == key
    assert key_named(key) == key


@pytest.mark.parametrize(
    ("written", "key", "shown"),
    [
        ("?", "question_mark", "?"),
        ("ctrl+x", "ctrl+x", "Ctrl-X"),
        ("Ctrl-X", "ctrl+x", "Ctrl-X"),
        ("control+X", "ctrl+x", "Ctrl-X"),
        ("F5", "f5", "F5"),
        ("shift+a", "A", "A"),
        ("Shift-←", "shift+left", "Shift-←"),
        ("ctrl+shift+left", "ctrl+shift+left", "Ctrl-Shift-←"),
        ("shift+ctrl+left", "ctrl+shift+left", "Ctrl-Shift-←"),
        ("PgDn", "pagedown", "PgDn"),
        ("page-up", "pageup", "PgUp"),
        ("+", "plus", "+"),
        ("-", "minus", "-"),
        ("ctrl++", "ctrl+plus", "Ctrl-+"),
        (" ", "space", "Space"),
        ("ctrl+i", "tab", "Tab"),
        ("ctrl+m", "enter", "Enter"),
        ("é", "é", "é"),
        ("comma", "comma", ","),
    ],
)
def test_keys_are_written_as_people_write_them(written: str, key: str, shown: str) -> None:
    assert key_named(written) == key
    assert shown_key(key) == shown


@pytest.mark.parametrize("written", ["", "wibble", "f25", "hyper+x", "ctrl+", "\x1b", "shift+?", "xy", "ctrl+wibble"])
def test_what_no_terminal_sends_is_no_key(written: str) -> None:
    assert key_named(written) is None


@pytest.mark.parametrize("action", sorted({entry.action for entry in DEFAULT.entries}))
def test_every_action_can_have_another_key_written_into_the_file(action: Action) -> None:
    put(config_home() / "config.toml", f"[ui.keys]\n{action} = ['F9', 'ctrl+y']\n")
    wishes = first_look({}).keys
    assert wishes == load(config_home(), None, trusted=True).settings.ui.keys
    keymap, problems = with_overrides(DEFAULT, wishes)
    assert problems == ()
    assert _keys_of(keymap, action) == {("f9", "ctrl+y")}
    places = {region for entry in DEFAULT.entries if entry.action is action for region in entry.scope}
    assert {region for entry in keymap.entries if entry.action is action for region in entry.scope} == places
    assert {entry.shown for entry in keymap.entries if entry.action is action} == {"F9 Ctrl-Y"}
    others = {entry for entry in DEFAULT.entries if entry.action is not action}
    assert {(each.action, each.keys) for each in others} <= {(each.action, each.keys) for each in keymap.entries}
    assert _collisions(keymap) == []


@pytest.mark.parametrize("action", sorted({entry.action for entry in DEFAULT.entries}))
def test_the_keys_that_an_action_has_change_nothing(action: Action) -> None:
    before = [entry for entry in DEFAULT.entries if entry.action is action]
    written = [shown_key(key) for entry in before for key in entry.keys]
    keymap, problems = with_overrides(DEFAULT, {action: written})
    assert problems == ()
    for entry in before:
        assert set(entry.keys) <= {key for each in keymap.entries if each.action is action for key in each.keys}


def test_the_environment_and_flags_give_keys_as_well() -> None:
    environment = {"CREW_TUI_UI_KEYS": '{quit = "Q"}'}
    assert first_look(environment).keys == {"quit": "Q"}
    assert first_look(environment, ['ui.keys={quit = ["Z"]}']).keys == {"quit": ["Z"]}
    assert first_look({"CREW_TUI_UI_KEYS": "no table"}).keys == {}


def test_without_wishes_the_table_is_the_same() -> None:
    assert with_overrides(DEFAULT, {}) == (DEFAULT, ())
    assert changes(DEFAULT) == ()


def test_two_actions_may_change_places() -> None:
    # In the plan X is neither of them.
    wishes = {"cancel-run": "X", "stop-run": "c", "cancel-task": "X", "stop-task": "c", "plan-diff": "D"}
    keymap, problems = with_overrides(DEFAULT, wishes)
    assert problems == ()
    assert Change(Action.CANCEL_RUN, "c", "X") in changes(keymap)
    assert len(changes(keymap)) == 5


def test_a_key_that_another_action_has_in_the_same_place_is_not_given() -> None:
    keymap, problems = with_overrides(DEFAULT, {"help": ["f1", "r"], "quit": "Q"})
    assert problems == ("ui.keys.help: r is reload, everywhere but transcript, replay, alerts; it keeps ?",)
    assert _keys_of(keymap, Action.HELP) == {("question_mark",)}
    assert _keys_of(keymap, Action.QUIT) == {("Q",)}


def test_of_two_wishes_for_one_key_the_first_counts() -> None:
    keymap, problems = with_overrides(DEFAULT, {"quit": "f9", "help": "f9"})
    assert problems == (f"ui.keys.help: F9 is quit, {place_words(DEFAULT.entries[-2].scope)}; it keeps ?",)
    assert _keys_of(keymap, Action.QUIT) == {("f9",)}


def test_a_wish_that_leans_on_one_that_falls_falls_too() -> None:
    """help may have q only while quit has gone elsewhere."""
    keymap, problems = with_overrides(DEFAULT, {"quit": "r", "tab-plan": "q"})
    assert len(problems) == 2
    assert keymap.entries == DEFAULT.entries


def test_the_same_key_may_do_other_things_elsewhere() -> None:
    keymap, problems = with_overrides(DEFAULT, {"sort": "f9", "graph-form": "f9"})
    assert problems == ()
    assert _collisions(keymap) == []


def test_an_action_that_differs_from_line_to_line_has_its_new_key_at_all_of_them() -> None:
    keymap, problems = with_overrides(DEFAULT, {"open-output": "f5"})
    assert problems == ()
    for folded, short in ((True, "unfold"), (False, "fold")):
        found = keymap.available(Situation(Region.PLAN, run_known=True, folded=folded))
        assert [entry.short for entry in found if entry.keys == ("f5",)] == [short]


def test_an_action_may_have_no_key() -> None:
    keymap, problems = with_overrides(DEFAULT, {"mark-all": []})
    assert problems == ()
    assert changes(keymap) == (Change(Action.MARK_ALL, "*", "no key"),)
    assert "asterisk" not in keymap.keys


@pytest.mark.parametrize(
    ("name", "said", "told"),
    [
        ("qiut", "x", "ui.keys.qiut: no action has that name; did you mean quit?"),
        ("quit", "f99", "ui.keys.quit: f99 is no key; did you mean f9?"),
        ("quit", "pgupp", "ui.keys.quit: pgupp is no key; did you mean pgup?"),
        ("quit", 7, "ui.keys.quit: 7 is no text; write keys in quotes"),
        ("quit", "", "ui.keys.quit: (empty) is no key; write a character, or a name such as f5, ctrl+x or pageup"),
        ("quit", ["Q", "ctrl+c"], "ui.keys.quit: Ctrl-C leaves the dashboard, wherever one is"),
        ("zz\x1b[31m" + "z" * 500, "x", "ui.keys.zz" + "z" * 38 + ": no action has that name; docs/keys.md lists them"),
    ],
)
def test_what_is_wrong_is_told_with_what_was_meant(name: str, said: object, told: str) -> None:
    assert with_overrides(DEFAULT, {name: said}) == (DEFAULT, (told,))


def test_no_two_actions_have_one_key_in_one_place() -> None:
    assert _collisions(DEFAULT) == []
    assert not DEFAULT.keys & RESERVED


def test_every_name_that_is_offered_is_a_key() -> None:
    assert all(key_named(name) for name in every_name())


def test_of_many_keys_two_are_advertised() -> None:
    assert shown_keys(("f1", "f2", "f3")) == "F1 F2"


def test_places_are_told_in_few_words() -> None:
    assert place_words(frozenset({Region.RUNS})) == "runs"
    assert place_words(frozenset(Region)) == "everywhere"
    for entry in DEFAULT.entries:
        assert len(place_words(entry.scope)) < 60
