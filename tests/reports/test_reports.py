"""A report from its beginning to its acceptance: who may do what, what is frozen, what is late, what is added up."""

import io
import uuid
import zipfile
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from campaigns.models import DirectSession
from core.errors import DomainError
from courses import snapshots
from courses.models import ComplianceSnapshot, Requirement
from media import jobs
from media.models import Job
from people.roles import Role
from reports import after_freeze, attachments, consolidation, counting, flow, obligations, writing
from reports.content import assemble, content, stamp, value
from reports.indicators import REGISTRY
from reports.models import Attachment, FormLine, Report, ReportAct
from reports.obligations import owed_by, owing, standings
from tests.courses.making import make_course
from tests.factories import make_commune, make_duty, make_province, make_user, merge
from tests.reports.making import (
    filled,
    fresh,
    make_form,
    make_people,
    make_place,
    make_request,
    make_upper_form,
    sent,
    signed,
)

pytestmark = [pytest.mark.django_db, pytest.mark.services]


def hold(commune, people: int = 10, *, women: int = 4, days_ago: int = 30, **fields) -> DirectSession:
    at = timezone.now() - timedelta(days=days_ago)
    said = {
        "client_uuid": uuid.uuid4(), "commune": commune, "held_at": at, "attendees": people, "women": women, "children": 0,
        "minority": 0, "received_at": at, "recorded_by": make_user(),
    }  # fmt: skip
    return DirectSession.objects.create(**said | fields)


def lines(report) -> dict[str, dict]:
    return {line["label"]: line for section in content(report)["sections"] for line in section["lines"]}


@pytest.fixture
def place():
    return make_place()


@pytest.fixture
def request_(place):
    return make_request(make_form())


@pytest.fixture
def manager():
    return make_user(role=Role.PROGRAMME_MANAGER, name="Người Duyệt")


def test_figures_fill_in_and_a_correction_keeps_both(request_, place):
    commune, people = place
    hold(commune, 20, women=8)
    hold(commune, 10, women=2)
    report = filled(request_, commune, people)
    line = FormLine.objects.get(label="Buổi trực tiếp")
    section = line.section
    with pytest.raises(DomainError, match="Buổi trực tiếp"):
        writing.save_section(actor=people.writer, report=report, section=section, figures={line.pk: (5, None, " ")})
    writing.save_section(
        actor=people.writer,
        report=report,
        section=section,
        text="Lời.",
        figures={line.pk: (5, None, "Ba buổi ghi sổ tay.")},
    )
    said = lines(fresh(report))
    assert (said["Phụ nữ"]["part"], said["Phụ nữ"]["whole"], said["Phụ nữ"]["rows"]) == (10, 30, 2)
    own = said["Buổi trực tiếp"]
    assert (own["part"], own["said"], own["note"], own["rule"]) == (
        2,
        {"part": 5, "whole": None},
        "Ba buổi ghi sổ tay.",
        1,
    )
    assert value(own) == (5, None)
    assert value(said["Kinh phí"]) == (3, 6)
    assert [act.kind for act in report.acts.all()] == ["begun", "corrected"]
    writing.save_section(actor=people.writer, report=report, section=section, figures={line.pk: (None, None, "")})
    assert value(lines(fresh(report))["Buổi trực tiếp"]) == (2, None)


@pytest.mark.parametrize("figures", [(7, 3, "lý do"), (-1, 9, "lý do"), (None, 4, ""), (7, None, "")])
def test_impossible_figures_are_refused(request_, place, figures):
    commune, people = place
    report = filled(request_, commune, people)
    line = FormLine.objects.get(label="Kinh phí")
    with pytest.raises(DomainError):
        writing.save_section(actor=people.writer, report=report, section=line.section, figures={line.pk: figures})
    assert value(lines(fresh(report))["Kinh phí"]) == (3, 6)


