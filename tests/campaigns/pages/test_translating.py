"""A page's way into another language: nothing leaks before approval, signatures hold for exactly their words, files come
back whole. Texts in minority languages are test strings."""

import io
import subprocess
from datetime import UTC, datetime, timedelta
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import override
from openpyxl import load_workbook
from wagtail.models import Locale, Page
from wagtail_localize.models import StringTranslation, TranslationSource

from campaigns.cms.home import translations_for
from campaigns.models import GlossaryTerm, MaterialPage, PageEntry, TranslationSign, WatchedWord
from campaigns.pages import translating, translation_files
from campaigns.pages.translation_status import status_of, statuses, target_locales, with_help
from campaigns.pages.tree import read_sources, repair_in_job, repair_progress, repair_tree
from core.errors import DomainError
from people.roles import Role
from tests.campaigns.making import make_language
from tests.campaigns.pages.making import draft_explainer, draft_material, make_material, make_site, publish
from tests.factories import make_organisation, make_user

pytestmark = pytest.mark.django_db
BODY = [
    {"type": "heading", "value": "Đề mục thử", "id": "11111111-1111-4111-8111-111111111111"},
    {"type": "paragraph", "value": "<p>Chữ <b>đậm</b> (thử).</p>", "id": "22222222-2222-4222-8222-222222222222"},
    {
        "type": "steps", "id": "33333333-3333-4333-8333-333333333333",
        "value": {"title": "Ba bước (thử)", "steps": [
            {"type": "item", "value": "Một (thử)", "id": "55555555-5555-4555-8555-555555555555"},
            {"type": "item", "value": "Hai (thử)", "id": "66666666-6666-4666-8666-666666666666"},
        ]},
    },
    {"type": "key_message", "value": "Hỏi kỹ (thử) & gọi 111.", "id": "44444444-4444-4444-8444-444444444444"},
]  # fmt: skip


@pytest.fixture(autouse=True)
def english():
    """The refusals are compared as they are written in the code."""
    with override("en"):
        yield


@pytest.fixture
def team():
    team = make_site()
    make_language("ktv")
    team.second = make_user(role=Role.REVIEWER, area=team.area)
    return team


def with_body(team, title="Trang thử", **fields):
    page = draft_material(team, title, **fields)
    page.body = page.body.stream_block.to_python(BODY)
    page.save_revision(user=team.author)
    page = publish(team, page)
    repair_tree()
    return page


def begun(team, page, code: str):
    locale = Locale.objects.get(language_code=code)
    source = translating.source_of(page)
    return translating.opened(source, locale, team.translator)


def now(translation):
    return status_of(translation.source, translation.locale)


def write_all(team, translation, mark: str = "t") -> None:
    """Every sentence gets a test string with its marks kept."""
    for number, line in enumerate(now(translation).lines, start=1):
        text = f"[{mark} {number}] ’ê̆ <b>x</b>" if line.marked_up else f"[{mark} {number}] ’ê̆ & ư̆"
        translating.save_text(
            translation=translation, segment=line.segment, text=text, actor=team.translator,
            back="dịch ngược thử" if line.needs_back else None,
        )  # fmt: skip


def bring_out(team, translation):
    write_all(team, translation)
    translating.finish(translation=translation, actor=team.translator)
    if translation.locale.language_code != "en":
        translating.review(translation=translation, actor=team.reviewer)
    return translating.approve(translation=translation, actor=team.approver)


def read(client, page) -> str:
    response = client.get(page.url)
    assert response.status_code == 200
    return response.content.decode()


