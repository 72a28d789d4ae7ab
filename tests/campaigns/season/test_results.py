"""What came of the season: begun from the records, approved by another, shown without small numbers, frozen by a report."""

import io
import uuid
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook
from PIL import Image

from campaigns.models import Consent, Event, EventPhoto, EventResult, Season
from campaigns.pages.pictures import withdraw_consent
from campaigns.season import door, gallery, results, seasons
from campaigns.season.rollup import rollup
from campaigns.villages.registers import log_pledges
from campaigns.villages.sessions import log_session
from core.errors import DomainError
from media.storage import absolute
from people.roles import Role
from places.models import AdministrativeUnit, Settlement
from reports import flow
from reports.audit import entries
from tests.campaigns.season.making import at, fresh, published
from tests.factories import make_commune, make_organisation, make_user, merge
from tests.reports import making

pytestmark = [pytest.mark.django_db, pytest.mark.services]
FIGURES = {
    "rallies": 1, "sessions": 2, "mobile_rounds": 1, "attendees": 120, "women": 60, "children": 3, "minority": 118,
    "leaflets": 200, "banners": 4, "posters": 10, "plays": 6, "minutes": Decimal("42.5"), "clips": 0, "pledges": 80,
}  # fmt: skip


@pytest.fixture
def held(open_event, worker):
    """The rally is over; the season's days are those around it."""
    event = at(open_event, timedelta(hours=-3))
    today = timezone.localdate()
    Season.objects.update(starts_on=today - timedelta(days=20), ends_on=today + timedelta(days=5))
    return fresh(event)


def sent(event, worker, text="Mít tinh đúng giờ, bà con dự đông.", **figures) -> EventResult:
    result = results.begin_result(event=event, actor=worker)
    results.save_result(result=result, actor=worker, text=text, **FIGURES | figures)
    return results.submit_result(result=result, actor=worker)


def approved(event, worker, manager, **figures) -> EventResult:
    return results.approve_result(result=sent(event, worker, **figures), actor=manager)


def period() -> dict:
    today = timezone.localdate()
    return {"first": today - timedelta(days=40), "last": today}


# The report -------------------------------------------------------------------------------------------------------


def test_a_report_begins_with_what_the_records_say(held, worker):
    today, commune = timezone.now(), held.commune
    settlement = Settlement.objects.create(commune=commune, name="Thôn thử", valid_from="2025-07-01")
    heads = {"attendees": 40, "women": 20, "children": 5, "minority": 30, "leaflets": 25}
    for kind, days in (("talk", 2), ("mobile", 3), ("talk", 30)):
        log_session(
            actor=worker,
            commune=commune,
            held_at=today - timedelta(days=days),
            kind=kind,
            client_uuid=uuid.uuid4(),
            **heads,
        )
    log_pledges(
        actor=worker, commune=commune, settlement=settlement, by="households", number=33, signed_on=timezone.localdate(),
        client_uuid=uuid.uuid4(),
    )  # fmt: skip
    door.record_arrival(event=held, actor=worker, client_uuid=uuid.uuid4(), people=150)
    made = results.begin_result(event=held, actor=worker)
    assert made.figures == {
        "rallies": 1, "sessions": 1, "mobile_rounds": 1, "attendees": 230, "women": 40, "children": 10, "minority": 60,
        "leaflets": 50, "banners": 0, "posters": 0, "plays": 0, "minutes": 0, "clips": 0, "pledges": 33,
    }  # fmt: skip
    # Begun once; what was written is not overwritten.
    assert results.begin_result(event=held, actor=worker).pk == made.pk


def test_plays_and_minutes_come_from_the_airings_of_the_season(held, worker, monkeypatch):
    from campaigns.broadcast import airings
    from tests.campaigns.released import make_released

    version = make_released(released_at=timezone.now() - timedelta(days=3), area=held.season.area)
    for days in (1, 2):
        airings.log_airing(
            operator=worker, version=version, commune=held.commune, aired_at=timezone.now() - timedelta(hours=days),
            plays=3, client_uuid=uuid.uuid4(),
        )  # fmt: skip
    counted = results.counted_here(held)
    assert counted["plays"] == 6
    assert counted["minutes"] == sum(one.minutes for one in held.commune.airings.all()) > 0


