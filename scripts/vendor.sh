#!/bin/sh
# Fetches the pinned browser assets again and checks them against static/vendor/CHECKSUMS.txt.
#   scripts/vendor.sh           verify: what is fetched must equal what is committed
#   scripts/vendor.sh --update  after changing a version or the icon list below: write new checksums
set -eu
HTMX=htmx.org@2.0.11
ICONS=@tabler/icons@3.51.0
FONT=@fontsource-variable/inter@5.3.0
CHARTS=echarts@6.1.0

root=$(cd "$(dirname "$0")/.." && pwd)
vendor="$root/src/guanxi/site/static/vendor"
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
mkdir -p "$tmp/out"

fetch() { # package folder: unpacks one package from the npm registry
    mkdir -p "$tmp/$2"
    (cd "$tmp/$2" && tar xzf "$(npm pack --silent "$1" | tail -n 1)" --strip-components=1)
}

fetch "$HTMX" htmx
fetch "$ICONS" icons
fetch "$FONT" font
fetch "$CHARTS" charts
grep -v '^//# sourceMappingURL=' "$tmp/htmx/dist/htmx.min.js" > "$tmp/out/htmx.min.js"
# The whole of it: the smaller official builds have neither heat map nor Sankey. Only pages with charts load it.
grep -v '^//# sourceMappingURL=' "$tmp/charts/dist/echarts.min.js" > "$tmp/out/echarts.min.js"
cat "$tmp/charts/LICENSE" "$tmp/charts/NOTICE" > "$tmp/out/echarts.LICENSE"
cp "$tmp/htmx/LICENSE" "$tmp/out/htmx.LICENSE"
cp "$tmp/icons/LICENSE" "$tmp/out/icons.LICENSE"
cp "$tmp/font/LICENSE" "$tmp/out/inter.LICENSE"
cp "$tmp/font/files/inter-latin-wght-normal.woff2" "$tmp/out/inter-latin.woff2"
cp "$tmp/font/files/inter-latin-ext-wght-normal.woff2" "$tmp/out/inter-latin-ext.woff2"
python3 "$root/scripts/icon_sprite.py" "$tmp/icons/icons" > "$tmp/out/icons.svg"
(cd "$tmp/out" && sha256sum ./* | sed 's# \./# #' > "$tmp/CHECKSUMS.txt")

if [ "${1:-}" = --update ]; then
    cp "$tmp/CHECKSUMS.txt" "$vendor/CHECKSUMS.txt"
elif ! cmp -s "$tmp/CHECKSUMS.txt" "$vendor/CHECKSUMS.txt"; then
    echo "vendor.sh: what was fetched differs from $vendor/CHECKSUMS.txt:" >&2
    diff "$vendor/CHECKSUMS.txt" "$tmp/CHECKSUMS.txt" >&2 || true
    exit 1
fi
cp "$tmp"/out/* "$vendor/"
echo "vendor: $HTMX, $ICONS, $FONT, $CHARTS: $(du -sh "$vendor" | cut -f1), checksums match"