def test_nothing_is_public_before_the_approval(client, team):
    page = with_body(team)
    translation = begun(team, page, "ktv")
    alias = MaterialPage.objects.get(locale__language_code="ktv")
    before = read(client, alias)
    write_all(team, translation)
    translating.finish(translation=translation, actor=team.translator)
    translating.review(translation=translation, actor=team.reviewer)
    alias.refresh_from_db()
    assert (alias.alias_of_id, alias.title) == (page.pk, page.title)
    assert "[t " not in read(client, alias)
    assert read(client, alias) == before
    out = translating.approve(translation=translation, actor=team.approver)
    assert (out.pk, out.alias_of_id, out.live, out.slug) == (alias.pk, None, True, page.slug)
    words = read(client, out)
    assert "[t 1] ’ê̆ &amp; ư̆" in words
    assert "<b>x</b>" in words
    assert "đậm" not in words
    assert '<article lang="ktv">' in words
    entry = PageEntry.objects.get(page_id=out.pk)
    assert (entry.language, entry.is_alias, entry.title) == ("ktv", False, out.title)
    assert now(translation).state == "live"


def test_two_native_speakers_and_an_approver_who_wrote_none_of_it(team):
    translation = begun(team, with_body(team), "ktv")
    with pytest.raises(DomainError, match="0 of 9"):
        translating.finish(translation=translation, actor=team.translator)
    write_all(team, translation)
    with pytest.raises(DomainError):
        translating.review(translation=translation, actor=team.reviewer)
    translating.finish(translation=translation, actor=team.translator)
    assert now(translation).next_step == "reviewed"
    with pytest.raises(DomainError):
        translating.approve(translation=translation, actor=team.approver)
    with pytest.raises(PermissionDenied):
        translating.review(translation=translation, actor=team.translator)
    both = make_user(role=Role.REVIEWER, area=team.area)
    both.memberships.create(
        role=Role.TRANSLATOR, area=team.area, organisation=make_organisation(), starts_on=timezone.localdate()
    )
    both._current_memberships = None
    line = now(translation).lines[0]
    translating.save_text(translation=translation, segment=line.segment, text="[khác]", actor=both)
    # Other words: the translator's signature no longer holds.
    assert now(translation).next_step == "translated"
    translating.finish(translation=translation, actor=team.translator)
    with pytest.raises(DomainError, match="You wrote"):
        translating.review(translation=translation, actor=both)
    translating.review(translation=translation, actor=team.reviewer)
    with pytest.raises(PermissionDenied):
        translating.approve(translation=translation, actor=team.reviewer)
    translating.approve(translation=translation, actor=team.approver)
    assert [sign.step for sign in TranslationSign.objects.all()] == ["translated", "translated", "reviewed", "approved"]


def test_english_needs_no_second_reader(client, team):
    out = bring_out(team, begun(team, with_body(team), "en"))
    assert "[t 2]" in read(client, out)


def test_a_key_message_is_translated_back_where_we_cannot_read_the_language(team):
    page = with_body(team)
    ktv, en = begun(team, page, "ktv"), begun(team, page, "en")
    asked = {line.segment.context.path.partition("-")[0] for line in now(ktv).lines if line.needs_back}
    assert asked == {"key_message", "body.44444444"}
    assert not any(line.needs_back for line in now(en).lines)
    line = next(line for line in now(ktv).lines if line.needs_back)
    translating.save_text(translation=ktv, segment=line.segment, text="[t]", actor=team.translator)
    assert now(ktv).done == 0
    translating.save_text(translation=ktv, segment=line.segment, text="[t]", actor=team.translator, back="thử")
    assert now(ktv).done == 1


def test_a_new_page_has_its_places_in_a_moment(team, django_capture_on_commit_callbacks, monkeypatch):
    asked = []
    monkeypatch.setattr("campaigns.tasks.repair_pages.apply_async", lambda **when: asked.append(when))
    with django_capture_on_commit_callbacks(execute=True):
        page = make_material(team, "Thử một")
        make_material(team, "Thử hai")
    assert asked == [{"countdown": 20}]
    repair_tree()
    cache.clear()
    with django_capture_on_commit_callbacks(execute=True):
        draft = page.get_latest_revision_as_object()
        draft.save_revision(user=team.author)
        publish(team, draft)
    assert len(asked) == 1


