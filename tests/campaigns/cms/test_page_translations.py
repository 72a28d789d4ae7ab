"""The pages of the translation board: who may, what is kept, and how they look in a real browser."""

import os
import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import escape
from playwright.sync_api import expect
from wagtail.models import Locale

from campaigns.cms.forms import digest
from campaigns.cms.page_lists import tell_languages
from campaigns.models import MaterialPage, WatchedWord
from campaigns.pages import translating
from campaigns.pages.translation_status import status_of
from people.roles import Role
from tests.campaigns.making import make_language, make_team
from tests.campaigns.pages.making import draft_material, make_site, section
from tests.campaigns.pages.test_translating import begun, now, with_body, write_all
from tests.campaigns.posting import post, said
from tests.factories import make_province, make_user


@pytest.fixture
def team(db, client):
    # The refusals are compared as they are written in the code.
    client.cookies["django_language"] = "en"
    team = make_site()
    make_language("ktv")
    return team


def sent(translation, texts: dict[int, str], **more) -> dict:
    """What the page sends: every box with the digest of what it was opened with; `texts` by number of the line."""
    data = {}
    for number, line in enumerate(now(translation).lines):
        key = line.segment.pk
        data |= {f"text-{key}": texts.get(number, line.shown), f"was-{key}": digest(line.shown)}
        if line.needs_back:
            data |= {f"back-{key}": line.back, f"was-back-{key}": digest(line.back)}
    return data | more


def test_board_and_page_are_open_to_the_workbench_only(client, team):
    page = with_body(team)
    source = translating.source_of(page)
    elsewhere = make_team(make_province("Tỉnh Thử Khác"))
    addresses = [
        reverse("page_translations"), reverse("page_translate", args=[source.pk, "ktv"]),
        reverse("page_translate_preview", args=[source.pk, "ktv"]),
    ]  # fmt: skip
    files = [reverse("translation_files", args=["ktv"]), reverse("translation_download", args=["ktv", "po"])]
    # The site is one for the whole province: pages have no area.
    for person in (team.author, team.translator, team.reviewer, team.approver, elsewhere.translator):
        client.force_login(person)
        assert [client.get(a).status_code for a in addresses] == [200, 200, 200]
    for person, code in ((team.translator, 200), (team.author, 200), (team.reviewer, 403), (team.approver, 403)):
        client.force_login(person)
        assert [client.get(a).status_code for a in files] == [code, code]
    for role in (Role.RADIO_OPERATOR, Role.TRAINEE, None):
        client.force_login(make_user(role=role, area=team.area))
        assert {client.get(a).status_code for a in addresses + files} == {403}
    client.logout()
    assert {client.get(a).status_code for a in addresses + files} == {302}
    client.force_login(team.translator)
    for code in ("vi", "xx", "fr"):
        assert client.get(reverse("page_translate", args=[source.pk, code])).status_code == 404
    assert client.get(reverse("page_translate", args=[99999, "ktv"])).status_code == 404


def test_saving_signing_and_approving_by_the_buttons(client, team):
    page = with_body(team)
    translation = begun(team, page, "en")
    args = ["page_translate", translation.source_id, "en"]
    everything = {n: "[t] <b>x</b>" if line.marked_up else f"[t] {n}" for n, line in enumerate(now(translation).lines)}
    assert post(client, team.translator, *args, **sent(translation, {0: "[t] 0"}, finish="1")).status_code == 409
    assert now(translation).done == 1
    # Refused, and what was saved stays: the page says how many are missing.
    assert "1 of 9 sentences" in said(client.get(reverse(args[0], args=args[1:])))
    post(client, team.translator, *args, **sent(translation, everything, finish="1"))
    assert now(translation).next_step == "approved"
    post(client, team.translator, *args, approve="1")
    post(client, team.reviewer, *args, approve="1")
    assert now(translation).next_step == "approved"
    post(client, team.approver, *args, **{"return": "1", "note": "Câu 1 (thử)"})
    assert "Câu 1 (thử)" in said(client.get(reverse(args[0], args=args[1:])))
    post(client, team.translator, *args, finish="1")
    post(client, team.approver, *args, approve="1")
    assert now(translation).state == "live"
    assert MaterialPage.objects.get(locale__language_code="en").title == "[t] 0"


