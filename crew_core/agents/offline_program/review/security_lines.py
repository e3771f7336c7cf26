"""What a security reviewer looks for in lines of any language; secrets have a file of their own."""

from __future__ import annotations

from crew_core.agents.offline_program.review.finding import Severity
from crew_core.agents.offline_program.review.rule import JAVASCRIPT, line_rule

_CODE = JAVASCRIPT | {"Python", "Go", "Rust", "Java", "Kotlin", "Ruby", "PHP", "C#", "Swift", "Shell", "Dockerfile"}

#: Addresses that are names or that never leave the machine.
_HARMLESS = (
    r"http://(?:localhost|127\.|0\.0\.0\.0|[\w.-]*example\.|www\.w3\.org|[\w.-]*schemas?\."
    r"|[\w.-]*\.(?:test|local|invalid|localhost)\b)|xmlns|namespace"
)
_IMAGE = r"(?i)^FROM\s+(?:--\S+\s+)?(?!scratch\b)(?:\S+:latest|[^\s:@$]+)(?:\s+AS\s+\S+)?\s*$"

RULES = (
    line_rule("sec-curl-shell", Severity.HIGH, r"\b(?:curl|wget)\b[^|\n]*\|\s*(?:sudo\s+)?(?:ba|z|da)?sh\b",
              "what the network answers is run by a shell", languages={"Shell", "Dockerfile", "Make", "YAML"}),
    line_rule("sec-js-eval", Severity.HIGH, r"(?<![\w.])eval\(\s*[^\"'`)\s]|\bnew Function\(",
              "what is put together at run time is executed", languages=JAVASCRIPT, tests=False),
    line_rule("sec-js-exec", Severity.HIGH, r"\b(?:exec|execSync)\(\s*(?:`[^`]*\$\{|[\"'][^\"']*[\"']\s*\+)",
              "a command is put together from values and goes through a shell", languages=JAVASCRIPT),
    line_rule("sec-js-tls", Severity.HIGH, r"rejectUnauthorized\s*:\s*false|NODE_TLS_REJECT_UNAUTHORIZED\W+0",
              "certificates are not verified", languages=_CODE, tests=False),
    line_rule("sec-go-tls", Severity.HIGH, r"InsecureSkipVerify:\s*true", "certificates are not verified",
              languages={"Go"}, tests=False),
    line_rule("sec-html", Severity.MEDIUM, r"\.(?:innerHTML|outerHTML)\s*\+?=\s*(?!\s)(?![\"'`][^$+]*[\"'`]\s*;?\s*$)"
              r"|\bdangerouslySetInnerHTML\b|\bdocument\.write\(|\bv-html=",
              "markup from values becomes part of the page", languages=JAVASCRIPT | {"HTML"}, tests=False),
    line_rule("sec-js-sql", Severity.HIGH,
              r"(?i)\.(?:query|execute|raw)\(\s*`\s*(?:select|insert|update|delete)\b[^`]*\$\{",
              "SQL is put together from values; use parameters", languages=JAVASCRIPT),
    line_rule("sec-cors-header", Severity.MEDIUM, r"(?i)access-control-allow-origin[\"']?\s*[,:]\s*[\"']?\*",
              "every web page may call this", tests=False),
    line_rule("sec-chmod-all", Severity.MEDIUM, r"\bchmod\s+(?:-\w+\s+)*(?:0?777|a\+w|o\+w)\b",
              "everybody on the machine may write this", languages={"Shell", "Dockerfile", "Make", "YAML"}),
    line_rule("sec-http", Severity.LOW, r"[\"'(= ]http://[A-Za-z0-9.-]+\.[a-z]{2,}",
              "a plain http address: what comes can be changed on the way", languages=_CODE, tests=False,
              unless=_HARMLESS),
    line_rule("sec-docker-latest", Severity.MEDIUM, _IMAGE,
              "the image is not pinned", languages={"Dockerfile"}),
    line_rule("sec-docker-root", Severity.MEDIUM, r"(?i)^USER\s+(?:root|0)\s*$", "the container runs as root",
              languages={"Dockerfile"}),
    line_rule("sec-action-branch", Severity.MEDIUM, r"\buses:\s*[\w.-]+/[\w./-]+@(?:main|master|latest)\b",
              "an action that follows a branch can change without notice", languages={"YAML"}),
)  # fmt: skip
