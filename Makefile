# The two commands of the README are `make audit` and `make test`. Each makes .venv ready by itself (see .ci/set-up).
# PYTHON=/path/to/python3.12 chooses the interpreter.

.PHONY: help audit test lint format bench nightly lock clean set-up set-up-spark
.DEFAULT_GOAL := help
export PYTHON
VENV := .venv/bin
PYTEST_ARGS ?= -n 2 --dist worksteal

help:
	@echo "make audit   audit the bundled examples"
	@echo "make test    lint, types, layers and all tests"
	@echo "make lint    the first three of these alone"
	@echo "make format  let ruff mend and format the code"
	@echo "make bench   measure the speed anew, beside other engines, and write docs/performance.md (about twenty minutes)"
	@echo "make nightly 20,000 random rules and logs: the columnar engine and the live monitor beside the reference"
	@echo "make lock    resolve the dependencies of pyproject.toml anew into the lock files"
	@echo "make clean   remove .venv, caches and build results"

set-up:
	@.ci/set-up

set-up-spark: set-up
	@.ci/set-up-spark

# One audit a line of examples/audits.txt. An audit that finds violations (1) has done its work; 2 and 3 are failures.
audit: set-up
	@grep -v '^ *\(#\|$$\)' examples/audits.txt | while read -r arguments; do \
	    echo "\$$ keptword audit $$arguments"; \
	    $(VENV)/keptword audit $$arguments </dev/null || [ $$? -eq 1 ] || exit 2; \
	    echo; \
	done

test: lint set-up-spark
	@$(VENV)/python -m pytest $(PYTEST_ARGS)

lint: set-up
	@$(VENV)/ruff check --quiet .
	@$(VENV)/ruff format --check --quiet . || { echo "some files are not formatted: make format"; exit 1; }
	@$(VENV)/mypy
	@$(VENV)/lint-imports --no-logo

format: set-up
	@$(VENV)/ruff check --fix --quiet . ; $(VENV)/ruff format .

bench: set-up
	@$(VENV)/python benchmarks/run.py --install-peers
	@$(VENV)/python benchmarks/startup.py

# Two processes, one for each core: the properties of a file run one after the other, however many workers there are.
EXAMPLES ?= 20000
nightly: set-up
	@echo "$(EXAMPLES) examples each"
	@KEPTWORD_EXAMPLES=$(EXAMPLES) KEPTWORD_LIVE_EXAMPLES=$(EXAMPLES) $(VENV)/python -m pytest -n 2 --dist load --durations=0 -p no:cacheprovider \
	    tests/property/test_columnar.py tests/property/test_columnar_frames.py tests/property/live/test_monitor.py \
	    tests/property/live/test_shared_rules.py

# uv is needed for this one alone. No address of an index and no path may stand in a lock file. Versions that still fit
# are kept; `make lock UPGRADE=--upgrade` takes the newest.
UV_LOCK = UV_CUSTOM_COMPILE_COMMAND="make lock" uv pip compile --quiet --universal --python-version 3.11 \
          --generate-hashes --no-annotate --no-emit-index-url --no-emit-find-links $(UPGRADE)
lock:
	@$(UV_LOCK) $(foreach e,live redis kafka nats bench dev,--extra $(e)) --no-emit-package durable-rules pyproject.toml \
	    --output-file requirements.lock
	@sed -n 's/.*"\(durable-rules==[^"]*\)".*/\1/p' pyproject.toml | \
	    $(UV_LOCK) --no-deps - --output-file requirements-live.lock
	@echo 'pyspark==4.0.*' | $(UV_LOCK) --extra spark --constraint requirements.lock pyproject.toml - \
	    --output-file requirements-spark.lock

clean:
	@rm -rf .venv dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .benchmarks
	@find engine tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +
