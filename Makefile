# Set-up, demo, tests and checks. Stamps live in .venv, so that a warm start has nothing to do.
SHELL := /bin/bash
PYTHON ?= python3
PORT ?= 8000
ARGS ?=
CUSTOMERS ?= 1000000
SALES ?= 10000000
SEED ?= 1
SIZE ?= full
VENV := .venv
BIN := $(VENV)/bin
PO := $(wildcard src/kemai/locale/*/LC_MESSAGES/*.po)

.DEFAULT_GOAL := setup
.PHONY: setup run demo-data test check bench wheel try-wheel

setup: $(VENV)/dev.stamp $(VENV)/assets.stamp $(VENV)/messages.stamp

run: $(VENV)/base.stamp $(VENV)/assets.stamp $(VENV)/messages.stamp
	$(BIN)/kemai demo --port $(PORT)

demo-data: $(VENV)/base.stamp
	$(BIN)/kemai demo-data --customers $(CUSTOMERS) --sales $(SALES) --seed $(SEED)

test: setup
	$(BIN)/python tools/test.py $(ARGS)

check: setup
	$(BIN)/python tools/check.py

bench: setup
	$(BIN)/python tools/bench.py $(SIZE)

wheel: setup
	rm -rf build dist && $(BIN)/python -m build --wheel --no-isolation --outdir dist . >/dev/null && ls dist

try-wheel: setup
	$(BIN)/python tools/try_wheel.py

$(VENV)/tools.stamp: requirements/tools.lock
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/tools.lock
	@touch $@

# uv is quicker; pip does the same where uv cannot reach the registry. Both compile what they install: else each first start,
# and each start where nothing may be written beside the sources, would.
$(VENV)/base.stamp: $(VENV)/tools.stamp requirements/base.lock pyproject.toml
	$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes -r requirements/base.lock || $(BIN)/pip install --quiet --require-hashes -r requirements/base.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	$(BIN)/python -m compileall -q src
	@touch $@

$(VENV)/dev.stamp: $(VENV)/base.stamp requirements/dev.lock
	$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes -r requirements/dev.lock || $(BIN)/pip install --quiet --require-hashes -r requirements/dev.lock
	@touch $@

node_modules/.stamp: package-lock.json
	npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

$(VENV)/assets.stamp: node_modules/.stamp tools/assets.py $(VENV)/tools.stamp
	$(BIN)/python tools/assets.py
	@touch $@

$(VENV)/messages.stamp: $(VENV)/base.stamp $(PO) tools/messages.py src/kemai/foundation/traditional.py src/kemai/foundation/traditional.toml
	$(BIN)/python tools/messages.py
	@touch $@
