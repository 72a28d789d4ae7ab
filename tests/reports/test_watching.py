"""Those who watch over the work: findings and their log, visits, citations, partners, and the list of who did what."""

import uuid
from datetime import date, timedelta
from io import BytesIO

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook
from wagtail.models import Page, PageLogEntry

from campaigns.broadcast.airings import void_airing
from campaigns.models import Campaign
from core.errors import DomainError
from media import jobs
from media.models import Job
from people.roles import Role
from reports import citations, plans, supervision
from reports.audit import SOURCES, entries
from reports.models import CitationCheck, Finding, LegalDocument, Partner, Support, Visit, VisitAnswer, VisitQuestion
from reports.partners import enter_support
from tests.campaigns.making import make_bulletin
from tests.campaigns.released import make_released
from tests.courses.making import make_course
from tests.factories import make_commune, make_organisation, make_province, make_user, merge
from tests.reports.test_coverage_pages import air

pytestmark = pytest.mark.django_db


def once() -> uuid.UUID:
    return uuid.uuid4()


@pytest.fixture
def commune():
    return make_commune("Xã Được Xem")


@pytest.fixture
def front():
    """The body that watches: its supervisors speak in its name."""
    return make_organisation("Mặt trận thử")


@pytest.fixture
def supervisor(front):
    return make_user(role=Role.SUPERVISOR, organisation=front, name="Người Giám sát")


@pytest.fixture
def manager(commune):
    return make_user(role=Role.PROGRAMME_MANAGER, area=commune, name="Người Quản lý")


def raised(supervisor, commune, **changes) -> Finding:
    given = {
        "subject": "broadcast", "text": "Loa thôn Một im ba tháng.", "client_uuid": once(),
        "due_on": timezone.localdate() + timedelta(days=7),
    } | changes  # fmt: skip
    return supervision.raise_finding(actor=supervisor, area=commune, **given)


def state(finding: Finding) -> str:
    return Finding.objects.with_state().get(pk=finding.pk).state


def test_a_finding_is_answered_returned_and_closed_by_its_finder(supervisor, manager, commune, front):
    finding = raised(supervisor, commune)
    assert (finding.organisation, state(finding)) == (front, "open")
    supervision.answer_finding(actor=manager, finding=finding, text="Đã sửa loa.", client_uuid=once())
    assert state(finding) == "answered"
    later = timezone.localdate() + timedelta(days=20)
    supervision.return_finding(actor=supervisor, finding=finding, text="Còn một loa.", due_on=later, client_uuid=once())
    again = Finding.objects.with_state().get(pk=finding.pk)
    assert (again.state, again.due) == ("open", later)
    supervision.answer_finding(actor=manager, finding=finding, text="Đã sửa cả hai.", client_uuid=once())
    colleague = make_user(role=Role.SUPERVISOR, organisation=front)
    supervision.close_finding(actor=colleague, finding=finding, text="Đã nghe thử.", client_uuid=once())
    assert state(finding) == "closed"
    assert [step.kind for step in finding.steps.all()] == ["answered", "returned", "answered", "closed"]


def test_each_step_belongs_to_one_side(supervisor, manager, commune):
    finding = raised(supervisor, commune)
    said = {"finding": finding, "text": "x", "client_uuid": once()}
    with pytest.raises(PermissionDenied):
        supervision.close_finding(actor=manager, **said)
    with pytest.raises(PermissionDenied):
        supervision.answer_finding(actor=supervisor, **said)
    with pytest.raises(PermissionDenied):
        raised(manager, commune)
    elsewhere = make_user(role=Role.SUPERVISOR, organisation=make_organisation("Hội thử"))
    with pytest.raises(PermissionDenied):
        supervision.close_finding(actor=elsewhere, **said)
    assert finding.steps.count() == 0


def test_the_same_tap_twice_is_one_step_and_a_late_one_is_refused(supervisor, manager, commune):
    tap, finding = once(), raised(supervisor, commune)
    first = supervision.answer_finding(actor=manager, finding=finding, text="Đã sửa.", client_uuid=tap)
    assert supervision.answer_finding(actor=manager, finding=finding, text="Đã sửa.", client_uuid=tap) == first
    with pytest.raises(DomainError, match="diễn biến mới"):
        supervision.answer_finding(actor=manager, finding=finding, text="Lần nữa", client_uuid=once())
    sent = once()
    assert raised(supervisor, commune, client_uuid=sent) == raised(supervisor, commune, client_uuid=sent)