def test_a_text_saved_by_another_meanwhile_is_not_overwritten(client, team):
    translation = begun(team, with_body(team), "ktv")
    mine = sent(translation, {0: "[mine]", 1: "[mine too]"})
    translating.save_text(
        translation=translation, segment=now(translation).lines[0].segment, text="[theirs]", actor=team.author
    )
    response = post(client, team.translator, "page_translate", translation.source_id, "ktv", **mine)
    assert response.status_code == 409
    assert "[theirs]" in said(response)
    assert ">[mine]</textarea>" in said(response)
    assert [line.shown for line in now(translation).lines[:2]] == ["[theirs]", "[mine too]"]


def test_words_of_a_similar_sentence_come_into_the_box_and_are_not_saved(client, team):
    first = with_body(team, "Hỏi kỹ tên công ty trước khi nhận lời đi làm xa")
    second = with_body(team, "Hỏi kỹ tên công ty trước khi nhận lời đi học nghề")
    write_all(team, begun(team, first, "ktv"))
    translation = begun(team, second, "ktv")
    args = ["page_translate", translation.source_id, "ktv"]
    client.force_login(team.translator)
    page = said(client.get(reverse(args[0], args=args[1:])))
    button = re.search(r'name="like" value="(\d+-\d+)"', page)[1]
    assert "<del>làm xa</del>" in page
    response = post(client, team.translator, *args, **sent(translation, {1: "[summary]"}, like=button))
    assert response.status_code == 200
    other = now(begun(team, first, "ktv")).lines[0].shown
    assert f">{escape(other)}</textarea>" in said(response)
    assert [line.shown for line in now(translation).lines[:2]] == ["", "[summary]"]
    assert post(client, team.translator, *args, like="1-x").status_code == 404


def test_a_translator_is_told_at_once_what_must_not_be_said(client, team):
    WatchedWord.objects.create(language=make_language("ktv"), word="thử’ác", instead="thử’hiền")
    translation = begun(team, with_body(team), "ktv")
    args = ["page_translate", translation.source_id, "ktv"]
    post(client, team.translator, *args, **sent(translation, {0: "[t] Thử’ác"}))
    assert "Say “thử’hiền”." in said(client.get(reverse(args[0], args=args[1:])))


def test_lists_of_pages_tell_every_language(client, team):
    page = with_body(team)
    draft_material(team, "Chưa ra (thử)")
    write_all(team, begun(team, page, "ktv"))
    client.force_login(team.author)
    answer = client.get(reverse("wagtailadmin_explore", args=[page.get_parent().pk]))
    told = {one.title: [(name, chip[1]) for name, chip, _url in one.languages] for one in answer.context["object_list"]}
    assert told["Chưa ra (thử)"] == []
    assert ("Cơ Tu", "9/9, not signed") in told[page.title]
    assert ("English", "awaiting translation") in told[page.title]
    assert reverse("page_translate", args=[translating.source_of(page).pk, "ktv"]) in said(answer)
    for number in range(3):
        with_body(team, f"Trang thử {number}")
    pages = list(MaterialPage.objects.filter(locale__language_code="vi", live=True).select_related("locale"))
    with CaptureQueriesContext(connection) as few:
        tell_languages(pages[:1])
    with CaptureQueriesContext(connection) as many:
        tell_languages(pages)
    assert (len(pages), len(many)) == (4, len(few))


def test_the_board_finds_a_title_without_its_marks(client, team):
    with_body(team, "Hỏi kỹ ĐƯỜNG đi (thử)")
    with_body(team, "Giấy tờ (thử)")
    client.force_login(team.translator)
    for asked in ("hoi ky duong", "Hỏi kỹ đường"):
        rows = client.get(reverse("page_translations"), {"q": asked}).context["rows"]
        assert [source.object_repr for source, _cells in rows] == ["Hỏi kỹ ĐƯỜNG đi (thử)"]


def test_broken_marks_are_said_and_kept_in_the_box(client, team):
    translation = begun(team, with_body(team), "ktv")
    number = next(n for n, line in enumerate(now(translation).lines) if line.marked_up)
    response = post(
        client, team.translator, "page_translate", translation.source_id, "ktv",
        **sent(translation, {number: "<script>x</script>"}),
    )  # fmt: skip
    assert response.status_code == 409
    assert "Keep the marks" in said(response)
    assert "&lt;script&gt;x&lt;/script&gt;" in said(response)


