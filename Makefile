# make report   the whole job on demonstration data: demo/reports/index.html
# make test     the tests            make lint   ruff and mypy
# make lab      JupyterLab           make lock   resolve the dependencies anew (needs uv)
.DEFAULT_GOAL := help
.PHONY: help env report test lint lab lock benchmarks clean

PYTHON ?= python3
VENV := .venv
ifeq ($(OS),Windows_NT)
BIN := $(VENV)/Scripts
else
BIN := $(VENV)/bin
endif
READY := $(VENV)/.ready

help:
	@$(PYTHON) -c "print(''.join(l[2:] for l in open('Makefile') if l.startswith('# ')), end='')"

env: $(READY)

# The stamp is written last: an interrupted install is begun again, never used.
$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c "import sys; v = sys.version_info; sys.exit(0 if v >= (3, 11) else 'bcf_eval needs Python 3.11 or later; $(PYTHON) is %d.%d. Try: make PYTHON=python3.12 $(MAKECMDGOALS)' % v[:2])"
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@$(BIN)/python -c "import pathlib; pathlib.Path('$(READY)').touch()"

report: $(READY)
	$(BIN)/bcf-eval demo --project demo
	$(BIN)/bcf-eval run --project demo

test: $(READY)
	$(BIN)/python -m pytest

lint: $(READY)
	$(BIN)/python -m ruff check .
	$(BIN)/python -m ruff format --check .
	$(BIN)/python -m mypy

lab: $(READY)
	$(BIN)/jupyter lab notebooks

benchmarks: $(READY)
	$(BIN)/python benchmarks/its.py

lock:
	uv pip compile --universal --generate-hashes --python-version 3.11 --extra dev pyproject.toml --output-file requirements.lock

clean:
	@$(PYTHON) -c "import shutil; [shutil.rmtree(p, ignore_errors=True) for p in ('$(VENV)', 'demo', 'build', 'dist', '.mypy_cache', '.ruff_cache', '.pytest_cache')]"