@pytest.mark.parametrize(
    "wrong", [{"text": "  "}, {"subject": "case"}, {"due_on": timezone.localdate() - timedelta(days=1)}]
)
def test_a_finding_that_says_nothing_is_refused(supervisor, commune, wrong):
    with pytest.raises(DomainError):
        raised(supervisor, commune, **wrong)
    assert Finding.objects.count() == 0


def test_those_concerned_are_told_once_each_in_their_language(supervisor, manager, commune, mailoutbox):
    finding = raised(supervisor, commune)
    supervision.answer_finding(actor=manager, finding=finding, text="Đã sửa.", client_uuid=once())
    for job in Job.objects.filter(kind="finding-notice"):
        assert jobs.run(job.pk)
    assert sorted(mail.to[0] for mail in mailoutbox) == sorted([manager.email, supervisor.email])
    assert all(reverse("reports:finding", args=[finding.pk]) in mail.body for mail in mailoutbox)


def test_a_commune_without_an_officer_is_answered_for_by_what_lies_above(supervisor, commune):
    above = make_user(role=Role.PROGRAMME_MANAGER)
    assert supervision.concerned(raised(supervisor, commune), "raised") == [above]


def test_findings_are_seen_in_their_area_and_follow_a_merger(client, supervisor, manager, commune):
    finding = raised(supervisor, commune)
    address = reverse("reports:finding", args=[finding.pk])
    peer = make_user(role=Role.PROGRAMME_MANAGER, area=make_commune("Xã Khác"))
    for person, answer in ((manager, 200), (supervisor, 200), (peer, 404), (make_user(), 404)):
        client.force_login(person)
        assert client.get(address).status_code == answer
    client.force_login(make_user())
    assert client.get(reverse("reports:findings")).status_code == 403
    tomorrow = timezone.localdate()
    heir = make_commune("Xã Mới", valid_from=tomorrow)
    merge(commune, heir)
    client.force_login(make_user(role=Role.PROGRAMME_MANAGER, area=heir))
    assert client.get(address).status_code == 200


def test_findings_go_through_the_pages(client, supervisor, manager, commune):
    client.force_login(supervisor)
    page = client.get(reverse("reports:raise_finding"))
    sent = {
        "client_uuid": page.context["form"].initial["client_uuid"], "area": commune.pk, "subject": "training",
        "text": "Hai cán bộ chưa tập huấn.", "due_on": timezone.localdate() + timedelta(days=9),
    }  # fmt: skip
    finding = Finding.objects.get(pk=client.post(reverse("reports:raise_finding"), sent).url.rstrip("/").split("/")[-1])
    client.force_login(manager)
    answer = reverse("reports:answer_finding", args=[finding.pk])
    refused = client.post(answer, {"client_uuid": once(), "text": ""})
    assert (refused.status_code, finding.steps.count()) == (409, 0)
    assert client.post(answer, {"client_uuid": once(), "text": "Đã đăng ký lớp."}).status_code == 302
    client.force_login(supervisor)
    page = client.get(reverse("reports:finding", args=[finding.pk])).content.decode()
    assert "Đã đăng ký lớp." in page
    assert set(client.get(reverse("reports:finding", args=[finding.pk])).context["acts"]) == {"return", "close"}
    client.post(reverse("reports:close_finding", args=[finding.pk]), {"client_uuid": once(), "text": "Đã xem."})
    assert state(finding) == "closed"


def test_the_list_of_findings_keeps_its_number_of_queries(client, supervisor, commune):
    client.force_login(supervisor)
    client.get(reverse("reports:findings"))
    counts = []
    for _again in range(2):
        raised(supervisor, commune)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse("reports:findings")).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 12


# Visits -----------------------------------------------------------------------------------------------------------------


@pytest.fixture
def questions():
    return [VisitQuestion.objects.create(code=f"q{n}", text=f"Câu {n}", position=n) for n in (1, 2)]