def test_parts_are_no_more_than_the_whole(held, worker):
    result = results.begin_result(event=held, actor=worker)
    with pytest.raises(DomainError, match="trong số"):
        results.save_result(result=result, actor=worker, text="", **FIGURES | {"women": 121})
    with pytest.raises(IntegrityError), transaction.atomic():
        EventResult.objects.update(women=5, attendees=4)


@pytest.mark.parametrize(
    ("text", "figures", "word"),
    [
        ("", {}, "vài câu"),
        ("Cháu N.T.H, 15 tuổi kể lại.", {}, "nhận ra một người"),
        ("Tốt.", dict.fromkeys(FIGURES, 0), "bằng 0"),
    ],
)
def test_what_is_empty_or_leads_to_a_person_is_not_sent(held, worker, text, figures, word):
    with pytest.raises(DomainError, match=word):
        sent(held, worker, text=text, **figures)


def test_somebody_else_approves_and_may_send_it_back(held, worker, manager):
    result = sent(held, worker)
    with pytest.raises(PermissionDenied):
        results.approve_result(result=result, actor=worker)
    with pytest.raises(DomainError, match="cần sửa gì"):
        results.return_result(result=result, actor=manager, remark=" ")
    results.return_result(result=result, actor=manager, remark="Thiếu số tờ rơi.")
    with pytest.raises(DomainError, match="chờ duyệt"):
        results.approve_result(result=result, actor=manager)
    again = approved(held, worker, manager)
    assert [(step.state, step.remark) for step in again.steps.all()] == [
        ("draft", ""), ("submitted", ""), ("returned", "Thiếu số tờ rơi."), ("submitted", ""), ("approved", ""),
    ]  # fmt: skip
    with pytest.raises(DomainError, match="đã gửi hoặc đã duyệt"):
        results.save_result(result=again, actor=worker, text="x", **FIGURES)


def test_each_step_stands_in_the_list_of_who_did_what(held, worker, manager):
    approved(held, worker, manager)
    today = timezone.localdate()
    rows = entries(user=make_user(role=Role.SUPERVISOR), first=today, last=today, group="villages")
    assert [(row.act, row.actor, row.where) for row in rows] == [
        ("đã phê duyệt", str(manager), "Xã Thử 0"), ("chờ phê duyệt", str(worker), "Xã Thử 0"),
        ("đang viết", str(worker), "Xã Thử 0"),
    ]  # fmt: skip


def test_what_is_being_written_is_seen_by_those_who_write_alone(client, held, worker):
    row = results.begin_result(event=held, actor=worker)
    results.save_result(result=row, actor=worker, text="Chưa xong câu này.", **FIGURES)
    address = reverse("events:results", args=[held.pk])
    supervisor = make_user(role=Role.SUPERVISOR)
    for person, sees in ((worker, True), (supervisor, False)):
        client.force_login(person)
        answer = client.get(address)
        assert (answer.status_code, "Chưa xong câu này." in answer.content.decode()) == (200, sees)
    results.submit_result(result=row, actor=worker)
    assert "Chưa xong câu này." in client.get(address).content.decode()


def test_a_manager_who_wrote_it_does_not_approve_it(held, manager):
    result = sent(held, manager)
    with pytest.raises(DomainError, match="người khác duyệt"):
        results.approve_result(result=result, actor=manager)
    other = make_user(role=Role.PROGRAMME_MANAGER)
    assert results.approve_result(result=result, actor=other).state == "approved"
    with pytest.raises(IntegrityError), transaction.atomic():
        EventResult.objects.update(approved_by=manager)


# For everybody ----------------------------------------------------------------------------------------------------


