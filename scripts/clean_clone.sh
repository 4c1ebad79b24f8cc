#!/bin/sh
# What a newcomer gets: clones what is committed into a temporary folder, with an empty HOME, and runs the demo once.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd -P)
there=$(mktemp -d)
trap 'rm -rf "$there"' EXIT INT TERM
mkdir "$there/home"
git clone -q "$root" "$there/guanxi"
# The package cache may be warm, as on a machine that was used before; nothing else of this one is.
cache=${UV_CACHE_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/uv}
unset GUANXI_HOME GUANXI_DATABASE_URL GUANXI_SECRET_KEY VIRTUAL_ENV PYTHONPATH || :
begun=$(date +%s)
cd /
env HOME="$there/home" UV_CACHE_DIR="$cache" "$there/guanxi/guanxi" demo --once < /dev/null
echo "clean clone: ./guanxi demo --once ended well after $(($(date +%s) - begun)) s"
left=$(cd "$there/guanxi" && git status --porcelain)
[ -z "$left" ] || { echo "the demo left files git does not ignore: $left" >&2 && exit 1; }