def test_a_visit_is_written_down_once_and_voided_by_its_author(client, supervisor, manager, commune, questions):
    client.force_login(supervisor)
    one, two = questions
    sent = {
        "client_uuid": once(), "area": commune.pk, "visited_on": timezone.localdate(), "note": "",
        f"q-{one.pk}": "yes", f"q-{two.pk}": "unseen",
    }  # fmt: skip
    for _twice in range(2):
        assert client.post(reverse("reports:log_visit"), sent).status_code == 302
    visit = Visit.objects.get()
    assert list(visit.answers.values_list("question", "answer")) == [(one.pk, "yes"), (two.pk, "unseen")]
    client.force_login(manager)
    void = reverse("reports:void_visit", args=[visit.pk])
    assert client.post(void, {"reason": "x"}).status_code == 403
    client.force_login(make_user(role=Role.SUPERVISOR, area=make_commune("Xã Khác")))
    assert [client.get(void).status_code, client.post(void, {"reason": "x"}).status_code] == [404, 404]
    client.force_login(supervisor)
    assert f"{timezone.localdate():%d/%m/%Y}" in client.get(void).content.decode()
    assert client.post(void, {"reason": " "}).status_code == 409
    # A second tap finds it done, with the reason of the first.
    for reason in ("Sai xã", "Lần hai"):
        assert client.post(void, {"reason": reason})["Location"] == reverse("reports:visits")
    visit.refresh_from_db()
    assert (visit.voided_by, visit.void_reason) == (supervisor, "Sai xã")
    page = client.get(reverse("reports:visits")).content.decode()
    assert f"<s>{commune.label} · {timezone.localdate():%d/%m/%Y}</s>" in page
    assert f"Sai xã ({supervisor.name}, {timezone.localdate():%d/%m/%Y})" in page
    assert void not in page


def test_the_check_list_is_loaded_and_an_old_question_is_asked_no_more(questions):
    plans.load_checklist()
    assert VisitQuestion.objects.filter(is_asked=True).count() == 9
    assert not VisitQuestion.objects.filter(pk__in=[q.pk for q in questions], is_asked=True).exists()
    assert all(question.text_en for question in VisitQuestion.objects.filter(is_asked=True))


def test_an_empty_or_future_visit_is_refused(supervisor, commune, questions):
    nothing = dict.fromkeys(questions, VisitAnswer.Answer.NOT_SEEN)
    given = {"actor": supervisor, "area": commune, "note": " ", "client_uuid": once()}
    with pytest.raises(DomainError):
        supervision.log_visit(**given, visited_on=timezone.localdate(), answers=nothing)
    with pytest.raises(DomainError):
        supervision.log_visit(
            **given, visited_on=timezone.localdate() + timedelta(days=1), answers={questions[0]: "yes"}
        )
    assert Visit.objects.count() == 0


# The law register --------------------------------------------------------------------------------------------------------


@pytest.fixture
def old_law():
    new = LegalDocument.objects.create(
        number="99/2024/QH15", title="Luật mới", issuer="QH", valid_from=date(2025, 7, 1)
    )
    return LegalDocument.objects.create(
        number="66/2011/QH12", title="Luật cũ", issuer="QH", valid_from=date(2012, 1, 1), valid_until=date(2025, 7, 1),
        replaced_by=new,
    )  # fmt: skip


def test_a_bulletin_that_cites_an_ended_document_waits_for_its_author(client, old_law):
    writer = make_user(role=Role.COMMUNICATOR)
    bulletin = make_bulletin(author=writer)
    other = make_bulletin(author=writer)
    segment = bulletin.segments.first()
    segment.text = "Theo Luật số 66/2011/QH12, mua bán người là tội phạm."
    segment.save()
    # A longer number is another document.
    also = other.segments.first()
    also.text = "Theo văn bản số 166/2011/QH12."
    also.save()
    found = citations.cited()
    assert [(one.law, [text.key for text in one.waiting]) for one in found] == [(old_law, [f"bulletin:{bulletin.pk}"])]
    assert [text.key for _law, text in citations.waiting_for(writer)] == [f"bulletin:{bulletin.pk}"]
    assert citations.waiting_for(make_user(role=Role.COMMUNICATOR)) == []
    client.force_login(writer)
    assert "66/2011/QH12" in client.get("/cms/").content.decode()
    stranger = make_user(role=Role.COMMUNICATOR)
    said = {"law": old_law, "key": f"bulletin:{bulletin.pk}", "reason": "Nói về thời trước"}
    with pytest.raises(DomainError):
        citations.check_citation(actor=stranger, **said)
    address = reverse("reports:check_citation", args=[old_law.pk])
    assert client.post(address, {"key": said["key"], "reason": ""}).status_code == 409
    assert client.post(address, {"key": said["key"], "reason": said["reason"]}).status_code == 302
    assert citations.waiting_for(writer) == []
    assert CitationCheck.objects.get().checked_by == writer


