# Everything a newcomer needs: make demo, make test. PYTHON picks the interpreter (3.11 or newer).
PYTHON ?= python3
BIN := .venv/bin
PORT ?= 7860
DATA ?= ../shared/data

.PHONY: demo test check check-facts ablation agreement frontier train-default bench bench-engine bench-gpu bench-memory soak samples screenshot clean
.DEFAULT_GOAL := demo

# The environment is as its pins are: it is made anew when they change.
.venv/made: pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; name it: make PYTHON=python3.12")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt torch
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	touch $@

demo: .venv/made
	$(BIN)/emr-rerank demo --port $(PORT)

test: .venv/made
	$(BIN)/python -m pytest $(ARGS)

check: .venv/made
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# Speed of import, ranking and start-up, as JSON; imports want a data folder with synthea/; ARGS=--ranking for that alone.
bench: .venv/made
	$(BIN)/python -m tests.bench --data $(DATA) $(ARGS)

# What each use of the facts adds to ranking, on the judged charts; ARGS="--part reporting" for those never chosen on.
ablation: .venv/made
	$(BIN)/python -m training.ablation $(ARGS)

# Whether the default model ranks alike by OpenVINO in bf16, in fp32, and by torch; the questions want a data folder.
agreement: .venv/made
	$(BIN)/python -m training.agreement $(if $(wildcard $(DATA)),--data $(DATA)) $(ARGS)

# The default model's quality and time by how many lines are read again; ARGS="--plot FILE" draws it. Minutes.
frontier: .venv/made
	$(BIN)/python -m training.frontier $(ARGS)

# The model this product ships with: triplets, bi-encoder, cross-encoder. An hour on two cores; goes on where it was.
train-default: .venv/made
	$(BIN)/python -m training default data=$(DATA) $(ARGS)

# The reranker's engines side by side on a tiny model; the last line is one JSON object. Minutes.
bench-engine: .venv/made
	$(BIN)/python -m tests.bench.engine $(ARGS)

# The same on a GPU with the full-size architecture; needs nothing but this environment with a CUDA build of torch.
bench-gpu: .venv/made
	$(BIN)/python -m tests.bench.gpu $(ARGS)

# Peak memory of importing 1 GB of NDJSON, as JSON; takes minutes and 3 GB of disk.
bench-memory: .venv/made
	$(BIN)/python -m tests.bench.memory

# Ten minutes of mixed load from 32 clients on the model server, as JSON; ARGS="--seconds 120 --clients 8" for less.
soak: .venv/made
	$(BIN)/python -m tests.bench.soak $(ARGS)

# The README's picture, drawn by the browser test.
screenshot: .venv/made
	EMR_RERANK_SCREENSHOT=ui/screenshot.png $(BIN)/python -m pytest tests/ui/test_browser_ranking.py -k readme_picture

# Writes the synthetic patients and their judgements from their chart definitions.
samples: .venv/made
	$(BIN)/python -m fhir_samples.build

# Checks the tables of clinical facts; with a data folder also against public drug-disease pairs and adverse effects.
check-facts: .venv/made
	$(BIN)/python -m emr_rerank.knowledge.check $(if $(wildcard $(DATA)),--data $(DATA))

clean:
	rm -rf .venv build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
