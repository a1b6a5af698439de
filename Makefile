# Two commands on a fresh machine with Python >= 3.11: `make demo` and `make test`.
PYTHON ?= python3
VENV ?= .venv
CONSTRAINTS ?= constraints.txt
EXTRAS ?= all
RUN = $(VENV)/bin/python
READY = $(VENV)/.ready
export TF_CPP_MIN_LOG_LEVEL ?= 3

.PHONY: help demo lab test test-all test-colab build clean
.DEFAULT_GOAL := help

help:             ## list these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(READY)    ## train a network, run lab 1's solution, mark three submissions: under 3 minutes, no network
	$(RUN) examples/demo.py

lab: $(READY)     ## open the first lab in JupyterLab
	$(RUN) -m dlcourse start lab01

test: $(READY)    ## run all tests, or with LAB=lab01 those of one lab
ifdef LAB
	$(RUN) -m pytest tests/test_labs.py tests/test_answers.py --lab $(LAB)
else
	$(RUN) -m pytest -n 2 --dist worksteal $(HEAVY)
endif

test-all:         ## run the heavy grids too: full-size networks, all backends, in an environment with JAX and keras-hub
	$(MAKE) test VENV=.venv-all EXTRAS=all,jax,peers HEAVY=--heavy

test-colab:       ## run the tests against Colab's versions, in an environment of their own
	$(MAKE) test VENV=.venv-colab CONSTRAINTS=constraints-colab.txt

build: $(READY)   ## write the notebooks of all labs from their sources
	$(RUN) -m dlcourse build

clean:            ## remove the environments and what the demo wrote
	rm -rf .venv .venv-all .venv-colab demo-output

# uv where there is one, because it is fast; else Python's own venv and pip.
$(READY): pyproject.toml $(CONSTRAINTS)
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' || \
		{ echo "dlcourse needs Python 3.11, 3.12 or 3.13, as TensorFlow does: make PYTHON=python3.12 …"; exit 1; }
	@echo "Setting up $(VENV): this downloads TensorFlow once and takes a few minutes."
	@if command -v uv >/dev/null; then \
		uv venv --quiet --allow-existing --python "$$(command -v $(PYTHON))" $(VENV) && \
		uv pip install --quiet --python $(RUN) --constraint $(CONSTRAINTS) --editable '.[$(EXTRAS)]'; \
	else \
		$(PYTHON) -m venv $(VENV) && \
		$(RUN) -m pip install --quiet --disable-pip-version-check --constraint $(CONSTRAINTS) --editable '.[$(EXTRAS)]'; \
	fi
	@touch $(READY)
