# Everything a person types. `make lab` and `make test` need nothing but Python and make.
# PYTHON: the interpreter that makes the virtual environment. VENV: where it stands.
# PEERS: another one, with PyTorch and JAX, for `make peers` alone.
# OLD: another one, with the oldest NumPy that is supported, for `make oldnumpy` alone; NumPy 1.26 ends at Python 3.12.
# NOTEBOOK_AD_PYTHON: test that interpreter's installed package instead of the checkout (CI does, with the wheel).
PYTHON ?= python3
VENV ?= .venv
PEERS ?= .venv-peers
OLD ?= .venv-numpy126
BIN = $(VENV)/bin
RUN = $(if $(NOTEBOOK_AD_PYTHON),$(NOTEBOOK_AD_PYTHON),$(BIN)/python)

.PHONY: help lab test check peers oldnumpy bench soak soakview lessons screenshots pictures format clean

help:  ## this text
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 14

$(BIN)/python:
	@$(PYTHON) tools/environment.py $(VENV)

$(VENV)/.lab: $(BIN)/python pyproject.toml
	@echo "installing notebook_ad with JupyterLab into $(VENV)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[lab]'
	@touch $@

$(VENV)/.test: $(BIN)/python pyproject.toml
	@echo "installing notebook_ad with what the tests need into $(VENV)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[lab,test]'
	@touch $@ $(VENV)/.lab

$(VENV)/.dev: $(VENV)/.test
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev,bench]'
	@touch $@

lab: $(VENV)/.lab  ## JupyterLab on the first lesson
	@$(BIN)/python tools/lab.py notebooks/00_slopes.ipynb

test: $(if $(NOTEBOOK_AD_PYTHON),,$(VENV)/.test)  ## every test: units, properties, lessons, a real browser
	@$(RUN) tools/test.py

check: $(VENV)/.dev  ## lint, types, layers, notebooks, front-end (needs node)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python tools/format_notebooks.py --check notebooks/*.ipynb
	@$(BIN)/python tools/tables.py --check
	@cd widgets && npm ci --no-audit --no-fund --silent && npm run --silent check && npm run --silent test && npm run --silent fresh

$(PEERS)/.ready: pyproject.toml
	@$(PYTHON) tools/environment.py $(PEERS)
	@echo "installing notebook_ad with PyTorch and JAX into $(PEERS)"
	@$(PEERS)/bin/python -m pip install --quiet --disable-pip-version-check --editable '.[peers]'
	@touch $@

peers: $(PEERS)/.ready  ## other people's test suites on notebook_ad; comparisons with PyTorch and JAX
	@$(PEERS)/bin/python tools/peers.py

$(OLD)/.ready: pyproject.toml
	@$(PYTHON) tools/environment.py $(OLD) 3.12
	@echo "installing notebook_ad with NumPy 1.26 into $(OLD)"
	@$(OLD)/bin/python -m pip install --quiet --disable-pip-version-check --editable '.[test]' 'numpy==1.26.*'
	@touch $@

oldnumpy: $(OLD)/.ready  ## the tests of what computes, with NumPy 1.26
	@$(OLD)/bin/python tools/oldnumpy.py

bench: $(VENV)/.dev $(PEERS)/.ready  ## the benchmarks: ratios measured in one run
	@$(BIN)/python benchmarks/run.py $(PEERS)/bin/python

soak: $(VENV)/.test  ## memory over 100,000 steps of each kind of loop
	@$(BIN)/python benchmarks/soak.py

soakview: $(VENV)/.test  ## a cell run again 500 times in a real browser: what stays behind
	@$(BIN)/python benchmarks/soak_view.py

lessons: $(VENV)/.test  ## run the lessons again and store their outputs
	@$(BIN)/jupyter nbconvert --log-level ERROR --to notebook --execute --inplace --ExecutePreprocessor.store_widget_state=False notebooks/*.ipynb
	@$(BIN)/python tools/format_notebooks.py notebooks/*.ipynb

screenshots: $(VENV)/.test  ## lesson pages in JupyterLab, light and dark, into build/screenshots
	@$(BIN)/python tools/screenshots.py build/screenshots

pictures: $(VENV)/.test  ## the README's pictures, from a real JupyterLab
	@$(BIN)/python tools/pictures.py docs/pictures

format: $(VENV)/.dev  ## write code and notebooks the way `make check` wants them
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .
	@$(BIN)/python tools/format_notebooks.py notebooks/*.ipynb

clean:  ## remove what the other targets made
	@rm -rf $(VENV) $(PEERS) $(OLD) build dist widgets/node_modules
