# The two commands are `make run` and `make test`; `make help` names the rest.
PYTHON ?= python3
UV ?= $(or $(shell command -v uv),fetched)
FUZZ_SECONDS ?= 300
LIGHT := .venv
FULL := .venv-dev
KEPT := $(shell cat $(LIGHT)/.installed 2>/dev/null)
EXTRAS ?= $(KEPT)
LOWEST := .venv-lowest
BIN := $(FULL)/bin
SHELL := bash
install = PYTHON='$(PYTHON)' UV='$(UV)' GOAL='$(or $(MAKECMDGOALS),run)' ops/install

.DEFAULT_GOAL := help
.PHONY: always help run test test-lowest wheels check bench fuzz train-env dev-env backup restore format clean

help:  ## What can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# What EXTRAS= names is installed as well, and again with every update.
$(LIGHT)/.installed: pyproject.toml $(if $(subst +$(KEPT),,+$(EXTRAS)),always)
	@$(install) --light $(LIGHT) '.$(if $(EXTRAS),[$(EXTRAS)])' "about 90 MB, a quarter of a minute on a fast line"
	@echo "$(EXTRAS)" >$@

$(FULL)/.installed: pyproject.toml
	@$(install) $(FULL) '.[dev]' "everything for training and tests, some gigabytes"
	@touch $@

run: $(LIGHT)/.installed  ## Start the bot (Telegram with TELEGRAM_BOT_TOKEN in .env, else the local chat; PORT=8081 for another port)
	@$(LIGHT)/bin/python -m bot $(if $(PORT),--port $(PORT)) $(ARGS)

backup: $(LIGHT)/.installed  ## Copy everything into one FILE=..., while the bot runs
	$(if $(FILE),,$(error say where: make backup FILE=bears.tar))
	$(LIGHT)/bin/python -m dataset.backup "$(FILE)" $(ARGS)

restore: $(LIGHT)/.installed  ## Put FILE=... back; stop the bot first (ARGS=--force moves aside what is there)
	$(if $(FILE),,$(error say from where: make restore FILE=bears.tar))
	$(LIGHT)/bin/python -m dataset.restore "$(FILE)" $(ARGS)

train-env: $(FULL)/.installed  ## The environment in which models are trained

dev-env: $(FULL)/.installed  ## The environment with everything in it

check: $(FULL)/.installed  ## Lint, types and the import rules
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# A file's tests share what they made; the machine waits less than with two at a time.
SPREAD := --numprocesses 3 --dist loadfile --no-loadscope-reorder

test: check  ## Every check and every test
	.ci/system-packages
	$(BIN)/pytest $(SPREAD)

$(LOWEST)/.installed: pyproject.toml
	$(PYTHON) -m venv $(LOWEST)
	$(LOWEST)/bin/pip install --quiet --disable-pip-version-check uv
	$(LOWEST)/bin/uv pip install --quiet --python $(LOWEST)/bin/python --resolution lowest-direct --editable '.[dev]'
	@touch $@

test-lowest: $(LOWEST)/.installed  ## The tests with the lowest versions allowed (ARGS=tests/training)
	$(LOWEST)/bin/pytest $(SPREAD) -W default $(ARGS)

wheels: $(LOWEST)/.installed  ## Which platforms have wheels of all the bot needs (asks the package registry)
	UV=$(LOWEST)/bin/uv ops/wheels

bench: $(LIGHT)/.installed $(FULL)/.installed  ## Measure against the obvious bot, by stage and against the processor (PHOTOS=DIR)
	$(BIN)/python -m benchmarks.speed $(if $(PHOTOS),--photos "$(PHOTOS)") $(ARGS)
	$(BIN)/python -m benchmarks.stages $(if $(PHOTOS),--photos "$(PHOTOS)")
	$(BIN)/python -m benchmarks.limit

fuzz: $(FULL)/.installed  ## Send rubbish to everything that reads, for FUZZ_SECONDS (300)
	$(BIN)/python -m tests.fuzz --seconds $(FUZZ_SECONDS) $(ARGS)

format: $(FULL)/.installed  ## Put the code in order
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:  ## Remove environments and caches, never data
	rm -rf $(LIGHT) $(FULL) $(LOWEST) .mypy_cache .ruff_cache .pytest_cache build *.egg-info
