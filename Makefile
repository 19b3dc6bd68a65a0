# Two commands matter: `make run` and `make test`. Both set up what they need in .venv.
PYTHON ?= python3
BIN := .venv/bin
ARGS ?=
# Packages come from whatever index pip is configured for; every one is checked by its hash.
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.PHONY: run test lint types docs bench bench-guard bench-recognition bench-intents train-guard train-reader faults lock clean format

run: .venv/.run
	$(BIN)/deskclerk demo $(ARGS)

test: .venv/.dev
	$(BIN)/python tests/run.py $(ARGS)

lint: .venv/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

types: .venv/.dev
	$(BIN)/mypy

docs: .venv/.dev
	$(BIN)/python -m pytest -q tests/docs

bench: .venv/.dev
	$(BIN)/python bench/run.py $(ARGS)

# What the guard holds, labels and leaves in peace, and how fast it is.
bench-guard: .venv/.dev
	$(BIN)/python bench/guard.py report
	$(BIN)/python bench/guard.py report --without-reader
	$(BIN)/python bench/guard.py buried
	$(BIN)/python bench/guard.py mails
	$(BIN)/python bench/guard.py narratives
	$(BIN)/python bench/guard.py banking77
	$(BIN)/python bench/guard_speed.py
	$(BIN)/python bench/guard.py property --cases 100000

# How many whole mails the recogniser answers, and how many of the answers are right.
bench-recognition: .venv/.dev
	$(BIN)/python bench/recognition.py mails
	$(BIN)/python bench/recognition.py curve
	$(BIN)/python bench/questions.py firms
	$(BIN)/python bench/questions.py bank

# The same on short questions of public sets: ARGS="--folder DATA" (bench/intent_sets.py says what it holds).
bench-intents: .venv/.dev
	for part in families accuracy precision robustness sidebyside speed; do \
	  OPENBLAS_NUM_THREADS=1 $(BIN)/python bench/intents.py $$part $(ARGS) || exit 1; done

# Fit the guard's models again: see training/README.md.
train-guard: .venv/.dev
	$(PIP) -r requirements/train.in
	$(BIN)/python -m training.fit $(ARGS)

# Fit the recogniser's mail reader again: see training/README.md.
train-reader: .venv/.dev
	$(PIP) -r requirements/train.in
	$(BIN)/python -m training.recogniser $(ARGS)

faults: .venv/.dev
	$(BIN)/python -m pytest -q -p no:randomly --timeout 3600 tests/faults tests/deploy/test_browser_way.py --long $(ARGS)

format: .venv/.dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

.venv/.venv:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Deskclerk needs Python 3.11 or newer")'
	$(PYTHON) -m venv .venv
	touch $@

.venv/.run: .venv/.venv pyproject.toml requirements/run.txt requirements/build.txt
	$(PIP) --require-hashes -r requirements/run.txt -r requirements/build.txt
	$(PIP) --no-deps --no-build-isolation --editable .
	touch $@

.venv/.dev: .venv/.run requirements/dev.txt
	$(PIP) --require-hashes -r requirements/dev.txt
	touch $@

# Renew the pinned requirements (needs uv).
lock:
	for set in run dev; do \
	  extra=$$( [ $$set = dev ] && echo "--group dev -c requirements/run.txt" ); \
	  uv pip compile --universal --python-version 3.11 --generate-hashes --no-strip-extras --no-emit-index-url \
	    --no-annotate --no-header pyproject.toml $$extra -o requirements/$$set.txt; done
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-strip-extras --no-emit-index-url \
	  --no-annotate --no-header requirements/build.in -o requirements/build.txt

# What compose.yaml mounts: drawn by chance, once. The folder keeps others out; the containers' own
# user must be able to read the files.
secrets:
	umask 077 && mkdir secrets
	$(PYTHON) -c 'import secrets; print(secrets.token_hex(32), end="")' > secrets/secret_key
	$(PYTHON) -c 'import secrets; print(secrets.token_hex(16), end="")' > secrets/setup_code
	$(PYTHON) -c 'import secrets; print(secrets.token_hex(24), end="")' > secrets/database_password
	printf 'postgresql://deskclerk:%s@database/deskclerk' "$$(cat secrets/database_password)" \
	  > secrets/database_url
	chmod 444 secrets/*

clean:
	rm -rf .venv .deskclerk .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage*
