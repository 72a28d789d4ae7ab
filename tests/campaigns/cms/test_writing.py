"""Writing a bulletin in /cms/ and the page of one bulletin: refusals in words, input kept."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from campaigns.broadcast import versions
from campaigns.broadcast.bulletins import withdraw_bulletin
from campaigns.models import Bulletin, Hotline, Segment
from tests.campaigns.making import (
    make_bulletin,
    make_hotline,
    make_language,
    make_team,
    make_version,
    spoken,
)
from tests.campaigns.posting import WRITTEN, bulletin_data, post, said
from tests.factories import make_commune, make_province

pytestmark = pytest.mark.django_db


@pytest.fixture
def team():
    make_language()
    return make_team()


@pytest.fixture(autouse=True)
def english(client):
    """The refusals are compared as they are written in the code."""
    client.cookies["django_language"] = "en"


def test_a_written_bulletin_belongs_to_its_writer_and_opens_its_workbench(client, team):
    make_hotline()
    commune = make_commune(parent=team.area)
    response = post(client, team.author, "bulletins:add", **bulletin_data(team.area, audience=[commune.pk]))
    bulletin = Bulletin.objects.get()
    assert (response.status_code, response.url) == (302, reverse("bulletin_workbench", args=[bulletin.pk]))
    assert (bulletin.author, bulletin.area, list(bulletin.audience.all())) == (team.author, team.area, [commune])
    assert [(s.kind, s.text) for s in bulletin.segments.all()] == WRITTEN
    assert [(v.language.tag, v.state) for v in bulletin.versions.all()] == [("vi", "translated")]


def test_a_new_bulletin_has_sensible_answers_filled_in(client, team):
    make_hotline("113", days=-1, position=1), make_hotline("111", position=2)
    client.force_login(team.author)
    form = client.get(reverse("bulletins:add")).context["form"]
    assert form["area"].value() == team.area.pk
    assert form["hotline"].value() == Hotline.objects.get(number="111").pk
    assert form["month"].value() == timezone.localdate().replace(day=1)
    assert timezone.localtime() < form.initial["release_at"] < timezone.localtime() + timedelta(days=2)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (lambda team: {"area": make_province("Tỉnh Thử Khác").pk}, "area"),
        (lambda team: {"audience": [make_commune(parent=make_province("Tỉnh Thử Khác")).pk]}, "audience"),
        (lambda team: {"release_at": f"{timezone.localdate() + timedelta(days=40):%Y-%m-%d} 05:00"}, "release_at"),
        (lambda team: {"month": "hôm nay"}, "month"),
    ],
)
def test_what_does_not_fit_is_refused_at_its_field_and_nothing_is_saved(client, team, wrong, field):
    make_hotline()
    response = post(client, team.author, "bulletins:add", **bulletin_data(team.area, **wrong(team)))
    assert response.status_code == 200
    assert list(response.context["form"].errors) == [field]
    assert not Bulletin.objects.exists()


def test_communes_outside_the_area_of_a_bulletin_are_named(client, team):
    make_hotline()
    here, there = make_commune("Xã Thử Một", parent=team.area), make_commune("Xã Thử Hai", parent=team.area)
    response = post(client, team.author, "bulletins:add", **bulletin_data(here, audience=[there.pk]))
    assert "Xã Thử Hai" in str(response.context["form"].errors["audience"])


def test_words_left_in_a_pause_or_jingle_are_dropped(client, team):
    make_hotline()
    script = [("pause", "chữ sót lại"), *WRITTEN]
    post(client, team.author, "bulletins:add", **bulletin_data(team.area, script=script))
    assert Segment.objects.get(kind="pause").text == ""


def test_editing_a_segment_makes_its_translation_stale(client, team):
    bulletin = make_bulletin(team.author, script=WRITTEN)
    version = make_version(team, bulletin, "en", upto="recorded")
    changed = [("announcer", "Câu thử đã đổi."), *WRITTEN[1:]]
    data = bulletin_data(team.area, bulletin=bulletin, script=changed)
    response = post(client, team.author, "bulletins:edit", bulletin.pk, **data)
    assert response.status_code == 302
    version.refresh_from_db()
    assert version.state == "draft"
    assert [segment.text for segment in versions.missing_text(version)] == ["Câu thử đã đổi."]


def test_of_two_who_write_at_once_the_second_is_told_and_keeps_their_words(client, team):
    bulletin = make_bulletin(team.author, script=WRITTEN)
    data = bulletin_data(team.area, bulletin=bulletin, script=[("announcer", "Lời người thứ hai."), *WRITTEN[1:]])
    Segment.objects.filter(bulletin=bulletin, kind="announcer").update(text="Lời người thứ nhất.")
    response = post(client, team.author, "bulletins:edit", bulletin.pk, **data)
    assert response.status_code == 200
    assert "Somebody else has changed this script" in str(response.context["form"].non_field_errors())
    assert "Lời người thứ hai." in said(response)
    assert spoken(bulletin)[0].text == "Lời người thứ nhất."


def test_what_is_on_the_air_cannot_be_given_another_title_month_area_or_hotline(client, team):
    bulletin = make_bulletin(team.author, script=WRITTEN)
    make_version(team, bulletin, "vi", upto="approved")
    other = make_hotline("113")
    commune = make_commune(parent=team.area)
    data = bulletin_data(
        commune, bulletin=bulletin, title="Tên khác (thử)", month="2020-01", hotline=other.pk, theme="Đổi được (thử)"
    )
    assert post(client, team.author, "bulletins:edit", bulletin.pk, **data).status_code == 302
    found = Bulletin.objects.get(pk=bulletin.pk)
    assert (found.title, found.area, found.hotline.number) == ("Bản tin thử", team.area, "111")
    assert found.month == timezone.localdate().replace(day=1)
    assert found.theme == "Đổi được (thử)"


def test_a_withdrawn_bulletin_is_not_edited(client, team):
    bulletin = make_bulletin(team.author)
    withdraw_bulletin(bulletin=bulletin, actor=team.approver, reason="thử")
    client.force_login(team.author)
    assert client.get(reverse("bulletins:edit", args=[bulletin.pk])).status_code == 403


def test_opening_one_more_language(client, team):
    bulletin = make_bulletin(team.author)
    language = make_language("ktv")
    response = post(
        client, team.translator, "bulletin_add_version", bulletin.pk, language=language.pk, credits="Giọng thử"
    )
    version = bulletin.versions.get()
    assert (version.language, version.credits, response.status_code) == (language, "Giọng thử", 302)
    again = post(client, team.translator, "bulletin_add_version", bulletin.pk, language=language.pk, credits="x")
    assert again.status_code == 409
    assert bulletin.versions.count() == 1


def test_withdrawing_without_a_reason_is_refused_on_the_page(client, team):
    bulletin = make_bulletin(team.author)
    response = post(client, team.approver, "bulletin_withdraw", bulletin.pk, reason="  ")
    assert response.status_code == 409
    assert "Say in a few words why" in said(response)
    response = post(client, team.approver, "bulletin_withdraw", bulletin.pk, reason="Số gọi sai.")
    assert response.status_code == 302
    assert Bulletin.objects.get().withdrawal_reason == "Số gọi sai."


def test_copying_leads_to_the_form_of_the_copy(client, team):
    bulletin = make_bulletin(team.author)
    response = post(client, team.author, "bulletin_copy", bulletin.pk)
    copy = Bulletin.objects.exclude(pk=bulletin.pk).get()
    assert response.url == reverse("bulletins:edit", args=[copy.pk])


def test_a_script_that_cannot_be_aired_says_what_it_lacks(client, team):
    bulletin = make_bulletin(team.author, script=[("announcer", "a"), ("hotline", "gọi")])
    client.force_login(team.author)
    assert "The script has no key message" in said(client.get(reverse("bulletin_workbench", args=[bulletin.pk])))


def test_scripts_are_downloaded_before_any_release(client, team):
    version = make_version(team, make_bulletin(team.author), "vi")
    client.force_login(team.translator)
    assert client.get(reverse("version_script", args=[version.pk, "pdf"])).content[:5] == b"%PDF-"
    text = client.get(reverse("version_script", args=[version.pk, "txt"]))
    assert "Chuỗi thử một hai ba." in text.content.decode()
    assert text["Content-Disposition"].endswith('_vi_ban-tin-thu.txt"')
