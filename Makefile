# Every target sets up what it needs; nothing has to be installed by hand but Python 3.11+, git and make.
PYTHON ?= python3
BIN := .venv/bin
URLS ?= examples/urls.txt
INSTALLED := .venv/.installed

.PHONY: install harvest test lint lock clean
.DEFAULT_GOAL := install

install: $(INSTALLED)

$(INSTALLED): requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; this is " + sys.version.split()[0] + ". Try: make PYTHON=python3.12")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --no-index -e .
	touch $@

harvest: install
	$(BIN)/harvester harvest $(URLS)

test: install
	$(BIN)/python -m pytest

lint: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# Needs uv (`pip install uv`); run it after a change to the dependencies in pyproject.toml.
lock:
	uv pip compile --universal --python-version 3.11 --extra dev --generate-hashes --no-emit-index-url \
		--no-emit-find-links --no-header --no-annotate --quiet --output-file requirements.lock pyproject.toml

clean:
	rm -rf .venv harvest.db harvest.db-wal harvest.db-shm harvest-archive
