#!/usr/bin/env bash
# backup.sh FOLDER: a consistent copy of the database and of the uploaded files, while the platform runs.
# Reads DATA_DIR and DATABASE_URL as the platform does. Keeps the newest KEEP (14) databases; files are added, never removed.
set -euo pipefail
umask 077
[ $# -eq 1 ] || { echo "Usage: deploy/backup.sh FOLDER" >&2; exit 2; }
target=$1
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
data=${DATA_DIR:-$root/var}
[ -d "$data" ] || { echo "There is no data folder at $data: set DATA_DIR." >&2; exit 1; }
mkdir -p "$target/uploads"
name="$target/$(date -u +%Y%m%dT%H%M%SZ)"

# The database first: every file it names is then among the files copied after it.
case "${DATABASE_URL:-}" in
  postgres*) pg_dump --format=custom --no-owner --file="$name.partial" "$DATABASE_URL"; suffix=dump ;;
  *)
    source_file=$data/db.sqlite3
    case "${DATABASE_URL:-}" in sqlite:///*) source_file=/$(printf %s "${DATABASE_URL#sqlite:///}" | sed 's|^/*||') ;; esac
    "$root/.venv/bin/python" - "$source_file" "$name.partial" <<'PYTHON'
import sqlite3
import sys

source = sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True)
copy = sqlite3.connect(sys.argv[2])
with copy:
    source.backup(copy)
if copy.execute("PRAGMA integrity_check").fetchone() != ("ok",):
    sys.exit("The copy of the database is damaged; the backup was not made.")
copy.execute("PRAGMA journal_mode=DELETE")
copy.close()
PYTHON
    suffix=sqlite3 ;;
esac
mv "$name.partial" "$name.$suffix"

# Clips of broadcasts are left out: they are deleted after a time, and a backup would keep them for ever.
# Finished files never change (their names are their content's hash), so only new ones are copied.
if [ -d "$data/uploads" ]; then
  (cd "$data/uploads" && find . \( -path ./work -o -path ./proofs/clips \) -prune -o -type f -print0 \
    | while IFS= read -r -d '' file; do
        [ -f "$target/uploads/$file" ] && [ ! "$file" -nt "$target/uploads/$file" ] && continue
        mkdir -p "$target/uploads/$(dirname "$file")"
        # A file that a worker took away meanwhile is not missed.
        cp -p "$file" "$target/uploads/$file.partial" 2>/dev/null || continue
        mv "$target/uploads/$file.partial" "$target/uploads/$file"
      done)
fi
[ ! -f "$data/secret-key" ] || cp -p "$data/secret-key" "$target/secret-key"
find "$target" -maxdepth 1 -name "*.$suffix" | sort -r | tail -n "+$((${KEEP:-14} + 1))" | xargs -r rm --
echo "$name.$suffix"