def test_a_document_that_ends_later_asks_again(old_law):
    writer = make_user(role=Role.COMMUNICATOR)
    bulletin = make_bulletin(author=writer)
    segment = bulletin.segments.first()
    segment.text = "Theo Luật số 99/2024/QH15."
    segment.save()
    new = old_law.replaced_by
    assert citations.waiting_for(writer) == []
    keeper = make_user(role=Role.APPROVER)
    new.valid_until = timezone.localdate()
    citations.keep_law(actor=keeper, law=new)
    assert [law for law, _text in citations.waiting_for(writer)] == [new]


def test_a_document_kept_by_hand_is_not_changed_by_its_file(client):
    plans.load_laws(plans.FOLDER / "laws.toml")
    law = LegalDocument.objects.order_by("pk").first()
    client.force_login(make_user(role=Role.COMMUNICATOR))
    assert client.get(reverse("reports:edit_law", args=[law.pk])).status_code == 403
    client.force_login(make_user(role=Role.APPROVER))
    page = client.get(reverse("reports:edit_law", args=[law.pk]))
    sent = {name: value for name, value in page.context["form"].initial.items() if value is not None}
    assert client.post(page.request["PATH_INFO"], sent | {"title": "Tên đã sửa"}).status_code == 302
    plans.load_laws(plans.FOLDER / "laws.toml")
    law.refresh_from_db()
    assert law.title == "Tên đã sửa"


# Partners ------------------------------------------------------------------------------------------------------------------


def test_support_is_kept_for_the_own_area_and_stands_in_the_list_of_its_time(client, commune, manager):
    partner = Partner.objects.create(name="Hội Thử", kind="union")
    support = Support(
        partner=partner, area=commune, form="goods", what="In tờ rơi", starts_on=date(2026, 1, 1),
        ends_on=date(2026, 3, 31), budget_source="xã hội hoá",
    )  # fmt: skip
    enter_support(actor=manager, support=support)
    peer = make_user(role=Role.PROGRAMME_MANAGER, area=make_commune("Xã Khác"))
    with pytest.raises(PermissionDenied):
        enter_support(actor=peer, support=support)
    client.force_login(manager)
    address = reverse("reports:partners")
    assert "In tờ rơi" in client.get(address, {"on": "2026-02-01"}).content.decode()
    assert "In tờ rơi" not in client.get(address, {"on": "2026-05-01"}).content.decode()
    assert "In tờ rơi" in client.get(address, {"on": "2026-05-01", "tat-ca": "1"}).content.decode()
    client.force_login(peer)
    assert "In tờ rơi" not in client.get(address, {"on": "2026-02-01"}).content.decode()
    assert client.get(reverse("reports:edit_support", args=[support.pk])).status_code == 404


def test_support_is_of_one_thing_at_most(client, manager, commune):
    client.force_login(manager)
    partner = Partner.objects.create(name="Hội Thử", kind="union")
    campaign = Campaign.objects.create(name="Chiến dịch thử", starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31))
    sent = {
        "partner": partner.pk, "what": "x", "form": "money", "area": commune.pk, "campaign": campaign.pk,
        "course": make_course().pk, "starts_on": "2026-01-01",
    }  # fmt: skip
    assert client.post(reverse("reports:new_support"), sent).status_code == 409
    assert client.post(reverse("reports:new_support"), sent | {"course": ""}).status_code == 302
    assert Support.objects.get().entered_by == manager


