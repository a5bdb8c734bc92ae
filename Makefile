# Two words do everything: `make demo` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check

.PHONY: demo test check format clean

# What the product needs.
$(VENV)/product: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(PIP) install --upgrade pip
	$(PIP) install --editable .
	@touch $@

# What its tests need besides.
$(VENV)/tests: $(VENV)/product
	$(PIP) install --editable '.[test]'
	@touch $@

demo: $(VENV)/product
	$(BIN)/ministry-social demo

check: $(VENV)/tests
	$(BIN)/ruff format --quiet --check .
	$(BIN)/ruff check --quiet .
	$(BIN)/mypy

test: check
	$(BIN)/python -m pytest

format: $(VENV)/tests
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean:
	rm -rf $(VENV) demo
