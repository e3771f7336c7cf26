"""Each rule by an example of what it finds and one of what it must leave alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from crew_core.agents.offline_program.review import untested
from crew_core.agents.offline_program.review.applying import findings_of
from crew_core.agents.offline_program.review.subject import subject
from crew_core.agents.offline_program.roles.reviewer import QUALITY, SECURITY

#: rule → file, what it finds, what it leaves alone
EXAMPLES = [
    ("py-debugger", "a.py", "import pdb\npdb.set_trace()", "set_trace()"),
    ("py-assert-tuple", "a.py", "assert (x, 'why')", "assert x, 'why'"),
    ("py-not-implemented", "a.py", "raise NotImplemented", "raise NotImplementedError"),
    ("py-finally-return", "a.py", "def f():\n try:\n  g()\n finally:\n  return 1", "try:\n g()\nfinally:\n h()"),
    ("py-bare-except", "a.py", "try:\n g()\nexcept:\n h()", "try:\n g()\nexcept:\n h()\n raise"),
    ("py-swallowed", "a.py", "try:\n g()\nexcept Exception:\n pass", "try:\n g()\nexcept OSError:\n pass"),
    ("py-mutable-default", "a.py", "def f(a={}): pass", "def f(a=()): pass"),
    ("py-is-literal", "a.py", "x is 'a'", "x is None"),
    ("py-none-equality", "a.py", "x != None", "x is not None"),
    ("py-shadowed", "a.py", "def f(list): pass", "class A:\n    type: int = 1"),
    ("py-long-function", "a.py", "def f():\n" + " x = 1\n" * 81, "def f():\n" + " x = 1\n" * 70),
    ("py-str-of-f", "a.py", "str(f'{x}')", "str(x)"),
    ("py-print", "a.py", "print(1)", "import sys\nprint(1, file=sys.stderr)"),
    ("py-unused-import", "a.py", "import os", "import os\nos.getcwd()"),
    ("py-unused-import", "b.py", "from a import b", "from a import b as b"),
    (
        "py-commented-code",
        "a.py",
        "# x = 1\n# y = f(x)\n# return y",
        "# One says = two.\n# Another (line).\n# And more",
    ),
    ("syntax-error", "a.py", "def (", "x = 1"),
    ("json-error", "a.json", "{'a': 1}", '{"a": 1}'),
    ("toml-error", "a.toml", "a = ", "a = 1"),
    ("huge-file", "a.go", "x\n" * 1001, "x\n" * 900),
    ("conflict-marker", "a.txt", "<<<<<<< HEAD", "======= HEAD"),
    ("todo", "a.go", "// TODO later", "todo := 1"),
    ("js-debugger", "a.js", "  debugger;", "const debuggers = 1;"),
    ("js-console", "a.ts", "console.log(x)", "console.error(x)"),
    ("js-loose-equality", "a.js", "if (a == b) {}", "if (a === b || a == null) {}"),
    ("js-focused-test", "a.test.js", "it.only('x', f)", "it('x', f)"),
    ("js-empty-catch", "a.js", "} catch (e) {}", "} catch (e) { throw e }"),
    ("rust-dbg", "a.rs", "dbg!(x);", "debug!(x);"),
    ("rust-unfinished", "a.rs", "todo!()", "todo()"),
    ("java-stack-trace", "A.java", "e.printStackTrace();", "log.error(e);"),
    ("php-dump", "a.php", "var_dump($x);", "dump_var($x);"),
    ("ruby-debugger", "a.rb", "binding.pry", "binding.local"),
    ("c-unbounded", "a.c", "strcpy(a, b);", "strncpy(a, b, 3);"),
    ("yaml-tab", "a.yml", "a:\n\tb: 1", "a:\n  b: 1"),
    ("sec-secret", "a.txt", "AKIA" + "ABCD" * 4, "AKIA is a prefix"),
    ("sec-secret", "a.pem", "-----BEGIN RSA PRIVATE KEY-----", "-----BEGIN PUBLIC KEY-----"),
    ("sec-password", "a.py", "db_password = 's3cr3t-pw'", "password = os.environ['PASSWORD']"),
    ("sec-password", "a.yml", "api_key: 'Zk4q81mmQ'", "api_key: '${API_KEY}'"),
    ("sec-container-user", "Dockerfile", "FROM a:1\nCMD x", "FROM a:1\nUSER me\nCMD x"),
    ("sec-unpinned", "requirements.txt", "flask", "flask==3.0\n-r other.txt\n# note"),
    ("sec-unpinned-node", "package.json", '{"dependencies": {"a": "*"}}', '{"dependencies": {"a": "^1"}}'),
    ("sec-curl-shell", "a.sh", "curl -s https://x.org/i | sh", "curl -s https://x.org/i > f"),
    ("sec-js-eval", "a.js", "eval(code)", "evaluate(code)"),
    ("sec-js-exec", "a.js", "exec(`ls ${name}`)", "execFile('ls', [name])"),
    ("sec-js-tls", "a.js", "rejectUnauthorized: false", "rejectUnauthorized: true"),
    ("sec-go-tls", "a.go", "InsecureSkipVerify: true", "InsecureSkipVerify: false"),
    ("sec-html", "a.js", "el.innerHTML = text", "el.innerHTML = ''"),
    ("sec-js-sql", "a.js", "db.query(`select * from t where a = ${a}`)", "db.query('select 1')"),
    ("sec-cors-header", "a.go", 'Set("Access-Control-Allow-Origin", "*")', 'Set("Vary", "*")'),
    ("sec-chmod-all", "a.sh", "chmod -R 777 x", "chmod 755 x"),
    ("sec-http", "a.py", "u = 'http://api.shop.org'", "u = 'http://localhost:1'"),
    ("sec-docker-latest", "Dockerfile", "FROM python:latest", "FROM python:3.12-slim"),
    ("sec-docker-root", "Dockerfile", "USER root", "USER app"),
    ("sec-action-branch", "a.yml", "- uses: a/b@main", "- uses: a/b@v4"),
    ("sec-eval", "a.py", "eval(text)", "eval('1 + 1')"),
    ("sec-shell", "a.py", "subprocess.run(f'ls {x}', shell=True)", "subprocess.run(['ls', x])"),
    ("sec-shell-literal", "a.py", "subprocess.run('ls', shell=True)", "subprocess.run(c, shell=False)"),
    ("sec-system", "a.py", "os.system('ls ' + x)", "os.system('clear')"),
    ("sec-yaml-load", "a.py", "yaml.load(f)", "yaml.load(f, Loader=yaml.SafeLoader)"),
    ("sec-tls", "a.py", "requests.get(u, verify=False)", "requests.get(u)"),
    ("sec-sql", "a.py", "c.execute(f'select * from t where a={a}')", "c.execute('select * from t where a=?', (a,))"),
    ("sec-weak-hash", "a.py", "hashlib.md5(password)", "hashlib.md5(content)"),
    ("sec-request-path", "a.py", "open(request.args['f'])", "open(path)"),
    ("sec-pickle", "a.py", "pickle.loads(b)", "json.loads(b)"),
    ("sec-random", "a.py", "token = random.choice(x)", "token = secrets.token_hex()"),
    ("sec-mktemp", "a.py", "tempfile.mktemp()", "tempfile.mkstemp()"),
    ("sec-chmod", "a.py", "os.chmod(p, 0o777)", "os.chmod(p, 0o700)"),
    ("sec-debug", "a.py", "app.run(debug=True)", "app.run()"),
    ("sec-cors", "a.py", "add(allow_origins=['*'])", "add(allow_origins=['https://a'])"),
    ("sec-tar", "a.py", "tar.extractall(p)", "tar.extractall(p, filter='data')"),
    ("sec-autoescape", "a.py", "Environment(autoescape=False)", "Environment(autoescape=True)"),
]


def rules_that_find(path: str, text: str) -> set[str]:
    return {finding.rule for finding in findings_of(subject(path, text), (*QUALITY, *SECURITY))}


@pytest.mark.parametrize(("rule", "path", "bad", "good"), EXAMPLES, ids=[f"{e[0]}-{e[1]}" for e in EXAMPLES])
def test_a_rule_finds_its_example_and_leaves_the_other_alone(rule: str, path: str, bad: str, good: str) -> None:
    assert rule in rules_that_find(path, bad)
    assert rule not in rules_that_find(path, good)


def test_every_rule_has_an_example_and_an_id_of_its_own() -> None:
    ids = [rule.id for rule in (*QUALITY, *SECURITY)]
    assert len(ids) == len(set(ids))
    assert {example[0] for example in EXAMPLES} == set(ids)


def test_the_documentation_has_every_rule_as_it_is() -> None:
    text = (Path(__file__).parents[2] / "docs" / "offline-agent.md").read_text()
    for rule in (*QUALITY, *SECURITY):
        tests = "yes" if rule.tests else "no"
        assert f"| `{rule.id}` | {rule.severity.name.lower()} | {rule.why} | {tests} |" in text
    assert f"| `{untested.RULE}` | low | {untested.WHY} | no |" in text


@pytest.mark.parametrize("ending", ["\r", "\r\n"])
def test_lines_end_as_python_takes_them_to_end(ending: str) -> None:
    text = ending.join(["import os", "import re", "", "re.compile(x)", ""])
    found = [(finding.rule, finding.line) for finding in findings_of(subject("a.py", text), QUALITY)]
    assert found == [("py-unused-import", 1)]


def test_a_number_of_any_length_in_a_settings_file_is_no_failure_of_ours() -> None:
    assert rules_that_find("a.toml", f"x = {'9' * 5_000}") == set()


def test_a_finding_lies_in_the_line_that_it_names() -> None:
    text = "import os\n\n\ndef f(name, seen=[]):\n    os.system('ls ' + name)\n"
    found = {finding.rule: finding.line for finding in findings_of(subject("a.py", text), (*QUALITY, *SECURITY))}
    assert found == {"py-mutable-default": 4, "sec-system": 5}
