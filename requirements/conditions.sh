#!/usr/bin/env bash
# What `make setup` needs, asked for before it begins: Python, Node.js with npm, and a network the first time.
# Removes a .venv of another Python, which pip and uv could not repair. Where the Python that nobody named is too
# old, and a newer one is there, .venv is made with that one.
#   requirements/conditions.sh PYTHON NAMED    NAMED is "yes" where somebody said PYTHON=…
set -euo pipefail
python=$1 named=$2 taken=
PATH=${PATH//"$PWD/.venv/bin:"/} # the python3 there is what is to be judged

refuse() {
  echo "make setup: $1" >&2
  exit 2
}

version_of() {
  "$1" -c 'import sys; print("%d.%d.%d" % sys.version_info[:3])' 2>/dev/null || true
}

is_new_enough() { # 3.11 or newer
  [[ $1 =~ ^3\.([0-9]+)\. ]] && ((BASH_REMATCH[1] >= 11))
}

newer_python() {
  local name
  for name in python3.14 python3.13 python3.12 python3.11; do
    if is_new_enough "$(version_of "$name")"; then
      echo "$name"
      return
    fi
  done
}

what_is_wrong_with() {
  local version
  command -v "$1" >/dev/null || { echo "there is no $1, and Python 3.11 or newer is needed" && return; }
  version=$(version_of "$1")
  [[ -n $version ]] || { echo "$1 does not start, and Python 3.11 or newer is needed" && return; }
  is_new_enough "$version" || echo "$1 is Python $version, and 3.11 or newer is needed"
}

check_python() { # one that nobody named gives way to one that is new enough
  local wrong newer
  wrong=$(what_is_wrong_with "$python")
  if [[ -n $wrong ]]; then
    newer=$(newer_python)
    [[ -n $newer ]] || refuse "$wrong: install one, and name it: make setup PYTHON=…"
    [[ $named != yes ]] || refuse "$wrong: make setup PYTHON=$newer"
    python=$newer taken="$wrong: $newer is taken"
  fi
  "$python" -c 'import ensurepip, venv' 2>/dev/null ||
    refuse "$python has no venv or no ensurepip: install its package, on Debian and Ubuntu ${python##*/}-venv"
}

check_venv() { # keeps one that works, unless another Python is named
  [[ -e .venv ]] || { check_python && say_what_is_taken && return; }
  local old new
  old=$(version_of .venv/bin/python)
  if is_new_enough "$old" && [[ $named != yes ]]; then
    return
  fi
  check_python
  new=$(version_of "$python")
  if [[ ${old%.*} != "${new%.*}" ]]; then
    echo "make setup: ${taken:+$taken; }.venv is of Python ${old:-that is gone}, and is made anew with $new"
    rm -rf .venv
  fi
}

say_what_is_taken() {
  [[ -z $taken ]] || echo "make setup: $taken"
}

check_node() {
  command -v node >/dev/null && command -v npm >/dev/null ||
    refuse "there is no Node.js with npm: install it (any release that is still maintained)"
  local version
  version=$(node --version)
  version=${version#v}
  ((${version%%.*} >= 18)) || refuse "node is $version, and the CDK needs 18 or newer: install a newer Node.js"
}

check_network() { # only where something must be fetched, by the ways that will fetch it
  if [[ ! -e .venv/.complete ]] && "$python" -m pip --version >/dev/null 2>&1; then
    scratch=$(mktemp -d)
    trap 'rm -rf "$scratch"' EXIT
    "$python" -m pip download --quiet --disable-pip-version-check --retries 1 --timeout 10 --no-deps \
      --require-hashes -r requirements/uv.txt -d "$scratch" >/dev/null 2>&1 ||
      refuse "pip reaches no package index, and a network is needed the first time: see python -m pip config debug (HTTPS_PROXY, PIP_INDEX_URL)"
  fi
  if [[ ! -e node_modules/.complete ]]; then
    npm view @microsoft/sarif-multitool name --silent --fetch-retries 1 --fetch-timeout 10000 >/dev/null 2>&1 ||
      refuse "npm reaches no registry, and a network is needed the first time: see npm config list (https-proxy, registry)"
  fi
}

check_venv
check_node
check_network
[[ -z $taken || -e .venv ]] || "$python" -m venv .venv