def test_when_the_vietnamese_changes_the_old_translation_stays_and_is_called_out_of_date(client, team):
    page = with_body(team)
    translation = begun(team, page, "ktv")
    out = bring_out(team, translation)
    draft = page.get_latest_revision_as_object()
    draft.summary = "Tóm tắt thử đã đổi."
    draft.save_revision(user=team.author)
    publish(team, draft)
    status = with_help(now(translation))
    assert (status.state, status.is_stale, status.done, status.total) == ("begun", True, 8, 9)
    day = timezone.localdate().strftime("%d/%m/%Y")
    assert f"Trang tiếng Việt đã được sửa ngày {day}. Bản dịch này có từ trước đó." in read(client, out)
    assert "Bản dịch này có từ trước đó." not in read(client, page)
    assert [s.source for s, _chip in translations_for(team.translator)] == [translation.source]
    assert translations_for(team.reviewer) == translations_for(team.approver) == []
    changed = next(line for line in status.lines if not line.text)
    assert changed.earlier[0] == "Tóm tắt thử."
    assert changed.earlier[1] in read(client, out).replace("&amp;amp;", "&amp;")
    suggestion = StringTranslation.objects.get(pk=changed.earlier_id)
    translating.use_suggestion(
        translation=translation, segment=changed.segment, suggestion=suggestion, actor=team.translator
    )
    assert now(translation).next_step == "translated"
    translating.finish(translation=translation, actor=team.translator)
    translating.review(translation=translation, actor=team.reviewer)
    translating.approve(translation=translation, actor=team.approver)
    assert now(translation).state == "live"
    assert "Bản dịch này có từ trước đó." not in read(client, out)
    assert translations_for(team.translator) == []
    # Published again with the same words: nothing has changed for anybody.
    again = page.get_latest_revision_as_object()
    again.save_revision(user=team.author)
    publish(team, again)
    assert "Bản dịch này có từ trước đó." not in read(client, out)
    assert translations_for(team.translator) == []
    # It takes no place among those that have to be looked through.
    translation.refresh_from_db()
    assert translation.published_at >= translation.source.last_updated_at


def test_what_is_not_words_follows_the_vietnamese(team):
    page = draft_explainer(team)
    page = publish(team, page)
    repair_tree()
    translation = begun(team, page, "en")
    assert "number" not in {line.segment.context.path for line in now(translation).lines}
    bring_out(team, translation)
    draft = page.get_latest_revision_as_object()
    draft.in_force_until = timezone.localdate() + timedelta(days=400)
    draft.number, draft.title = "99/2026", "Luật thử, đổi tên"
    draft.save_revision(user=team.author)
    publish(team, draft)
    translating.save_text(
        translation=translation, segment=next(x for x in now(translation).lines if not x.text).segment,
        text="Test law, renamed", actor=team.translator,
    )  # fmt: skip
    translating.finish(translation=translation, actor=team.translator)
    out = translating.approve(translation=translation, actor=team.approver)
    assert (out.in_force_until, out.number, out.title) == (draft.in_force_until, "99/2026", "Test law, renamed")


def test_a_remark_sends_it_back_and_takes_the_signatures_away(team):
    translation = begun(team, with_body(team), "ktv")
    write_all(team, translation)
    with pytest.raises(DomainError):
        translating.send_back(translation=translation, actor=team.approver, note="thử")
    translating.finish(translation=translation, actor=team.translator)
    with pytest.raises(DomainError, match="Say what"):
        translating.send_back(translation=translation, actor=team.reviewer, note=" ")
    translating.send_back(translation=translation, actor=team.reviewer, note="Câu 2 (thử)")
    status = now(translation)
    assert (status.returned.note, status.next_step) == ("Câu 2 (thử)", "translated")
    translating.finish(translation=translation, actor=team.translator)
    assert now(translation).returned is None