# Who did what --------------------------------------------------------------------------------------------------------------


def test_every_source_can_be_read():
    today = timezone.localdate()
    reader = make_user(role=Role.ADMINISTRATOR)
    with CaptureQueriesContext(connection) as queries:
        entries(user=reader, first=today, last=today)
    assert len(queries) <= len(SOURCES) + 8


def test_acts_are_listed_with_who_when_where_and_why(client, commune, supervisor):
    other = make_commune("Xã Khác")
    version = make_released()
    for unit, reason in ((commune, "Ghi nhầm thôn"), (other, "Ghi nhầm ngày")):
        airing = air(version, unit)
        void_airing(airing=airing, actor=airing.operator, reason=reason)
    client.force_login(make_user(role=Role.SUPERVISOR, area=commune))
    page = client.get(reverse("reports:audit")).content.decode()
    assert "Ghi nhầm thôn" in page
    assert "Ghi nhầm ngày" not in page
    client.force_login(supervisor)
    page = client.get(reverse("reports:audit"), {"group": "broadcast"}).content.decode()
    assert "Ghi nhầm thôn" in page
    assert "Ghi nhầm ngày" in page
    assert "Ghi nhầm" not in client.get(reverse("reports:audit"), {"group": "people"}).content.decode()
    assert "Ghi nhầm" not in client.get(reverse("reports:audit"), {"last": "2020-01-01"}).content.decode()
    book = load_workbook(BytesIO(client.get(reverse("reports:audit_file")).content))
    reasons = {row[5].value for row in book.worksheets[0].iter_rows(min_row=2)}
    assert {"Ghi nhầm thôn", "Ghi nhầm ngày"} <= reasons
    for role in (Role.PROGRAMME_MANAGER, Role.RADIO_OPERATOR):
        client.force_login(make_user(role=role))
        assert client.get(reverse("reports:audit")).status_code == 403
        assert client.get(reverse("reports:audit_file")).status_code == 403


def test_one_person_s_acts_and_an_unknown_address(client, supervisor, commune):
    raised(supervisor, commune)
    manager = make_user(role=Role.PROGRAMME_MANAGER, area=commune)
    finding = Finding.objects.get()
    supervision.answer_finding(actor=manager, finding=finding, text="Câu trả lời thử", client_uuid=once())
    client.force_login(supervisor)
    asked = {"person": manager.email}
    assert "Câu trả lời thử" in client.get(reverse("reports:audit"), asked).content.decode()
    asked = {"person": supervisor.email}
    assert "Câu trả lời thử" not in client.get(reverse("reports:audit"), asked).content.decode()
    page = client.get(reverse("reports:audit"), {"person": "khong@co.example"})
    assert page.status_code == 200
    assert page.context["page"].object_list == []


def test_only_those_who_look_after_a_province_see_what_all_share(commune):
    law = LegalDocument(number="1/2026/QD", title="Thử", issuer="UBND", valid_from=date(2026, 1, 1))
    citations.keep_law(actor=make_user(role=Role.ADMINISTRATOR, area=make_province()), law=law)
    today = timezone.localdate()
    of_all = make_user(role=Role.SUPERVISOR, area=make_province())
    of_one = make_user(role=Role.SUPERVISOR, area=commune)
    shown = [
        any("1/2026/QD" in entry.what for entry in entries(user=who, first=today, last=today))
        for who in (of_all, of_one)
    ]
    assert shown == [True, False]


def test_acts_on_the_site_are_named_also_those_that_no_code_knows_any_more(supervisor):
    writer, page = make_user(name="Người Viết"), Page.get_first_root_node()
    PageLogEntry.objects.log_action(page, "wagtail.publish", user=writer)
    gone = PageLogEntry.objects.log_action(page, "wagtail.rename", user=writer)
    PageLogEntry.objects.filter(pk=gone.pk).update(action="cu.khong-con")
    PageLogEntry.objects.log_action(page, "wagtail.unpublish")
    today = timezone.localdate()
    found = entries(user=supervisor, first=today, last=today, group="site")
    assert {(one.actor, one.act) for one in found} == {
        ("Người Viết", "Đưa lên trang web"),
        ("Người Viết", "cu.khong-con"),
    }
