PYTHON ?= python3

BIN := .venv/bin
# The environment is made when missing and brought up to date when the project's description changes.
READY := .venv/.installed
GOAL := Get to know this repository: map it, lint it, run one package's tests and report

.PHONY: help run test lint bench torture snapshots clean

help:
	@echo 'make run        a small crew looks at this repository'
	@echo 'make test       the tests'
	@echo 'make lint       ruff, mypy, import-linter'
	@echo 'make bench      measure, compare with the baseline'
	@echo 'make torture    every crash point and random kills; takes minutes'
	@echo 'make snapshots  write the screen snapshots anew'
	@echo 'make clean      remove what make made'

$(READY): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo 'crew-tui needs Python 3.11 or newer: make PYTHON=python3.11' >&2; exit 1; }
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	@touch $@

run: $(READY)
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/crew-tui run "$(GOAL)" --team demo

test: $(READY)
	@$(BIN)/python -m pytest

lint: $(READY)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy --strict
	$(BIN)/lint-imports --no-logo

bench: $(READY)
	@$(BIN)/python -m bench

torture: $(READY)
	@$(BIN)/python -m pytest -m torture --timeout=3600

snapshots: $(READY)
	@SNAPSHOT_UPDATE=1 $(BIN)/python -m pytest tests/snapshots

clean:
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis dist build bench/results
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