def test_marks_of_the_vietnamese_have_to_be_kept_well_formed(team):
    translation = begun(team, with_body(team), "en")
    line = next(line for line in now(translation).lines if line.marked_up)
    for bad in ("<script>x</script>", '<b onclick="x">y</b>', '<a id="a7">z</a>'):
        with pytest.raises(DomainError, match="Keep the marks"):
            translating.save_text(translation=translation, segment=line.segment, text=bad, actor=team.translator)
    plain = next(line for line in now(translation).lines if not line.marked_up)
    translating.save_text(translation=translation, segment=plain.segment, text="1 < 2 <b>", actor=team.translator)
    kept = next(x for x in now(translation).lines if x.segment.pk == plain.segment.pk)
    assert (kept.text, kept.shown) == ("1 &lt; 2 &lt;b&gt;", "1 < 2 <b>")


def test_words_that_hurt_stop_the_approval(team):
    translation = begun(team, with_body(team), "en")
    write_all(team, translation)
    line = now(translation).lines[1]
    WatchedWord.objects.filter(language__tag="en").delete()
    WatchedWord.objects.create(language=make_language("en"), word="test prey", instead="person")
    translating.save_text(translation=translation, segment=line.segment, text="The Test prey.", actor=team.translator)
    translating.finish(translation=translation, actor=team.translator)
    with pytest.raises(DomainError, match="test prey"):
        translating.approve(translation=translation, actor=team.approver)
    assert MaterialPage.objects.get(locale__language_code="en").alias_of_id


def test_memory_offers_and_fills_what_other_pages_say(team):
    first, second = with_body(team, "Trang thử một"), with_body(team, "Trang thử hai")
    write_all(team, begun(team, first, "ktv"))
    other = begun(team, second, "ktv")
    status = with_help(now(other))
    # The title and the summary of its address differ; everything else was said before.
    assert [line.segment.context.path for line in status.lines if not line.elsewhere] == ["title"]
    assert translating.fill_from_memory(translation=other, actor=team.translator) == 8
    assert [line.segment.context.path for line in now(other).lines if not line.text] == ["title"]


def test_the_translation_of_a_sentence_most_like_it_is_offered(team):
    first = with_body(team, "Hỏi kỹ tên công ty trước khi nhận lời đi làm xa")
    second = with_body(team, "Hỏi kỹ tên công ty trước khi nhận lời đi học nghề")
    write_all(team, begun(team, first, "ktv"))
    other = begun(team, second, "ktv")
    line = with_help(now(other)).lines[0]
    assert (line.elsewhere, line.alike.data) == ([], now(begun(team, first, "ktv")).lines[0].text)
    # Words of another language are none of its memory, and nothing is offered for what is not alike.
    assert with_help(now(begun(team, second, "sed"))).lines[0].alike is None
    third = with_body(team, "Bản tin loa tháng này nói về giấy tờ tuỳ thân")
    assert with_help(now(begun(team, third, "ktv"))).lines[0].alike is None


def test_agreed_terms_stand_beside_and_are_missed(team):
    GlossaryTerm.objects.create(language=make_language("ktv"), term="hỏi kỹ", preferred="thử’ngữ")
    translation = begun(team, with_body(team), "ktv")
    line = next(line for line in with_help(now(translation)).lines if line.source.startswith("Hỏi kỹ"))
    assert [term.preferred for term in line.terms] == ["thử’ngữ"]
    translating.save_text(translation=translation, segment=line.segment, text="[t]", actor=team.translator)
    line = next(line for line in with_help(now(translation)).lines if line.source.startswith("Hỏi kỹ"))
    assert line.terms_left_out
    translating.save_text(translation=translation, segment=line.segment, text="[t] Thử’ngữ!", actor=team.translator)
    line = next(line for line in with_help(now(translation)).lines if line.source.startswith("Hỏi kỹ"))
    assert not line.terms_left_out


def test_a_translation_made_in_the_editor_gives_its_words(team):
    page = with_body(team)
    english = page.get_translation(Locale.objects.get(language_code="en"))
    english.delete()
    english = page.copy_for_translation(Locale.objects.get(language_code="en"))
    english.title = "Test page"
    english.save_revision(user=team.author)
    publish(team, english)
    translation = begun(team, page, "en")
    status = now(translation)
    assert (status.lines[0].text, status.is_whole, status.state) == ("Test page", True, "live")


