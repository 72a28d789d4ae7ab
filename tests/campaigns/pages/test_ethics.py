"""What goes out has passed the checklist and somebody else's eyes; what must go is gone in one act."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Locale, PageLogEntry

from campaigns.blocks import FigureBlock, is_small_count
from campaigns.models import Consent, Hotline, MaterialPage, Picture, WatchedWord
from campaigns.pages.approval import approve_page, submit_page, take_down
from campaigns.pages.cache import forget_pages
from campaigns.pages.ethics import findings
from campaigns.pages.pictures import withdraw_consent
from campaigns.pages.tree import repair_tree
from core.errors import DomainError
from people.roles import Role
from tests.campaigns.making import make_hotline
from tests.campaigns.pages.making import draft_explainer, draft_material, make_material, make_site, publish
from tests.factories import make_organisation, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.services]


@pytest.fixture
def team():
    return make_site()


def stops(page) -> list[str]:
    return [finding.text for finding in findings(page) if finding.stops]


def make_consent(**fields) -> Consent:
    today = timezone.localdate()
    dates = {"given_on": today - timedelta(days=9), "expires_on": today + timedelta(days=90)}
    defaults = {"reference": "01/GĐY", "holder": make_organisation(), "scope": "Trang này (thử)."}
    return Consent.objects.create(**(defaults | dates | fields))


def make_picture(**fields) -> Picture:
    defaults = {"title": "Hình thử", "description": "Một con đường.", "subject": "thing", "file": get_test_image_file()}
    picture = Picture(**(defaults | fields))
    picture.full_clean()
    picture.save()
    return picture


def test_page_goes_out_only_through_somebody_else(team, client):
    page = draft_material(team, "Áp phích thử")
    submit_page(page=page, actor=team.author)
    assert client.get("/vi/tai-lieu/ap-phich-thu/").status_code == 404
    with pytest.raises(PermissionDenied):
        approve_page(page=page, actor=team.author)
    assert approve_page(page=page, actor=team.approver).live
    assert client.get("/vi/tai-lieu/ap-phich-thu/").status_code == 200


def test_approver_who_wrote_in_it_cannot_approve_it(team):
    page = draft_material(team)
    page.summary = "Chữ của người duyệt (thử)."
    page.save_revision(user=team.approver)
    submit_page(page=page, actor=team.author)
    with pytest.raises(DomainError, match="người khác phải phê duyệt"):
        approve_page(page=page, actor=team.approver)
    assert not MaterialPage.objects.get(pk=page.pk).live


def test_a_page_stands_on_the_desk_of_whoever_it_waits_for(team, client):
    page = draft_material(team, "Đừng nhẹ dạ (thử)")
    submit_page(page=page, actor=team.author)
    edit = reverse("wagtailadmin_pages:edit", args=[page.pk])
    client.force_login(team.approver)
    assert edit in client.get("/cms/").content.decode()
    # What would be refused is told on opening it.
    assert "“nhẹ dạ” làm tổn thương" in client.get(edit).content.decode()
    with pytest.raises(DomainError):
        approve_page(page=page, actor=team.approver)
    page.current_workflow_task_state.reject(user=team.approver, comment="Bỏ chữ ấy đi (thử)")
    assert edit not in client.get("/cms/").content.decode()
    client.force_login(team.author)
    desk = client.get("/cms/").content.decode()
    assert edit in desk
    assert "Bỏ chữ ấy đi (thử)" in desk
    page.current_workflow_state.resume(user=team.author)
    client.force_login(team.approver)
    assert edit in client.get("/cms/").content.decode()
    page.summary = "Chữ của người duyệt (thử)."
    page.save_revision(user=team.approver)
    client.force_login(team.approver)
    assert edit not in client.get("/cms/").content.decode()


def test_approver_whose_buttons_saved_the_same_words_is_no_writer(team):
    page = draft_material(team)
    submit_page(page=page, actor=team.author)
    # The editor saves a draft when a button is pressed, also one that is then refused.
    page.save_revision(user=team.approver)
    assert approve_page(page=page, actor=team.approver).live


def test_approver_who_wrote_an_earlier_version_can_approve_the_next(team):
    page = make_material(team)
    other = make_user(role=Role.APPROVER, area=team.area)
    page.summary = "Mới."
    page.save_revision(user=team.author)
    submit_page(page=page, actor=team.author)
    assert approve_page(page=page, actor=other).summary == "Mới."


@pytest.mark.parametrize(
    ("words", "found"),
    [("Nạn nhân nhẹ dạ.", True), ("NHẸ DẠ", True), ("Nhẹ nhàng, dạ vâng.", False), ("Đừng gọi ai là con mồi!", True)],
)
def test_stigmatising_words_stop_a_page(team, words, found):
    page = draft_material(team, summary=words)
    assert bool(stops(page)) is found


def test_word_list_is_edited_and_obeyed(team):
    page = draft_material(team, summary="Người nhẹ dạ.")
    WatchedWord.objects.filter(word="nhẹ dạ").update(weight="ask")
    assert stops(page) == []
    assert ["nhẹ dạ" in finding.text for finding in findings(page)] == [True]


def test_each_language_has_its_own_words(team):
    page = make_material(team)
    english = page.copy_for_translation(Locale.objects.get(language_code="en"))
    english.summary = "They prey on the gullible."
    english.save_revision(user=team.author)
    submit_page(page=english, actor=team.author)
    with pytest.raises(DomainError, match="gullible"):
        approve_page(page=english, actor=team.approver)


def test_stale_help_line_stops_material(team):
    line = make_hotline("222", days=-1)
    page = draft_material(team, hotline=line)
    assert ["222" in text for text in stops(page)] == [True]
    Hotline.objects.update(is_active=False)
    assert len(stops(draft_material(team, "Thử hai"))) == 1


def test_law_that_was_not_read_again_stops(team):
    assert stops(draft_explainer(team)) == []
    assert len(stops(draft_explainer(team, "Thử hai", days=0))) == 1


@pytest.mark.parametrize("words", ["sinh năm 2008", "N.T.H., 16 tuổi", "vụ án số 12", "căn cước 048123456789"])
def test_what_leads_to_one_person_stops(team, words):
    assert len(stops(draft_material(team, summary=f"Thử: {words}."))) == 1


def test_small_figure_is_refused_in_the_editor():
    figure = {"value": "3", "what": "người", "place": "xã thử", "year": 2025, "source": "thử"}
    block = FigureBlock()
    with pytest.raises(ValidationError):
        block.clean(block.to_python(figure))
    assert block.clean(block.to_python(figure | {"value": "3 %"}))["value"] == "3 %"
    assert block.clean(block.to_python(figure | {"value": "5"}))["value"] == "5"


def test_dates_that_end_before_they_begin_are_refused_at_their_field(team, client):
    client.force_login(team.author)
    consent = {"reference": "1", "holder": make_organisation().pk, "scope": "x", "given_on": "02/11/2026"}
    answer = client.post(reverse("consents:add"), consent | {"expires_on": "01/11/2026"})
    assert answer.context["form"].errors == {"expires_on": ["Phải hết hạn sau ngày đồng ý."]}
    # The day is read first, and so it is written.
    client.post(reverse("consents:add"), consent | {"expires_on": "01/12/2026"})
    saved = Consent.objects.get()
    assert (saved.given_on, saved.expires_on) == (date(2026, 11, 2), date(2026, 12, 1))
    assert 'value="01/12/2026"' in client.get(reverse("consents:edit", args=[saved.pk])).content.decode()
    explainer = draft_explainer(team)
    explainer.in_force_until = explainer.in_force_from
    with pytest.raises(ValidationError, match="Phải hết hiệu lực sau ngày bắt đầu"):
        explainer.full_clean()


@pytest.mark.parametrize("value", ["5", "3%", "2,5 triệu", "1 tỷ", "3 million", "không đo được", "12 m²"])
def test_figures_that_count_many_are_taken(value):
    assert not is_small_count(value)
    assert all(is_small_count(few) for few in ("1", "4 người", "0", "3"))


def test_picture_whose_consent_has_ended_leaves_no_hole_in_the_page(team, client):
    picture = make_picture(subject="adult", consent=make_consent())
    body = [{"type": "picture", "value": {
        "picture": {"image": picture.pk, "alt_text": "Một người (thử).", "decorative": False}, "caption": "Chú thích thử"
    }}]  # fmt: skip
    page = draft_material(team, "Có hình")
    page.body = page.body.stream_block.to_python(body)
    page.save_revision(user=team.author)
    address = publish(team, page).url
    assert "Chú thích thử" in client.get(address).content.decode()
    today = timezone.localdate()
    Consent.objects.update(given_on=today - timedelta(days=9), expires_on=today - timedelta(days=1))
    forget_pages()
    read = client.get(address).content.decode()
    assert "Chú thích thử" not in read
    assert 'class="photo"' not in read


def test_victim_is_never_pictured():
    with pytest.raises(ValidationError, match="Không bao giờ đăng hình nạn nhân"):
        make_picture(subject="victim")


def test_recognisable_person_needs_a_valid_consent():
    with pytest.raises(ValidationError, match="giấy đồng ý"):
        make_picture(subject="adult")
    ended = make_consent(reference="cũ", expires_on=timezone.localdate() - timedelta(days=1))
    with pytest.raises(ValidationError, match="giấy đồng ý"):
        make_picture(subject="adult", consent=ended)
    assert make_picture(subject="adult", consent=make_consent()).pk


def test_child_needs_both_consents():
    with pytest.raises(ValidationError, match="trẻ em"):
        make_picture(subject="child", consent=make_consent(guardian_agreed=True))
    both = make_consent(reference="02", guardian_agreed=True, child_agreed=True)
    assert make_picture(subject="child", consent=both).pk


def test_picture_without_words_is_refused():
    with pytest.raises(ValidationError, match="Hãy tả"):
        make_picture(description=" ")


def test_withdrawn_consent_takes_every_page_off_the_site(team, client):
    consent = make_consent()
    picture = make_picture(subject="adult", consent=consent)
    body = [("picture", {"picture": {"image": picture.pk, "alt_text": "Thử", "decorative": False}, "caption": ""})]
    page = draft_material(team, "Có hình")
    page.body = page.body.stream_block.to_python([{"type": kind, "value": value} for kind, value in body])
    page.save_revision(user=team.author)
    page = publish(team, page)
    other = make_material(team, "Không hình")
    with pytest.raises(PermissionDenied):
        withdraw_consent(consent=consent, actor=team.author)
    assert [taken.pk for taken in withdraw_consent(consent=consent, actor=team.approver)] == [page.pk]
    assert client.get(page.url).status_code == 404
    assert client.get(other.url).status_code == 200
    submit_page(page=page, actor=team.author)
    with pytest.raises(DomainError, match="hết hiệu lực"):
        approve_page(page=page, actor=team.approver)


def test_withdrawing_shows_first_what_will_leave_the_site(team, client):
    consent = make_consent()
    picture = make_picture(subject="adult", consent=consent)
    body = [{"type": "picture", "value": {"picture": {"image": picture.pk, "alt_text": "Thử", "decorative": False}}}]
    page = draft_material(team, "Có hình")
    page.body = page.body.stream_block.to_python(body)
    page.save_revision(user=team.author)
    page = publish(team, page)
    make_material(team, "Không hình")
    url = reverse("consent_withdraw", args=[consent.pk])
    for person, status in ((team.author, 403), (team.translator, 403), (team.administrator, 200), (team.approver, 200)):
        client.force_login(person)
        assert client.get(url).status_code == status, person
    client.force_login(team.author)
    assert client.post(url).status_code == 403
    assert url not in client.get(reverse("consents:index")).content.decode()
    client.force_login(team.approver)
    assert url in client.get(reverse("consents:index")).content.decode()
    words = client.get(url).content.decode()
    assert "Có hình" in words
    assert "Không hình" not in words
    assert MaterialPage.objects.get(pk=page.pk).live
    assert client.post(url).status_code == 302
    assert not MaterialPage.objects.get(pk=page.pk).live
    # The second click changes nothing and offers nothing more.
    first = Consent.objects.get(pk=consent.pk).withdrawn_at
    client.post(url)
    assert Consent.objects.get(pk=consent.pk).withdrawn_at == first
    assert "<form class" not in client.get(url).content.decode()
    assert url not in client.get(reverse("consents:index")).content.decode()


def test_page_is_taken_down_in_every_language_with_an_audit_line(team, client):
    page = make_material(team, "Hỏi kỹ")
    english = page.copy_for_translation(Locale.objects.get(language_code="en"))
    english.save_revision(user=team.author)
    publish(team, english)
    repair_tree()
    with pytest.raises(PermissionDenied):
        take_down(page=page, actor=team.author, reason="Thử")
    with pytest.raises(DomainError):
        take_down(page=page, actor=team.approver, reason="  ")
    assert len(take_down(page=page, actor=team.approver, reason="Số điện thoại sai")) == 2
    for code in ("vi", "en", "ktv", "cua"):
        assert client.get(f"/{code}/tai-lieu/hoi-ky/").status_code == 404
    lines = PageLogEntry.objects.filter(action="campaigns.take_down")
    assert {(line.user, line.data["reason"]) for line in lines} == {(team.approver, "Số điện thoại sai")}
    with pytest.raises(DomainError):
        take_down(page=page, actor=team.approver, reason="Thử")


def test_take_down_page_is_for_those_who_may(team, client):
    page = make_material(team, "Hỏi kỹ")
    url = reverse("page_take_down", args=[page.pk])
    for person, status in ((team.approver, 200), (team.administrator, 200), (team.author, 403), (team.translator, 403)):
        client.force_login(person)
        assert client.get(url).status_code == status, person
    client.force_login(team.approver)
    assert client.post(url, {"reason": ""}).status_code == 409
    assert client.post(url, {"reason": "Sai số"}).status_code == 302
    assert not MaterialPage.objects.get(pk=page.pk).live


def test_writer_is_told_what_would_stop_the_page(team, client):
    page = draft_material(team, summary="Người nhẹ dạ.")
    client.force_login(team.author)
    html = client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()
    assert 'name="action-publish"' not in html
    assert "Gỡ ngay" not in html
