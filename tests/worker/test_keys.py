"""Secrets of other things do not reach an agent, its own do, and nothing else of the environment is missing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crew_core.worker.keys import is_secret, secrets_in, without_keys

NAMES = st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,20}", fullmatch=True)
WORDS = st.from_regex(r"[A-Za-z0-9]{1,20}", fullmatch=True)
ENVIRONMENTS = st.dictionaries(NAMES, st.text(max_size=60), max_size=12)

SECRETS = {
    "OPENAI_API_KEY": "sk-1",
    "OPENAIKEY": "sk-live-0123456789abcdef",
    "MYAPIKEY": "anything",
    "DATABASE_URL": "postgres://app:hunter2@db.internal/app",
    "REDIS_URL": "redis://:hunter2@cache:6379/0",
    "PIP_INDEX_URL": "https://me:hunter2@packages.internal/simple",
    "PGPASSWORD": "hunter2",
    "MYSQL_PWD": "hunter2",
    "DB_PASS": "hunter2",
    "DSN": "host=db user=app password=hunter2",
    "SQL": "Server=db;User=app;Password=hunter2",
    "GITHUB_PAT": "x",
    "GITHUB_TOKEN_RO": "0123456789abcdef",
    "NOTED": "ghp_" + "a1" * 18,
    "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
    "SECRET_KEY_BASE": "x",
    "API_KEY_2": "0123456789abcdef",
    "SIGNING": "-----BEGIN PRIVATE KEY-----\nMII",
    "SESSION_COOKIE": "0123456789abcdef",
}

OTHERS = {
    "PATH": "/usr/bin",
    "PWD": "/home/me",
    "OLDPWD": "/home/me",
    "KEYBOARD": "qwertyuiop1",
    "MONKEY": "banana",
    "DATABASE_URL": "postgres://localhost/test",
    "HOMEPAGE": "https://example.org/a:b@c",
    "HTTPS_PROXY": "http://me:hunter2@proxy:3128",
    "OPENAI_BASE_URL": "http://me:hunter2@gateway:8080/v1",
    "SSH_AUTH_SOCK": "/tmp/ssh-0123456789/agent.1",
    "MAX_THINKING_TOKENS": "31999",
    "TOKEN_BUDGET": "100000000",
    "TOKENIZERS_PARALLELISM": "false",
    "GIT_ASKPASS": "/usr/bin/askpass",
    "PASSWORD_STORE_DIR": "/home/me/.password-store",
    "XDG_SESSION_ID": "12345678",
    "AUTH_TYPE": "oauth-personal",
}


@pytest.mark.parametrize(("name", "value"), SECRETS.items())
def test_secrets_do_not_reach_a_program_that_has_no_use_for_them(name: str, value: str) -> None:
    assert without_keys({name: value}, (), {}) == {}
    assert value in secrets_in(name, value)


@pytest.mark.parametrize(("name", "value"), OTHERS.items())
def test_what_is_no_secret_reaches_every_program(name: str, value: str) -> None:
    assert without_keys({name: value}, (), {}) == {name: value}


@given(ENVIRONMENTS, st.sets(NAMES))
def test_nothing_is_changed_or_added_and_what_is_allowed_is_there(environment: dict[str, str], more: set[str]) -> None:
    allowed = {*more, *list(environment)[::2]}
    passed = without_keys(environment, allowed, {})
    assert passed.items() <= environment.items()
    assert {name for name in environment if name in allowed} <= passed.keys()
    assert all(is_secret(name, environment[name]) for name in environment.keys() - passed.keys())
    assert without_keys(environment, None, {}) == environment


@given(NAMES, WORDS, st.sampled_from(["postgres", "mysql", "amqp", "mongodb+srv"]), WORDS)
def test_a_password_in_an_address_stays_here_whatever_the_variable_is_called(
    name: str, user: str, scheme: str, password: str
) -> None:
    value = f"{scheme}://{user}:{password}@host/db"
    way = name.upper().endswith(("_PROXY", "_BASE_URL")) or name.upper() in ("PROXY", "BASE_URL")
    assert way or without_keys({name: value}, (), {}) == {}
    assert password in secrets_in(name, value)


@given(st.text("ABK_", max_size=8), st.sampled_from(["KEY", "TOKEN", "SECRET", "PASSWORD", "API_KEY"]), st.text())
def test_a_name_that_says_so_is_enough(before: str, word: str, value: str) -> None:
    assert is_secret(f"{before}_{word}", value)
    assert is_secret(f"{before}_{word}".lower(), value)


@pytest.mark.parametrize("piece", ["a1", "a-", "a.b+"])
def test_a_long_value_takes_no_longer_for_each_of_its_letters(piece: str) -> None:
    """As long as a variable may be. By the square of that it would take minutes."""
    assert secrets_in("BLOB", piece * (131_072 // len(piece))) == ()
