#!/bin/sh
# sh .ci/setup.sh site|test|mutate|compare|audit|lock
# Makes .venv with a Python that this project supports, then hands over to prepare.py, which fills it.
set -eu
cd "$(dirname "$0")/.."

# Python 3.12 or newer. Quiet: a pyenv shim, for one, complains about versions that it does not have.
is_supported() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 12))' >/dev/null 2>&1
}

find_python() {
    if [ -n "${PYTHON:-}" ]; then
        if is_supported "$PYTHON"; then python=$PYTHON; fi
        return
    fi
    wanted=$(cat .python-version)
    for candidate in "python$wanted" python3 python3.14 python3.13 python3.12 python \
        "${PYENV_ROOT:-${HOME:-}/.pyenv}"/versions/3.1[2-9]*/bin/python3; do
        if is_supported "$candidate"; then
            python=$candidate
            return
        fi
    done
}

if ! is_supported .venv/bin/python; then
    python=
    find_python
    if [ -z "$python" ]; then
        echo "${PYTHON:-No python on the PATH} is not Python 3.12 or newer." \
            "Install one (3.13 is what we use), or name it: make PYTHON=/path/to/python3.13 ..." >&2
        exit 1
    fi
    echo "Making .venv with $("$python" --version)"
    rm -rf .venv
    if ! "$python" -m venv .venv; then
        rm -rf .venv
        echo "$python could not make a virtual environment. On Debian and Ubuntu: apt-get install python3-venv" >&2
        exit 1
    fi
fi
exec .venv/bin/python .ci/prepare.py "$@"
