"""Which part of a step's text is its script."""

from __future__ import annotations

import pytest

from crew_core.agents.script import script_of


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("echo a", "echo a"),
        ("", ""),
        ("Say it.\n\n```sh\necho a\n```\n", "echo a\n"),
        ("```\necho a\n```", "echo a\n"),
        ("```python title=x\nprint(1)\n```\n", "print(1)\n"),
        ("~~~bash\necho a\n~~~\n", "echo a\n"),
        ("~~~ `quoted`\necho a\n~~~\n", "echo a\n"),
        ("```sh\none\n```\n```sh\ntwo\n```\n", "one\n"),
        ("````\necho '```'\n```\nstill\n````\nafter\n", "echo '```'\n```\nstill\n"),
        ("~~~~\na\n~~~\nb\n~~~~\n", "a\n~~~\nb\n"),
        ("```\na\n`````\nafter\n", "a\n"),
        ("```\na\n~~~\nb\n```\n", "a\n~~~\nb\n"),
        ("```sh\n# Not a heading\necho a\n\n## nor this\n```\n", "# Not a heading\necho a\n\n## nor this\n"),
        ("# Heading\n\ntext\n\n```sh\na\n```\n", "a\n"),
        ("```sh\na\n``` sh\nb\n```\n", "a\n``` sh\nb\n"),
        ("```sh\necho a\n", "echo a\n"),
        ("```sh\necho a", "echo a"),
        ("```sh", ""),
        ("```\n```\n", ""),
        ("   ```sh\n   echo a\n     b\n c\n   ```\n", "echo a\n  b\nc\n"),
        ("    ```sh\n    echo a\n", "    ```sh\n    echo a\n"),
        ("```sh\r\necho a\r\n```\r\n", "echo a\r\n"),
        ("use ```inline``` code", "use ```inline``` code"),
        ("``` a`b\necho\n", "``` a`b\necho\n"),
        ("```sh\necho 'a\x0bb\u2028c'\n```\n", "echo 'a\x0bb\u2028c'\n"),
    ],
)
def test_the_first_fenced_block_is_the_script(text: str, script: str) -> None:
    assert script_of(text) == script
