"""`[programs.NAME]`: read from every layer, kept from projects, changed in the file, and told when it is wrong."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from crew_core.config.editing import with_value, without
from crew_core.config.layers import ConfigError, Flag, Layer, load
from crew_core.config.schema import json_schema, key_at
from crew_core.config.settings import SET_UP, ProgramSection
from crew_core.config.values import from_text, to_text


def _load(tmp_path: Path, text: str, project: str | None = None, *flags: Flag, trusted: bool = True):
    (tmp_path / "config.toml").write_text(text)
    crew = tmp_path / ".crew"
    crew.mkdir(exist_ok=True)
    (crew / "config.toml").write_text(project or "")
    return load(tmp_path, crew, trusted=trusted, flags=flags)


def test_a_program_is_set_up_by_its_table(tmp_path: Path) -> None:
    loaded = _load(
        tmp_path,
        '[programs.claude]\ncommand = "nice claude --bare"\nargs = ["--a", "b c"]\nshareLogin = true\n'
        'env = { A = "1" }\n[programs."acp:goose"]\ncommand = ["goose", "acp"]\n',
    )
    assert loaded.settings.programs == {
        "claude": ProgramSection.model_validate(
            {"command": ["nice", "claude", "--bare"], "args": ["--a", "b c"], "env": {"A": "1"}, "shareLogin": True}
        ),
        "acp:goose": ProgramSection(command=["goose", "acp"]),
    }
    setting = loaded.by_path["programs.acp:goose.command"]
    assert (setting.origin.layer, setting.origin.place) == (Layer.USER, f"{tmp_path / 'config.toml'}:7")


def test_a_flag_counts_before_the_file_for_each_key_by_itself(tmp_path: Path) -> None:
    flag = Flag("--set it", "programs.pi.args", "--b 'c d'")
    loaded = _load(tmp_path, '[programs.pi]\nargs = "--a"\ncommand = "pi2"\n', None, flag)
    assert loaded.settings.programs["pi"] == ProgramSection(command=["pi2"], args=["--b", "c d"])
    assert [each.value for each in loaded.by_path["programs.pi.args"].below] == [["--a"], []]


@pytest.mark.parametrize("trusted", [True, False])
def test_a_project_says_nothing_about_what_is_started(tmp_path: Path, trusted: bool) -> None:
    theirs = '[programs.pi]\ncommand = "evil"\nargs = "--evil"\nenv = { A = "evil" }\n'
    loaded = _load(tmp_path, "", theirs, trusted=trusted)
    assert loaded.settings.programs["pi"] == ProgramSection()
    assert len(loaded.notices) == 3
    assert all(notice.endswith("is not taken: a project may not set it") for notice in loaded.notices)


def test_a_project_can_take_the_login_away_and_give_it_only_when_trusted(tmp_path: Path) -> None:
    def shared(ours: bool, theirs: bool, *, trusted: bool) -> bool:
        texts = [f"[programs.pi]\nshareLogin = {str(value).lower()}\n" for value in (ours, theirs)]
        return _load(tmp_path, *texts, trusted=trusted).settings.programs["pi"].share_login

    assert not shared(True, False, trusted=False)
    assert not shared(False, True, trusted=False)
    assert shared(False, True, trusted=True)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[programs.clade]\nargs = 'x'\n", "1: unknown program clade; did you mean claude?"),
        ("[programs.zzz]\n", f"1: unknown program zzz; there is: {', '.join(SET_UP)}, acp:NAME"),
        ("[programs]\npi = 1\n", "2: programs.pi must be a table; write [programs.pi]"),
        ("[programs.pi]\nargz = 1\n", "2: unknown key programs.pi.argz; did you mean programs.pi.args?"),
        ("[programs.pi]\nargs = 1\n", "2: programs.pi.args is 1; it must be a list of words, or a text"),
        ('[programs.pi]\nargs = "a \'b"\n', '2: programs.pi.args is "a \'b"; it must be a list of words, or a text'),
        ("[programs.pi]\nargs = ['a\\u0000']\n", None),
        ('[programs.pi]\nargs = ["a\\u0000"]\n', "2: programs.pi.args is a list; it must be a list of words"),
        ("[programs.pi]\n\nenv = { 'A-B' = 'x' }\n", "3: programs.pi.env is a table; it must be a table from names of"),
        ("[programs.pi]\nshareLogin = 1\n", "2: programs.pi.shareLogin is 1; it must be true or false"),
    ],
)
def test_what_is_wrong_is_told_with_file_and_line(tmp_path: Path, text: str, told: str | None) -> None:
    if told is None:
        assert _load(tmp_path, text).settings.programs["pi"].args == ["a\\u0000"]
        return
    with pytest.raises(ConfigError) as caught:
        _load(tmp_path, text)
    assert str(caught.value).startswith(f"{tmp_path / 'config.toml'}:{told}")


def test_a_word_of_a_command_line_means_what_it_shows() -> None:
    for path, value in {
        "programs.pi.args": ["--a", "b c", ""],
        "programs.acp:x.env": {"A": "b"},
        "programs.pi.shareLogin": True,
    }.items():
        key = key_at(path)
        assert key is not None
        assert from_text(key, to_text(value)) == value


def test_one_setting_of_a_program_is_put_in_and_taken_out_again() -> None:
    key, other = key_at("programs.acp:x.args"), key_at("programs.pi.shareLogin")
    assert key is not None
    assert other is not None
    text = "# mine\n[limits]\nmaxWorkers = 2 # two\n"
    both = with_value(with_value(text, key, ["--a", "b c"]), other, True)
    assert tomllib.loads(both)["programs"] == {"acp:x": {"args": ["--a", "b c"]}, "pi": {"shareLogin": True}}
    assert both.startswith(text)
    assert tomllib.loads(without(without(both, key), other))["limits"] == {"maxWorkers": 2}


def test_the_schema_has_the_programs() -> None:
    (pattern,) = json_schema()["properties"]["programs"]["patternProperties"]
    assert all(name in pattern for name in SET_UP)
