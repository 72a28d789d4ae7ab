"""The roll-out of a plan, the register of models and groups, pledges: as of any date, appended, in one's own area."""

import io
import uuid
from datetime import date, timedelta

import openpyxl
import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from campaigns.models import ModelEvent, Pledge, PreventionModel, RolledPlan, Rollout
from campaigns.villages import registers, rollout
from core.errors import DomainError
from people.roles import Role
from places.models import AdministrativeUnit, Settlement
from tests.factories import make_commune, make_province, make_user, merge, today

pytestmark = [pytest.mark.django_db, pytest.mark.services]


@pytest.fixture
def commune():
    return make_commune("Xã Núi", is_border=True)


@pytest.fixture
def worker(commune):
    return make_user(role=Role.RADIO_OPERATOR, area=commune)


@pytest.fixture
def villages(commune):
    return [Settlement.objects.create(commune=commune, name=f"Bản {n}", valid_from="2020-01-01") for n in range(4)]


@pytest.fixture
def plan():
    return RolledPlan.objects.create(
        area=make_province(),
        number="4215/KH-UBND",
        name="Kế hoạch thử",
        starts_on=date(2021, 7, 9),
        ends_on=date(2026, 12, 31),
    )


def reach(worker, plan, commune, settlements, **changes) -> list[Rollout]:
    said = {"done_on": today(), "form": "meeting", "evidence": "Biên bản 12", "client_uuid": uuid.uuid4()} | changes
    return rollout.log_rollout(actor=worker, plan=plan, commune=commune, settlements=settlements, **said)


def board(plan, on=None):
    on = on or today()
    return rollout.board(plan=plan, communes=AdministrativeUnit.objects.current(on).communes(), on=on)


def make_model(worker, commune, name="Tổ tự quản thử", status="running", **fields) -> PreventionModel:
    fields = {"kind": "prevention", "since": today() - timedelta(days=100)} | fields
    return registers.enter_model(
        actor=worker,
        model=PreventionModel(commune=commune, name=name, **fields),
        status=status,
        client_uuid=uuid.uuid4(),
    )


# The roll-out -----------------------------------------------------------------------------------------------------


def test_a_roll_out_sent_twice_is_one(worker, plan, commune, villages):
    sent = uuid.uuid4()
    first = reach(worker, plan, commune, villages[:2], client_uuid=sent)
    assert reach(worker, plan, commune, villages[:2], client_uuid=sent) == first
    assert Rollout.objects.count() == 2
    with pytest.raises(DomainError):
        reach(worker, plan, commune, villages[:2], client_uuid=sent, form="leaflet")


def test_what_is_missing_stands_first_and_shares_are_of_the_day(worker, plan, commune, villages):
    full, bare, half = commune, make_commune("Xã Trắng"), make_commune("Xã Nửa")
    two = [Settlement.objects.create(commune=half, name=f"Thôn {n}", valid_from="2020-01-01") for n in range(2)]
    manager = make_user(role=Role.PROGRAMME_MANAGER)
    reach(manager, plan, full, villages)
    reach(manager, plan, half, two[:1])
    reach(manager, plan, half, two[:1], form="leaflet")
    found = board(plan)
    assert [(line.commune, line.share) for line in found.lines] == [(bare, None), (half, 0.5), (full, 1.0)]
    assert (found.complete, found.commune_share, found.settlements, found.reached) == (1, 1 / 3, 6, 5)
    assert dict(found.lines[1].forms) == {"meeting": 1, "leaflet": 1}
    assert found.lines[1].missing == two[1:]
    # Yesterday nothing of this was known; a record voided tomorrow still counts today.
    assert board(plan, today() - timedelta(days=1)).reached == 0
    rollout.void_rollout(rollout=Rollout.objects.filter(settlement=villages[0]).get(), actor=worker, reason="nhầm")
    assert board(plan).reached == 4


def test_a_merged_commune_answers_for_what_it_took_over(worker, plan, commune, villages):
    reach(worker, plan, commune, villages[:1], done_on=today() - timedelta(days=3))
    heir = make_commune("Xã Mới", valid_from=today())
    merge(commune, heir)
    (line,) = board(plan).lines
    assert (line.commune, len(line.settlements), line.reached) == (heir, 4, 1)


@pytest.mark.parametrize(
    "wrong",
    [
        {"done_on": 1}, {"done_on": -3650}, {"form": "rumour"},
        {"evidence": "  "},
    ],
)  # fmt: skip
def test_a_roll_out_without_sense_is_refused(worker, plan, commune, villages, wrong):
    if "done_on" in wrong:  # days from today
        wrong = {"done_on": today() + timedelta(days=wrong["done_on"])}
    with pytest.raises(DomainError):
        reach(worker, plan, commune, villages, **wrong)
    assert not Rollout.objects.exists()


