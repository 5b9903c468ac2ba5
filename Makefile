# make help lists what there is. Everything is installed into .venv, from locked files, without root.
PYTHON ?= python3
BIN := .venv/bin
STORY := tests/journeys/test_story.py::test_from_a_first_look_to_a_published_idea[phone-script]
.DEFAULT_GOAL := help
export PYTHONDONTWRITEBYTECODE :=  # the tests start hundreds of Pythons: compile once
.PHONY: help run test check journeys faults format lock translations clean

help:  ## what make can do
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

run: .venv/run .venv/messages  ## install, migrate and run everything on http://127.0.0.1:8000
	@$(BIN)/ideabank up

test: .venv/dev .venv/messages  ## unit and integration tests on both engines, and one browser story
	@$(BIN)/pytest -n auto --dist worksteal "$(STORY)" tests/house tests/portal tests/worker

check: .venv/dev .venv/messages  ## style, types, who imports whom, templates, migrations, translations
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/djlint --lint --quiet templates
	@$(BIN)/python -m tests.house.drift

journeys: .venv/dev .venv/messages  ## all stories in a real browser
	@$(BIN)/pytest -n 2 --dist worksteal tests/journeys

faults: .venv/dev .venv/messages  ## processes killed, brokers frozen: is anything lost?
	@$(BIN)/pytest -n 3 --dist worksteal tests/faults

format: .venv/dev  ## write code the way check wants it
	@$(BIN)/ruff check --fix . ; $(BIN)/ruff format .

translations: .venv/dev  ## collect new messages into the English catalogue
	@$(BIN)/pybabel -q extract -F babel.cfg -k N_ -k lazy_gettext --no-location --sort-output -o .venv/messages.pot .
	@$(BIN)/pybabel -q update -i .venv/messages.pot -d portal/translations -l en --no-fuzzy-matching --ignore-obsolete
	@$(BIN)/pybabel -q compile -d portal/translations

lock:  ## resolve the dependencies anew into requirements/ (needs uv)
	@for kind in run dev; do extra="--extra embedded --extra build --extra trial --extra oidc"; [ $$kind = dev ] && extra="$$extra --extra dev"; \
	uv pip compile pyproject.toml $$extra --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-annotate --no-header --quiet --output-file requirements/$$kind.txt; done
	@grep -A1 '^dkimpy==' requirements/dev.txt > requirements/dkim.txt  # comes as source only: an image is built with it if asked for

clean:  ## remove what was installed and built; ./var stays
	rm -rf .venv *.egg-info .pytest_cache .mypy_cache .ruff_cache

PO := $(wildcard portal/translations/*/LC_MESSAGES/messages.po)
# --no-deps: the lock is whole, so pip resolves nothing; resolving, older pips trip over extras of newer releases.
INSTALL = $(BIN)/pip install --quiet --disable-pip-version-check --no-deps --require-hashes --requirement

.venv/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: make PYTHON=python3.12 …"; exit 1; }
	@$(PYTHON) -m venv .venv
	@touch $@

.venv/run: .venv/python requirements/run.txt pyproject.toml
	@echo "Installing (once) …"
	@$(INSTALL) requirements/run.txt
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

.venv/messages: .venv/run $(PO)
	@$(BIN)/pybabel -q compile -d portal/translations
	@touch $@

.venv/dev: .venv/run requirements/dev.txt
	@echo "Installing what the tests need (once) …"
	@$(INSTALL) requirements/dev.txt
	@touch $@
