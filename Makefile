# The commands of the README and of CI. Each target makes what it needs first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
MUTATION := $(VENV)/.mutation
# Half of a test's time is waiting, so there are more workers than cores. Each has databases, ports and a browser of its own.
WORKERS ?= 4
# Whole files, since tests of one share what takes long to make; tests/conftest.py puts those with long tests first.
PYTEST = $(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder
GRAPHIQL := pages/static/.ready
AXE := .cache/axe/.ready

# Kept bytecode, that of the tests' assertions too, halves the time in which each worker of the tests has collected them.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test test-all test-fast check lint bench prices graphiql schema release-schema requirements mutants clean

# Hash-checked installation from the pinned requirements, done again only when they change.
$(READY): requirements/dev.txt pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $(READY)

# GraphiQL's and the charts' files. They stop nothing: where they cannot be fetched, the pages say what to run.
$(GRAPHIQL): requirements/base.txt pages/assets.py | $(READY)
	@$(BIN)/pheromone graphiql && touch $@ || true

# What looks over the pages for those who do not see them or use no mouse: in tests alone.
$(AXE): tests/wire/axe.py | $(READY)
	@$(BIN)/python -m tests.wire.axe && touch $@ || true

graphiql: $(READY)
	@$(BIN)/pheromone graphiql

demo: $(READY) $(GRAPHIQL)
	$(BIN)/pheromone demo

# Everything but the longest proofs, and what is of both databases on one of them by turns.
test: $(READY) $(GRAPHIQL) $(AXE)
	BY_TURNS=1 $(PYTEST) -m "not thorough" --durations 10 --durations-min 2

# Every proof, on both databases.
test-all: $(READY) $(GRAPHIQL) $(AXE)
	$(PYTEST) --durations 10 --durations-min 2

# For the loop of daily work: without PostgreSQL, browsers, other processes and the long proofs.
test-fast: $(READY)
	$(PYTEST) -m "not slow and not postgres"

# What continuous integration runs (.ci/run).
check: lint test-all

# Whether the tests of rules and guards would tell if these were wrong: under an hour of one core, more with WORKERS.
$(MUTATION): requirements/mutation.txt | $(READY)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/mutation.txt
	touch $(MUTATION)

mutants: $(MUTATION)
	$(BIN)/python -m tests.mutation

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# At a release: from now on its schema is what may not break unannounced.
release-schema: schema
	cp schema.graphql schema.released.graphql

bench: $(READY)
	$(BIN)/python -m benchmarks

# What fields cost, beside the time that they take.
prices: $(READY)
	$(BIN)/python -m benchmarks.price

schema: $(READY)
	$(BIN)/pheromone schema > schema.graphql

# pip-compile drops what its own interpreter does not need, so what an older Python needs is compiled without its
# marker, from older-python.in, and gets the marker afterwards: every interpreter writes the same pins.
COMPILE := $(BIN)/pip-compile --quiet --generate-hashes --strip-extras --allow-unsafe --no-header --no-emit-index-url \
	--no-emit-trusted-host --no-emit-find-links
OLDER := requirements/older-python.in

requirements: $(READY)
	$(COMPILE) -o requirements/base.txt pyproject.toml $(OLDER)
	$(COMPILE) --extra dev -c requirements/base.txt -o requirements/dev.txt pyproject.toml $(OLDER)
	$(COMPILE) --extra dev --extra mutation -c requirements/dev.txt -o requirements/mutation.txt pyproject.toml $(OLDER)
	sed -i.bak 's/^async-timeout==[^ ]*/& ; python_full_version < "3.11.3"/' requirements/*.txt
	rm requirements/*.txt.bak

clean:
	rm -rf $(VENV) build mutants pages/static .cache .pytest_cache .mypy_cache .ruff_cache