def test_the_way_to_acceptance_is_written_down(request_, place, manager):
    commune, people = place
    report = sent(request_, commune, people)
    with pytest.raises(DomainError):
        flow.return_report(actor=manager, report=report, remarks="  ")
    flow.return_report(actor=manager, report=report, remarks="Thiếu số tờ rơi.")
    draft = flow.correct(actor=people.writer, report=report)
    assert flow.correct(actor=people.writer, report=report) == draft
    assert (draft.supersedes, draft.state, value(lines(fresh(draft))["Văn bản"])) == (report, "draft", (3, None))
    again = flow.submit(actor=people.head, report=signed(draft, people))
    flow.accept(actor=manager, report=again)
    assert [(act.kind, act.by.name) for act in report.acts.all()] == [
        ("begun", "Người Viết"), ("signed", "Người Ký"), ("submitted", "Người Viết"), ("returned", "Người Duyệt"),
        ("superseded", "Người Viết"),
    ]  # fmt: skip
    assert [act.kind for act in draft.acts.all()] == ["begun", "signed", "submitted", "accepted"]
    assert list(Report.objects.current()) == [draft]


def test_nobody_signs_what_they_wrote_nor_for_another_unit(request_, place, manager):
    commune, people = place
    report = filled(request_, commune, people)
    read = stamp(assemble(report))
    both = make_user(role=Role.PROGRAMME_MANAGER, area=commune)
    other = make_user(role=Role.APPROVER, area=make_commune("Xã Bạn"))
    above = make_user(role=Role.APPROVER)
    for person in (people.writer, other, above, manager):
        with pytest.raises(PermissionDenied):
            flow.sign(actor=person, report=report, read=read)
    section = request_.form.sections.last()
    writing.save_section(actor=both, report=report, section=section, text="Lời khác.")
    line = FormLine.objects.get(label="Văn bản")
    writing.save_section(actor=both, report=report, section=line.section, figures={line.pk: (9, None, "đếm lại")})
    with pytest.raises(PermissionDenied):
        flow.sign(actor=both, report=report, read=stamp(assemble(fresh(report))))
    assert signed(report, people).signed_by == people.head


def test_the_head_signs_what_was_read(request_, place):
    commune, people = place
    report = filled(request_, commune, people)
    read = stamp(assemble(report))
    section = request_.form.sections.last()
    writing.save_section(actor=people.writer, report=report, section=section, text="Thêm một câu.")
    with pytest.raises(DomainError):
        flow.sign(actor=people.head, report=report, read=read)
    report = signed(report, people)
    with pytest.raises(DomainError):
        writing.save_section(actor=people.writer, report=report, section=section, text="Sau khi ký.")
    flow.take_back(actor=people.head, report=report)
    assert (fresh(report).state, fresh(report).frozen) == ("draft", None)


def test_who_signed_and_has_left_the_post_takes_no_signature_back(request_, place):
    commune, people = place
    report = signed(filled(request_, commune, people), people)
    people.head.memberships.update(starts_on=timezone.localdate() - timedelta(days=9), ends_on=timezone.localdate())
    former = type(people.head).objects.get(pk=people.head.pk)
    with pytest.raises(PermissionDenied):
        flow.take_back(actor=former, report=report)
    assert fresh(report).state == "signed"


def test_an_empty_or_outdated_report_is_not_signed(request_, place):
    commune, people = place
    report = fresh(writing.begin(actor=people.writer, request=request_, unit=commune))
    with pytest.raises(DomainError, match="Văn bản"):
        signed(report, people)
    report = filled(request_, commune, people)
    Report.objects.filter(pk=report.pk).update(counted_until=request_.period.ends_on - timedelta(days=5))
    with pytest.raises(DomainError):
        signed(report, people)


def test_frozen_figures_stay_and_the_difference_is_shown(request_, place):
    commune, people = place
    first = hold(commune, 20, women=8)
    report = sent(request_, commune, people)
    before, seal = fresh(report).frozen, report.sha256
    hold(commune, 30, women=12, received_at=timezone.now())
    type(first).objects.filter(pk=first.pk).update(
        voided_at=timezone.now() - timedelta(minutes=1), voided_by=people.writer, void_reason="thử"
    )
    hold(commune, 7, women=7, received_at=timezone.now())
    line = FormLine.objects.get(label="Buổi trực tiếp")
    line.label = "Tên mới"
    line.save()
    request_.form.recipients = "Nơi khác"
    request_.form.save()
    report = fresh(report)
    assert (report.frozen, stamp(report.frozen)) == (before, seal)
    assert content(report)["paper"]["recipients"] == ["Như trên", "Lưu: VT"]
    moved = {one["line"]["label"]: (one["then"], one["now"]) for one in counting.difference(report) if one["moved"]}
    assert moved == {"Buổi trực tiếp": ((1, None), (2, None)), "Phụ nữ": ((8, 20), (19, 37))}
    with pytest.raises(DomainError):
        counting.count(report=report)


