"""A second reader of calendar files, beside the icalendar library: khal, which people use in a terminal. It imports a file into
an empty calendar of its own, kept nowhere else, and lists what it understood."""

import os
import subprocess
import sys
from datetime import date
from pathlib import Path

_SETTINGS = """
[calendars]
[[trial]]
path = {folder}/trial
[sqlite]
path = {folder}/khal.db
[locale]
local_timezone = Asia/Ho_Chi_Minh
default_timezone = Asia/Ho_Chi_Minh
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M
[default]
default_calendar = trial
"""


def listed(folder: Path, book: bytes, first: date, days: int) -> list[str]:
    """`first` and the days after it as khal shows them: "2026-07-30 07:30 09:30 title @ place [status]", by time. An error
    of khal fails the test: it neither skips what it cannot read nor asks."""
    (folder / "trial").mkdir(exist_ok=True)
    settings, file = folder / "khal.conf", folder / "book.ics"
    settings.write_text(_SETTINGS.format(folder=folder))
    file.write_bytes(book)
    _khal(folder, "import", "--batch", "-a", "trial", file)
    form = "{start-date} {start-time} {end-time} {title} @ {location} [{status}]"
    said = _khal(folder, "list", "--day-format", "", "--format", form, first.isoformat(), f"{days}d")
    return [line.replace(" ]", "]") for line in said.splitlines() if line.strip()]


def _khal(folder: Path, *arguments) -> str:
    home = {name: str(folder) for name in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME")}
    made = subprocess.run(
        [sys.executable, "-m", "khal", "-c", folder / "khal.conf", *arguments], capture_output=True, text=True, timeout=60,
        env=os.environ | home | {"LC_ALL": "C.UTF-8"},
    )  # fmt: skip
    assert (made.returncode, "rror" in made.stderr) == (0, False), made.stderr
    return made.stdout
