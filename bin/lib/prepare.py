"""Makes a data folder ready in one process: messages, database, places, frame, static files. `prepare.py [demo]`."""

import io
import sys
from pathlib import Path

import django
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import DatabaseError


def main() -> int:
    try:
        prepare()
    except (ImproperlyConfigured, OSError, DatabaseError) as reason:
        # A wrong setting, a full disk, a database that does not answer: the person can act on it, a traceback hides it.
        print(str(reason).strip().splitlines()[0], file=sys.stderr)
        return 1
    return 0


def prepare() -> None:
    from django.conf import settings

    quiet = {"stdout": io.StringIO()}
    django.setup()
    # First: what is loaded below may speak Vietnamese.
    call_command("compile_messages", **quiet)
    call_command("migrate", verbosity=0)
    call_command("load_places", **quiet)
    call_command("load_plan", **quiet)
    call_command("setup_site", **quiet)
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    first = Path(settings.DATA_DIR) / "first-start-done"
    if "demo" in sys.argv and not first.exists():
        print("Making the demonstration data (about a minute, only once) …", flush=True)
        call_command("load_demo", **quiet)
        call_command("load_course_demo", **quiet)
        call_command("load_reports_demo", **quiet)
    first.touch()


if __name__ == "__main__":
    sys.exit(main())
