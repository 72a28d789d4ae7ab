#!/usr/bin/env bash
# upgrade.sh: after new code lies in place, on each machine; with --database on the first one (before the others).
# Reads /etc/platform/platform.env. Packages, messages, database, static files, then a restart of what runs here.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
set -a
while IFS='=' read -r name value; do
  case "$name" in ''|\#*) ;; *) export "$name=$value" ;; esac
done <"${PLATFORM_ENV:-/etc/platform/platform.env}"
set +a
source bin/lib/venv.sh
make_venv requirements.txt
.venv/bin/python manage.py compile_messages
.venv/bin/python manage.py check --deploy --fail-level WARNING
if [ "${1:-}" = --database ]; then
  .venv/bin/python manage.py migrate --verbosity 1
  .venv/bin/python manage.py load_places
  .venv/bin/python manage.py load_plan
  .venv/bin/python manage.py setup_site
fi
.venv/bin/python manage.py collectstatic --noinput --verbosity 0
for unit in platform-web platform-worker platform-clock; do
  if systemctl is-enabled --quiet "$unit" 2>/dev/null; then systemctl restart "$unit"; fi
done