def test_a_record_that_came_after_the_period_counts_while_the_report_is_written(request_, place):
    commune, people = place
    hold(commune, 20, days_ago=3, received_at=timezone.now())
    hold(commune, 20, days_ago=0)
    assert lines(filled(request_, commune, people))["Buổi trực tiếp"]["part"] == 1


def test_who_judges(request_, place, manager):
    commune, people = place
    report = sent(request_, commune, people)
    inside = make_user(role=Role.PROGRAMME_MANAGER, area=commune)
    for person in (inside, people.head, make_user(role=Role.SUPERVISOR), make_user(role=Role.ADMINISTRATOR)):
        with pytest.raises(PermissionDenied):
            flow.accept(actor=person, report=report)
    assert flow.accept(actor=manager, report=report).state == "accepted"


def test_drafts_are_for_those_who_work_on_them(request_, place):
    commune, people = place
    report = filled(request_, commune, people)
    watcher, peer = make_user(role=Role.SUPERVISOR), make_user(role=Role.COMMUNICATOR, area=make_commune("Xã Bạn"))

    def sees(person) -> bool:
        return Report.objects.visible_to(person).filter(pk=report.pk).exists()

    assert [sees(one) for one in (people.writer, people.head, watcher, peer)] == [True, True, False, False]
    flow.submit(actor=people.writer, report=signed(report, people))
    assert [sees(one) for one in (watcher, peer)] == [True, False]


def test_lateness_stays_with_the_first_sending(place, manager):
    commune, people = place
    late = make_request(make_form(), due_in=-3)
    assert [(one.state, one.days_late) for one in standings(late)] == [("", 3)]
    report = sent(late, commune, people)
    assert standings(late)[0].days_late == 3
    Report.objects.filter(pk=report.pk).update(submitted_at=timezone.now() - timedelta(days=3))
    flow.return_report(actor=manager, report=report, remarks="Sửa.")
    draft = flow.correct(actor=people.writer, report=report)
    found = standings(late)[0]
    assert (found.report, found.state, found.days_late) == (draft, "draft", 0)


def test_what_is_missing_stands_first(request_, place):
    commune, people = place
    sent(request_, commune, people)
    make_commune("Xã Bé")
    begun, others = make_place("Xã Ba")
    filled(request_, begun, others)
    assert [(one.unit.name, one.state) for one in standings(request_)] == [
        ("Xã Bé", ""), ("Xã Ba", "draft"), ("Xã Thử", "submitted"),
    ]  # fmt: skip


def test_a_merged_commune_is_counted_in_its_successor_which_owes_the_report(place):
    commune, people = place
    request = make_request(make_form())
    hold(commune, 20, days_ago=60)
    heir = make_commune("Xã Mới", valid_from=timezone.localdate() - timedelta(days=20))
    draft = filled(request, commune, people)
    merge(commune, heir)
    # As on the next day: whoever signs in anew.
    people.writer, people.head = (type(one).objects.get(pk=one.pk) for one in (people.writer, people.head))
    assert list(owing(request)) == [heir]
    assert list(owed_by(request, commune)) == [heir]
    with pytest.raises(DomainError):
        signed(draft, people)
    with pytest.raises(DomainError):
        writing.begin(actor=people.writer, request=make_request(make_form(code="x"), due_in=2), unit=commune)
    # The officers of the old commune write for the new one, and see what they had begun.
    report = writing.begin(actor=people.writer, request=request, unit=heir)
    assert lines(fresh(report))["Buổi trực tiếp"]["part"] == 1
    assert {one.pk for one in Report.objects.visible_to(people.writer)} == {draft.pk, report.pk}
    assert flow.works_in(people.head, flow.SIGN, heir)


