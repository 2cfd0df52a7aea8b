#!/usr/bin/env bash
# Resolves the ranges of pyproject.toml anew and writes the three lock files, run-time, build and test apart.
set -euo pipefail
cd "$(dirname "$0")/.."
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
python3 -m venv "$room/venv"
pip="$room/venv/bin/pip --disable-pip-version-check"
group() {  # the requirements of one group, one per line
    "$room/venv/bin/python" - "$1" <<'PY'
import sys, tomllib
project = tomllib.load(open("pyproject.toml", "rb"))
groups = {"run": project["project"]["dependencies"], **project["dependency-groups"]}
print("\n".join(line for line in groups[sys.argv[1]] if isinstance(line, str)))
PY
}
write() {  # file, heading, packages already in an earlier file
    { printf '# %s\n# Written by `make lock`; edit pyproject.toml instead.\n' "$2"; grep -vxFf "$3" "$room/all" || true; } >"$1"
    cp "$room/all" "$room/before"
}
: >"$room/before"
for step in run build dev; do
    group "$step" >"$room/wanted"
    $pip install -q -r "$room/wanted"
    $pip freeze >"$room/all"
    case $step in
        run) write requirements.lock "What Muster runs on: exact versions, as tested." "$room/before" ;;
        build) write requirements-build.lock "Added for building from source." "$room/before" ;;
        dev) write requirements-dev.lock "Added for tests and checks." "$room/before" ;;
    esac
done
