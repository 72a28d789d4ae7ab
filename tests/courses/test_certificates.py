"""The register: no gaps, nothing overwritten, codes that answer for ever."""

import threading
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection

from core.errors import DomainError
from courses.certificates import issue_certificate, revoke_certificate, shown_name, state_of
from courses.models import Certificate, Register
from people.roles import Role
from tests.courses.making import make_course
from tests.factories import make_commune, make_user, today


@pytest.fixture
def manager(db):
    return make_user(role=Role.COURSE_MANAGER)


def issue(holder, course, manager, days: int = 0):
    return issue_certificate(
        holder=holder, course=course, on=today() - timedelta(days=days), signer="Giám đốc", actor=manager
    )


def test_renewal_is_a_new_row_and_the_old_code_says_replaced(client, manager):
    course, holder = make_course(validity_months=24), make_user(name="Nguyễn Thị Hoà")
    first = issue(holder, course, manager, days=40)
    second = issue(holder, course, manager)
    first.refresh_from_db()
    assert (state_of(first), state_of(second)) == ("superseded", "valid")
    assert state_of(first, today() - timedelta(days=1)) == "valid"
    page = client.get(f"/c/{first.code.lower()}", follow=True).content.decode()
    assert "đã có giấy mới thay thế" in page
    assert "N. T. Hoà" in page
    assert "Nguyễn" not in page


def test_a_code_is_found_as_people_type_it(client, manager):
    code = issue(make_user(), make_course(), manager).code
    typed = [f"{code[:4]} {code[4:8]} {code[8:]}", f" {code.lower()} ", f"{code[:6]}-{code[6:]}."]
    assert [client.get(f"/{letter}/{one}").status_code for letter in "cC" for one in typed] == [200] * 6
    for wrong in ("A" * 10_000, "có", "'--"):
        answer = client.get(f"/c/{quote(wrong)}")
        assert (answer.status_code, "so từng ký tự với tờ giấy" in answer.content.decode()) == (404, True), wrong


def test_states_follow_the_calendar(manager):
    paper = issue(make_user(), make_course(validity_months=12), manager)
    ends = paper.valid_until
    assert [state_of(paper, ends - timedelta(days=n)) for n in (91, 90, 1, 0)] == [
        "valid", "expiring", "expiring", "expired",
    ]  # fmt: skip


def test_refused_issues_take_no_number(manager):
    course, holder = make_course(), make_user()
    issue(holder, course, manager)
    for wrong in ({"on": today() + timedelta(days=1)}, {"signer": " "}, {"on": today()}):
        with pytest.raises(DomainError):
            issue_certificate(
                **({"holder": holder, "course": course, "on": today(), "signer": "Ký", "actor": manager} | wrong)
            )
    assert issue(make_user(), course, manager).number == 2


def test_only_course_managers_of_the_organisers_area_issue_and_revoke(manager):
    course = make_course()
    paper = issue(make_user(), course, manager)
    for user in (
        make_user(role=Role.COURSE_MANAGER, area=make_commune("Xã Một")),
        make_user(role=Role.TRAINER),
        make_user(),
    ):
        with pytest.raises(PermissionDenied):
            issue(make_user(), course, user)
        with pytest.raises(PermissionDenied):
            revoke_certificate(certificate=paper, reason="Vì sao", actor=user)
    with pytest.raises(DomainError):
        revoke_certificate(certificate=paper, reason=" ", actor=manager)
    revoke_certificate(certificate=paper, reason="Cấp nhầm người", actor=manager)
    revoke_certificate(certificate=paper, reason="Lần nữa", actor=manager)
    assert [event.reason for event in paper.events.all()] == ["Cấp nhầm người"]


def test_unknown_code_is_told_what_to_compare(client, db):
    page = client.get("/c/KHONGCOTHAT", follow=True)
    assert page.status_code == 404
    assert "Không có giấy chứng nhận nào mang mã này" in page.content.decode()


@pytest.mark.parametrize(
    ("name", "shown"), [("Nguyễn Thị Hoà", "N. T. Hoà"), ("Alăng Bhuôch", "A. Bhuôch"), ("Hoà", "Hoà"), ("", "")]
)
def test_shown_name(name, shown):
    assert shown_name(name) == shown


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_numbers_have_no_gap_when_many_issue_at_once():
    course, manager = make_course(), make_user(role=Role.COURSE_MANAGER)
    holders = [make_user() for _ in range(24)]
    failed = []

    def work(mine):
        try:
            for holder in mine:
                issue(holder, course, manager)
        except Exception as reason:
            failed.append(reason)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(holders[n::6],)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert sorted(Certificate.objects.values_list("number", flat=True)) == list(range(1, 25))
    assert Register.objects.get().last_number == 24
    assert Certificate.objects.values("code").distinct().count() == 24
