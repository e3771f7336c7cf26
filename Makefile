PYTHON ?= python3

BIN := .venv/bin
# The environment is made when missing and brought up to date when the project's description changes.
READY := .venv/.installed
GOAL := Get to know this repository and check whether it is in order
# Tests wait for processes as much as they compute: two at a time more than there are cores.
WORKERS = -n $$($(BIN)/python -c "import os; print(min(4, (os.cpu_count() or 1) + 2))")

.PHONY: help run test test-agents lint bench torture snapshots clean

help:
	@echo 'make run          a crew looks at this repository and checks it; needs no key'
	@echo 'make test         the tests'
	@echo 'make test-agents  the real agent programs against a model server of our own; installs them, takes minutes'
	@echo 'make lint         ruff, mypy, import-linter'
	@echo 'make bench        measure, compare with the baseline'
	@echo 'make torture      every crash point and random kills; takes minutes'
	@echo 'make snapshots    write the screen snapshots anew'
	@echo 'make clean        remove what make made'

$(READY): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo 'crew-tui needs Python 3.11 or newer: make PYTHON=python3.11' >&2; exit 1; }
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	@touch $@

run: $(READY)
	@echo 'crew-tui trust .    so that the checks of this repository may run'
	@$(BIN)/crew-tui trust .
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/crew-tui run "$(GOAL)" --team default --agent offline

test: $(READY)
	@$(BIN)/python -m pytest $(WORKERS)

# The programs are installed into .agents, once; those that cannot be are skipped by name.
test-agents: $(READY)
	@$(BIN)/python -m tests.agents_real.installing
	@$(BIN)/python -m pytest tests/agents_real -m agents --table --timeout=400 -n 2

lint: $(READY)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy --strict
	$(BIN)/lint-imports --no-logo

bench: $(READY)
	@$(BIN)/python -m bench

# Its runs are killed in the middle of what they compute: one for each core.
torture: $(READY)
	@$(BIN)/python -m pytest -m torture --timeout=3600 -n logical

snapshots: $(READY)
	@SNAPSHOT_UPDATE=1 $(BIN)/python -m pytest tests/snapshots -m "torture or not torture"
	@$(BIN)/python -m tests.pictures

clean:
	rm -rf .venv .agents .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis dist build
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
