"""Makers of bulletins at any step of their life. Sounds are rows without files, except where a test needs to hear them."""

from datetime import timedelta
from itertools import count
from types import SimpleNamespace

from django.utils import timezone

from campaigns.broadcast import versions
from campaigns.broadcast.cuts import programmes
from campaigns.models import Bulletin, BulletinVersion, Hotline, Segment
from media.models import Recording, Rendition
from people.roles import Role
from places.models import Language
from tests.factories import make_organisation, make_province, make_user

_numbers = count(1)
# A test script: (kind, Vietnamese); a pause carries seconds, a jingle its recording or None.
SCRIPT = (
    ("announcer", "Chuỗi thử một hai ba."),
    ("pause", 2.0),
    ("voice-a", "Chuỗi thử bốn năm."),
    ("key-message", "Chuỗi thử: nhớ hỏi kỹ."),
    ("hotline", "Chuỗi thử: gọi một một một."),
)


def make_language(tag: str = "vi", *, speed: int = 120, mode: str = "text", **fields) -> Language:
    names = {
        "own_name": tag,
        "name_vi": f"Tiếng {tag}",
        "name_en": tag.upper(),
        "words_per_minute": speed,
        "mode": mode,
    }
    return Language.objects.update_or_create(tag=tag, variety="", defaults=names | fields)[0]


def make_hotline(number: str = "111", *, days: int | None = 60, **fields) -> Hotline:
    """A line whose check is good for `days` more days (negative: expired, None: never called)."""
    today = timezone.localdate()
    dates = {}
    if days is not None:
        dates = {"verified_at": today - timedelta(days=100), "expires_at": today + timedelta(days=days)}
    defaults = {"name": "Tổng đài thử", "name_en": "Test line", "what_happens": "Có người nghe (thử)."}
    return Hotline.objects.create(number=number, owner=make_organisation(), **(defaults | dates | fields))


def make_recording(
    owner=None, *, state: str = "ready", kind: str = "speech", seconds: float = 4.0, **fields
) -> Recording:
    sha = f"{next(_numbers):064x}"
    return Recording.objects.create(
        owner=owner, state=state, kind=kind, title=f"thử {sha[-4:]}", sha256=sha, path=f"recordings/{sha}", size=1000,
        duration=seconds, **fields,
    )  # fmt: skip


def make_bulletin(
    author, *, area=None, script=SCRIPT, hotline=None, release_in=timedelta(hours=-1), **fields
) -> Bulletin:
    make_language()
    bulletin = Bulletin.objects.create(
        month=timezone.localdate(), title=fields.pop("title", "Bản tin thử"), area=area or make_province(),
        hotline=hotline or Hotline.objects.first() or make_hotline(), release_at=timezone.now() + release_in, author=author,
        **fields,
    )  # fmt: skip
    for position, (kind, what) in enumerate(script):
        Segment.objects.create(
            bulletin=bulletin, sort_order=position, kind=kind, text=what if isinstance(what, str) else "",
            pause_seconds=what if isinstance(what, float) else 1.0,
            jingle=what if isinstance(what, Recording) else None,
        )  # fmt: skip
    return bulletin


def make_team(area=None) -> SimpleNamespace:
    """One person for each role of the workbench, all of the same area."""
    area = area or make_province()
    roles = {
        "author": Role.COMMUNICATOR, "translator": Role.TRANSLATOR, "reviewer": Role.REVIEWER,
        "approver": Role.APPROVER, "administrator": Role.ADMINISTRATOR,
    }  # fmt: skip
    return SimpleNamespace(area=area, **{name: make_user(role=role, area=area) for name, role in roles.items()})


def spoken(bulletin: Bulletin) -> list[Segment]:
    return [segment for segment in Segment.objects.filter(bulletin=bulletin) if segment.is_spoken]


def translate(version: BulletinVersion, actor) -> None:
    for number, segment in enumerate(spoken(version.bulletin), start=1):
        versions.save_translation(version=version, segment=segment, text=f"test string {number}", actor=actor)


def record(version: BulletinVersion, actor) -> None:
    for segment in spoken(version.bulletin):
        versions.attach_recording(version=version, recording=make_recording(actor), segment=segment, actor=actor)


def make_programme_ready(version: BulletinVersion) -> None:
    """What the worker would do: every rendition of the version's programmes is there."""
    version.refresh_from_db()
    Rendition.objects.filter(programme__in=programmes(version)).update(
        state="ready", size=1000, sha256="a" * 64, path="renditions/x", duration=30.0
    )


def make_version(team, bulletin: Bulletin, tag: str = "en", *, upto: str = "draft") -> BulletinVersion:
    """A version brought to the step `upto` by the people of `team`, through the functions their pages call."""
    version = versions.create_version(bulletin=bulletin, language=make_language(tag), actor=team.author)
    steps = ["draft", "translated", "recorded", "reviewed", "approved"]
    wanted = steps.index(upto)
    if wanted >= 1 and tag != "vi":
        translate(version, team.translator)
        versions.finish_translation(version=version, actor=team.translator)
    if wanted >= 2:
        record(version, team.translator)
        versions.finish_recording(version=version, actor=team.translator)
        make_programme_ready(version)
    if wanted >= 3:
        versions.review_version(version=version, actor=team.reviewer)
    if wanted >= 4:
        versions.approve_version(version=version, actor=team.approver)
    version.refresh_from_db()
    return version
