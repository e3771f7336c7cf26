"""Every setting of the schema: its default, each layer, what is wrong, and what a project may do to it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from crew_core.config.layers import ConfigError, Flag, Layer, Loaded, load
from crew_core.config.schema import Key, Kind, Value, keys
from crew_core.config.settings import ProjectRule, Settings
from crew_core.config.values import from_text, to_text
from crew_core.model.plan import DEFAULT_MAX_DEPTH, DEFAULT_RETRIES, ChecksPlan, Limits, RetryPolicy
from tests.config.key_samples import EVERY_KEY, out_of_range, samples, toml, wrong_types

every_key = pytest.mark.parametrize("key", EVERY_KEY, ids=lambda key: key.path)


@pytest.fixture
def user(tmp_path: Path) -> Path:
    (tmp_path / "user").mkdir()
    return tmp_path / "user"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / ".crew").mkdir()
    return tmp_path / ".crew"


def _put(directory: Path, key: Key, value: object) -> str:
    """Returns where it stands."""
    (directory / "config.toml").write_text(toml(key, value))
    return f"{directory / 'config.toml'}:2"


def _shown(loaded: Loaded, key: Key) -> tuple[Value, Layer, str]:
    setting = loaded.by_path[key.path]
    assert getattr(loaded.settings, key.section).model_dump(by_alias=True)[key.name] == setting.value
    return setting.value, setting.origin.layer, setting.origin.place


@every_key
def test_without_anything_the_default_counts(key: Key, user: Path, project: Path) -> None:
    loaded = load(user, project, trusted=False)
    assert _shown(loaded, key) == (key.default, Layer.BUILTIN, "")
    assert loaded.settings == Settings()


def test_the_defaults_are_those_of_a_run() -> None:
    for record, section in ((Limits(), "limits"), (RetryPolicy(), "retry"), (ChecksPlan(), "checks")):
        own = getattr(Settings(), section).model_dump()
        same = {name: getattr(record, name) for name in own if hasattr(record, name)}
        assert own.items() >= same.items() != set()
    assert (Settings().limits.max_depth, Settings().retry.max_retries) == (DEFAULT_MAX_DEPTH, DEFAULT_RETRIES)


@every_key
def test_each_layer_counts_before_the_former(key: Key, user: Path, project: Path) -> None:
    values = samples(key) * 2
    of_user, of_project, of_environment, of_flag = values[0], values[1], values[2 % len(values)], values[1]
    places = _put(user, key, of_user), _put(project, key, of_project)
    environment = {key.variable: to_text(of_environment)}
    flags = [Flag("--set it", key.path, to_text(of_flag))]
    assert _shown(load(user, None, trusted=True), key) == (of_user, Layer.USER, places[0])
    trusted = _shown(load(user, project, trusted=True), key)
    if key.project is ProjectRule.NEVER:
        assert trusted == (of_user, Layer.USER, places[0])
    else:
        assert trusted == (of_project, Layer.PROJECT, places[1])
    with_environment = load(user, project, trusted=True, environment=environment)
    assert _shown(with_environment, key) == (of_environment, Layer.ENVIRONMENT, key.variable)
    everything = load(user, project, trusted=True, environment=environment, flags=flags)
    assert _shown(everything, key) == (of_flag, Layer.FLAG, "--set it")
    below = [each.origin.layer for each in everything.by_path[key.path].below]
    asked = [] if key.project is ProjectRule.NEVER else [Layer.PROJECT]
    assert below == [Layer.ENVIRONMENT, *asked, Layer.USER, Layer.BUILTIN]


@every_key
def test_before_it_is_trusted_a_project_can_only_tighten(key: Key, user: Path, project: Path) -> None:
    for wanted in samples(key):
        place = _put(project, key, wanted)
        loaded = load(user, project, trusted=False)
        tighter = key.project is ProjectRule.SMALLER and (key.default is None or _less(wanted, key.default))
        why = "a project may not set it" if key.project is ProjectRule.NEVER else "the project is not trusted"
        told = f"{place}: {key.path} = {to_text(wanted)} is not taken: {why}"
        assert loaded.notices == (() if tighter else (told,))
        assert loaded.by_path[key.path].value == (wanted if tighter else key.default)


def _less(wanted: Value, now: Value) -> bool:
    assert isinstance(wanted, (int, float))
    assert isinstance(now, (int, float))
    return wanted < now


@every_key
def test_a_wrong_type_is_told_with_file_line_and_what_it_must_be(key: Key, user: Path) -> None:
    for wrong in wrong_types(key):
        place = _put(user, key, wrong)
        with pytest.raises(ConfigError) as caught:
            load(user, None, trusted=True)
        assert str(caught.value).startswith(f"{place}: {key.path} is ")
        assert str(caught.value).endswith(f"; it must be {key.form}") or "did you mean" in str(caught.value)


@every_key
def test_a_value_out_of_range_is_told_in_every_layer(key: Key, user: Path, project: Path) -> None:
    for wrong in out_of_range(key):
        place = _put(project, key, wrong)
        for trusted in (True, False):
            with pytest.raises(ConfigError) as caught:
                load(user, project, trusted=trusted)
            assert str(caught.value).startswith(f"{place}: {key.path} is ")
            assert str(caught.value).endswith(f"; it must be {key.range}")
        for name, by_environment in ((key.variable, True), ("--set it", False)):
            environment = {key.variable: str(wrong)} if by_environment else {}
            flags = [] if by_environment else [Flag("--set it", key.path, str(wrong))]
            with pytest.raises(ConfigError, match=f"^{name} is .*; it must be {key.range}$"):
                load(user, None, trusted=True, environment=environment, flags=flags)


@every_key
def test_a_key_that_is_nearly_right_is_told_with_the_right_one(key: Key, user: Path) -> None:
    (user / "config.toml").write_text(f"\n[{key.section}]\n\n{key.name}x = 1\n")
    with pytest.raises(ConfigError) as caught:
        load(user, None, trusted=True)
    assert str(caught.value).endswith(f"config.toml:4: unknown key {key.path}x; did you mean {key.path}?")
    (user / "config.toml").unlink()
    with pytest.raises(ConfigError, match=rf"^unknown variable {key.variable}S; did you mean {key.variable}\?$"):
        load(user, None, trusted=True, environment={f"{key.variable}S": "1"})
    with pytest.raises(ConfigError, match=f"^unknown key {key.path[:-1]}; did you mean {key.path}"):
        load(user, None, trusted=True, flags=[Flag("--set it", key.path[:-1], "1")])


@every_key
def test_an_empty_variable_says_nothing(key: Key, user: Path) -> None:
    assert load(user, None, trusted=True, environment={key.variable: ""}).settings == Settings()


@every_key
def test_a_word_of_a_command_line_means_what_it_shows(key: Key) -> None:
    for value in [*samples(key), key.default]:
        assert from_text(key, f" {to_text(value)} ") == value


@pytest.mark.parametrize("key", [key for key in EVERY_KEY if key.kind is not Kind.TEXT], ids=lambda key: key.path)
@pytest.mark.parametrize("text", ["x", "1 2", "0x10", "١", "--1", "1,5", "9" * 5000, " ", "'3'"])
def test_words_that_are_no_number_are_told(key: Key, text: str, user: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        load(user, None, trusted=True, environment={key.variable: text})
    assert str(caught.value).startswith(f"{key.variable} is ")
    assert str(caught.value).endswith(key.form)
    assert len(str(caught.value)) < 300


def test_one_setting_is_asked_for_once(user: Path) -> None:
    flags = [Flag("--max-workers", "limits.maxWorkers", "2"), Flag("--set limits.maxWorkers", "limits.maxWorkers", "2")]
    told = "^--max-workers and --set limits.maxWorkers both say limits.maxWorkers; leave one out$"
    with pytest.raises(ConfigError, match=told):
        load(user, None, trusted=True, flags=flags)


def test_the_variables_are_told_apart() -> None:
    assert len({key.variable for key in EVERY_KEY}) == len(EVERY_KEY) == len(keys())
    assert json.dumps([key.variable for key in EVERY_KEY]).isupper()
