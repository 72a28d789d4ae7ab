# make_venv FILE: a .venv with exactly what FILE pins, made or refreshed only when FILE has changed.
fail() { echo "$1" >&2; exit 1; }

find_python() {
  local name
  for name in "${PYTHON:-}" python3.13 python3.12 python3.11 python3; do
    [ -n "$name" ] && command -v "$name" >/dev/null 2>&1 || continue
    "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo "$name"; return; }
  done
  return 1
}

make_venv() {
  local wanted stamp=.venv/installed.sha256 log=.venv/install.log python
  wanted="$1 $(sha256sum "$1" | cut -d' ' -f1)"
  [ -x .venv/bin/python ] && [ -f "$stamp" ] && grep -qxF "$wanted" "$stamp" && return
  python=$(find_python) || fail "Python 3.11 or newer is needed and was not found. Install it, or set PYTHON to its path."
  [ "$(df -Pk . | awk 'NR == 2 { print $4 }')" -gt $((${LEAST_SPACE:-734003200} / 1024)) ] \
    || fail "The disk of $PWD is full: 700 MB must be free for the packages."
  if [ ! -x .venv/bin/python ]; then
    "$python" -m venv --clear .venv >/dev/null 2>&1 \
      || { rm -rf .venv; fail "Python cannot make a virtual environment in $PWD: install its venv module (python3-venv), and see that the folder can be written."; }
  fi
  echo "Installing the packages pinned in $1 (only when they change) …"
  .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-input --require-hashes -r "$1" >"$log" 2>&1 \
    || fail "The packages could not be installed (${PWD}/$log says why): is the package index reachable, and is there space on the disk? Then start again."
  { grep -vF "$1 " "$stamp" 2>/dev/null || true; echo "$wanted"; } >"$stamp.new"
  mv "$stamp.new" "$stamp"
}
