"""Fills an empty installation with demonstration data, by calling the functions people's forms call."""

import secrets
from contextlib import suppress
from datetime import datetime, time, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from campaigns.broadcast import versions
from campaigns.broadcast.drafts import request_draft
from campaigns.broadcast.scripts import reading_seconds
from campaigns.demo import listening, script
from campaigns.demo.airing import load_airing
from campaigns.demo.season import load_season
from campaigns.demo.sessions import load_sessions
from campaigns.demo.site import load_pages
from campaigns.hotlines import verify_hotline
from campaigns.models import Bulletin, BulletinVersion, Campaign, Hotline, Segment, SpeakerCluster, Station
from core.errors import DomainError
from media import jobs
from media.models import Job, Recording
from media.recordings import receive_file
from people.membership import grant_membership
from people.models import Duty, Organisation, User
from people.roles import Role
from places.models import AdministrativeUnit, Language, Settlement

AUDIO = Path(settings.ROOT) / "data" / "demo" / "audio"
DOMAIN = "demo.example"
SYNTHETIC = "Giọng máy (espeak-ng), chỉ để minh họa · synthetic demo voice"

# role → (name, post); names are of nobody.
_PEOPLE = {
    Role.ADMINISTRATOR: ("Quản trị Mẫu", "Quản trị hệ thống"),
    Role.COMMUNICATOR: ("Biên tập Mẫu", "Cán bộ truyền thông"),
    Role.TRANSLATOR: ("Biên dịch Mẫu", "Người dịch"),
    Role.REVIEWER: ("Người nghe Mẫu", "Người bản ngữ nghe lại"),
    Role.APPROVER: ("Phê duyệt Mẫu", "Lãnh đạo phòng"),
    Role.RADIO_OPERATOR: ("Truyền thanh Mẫu", "Cán bộ truyền thanh xã"),
    Role.TRAINER: ("Giảng viên Mẫu", "Giảng viên"),
    Role.COURSE_MANAGER: ("Quản lý lớp Mẫu", "Quản lý khóa học"),
    Role.TRAINEE: ("Học viên Mẫu", "Cán bộ hỗ trợ nạn nhân"),
    Role.PROGRAMME_MANAGER: ("Quản lý Mẫu", "Quản lý chương trình"),
    Role.SUPERVISOR: ("Giám sát Mẫu", "Cán bộ giám sát, Mặt trận"),
}
# The demo operator's commune: on the border, where Cơ Tu is spoken.
_COMMUNE = "Tây Giang"


def is_loaded() -> bool:
    return User.objects.filter(email__endswith="@" + DOMAIN).exists()


def load_demo(*, accounts_file: Path) -> None:
    """Everything or nothing; the accounts and their random passwords go to `accounts_file` (readable by its owner)."""
    with transaction.atomic():
        area = AdministrativeUnit.objects.current().get(level="province")
        commune = AdministrativeUnit.objects.current().communes().get(short_name=_COMMUNE)
        people, passwords = _people(area, commune)
        bulletin = _bulletin(area, people)
        _next_month(bulletin, people)
        load_pages(
            writer=people[Role.COMMUNICATOR], approver=people[Role.APPROVER], area=area,
            owner=Organisation.objects.get(name="Sở Y tế (mẫu)"),
        )  # fmt: skip
        listening.send_in(translator=people[Role.TRANSLATOR])
        _stations(commune)
        load_season(people=people, area=area, commune=commune)
        load_sessions(actor=people[Role.RADIO_OPERATOR], commune=commune)
    # Outside the transaction: the sounds are made now, so that the first visitor can listen at once.
    _make(bulletin, people)
    load_airing(bulletin.versions.get(language__tag="vi"), commune, people[Role.RADIO_OPERATOR])
    _work_off()
    accounts_file.parent.mkdir(parents=True, exist_ok=True)
    accounts_file.touch(mode=0o600)
    lines = [f"{role.value:18} {people[role].email:36} {passwords[role]}" for role in Role]
    accounts_file.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _people(area, commune):
    department = Organisation.objects.create(
        name="Sở Y tế (mẫu)", name_en="Department of Health (demo)", kind="department", area=area
    )
    committee = Organisation.objects.create(
        name=f"UBND xã {_COMMUNE} (mẫu)", name_en="Commune people's committee (demo)", kind="committee", area=commune,
        parent=department,
    )  # fmt: skip
    support, _created = Duty.objects.get_or_create(
        code="ho-tro-nan-nhan",
        defaults={
            "name": "Hỗ trợ nạn nhân bị mua bán",
            "name_en": "Support of trafficked persons",
            "supports_victims": True,
        },
    )
    people, passwords = {}, {}
    for role, (name, post) in _PEOPLE.items():
        local = role in (Role.RADIO_OPERATOR, Role.TRAINEE)
        passwords[role] = secrets.token_urlsafe(9)
        person = User.objects.create_user(f"{role.value}@{DOMAIN}", passwords[role], name=name)
        person.emailaddress_set.create(email=person.email, verified=True, primary=True)
        grant_membership(
            user=person, role=role, organisation=committee if local else department, area=commune if local else area,
            post=post, duties=[support] if role == Role.TRAINEE else None, starts_on=timezone.localdate() - timedelta(days=30),
        )  # fmt: skip
        people[role] = person
    return people, passwords


