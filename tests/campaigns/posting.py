"""Posting the workbench's forms as a browser does, and reading what comes back."""

from django.urls import reverse
from django.utils import timezone

from campaigns.broadcast.scripts import script_signature
from campaigns.cms.forms import digest
from campaigns.models import Hotline, Segment
from tests.campaigns.making import spoken

WRITTEN = [("announcer", "Câu thử."), ("key-message", "Nhớ (thử)."), ("hotline", "Gọi (thử).")]


def post(client, person, name: str, /, *args, **data):
    client.force_login(person)
    return client.post(reverse(name, args=args), data)


def said(response) -> str:
    return response.content.decode()


def bulletin_data(area, /, *, bulletin=None, script=WRITTEN, **more) -> dict:
    """What the browser sends for a bulletin's form."""
    saved = list(Segment.objects.filter(bulletin=bulletin)) if bulletin else []
    data = {
        "title": "Bản tin thử", "theme": "", "title_en": "", "priority": "normal", "area": area.pk,
        "month": f"{timezone.localdate():%Y-%m}", "hotline": Hotline.objects.first().pk, "campaign": "",
        "release_at": f"{timezone.localtime():%Y-%m-%d %H:%M}",
        "seen": digest(repr(script_signature(bulletin))) if bulletin else "",
        "segments-TOTAL_FORMS": len(script), "segments-INITIAL_FORMS": len(saved), "segments-MIN_NUM_FORMS": 0,
        "segments-MAX_NUM_FORMS": 1000,
    }  # fmt: skip
    for number, (kind, text) in enumerate(script):
        data |= {
            f"segments-{number}-kind": kind, f"segments-{number}-text": text, f"segments-{number}-pause_seconds": "1",
            f"segments-{number}-jingle": "", f"segments-{number}-cut": "full",
            f"segments-{number}-ORDER": number + 1, f"segments-{number}-DELETE": "",
            f"segments-{number}-id": saved[number].pk if number < len(saved) else "",
        }  # fmt: skip
    return data | more


def typed(version, texts: dict, **more) -> dict:
    """What the translation page sends: every box, with the digest of what it was opened with."""
    saved = {row.segment_id: row for row in version.texts.all()}
    data = {}
    for segment in spoken(version.bulletin):
        row = saved.get(segment.pk)
        data[f"was-{segment.pk}"] = digest(row.text if row else "")
        data[f"text-{segment.pk}"] = texts.get(segment.kind, row.text if row else "")
        if segment.kind in ("key-message", "hotline"):
            data[f"was-back-{segment.pk}"] = digest(row.back_translation if row else "")
            data[f"back-{segment.pk}"] = texts.get(f"back {segment.kind}", row.back_translation if row else "")
    return data | more
