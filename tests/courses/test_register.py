"""Suspending, replacing, issuing many, the paper itself, and who may see and do it."""

import subprocess
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from core.errors import DomainError
from courses.batches import order_batch
from courses.certificates import (
    issue_certificate,
    restore_certificate,
    revoke_certificate,
    state_of,
    supersede_certificate,
    suspend_certificate,
)
from courses.models import Batch, Certificate
from courses.paper import certificates_pdf
from media import jobs
from media.models import Job
from people.roles import Role
from tests.courses.making import make_course
from tests.factories import make_commune, make_user, today

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager():
    return make_user(role=Role.COURSE_MANAGER)


@pytest.fixture
def paper(manager):
    return issue_certificate(
        holder=make_user(name="Nguyễn Thị Hoà"), course=make_course("luat", validity_months=24),
        on=today() - timedelta(days=10), signer="Giám đốc, Trần Văn Mẫu", actor=manager,
    )  # fmt: skip


def in_force():
    return Certificate.objects.in_force().count()


def test_suspended_proves_nothing_until_it_is_restored_and_the_code_tells_both(client, paper, manager):
    suspend_certificate(certificate=paper, reason="Đang xem lại", actor=manager)
    assert (state_of(paper), in_force()) == ("suspended", 0)
    assert Certificate.objects.in_force(today() - timedelta(days=1)).count() == 1
    with pytest.raises(DomainError):
        suspend_certificate(certificate=paper, reason="Lần nữa", actor=manager)
    restore_certificate(certificate=paper, reason="Đã xem lại xong", actor=manager)
    assert (state_of(paper), in_force()) == ("valid", 1)
    with pytest.raises(DomainError):
        restore_certificate(certificate=paper, reason="Lần nữa", actor=manager)
    suspend_certificate(certificate=paper, reason="Lại có điều cần xem", actor=manager)
    assert (state_of(paper), in_force()) == ("suspended", 0)
    html = client.get(f"/C/{paper.code}").content.decode()
    assert html.index("Đang xem lại") < html.index("Đã xem lại xong") < html.index("Lại có điều cần xem")


def test_replacing_keeps_the_last_day_and_writes_the_name_of_today(paper, manager):
    paper.holder.name = "Nguyễn Thị Hoà Bình"
    paper.holder.save()
    made = supersede_certificate(certificate=paper, reason="Tên in thiếu chữ", signer="Ký", actor=manager)
    paper.refresh_from_db()
    assert (made.holder_name, made.number, made.valid_until) == ("Nguyễn Thị Hoà Bình", 2, paper.valid_until)
    assert (state_of(paper), state_of(made)) == ("superseded", "valid")
    with pytest.raises(DomainError):
        supersede_certificate(certificate=paper, reason="Lần nữa", signer="Ký", actor=manager)
    revoke_certificate(certificate=made, reason="Cấp nhầm", actor=manager)
    with pytest.raises(DomainError):
        suspend_certificate(certificate=made, reason="Muộn rồi", actor=manager)


def test_nobody_holds_two_standing_certificates_of_a_course(paper):
    paper.pk, paper.number, paper.code = None, 99, "KHACHANKHAC2"
    with pytest.raises(IntegrityError, match=r"one_at_a_time|holder_id"), transaction.atomic():
        paper.save(force_insert=True)


def test_pdf_is_one_landscape_page_with_right_capitals(tmp_path, paper):
    paper.holder_name = "Nguyễn Phúc Tôn Nữ Công Tằng Huyền Trân Ưỡng Ặẵ Bhling Thị Hoàng Ưng"
    paper.course_title = "Tiếp cận, gặp gỡ lần đầu và hỗ trợ tâm lý ban đầu " * 3
    data = certificates_pdf([paper])
    assert data == certificates_pdf([paper])
    file = tmp_path / "a.pdf"
    file.write_bytes(data)
    about = subprocess.run(["pdfinfo", file], capture_output=True, text=True, check=True).stdout
    assert "Pages:           1\n" in about
    assert "841.89 x 595.276 pts (A4)" in about
    words = subprocess.run(["pdftotext", "-layout", file, "-"], capture_output=True, text=True, check=True).stdout
    for text in ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "GIẤY CHỨNG NHẬN", "0001/",
                 "CƠ QUAN THỬ", "Ưỡng Ặẵ Bhling", "GIÁM ĐỐC", "Trần Văn Mẫu", paper.code):  # fmt: skip
        assert text in words, text