def test_counts_add_up_shares_are_recomputed_and_languages_are_counted_once(place, manager):
    commune, people = place
    form = make_form()
    below = make_request(form)
    above = make_request(make_upper_form(form), due_in=19, adds_up=below, period=below.period)
    hold(commune, 30, women=10)
    other, others = make_place("Xã Hai")
    hold(other, 10, women=9)
    silent = make_commune("Xã Im")
    sent(below, commune, people, documents=2)
    report = filled(below, other, others, documents=5)
    line = FormLine.objects.get(label="Buổi trực tiếp", section__form=form)
    writing.save_section(
        actor=others.writer, report=report, section=line.section, figures={line.pk: (4, None, "Ba buổi ở sổ.")}
    )
    flow.submit(actor=others.head, report=signed(report, others))
    province = make_province()
    writer, head = make_user(role=Role.COMMUNICATOR), make_user(role=Role.APPROVER)
    whole = writing.begin(actor=writer, request=above, unit=province)
    job = consolidation.order(actor=writer, report=whole)
    assert jobs.run(job.pk)
    said = lines(fresh(whole))
    found = {label: value(one) for label, one in said.items()}
    assert found["Buổi trực tiếp"] == (5, None)
    assert said["Buổi trực tiếp"]["area_part"] == 2
    assert found["Phụ nữ"] == (19, 40)
    assert found["Văn bản"] == (7, None)
    assert found["Kinh phí"] == (7, 14)
    assert found["Thứ tiếng"] == (0, None)
    added = whole.consolidations.first()
    assert next((one["name"], one["state"]) for one in added.units) == ("Xã Im", "")
    frozen = content(fresh(whole))["added"]
    assert (frozen["missing"], len(frozen["units"])) == (["Xã Im"], 2)
    # What comes later is not in it until it is added up again.
    late = make_people(silent)
    sent(below, silent, late, documents=1)
    assert consolidation.came_since(whole, added) == 1
    consolidation.order(actor=writer, report=whole)
    assert jobs.run(job.pk)
    assert value(lines(fresh(whole))["Văn bản"]) == (8, None)
    section = above.form.sections.get()
    writing.save_section(actor=writer, report=whole, section=section, text="Tổng hợp.")
    done = flow.sign(actor=head, report=fresh(whole), read=stamp(assemble(fresh(whole))))
    flow.submit(actor=writer, report=done)
    flow.return_report(actor=manager, report=Report.objects.get(request=below, unit=silent), remarks="Sửa.")
    assert value(lines(fresh(whole))["Văn bản"]) == (8, None)


def test_what_a_split_commune_did_is_added_up_once():
    form = make_form()
    below = make_request(form)
    above = make_request(make_upper_form(form), adds_up=below, period=below.period)
    old, _people = make_place("Xã Cũ")
    hold(old, 30, women=10, days_ago=90)
    born = timezone.localdate() - timedelta(days=50)
    for name in ("Xã A", "Xã B"):
        part, people = make_place(name, valid_from=born)
        merge(old, part, "part")
        hold(part, 5, women=1, days_ago=10)
        sent(below, part, people)
    writer = make_user(role=Role.COMMUNICATOR)
    whole = writing.begin(actor=writer, request=above, unit=make_province())
    consolidation.consolidation_job({"report": whole.pk})()
    said = lines(fresh(whole))
    assert value(said["Buổi trực tiếp"]) == (3, None) == (said["Buổi trực tiếp"]["area_part"], None)
    assert said["Buổi trực tiếp"]["counted_once"] == 1
    assert value(said["Phụ nữ"]) == (12, 40)
    assert value(said["Văn bản"]) == (6, None)


