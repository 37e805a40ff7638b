# Two commands matter: `make run` and `make test`. `make help` lists all.
.DEFAULT_GOAL := help
.PHONY: help setup setup-test setup-lint run upgrade rolling older window windows drill invariants concurrency faults verifier keycloak test-keycloak reset psql check lint types contracts unit test messages openapi bench measure demo images compose-up compose-secrets compose-upgrade compose-rolling compose-department compose-test compose-down grid style clauses lock

PYTHON3 ?= python3
PYTHON := .venv/bin/python
BOOTSTRAP := $(PYTHON3) dev/src/dev/bootstrap.py
# Compiled modules are kept: a house is a dozen processes of the same code, and the tests start many houses.
unexport PYTHONDONTWRITEBYTECODE
export FROM TO REASON_KK REASON_RU REASON_EN PARTS WITHDRAW BY
export BASE_IMAGE COMPOSE_STATE DEMO KEYCLOAK FORGET PORT STATE_DIR ONLY SERVICE BACK REV DB SQL AMQP_URL ALLOW_MISSING

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup: ## make .venv with what running needs
	@$(BOOTSTRAP) runtime

setup-test: ## make .venv with what the tests need
	@$(BOOTSTRAP) test

setup-lint: ## make .venv with what the quick loop needs
	@$(BOOTSTRAP) lint

run: setup ## start everything until Ctrl-C (PORT=8080 STATE_DIR=var ONLY=library PEERS=… AMQP_URL=…)
	@exec $(PYTHON) -m dev run

upgrade: setup ## have the running house take over the code of today without losing a request (SERVICE="ejournal library" or all, BACK=1)
	@exec $(PYTHON) -m dev upgrade

keycloak: setup ## start a real Keycloak to try, and say how the house is started with it (KEYCLOAK_PORT=8180)
	@exec $(PYTHON) -m dev.keycloak

window: setup ## announce planned work on the status page (FROM="2026-12-01 22:00" TO=… REASON_KK=… REASON_RU=… PARTS=library WITHDRAW=…)
	@exec $(PYTHON) -m dev window

windows: setup ## list the planned work that lies ahead
	@exec $(PYTHON) -m dev windows

reset: setup ## forget the state (STATE_DIR=var)
	@exec $(PYTHON) -m dev reset

psql: setup ## ask a service's database as its owner (DB=ejournal SQL="select 1")
	@exec $(PYTHON) -m dev psql

check: setup-lint ## the quick loop: format, lint, types, contracts, words, unit tests
	@exec $(PYTHON) -m dev.check

test: setup-lint ## everything: the checks, then all tests on real PostgreSQL, nginx, RabbitMQ and Chromium
	@exec $(PYTHON) -m dev.test

test-keycloak: setup-test ## the tests of Keycloak alone, against the real server (or the one KEYCLOAK_URL names)
	@exec $(PYTHON) -m dev.test -m keycloak tests/keycloak

messages: setup-lint ## gather the strings of all services into their translations
	@exec $(PYTHON) -m chassis.messages update packages/chassis/src/chassis packages/design/src/design $(wildcard services/*/src/*)

openapi: setup ## write contracts/openapi and contracts/asyncapi from the code and contracts/asyncapi from the event contracts
	@$(PYTHON) -m chassis.asyncapi
	@for app in services/*/src/*/app.py; do $(PYTHON) -m chassis $$(basename $$(dirname $$app)) openapi || exit 1; done

bench: setup-test ## measure the goals of speed and size; STRICT=1 fails when one is missed
	@exec $(PYTHON) -m dev.bench

drill: setup ## tamper with a scratch journal in every way and see the offline verifier name it
	@exec $(PYTHON) -m dev.drill

invariants: setup ## `shanyraq check`: check a running house, nothing lost, doubled or changed (STATE_DIR=var JOURNALS=folder)
	@exec $(PYTHON) -m dev.invariants $(if $(JOURNALS),--journals $(JOURNALS))

concurrency: setup-test ## many teachers at once, then the checker's verdict (CLIENTS=200 SECONDS=30, or ROWS=12000)
	@exec $(PYTHON) -m dev.trial.concurrency --clients $(or $(CLIENTS),200) --seconds $(or $(SECONDS),30) $(if $(ROWS),--rows $(ROWS))

faults: setup-test ## people work while a house is killed, frozen, cut and cheated, then the checker's verdict (MINUTES=17 SHORT=1)
	@exec $(PYTHON) -m dev.trial $(if $(SHORT),--short) $(if $(MINUTES),--minutes $(MINUTES))

rolling: setup-test ## people work while each part of a house is upgraded in turn: nobody may be refused
	@exec $(PYTHON) -m dev.trial.rolling

older: setup-test ## the tests of an older revision on the schema of today (REV=main~20 SERVICE=ejournal)
	@exec $(PYTHON) -m dev.older

verifier: setup ## write verify_journal.py, the one file that checks an exported journal anywhere
	@$(PYTHON) -m ejournal.integrity.onefile > verify_journal.py

measure: setup ## print the table of style: files, functions, docstrings, types
	@exec $(PYTHON) -m dev.measure

demo: setup ## load the demo academy into a running house
	@exec $(PYTHON) -m dev demo

images: setup ## build the container images without a network (IMAGES="auth gateway" TWICE=1 BASE_IMAGE=…)
	@exec $(PYTHON) -m dev.images $(if $(TWICE),--twice) $(IMAGES)

compose-up: setup ## start the house of containers and load the demo academy (PORT=8080 DEMO=0 KEYCLOAK=1 COMPOSE_STATE=var/compose)
	@exec $(PYTHON) -m dev.compose up

compose-secrets: setup ## make the secrets of the house of containers that are missing, and say which
	@exec $(PYTHON) -m dev.compose secrets

compose-test: setup-test ## journeys 1-8 against the house of containers; starts it, and stops it when it did not run
	@exec $(PYTHON) -m dev.compose test

compose-upgrade: setup ## services of the running house of containers to the present images, another container serving meanwhile (SERVICE="ejournal library", all without)
	@exec $(PYTHON) -m dev.compose upgrade

compose-rolling: setup-test ## people work while services of the house of containers are upgraded in turn: who was refused? (SERVICE=…)
	@exec $(PYTHON) -m dev.compose rolling

compose-department: setup-test ## the library in containers on a machine of its own, cut off from the academy in each direction (needs root and `make images`)
	@DEPARTMENT=containers exec $(PYTHON) -m pytest -q tests/trial/test_departments.py

compose-down: setup ## stop the house of containers and our own dockerd; its data stays (FORGET=1 removes it)
	@exec $(PYTHON) -m dev.compose down

grid: setup-test ## put a journal of any size into the running house, to try the grade grid (ROWS=60 COLUMNS=60 LOGIN=teacher2)
	@exec $(PYTHON) -m dev.large_journal --rows $(or $(ROWS),60) --columns $(or $(COLUMNS),60) --login $(or $(LOGIN),teacher2)

style: setup ## build the design and its style pages
	@exec $(PYTHON) -m design.build

clauses: setup ## write docs/order-21.md (clause, code, test) and the tables of docs/security
	@$(PYTHON) -m dev.clauses --write
	@exec $(PYTHON) -m dev.asvs --write

lock: setup-lint ## renew the hashed requirements from requirements/*.in
	@for purpose in runtime test lint; do .venv/bin/uv pip compile --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-emit-find-links --no-header --no-annotate -q -o requirements/$$purpose.txt requirements/$$purpose.in; done
