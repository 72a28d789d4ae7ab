"""What duties ask for: set, changed and ended by the course manager, by day; read by who looks after training."""

from datetime import timedelta

import pytest

from core.errors import DomainError
from courses import requirements as acts
from courses.compliance import figures
from courses.models import Requirement
from people.roles import Role
from places.models import AdministrativeUnit
from tests.courses.making import make_course
from tests.factories import make_commune, make_duty, make_user, today

pytestmark = pytest.mark.django_db
PAGE = "/vi/khoa-hoc/yeu-cau/"


@pytest.fixture
def manager():
    return make_user(role=Role.COURSE_MANAGER)


@pytest.fixture
def course(manager):
    return make_course("luat", title="Luật", organiser=manager.memberships.get().organisation, validity_months=24)


def rows():
    return list(Requirement.objects.order_by("valid_from").values_list("within_months", "valid_from", "valid_until"))


def test_manager_asks_for_a_course_on_the_page_and_officers_are_counted(client, manager, course):
    duty = make_duty()
    make_user(role=Role.TRAINEE, duties=[duty])
    client.force_login(manager)
    assert client.get(PAGE).status_code == 200
    sent = {"act": "ask", "duty": duty.pk, "course": course.pk, "within_months": 3, "valid_from": f"{today()}"}
    assert client.post(PAGE, sent | {"within_months": 61}).status_code == 409
    assert client.post(PAGE, sent | {"valid_from": "2926-01-01"}).status_code == 409
    assert rows() == []
    assert client.post(PAGE, sent).status_code == 302
    # Sent twice: refused in words, nothing new.
    assert "yêu cầu khoá học này rồi" in client.post(PAGE, sent).content.decode()
    assert rows() == [(3, today(), None)]
    page = client.get(PAGE).content.decode()
    assert "trong 3 tháng kể từ khi nhận việc" in page
    assert "học lại sau mỗi 24 tháng" in page
    assert figures(units=AdministrativeUnit.objects.current(), on=today()).total.should == 1
    assert "Bắt buộc với" in client.get("/vi/khoa-hoc/luat/").content.decode()
    one = Requirement.objects.get()
    before = {"act": "end", "pk": one.pk, f"r{one.pk}-on": f"{today() - timedelta(days=1)}"}
    assert client.post(PAGE, before).status_code == 409
    client.post(PAGE, before | {f"r{one.pk}-on": f"{today() + timedelta(days=10)}"})
    assert rows() == [(3, today(), today() + timedelta(days=10))]


def test_other_months_end_the_earlier_rule_and_the_past_stays_as_it_was(manager, course):
    duty, old = make_duty(), today() - timedelta(days=400)
    said = {"duty": duty, "course": course, "actor": manager}
    acts.ask_for(**said, within_months=6, valid_from=old)
    for day in (old, today() - timedelta(days=30)):
        with pytest.raises(DomainError):
            acts.end(requirement=Requirement.objects.get(), on=day, actor=manager)
    assert rows() == [(6, old, None)]
    acts.ask_for(**said, within_months=12, valid_from=today())
    assert rows() == [(6, old, today()), (12, today(), None)]
    # On its first day it is mended in place.
    acts.ask_for(**said, within_months=9, valid_from=today())
    assert rows() == [(6, old, today()), (9, today(), None)]
    with pytest.raises(DomainError):
        acts.ask_for(**said, within_months=6, valid_from=today() - timedelta(days=1))
    # What ends on its first day was never asked.
    acts.end(requirement=Requirement.objects.get(valid_until=None), on=today(), actor=manager)
    assert rows() == [(6, old, today())]
    with pytest.raises(DomainError):
        acts.ask_for(**said, within_months=6, valid_from=today() - timedelta(days=1))
    acts.ask_for(**said, within_months=6, valid_from=today())
    assert rows() == [(6, old, today()), (6, today(), None)]


@pytest.mark.parametrize(
    ("role", "sees", "changes"),
    [
        (Role.COURSE_MANAGER, 200, 404),
        (Role.SUPERVISOR, 200, 403),
        (Role.TRAINER, 403, 403),
        (Role.TRAINEE, 403, 403),
    ],
)
def test_others_read_or_find_nothing(client, manager, course, role, sees, changes):
    one = acts.ask_for(duty=make_duty(), course=course, within_months=6, valid_from=today(), actor=manager)
    client.force_login(make_user(role=role, area=make_commune("Xã Khác")))
    assert client.get(PAGE).status_code == sees
    sent = {"act": "end", "pk": one.pk, f"r{one.pk}-on": f"{today() + timedelta(days=9)}"}
    assert client.post(PAGE, sent).status_code == changes
    assert rows() == [(6, today(), None)]
