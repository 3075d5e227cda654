# make report      the whole job on demonstration data, to demo/reports/index.html
# make test        the tests
# make lint        ruff and mypy
# make lab         JupyterLab, on the tour of notebooks/0_start_here.ipynb
# make env         only the environment, .venv (the others make it when they need it)
# make lock        bring requirements.lock up to date with pyproject.toml (ARGS=--upgrade: and to the newest versions)
# make benchmarks  the timings, side by side
# make validation  docs/validation.md anew, from the tests of published results (needs ../shared)
# make calibration docs/calibration.md anew, by simulation (some minutes)
# make track-record docs/track-record.md anew, from the returns beside the project (some minutes)
# make clean       remove .venv, demo and caches

.DEFAULT_GOAL := help
.PHONY: help env report test lint lab lock benchmarks validation calibration track-record clean

VENV := .venv
ifeq ($(OS),Windows_NT)
PYTHON ?= python
SCRIPTS := Scripts
else
PYTHON ?= python3
SCRIPTS := bin
endif
RUN := $(VENV)/$(SCRIPTS)/python
READY := $(VENV)/.ready
# Matrices here are small: threads that share one out cost more than they give.
export OMP_NUM_THREADS ?= 1
export OPENBLAS_NUM_THREADS ?= 1
# Twice quiet: pip says nothing but errors.
PIP := -m pip --disable-pip-version-check --no-input install -qq

help:
	@$(PYTHON) -c "lines = open('Makefile').read().split('\n\n')[0]; print(lines.replace('# ', ''))"

env: $(READY)

# The stamp is written last: an interrupted install is begun again, never used.
$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c "import sys; v = sys.version_info; v >= (3, 11) or sys.exit(f'bcf_eval needs Python 3.11 or later; $(PYTHON) is {v[0]}.{v[1]}. Name another: make $(MAKECMDGOALS) PYTHON=python3.12')"
	@echo Making the environment in $(VENV). This takes some minutes, once.
	@$(PYTHON) -m venv $(VENV)
	@$(RUN) $(PIP) --require-hashes --requirement requirements.lock
	@$(RUN) $(PIP) --no-deps --no-build-isolation --editable .
	@$(PYTHON) -c "open('$(READY)', 'w').close()"

report: $(READY)
	@$(VENV)/$(SCRIPTS)/bcf-eval demo --project demo
	@$(VENV)/$(SCRIPTS)/bcf-eval run --project demo

test: $(READY)
	@$(RUN) -m pytest $(ARGS)

lint: $(READY)
	@$(RUN) -m ruff check .
	@$(RUN) -m ruff format --check .
	@$(RUN) -m mypy

lab: $(READY)
	@$(RUN) -m jupyterlab --LabApp.default_url=/lab/tree/notebooks/0_start_here.ipynb $(ARGS)

benchmarks: $(READY)
	@$(RUN) benchmarks/its.py
	@$(RUN) benchmarks/fits.py
	@$(RUN) benchmarks/clean.py

# The page is checked by the tests too, so not while it is written anew.
validation: $(READY)
	@$(RUN) -m pytest tests/golden --quiet --ignore tests/golden/test_validation_page.py --write-validation docs/validation.md $(ARGS)

calibration: $(READY)
	@$(RUN) benchmarks/calibration.py $(ARGS)

track-record: $(READY)
	@$(RUN) benchmarks/track_record.py $(ARGS)

# uv works in a folder of its own, so that a lock that no longer installs can still be mended. What it is kept
# from has no wheel for Intel Macs, whose owners would need a compiler.
lock:
	@$(PYTHON) -m venv build/lock
	@build/lock/$(SCRIPTS)/python $(PIP) uv
	@$(PYTHON) -c "print('argon2-cffi-bindings<26', file=open('build/lock/wheels.txt', 'w'))"
	@build/lock/$(SCRIPTS)/python -m uv pip compile --quiet --universal --generate-hashes --python-version 3.11 \
		--extra dev --constraint build/lock/wheels.txt --no-emit-index-url --no-emit-find-links \
		--custom-compile-command "make lock" $(ARGS) --output-file requirements.lock pyproject.toml

clean:
	@$(PYTHON) -c "import shutil; [shutil.rmtree(one, ignore_errors=True) for one in '$(VENV) demo build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis'.split()]"
