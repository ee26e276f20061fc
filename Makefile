# Every target sets up what it needs; where that is done already, nothing is downloaded. `make` alone lists them.
PORT ?= 8000
PATHS ?=
PROVE_ARGS ?=
MUTATE_ARGS ?=
AGREE_ARGS ?=
COMPARE_ARGS ?=
PYTEST_ARGS ?= --numprocesses=auto --dist=loadfile --no-loadscope-reorder

python := .venv/bin/python
# Where the machine has no Node.js, it is in .venv. The theme's notice about another project's plans is not ours to print.
export PATH := $(CURDIR)/.venv/bin:$(PATH)
export NO_MKDOCS_2_WARNING := 1

.PHONY: help setup serve test build check prove mutate agree compare bench bench-edit audit lock

help:
	@sed -n 's/^\([a-z-]*\):.*## /make \1  \t/p' Makefile

setup:  ## set up: Python and npm packages, nothing else
	@sh .ci/setup.sh site

serve: setup  ## serve the site with live reload; problems in pages are shown, not fatal (PORT=8000)
	@$(python) .ci/prepare.py port $(PORT)
	@$(python) -m mkdocs serve --no-strict --dev-addr 127.0.0.1:$(PORT)

test:  ## run every test
	@sh .ci/setup.sh test
	@$(python) -m pytest $(PYTEST_ARGS)

build: setup  ## write the site to site/; any problem is an error
	@$(python) -m mkdocs build --strict

check: setup  ## check stated numbers and facts without building the site (PATHS="docs/a.md docs/b.md")
	@$(python) -m hooks.checks $(PATHS)

prove: setup  ## change every number by itself, count what the checks refuse, record it (PROVE_ARGS="--only h100")
	@$(python) -m proof.slips $(PROVE_ARGS)

mutate:  ## change the code of the formulas, count what the tests notice, record it (MUTATE_ARGS="kv_cache cost")
	@sh .ci/setup.sh mutate
	@$(python) -m proof.formulas $(MUTATE_ARGS)

agree:  ## send random inputs through CPython and Pyodide, compare every bit, record it (AGREE_ARGS="cost --inputs 500")
	@sh .ci/setup.sh test
	@$(python) -m proof.agreement $(AGREE_ARGS)

compare:  ## ask other packages for what we compute, and explain every difference; they take 5 GB of their own
	@sh .ci/setup.sh compare
	@.cache/compare/bin/python -m proof.opinions $(COMPARE_ARGS)

bench:  ## measure how long the calculators take, in CPython, Pyodide and Chromium (SITE=folder of a built site)
	@sh .ci/setup.sh test
	@$(python) -m proof.benchmarks

bench-edit:  ## measure how long an editor waits: from saving a page to seeing the change, on the whole site
	@sh .ci/setup.sh test
	@$(python) -m proof.benchmarks.editing_loop

audit:  ## look up every pinned package among the known vulnerabilities; not part of the tests, and needs a network
	@sh .ci/setup.sh audit
	@$(python) .ci/audit.py

lock:  ## resolve requirements/*.in and package.json again, into the lock files
	@sh .ci/setup.sh lock
