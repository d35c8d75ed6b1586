# Everything a developer, a visitor or a CI machine does here. `make` alone prints this list.

SHELL := /bin/bash
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON := $(shell for name in python3 python3.11 python3.12 python3.13; do \
	"$$name" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2])' 2>/dev/null && { echo "$$name"; break; }; done)
BIN := .venv/bin
RUN := $(BIN)/python
WORKERS ?= 2
SEEDS ?= 1000
FIRST ?= 0

help: ## Print this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup: .venv/.ready ## Make the virtual environment with the pinned requirements; instant when they are there

.venv/.ready: requirements.txt requirements-dev.txt
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed (python3, python3.11, …) and was not found."; exit 1; }
	@test -x $(RUN) || { echo "Making the virtual environment .venv with $(PYTHON)."; $(PYTHON) -m venv .venv; } || \
		{ rm -rf .venv; echo "$(PYTHON) cannot make virtual environments: install its venv module (python3-venv)."; exit 1; }
	@echo "Installing the pinned requirements (about a minute the first time)."
	@$(RUN) -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

frontend: setup ## Bundle the pages' packages and collect static files; instant when nothing changed
	@$(RUN) -m portal.frontend

demo: frontend ## Start five nodes, play the story, run on until Ctrl-C; ONCE=1 ends after the story
	@$(RUN) -m demo

simulate: setup ## Run simulated networks with faults; SEEDS=1000 FIRST=0, VALIDATORS=4, 7 or 10
	@$(RUN) -m tests.simulation --seeds $(SEEDS) --first $(FIRST) $(if $(VALIDATORS),--validators $(VALIDATORS))

mutants: setup ## Break one line of ours at a time; a named suite must notice each (MUTANTS="…" for some)
	$(RUN) -m tests.mutants $(MUTANTS)

test: frontend browser ## Run all tests but the long ones
	$(RUN) -m pytest -n $(WORKERS) -m "not long and not network"
	$(RUN) -m pytest -m "network and not long"

test-long: frontend browser ## Run the long tests too
	$(RUN) -m pytest -n $(WORKERS) -m "not network"
	$(RUN) -m pytest -m network

screenshots: frontend browser ## Pictures of every page, every visitor, on one sheet in .run; README=1 renews those of the README
	@$(RUN) -m tests.browser.screenshots

browser: setup
	@$(RUN) -m tests.browser.find_chromium

check: setup ## Style, types, import contracts, Django's own checks
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(RUN) manage.py check
	$(RUN) -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run

conformance: ## Answer outside vectors: JSON lines on standard input and output
	@$(MAKE) --no-print-directory setup >&2
	@$(RUN) manage.py conformance

bench: frontend ## Measure what this machine commits per second, beside its limits
	@$(RUN) -m bench

.PHONY: help setup frontend demo simulate test test-long mutants screenshots browser check conformance bench