def _bulletin(area, people) -> Bulletin:
    today = timezone.localdate()
    hotline = Hotline.objects.create(
        number="111", name="Tổng đài quốc gia phòng, chống mua bán người và bảo vệ trẻ em",
        name_en="National line against human trafficking and for child protection",
        what_happens="Miễn phí, 24 giờ mỗi ngày. Người trực lắng nghe và chỉ việc cần làm, nơi giúp đỡ gần nhất.",
        what_happens_en="Free, 24 hours a day. Someone listens and tells you what to do and where the nearest help is.",
        owner=Organisation.objects.get(name="Sở Y tế (mẫu)"), on_every_page=True, position=10,
        source="Công bố ngày 19/9/2025; ngày kiểm tra ở đây là dữ liệu mẫu",
    )  # fmt: skip
    verify_hotline(hotline=hotline, on=today, good_until=today + timedelta(days=90))
    campaign = Campaign.objects.create(
        name="Hỏi kỹ trước khi đi", name_en="Ask before you go", theme=script.THEME, starts_on=today.replace(day=1),
        ends_on=today.replace(day=1) + timedelta(days=364),
    )  # fmt: skip
    jingle = receive_file(path=AUDIO / "jingle.ogg", title="Nhạc hiệu (tự làm)", kind=Recording.Kind.MUSIC)
    bulletin = Bulletin.objects.create(
        month=today, title=script.TITLE, title_en=script.TITLE_EN, theme=script.THEME, campaign=campaign, area=area,
        hotline=hotline, release_at=timezone.now(), author=people[Role.COMMUNICATOR],
    )  # fmt: skip
    for position, (kind, vi, _en) in enumerate(script.SEGMENTS):
        Segment.objects.create(
            bulletin=bulletin, sort_order=position, kind=kind, text=vi if isinstance(vi, str) else "",
            pause_seconds=vi if isinstance(vi, float) else 1.0, jingle=jingle if kind == "jingle" else None,
            cut=script.CUTS.get(position, "full"),
        )  # fmt: skip
    for tag in ("vi", "en", "ktv", "sed", "jeh", "cua"):
        versions.create_version(
            bulletin=bulletin, language=Language.objects.get(tag=tag, variety=""), actor=people[Role.COMMUNICATOR],
            credits=SYNTHETIC if tag in ("vi", "en") else "",
        )  # fmt: skip
    for tag in ("vi", "en"):
        _record(bulletin.versions.get(language__tag=tag), people)
    return bulletin


def _next_month(bulletin: Bulletin, people) -> None:
    """Written and waiting for voices, for who wants to try the studio; read by a machine meanwhile, where there is one."""
    author = people[Role.COMMUNICATOR]
    month = (bulletin.month.replace(day=1) + timedelta(days=32)).replace(day=1)
    coming = Bulletin.objects.create(
        month=month, title=script.NEXT_TITLE, title_en=script.NEXT_TITLE_EN, theme=script.THEME,
        campaign=bulletin.campaign, area=bulletin.area, hotline=bulletin.hotline, author=author,
        release_at=timezone.make_aware(datetime.combine(month, time(7))),
    )  # fmt: skip
    for position, (kind, text) in enumerate(script.NEXT_SEGMENTS):
        Segment.objects.create(bulletin=coming, sort_order=position, kind=kind, text=text)
    for tag in ("vi", "en", "ktv"):
        language = Language.objects.get(tag=tag, variety="")
        version = versions.create_version(bulletin=coming, language=language, actor=author)
        # Refused in words where there is no engine, or no voice for the language.
        with suppress(DomainError):
            request_draft(version=version, actor=author)


def _record(version: BulletinVersion, people) -> None:
    translator = people[Role.TRANSLATOR]
    tag = version.language.tag
    for segment in version.bulletin.segments.all():
        if not segment.is_spoken:
            continue
        text = segment.text
        if tag == "en":
            text = script.SEGMENTS[segment.sort_order][2]
            versions.save_translation(version=version, segment=segment, text=text, actor=translator)
        recording = receive_file(
            path=AUDIO / f"{tag}-{segment.sort_order:02}.ogg", title=f"{tag} {segment.sort_order + 1}", owner=translator,
            expected_seconds=reading_seconds(text, version.language.words_per_minute), is_synthetic=True,
        )  # fmt: skip
        versions.attach_recording(version=version, recording=recording, segment=segment, actor=translator)
    if tag == "en":
        versions.finish_translation(version=version, actor=translator)


def _make(bulletin: Bulletin, people) -> None:
    _work_off()
    for version in bulletin.versions.filter(language__tag__in=("vi", "en")):
        versions.finish_recording(version=version, actor=people[Role.TRANSLATOR])
    listening.hand_over(translator=people[Role.TRANSLATOR])
    _work_off()
    for version in bulletin.versions.filter(language__tag__in=("vi", "en")):
        versions.review_version(version=version, actor=people[Role.REVIEWER])
        versions.approve_version(version=version, actor=people[Role.APPROVER])
    listening.put_on(translator=people[Role.TRANSLATOR], approver=people[Role.APPROVER])


def _work_off() -> None:
    """Runs the waiting jobs here: on the first start no worker is up yet."""
    for pk in Job.objects.filter(state=Job.State.QUEUED).values_list("pk", flat=True):
        jobs.run(pk)


def _stations(commune) -> None:
    """A station with two clusters; the settlements are marked as samples, no real list was to be had."""
    station = Station.objects.create(commune=commune, name=f"Đài truyền thanh xã {_COMMUNE} (mẫu)", technology="wired")
    for number in (1, 2):
        cluster = SpeakerCluster.objects.create(station=station, name=f"Cụm loa {number}")
        settlement = Settlement.objects.create(
            commune=commune, name=f"Thôn mẫu {number}", valid_from=timezone.localdate() - timedelta(days=400)
        )
        cluster.settlements.add(settlement)
    Settlement.objects.create(commune=commune, name="Thôn mẫu 3", valid_from=timezone.localdate() - timedelta(days=400))
