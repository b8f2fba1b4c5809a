# Everything sets itself up: a Python 3.11 to 3.13, make and a package registry are all that a machine needs.
PYTHON ?= python3
RAW ?= raw/sample
DATASET ?= dataset
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
SOURCES := copydesk flows tests benchmarks .ci

# Nothing leaves the machine, and the server's state stays in the checkout.
export PREFECT_HOME ?= $(CURDIR)/.state/prefect
export PREFECT_SERVER_ANALYTICS_ENABLED ?= false
export DO_NOT_TRACK ?= 1

.PHONY: dataset test check quality fuzz audit lock clean

dataset: $(VENV)/run.stamp
	@$(BIN)/copydesk run --raw "$(RAW)" --dataset "$(DATASET)"

# A process a core; the tests of a file stay together, since they share what they built.
test: $(VENV)/dev.stamp
	$(BIN)/python -m pytest -n auto --dist loadfile $(ARGS)

check: $(VENV)/dev.stamp
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/ruff format --check $(SOURCES)
	$(BIN)/mypy
	@$(BIN)/python .ci/audit.py requirements.lock requirements-dev.lock

# How well pages are read, with a floor under every figure; on real pages too, where they are at hand.
quality: $(VENV)/dev.stamp
	OPENBLAS_NUM_THREADS=1 $(BIN)/python benchmarks/quality.py $(ARGS)

# Made-up inputs against what is promised of any, for longer than the tests do: make fuzz ARGS="--cases 1000000 --jobs 2"
fuzz: $(VENV)/dev.stamp
	$(BIN)/python benchmarks/fuzz.py $(ARGS)

# Known vulnerabilities of what is locked: one question to a public service. Where that cannot be asked it says so, and
# passes.
audit: | $(VENV)/bin/python
	@$(BIN)/python .ci/audit.py requirements.lock requirements-dev.lock

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
