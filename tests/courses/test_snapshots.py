"""Kept figures of training: frozen, shown beside what is counted today, kept once, seen by their area alone."""

import io
from datetime import timedelta

import pytest
from openpyxl import load_workbook

from core.errors import DomainError
from courses import requirements, snapshots
from courses.certificates import issue_certificate
from courses.compliance import figures
from courses.models import ComplianceSnapshot
from people.roles import Role
from places.models import AdministrativeUnit
from tests.courses.making import make_course, make_requirement
from tests.factories import make_commune, make_province, make_user, merge, today

pytestmark = pytest.mark.django_db
PAGE = "/vi/khoa-hoc/da-hoc/da-chot/"


@pytest.fixture
def asked():
    return make_requirement()


@pytest.fixture
def area(asked):
    """A commune with two officers who should be trained for long and one who has time."""
    found = make_commune("Xã Ta")
    for name, days in (("Ông Một", 300), ("Bà Hai", 300), ("Cô Ba", 10)):
        make_user(role=Role.TRAINEE, area=found, duties=[asked[0]], name=name, starts_on=today() - timedelta(days=days))
    return found


def manager_of(area, role=Role.PROGRAMME_MANAGER):
    return make_user(role=role, area=area)


def train(person_name, course):
    from people.models import User

    return issue_certificate(
        holder=User.objects.get(name=person_name), course=course, on=today() - timedelta(days=40), signer="Ký",
        actor=make_user(role=Role.COURSE_MANAGER),
    )  # fmt: skip


def test_what_was_kept_stays_while_the_living_figures_move(asked, area):
    train("Ông Một", asked[1])
    one = snapshots.keep(area=area, on=today(), purpose="Báo cáo năm", actor=manager_of(area))
    assert (one.should, one.trained, one.in_time) == (3, 1, 1)
    assert [gap.overdue for gap in snapshots.missing(one)] == [True, False]
    # A certificate of last month becomes known a day late, and the course gets another name.
    train("Bà Hai", asked[1])
    asked[1].title = "Luật mới"
    asked[1].save()
    one.refresh_from_db()
    now = snapshots.living(one)
    assert (snapshots.total(one).trained, now.total.trained) == (1, 2)
    (line,) = snapshots.table(one, "units", now)
    assert (line.label, line.count.trained, line.now.trained, line.differs) == ("Xã Ta", 1, 2, True)
    (line,) = snapshots.table(one, "requirements", now)
    assert line.label.endswith("→ Luật")
    assert len(snapshots.missing(one)) == 2


def test_a_requirement_taken_back_on_its_day_leaves_the_kept_figures_whole(client, asked, area):
    manager, maker = manager_of(area), make_user(role=Role.COURSE_MANAGER)
    course = make_course("moi", title="Mới", organiser=maker.memberships.get().organisation)
    said = {"duty": asked[0], "course": course, "within_months": 0, "valid_from": today(), "actor": maker}
    rule = requirements.ask_for(**said)
    one = snapshots.keep(area=area, on=today(), actor=manager)
    requirements.end(requirement=rule, on=today(), actor=maker)
    client.force_login(manager)
    page = client.get(f"{PAGE}{one.pk}/").content.decode()
    assert ("→ Mới" in page, "0&nbsp;/&nbsp;6" in page) == (True, True)
    assert client.get(f"{PAGE}{one.pk}.xlsx").status_code == 200


def test_keeping_twice_keeps_one_and_a_change_makes_another(asked, area):
    manager = manager_of(area)
    said = {"area": area, "on": today(), "actor": manager}
    first = snapshots.keep(**said)
    assert snapshots.keep(**said) == first
    assert snapshots.keep(**said, purpose="Báo cáo") != first
    train("Ông Một", asked[1])
    assert snapshots.keep(**said) != first
    assert [one.trained for one in ComplianceSnapshot.objects.filter(purpose="")] == [1, 0]


def test_what_cannot_be_kept_is_said(asked, area):
    manager = manager_of(area)
    with pytest.raises(DomainError, match="chưa tới"):
        snapshots.keep(area=area, on=today() + timedelta(days=1), actor=manager)
    empty = make_commune("Xã Vắng")
    with pytest.raises(DomainError, match="không có ai"):
        snapshots.keep(area=empty, on=today(), actor=manager_of(empty))
    assert not ComplianceSnapshot.objects.exists()


def test_a_province_keeps_what_the_living_page_says_also_after_a_merger(asked, area):
    province = AdministrativeUnit.objects.get(pk=area.parent_id)
    day = today() - timedelta(days=5)
    before = figures(units=AdministrativeUnit.objects.within(province), on=day).total
    one = snapshots.keep(area=province, on=day)
    assert snapshots.total(one) == before
    merge(area, make_commune("Xã Mới", valid_from=today() - timedelta(days=2)))
    assert snapshots.living(one).total == before
    assert [line.differs for line in snapshots.table(one, "units", snapshots.living(one))] == [False]


