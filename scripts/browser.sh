#!/usr/bin/env bash
# A Chromium and a Chinese font for the journey tests, from the system's packages; nothing is done when they are there.
set -euo pipefail
cd "$(dirname "$0")/.."
missing=()
command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || missing+=(chromium)
if ! command -v fc-list >/dev/null; then
    missing+=(fontconfig fonts-noto-cjk)
elif [ -z "$(fc-list :lang=zh-cn file | head -n 1)" ]; then
    missing+=(fonts-noto-cjk)
fi
[ ${#missing[@]} -eq 0 ] || scripts/packages.sh "${missing[@]}"
