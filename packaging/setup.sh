# Shared by start and test: brings everything labdesk needs onto this machine, once. Sourced, not run.
# Needs: bash, Python 3.11 to 3.13 and a C compiler. On Debian or Ubuntu as root it installs what else is missing;
# otherwise it names exactly what to install.

set -euo pipefail
ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
UV_VERSION="0.13.9"

say() { printf '%s\n' "$*" >&2; }

linux_packages_missing() {
    local pair have
    have="$(ldconfig -p 2>/dev/null || /sbin/ldconfig -p)"
    for pair in libEGL.so.1:libegl1 libxkbcommon.so.0:libxkbcommon0 libdbus-1.so.3:libdbus-1-3 \
        libfontconfig.so.1:libfontconfig1 libGL.so.1:libgl1 libopenblas.so.0:libopenblas0 \
        libxcb-cursor.so.0:libxcb-cursor0 libxkbcommon-x11.so.0:libxkbcommon-x11-0 libxcb-icccm.so.4:libxcb-icccm4 \
        libxcb-keysyms.so.1:libxcb-keysyms1 libxcb-shape.so.0:libxcb-shape0; do
        grep -q "${pair%%:*}" <<<"$have" || printf '%s ' "${pair##*:}"
    done
    command -v g++ >/dev/null || printf 'g++ '
    command -v make >/dev/null || printf 'make '
    fc-list 2>/dev/null | grep -qi 'inter\|dejavu' || printf 'fonts-inter fonts-dejavu-core fontconfig '
}

install_system_libraries() {
    [ "$(uname -s)" = Linux ] || return 0
    local missing
    missing="$(linux_packages_missing)"
    [ -n "$missing" ] || return 0
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        say "Installing system libraries: $missing"
        export DEBIAN_FRONTEND=noninteractive
        apt-get update -qq
        # shellcheck disable=SC2086 # a list of package names
        apt-get install -y -qq --no-install-recommends $missing >/dev/null
    else
        say "labdesk needs these system libraries (Debian and Ubuntu names). Install them and run this command again:"
        say "    sudo apt-get install $missing"
        exit 1
    fi
}

find_python() {
    local candidate
    for candidate in python3.12 python3.13 python3.11 python3; do
        if command -v "$candidate" >/dev/null &&
            "$candidate" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' 2>/dev/null; then
            command -v "$candidate"
            return
        fi
    done
    say "labdesk needs Python 3.11, 3.12 or 3.13. Install one of them and run this command again."
    exit 1
}

find_uv() {
    local python="$1"
    if [ ! -x "$ROOT/.setup/bin/uv" ]; then
        say "Installing uv (the package manager) into .setup/"
        if ! "$python" -m venv "$ROOT/.setup" >/dev/null 2>&1; then
            rm -rf "$ROOT/.setup"
            if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
                apt-get update -qq
                apt-get install -y -qq --no-install-recommends python3-venv >/dev/null
                "$python" -m venv "$ROOT/.setup"
            else
                say "Python's venv module is missing. Install it and run this command again:"
                say "    sudo apt-get install python3-venv"
                exit 1
            fi
        fi
        "$ROOT/.setup/bin/python" -m pip install --quiet --disable-pip-version-check "uv==$UV_VERSION"
    fi
    printf '%s' "$ROOT/.setup/bin/uv"
}

# set_up [uv sync options]: afterwards $ROOT/.venv holds labdesk and all it needs.
set_up() {
    install_system_libraries
    local python uv
    python="$(find_python)"
    uv="$(find_uv "$python")"
    if [ ! -d "$ROOT/.venv" ]; then
        say "Installing labdesk and its engines. The first time, llama.cpp is compiled: 4 minutes or more."
    fi
    (cd "$ROOT" && UV_PYTHON_DOWNLOADS=never "$uv" sync --quiet --frozen --extra engines --python "$python" "$@")
}