def test_the_page_afterwards_shows_what_was_approved_and_no_small_number(client, held, worker, manager):
    address = reverse("events:event", args=[held.pk])
    sent(held, worker, text="Bà con hát cùng nhau.")
    assert "Bà con hát" not in client.get(address).content.decode()
    results.approve_result(result=held.results.get(), actor=manager)
    with CaptureQueriesContext(connection) as queries:
        page = client.get(address).content.decode()
    assert len(queries) <= 6
    assert "Bà con hát cùng nhau." in page
    shown = dict(results.public_figures(held.results.get()))
    # 3 children, and 118 of 120 that leave 2 others, could be somebody; nothing is said of clips, of which there were none.
    assert [str(label) for label, value in shown.items() if value is None] == [
        "trong đó trẻ em",
        "trong đó người dân tộc thiểu số",
    ]
    assert shown["trong đó nữ"] == 60
    assert len(shown) == 13
    assert "118" not in page.split("<main")[1]


# Frozen -----------------------------------------------------------------------------------------------------------


def test_a_submitted_report_freezes_and_a_correction_is_a_row_of_its_own(held, worker, manager):
    approved(held, worker, manager)
    found = results.results_figures(area=held.season.area, **period())
    assert (found.figures["attendees"], found.figures["minutes"], len(found.missing)) == (120, Decimal("42.5"), 2)
    assert results.freeze_results(results=found.approved, report="Báo cáo năm thử") == 1
    assert results.freeze_results(results=found.approved, report="Báo cáo khác") == 0
    row = held.results.get()
    assert row.frozen_for == "Báo cáo năm thử"
    for act in (
        lambda: results.take_back(result=row, actor=worker),
        lambda: results.save_result(result=row, actor=worker, text="x", **FIGURES),
    ):
        with pytest.raises(DomainError, match="Báo cáo năm thử"):
            act()
    with pytest.raises(DomainError, match="vì sao đính chính"):
        results.begin_result(event=held, actor=worker)
    second = results.begin_result(event=held, actor=worker, reason="Đếm thiếu một thôn.")
    assert (second.number, second.attendees) == (2, 120)
    results.save_result(result=second, actor=worker, text="Đã đếm lại.", **FIGURES | {"attendees": 150})
    # Until it is approved the first counts.
    assert results.results_figures(area=held.season.area, **period()).figures["attendees"] == 120
    results.submit_result(result=second, actor=worker)
    results.approve_result(result=second, actor=manager)
    assert results.results_figures(area=held.season.area, **period()).figures["attendees"] == 150
    row.refresh_from_db()
    assert row.attendees == 120


def test_sending_the_commune_s_yearly_report_freezes_its_results(held, worker, manager):
    approved(held, worker, manager)
    commune = held.commune
    request, people = making.make_request(making.make_form()), making.make_people(commune)
    report = making.signed(making.filled(request, commune, people), people)
    assert held.results.get().frozen_at is None
    flow.submit(actor=people.writer, report=making.fresh(report))
    assert held.results.get().frozen_for == str(report)


def test_as_of_a_day_before_the_approval_nothing_counts(held, worker, manager):
    approved(held, worker, manager)
    yesterday = timezone.localdate() - timedelta(days=1)
    assert results.results_figures(area=held.season.area, on=yesterday, **period()).approved == []
    assert results.results_figures(area=held.season.area, first=period()["last"], last=period()["last"]).approved == []


def test_before_it_is_frozen_an_approval_can_be_taken_back(held, worker, manager):
    row = approved(held, worker, manager)
    with pytest.raises(DomainError, match="rút lại trước"):
        results.begin_result(event=held, actor=worker)
    results.take_back(result=row, actor=worker)
    assert results.results_figures(area=held.season.area, **period()).approved == []
    with pytest.raises(DomainError, match="vừa được rút lại"):
        results.freeze_results(results=[row], report="Báo cáo")
    assert approved(held, worker, manager, attendees=130).attendees == 130


