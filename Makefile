# Two commands are enough: `make app` and `make test`.
PYTHON ?= python3
PORT ?= 5006
VENV := .venv
BIN := $(VENV)/bin

.PHONY: app test lint bench pictures tutorials clean

app: $(VENV)/.app
	$(BIN)/penumbra warm
	$(BIN)/penumbra serve --show --port $(PORT)

test: $(VENV)/.test lint
	$(BIN)/python tests/browser/browser.py
	$(BIN)/python -m pytest -q

lint: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(VENV)/.bench
	$(BIN)/python -m pytest tests/benchmarks -q -s

pictures: $(VENV)/.test
	$(BIN)/python docs/make_pictures.py

tutorials: $(VENV)/.test
	$(BIN)/python docs/make_tutorials.py

clean:
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(VENV)/bin/python:
	$(PYTHON) -c "import sys; sys.exit('Penumbra needs Python 3.11 or newer, this is ' + sys.version.split()[0] + '. Try: make PYTHON=python3.12 …' if sys.version_info < (3, 11) else 0)"
	$(PYTHON) -m venv $(VENV)

$(VENV)/.app: $(VENV)/bin/python pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	touch $@

$(VENV)/.test: $(VENV)/bin/python pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e ".[dev]"
	touch $@

$(VENV)/.bench: $(VENV)/bin/python pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e ".[dev,bench]"
	touch $@