def test_rolling_out_by_phone_and_taking_it_away(client, worker, plan, commune, villages):
    client.force_login(worker)
    page = client.get(reverse("village:rollout_log")).content.decode()
    assert page.count("checked") >= 4
    sent = {"xa": commune.pk, "client_uuid": uuid.uuid4(), "done_on": f"{today()}", "form": "loudspeaker",
            "evidence": "Sổ trực loa", "settlements": [v.pk for v in villages[:3]]}  # fmt: skip
    assert client.post(reverse("village:rollout_log"), sent | {"evidence": ""}).status_code == 409
    for _again in range(2):
        assert client.post(reverse("village:rollout_log"), sent).status_code == 302
    assert Rollout.objects.count() == 3
    assert "Sổ trực loa" in client.get(reverse("village:rollout_commune", args=[commune.pk])).content.decode()
    book = openpyxl.load_workbook(io.BytesIO(client.get(reverse("village:rollout_file")).content))
    communes, places = (list(sheet.iter_rows(min_row=2, values_only=True)) for sheet in book.worksheets)
    assert communes == [("Xã Núi", 4, 3, 0.75, 0, 3, 0)]
    assert places[0][:2] == ("Xã Núi", "Bản 3")


def test_a_plan_is_entered_once_by_a_manager(client, worker):
    sent = {"number": "01/KH-UBND", "name": "Kế hoạch mới", "area": make_province().pk, "starts_on": "2026-01-01",
            "ends_on": "2030-12-31"}  # fmt: skip
    client.force_login(worker)
    assert client.post(reverse("village:enter_plan"), sent).status_code == 403
    client.force_login(make_user(role=Role.PROGRAMME_MANAGER))
    assert client.post(reverse("village:enter_plan"), sent).status_code == 302
    assert client.post(reverse("village:enter_plan"), sent).status_code == 409
    assert RolledPlan.objects.count() == 1
    client.force_login(worker)
    assert "01/KH-UBND" in client.get(reverse("village:rollout")).content.decode()


# Models and groups ------------------------------------------------------------------------------------------------


def test_the_status_of_a_model_is_that_of_the_day(worker, commune):
    model = make_model(worker, commune, status="trial")
    ModelEvent.objects.update(received_at=timezone.now() - timedelta(days=99))

    def said(kind, days, **more):
        return registers.log_model_event(
            actor=worker, model=model, kind=kind, on=today() - timedelta(days=days), client_uuid=uuid.uuid4(), **more
        )

    said("running", 10)
    said("activity", 5, people=30)
    ended = said("ended", 1)

    def status(on=None):
        return registers.with_status(PreventionModel.objects.all(), on or today()).get().status

    assert status() == "ended"
    registers.void_model_event(event=ended, actor=worker, reason="nhầm")
    assert status() == "running"
    assert status(today() - timedelta(days=50)) == "trial"
    with pytest.raises(DomainError):
        said("running", 200)
    with pytest.raises(IntegrityError), transaction.atomic():
        ModelEvent.objects.filter(kind="running").update(people=3)


def test_a_model_is_entered_copied_and_logged_by_phone(client, worker, commune):
    origin = make_model(make_user(role=Role.PROGRAMME_MANAGER), make_commune("Xã Gốc"), "Mô hình gốc")
    client.force_login(worker)
    sent = {"xa": commune.pk, "client_uuid": uuid.uuid4(), "name": "Nhóm thử", "kind": "peer", "since": "2026-01-05",
            "copied_from": origin.pk, "guide": "Bắt đầu từ họp thôn.", "status": "running"}  # fmt: skip
    address = client.post(reverse("village:new_model"), sent)["Location"]
    assert client.post(reverse("village:new_model"), sent | {"client_uuid": uuid.uuid4()}).status_code == 409
    made = PreventionModel.objects.get(name="Nhóm thử")
    assert (made.copied_from, list(origin.copies.all())) == (origin, [made])
    line = {"client_uuid": uuid.uuid4(), "kind": "activity", "on": f"{today()}", "people": 12, "note": "Họp tháng"}
    for _again in range(2):
        assert client.post(address, line).status_code == 302
    assert "Họp tháng" in client.get(address).content.decode()
    assert made.events.count() == 2
    edited = sent | {"name": "Nhóm thử mới"}
    assert client.post(reverse("village:edit_model", args=[made.pk]), edited).status_code == 302
    assert PreventionModel.objects.get(pk=made.pk).name == "Nhóm thử mới"


# Pledges ----------------------------------------------------------------------------------------------------------