def test_the_preview_reads_the_draft_and_changes_nothing(client, team):
    translation = begun(team, with_body(team), "ktv")
    translating.save_text(
        translation=translation, segment=now(translation).lines[0].segment, text="[xem trước]", actor=team.translator
    )
    client.force_login(team.translator)
    assert "[xem trước]" in said(client.get(reverse("page_translate_preview", args=[translation.source_id, "ktv"])))
    assert MaterialPage.objects.get(locale__language_code="ktv").title == "Trang thử"


def test_editing_a_translated_page_leads_to_its_sentences(client, team):
    page = with_body(team)
    translation = begun(team, page, "ktv")
    alias = MaterialPage.objects.get(locale__language_code="ktv")
    client.force_login(team.author)
    response = client.get(reverse("wagtailadmin_pages:edit", args=[alias.pk]))
    assert response.url == reverse("page_translate", args=[translation.source_id, "ktv"])
    assert client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).status_code == 200


def test_a_file_comes_back_by_the_form(client, team):
    page = with_body(team)
    source = translating.source_of(page)
    client.force_login(team.translator)
    po = client.get(reverse("translation_download", args=["ktv", "po"]))
    assert po["Content-Disposition"] == 'attachment; filename="ktv.po"'
    words = po.content.decode().replace('msgid "Trang thử"\nmsgstr ""', 'msgid "Trang thử"\nmsgstr "[t]"')
    from django.core.files.uploadedfile import SimpleUploadedFile

    address = reverse("translation_files", args=["ktv"])
    response = client.post(address, {"file": SimpleUploadedFile("ktv.po", words.encode())})
    assert response.status_code == 200
    locale = Locale.objects.get(language_code="ktv")
    assert status_of(source, locale).lines[0].text == "[t]"
    response = client.post(address, {"file": SimpleUploadedFile("x.po", b"broken")})
    assert response.status_code == 409


def test_a_communicator_has_the_missing_pages_made(client, team, django_capture_on_commit_callbacks, monkeypatch):
    asked = []
    monkeypatch.setattr("campaigns.cms.page_translations.repair_pages.delay", lambda: asked.append(1))
    with django_capture_on_commit_callbacks(execute=True):
        assert post(client, team.translator, "page_translations").status_code == 403
        assert post(client, team.author, "page_translations").status_code == 302
    assert asked == [1]
    assert "Missing pages are being made." in said(client.get(reverse("page_translations")))


@pytest.mark.journey
def test_the_address_of_a_new_page_keeps_the_letters_of_its_title(site_frame, visit, enter):
    team = make_site()
    window = visit("/vi/")
    enter(window, team.author)
    window.goto(reverse("wagtailadmin_pages:add", args=["campaigns", "materialpage", section("materials").pk]))
    window.locator("[name=title]").press_sequentially("Hỏi kỹ ĐƯỜNG đi (thử)")
    expect(window.locator("#id_slug")).to_have_value("hoi-ky-duong-di-thu")


@pytest.mark.journey
@pytest.mark.parametrize(("width", "theme"), [(360, "light"), (1280, "dark")])
def test_pages_are_readable_everywhere(site_frame, visit, enter, width, theme):
    team = make_site()
    make_language("ktv")
    page = with_body(team, "Việc nhẹ lương cao: tám câu hỏi trước khi nhận lời đi làm xa (trang thử)")
    translation = begun(team, page, "ktv")
    write_all(team, translation)
    english = begun(team, page, "en")
    translating.save_text(
        translation=english, segment=now(english).lines[0].segment, text="Test page", actor=team.translator
    )
    translating.finish(translation=translation, actor=team.translator)
    window = visit("/vi/", width=width, height=900, theme=theme)
    for person, places in (
        (team.reviewer, [("page_translate", [translation.source_id, "ktv"])]),
        (team.translator, [("page_translations", []), ("page_translate", [translation.source_id, "en"]),
                           ("translation_files", ["ktv"])]),
    ):  # fmt: skip
        window.context.clear_cookies()
        enter(window, person)
        for name, args in places:
            window.goto(reverse(name, args=args))
            found = Axe().run(window, context=".bench").response["violations"]
            assert [(rule["id"], node["html"][:120]) for rule in found for node in rule["nodes"]] == []
            assert window.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, name
            if folder := os.environ.get("SHOTS"):
                last = "-".join(map(str, [name, *args[1:]]))
                window.screenshot(path=f"{folder}/{last}-{width}-{theme}.png", full_page=True)