def test_many_are_issued_by_a_job_that_may_be_killed_and_run_again(paper, manager, monkeypatch):
    people = [make_user(email=f"p{n}@thu.example") for n in range(60)]
    batch = order_batch(
        course=paper.course, holders=[*people, people[0]], on=today() - timedelta(days=12), signer="Ký", actor=manager
    )
    batch.entries.create(holder=paper.holder)
    monkeypatch.setattr("courses.batches._file", lambda batch: 1 / 0)
    jobs.run(Job.objects.get().pk)
    assert Certificate.objects.filter(batch_entry__batch=batch).count() == 60
    monkeypatch.undo()
    Job.objects.update(not_before=timezone.now())
    assert jobs.run(Job.objects.get().pk)
    batch.refresh_from_db()
    assert Certificate.objects.filter(batch_entry__batch=batch).count() == 60
    assert sorted(Certificate.objects.values_list("number", flat=True)) == list(range(1, 62))
    assert batch.finished_at is not None
    assert batch.path.endswith(".pdf")
    assert [(one.holder, bool(one.refusal)) for one in batch.entries.filter(certificate=None)] == [(paper.holder, True)]


def test_who_sees_and_who_acts(client, paper, manager):
    other_commune = make_commune("Xã Bên")
    people = {
        "holder": paper.holder,
        "manager": manager,
        "administrator": make_user(role=Role.ADMINISTRATOR),
        "peer": make_user(role=Role.COURSE_MANAGER, area=other_commune),
        "trainee": make_user(role=Role.TRAINEE),
        "stranger": None,
    }
    got = {}
    for name, user in people.items():
        client.force_login(user) if user else client.logout()
        got[name] = [
            client.get(f"/vi/khoa-hoc/{path}").status_code
            for path in ("giay-cua-toi/", "giay-chung-nhan/", f"giay-chung-nhan/{paper.code}/",
                         f"giay-chung-nhan/{paper.code}.pdf", "giay-chung-nhan/cap/")
        ]  # fmt: skip
    assert got == {
        "holder": [200, 403, 404, 200, 403],
        "manager": [200, 200, 200, 200, 200],
        "administrator": [200, 200, 200, 200, 403],
        "peer": [200, 200, 404, 404, 200],
        "trainee": [200, 403, 404, 404, 403],
        "stranger": [302, 302, 302, 302, 302],
    }
    for act in (suspend_certificate, revoke_certificate):
        with pytest.raises(PermissionDenied):
            act(certificate=paper, reason="Vì sao", actor=people["peer"])
    revoke_certificate(certificate=paper, reason="Cấp nhầm", actor=manager)
    client.force_login(paper.holder)
    assert client.get(f"/vi/khoa-hoc/giay-chung-nhan/{paper.code}.pdf").status_code == 404


def test_a_manager_issues_suspends_and_restores_by_the_pages(client, paper, manager):
    client.force_login(manager)
    address = "/vi/khoa-hoc/giay-chung-nhan/"
    form = {"course": paper.course_id, "on": f"{today()}", "signer": "Ký", "people": "khong@co.example"}
    refused = client.post(f"{address}cap/", form)
    assert (refused.status_code, "1: khong@co.example" in refused.content.decode()) == (409, True)
    one, two = make_user(), make_user()
    client.post(f"{address}cap/", form | {"people": one.email.upper()})
    assert Certificate.objects.get(holder=one).label == f"0002/{today().year}"
    sent = client.post(f"{address}cap/", form | {"people": f"{two.email}, {make_user().email}"})
    jobs.run(Job.objects.get().pk)
    batch = Batch.objects.get()
    assert sent["Location"].endswith(f"/{batch.pk}/")
    assert b"%PDF" in b"".join(client.get(f"{address}dot-cap/{batch.pk}.pdf").streaming_content)[:8]
    page = f"{address}{paper.code}/"
    assert client.post(page, {"act": "suspend", "suspend-reason": ""}).status_code == 409
    client.post(page, {"act": "suspend", "suspend-reason": "Xem lại"})
    assert state_of(paper) == "suspended"
    # The second click of a page that was open meanwhile.
    assert client.post(page, {"act": "suspend", "suspend-reason": "Xem lại"}).status_code == 302
    client.post(page, {"act": "restore", "restore-reason": "Xong"})
    assert state_of(paper) == "valid"


def test_register_costs_the_same_for_one_and_for_many(client, paper, manager, django_assert_max_num_queries):
    client.force_login(manager)
    client.get("/vi/khoa-hoc/giay-chung-nhan/")
    with django_assert_max_num_queries(14) as few:
        client.get("/vi/khoa-hoc/giay-chung-nhan/?q=hoa")
    for _ in range(4):
        issue_certificate(holder=make_user(name="Hoà"), course=paper.course, on=today(), signer="Ký", actor=manager)
    with django_assert_max_num_queries(len(few.captured_queries)):
        assert client.get("/vi/khoa-hoc/giay-chung-nhan/?q=hoa").content.decode().count("cards-below") == 1
