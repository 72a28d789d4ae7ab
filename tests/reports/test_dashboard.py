"""The plan on one screen: its figures, whom to call, who may see it and what it costs."""

import re
import uuid
from datetime import date, timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from campaigns.broadcast.airings import log_airing
from campaigns.models import RolledPlan, Rollout
from courses.models import Requirement
from people.membership import grant_membership
from people.roles import Role
from places.models import AdministrativeUnit, Settlement
from reports.indicators import REGISTRY, Scope
from reports.models import Clause, Deadline, LegalDocument, Plan, Target
from reports.plans import on_screen
from tests.campaigns.released import make_released
from tests.courses.making import make_course
from tests.factories import make_commune, make_duty, make_organisation, make_province, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan() -> Plan:
    law = LegalDocument.objects.create(number="1/KH", title="Thử", issuer="Thử", valid_from="2020-01-01")
    plan = Plan.objects.create(
        code="thu", title="Thử", starts_on=date(2025, 7, 1), ends_on=date(2030, 1, 1), area=make_province()
    )
    plan.legal_basis.add(law)
    clause = Clause.objects.create(plan=plan, ref="I", kind="task", text="Thử", position=0, serves=["plan"])
    body = plan.bodies.create(code="xa", name="Xã")
    for position, key in enumerate(("roll-out", "broadcast-months", "officers-trained")):
        Target.objects.create(
            plan=plan, clause=clause, code=key, name=f"Chỉ tiêu {key}", formula="a ÷ b", indicator=key, goal=100,
            position=position,
        )  # fmt: skip
    Deadline.objects.create(
        plan=plan, clause=clause, code="bao-cao", name="Báo cáo thử", level="commune", body=body, month=12, before_day=10,
        recipients="Sở", valid_from=date(2025, 7, 1),
    )  # fmt: skip
    return plan


@pytest.fixture
def communes():
    return make_commune("Xã Đã Phát"), make_commune("Xã Còn Thiếu")


def air(version, commune):
    operator = make_user(role=Role.RADIO_OPERATOR, area=commune, name="Người Trực Loa", phone="0900 000 001")
    log_airing(
        operator=operator, version=version, commune=commune, aired_at=timezone.now(), plays=3, client_uuid=uuid.uuid4()
    )


def test_targets_stand_first_with_what_is_not_counted_said(client, plan, communes):
    air(make_released(), communes[0])
    client.force_login(make_user(role=Role.PROGRAMME_MANAGER))
    page = client.get(reverse("reports:dashboard")).content.decode()
    targets = page.split('class="stats"')[1].split("</dl>")[0]
    assert targets.index("roll-out") < targets.index("broadcast-months") < targets.index("officers-trained")
    assert "1&nbsp;/&nbsp;2" in targets
    assert "Báo cáo thử" in page
    for board in ("village:rollout", "courses:compliance"):
        assert f'href="{reverse(board)}"' in targets
    client.force_login(make_user(role=Role.RADIO_OPERATOR, area=communes[0]))
    assert reverse("courses:compliance") not in client.get(reverse("reports:dashboard")).content.decode()


def test_what_is_missing_names_whom_to_call_only_for_those_who_may_see_people(client, plan, communes):
    make_released()
    make_user(role=Role.RADIO_OPERATOR, area=communes[1], name="Người Trực Loa", phone="0900 000 001")
    address = reverse("reports:dashboard")
    client.force_login(make_user(role=Role.PROGRAMME_MANAGER))
    page = client.get(address).content.decode()
    assert communes[1].name in page
    assert 'href="tel:0900000001"' in page
    client.force_login(make_user(role=Role.COMMUNICATOR))
    page = client.get(address).content.decode()
    assert communes[1].name in page
    assert "0900000001" not in page
    # To see people in one commune is not to see them where one may only read.
    both = make_user(role=Role.COMMUNICATOR)
    grant_membership(user=both, role=Role.PROGRAMME_MANAGER, area=communes[0], organisation=make_organisation())
    client.force_login(both)
    assert "0900000001" not in client.get(address).content.decode()
    make_user(role=Role.RADIO_OPERATOR, area=communes[0], phone="0900 000 003")
    page = client.get(address).content.decode()
    assert ("0900000001" in page, "0900000003" in page) == (False, True)


def test_who_looks_after_one_commune_sees_that_one(client, plan, communes):
    version = make_released()
    for commune in communes:
        air(version, commune)
    client.force_login(make_user(role=Role.RADIO_OPERATOR, area=communes[0]))
    page = client.get(reverse("reports:dashboard")).content.decode()
    assert "1&nbsp;/&nbsp;1" in page
    rows = client.get(reverse("reports:indicator", args=["broadcast-plays"])).content.decode()
    assert communes[0].name in rows
    assert communes[1].name not in rows
    assert client.get(reverse("reports:dashboard"), {"area": communes[1].pk}).status_code == 404