def test_what_a_commune_reported_follows_it_into_a_merger(held, worker, manager):
    approved(held, worker, manager)
    new = make_commune("Xã Mới", valid_from=timezone.localdate())
    merge(held.commune, new)
    found = results.results_figures(area=held.season.area, **period())
    assert found.figures["attendees"] == 120
    assert new not in found.missing
    lines = {line.commune.name: line.state for line in roll(held).lines}
    assert lines["Xã Mới"] == "approved"


# The area ---------------------------------------------------------------------------------------------------------


def over(event) -> None:
    """Its season ended yesterday."""
    yesterday = timezone.localdate() - timedelta(days=1)
    event.season.starts_on, event.season.ends_on = yesterday - timedelta(days=30), yesterday
    event.season.save()


def roll(event):
    return rollup(season=event.season, units=AdministrativeUnit.objects.within(event.season.area).communes())


def test_the_roll_up_says_what_is_missing_first_and_whom_to_ask(client, held, worker, manager, communes, author):
    second = seasons.make_kit(season=held.season, commune=communes[1], actor=author)[0]
    at(published(second, author), timedelta(hours=-5))
    asked = make_user(role=Role.RADIO_OPERATOR, area=communes[1], name="Người Được Hỏi")
    approved(held, worker, manager)
    # A commune without an event owes no report before the season is over.
    assert [(line.commune.name, line.state) for line in roll(Event.objects.get(pk=held.pk)).lines][1] == (
        "Xã Thử 2",
        "to-come",
    )
    over(held)
    found = roll(held)
    assert [(line.commune.name, line.state) for line in found.lines] == [
        ("Xã Thử 1", "missing"), ("Xã Thử 2", "missing"), ("Xã Thử 0", "approved"),
    ]  # fmt: skip
    assert (found.approved, found.due, found.totals["attendees"]) == (1, 3, 120)
    assert (found.lines[0].ask, found.lines[2].ask) == ([asked], [])
    address = reverse("events:roll_up")
    assert "/accounts/login/" in client.get(address)["Location"]
    client.force_login(manager)
    page = client.get(address).content.decode()
    assert page.index("Xã Thử 1") < page.index("Xã Thử 0")
    assert asked.email in page
    sheet = load_workbook(io.BytesIO(client.get(reverse("events:roll_up_file")).content)).active
    rows = list(sheet.values)
    assert rows[1][:2] == ("Xã Thử 1", "chưa có báo cáo")
    assert rows[-1][:3] == ("Tất cả", "1/3", 1)
    client.force_login(worker)
    assert "Xã Thử 1" not in client.get(address).content.decode()
    client.force_login(make_user(role=Role.TRAINEE))
    assert client.get(address).status_code == 403


def test_as_of_earlier_days_the_roll_up_says_what_was_known(client, held, worker, manager):
    sent(held, worker)
    client.force_login(manager)
    yesterday = timezone.localdate() - timedelta(days=1)
    page = client.get(reverse("events:roll_up"), {"on": f"{yesterday}"}).content.decode()
    assert "chờ phê duyệt" not in page
    for nonsense in ("x", f"{timezone.localdate() + timedelta(days=1)}"):
        assert client.get(reverse("events:roll_up"), {"on": nonsense}).status_code == 404
    assert client.get(reverse("events:roll_up"), {"nam": "1999"}).status_code == 404


def test_the_roll_up_opens_with_the_season_that_has_begun_and_leads_to_the_others(
    client, held, communes, author, manager
):
    over(held)
    client.force_login(manager)
    this, coming = held.season.year, held.season.year + 1
    later = Season.objects.get(pk=held.season_id)
    later.pk, later.year = None, coming
    later.starts_on, later.ends_on = (timezone.localdate() + timedelta(days=days) for days in (300, 330))
    later.save()
    seasons.make_kit(season=later, commune=communes[0], actor=author)
    page = client.get(reverse("events:roll_up")).content.decode()
    assert f"Kết quả 30/7 · {this}" in page
    assert f'href="?nam={coming}"' in page
    assert f"Kết quả 30/7 · {coming}" in client.get(reverse("events:roll_up"), {"nam": coming}).content.decode()


