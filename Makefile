# Two commands are enough for a first look:  make demo  and  make test
# PORT and GUANJIA_HOME choose port and data folder; ARGS goes on to the command behind a target.

SHELL := bash
VENV  ?= .venv
PY    := $(VENV)/bin/python
ARGS  ?=
# of whom `make matrix` tries each address: some (26 thousand cells) or whole
BREADTH ?= some

.PHONY: help setup demo run test tidy oracle matrix mutants bench map words licences lock ci

help: ## this list
	@awk -F ' *: *[^#]*## *' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

setup: $(VENV)/.runs ## make the environment in .venv, nothing else

demo: setup ## a living project: database, data, web and worker; prints address and logins
	@$(PY) manage.py demo $(ARGS)

run: setup ## web and worker over your own data
	@$(PY) manage.py serve $(ARGS)

test: $(VENV)/.tests ## all tests; browser stories where a Chromium can be had
	@scripts/chromium $(PY)
	@$(PY) -m pytest -n auto --maxprocesses 4 --dist loadfile $(ARGS)

tidy: $(VENV)/.tests ## what reads the code: style, floors, house laws, generated pages
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/ruff format --check .
	@$(PY) scripts/licences.py --check
	@$(PY) -m pytest -q tests/tidy $(ARGS)

oracle: $(VENV)/.tests ## a hundred thousand lives of duties against a count of minutes
	@GUANJIA_LIVES=100000 $(PY) -m pytest -q tests/rulebook/test_oracle.py $(ARGS)

matrix: $(VENV)/.tests ## every address for everything: who gets in where, and what he reads; BREADTH=whole by everybody
	@GUANJIA_MATRIX=$(BREADTH) $(PY) -m pytest -q -n 2 --dist loadfile tests/access --ignore tests/access/test_mutants.py $(ARGS)

mutants: $(VENV)/.tests ## take each check of access away once: the matrix must notice
	@GUANJIA_MUTANTS=whole $(PY) -m pytest -q -n 2 --dist load tests/access/test_mutants.py $(ARGS)

bench: setup ## time what matters over many cases, as JSON; ARGS="--cases 1000000"
	@$(PY) manage.py bench $(ARGS)

map: $(VENV)/.tests ## draw docs/map.md from the real imports
	@$(PY) scripts/map.py

words: $(VENV)/.tests ## gather what people read for the translators, and compile their catalogues
	@$(PY) scripts/words.py

licences: $(VENV)/.tests ## write docs/third-party-licences.md
	@$(PY) scripts/licences.py

lock: ## resolve requirements*.in anew (needs uv)
	@scripts/lock

ci: ## what CI runs, the same steps
	@.ci/run

$(VENV)/.runs: requirements.lock scripts/venv
	@scripts/venv $(VENV) requirements.lock
	@touch $@

$(VENV)/.tests: $(VENV)/.runs requirements-dev.lock
	@scripts/venv $(VENV) requirements-dev.lock
	@touch $@
