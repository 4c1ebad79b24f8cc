#!/bin/sh
# Makes or refreshes .venv for the launcher, which holds the lock: scripts/environment.sh run|dev STAMP
# Exactly what the lock files say, by hash; uv.lock is not used because it writes registry addresses into the repository.
set -eu
want=$1 now=$2
cd "$(dirname "$0")/.."
root=$(pwd -P)
have=$(cat .venv/stamp 2> /dev/null || :)
case "$have" in "dev $now" | "$want $now") exit 0 ;; esac # another launcher was faster
case "$have" in dev\ *) want=dev ;; esac                  # what is there may be in use: never shrink it

fail() { echo "guanxi: $1" >&2 && exit 1; }
python=
for each in python3 python3.14 python3.13 python3.12 python3.11; do
    if "$each" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2> /dev/null; then python=$each && break; fi
done
[ -n "$python" ] || fail "Python 3.11 or newer is needed and was not found on PATH (Debian: apt-get install python3)"
if [ ! -x .boot/bin/uv ]; then
    "$python" -m pip --version > /dev/null 2>&1 || fail "$python has no pip (Debian: apt-get install python3-pip)"
    echo "guanxi: fetching uv" >&2
    PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore "$python" -m pip install -qq --target .boot uv ||
        fail "uv could not be fetched from the package registry (see above)"
fi

export UV_PYTHON_DOWNLOADS=never UV_NO_PROGRESS=1 VIRTUAL_ENV="$root/.venv"
unset CONDA_PREFIX PYTHONHOME PYTHONPATH || :
lock=requirements.lock
[ "$want" = run ] || lock=requirements-dev.lock
case "$have" in
    *" $root") .venv/bin/python -c '' 2> /dev/null || have= ;;
    *) have= ;; # absent, half made, or moved here from another folder
esac
[ -n "$have" ] || .boot/bin/uv venv -q --clear --python "$(command -v "$python")" .venv
echo "guanxi: installing what $lock names" >&2
rm -f .venv/stamp
.boot/bin/uv pip sync -q --require-hashes --compile-bytecode "$lock" || fail "the packages could not be installed (see above)"
.boot/bin/uv pip install -q --no-deps -e . || fail "Guanxi itself could not be installed (see above)"
echo "$want $now" > .venv/stamp