def test_the_board_costs_the_same_for_many_pages(team):
    for number in range(6):
        write_all(team, begun(team, with_body(team, f"Trang thử {number}"), "ktv"))
    sources, locales = list(TranslationSource.objects.all()), target_locales()
    with CaptureQueriesContext(
        connection,
    ) as few:
        statuses(sources[:2], locales)
    with CaptureQueriesContext(connection) as many:
        found = statuses(sources, locales)
    assert len(many) <= len(few) <= 7
    assert {status.total for status in found.values()} >= {9}


def test_po_goes_out_whole_and_comes_back(team, tmp_path):
    first, second = with_body(team, "Trang thử một"), with_body(team, "Trang thử hai")
    locale = Locale.objects.get(language_code="ktv")
    sources = [translating.source_of(first), translating.source_of(second)]
    data = translation_files.to_po(sources, locale)
    path = tmp_path / "ktv.po"
    path.write_bytes(data)
    done = subprocess.run(["msgfmt", "-c", "-o", "/dev/null", str(path)], capture_output=True, text=True, timeout=30)
    assert (done.returncode, done.stderr) == (0, "")
    rows, made = translation_files.from_file("ktv.po", data, locale)
    assert len(rows) == len({source for source, _text in rows}) == 10
    filled = [(source, "[p] <b>x</b>" if "<b>" in source else "[p] & ’") for source, _text in rows]
    outcome = translation_files.take_in(rows=filled, made=made, locale=locale, sources=sources, actor=team.translator)
    assert (outcome.written, outcome.refused, outcome.conflicts, outcome.unknown) == (10, [], [], [])
    for source in sources:
        assert all(line.text for line in status_of(source, locale).lines)
    again = translation_files.take_in(rows=filled, made=made, locale=locale, sources=sources, actor=team.translator)
    assert (again.written, again.unchanged) == (0, 10)
    # Somebody writes after the file was made: told, not overwritten.
    older = [(filled[0][0], "[cũ]")]
    outcome = translation_files.take_in(rows=older, made=made, locale=locale, sources=sources, actor=team.translator)
    assert outcome.written == 0
    assert outcome.conflicts == [(filled[0][0], "[p] & ’", "[cũ]")]


def test_files_carry_what_similar_sentences_say_and_do_not_bring_it_back_unread(team, tmp_path):
    first = with_body(team, "Hỏi kỹ tên công ty trước khi nhận lời đi làm xa")
    second = with_body(team, "Hỏi kỹ tên công ty trước khi nhận lời đi học nghề")
    write_all(team, begun(team, first, "ktv"))
    locale = Locale.objects.get(language_code="ktv")
    sources = [translating.source_of(first), translating.source_of(second)]
    data = translation_files.to_po(sources, locale)
    assert b"#| msgid" in data
    path = tmp_path / "ktv.po"
    path.write_bytes(data)
    done = subprocess.run(["msgfmt", "-c", "-o", "/dev/null", str(path)], capture_output=True, text=True, timeout=30)
    assert (done.returncode, done.stderr) == (0, "")
    rows, made = translation_files.from_file("ktv.po", data, locale)
    assert dict(rows)[second.title] == ""
    outcome = translation_files.take_in(rows=rows, made=made, locale=locale, sources=sources, actor=team.translator)
    # The sentences both pages say reach the second; its title is not said by the first.
    assert (outcome.written, outcome.empty) == (8, 1)
    assert not now(begun(team, second, "ktv")).lines[0].text
    sheet = load_workbook(io.BytesIO(translation_files.to_xlsx(sources, locale))).active
    assert sheet.cell(1, 4).value == "Câu gần giống đã dịch"
    hints = {row[0]: row[3] for row in sheet.iter_rows(min_row=2, values_only=True) if row[3]}
    assert list(hints) == [second.title]
    assert hints[second.title].startswith(f"{first.title} → ")


