# The two commands are `make run` and `make test`; `make help` names the rest.
PYTHON ?= python3
UV ?= $(shell command -v uv)
FUZZ_SECONDS ?= 300
LIGHT := .venv
FULL := .venv-dev
KEPT := $(shell cat $(LIGHT)/.installed 2>/dev/null)
EXTRAS ?= $(KEPT)
LOWEST := .venv-lowest
BIN := $(FULL)/bin
SHELL := bash
comma := ,

.DEFAULT_GOAL := help
.PHONY: always help run test test-lowest wheels check bench fuzz train-env dev-env backup restore format clean

help:  ## What can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# A Python that is too old says so instead of making anything; what an older or interrupted installation
# left is made anew; and each package's name shows that the installation goes on. uv installs where it is
# found, else the pip of $(PYTHON): the light environment has none of its own, but where that pip is older
# than 22.3. What a start imports is compiled at once: a service may not write here. All else waits for its
# first use (decisions 0240 and 0268).
define install
	@$(PYTHON) -c 'import sys; v = sys.version_info; v >= (3, 10) or sys.exit("$(PYTHON) is Python %d.%d, and this needs 3.10 or newer. Name another one, for instance: make $(or $(MAKECMDGOALS),run) PYTHON=python3.12" % v[:2])'
	@$(1)/bin/python -c 'import sys; sys.exit(sys.version_info < (3, 10))' 2>/dev/null || rm -rf $(1)
	@echo "Installing into $(1): $(3)"
	@test -x $(1)/bin/python || $(if $(UV),$(UV) venv --quiet $(if $(4),,--seed) --python $(PYTHON) $(1),$(PYTHON) -m venv $(4) $(1))
	@set -e -o pipefail; $(if $(UV),$(UV) pip install --python $(1)/bin/python --editable '$(2)',pip="$(PYTHON) -m pip --python $(1)/bin/python"; \
		$$pip --version >/dev/null 2>&1 || { pip="$(1)/bin/python -m pip"; $$pip --version >/dev/null 2>&1 || $(1)/bin/python -m ensurepip >/dev/null; }; \
		PYTHONUNBUFFERED=1 $$pip install --disable-pip-version-check --progress-bar off --no-compile --editable '$(2)' \
		| awk '/^ *Collecting/ { printf "  %s", $$2; fflush() } END { print "" }')
	@env -u PYTHONDONTWRITEBYTECODE $(1)/bin/python -c 'import bot.__main__, bot.local.app, bot.program.service'
endef

# What EXTRAS= names is installed as well, and again with every update.
$(LIGHT)/.installed: pyproject.toml $(if $(subst +$(KEPT),,+$(EXTRAS)),always)
	$(call install,$(LIGHT),.$(if $(EXTRAS),[$(EXTRAS)]),about 70 MB$(comma) half a minute on a fast line,--without-pip)
	@echo "$(EXTRAS)" >$@

$(FULL)/.installed: pyproject.toml
	$(call install,$(FULL),.[dev],everything for training and tests$(comma) some gigabytes,)
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

test: check  ## Every check and every test
	.ci/system-packages
	$(BIN)/pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder

$(LOWEST)/.installed: pyproject.toml
	$(PYTHON) -m venv $(LOWEST)
	$(LOWEST)/bin/pip install --quiet --disable-pip-version-check uv
	$(LOWEST)/bin/uv pip install --quiet --python $(LOWEST)/bin/python --resolution lowest-direct --editable '.[dev]'
	@touch $@

test-lowest: $(LOWEST)/.installed  ## The tests with the lowest versions allowed (ARGS=tests/training)
	$(LOWEST)/bin/pytest -W default $(ARGS)

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
