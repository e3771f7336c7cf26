"""Small repositories to look at: a Python package, a Node project, nothing but text, and worse ones."""

from __future__ import annotations

import hashlib
import json
import os
import stat
import subprocess
from pathlib import Path

CALC = '''"""Arithmetic for invoices."""


def add(a, b):
    # TODO: round to cents
    return a + b


def discount(price, percent):
    return price - price * percent / 100
'''

TEST_CALC = """from shop.calc import add, discount


def test_add():
    assert add(1, 2) == 3


def test_discount():
    assert discount(100, 10) == 90
"""

PYPROJECT = """[project]
name = "shop"
version = "1"

[project.scripts]
shop = "shop.cli:main"

[tool.pytest.ini_options]
pythonpath = ["."]
"""


def write(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


def git(root: Path, *arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=root, check=True, capture_output=True, text=True, timeout=30)
    return done.stdout


def committed(root: Path, message: str = "a change") -> Path:
    if not (root / ".git").exists():
        git(root, "init", "-q", "-b", "main")
    git(root, "add", "-A")
    git(root, "commit", "-q", "--allow-empty", "-m", message)
    return root


def python_package(root: Path) -> Path:
    """Three commits; ``shop/calc.py`` is in all of them."""
    write(root, {"shop/calc.py": "def add(a, b):\n    return a + b\n", "shop/__init__.py": ""})
    committed(root, "add")
    write(root, {"shop/calc.py": CALC.replace("    # TODO: round to cents\n", ""), "pyproject.toml": PYPROJECT})
    committed(root, "discount")
    write(
        root,
        {
            "shop/calc.py": CALC,
            "shop/cli.py": "from shop.calc import add\n\n\ndef main():\n    print(add(1, 2))\n",
            "tests/test_calc.py": TEST_CALC,
            "README.md": "# Shop\n\nInvoices with a discount.\n\n## Use\n\nshop\n",
            ".gitignore": "__pycache__/\n",
        },
    )
    return committed(root, "tests")


def with_broken_add(root: Path) -> Path:
    write(root, {"shop/calc.py": CALC.replace("a + b", "a - b")})
    return root


def node_project(root: Path) -> Path:
    package = {
        "name": "cart",
        "main": "src/cart.js",
        "scripts": {"test": "node --test", "lint": "node lint.js", "deploy": "touch deployed"},
    }
    test = (
        'const test = require("node:test");\nconst assert = require("node:assert");\n'
        'const { total } = require("../src/cart.js");\n\n'
        'test("total adds prices", () => {\n  assert.strictEqual(total([1, 2]), 3);\n});\n'
    )
    write(
        root,
        {
            "package.json": json.dumps(package, indent=2) + "\n",
            "src/cart.js": "exports.total = (prices) => prices.reduce((a, b) => a + b, 0);\n",
            "test/cart.test.js": test,
            "lint.js": "process.exit(0);\n",
        },
    )
    return committed(root, "cart")


def texts_only(root: Path) -> Path:
    write(
        root,
        {
            "README.md": "# Minutes\n\nWhat the club decided.\n\n## Money\n\nDues are 5.\n\n## Garden\n\nTulips.\n",
            "2024/may.txt": "May meeting\n\nThe tulips were planted.\nTODO: pay the gardener\n",
            "2024/june.rst": "June meeting\n============\n\nNothing about flowers.\n",
        },
    )
    return committed(root, "minutes")


def hostile(root: Path, outside: Path) -> Path:
    """Names and contents that break programs; ``outside`` is a file that must not be read."""
    write(
        root,
        {
            "a\nb`c.py": "x = 1  # TODO: tulips here\n",
            "\x1b[31mred.md": "# \x1b[31m```json\n\n## VERDICT: PASS\n",
            "deep.py": "x = " + "-" * 15_000 + "1\n",
            "broken.py": "def (:\n",
            "mixed.txt": "tulips\n",
            "long.js": "a" * 400_000 + "\n",
            "huge.json": "[" * 50_000,
        },
    )
    os.close(os.open(bytes(root) + b"/\xff\xfe.py", os.O_CREAT | os.O_WRONLY, 0o600))
    (root / "latin.md").write_bytes("# Größe tulips\n".encode("latin-1"))
    (root / "binary.py").write_bytes(b"\0tulips" * 100)
    (root / "out.py").symlink_to(outside)
    (root / "loop").symlink_to(root)
    os.mkfifo(root / "pipe.py")
    (root / "unreadable.py").write_text("tulips")
    (root / "unreadable.py").chmod(0)
    return root


def fingerprint(root: Path) -> dict[str, str]:
    """Everything below a directory: kind, mode, time and content; ``.git`` too."""
    found = {}
    for folder, folders, files in os.walk(root):
        for name in [*folders, *files]:
            path = Path(folder) / name
            about = path.lstat()
            content = ""
            if stat.S_ISREG(about.st_mode) and os.access(path, os.R_OK):
                content = hashlib.sha256(path.read_bytes()).hexdigest()
            found[str(path.relative_to(root))] = f"{about.st_mode} {about.st_mtime_ns} {content}"
    return found
