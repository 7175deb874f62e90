# make setup   the environment in .venv, from the hashed locks; the message catalogues
# make run     the service with an example operator and a fictional cast, on SQLite (PORT=8000, HOST=127.0.0.1)
# make test    everything: on PostgreSQL, then on SQLite with a real browser
# make check   what is quick: style, types, floors, tests without a browser
# make messages  the catalogues in locale/ for what the code says now; TABLES="a.tsv b.tsv" fills what is empty
# make docs    the documents that are made from the code
# make bench   how fast it is, as ratios to floors measured in the same run: docs/bench.md (SIZES="10000 100000 1000000")
# make profile where the time of one piece of work goes (WORK=read or register)
# make torture  processes and the server are killed while people act: MINUTES=10, SEED=, ON=sqlite, DISK=small (one that
#              is full now and then; as root); `make reliability` writes docs/reliability.md
# make races   two flows at once in every order of their statements, on both databases: docs/concurrency.md
# make fuzz    made-up input for everything that reads input: SECONDS=300, SEED=; findings go into tests/fuzz/corpus
# make mutants  would the tests notice a mistake? PATHS="derbes/law/retention.py"; records go into docs/data/mutants.json
# make lock    the locks anew, after a change in requirements/*.in

PYTHON ?= $(shell for name in python3.11 python3.12 python3.13 python3; do \
	$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && command -v $$name && break; done)
BIN := .venv/bin
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard locale/*/LC_MESSAGES/*.po))
LOCK := uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header

export PORT ?= 8000
export HOST ?= 127.0.0.1

.DELETE_ON_ERROR:
.PHONY: setup setup-test run test check messages docs bench torture reliability races fuzz mutants lock clean

setup: .venv/run.stamp $(CATALOGUES)

setup-test: .venv/test.stamp $(CATALOGUES)

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or later is needed: apt-get install python3 python3-venv" >&2; exit 1; }
	$(PYTHON) -m venv .venv

.venv/run.stamp: requirements/run.txt | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

.venv/test.stamp: requirements/test.txt .venv/run.stamp
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

%.mo: %.po scripts/catalogue.py .venv/run.stamp
	@$(BIN)/python -m scripts.catalogue $< $@

run: setup
	@scripts/system.sh run
	@$(BIN)/python manage.py migrate --verbosity 0
	@$(BIN)/python manage.py demo
	@scripts/serve.sh

test: setup-test
	@scripts/test.sh

check: setup-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	scripts/apart.sh $(BIN)/python -m pytest -q -n 2 -m "not browser and not slow"

messages: .venv/run.stamp
	@$(BIN)/python -m scripts.messages $(TABLES)

docs: setup-test
	$(BIN)/python -m scripts.clauses
	$(BIN)/python -m scripts.contract

SIZES ?= 10000
bench: setup-test
	@DURABLE=1 scripts/postgres.sh $(BIN)/python -m bench $(SIZES)

profile: setup-test
	@DURABLE=1 STATISTICS=1 scripts/postgres.sh $(BIN)/python -m bench.profile $(or $(WORK),read)

MINUTES ?= 10
TORTURE = $(BIN)/python -m torture run --minutes $(MINUTES) $(if $(SEED),--seed $(SEED))
torture: setup-test
	@$(if $(filter small,$(DISK)),torture/small_disk.sh) \
		$(if $(filter sqlite,$(ON)),env -u DERBES_DATABASE,env DURABLE=1 scripts/postgres.sh) $(TORTURE)

reliability: setup-test
	$(BIN)/python -m torture report

races: setup-test
	@scripts/apart.sh scripts/postgres.sh $(BIN)/python -m tests.races
	@scripts/apart.sh $(BIN)/python -m tests.races

fuzz: .venv/fuzz.stamp
	@$(BIN)/python -m tests.fuzz --seconds $(or $(SECONDS),300) $(if $(SEED),--seed $(SEED)); \
	answer=$$?; $(BIN)/python -m scripts.probed; exit $$answer

mutants: setup-test
	@scripts/apart.sh $(BIN)/python -m scripts.mutants $(PATHS); \
	answer=$$?; $(BIN)/python -m scripts.probed; exit $$answer

.venv/fuzz.stamp: requirements/fuzz.txt .venv/test.stamp
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

lock: setup-test
	$(BIN)/$(LOCK) requirements/run.in -o requirements/run.txt
	$(BIN)/$(LOCK) requirements/test.in -o requirements/test.txt
	$(BIN)/$(LOCK) requirements/fuzz.in -o requirements/fuzz.txt

clean:
	rm -rf .venv static $(CATALOGUES)