def test_others_are_called_once_a_report_is_sent(request_, place, monkeypatch):
    commune, people = place
    old = make_commune("Xã Gộp", valid_from=date(2020, 1, 1))
    merge(old, commune)
    calls = []
    monkeypatch.setattr(after_freeze, "AFTER_FREEZE", (lambda **said: calls.append(said),))
    report = signed(filled(request_, commune, people), people)
    assert not Job.objects.filter(kind="report-frozen").exists()
    flow.submit(actor=people.writer, report=report)
    flow.submit(actor=people.writer, report=report)
    (job,) = Job.objects.filter(kind="report-frozen")
    assert jobs.run(job.pk)
    period = request_.period
    (said,) = calls
    assert (said["first"], said["last"]) == (period.starts_on, period.ends_on)
    assert said["areas"].ancestry() == {commune.pk: {commune.pk, old.pk}}
    # Nobody there must be trained: there are no figures of training to keep.
    assert not ComplianceSnapshot.objects.exists()


def test_a_report_that_is_sent_keeps_the_figures_of_training(client, request_, place):
    commune, people = place
    duty = make_duty()
    Requirement.objects.create(duty=duty, course=make_course(), valid_from=date(2020, 1, 1))
    make_user(role=Role.TRAINEE, area=commune, duties=[duty], starts_on=date(2021, 1, 1))
    report = signed(filled(request_, commune, people), people)
    flow.submit(actor=people.writer, report=report)
    (job,) = Job.objects.filter(kind="report-frozen")
    for _again in range(2):
        after_freeze.frozen_job(job.args)
    (one,) = ComplianceSnapshot.objects.all()
    assert (one.area, one.on, one.purpose) == (commune, request_.period.ends_on, str(report))
    counted = REGISTRY["officers-trained"].count(counting.scope_of(fresh(report)))
    assert (one.trained, one.should) == (counted.part, counted.whole) == (0, 1)
    # Kept by hand for the same day, or for another report: not this report's.
    snapshots.keep(area=commune, on=one.on, source="report:0")
    link = f'href="/vi/khoa-hoc/da-hoc/da-chot/{one.pk}/"'
    manager = make_user(role=Role.PROGRAMME_MANAGER, area=commune)
    for person, shown in ((manager, True), (people.writer, False)):
        client.force_login(person)
        page = client.get(reverse("reports:report", args=[report.pk])).content.decode()
        assert (link in page) == shown


def upload(data: bytes, name: str = "tep.bin"):
    return SimpleUploadedFile(name, data)


def office(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in ("[Content_Types].xml", *names):
            archive.writestr(name, "<x/>")
    return out.getvalue()


def test_attachments_are_judged_by_what_they_hold(request_, place):
    commune, people = place
    report = filled(request_, commune, people)
    picture = io.BytesIO()
    Image.new("RGB", (40, 30)).save(picture, "PNG")
    good = {
        "pdf": b"%PDF-1.7 x\n%%EOF\n", "jpg": picture.getvalue(), "docx": office("word/document.xml"),
        "xlsx": office("xl/workbook.xml"),
    }  # fmt: skip
    for kind, data in good.items():
        one = attachments.attach(
            actor=people.writer, report=report, file=upload(data, "a/b/Biên bản.exe"), client_uuid=uuid.uuid4()
        )
        assert (one.kind, one.name) == (kind, f"Biên bản.{kind}")
    bad = [
        b"MZ\x90", b"<html>", b"%PDF-1.7 /JavaScript %%EOF", b"PK\x03\x04xx", office("word/document.xml", "word/vbaProject.bin"),
        office("a.txt"), b"", b"%PDF-" + b"0" * attachments.MAX_BYTES + b"%%EOF",
    ]  # fmt: skip
    for data in bad:
        with pytest.raises(DomainError):
            attachments.attach(actor=people.writer, report=report, file=upload(data), client_uuid=uuid.uuid4())
    key = uuid.uuid4()
    for _twice in range(2):
        attachments.attach(actor=people.writer, report=report, file=upload(good["pdf"]), client_uuid=key)
    assert Attachment.objects.count() == 5
    sealed = signed(report, people)
    assert len(sealed.frozen["attachments"]) == 5
    with pytest.raises(DomainError):
        attachments.detach(actor=people.writer, attachment=report.attachments.first())


def test_a_province_counts_the_units_that_owe(place):
    commune, _people = place
    make_commune("Xã Xa", make_province("Tỉnh Khác"))
    assert list(obligations.owing(make_request(make_form()))) == [commune]
    assert ReportAct.objects.count() == 0
