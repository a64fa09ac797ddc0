# The commands of this project. `make serve` and `make test` install what is missing by themselves.
# Needs Python 3.11 or newer; another one than python3: `make serve PYTHON=python3.12`.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
PEERS := var/peers
CORES ?= 2
SOURCES := src tests benchmarks

.DEFAULT_GOAL := help
.PHONY: help install serve test cluster-test check eval train bench bench-peers bench-scale bench-answer load soak audit docs constraints

help: ## what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: $(STAMP) ## environment in .venv, everything a developer needs

# Installed again when what is needed or pinned has changed.
$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed, $(PYTHON) is older. Try: make PYTHON=python3.11" >&2; exit 2; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || \
		{ rm -rf $(VENV); echo "No environment could be made. On Debian or Ubuntu: apt install python3-venv" >&2; exit 2; }
	$(BIN)/python -m pip install --constraint constraints.txt --editable '.[index,dev,bench]'
	@touch $@

serve: $(STAMP) ## build the index when there is none, then serve
	$(BIN)/python -m isletbot serve

test: $(STAMP) ## every test
	$(BIN)/python -m pytest --numprocesses $(CORES) --no-loadscope-reorder

cluster-test: $(STAMP) ## two replicas behind nginx, from the files in deploy/; parts of it are killed
	$(BIN)/python -m pytest tests/cluster tests/faults -m "cluster or not cluster"

check: $(STAMP) ## lint, format, types, import contract
	$(BIN)/ruff check $(wildcard $(SOURCES))
	$(BIN)/ruff format --check $(wildcard $(SOURCES))
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

# `eval run all` puts every listed way of asking too, and holds it to the gate of `eval approved`.
eval: $(STAMP) ## the corpus, every offline suite and its gates; the report goes to var/eval/
	$(BIN)/python -m isletbot corpus check
	$(BIN)/python -m isletbot index
	$(BIN)/python -m isletbot doctor
	$(BIN)/python -m isletbot eval run all --target local:$(CORES)

train: $(STAMP) ## train the models on training/questions; with PUBLIC=DIR also on public pairs
	$(BIN)/python -m isletbot train --into training/models $(if $(PUBLIC),--public $(PUBLIC))

bench: $(STAMP) ## against LangChain's retrieval tutorial; with BEIR=DIR retrieval quality too
	$(BIN)/python benchmarks/tutorial.py
	$(BIN)/python benchmarks/retrieval.py $(BEIR)

bench-peers: $(PEERS)/.installed ## against LangChain, LlamaIndex and Haystack, and write docs/peers.md; QUICK=1 is short and writes nothing
	$(PEERS)/bin/python benchmarks/peers.py $(if $(QUICK),--quick,--write) $(if $(SUITE),--suite $(SUITE)) \
		$(if $(ROUNDS),--rounds $(ROUNDS))

# An environment on top of the other, which stays as it is: what is there is seen, and what the peers need besides comes here.
$(PEERS)/.installed: $(STAMP) benchmarks/constraints.txt
	rm -rf $(PEERS)
	$(BIN)/python -m venv $(PEERS)
	$(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))' \
		> "$$($(PEERS)/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/below.pth"
	$(PEERS)/bin/python -m pip install --constraint constraints.txt --constraint benchmarks/constraints.txt --editable '.[peers]'
	@touch $@

bench-scale: $(STAMP) ## how the index grows; with PASSAGES=100,1000000 VECTORS=topics for others
	$(BIN)/python benchmarks/scale.py $(if $(PASSAGES),--passages $(PASSAGES)) $(if $(VECTORS),--vectors $(VECTORS))

bench-answer: $(STAMP) ## where the processor's time of one answer goes
	$(BIN)/python benchmarks/answer_parts.py

load: $(STAMP) ## more than the server can take, for half a minute
	$(BIN)/python benchmarks/overload.py

soak: $(STAMP) ## the same for 20 minutes; with SECONDS=60 shorter
	$(BIN)/python benchmarks/overload.py --seconds $(or $(SECONDS),1200)

# In an environment of its own, so that what audits is not audited. Needs the registry's data on vulnerabilities: --strict, or a
# part that it does not know there would pass.
audit: $(STAMP) ## known vulnerabilities of what is pinned, and the list of parts in var/sbom.json
	@test -x var/audit/bin/pip-audit || { $(PYTHON) -m venv var/audit && \
		var/audit/bin/python -m pip install --quiet 'pip-audit==2.10.1' 'cyclonedx-bom==7.5.0'; }
	var/audit/bin/cyclonedx-py environment $(BIN)/python --pyproject pyproject.toml --output-file var/sbom.json
	@var/audit/bin/pip-audit --requirement constraints.txt --no-deps --disable-pip --strict --progress-spinner off || { \
		echo "AUDIT NOT PASSED: a vulnerability is named above, or its database could not be reached." >&2; exit 1; }

docs: $(STAMP) ## write the generated parts of docs/
	$(BIN)/python -m tests.test_docs

constraints: $(STAMP) $(PEERS)/.installed ## pin what is installed
	@{ sed -n '/^#/p' constraints.txt; \
		$(BIN)/python -m pip freeze --all --exclude-editable | grep -v "^pip==" | sed 's/+cpu$$//'; } > constraints.new
	@mv constraints.new constraints.txt
	@{ sed -n '/^#/p' benchmarks/constraints.txt; \
		$(PEERS)/bin/python -m pip freeze --exclude-editable --path "$$($(PEERS)/bin/python -c \
		'import sysconfig; print(sysconfig.get_path("purelib"))')"; } > constraints.new
	@mv constraints.new benchmarks/constraints.txt
