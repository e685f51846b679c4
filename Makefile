# Each target makes its own .venv. `make help` lists them.
SHELL := /bin/bash
VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= python3

.DEFAULT_GOAL := help
.PHONY: help demo test check fuzz bench lint types clean

help: ## Show this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 10

demo: $(VENV)/.installed ## Set everything up and run one mission: plan, verify, execute in simulation, draw
	$(BIN)/surefoot plan "$(MISSION)" --map warehouse --out out/plan.png
	$(BIN)/surefoot run "$(MISSION)" --map warehouse --approve auto --rate 60 --out out/demo.png

MISSION ?= Check the pressure gauge, then bring the red toolbox to the packing station, then come back.

test: $(VENV)/.installed-dev ## Set everything up; lint, types, import floors, every test, the examples
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -q -n 2 --dist loadgroup --hypothesis-profile=ci -m "not gpu" tests examples

check: $(VENV)/.installed-dev ## The quick half of `test`: lint, types, import floors, fast tests
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -q -n 2 --hypothesis-profile=ci -m "not slow and not gpu" tests examples

fuzz: $(VENV)/.installed-dev ## The property tests on examples that nobody has seen (`test` and `check` draw the same ones every time)
	$(BIN)/python -m pytest -q -n 2 -m "hypothesis and not gpu" tests

bench: $(VENV)/.installed-dev ## Print the figures: times, wrong answers, the planner (long ones shortened; `python -m benchmarks --full`)
	$(BIN)/python -m benchmarks

clean: ## Remove .venv and what tools left behind
	rm -rf $(VENV) build *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis out

$(VENV)/bin/python:
	@bash .ci/system-packages
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip

# editable_mode=compat: a path file, not an import hook that costs every start 20 ms.
# llama-cpp-python is compiled from source (5-10 minutes on two cores, once: pip keeps the wheel in its cache).
$(VENV)/.installed: pyproject.toml | $(VENV)/bin/python
	@echo "Installing surefoot; the first time, llama-cpp-python is compiled: 5 to 10 minutes on two cores."
	$(BIN)/python -m pip install --quiet -e '.[local,fast]' --config-settings editable_mode=compat
	$(BIN)/python -m compileall -q agent maps policies skills verifier
	@touch $@

$(VENV)/.installed-dev: pyproject.toml | $(VENV)/bin/python
	@echo "Installing surefoot and its tests; the first time, llama-cpp-python is compiled: 5 to 10 minutes on two cores."
	$(BIN)/python -m pip install --quiet -e '.[dev]' --config-settings editable_mode=compat
	$(BIN)/python -m compileall -q agent maps policies skills verifier
	@touch $(VENV)/.installed $@
