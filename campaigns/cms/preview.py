"""Hearing a programme as the village will: from a horn loudspeaker across a market, before and after processing."""

from django.utils.translation import gettext as _

from campaigns.models import BulletinVersion
from media import jobs
from media.programmes import previews


def preview_of(version: BulletinVersion) -> dict:
    """For `_preview.html`: {"state": "" | "waiting" | "failed" | "ready", "reason", "heard"}; one query."""
    if version.programme is None:
        return {"state": "", "reason": "", "heard": []}
    made = previews(version.programme)
    labels = {"heard-before": _("As it was recorded"), "heard-after": _("As the loudspeakers will play it")}
    heard = [{"label": labels[name], "rendition": made[name]} for name in labels if name in made]
    failed = next((row["rendition"] for row in heard if row["rendition"].state == "failed"), None)
    if failed:
        return {"state": "failed", "reason": jobs.in_words(failed.reason), "heard": []}
    ready = [row for row in heard if row["rendition"].state == "ready"]
    state = "" if not heard else "ready" if len(ready) == len(labels) else "waiting"
    return {"state": state, "reason": "", "heard": ready if state == "ready" else []}
