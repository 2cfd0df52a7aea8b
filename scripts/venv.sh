#!/usr/bin/env bash
# Makes .venv. Debian keeps the venv module in a package of its own, so that is fetched when it is missing and we may.
set -euo pipefail
cd "$(dirname "$0")/.."
python=${PYTHON:-python3}
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Muster needs Python 3.11 or newer." >&2; exit 1; }
if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    scripts/packages.sh "$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')"
fi
[ -x .venv/bin/python ] && .venv/bin/python -m pip --version >/dev/null 2>&1 || "$python" -m venv --clear .venv
