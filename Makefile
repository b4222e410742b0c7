# `make help` prints what there is. Needed: make and Python 3.11 or newer; everything else goes into .venv.

SHELL := /bin/sh
PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
INSTALL := $(PY) -m pip install --quiet --disable-pip-version-check --no-input
COMPILE := $(VENV)/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-header --no-emit-index-url --no-emit-find-links --no-strip-extras
DEMO_KEEP := $(if $(filter-out 0 no,$(KEEP)),--keep)

.DEFAULT_GOAL := help
.PHONY: help demo test check crash kill soak bench lock snapshots words clean

help: ## Print this
	@echo "make …"
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  \1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{ printf "%-12s %s\n", $$1, $$2 }'
	@echo
	@echo "The demo on your own mail: make demo MBOX=mail.mbox ME=you@yours.com CANDIDATES=people.csv"
	@echo "The demo you left:         make demo KEEP=1 (given both times)"
	@echo "Another Python:            make demo PYTHON=python3.12"

demo: $(VENV)/installed ## Everything on this machine, with a Gmail to try it on, until Ctrl-C
	@exec $(PY) -B -m demo --mbox "$$MBOX" --me "$$ME" --candidates "$$CANDIDATES" \
		--candidates-url "$$CANDIDATES_URL" $(DEMO_KEEP)

test: $(VENV)/installed-dev ## All tests
	@$(PY) -m pytest

check: $(VENV)/installed-dev ## All tests with coverage, types, style, import contracts, known vulnerabilities
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports
	$(PY) -m pytest --cov --cov-report=term
	@if $(PY) -m pip index versions pip >/dev/null 2>&1; \
	then echo $(VENV)/bin/pip-audit; $(VENV)/bin/pip-audit --require-hashes --disable-pip -r requirements.txt; \
	else echo "pip-audit: left out, the package index cannot be reached from here."; fi

crash: $(VENV)/installed-dev ## Kill the product at every point of a history and compare; a quarter of an hour on SQLite, three on Firestore
	@$(PY) -m tests.crash

kill: $(VENV)/installed-dev ## Kill the product's processes fifty times while it works, and compare; ten minutes
	@$(PY) -m tests.kill

soak: $(VENV)/installed-dev ## Ten thousand random steps against a small model; a quarter of an hour (SEED=n for the same again)
	@SEED="$(SEED)" STEPS="$(STEPS)" $(PY) -m tests.soak

bench: $(VENV)/installed-dev ## What things cost, as ratios and counted units; two minutes or three
	@$(PY) -m bench

lock: $(PY) ## Resolve requirements*.in into requirements*.txt, with hashes (LOCK=--upgrade for newer versions)
	@$(INSTALL) uv
	$(COMPILE) $(LOCK) requirements.in -o requirements.txt
	$(COMPILE) $(LOCK) --constraint requirements.txt requirements-dev.in -o requirements-dev.txt

snapshots: $(VENV)/installed-dev ## Draw the cards' snapshots anew, for review in the diff
	@$(PY) -m tests.cards.snapshots

words: $(VENV)/installed-dev ## Bring the catalogues up to what the code says; then translate what is empty
	@$(PY) -m tests.cards.words

clean: ## Remove .venv and what tools left; var/ is yours to remove
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache .coverage .coverage.*
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# A stamp is newer than the lock it was installed from, so that a changed lock installs anew.
$(VENV)/installed: requirements.txt | $(PY)
	@echo "Installing into $(VENV), once …"
	@$(INSTALL) --require-hashes -r requirements.txt || { $(EXPLAIN); exit 1; }
	@touch $@

$(VENV)/installed-dev: requirements-dev.txt | $(PY)
	@echo "Installing into $(VENV), once, with what tests and checks need …"
	@$(INSTALL) --require-hashes -r requirements-dev.txt || { $(EXPLAIN); exit 1; }
	@touch $@

$(PY):
	@command -v "$(PYTHON)" >/dev/null || { echo "There is no $(PYTHON). Install Python 3.11 or newer," \
		"or name yours: make demo PYTHON=/path/to/python3" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "$(PYTHON) is" \
		"$$($(PYTHON) --version); 3.11 or newer is needed. Name another: make demo PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "$(PYTHON) cannot make an environment." \
		"On Debian and Ubuntu: apt install python3-venv, then try again." >&2; exit 1; }

EXPLAIN = echo "The install failed; pip says why above. Most often the package index cannot be reached: try again" \
	"with a network, or point pip at yours (PIP_INDEX_URL). Wrong hashes: somebody changed a package; do not go on." >&2
