"""What a reviewer looks for in Python's syntax tree."""

from __future__ import annotations

import ast

from crew_core.agents.offline_program.review.finding import Severity
from crew_core.agents.offline_program.review.python_names import called, first
from crew_core.agents.offline_program.review.rule import NodeRule

#: A function that is longer is hard to hold in mind.
LONG_FUNCTION_LINES = 80

_SHADOWED = frozenset(
    "list dict set str int float bool bytes tuple type sum min max len map filter open input print range iter".split()  # noqa: SIM905 - readable as words
)
_DEBUGGERS = frozenset({"breakpoint", "pdb.set_trace", "ipdb.set_trace", "pudb.set_trace"})

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def _bare_except(node: ast.AST) -> bool:
    return isinstance(node, ast.ExceptHandler) and node.type is None and not _raises(node)


def _swallows(node: ast.AST) -> bool:
    if not isinstance(node, ast.ExceptHandler) or not isinstance(node.type, ast.Name):
        return False
    return node.type.id in ("Exception", "BaseException") and all(
        isinstance(each, ast.Pass) or (isinstance(each, ast.Expr) and isinstance(each.value, ast.Constant))
        for each in node.body
    )


def _raises(node: ast.ExceptHandler) -> bool:
    return any(isinstance(each, ast.Raise) for each in ast.walk(node))


def _mutable_default(node: ast.AST) -> bool:
    if not isinstance(node, (*_FUNCTIONS, ast.Lambda)):
        return False
    defaults = [*node.args.defaults, *(each for each in node.args.kw_defaults if each is not None)]
    return any(
        isinstance(each, ast.List | ast.Dict | ast.Set)
        or (called(each) in ("list", "dict", "set") and isinstance(each, ast.Call) and not each.args)
        for each in defaults
    )


def _compares_none(node: ast.AST) -> bool:
    if not isinstance(node, ast.Compare):
        return False
    equal = any(isinstance(each, ast.Eq | ast.NotEq) for each in node.ops)
    sides = [node.left, *node.comparators]
    return equal and any(isinstance(each, ast.Constant) and each.value is None for each in sides)


def _is_with_literal(node: ast.AST) -> bool:
    if not isinstance(node, ast.Compare) or not any(isinstance(each, ast.Is | ast.IsNot) for each in node.ops):
        return False
    return any(
        isinstance(s, ast.Constant) and type(s.value) in (str, int, bytes) for s in [node.left, *node.comparators]
    )


def _debugger(node: ast.AST) -> bool:
    return called(node) in _DEBUGGERS


def _always_true(node: ast.AST) -> bool:
    return isinstance(node, ast.Assert) and isinstance(node.test, ast.Tuple) and bool(node.test.elts)


def _shadows(node: ast.AST) -> bool:
    if isinstance(node, _FUNCTIONS):
        arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
        return any(each.arg in _SHADOWED for each in arguments)
    if isinstance(node, ast.Assign):
        return any(isinstance(each, ast.Name) and each.id in _SHADOWED for each in node.targets)
    return False


def _too_long(node: ast.AST) -> bool:
    if not isinstance(node, _FUNCTIONS):
        return False
    return (node.end_lineno or node.lineno) - node.lineno >= LONG_FUNCTION_LINES


def _returns_in_finally(node: ast.AST) -> bool:
    return isinstance(node, ast.Try) and any(isinstance(each, ast.Return) for each in node.finalbody)


def _raises_not_implemented(node: ast.AST) -> bool:
    if not isinstance(node, ast.Raise) or node.exc is None:
        return False
    raised = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
    return isinstance(raised, ast.Name) and raised.id == "NotImplemented"


def _formats_for_nothing(node: ast.AST) -> bool:
    return called(node) == "str" and isinstance(first(node), ast.JoinedStr)


RULES = (
    NodeRule("py-debugger", Severity.HIGH, "a debugger is left in", (ast.Call,), _debugger),
    NodeRule("py-assert-tuple", Severity.HIGH, "an assert of a tuple is always true", (ast.Assert,), _always_true),
    NodeRule("py-not-implemented", Severity.MEDIUM, "NotImplemented is no exception; raise NotImplementedError",
             (ast.Raise,), _raises_not_implemented),
    NodeRule("py-finally-return", Severity.MEDIUM, "a return in finally swallows exceptions", (ast.Try,),
             _returns_in_finally),
    NodeRule("py-bare-except", Severity.MEDIUM, "a bare except also catches KeyboardInterrupt and SystemExit",
             (ast.ExceptHandler,), _bare_except),
    NodeRule("py-swallowed", Severity.MEDIUM, "every exception is swallowed without a trace", (ast.ExceptHandler,),
             _swallows),
    NodeRule("py-mutable-default", Severity.MEDIUM, "a mutable default is shared by all calls",
             (*_FUNCTIONS, ast.Lambda), _mutable_default),
    NodeRule("py-is-literal", Severity.MEDIUM, "`is` with a literal compares identity, not value", (ast.Compare,),
             _is_with_literal),
    NodeRule("py-none-equality", Severity.LOW, "None is compared with `is`", (ast.Compare,), _compares_none),
    NodeRule("py-shadowed", Severity.LOW, "a builtin is shadowed", (*_FUNCTIONS, ast.Assign), _shadows, tests=False),
    NodeRule("py-long-function", Severity.LOW, f"a function of more than {LONG_FUNCTION_LINES} lines", _FUNCTIONS,
             _too_long, tests=False),
    NodeRule("py-str-of-f", Severity.LOW, "an f-string is text already", (ast.Call,), _formats_for_nothing),
)  # fmt: skip
