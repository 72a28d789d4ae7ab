"""A released version with small real files, made as rows: nothing is rendered, so a test has it in milliseconds."""

import hashlib
from datetime import datetime, timedelta
from itertools import count

from django.utils import timezone

from campaigns.models import Bulletin, BulletinVersion, VersionCut
from media.audio import PROFILES
from media.models import Programme, Rendition
from media.storage import absolute
from people.roles import Role
from places.models import Language
from tests.campaigns.making import make_hotline, make_language
from tests.factories import make_province, make_user

SECONDS = 90.0
_numbers = count(1)


def content(profile: str, number: int = 0) -> bytes:
    """About 40 kB that repeat nowhere: a wrong offset gives other bytes."""
    return b"".join(hashlib.sha256(f"{profile} {number} {block}".encode()).digest() for block in range(1250)) + b"end"


def make_programme(seconds: float, finished_at: datetime) -> Programme:
    """A programme whose renditions lie on disk."""
    number = next(_numbers)
    programme = Programme.objects.create(key=f"{number:064x}", parts=[])
    for profile in PROFILES.values():
        data = content(profile.name, number)
        key = hashlib.sha256(f"{programme.key} {profile.name}".encode()).hexdigest()
        path = absolute(f"renditions/{key}{profile.suffix}")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        Rendition.objects.create(
            programme=programme, profile=profile.name, key=key, state="ready", path=f"renditions/{path.name}",
            size=len(data), sha256=hashlib.sha256(data).hexdigest(), duration=seconds, finished_at=finished_at,
        )  # fmt: skip
    return programme


def make_shorter(version: BulletinVersion, length: str = "60", *, seconds: float = 45.0) -> VersionCut:
    """A shorter broadcast beside a released one."""
    return VersionCut.objects.create(
        version=version, length=length, programme=make_programme(seconds, version.released_at)
    )


def make_released(
    *,
    title: str = "Bản tin thử",
    tag: str = "vi",
    language: Language | None = None,
    area=None,
    audience=(),
    bulletin: Bulletin | None = None,
    released_at: datetime | None = None,
    seconds: float = SECONDS,
    **fields,
) -> BulletinVersion:
    """A version in state "released" (default: an hour ago), its programme in every profile on disk.

    `seconds`: length of the programme. `fields`: of the bulletin. `bulletin`: add a language to this one instead.
    """
    released_at = released_at or timezone.now() - timedelta(hours=1)
    area = area or make_province()
    bulletin = bulletin or Bulletin.objects.create(
        **{
            "month": timezone.localdate(), "title": title, "area": area, "release_at": released_at,
            "hotline": make_hotline(f"1900{next(_numbers):04d}"), "author": make_user(role=Role.COMMUNICATOR, area=area),
        }
        | fields
    )  # fmt: skip
    if audience:
        bulletin.audience.set(audience)
        bulletin.save()
    programme = make_programme(seconds, released_at)
    return BulletinVersion.objects.create(
        bulletin=bulletin, language=language or make_language(tag), state="released", released_at=released_at,
        programme=programme, reviewer=make_user(), approver=make_user(),
    )  # fmt: skip
