# Each verb installs what it needs.
#
# Whatever reaches the AWS SDK selects the whole workspace, also to build one program: features are unified over what is
# selected, and with another selection cargo would build the SDK again, for minutes.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.NOTPARALLEL:
.DEFAULT_GOAL := help

CARGO := cargo
PROVIDER := terraform-provider-groundup
DENY_VERSION := 0.20.2
DENY := target/tools/bin/cargo-deny
ADVISORIES := https://github.com/rustsec/advisory-db

# FAST=1 compiles of the AWS SDK only what is used, in half the time. The hint it takes is not stable yet, and what is
# built with it is kept apart.
ifdef FAST
export RUSTC_BOOTSTRAP := 1
export CARGO_TARGET_DIR ?= target/fast
CARGO += -Zprofile-hint-mostly-unused
endif
TARGET := $(or $(CARGO_TARGET_DIR),target)

# cargo-nextest is faster and tells more; without it cargo's own runner does.
RUN_TESTS := $(if $(shell cargo nextest --version 2>/dev/null),nextest run,test --tests --no-fail-fast)

.PHONY: help demo test test-quick bench docs dist lint build format clippy deny tools

help: ## Show the verbs.
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 14

demo: .venv ## Make the tutorial's cluster in an emulated AWS and check it.
	@tests/tools.sh terraform openssl kubectl
	$(CARGO) build --release --workspace --bin $(PROVIDER)
	@.venv/bin/python demo/demo.py --provider $(TARGET)/release/$(PROVIDER)

test: tools lint build ## Run everything that there is to check.
	$(TARGET)/debug/xtask docs --check
	$(CARGO) test --doc --workspace
	$(CARGO) $(RUN_TESTS) --workspace

test-quick: build ## Run the tests that need nothing but Rust.
	$(CARGO) $(RUN_TESTS) --workspace $(if $(findstring nextest,$(RUN_TESTS)),-E 'not test(/^(acceptance|faults|interop)::/)',-- --skip acceptance:: --skip faults:: --skip interop::)

bench: .venv ## Measure the release build.
	@tests/tools.sh terraform openssl cfssl
	$(CARGO) build --release --workspace --bin $(PROVIDER) --bin groundup-pki
	$(CARGO) bench --workspace --bench bench

docs: build ## Write the documentation of the registry from the provider's schema.
	$(TARGET)/debug/xtask docs

dist: build ## Pack a release.
	$(CARGO) build --profile dist --workspace --bin $(PROVIDER)
	$(TARGET)/debug/xtask dist

lint: format clippy deny ## Check format, lints and the supply chain.

build:
	$(CARGO) build --workspace

format:
	$(CARGO) fmt --all -- --check

clippy:
	$(CARGO) clippy --workspace --all-targets -- -D warnings

deny: $(DENY)
	$(DENY) check bans licenses sources
	@if GIT_TERMINAL_PROMPT=0 timeout 20 git ls-remote --quiet $(ADVISORIES) HEAD >/dev/null 2>&1; then \
	    $(DENY) check advisories; \
	else \
	    echo "advisories skipped: $(ADVISORIES) cannot be reached"; \
	fi

tools: .venv ## Install what the tests need.
	@tests/tools.sh terraform openssl kubectl cfssl certtool ssh-keygen

# A build without optimisation takes a third of the time, and is fast enough for one lock file.
$(DENY):
	cargo install --quiet --debug --locked --root target/tools --config profile.dev.debug=false cargo-deny@$(DENY_VERSION)

.venv: tests/emulator/requirements.txt tests/requirements.txt
	@tests/tools.sh python3
	python3 -m venv .venv
	.venv/bin/pip install --quiet --disable-pip-version-check $(^:%=--requirement %)
	@touch .venv