def test_strangers_and_trainees_are_kept_out(client, plan):
    addresses = [reverse("reports:dashboard"), reverse("reports:indicator", args=["sessions"])]
    assert [client.get(address).status_code for address in addresses] == [302, 302]
    for person in (make_user(), make_user(role=Role.TRAINEE)):
        client.force_login(person)
        assert [client.get(address).status_code for address in addresses] == [403, 403]
    client.force_login(make_user(role=Role.SUPERVISOR))
    assert client.get(reverse("reports:indicator", args=["khong-co"])).status_code == 404


@pytest.mark.parametrize("key", sorted(REGISTRY))
def test_every_figure_opens(client, communes, key):
    air(make_released(), communes[0])
    client.force_login(make_user(role=Role.SUPERVISOR))
    answer = client.get(reverse("reports:indicator", args=[key]))
    assert answer.status_code == 200
    assert str(REGISTRY[key].name) in answer.content.decode()


def test_the_screen_takes_twelve_queries_whatever_its_size(client, plan, communes):
    version = make_released()
    manager = make_user(role=Role.PROGRAMME_MANAGER)
    client.force_login(manager)
    address = reverse("reports:dashboard")

    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            assert client.get(address).status_code == 200
        return len(found)

    def anew() -> int:
        cache.clear()
        on_screen(timezone.localdate())
        client.get("/vi/")  # the hotline strip, kept as well
        return queries()

    first, small = anew(), queries()
    Requirement.objects.create(duty=make_duty(), course=make_course(), valid_from=date(2026, 1, 1))
    required = anew()
    for number in range(6):
        commune = make_commune(f"Xã Thêm {number}")
        make_user(role=Role.RADIO_OPERATOR, area=commune, duties=[make_duty()])
        if number % 2:
            air(version, commune)
    assert anew() == required
    assert queries() == small
    assert small <= 12
    # The two targets that are counted anew once a minute.
    assert first <= 16
    assert required <= 19


def test_all_three_targets_are_counted_with_people_above_the_communes(client, plan, communes):
    air(make_released(), communes[0])
    homes = [
        Settlement.objects.create(commune=commune, name="Thôn", valid_from=date(2025, 7, 1)) for commune in communes
    ]
    rolled = RolledPlan.objects.create(
        area=communes[0].parent, number="1", name="Thử", starts_on=date(2025, 7, 1), ends_on=date(2030, 1, 1)
    )
    manager = make_user(role=Role.PROGRAMME_MANAGER)
    Rollout.objects.create(
        plan=rolled, settlement=homes[0], done_on=timezone.localdate(), form="meeting", evidence="biên bản",
        recorded_by=manager,
    )  # fmt: skip
    Requirement.objects.create(duty=make_duty(), course=make_course(), valid_from=date(2025, 7, 1))
    make_user(role=Role.TRAINEE, area=communes[0], duties=[make_duty()])
    make_user(role=Role.TRAINEE, area=communes[0].parent, duties=[make_duty()])
    client.force_login(manager)

    def shown(**asked) -> list[str]:
        page = client.get(reverse("reports:dashboard"), asked).content.decode()
        return re.findall(r"(\d+)&nbsp;/&nbsp;(\d+)", page.split('class="stats"')[1].split("</dl>")[0])

    assert shown() == [("1", "2"), ("1", "2"), ("0", "2")]
    assert shown(on=f"{timezone.localdate()}", area=communes[1].pk) == [("0", "1"), ("0", "1"), ("0", "0")]
    # Another person's figures are not this one's.
    client.force_login(make_user(role=Role.PROGRAMME_MANAGER, area=communes[0]))
    assert shown() == [("1", "1"), ("1", "1"), ("0", "1")]


def test_a_figure_of_this_month_opens_to_this_month_only(client, communes):
    version = make_released(released_at=timezone.now() - timedelta(days=100))
    for commune, days in zip(communes, (0, 60), strict=True):
        air(version, commune)
        moment = timezone.now() - timedelta(days=days)
        commune.airings.update(aired_at=moment, aired_on=timezone.localdate(moment), received_at=moment)
    today = timezone.localdate()
    scope = Scope(
        communes=AdministrativeUnit.objects.current().communes(), first=today - timedelta(days=90), last=today
    )
    assert [row.commune for row in REGISTRY["broadcast-communes"].rows(scope)] == [communes[0]]
    assert {row.commune for row in REGISTRY["broadcast-plays"].rows(scope)} == set(communes)


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_a_mistyped_year_breaks_nothing(client, plan, communes, day):
    client.force_login(make_user(role=Role.SUPERVISOR))
    for name in ("dashboard", "coverage", "plan", "laws", "partners"):
        assert client.get(reverse(f"reports:{name}"), {"on": day}).status_code == 200, name
    assert client.get(reverse("reports:indicator", args=["sessions"]), {"on": day}).status_code == 200
    for asked in ({"first": day}, {"last": day}, {"first": day, "last": day}):
        assert client.get(reverse("reports:audit"), asked).status_code == 200
        assert client.get(reverse("reports:audit_file"), asked).status_code == 200
