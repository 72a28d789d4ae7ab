#!/usr/bin/env bash
# restore.sh BACKUP: puts a database made by backup.sh, and the files beside it, into DATA_DIR and DATABASE_URL.
# Stop the platform first. What was there is kept beside it with the ending .before-restore.
set -euo pipefail
umask 077
[ $# -eq 1 ] && [ -f "$1" ] || { echo "Usage: deploy/restore.sh FOLDER/TIME.sqlite3 (or .dump)" >&2; exit 2; }
backup=$1
folder=$(dirname "$backup")
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
data=${DATA_DIR:-$root/var}
mkdir -p "$data/uploads"
exec 9>"$data/run.lock"
flock -n 9 || { echo "The platform is running on $data: stop it first." >&2; exit 1; }

case "$backup" in
  *.dump) pg_restore --clean --if-exists --no-owner --single-transaction --dbname="${DATABASE_URL:?}" "$backup" ;;
  *.sqlite3)
    for part in "" -wal -shm; do
      [ ! -f "$data/db.sqlite3$part" ] || mv "$data/db.sqlite3$part" "$data/db.sqlite3$part.before-restore"
    done
    cp "$backup" "$data/db.sqlite3" ;;
  *) echo "$backup is neither .dump nor .sqlite3." >&2; exit 2 ;;
esac
[ ! -d "$folder/uploads" ] || cp -a "$folder/uploads/." "$data/uploads/"
[ -f "$data/secret-key" ] || [ ! -f "$folder/secret-key" ] || cp -p "$folder/secret-key" "$data/secret-key"
# A demonstration is not made again over restored data; migrations run at the next start.
touch "$data/first-start-done"
rm -f "$data/prepared"
echo "Restored into $data. Start the platform again."
