"""What a reviewer looks for in lines of any language."""

from __future__ import annotations

from crew_core.agents.offline_program.review.finding import Severity
from crew_core.agents.offline_program.review.rule import JAVASCRIPT, line_rule

RULES = (
    line_rule("conflict-marker", Severity.HIGH, r"^(?:<<<<<<< \S|>>>>>>> \S|\|\|\|\|\|\|\| \S)",
              "a merge conflict is not resolved", comments=True),
    line_rule("todo", Severity.LOW, r"(?:#|//|/\*|<!--|--)\s*(?:TODO|FIXME|XXX)\b", "something is left to do",
              comments=True),
    line_rule("js-debugger", Severity.HIGH, r"^\s*debugger\s*;?\s*$", "a debugger is left in", languages=JAVASCRIPT),
    line_rule("js-console", Severity.LOW, r"\bconsole\.(?:log|debug|dir)\(", "a console output is left in",
              languages=JAVASCRIPT, tests=False),
    line_rule("js-loose-equality", Severity.LOW, r"[^=!<>]==[^=]|!=[^=]", "`==` converts; use `===`",
              languages=JAVASCRIPT, unless=r"[=!]=\s*null\b|[=!]==|[\"'`/].*[=!]=.*[\"'`/]"),
    line_rule("js-focused-test", Severity.HIGH, r"^\s*(?:describe|it|test)\.only\(",
              "only this test runs, all others are left out", languages=JAVASCRIPT),
    line_rule("js-empty-catch", Severity.MEDIUM, r"\bcatch\s*(?:\([^)]*\))?\s*\{\s*\}",
              "every exception is swallowed without a trace", languages=JAVASCRIPT),
    line_rule("rust-dbg", Severity.MEDIUM, r"\bdbg!\(", "a debug output is left in", languages={"Rust"}),
    line_rule("rust-unfinished", Severity.MEDIUM, r"\b(?:todo|unimplemented)!\(", "this panics when it is reached",
              languages={"Rust"}),
    line_rule("java-stack-trace", Severity.LOW, r"\.printStackTrace\(\)", "an exception is printed, not handled",
              languages={"Java", "Kotlin"}),
    line_rule("php-dump", Severity.MEDIUM, r"\b(?:var_dump|print_r|dd)\(", "a debug output is left in",
              languages={"PHP"}),
    line_rule("ruby-debugger", Severity.HIGH, r"\b(?:binding\.(?:pry|irb)|byebug)\b", "a debugger is left in",
              languages={"Ruby"}),
    line_rule("c-unbounded", Severity.HIGH, r"\b(?:gets|strcpy|strcat|sprintf)\s*\(",
              "it writes without a bound", languages={"C", "C++"}),
    line_rule("yaml-tab", Severity.HIGH, r"^ *\t+ *\S", "YAML does not allow tabs as indentation", languages={"YAML"}),
)  # fmt: skip