def test_pledges_are_counted_per_settlement_the_fewest_first(worker, commune, villages):
    sent = uuid.uuid4()
    said = {"actor": worker, "commune": commune, "settlement": villages[0], "by": "households", "signed_on": today()}
    first = registers.log_pledges(**said, number=40, client_uuid=sent)
    assert registers.log_pledges(**said, number=40, client_uuid=sent) == first
    registers.log_pledges(**said, number=2, client_uuid=uuid.uuid4())
    with pytest.raises(DomainError):
        registers.log_pledges(**said, number=0, client_uuid=uuid.uuid4())
    found = registers.pledges_by_settlement(Settlement.objects.all(), today())
    assert [(one.name, one.signed) for one in found] == [
        ("Bản 1", None), ("Bản 2", None), ("Bản 3", None), ("Bản 0", 42),
    ]  # fmt: skip
    registers.void_pledge(pledge=first, actor=worker, reason="ghi hai lần")
    assert registers.counted_pledges(villages, first=today(), last=today()) == 2


def test_pledges_by_phone(client, worker, commune, villages):
    client.force_login(worker)
    sent = {"xa": commune.pk, "client_uuid": uuid.uuid4(), "settlement": villages[1].pk, "by": "pupils", "number": 31,
            "signed_on": f"{today()}"}  # fmt: skip
    for _again in range(2):
        assert client.post(reverse("village:log_pledges"), sent).status_code == 302
    assert Pledge.objects.get().number == 31
    sheet = openpyxl.load_workbook(io.BytesIO(client.get(reverse("village:pledges_file")).content)).active
    assert [row[2] for row in sheet.iter_rows(min_row=2, values_only=True)] == [0, 0, 0, 31]


# Who may ----------------------------------------------------------------------------------------------------------


def test_peers_outsiders_and_watchers(client, worker, plan, commune, villages):
    (done,) = reach(worker, plan, commune, villages[:1])
    model = make_model(worker, commune)
    event = registers.log_model_event(
        actor=worker, model=model, kind="activity", on=today(), client_uuid=uuid.uuid4(), people=3
    )
    pledge = registers.log_pledges(
        actor=worker, commune=commune, settlement=villages[0], by="pupils", number=3, signed_on=today(),
        client_uuid=uuid.uuid4(),
    )  # fmt: skip
    lists = [reverse(f"village:{name}") for name in ("rollout", "rollout_file", "models", "pledges", "pledges_file")]
    reading = [reverse("village:rollout_commune", args=[commune.pk]), reverse("village:model", args=[model.pk])]
    writing = [
        reverse("village:rollout_void", args=[done.pk]), reverse("village:edit_model", args=[model.pk]),
        reverse("village:void_model_event", args=[event.pk]), reverse("village:void_pledge", args=[pledge.pk]),
    ]  # fmt: skip
    forms = [f"{reverse(f'village:{name}')}?xa={commune.pk}" for name in ("rollout_log", "new_model", "log_pledges")]
    for address in [*lists, *reading, *writing, *forms]:
        assert "/accounts/login/" in client.get(address)["Location"]
    for peer in (
        make_user(role=Role.RADIO_OPERATOR, area=make_commune("Xã Bạn")),
        make_user(role=Role.PROGRAMME_MANAGER, area=make_province("Tỉnh Khác")),
    ):
        client.force_login(peer)
        assert {client.get(address).status_code for address in [*reading, *writing, *forms]} == {404}
        assert "Xã Núi" not in "".join(client.get(one).content.decode() for one in (lists[0], lists[2], lists[3]))
    client.force_login(make_user(role=Role.SUPERVISOR))
    assert {client.get(address).status_code for address in [*lists, *reading]} == {200}
    assert {client.get(address).status_code for address in [*writing, *forms]} == {403}
    assert client.post(reading[1], {"kind": "activity"}).status_code == 403
    client.force_login(make_user(role=Role.TRAINEE, area=commune))
    assert {client.get(address).status_code for address in lists} == {403}
    client.force_login(worker)
    assert {client.get(address).status_code for address in [*lists, *reading, *writing, *forms]} == {200}
    for address in (writing[0], writing[2], writing[3]):
        assert client.post(address, {"reason": "nhầm"}).status_code == 302
    assert not Rollout.objects.counted().exists()
    assert not Pledge.objects.counted().exists()


def test_lists_cost_the_same_for_one_as_for_many(client, plan, commune, villages):
    manager = make_user(role=Role.PROGRAMME_MANAGER)
    client.force_login(manager)

    def some(number, name):
        for each in range(number):
            unit = make_commune(f"Xã {name} {each}")
            near = Settlement.objects.create(commune=unit, name="Thôn", valid_from="2020-01-01")
            reach(manager, plan, unit, [near])
            make_model(manager, unit)
            registers.log_pledges(
                actor=manager, commune=unit, settlement=near, by="pupils", number=3, signed_on=today(),
                client_uuid=uuid.uuid4(),
            )  # fmt: skip

    pages = [reverse(f"village:{name}") for name in ("rollout", "models", "pledges")]
    some(1, "A")
    [client.get(page) for page in pages]
    with CaptureQueriesContext(connection) as few:
        [client.get(page) for page in pages]
    some(5, "B")
    with CaptureQueriesContext(connection) as many:
        assert {client.get(page).status_code for page in pages} == {200}
    assert len(many) == len(few)