def test_only_who_looks_after_the_area_keeps_and_sees(client, asked, area):
    form = {"area": area.pk, "on": f"{today()}", "purpose": "Báo cáo năm 2026"}
    peer, province = make_commune("Xã Bạn"), make_province("Tỉnh Khác")
    for user in (manager_of(peer), manager_of(province)):
        client.force_login(user)
        assert client.post(PAGE, form).status_code == 409
    for role in (Role.TRAINEE, Role.RADIO_OPERATOR):
        client.force_login(manager_of(area, role))
        assert (client.get(PAGE).status_code, client.post(PAGE, form).status_code) == (403, 403)
    client.force_login(manager_of(area, Role.SUPERVISOR))
    assert client.post(PAGE, form).status_code == 403
    assert not ComplianceSnapshot.objects.exists()

    client.force_login(manager_of(area))
    answer = client.post(PAGE, form)
    one = ComplianceSnapshot.objects.get()
    assert answer.url == f"{PAGE}{one.pk}/"
    client.post(PAGE, form)
    assert ComplianceSnapshot.objects.count() == 1
    for user, status in (
        (manager_of(area), 200), (manager_of(area, Role.SUPERVISOR), 200), (manager_of(peer), 404),
        (manager_of(province), 404), (manager_of(area, Role.TRAINEE), 404),
    ):  # fmt: skip
        client.force_login(user)
        assert client.get(answer.url).status_code == status
        assert client.get(f"{PAGE}{one.pk}.xlsx").status_code == status
        if user.memberships.get().role != Role.TRAINEE:
            assert ("Báo cáo năm 2026" in client.get(PAGE).content.decode()) == (status == 200)
    client.logout()
    assert client.get(answer.url).status_code == 302


def test_pages_and_spreadsheet_say_what_was_kept_and_what_is_counted_today(client, asked, area):
    manager = manager_of(area)
    one = snapshots.keep(area=area, on=today(), purpose="=2+2", actor=manager)
    train("Ông Một", asked[1])
    client.force_login(manager)
    page = client.get(f"{PAGE}{one.pk}/").content.decode()
    for words in ("0&nbsp;/&nbsp;3", "1 lượt đã tập huấn trên 3", "1 / 3", "Ông Một", "quá hạn"):
        assert words in page, words
    book = load_workbook(io.BytesIO(client.get(f"{PAGE}{one.pk}.xlsx").content))
    everyone = [cell.value for cell in book.worksheets[0][2]]
    assert everyone[1:] == [3, 0, 1, 2, 0, 1, 3]
    assert {row[0].value for row in book.worksheets[1].iter_rows(min_row=2)} == {"Ông Một", "Bà Hai", "Cô Ba"}
    assert [row[1].value for row in book.worksheets[2].iter_rows()][:2] == ["Xã Ta", "'=2+2"]


@pytest.mark.parametrize(
    "broken",
    [
        {"on": "abc"},
        {"area": "x"},
        {"area": ""},
        {"area": "999999999999999999999"},
        {"purpose": "x" * 161},
        {"on": "30/02/2026"},
        {"on": ""},
        {"on": "2099-01-01"},
        {"on": "0001-01-01"},
    ],
)
def test_bad_input_is_said_and_keeps_nothing(client, asked, area, broken):
    client.force_login(manager_of(area))
    answer = client.post(PAGE, {"area": area.pk, "on": f"{today()}", "purpose": "Báo cáo"} | broken)
    assert answer.status_code == 409
    html = answer.content.decode()
    assert 'class="error' in html or 'role="alert"' in html
    assert not ComplianceSnapshot.objects.exists()


@pytest.mark.parametrize("address", ["/vi/khoa-hoc/da-hoc/?on=abc", "/vi/khoa-hoc/giang-vien/?on=abc"])
def test_an_address_that_cannot_be_read_says_so_and_shows_today(client, asked, area, address):
    client.force_login(manager_of(area))
    answer = client.get(address)
    assert answer.status_code == 200
    assert '<p class="error">' in answer.content.decode()
    assert client.get(f"{address}&area=999999").status_code == 404


def test_queries_do_not_grow(client, asked, area, django_assert_max_num_queries):
    manager = manager_of(area)
    for n in range(5):
        snapshots.keep(area=area, on=today() - timedelta(days=n), actor=manager)
    client.force_login(manager)
    client.get(PAGE)
    with django_assert_max_num_queries(12):
        client.get(PAGE)
    with django_assert_max_num_queries(16):
        client.get(f"{PAGE}{ComplianceSnapshot.objects.first().pk}/")
