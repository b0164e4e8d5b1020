# Two commands are enough for a first look:  make demo  ·  make test
# PORT and GUANJIA_HOME choose port and data folder.

SHELL := bash
VENV  ?= .venv
PY    := $(VENV)/bin/python

help:            ## this list
	@sed -n 's/^\([a-z-]*\): .*## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | column -t -s '|'

setup: $(VENV)/.runs ## make the environment, nothing else

$(VENV)/.runs: requirements.lock scripts/venv
	@scripts/venv $(VENV) requirements.lock
	@touch $@

$(VENV)/.tests: $(VENV)/.runs requirements-dev.lock
	@scripts/venv $(VENV) requirements-dev.lock
	@touch $@

lock:            ## resolve requirements*.in anew
	@scripts/lock

.PHONY: help setup lock