def test_the_roll_up_costs_the_same_for_more_communes(client, held, worker, manager, communes, author):
    client.force_login(manager)
    address = reverse("events:roll_up")
    client.get(address)
    approved(held, worker, manager)
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    for commune in communes[1:]:
        event = published(seasons.make_kit(season=held.season, commune=commune, actor=author)[0], author)
        approved(at(event, timedelta(hours=-4)), author, manager)
    with CaptureQueriesContext(connection) as many:
        client.get(address)
    assert len(many) == len(few) <= 12, [query["sql"][:160] for query in many]


def test_what_did_not_or_will_take_place_is_not_missing(held, worker):
    over(held)
    Event.objects.filter(pk=held.pk).update(status="cancelled", status_note="Bão")
    assert {line.state for line in roll(held).lines} == {"missing", "off"}
    assert roll(held).due == 2
    Event.objects.filter(pk=held.pk).update(status="planned", status_note="")
    at(held, timedelta(days=3))
    assert {line.state for line in roll(held).lines} == {"missing", "to-come"}


# Pages ------------------------------------------------------------------------------------------------------------


def test_the_report_by_phone_from_the_first_figure_to_the_approval(client, held, worker, manager):
    page, form = (reverse(f"events:{name}", args=[held.pk]) for name in ("results", "edit_results"))
    acts = {name: reverse("events:act_on_results", args=[held.pk, name]) for name in ("approve", "return", "correct")}
    peer = make_user(role=Role.RADIO_OPERATOR, area=make_commune("Xã Bạn"))
    client.force_login(peer)
    assert [client.get(page).status_code, client.get(form).status_code, client.post(acts["approve"]).status_code] == [
        404
    ] * 3
    client.force_login(make_user(role=Role.SUPERVISOR))
    assert [client.get(page).status_code, client.get(form).status_code, client.post(acts["approve"]).status_code] == [
        200,
        403,
        403,
    ]
    client.force_login(worker)
    data = FIGURES | {"text": "Mít tinh đúng giờ."}
    wrong = client.post(form, data | {"women": 500, "submit": "1"})
    assert (wrong.status_code, "Mít tinh đúng giờ." in wrong.content.decode()) == (409, True)
    assert client.post(form, data | {"text": "", "submit": "1"}).status_code == 409
    assert client.post(form, data | {"submit": "1"}).status_code == 302
    assert held.results.get().state == "submitted"
    assert client.post(acts["approve"]).status_code == 403
    client.force_login(manager)
    assert held.commune.name in client.get(reverse("events:desk")).content.decode()
    client.post(acts["return"], {"remark": "Thiếu ảnh."})
    client.force_login(worker)
    assert "Thiếu ảnh." in client.get(page).content.decode()
    client.post(form, data | {"submit": "1"})
    client.force_login(manager)
    client.post(acts["approve"])
    assert held.results.get().state == "approved"
    results.freeze_results(results=[held.results.get()], report="Báo cáo năm")
    client.force_login(worker)
    assert "Báo cáo năm" in client.get(page).content.decode()
    client.post(acts["correct"], {"reason": ""})
    assert held.results.count() == 1
    assert client.post(acts["correct"], {"reason": "Đếm thiếu."})["Location"] == form
    assert [row.number for row in held.results.all()] == [2, 1]


# Pictures ---------------------------------------------------------------------------------------------------------


def picture(size=(1800, 1200)) -> io.BytesIO:
    out, image = io.BytesIO(), Image.new("RGB", size, (90, 120, 90))
    exif = Image.Exif()
    exif[0x0110] = "Máy ảnh thử"
    image.save(out, "JPEG", exif=exif.tobytes())
    out.seek(0)
    return out


def pictured(event, worker, subject="crowd", consent=None, **more) -> EventPhoto:
    return gallery.add_photo(
        event=event, actor=worker, file=picture(), subject=subject, description="Bà con dự mít tinh.", consent=consent,
        client_uuid=more.get("client_uuid") or uuid.uuid4(),
    )  # fmt: skip


