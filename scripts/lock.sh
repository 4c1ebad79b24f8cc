#!/bin/sh
# Writes both lock files anew from pyproject.toml: every package pinned with its hashes, no registry address, no date.
#   scripts/lock.sh [--upgrade]     without it, versions already locked are kept where they still fit
set -eu
cd "$(dirname "$0")/.."
compile() { # group-flags... output
    .boot/bin/uv pip compile -q --generate-hashes --no-emit-index-url --no-header --python-version 3.11 "$@" pyproject.toml
}
compile ${1:+"$1"} -o requirements.lock
compile ${1:+"$1"} --group dev -c requirements.lock -o requirements-dev.lock
