"""Videos: taken in by content, made small by a job, and refused in words."""

import hashlib
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext_lazy

from core.errors import DomainError
from media import jobs
from media.models import Upload, Video
from media.storage import absolute, install, keep, sha256_of, workdir
from media.uploads import part_path, remove_upload
from media.video import VideoRefused, poster, probe_video, transcode

# Another way of making them is another job for the same film.
_VERSION = 1


@transaction.atomic
def receive_video(*, owner, title: str, upload: Upload) -> Video:
    """Takes a finished upload in as a film and has it prepared. The upload's row and part are gone afterwards."""
    if upload.state != Upload.State.COMPLETE:
        raise DomainError(gettext_lazy("The file has not arrived whole yet."))
    video = _take_in(part_path(upload), upload.sha256, upload.size, owner, title, link=True)
    remove_upload(upload)
    return video


@transaction.atomic
def receive_film_file(*, path: Path, title: str, owner=None) -> Video:
    """The same for a file that is on this machine already (demo data). The file stays where it is."""
    return _take_in(path, sha256_of(path), path.stat().st_size, owner, title)


def _take_in(path, sha256, size, owner, title, *, link=False) -> Video:
    place = f"films/{sha256[:2]}/{sha256}"
    keep(path, absolute(place), link=link)
    video = Video.objects.create(
        title=title[:200], owner=owner, source_sha256=sha256, source_path=place, source_size=size
    )
    jobs.enqueue("video", _key(video), {"video": video.pk})
    return video


def _key(video: Video) -> str:
    return f"{video.pk}:{_VERSION}"


def _failed(args: dict, reason: str) -> None:
    Video.objects.filter(pk=args["video"]).update(state=Video.State.REFUSED, reason=reason)


def _waits_again(args: dict) -> bool:
    rows = Video.objects.filter(pk=args["video"], state=Video.State.REFUSED)
    return rows.update(state=Video.State.WAITING, reason="") > 0


@jobs.handles("video", on_failure=_failed, on_retry=_waits_again)
def prepare(args: dict):
    """Judges a film by its content and makes the small file and its poster; both appear whole, with the row."""
    video = Video.objects.get(pk=args["video"])
    source = absolute(video.source_path)
    try:
        probed = probe_video(source)
        with workdir() as folder:
            film = transcode(source, probed, folder / "film.mp4")
            still = poster(film)
            place = f"renditions/{film.sha256[:2]}/{film.sha256}.mp4"
            install(film.path, absolute(place))
            digest = hashlib.sha256(still).hexdigest()
            (folder / "poster.jpg").write_bytes(still)
            poster_place = f"renditions/{digest[:2]}/{digest}.jpg"
            install(folder / "poster.jpg", absolute(poster_place))
    except VideoRefused as refusal:
        reason = str(refusal)
        return lambda: _failed(args, reason)

    def finish() -> None:
        Video.objects.filter(pk=video.pk).update(
            state=Video.State.READY, reason="", path=place, sha256=film.sha256, size=film.bytes, duration=film.seconds,
            width=film.width, height=film.height, has_sound=probed.has_sound, poster_path=poster_place,
            poster_sha256=digest, poster_size=len(still),
        )  # fmt: skip

    return finish


def video_refusal(video: Video) -> str:
    """Why a film was refused, in the language of the moment; "" when it was not."""
    return jobs.in_words(video.reason) if video.state == Video.State.REFUSED else ""


@transaction.atomic
def retry_video(video: Video) -> None:
    """Has a refused film prepared again."""
    if _waits_again({"video": video.pk}):
        jobs.retry_job(jobs.enqueue("video", _key(video), {"video": video.pk}))
