"""Sounds of a version on their way in: a file that was sent, or a take spoken in the browser."""

import hashlib
import uuid

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from campaigns.broadcast import scripts, versions
from campaigns.broadcast.scripts import Line
from campaigns.models import BulletinVersion, Segment
from core.errors import DomainError
from media.models import Recording, Upload
from media.recordings import receive_recording
from media.uploads import complete_upload


class WordsChanged(DomainError):
    """The segment no longer says what this take was read from."""

    code = "words-changed"


def words_of(line: Line) -> str:
    """What is read aloud for a segment: the version's own words, and the Vietnamese ones while there are none."""
    return line.text or line.segment.text


def digest_of(line: Line) -> str:
    """Short name of a segment's words; a take carries it, so that nobody's voice ends up under other words."""
    return hashlib.sha256(words_of(line).encode()).hexdigest()[:16]


def _line(version: BulletinVersion, segment: Segment) -> Line:
    return next(line for line in scripts.lines(version) if line.segment.pk == segment.pk)


@transaction.atomic
def take_in(*, version: BulletinVersion, segment: Segment | None, upload: Upload, actor) -> Recording:
    """Makes a finished upload the recording of a segment, or of the whole; its check runs in a job."""
    if segment is None:
        expected = scripts.version_seconds(version)
    else:
        expected = scripts.reading_seconds(words_of(_line(version, segment)), version.language.words_per_minute)
    recording = receive_recording(owner=actor, title=upload.filename, upload=upload, expected_seconds=expected)
    versions.attach_recording(version=version, recording=recording, segment=segment, actor=actor)
    return recording


@transaction.atomic
def receive_take(*, version: BulletinVersion, segment: Segment, take: uuid.UUID, digest: str, actor) -> Recording:
    """A take that was spoken from the words named by `digest` and has arrived as the upload of the same id. Received
    twice it is there once; an earlier take that is chosen again stands in its place again."""
    versions.check_recordable(version=version, actor=actor)
    if digest_of(_line(version, segment)) != digest:
        raise WordsChanged(_("The text of this segment has changed since this was spoken. Record it again."))
    known = Recording.objects.filter(sent_as=take, owner=actor).first()
    if known is None:
        upload = complete_upload(owner=actor, upload_id=take)
        if upload is None:
            raise DomainError(_("The file has not arrived whole yet."), code="not-arrived")
        return take_in(version=version, segment=segment, upload=upload, actor=actor)
    if not version.texts.filter(segment=segment, recording=known).exists():
        versions.attach_recording(version=version, recording=known, segment=segment, actor=actor)
    return known
