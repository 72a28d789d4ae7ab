"""A season of 30 July and its events, at any step of their life."""

from datetime import datetime, timedelta

from django.utils import timezone

from campaigns.models import Event, Season
from campaigns.season import seasons
from tests.campaigns.making import make_hotline
from tests.factories import make_province


def make_season(author, **fields) -> Season:
    year = timezone.localdate().year + 1
    at = timezone.make_aware(datetime(year, 7, 30, 7, 30))
    said = {
        "area": make_province(), "year": year, "theme": "Chủ đề thử", "slogans": "Khẩu hiệu một\nKhẩu hiệu hai",
        "legal_basis": "Căn cứ Luật thử số 1;\nCăn cứ Quyết định thử số 2", "starts_on": f"{year}-07-01",
        "ends_on": f"{year}-07-31", "hotline": make_hotline(), "starts_at": at, "ends_at": at + timedelta(hours=2),
        "title": "Mít tinh tại {xa} năm {nam}", "summary": "Tóm tắt: {chu_de}.",
        "programme": "07:30 | Đón đại biểu | Văn phòng\n08:00 | Khai mạc", "speech": "Kính thưa bà con {xa}.\nĐoạn hai.",
        "plan_text": "# I. Mục đích\nNội dung kế hoạch.", "announcement": "Bà con {xa} chú ý. Ngày 30/7 có mít tinh.",
    } | fields  # fmt: skip
    return seasons.save_season(actor=author, season=Season(**said))


def edited(event, worker, **changes) -> Event:
    for name, value in changes.items():
        setattr(event, name, value)
    return seasons.change_event(event=event, actor=worker)


def published(event, worker) -> Event:
    edited(event, worker, place="Sân vận động xã")
    return seasons.publish_event(event=event, actor=worker)


def at(event, begins) -> Event:
    """The event, as if its day had come: it begins so long from now (a timedelta) and lasts two hours."""
    now = timezone.now()
    Event.objects.filter(pk=event.pk).update(starts_at=now + begins, ends_at=now + begins + timedelta(hours=2))
    return fresh(event)


def fresh(event) -> Event:
    return Event.objects.select_related("season__hotline", "season__area", "commune").get(pk=event.pk)
