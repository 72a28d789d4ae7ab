"""Files named by their content. A file is written beside its place, fsynced and renamed: it is whole or not there."""

import hashlib
import os
import shutil
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from django.conf import settings

BLOCK = 1 << 20
# No job lasts this long (media.tasks): what it left behind belongs to nobody, seconds.
LEFT_BEHIND = 6 * 3600


def absolute(path: str) -> Path:
    """The file of a stored relative path; refuses to leave the upload folder."""
    root = Path(settings.MEDIA_ROOT).resolve()
    found = (root / path).resolve()
    if not found.is_relative_to(root):
        raise ValueError("path outside the upload folder")
    return found


def sha256_of(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()


def fsync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def install(temporary: Path, target: Path) -> None:
    """Moves a finished file to its place, durably."""
    with temporary.open("rb") as file:
        os.fsync(file.fileno())
    target.parent.mkdir(parents=True, exist_ok=True)
    os.replace(temporary, target)
    fsync_folder(target.parent)


@contextmanager
def workdir() -> Iterator[Path]:
    """A folder for one job on the same disk as the uploads (so that a rename is atomic), gone afterwards."""
    base = Path(settings.MEDIA_ROOT) / "work"
    base.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=base, prefix="job-") as folder:
        yield Path(folder)


def keep(source: Path, target: Path, *, link: bool) -> None:
    """Puts the content of `source` at `target`, unless it is there already. `link`: as a second name of the same bytes
    (nobody may change them later), at no cost even for 200 MB; where the disk cannot do that, and else, by a copy."""
    if target.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    # A name of its own: two people may send the same sound at the same moment.
    temporary = target.with_name(f"{target.name}.{uuid.uuid4().hex}.incoming")
    try:
        try:
            if not link:
                raise OSError
            os.link(source, temporary)
        except OSError:
            shutil.copyfile(source, temporary)
        install(temporary, target)
    finally:
        temporary.unlink(missing_ok=True)


def delete_leftovers() -> int:
    """Removes what killed workers left: working folders and files that never came to their place."""
    root, old, removed = Path(settings.MEDIA_ROOT), time.time() - LEFT_BEHIND, 0
    for leftover in (*root.glob("work/job-*"), *root.glob("recordings/*/*.incoming"), *root.glob("films/*/*.incoming")):
        # The time the name was made; a second name of the same bytes keeps their old time of writing.
        with suppress(FileNotFoundError):
            if leftover.stat().st_ctime >= old:
                continue
            removed += 1
            if leftover.is_dir():
                shutil.rmtree(leftover, ignore_errors=True)
            else:
                leftover.unlink(missing_ok=True)
    return removed
