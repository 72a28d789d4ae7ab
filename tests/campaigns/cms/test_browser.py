"""The workbench in a real browser: what its scripts add, and that axe finds nothing to complain about in our pages."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse

from campaigns.broadcast import scripts
from campaigns.models import Segment
from tests.campaigns.making import (
    SCRIPT,
    make_bulletin,
    make_hotline,
    make_language,
    make_recording,
    make_team,
    make_version,
)
from tests.factories import make_commune

pytestmark = pytest.mark.journey


@pytest.fixture
def team(site_frame):
    make_language()
    return make_team()


def complaints(page) -> list[tuple]:
    found = Axe().run(page, context=".bench").response["violations"]
    return [(rule["id"], node["html"][:120]) for rule in found for node in rule["nodes"]]


@pytest.mark.parametrize(("width", "theme"), [(1280, "light"), (360, "light"), (1280, "dark")])
@pytest.mark.looks
def test_pages_of_the_workbench_are_accessible(team, visit, enter, width, theme):
    bulletin = make_bulletin(team.author)
    english = make_version(team, bulletin, "en", upto="reviewed")
    vietnamese = make_version(team, bulletin, "vi", upto="recorded")
    before = scripts.script_signature(bulletin)
    draft = make_version(team, bulletin, "ktv", upto="translated")
    Segment.objects.filter(bulletin=bulletin, kind="announcer").update(text="Chuỗi thử đã đổi.")
    scripts.segments_changed(bulletin=bulletin, before=before, actor=team.author)
    noisy = make_recording(team.translator, state="refused", findings=[{"code": "noisy", "severity": "refuse"}])
    draft.texts.update(recording=noisy)
    page = visit("/vi/", width=width, height=900, theme=theme)
    enter(page, team.approver)
    line = bulletin.hotline
    pages = [
        ("wagtailadmin_home", []), ("bulletin_workbench", [bulletin.pk]), ("version_workbench", [draft.pk]),
        ("version_translate", [draft.pk]), ("version_record", [vietnamese.pk]), ("version_record", [draft.pk]),
        ("version_review", [vietnamese.pk]), ("version_approve", [english.pk]), ("hotline_verify", [line.pk]),
        ("jingles", []),
    ]  # fmt: skip
    found = {}
    for name, args in pages:
        page.goto(reverse(name, args=args))
        found[name, *args] = complaints(page)
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, (name, wide)
    assert {key: value for key, value in found.items() if value} == {}
    enter_again = visit("/vi/", width=width, height=900, theme=theme)
    enter(enter_again, team.translator)
    for name, args in (("version_translate", [draft.pk]), ("version_record", [draft.pk])):
        enter_again.goto(reverse(name, args=args))
        assert complaints(enter_again) == []


def test_reading_time_follows_the_typing(team, visit, enter):
    version = make_version(team, make_bulletin(team.author), "en")
    page = visit("/vi/", width=1280, height=900)
    enter(page, team.translator)
    page.goto(reverse("version_translate", args=[version.pk]))
    box = page.locator("textarea[name^=text-]").first
    # The language reads 120 words a minute.
    box.fill("one two three four five six seven eight nine ten")
    assert page.locator("output").first.inner_text() == "0:05"
    box.fill("")
    assert page.locator("output").first.inner_text() == "0:00"


def test_communes_are_found_without_diacritics_and_counted(team, visit, enter):
    make_hotline()
    for name in ("Xã Trà My", "Xã Trà Đốc", "Phường Hội An", *(f"Xã Thử {n}" for n in range(6))):
        make_commune(name, parent=team.area)
    page = visit("/vi/", width=360)
    enter(page, team.author)
    page.goto(reverse("bulletins:add"))
    page.fill(".checklist input[type=search]", "tra doc")
    shown = page.locator(".checklist li:visible")
    assert shown.all_inner_texts() == ["Xã Trà Đốc"]
    shown.locator("input").check()
    assert page.locator(".checklist [role=status]").inner_text().startswith("1 ")


def test_the_script_form_shows_what_a_segment_needs_and_adds_up(team, visit, enter):
    bulletin = make_bulletin(team.author)
    page = visit("/vi/", width=1280, height=900)
    enter(page, team.author)
    page.goto(reverse("bulletins:edit", args=[bulletin.pk]))
    assert page.locator("#id_segments-0-text").is_visible()
    assert not page.locator("#id_segments-0-pause_seconds").is_visible()
    assert page.locator("#id_segments-1-pause_seconds").is_visible()
    assert not page.locator("#id_segments-1-text").is_visible()
    assert page.locator("#id_segments-0-cut").is_visible()
    words = sum(len(text.split()) for kind, text in SCRIPT if isinstance(text, str))
    seconds = round(words * 60 / 120)
    assert page.locator(".script-length").inner_text().endswith(f"{seconds // 60}:{seconds % 60:02}")


def test_segments_are_moved_and_saved_in_their_new_order(team, visit, enter):
    bulletin = make_bulletin(team.author)
    page = visit("/vi/", width=1280, height=900)
    enter(page, team.author)
    page.goto(reverse("bulletins:edit", args=[bulletin.pk]))
    page.locator("[data-inline-panel-child-move-down]").nth(0).click()
    page.locator("#w-editor-form footer [type=submit]").last.click()
    page.wait_for_url("**/workbench/**")
    kinds = list(Segment.objects.filter(bulletin=bulletin).values_list("kind", flat=True))
    assert kinds == ["pause", "announcer", "voice-a", "key-message", "hotline"]
