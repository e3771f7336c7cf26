"""What a security reviewer looks for in Python's syntax tree."""

from __future__ import annotations

import ast
import re

from crew_core.agents.offline_program.review.finding import Severity
from crew_core.agents.offline_program.review.python_names import (
    called,
    dotted,
    first,
    is_constant,
    is_formatted,
    is_literal,
    keyword,
    names_in,
)
from crew_core.agents.offline_program.review.rule import NodeRule

_CALL = (ast.Call,)
_SECRET_NAME = re.compile(r"(?i)passw|pwd|secret|token|session|nonce|otp|salt")
_SQL_WORD = re.compile(r"(?i)\b(?:select|insert|update|delete|drop|where)\b")
_SAFE_LOADERS = frozenset({"SafeLoader", "CSafeLoader", "BaseLoader"})
_WRITABLE_BY_ALL = 0o002


def _evaluates(node: ast.AST) -> bool:
    return called(node) in ("eval", "exec") and not is_literal(first(node))


def _shell_formatted(node: ast.AST) -> bool:
    return is_constant(keyword(node, "shell"), value=True) and not is_literal(first(node))


def _shell_literal(node: ast.AST) -> bool:
    return is_constant(keyword(node, "shell"), value=True) and is_literal(first(node))


def _system(node: ast.AST) -> bool:
    return called(node) in ("os.system", "os.popen", "subprocess.getoutput") and not is_literal(first(node))


def _unpickles(node: ast.AST) -> bool:
    return called(node) in (
        "pickle.load",
        "pickle.loads",
        "cPickle.loads",
        "dill.loads",
        "marshal.loads",
        "shelve.open",
    )


def _yaml_load(node: ast.AST) -> bool:
    if called(node) not in ("yaml.load", "yaml.load_all", "yaml.unsafe_load"):
        return False
    positional = node.args[1] if isinstance(node, ast.Call) and len(node.args) > 1 else None
    return dotted(keyword(node, "Loader") or positional).rpartition(".")[2] not in _SAFE_LOADERS


def _unverified(node: ast.AST) -> bool:
    name = called(node)
    return is_constant(keyword(node, "verify"), value=False) or name == "ssl._create_unverified_context"


def _weak_hash(node: ast.AST) -> bool:
    """For passwords and tokens; a checksum may be weak."""
    if not _is_weak_hash(node) or is_constant(keyword(node, "usedforsecurity"), value=False):
        return False
    return any(_SECRET_NAME.search(name) for name in names_in(node))


def _is_weak_hash(node: ast.AST) -> bool:
    if called(node) in ("hashlib.md5", "hashlib.sha1"):
        return True
    kind = first(node)
    return called(node) == "hashlib.new" and isinstance(kind, ast.Constant) and kind.value in ("md5", "sha1")


def _guessable(node: ast.AST) -> bool:
    """``token = random…``: the generator can be predicted."""
    if not isinstance(node, ast.Assign):
        return False
    named = any(_SECRET_NAME.search(dotted(target)) for target in node.targets)
    calls = (called(each) for each in ast.walk(node.value))
    return named and any(name.startswith("random.") and name != "random.SystemRandom" for name in calls)


def _mktemp(node: ast.AST) -> bool:
    return called(node) == "tempfile.mktemp"


def _chmod(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call) or dotted(node.func).rpartition(".")[2] not in ("chmod", "fchmod", "lchmod"):
        return False
    modes = (each.value for each in node.args if isinstance(each, ast.Constant) and type(each.value) is int)
    return any(mode & _WRITABLE_BY_ALL and not mode & 0o1000 for mode in modes)


def _sql(node: ast.AST) -> bool:
    if called(node).rpartition(".")[2] not in ("execute", "executemany", "executescript", "raw"):
        return False
    text = first(node)
    return text is not None and is_formatted(text) and _SQL_WORD.search(_words_of(text)) is not None


def _words_of(node: ast.AST) -> str:
    parts = (each.value for each in ast.walk(node) if isinstance(each, ast.Constant))
    return " ".join(part for part in parts if isinstance(part, str))


def _debug(node: ast.AST) -> bool:
    return called(node).rpartition(".")[2] == "run" and is_constant(keyword(node, "debug"), value=True)


def _cors(node: ast.AST) -> bool:
    origins = keyword(node, "allow_origins") or keyword(node, "origins")
    values = origins.elts if isinstance(origins, ast.List | ast.Tuple) else [origins]
    return any(isinstance(each, ast.Constant) and each.value == "*" for each in values)


def _request_path(node: ast.AST) -> bool:
    """A path from a request, opened as it came."""
    if called(node) not in ("open", "send_file", "os.path.join", "Path"):
        return False
    return any("request" in names_in(each) for each in (node.args if isinstance(node, ast.Call) else ()))


def _extracts(node: ast.AST) -> bool:
    return (
        called(node).rpartition(".")[2] == "extractall"
        and "tar" in called(node).lower()
        and keyword(node, "filter") is None
    )


def _autoescape(node: ast.AST) -> bool:
    return called(node).rpartition(".")[2] == "Environment" and is_constant(keyword(node, "autoescape"), value=False)


RULES = (
    NodeRule("sec-eval", Severity.HIGH, "what is put together at run time is executed", _CALL, _evaluates, tests=False),
    NodeRule("sec-shell", Severity.HIGH, "a command that is no literal goes through a shell", _CALL, _shell_formatted),
    NodeRule("sec-system", Severity.HIGH, "a command that is no literal goes through a shell", _CALL, _system),
    NodeRule("sec-yaml-load", Severity.HIGH, "YAML is loaded with a loader that builds any object", _CALL, _yaml_load),
    NodeRule("sec-tls", Severity.HIGH, "certificates are not verified", _CALL, _unverified, tests=False),
    NodeRule("sec-sql", Severity.HIGH, "SQL is put together from values; use parameters", _CALL, _sql),
    NodeRule("sec-weak-hash", Severity.HIGH, "MD5 or SHA-1 protects something secret", _CALL, _weak_hash),
    NodeRule("sec-request-path", Severity.HIGH, "a path from a request is used as it came", _CALL, _request_path),
    NodeRule("sec-pickle", Severity.MEDIUM, "unpickling runs what the data says", _CALL, _unpickles, tests=False),
    NodeRule("sec-random", Severity.MEDIUM, "a secret from `random` can be guessed; use `secrets`", (ast.Assign,),
             _guessable, tests=False),
    NodeRule("sec-mktemp", Severity.MEDIUM, "mktemp is a race; use mkstemp", _CALL, _mktemp),
    NodeRule("sec-chmod", Severity.MEDIUM, "everybody on the machine may write this", _CALL, _chmod, tests=False),
    NodeRule("sec-debug", Severity.MEDIUM, "debug mode gives a console to whoever reaches it", _CALL, _debug,
             tests=False),
    NodeRule("sec-cors", Severity.MEDIUM, "every web page may call this", _CALL, _cors, tests=False),
    NodeRule("sec-tar", Severity.MEDIUM, "members of the archive may leave the directory; give a filter", _CALL,
             _extracts),
    NodeRule("sec-autoescape", Severity.MEDIUM, "templates do not escape what they show", _CALL, _autoescape),
    NodeRule("sec-shell-literal", Severity.LOW, "a shell is started for a fixed command", _CALL, _shell_literal,
             tests=False),
)  # fmt: skip
