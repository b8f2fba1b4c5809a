# Everything sets itself up: a Python 3.11 to 3.13, make and a package registry are all that a machine needs.
PYTHON ?= python3
RAW ?= raw/sample
DATASET ?= dataset
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
SOURCES := copydesk flows tests benchmarks

# Nothing leaves the machine, and the server's state stays in the checkout.
export PREFECT_HOME ?= $(CURDIR)/.state/prefect
export PREFECT_SERVER_ANALYTICS_ENABLED ?= false
export DO_NOT_TRACK ?= 1

.PHONY: dataset test check quality fuzz audit lock clean

dataset: $(VENV)/run.stamp
	@$(BIN)/copydesk run --raw "$(RAW)" --dataset "$(DATASET)"

test: $(VENV)/dev.stamp
	$(BIN)/python -m pytest $(ARGS)

check: $(VENV)/dev.stamp
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/ruff format --check $(SOURCES)
	$(BIN)/mypy

# How well pages are read, with a floor under every figure; on real pages too, where they are at hand.
quality: $(VENV)/dev.stamp
	$(BIN)/python benchmarks/quality.py $(ARGS)

# Made-up inputs against what is promised of any, for longer than the tests do: make fuzz ARGS="--cases 1000000 --jobs 2"
fuzz: $(VENV)/dev.stamp
	$(BIN)/python benchmarks/fuzz.py $(ARGS)

# Known vulnerabilities of what is locked. Apart from `check`, as it asks a service; where that cannot be reached it says
# so. In an environment of its own: what audits is not locked.
audit: | $(VENV)/bin/python
	@$(VENV)/bin/python -m venv $(AUDIT)
	@rm -f $(AUDIT)/found.json
	@$(AUDIT)/bin/python -m pip --disable-pip-version-check --quiet install pip-audit && $(AUDIT)/bin/pip-audit \
		--require-hashes --disable-pip -r requirements-dev.lock --format json --output $(AUDIT)/found.json 2>$(AUDIT)/said.txt \
		|| ! test -s $(AUDIT)/found.json || { cat $(AUDIT)/said.txt $(AUDIT)/found.json; exit 1; }
	@$(BIN)/python -c "$$AUDITED" $(AUDIT)/found.json

define AUDITED
import json, pathlib, sys
found = pathlib.Path(sys.argv[1])
told = json.loads(found.read_text())["dependencies"] if found.exists() and found.stat().st_size else []
known = sum("skip_reason" not in one for one in told)
print(f"Of {known} of {len(told)} locked packages no vulnerability is known." if known else
      "Not audited: the service of known vulnerabilities cannot be reached from here, or knows none of the packages.")
endef
export AUDITED
AUDIT := .state/audit

# The lock files hold names, versions and hashes, for every platform and supported Python.
lock: $(VENV)/dev.stamp
	$(PIP) install uv
	$(BIN)/uv pip compile pyproject.toml --extra build $(LOCK) -o requirements.lock
	$(BIN)/uv pip compile pyproject.toml --extra build --extra dev $(LOCK) -c requirements.lock -o requirements-dev.lock

LOCK := --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --no-strip-extras

clean:
	rm -rf $(VENV) .state .pytest_cache .mypy_cache .ruff_cache .hypothesis build *.egg-info

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' || \
		{ echo "Copydesk needs Python 3.11, 3.12 or 3.13: name one with make PYTHON=..."; exit 1; }
	@echo "Making the environment in $(VENV): a minute or so, once."
	@$(PYTHON) -m venv $(VENV)

$(VENV)/run.stamp: requirements.lock pyproject.toml | $(VENV)/bin/python
	@$(PIP) install --no-deps --require-hashes -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/dev.stamp: requirements-dev.lock pyproject.toml | $(VENV)/bin/python
	@$(PIP) install --no-deps --require-hashes -r requirements-dev.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@ $(VENV)/run.stamp
