"""Small questions about Python syntax that rules ask."""

from __future__ import annotations

import ast


def dotted(node: ast.AST | None) -> str:
    """``a.b.c`` of names and attributes; of anything else what is known of its end, or nothing."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if isinstance(node, ast.Name):
        parts.append(node.id)
    return ".".join(reversed(parts))


def called(node: ast.AST) -> str:
    """The dotted name of what a call calls; empty for what is no call."""
    return dotted(node.func) if isinstance(node, ast.Call) else ""


def keyword(node: ast.AST, name: str) -> ast.expr | None:
    """The value of a keyword of a call."""
    if not isinstance(node, ast.Call):
        return None
    return next((each.value for each in node.keywords if each.arg == name), None)


def is_constant(node: ast.AST | None, value: object) -> bool:
    """Whether it is exactly this literal; 1 is not True."""
    return isinstance(node, ast.Constant) and node.value is value


def first(node: ast.AST) -> ast.expr | None:
    """The first positional argument of a call."""
    return node.args[0] if isinstance(node, ast.Call) and node.args else None


def is_literal(node: ast.AST | None) -> bool:
    """A constant, or a list or tuple of constants."""
    if isinstance(node, ast.List | ast.Tuple):
        return all(is_literal(each) for each in node.elts)
    return isinstance(node, ast.Constant)


def is_formatted(node: ast.AST | None) -> bool:
    """Text that is put together: an f-string with values, ``%``, ``+`` with something else, or ``.format``."""
    if isinstance(node, ast.JoinedStr):
        return any(isinstance(each, ast.FormattedValue) for each in node.values)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod | ast.Add):
        return _has_text(node) and not (is_literal(node.left) and is_literal(node.right))
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format"


def _has_text(node: ast.BinOp) -> bool:
    sides = (node.left, node.right)
    texts = (isinstance(s, ast.JoinedStr) or (isinstance(s, ast.Constant) and isinstance(s.value, str)) for s in sides)
    return any(texts) or any(isinstance(side, ast.BinOp) and _has_text(side) for side in sides)


def names_in(node: ast.AST | None) -> frozenset[str]:
    """Every name and attribute below a node."""
    if node is None:
        return frozenset()
    below = list(ast.walk(node))
    return frozenset(n.id for n in below if isinstance(n, ast.Name)) | frozenset(
        n.attr for n in below if isinstance(n, ast.Attribute)
    )
