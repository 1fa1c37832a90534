# The two commands are `make run` and `make test`; `make help` names the rest.
PYTHON ?= python3
PORT ?= 8080
LIGHT := .venv
FULL := .venv-dev
BIN := $(FULL)/bin

.DEFAULT_GOAL := help
.PHONY: help run test check bench train-env dev-env format clean

help:  ## What can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(LIGHT)/.installed: pyproject.toml
	$(PYTHON) -m venv $(LIGHT)
	$(LIGHT)/bin/pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(FULL)/.installed: pyproject.toml
	$(PYTHON) -m venv $(FULL)
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

run: $(LIGHT)/.installed  ## Start the bot (Telegram with TELEGRAM_BOT_TOKEN in .env, else the local chat)
	$(LIGHT)/bin/python -m bot $(ARGS)

train-env: $(FULL)/.installed  ## The environment in which models are trained

dev-env: $(FULL)/.installed  ## The environment with everything in it

check: $(FULL)/.installed  ## Lint, types and the import rules
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: check  ## Every check and every test
	.ci/system-packages
	$(BIN)/pytest --numprocesses 2 --dist loadfile

bench: $(FULL)/.installed  ## Measure against the obvious bot
	$(BIN)/python -m benchmarks

format: $(FULL)/.installed  ## Put the code in order
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:  ## Remove environments and caches, never data
	rm -rf $(LIGHT) $(FULL) .mypy_cache .ruff_cache .pytest_cache build *.egg-info
