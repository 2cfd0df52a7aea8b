#!/usr/bin/env bash
# Installs the named Debian packages, when this machine has apt and we are root or may become it.
set -euo pipefail
command -v apt-get >/dev/null || { echo "Please install: $*" >&2; exit 1; }
become=""
if [ "$(id -u)" != 0 ]; then
    sudo -n true 2>/dev/null || { echo "Please install (as root): apt-get install $*" >&2; exit 1; }
    become="sudo -n"
fi
export DEBIAN_FRONTEND=noninteractive
$become apt-get update -qq
$become apt-get install -y -qq --no-install-recommends "$@" >/dev/null