def consent(worker, commune, **agreed) -> Consent:
    today = timezone.localdate()
    return gallery.enter_consent(
        actor=worker, commune=commune, reference=f"Số {uuid.uuid4().hex[:6]}", scope="Ảnh", given_on=today,
        expires_on=today + timedelta(days=30), **agreed,
    )  # fmt: skip


def test_a_picture_is_pixels_only_and_public_after_a_second_look(client, held, worker, manager):
    photo = pictured(held, worker)
    for path in (photo.path, photo.small_path):
        data = absolute(path).read_bytes()
        assert b"Exif" not in data
    assert max(Image.open(absolute(photo.small_path)).size) == 480
    small, large = (reverse("events:photo", args=[held.pk, photo.pk, size]) for size in ("small", "large"))
    assert client.get(small).status_code == 404
    client.force_login(worker)
    assert client.get(small).status_code == 200
    client.logout()
    approved(held, worker, manager)
    assert [client.get(one).status_code for one in (small, large)] == [200, 200]
    assert client.get(large.replace("large", "huge")).status_code == 404
    assert small in client.get(reverse("events:event", args=[held.pk])).content.decode()
    gallery.remove_photo(photo=photo, actor=worker)
    assert client.get(small).status_code == 404


def test_of_people_only_with_consent_of_children_with_both(held, worker):
    for subject, agreed, word in (
        ("adult", None, "giấy đồng ý"),
        ("child", consent(worker, held.commune, child_agreed=True), "cha mẹ"),
        ("victim", None, "ai có trong ảnh"),
    ):
        with pytest.raises(DomainError, match=f"(?i){word}"):
            pictured(held, worker, subject, agreed)
    assert pictured(held, worker, "child", consent(worker, held.commune, child_agreed=True, guardian_agreed=True)).pk
    with pytest.raises(IntegrityError), transaction.atomic():
        EventPhoto.objects.update(consent=None)


def test_a_withdrawn_consent_hides_the_picture_at_once(client, held, worker, manager):
    paper = consent(worker, held.commune)
    photo = pictured(held, worker, "adult", paper)
    approved(held, worker, manager)
    address = reverse("events:photo", args=[held.pk, photo.pk, "small"])
    assert client.get(address).status_code == 200
    withdraw_consent(consent=paper, actor=make_user(role=Role.APPROVER))
    assert client.get(address).status_code == 404
    assert address not in client.get(reverse("events:event", args=[held.pk])).content.decode()


def test_who_added_a_picture_does_not_release_it(held, manager):
    pictured(held, manager)
    assert gallery.release_photos(event=held, actor=manager) == 0
    assert gallery.release_photos(event=held, actor=make_user(role=Role.PROGRAMME_MANAGER)) == 1


def test_pictures_by_phone(client, held, worker, manager):
    address = reverse("events:photos", args=[held.pk])
    client.force_login(worker)
    today = timezone.localdate()
    paper = {"reference": "12/ĐY", "scope": "Ảnh", "given_on": f"{today}", "expires_on": f"{today + timedelta(days=9)}"}
    assert client.post(address, paper | {"expires_on": f"{today}"}).status_code == 409
    assert client.post(address, paper).status_code == 302
    sending = {"subject": "adult", "description": "Hai đại biểu.", "client_uuid": uuid.uuid4().hex}
    assert client.post(address, sending | {"file": picture()}).status_code == 409
    assert client.post(address, sending | {"file": picture(), "consent": Consent.objects.get().pk}).status_code == 302
    client.force_login(manager)
    assert client.post(reverse("events:release_photos", args=[held.pk])).status_code == 302
    assert EventPhoto.objects.shown().count() == 1
    # A paper of another commune is no choice.
    other = make_commune("Xã Bạn")
    Consent.objects.create(
        reference="khác", holder=make_organisation("Xã bạn", area=other), scope="x", given_on=today,
        expires_on=today + timedelta(days=9),
    )  # fmt: skip
    assert {one.reference for one in gallery.consents_for(worker)} == {"12/ĐY"}
