"""The withdrawal of a consent in a real browser: on a phone and on a desk, by light and dark; axe has nothing to say."""

import os

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse

from tests.campaigns.pages.making import draft_material, make_site, publish
from tests.campaigns.pages.test_ethics import make_consent, make_picture

pytestmark = [pytest.mark.journey, pytest.mark.looks]


@pytest.mark.parametrize(("width", "theme"), [(360, "light"), (1280, "dark")])
def test_withdrawing_is_readable_everywhere(site_frame, visit, enter, width, theme):
    team = make_site()
    consent = make_consent()
    picture = make_picture(subject="adult", consent=consent, title="Buổi nói chuyện ở nhà văn hoá thôn (hình thử)")
    body = [{"type": "picture", "value": {"picture": {"image": picture.pk, "alt_text": "Thử", "decorative": False}}}]
    draft = draft_material(team, "Việc nhẹ lương cao: tám câu hỏi trước khi nhận lời đi làm xa (trang thử)")
    draft.body = draft.body.stream_block.to_python(body)
    draft.save_revision(user=team.author)
    publish(team, draft)
    page = visit("/vi/", width=width, height=900, theme=theme)
    enter(page, team.approver)
    for name, args in (("consent_withdraw", [consent.pk]), ("consents:index", [])):
        page.goto(reverse(name, args=args))
        found = Axe().run(page, context=".bench" if args else ".bench-cell").response["violations"]
        assert [(rule["id"], node["html"][:120]) for rule in found for node in rule["nodes"]] == []
        if args:
            assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        if folder := os.environ.get("SHOTS"):
            page.screenshot(path=f"{folder}/{name.replace(':', '-')}-{width}-{theme}.png", full_page=True)
