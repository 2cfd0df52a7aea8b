# `make demo` and `make test` do everything from a fresh clone. Each step leaves a stamp, so that a second run is instant.
SHELL := /bin/bash
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
BIN := .venv/bin
STAMPS := .venv/stamps
PO := $(shell find muster -name '*.po' 2>/dev/null)
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
WORKERS ?= 3
REQUESTS ?= 100000
SIGNED_IN ?= 0
KILLS ?= 100
RATE ?= 300
ARGS ?=

.PHONY: help setup demo browser test fuzz crash check format bench wheel lock clean

help: ## list the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: $(STAMPS)/run $(STAMPS)/dev $(STAMPS)/frontend $(STAMPS)/translations ## virtual environment, dependencies, front end, translations

$(STAMPS)/venv:
	scripts/venv.sh
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/packages: requirements.lock requirements-build.lock | $(STAMPS)/venv
	$(PIP) -r requirements.lock -r requirements-build.lock
	@touch $@

$(STAMPS)/run: pyproject.toml $(STAMPS)/packages
	$(PIP) --no-deps --no-build-isolation -e .
	@touch $@

$(STAMPS)/dev: requirements-dev.lock $(STAMPS)/packages
	$(PIP) -r requirements-dev.lock
	@touch $@

$(STAMPS)/npm: package-lock.json | $(STAMPS)/venv
	npm ci --silent --no-audit --no-fund --ignore-scripts
	@touch $@

$(STAMPS)/frontend: $(STAMPS)/npm muster/site/build.py
	$(BIN)/python -m muster.site.build frontend
	@touch $@

$(STAMPS)/translations: $(PO) muster/site/build.py $(STAMPS)/packages
	$(BIN)/python -m muster.site.build translations
	@touch $@

demo: $(STAMPS)/run $(STAMPS)/frontend $(STAMPS)/translations ## a district on the night of a positive result (ARGS="--people 300000")
	$(BIN)/muster demo $(ARGS)

browser: ## Chromium and a Chinese font, from the system's packages, when missing
	@scripts/browser.sh

test: setup browser ## every test (ARGS="tests/rules -k window", WORKERS=4)
	$(BIN)/pytest -n $(WORKERS) --dist worksteal $(ARGS)

fuzz: setup ## random requests to all that needs no sign-in (REQUESTS=100000), and to everything (SIGNED_IN=100000)
	$(BIN)/python -m tests.fuzzing --requests $(REQUESTS) --signed-in $(SIGNED_IN)

crash: setup ## kill pages, worker and PostgreSQL while people are registered, then count (KILLS=100 RATE=300)
	$(BIN)/python -m benchmarks.crash --kills $(KILLS) --rate $(RATE) $(ARGS)

check: export MUSTER_HOME := $(CURDIR)/.venv/check-home
check: setup ## style, types, direction of imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

format: setup ## put the source into its one form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: setup ## measure against hand-written SQL (ARGS="--people 100000")
	$(BIN)/python -m benchmarks $(ARGS)

wheel: setup ## dist/muster-*.whl, complete: installing it needs no npm
	rm -f dist/*.whl
	$(BIN)/python -m hatchling build -t wheel
	$(BIN)/python -m muster.site.build inspect dist/*.whl

lock: ## resolve the dependencies anew
	scripts/lock.sh
	npm update --package-lock-only --no-audit --no-fund

clean: ## everything `make` made, not your data
	rm -rf .venv node_modules dist muster/web/static/vendor muster/site/demo/divisions.json
	find muster -name '*.mo' -delete