def test_xlsx_goes_out_and_comes_back(team):
    page = with_body(team)
    locale = Locale.objects.get(language_code="ktv")
    sources = [translating.source_of(page)]
    book = load_workbook(io.BytesIO(translation_files.to_xlsx(sources, locale)))
    sheet = book.active
    assert sheet.cell(2, 1).value == "Trang thử"
    for row in range(2, sheet.max_row + 1):
        sheet.cell(row, 2).value = "[x] <b>y</b>" if "<b>" in sheet.cell(row, 1).value else "=[x] thử"
    sheet.append(["Câu không có trên trang nào", "[x]"])
    out = io.BytesIO()
    book.save(out)
    rows, made = translation_files.from_file("ktv.xlsx", out.getvalue(), locale)
    outcome = translation_files.take_in(rows=rows, made=made, locale=locale, sources=sources, actor=team.translator)
    assert (outcome.written, outcome.unknown) == (9, ["Câu không có trên trang nào"])


def unpacked_to(megabytes: int) -> bytes:
    """A small file that becomes a large one where it is opened."""
    out = io.BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", b"<workbook/>")
        packed.writestr("xl/sharedStrings.xml", b" " * megabytes * 1024 * 1024)
    return out.getvalue()


@pytest.mark.parametrize(
    "data",
    [b"", b"\x00\xff\xfe", b"msgid", b'msgid "a"\nmsgstr "b"\n', b"PK\x03\x04broken", "chữ thường".encode(),
     b'msgid ""\nmsgstr "Language: en\\n"\n\nmsgid "a"\nmsgstr "b"\n', b"x" * (translation_files.LARGEST + 1),
     b'msgid ""\nmsgstr "Language: ktv\\n"\n', b"/dev/zero", unpacked_to(65)],
)  # fmt: skip
def test_other_files_are_refused_in_a_sentence(team, data):
    with pytest.raises(DomainError) as refusal:
        translation_files.from_file("x", data, Locale.objects.get(language_code="ktv"))
    assert str(refusal.value).endswith(".")


@pytest.mark.parametrize(
    ("said", "since"),
    [
        ("", datetime(1970, 1, 1, tzinfo=UTC)),
        ("X-Exported-At: 2026-13-45T00:00\\n", datetime(1970, 1, 1, tzinfo=UTC)),
        ("X-Exported-At: 2026-01-05T00:00\\n", datetime(2026, 1, 5, tzinfo=UTC)),
    ],
)
def test_a_file_without_a_proper_date_overwrites_nothing(team, said, since):
    page = with_body(team)
    translation = begun(team, page, "ktv")
    write_all(team, translation)
    po = f'msgid ""\nmsgstr "Language: ktv\\n{said}"\n\nmsgid "Trang thử"\nmsgstr "[khác\0]"\n'.encode()
    rows, made = translation_files.from_file("x.po", po, translation.locale)
    assert (made, rows) == (since, [("Trang thử", "[khác]")])
    outcome = translation_files.take_in(
        rows=rows, made=made, locale=translation.locale, sources=[translation.source], actor=team.translator
    )
    assert (outcome.written, len(outcome.conflicts)) == (0, 1)


def test_a_page_taken_down_is_no_longer_translated(team):
    page = with_body(team)
    source = translating.source_of(page)
    page.unpublish()
    with pytest.raises(DomainError):
        translating.source_of(Page.objects.get(pk=page.pk))
    assert source


def test_the_job_makes_what_is_missing_and_says_how_far_it_is(team):
    page = make_material(team)
    TranslationSource.objects.all().delete()
    assert read_sources() > 0
    assert repair_in_job() > 0
    assert MaterialPage.objects.filter(translation_key=page.translation_key, alias_of=page).count() == 5
    assert repair_in_job() == 0
    assert repair_progress() is None
