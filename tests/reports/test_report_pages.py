"""The pages of reports, forms and commune plans: who may open and do what, what they cost, what they say."""

import threading
import uuid
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from people.membership import grant_membership
from people.roles import Role
from reports import attachments, flow, writing
from reports.content import assemble, stamp, value
from reports.models import CommunePlan, FormLine, Plan, Report, ReportForm, ReportingPeriod, ReportRequest, ReportText
from tests.factories import make_commune, make_organisation, make_province, make_user, today
from tests.reports.making import filled, fresh, make_form, make_place, make_request, sent, signed

pytestmark = [pytest.mark.django_db, pytest.mark.services]
PDF = b"%PDF-1.7 x\n%%EOF\n"


@pytest.fixture
def place():
    return make_place()


@pytest.fixture
def asked(place):
    return make_request(make_form())


@pytest.fixture
def manager():
    return make_user(role=Role.PROGRAMME_MANAGER)


def page(client, name, *args, status=200, **query):
    answer = client.get(reverse(f"reports:{name}", args=args), query)
    assert answer.status_code == status
    return answer.content.decode() if status == 200 else ""


def post(client, view, *args, **data):
    return client.post(reverse(f"reports:{view}", args=args), data)


def test_an_officer_fills_in_section_by_section(client, asked, place):
    commune, people = place
    client.force_login(people.writer)
    assert commune.name in page(client, "desk")
    answer = post(client, "begin", asked.pk, commune.pk)
    report = Report.objects.get()
    assert answer["Location"] == reverse("reports:report", args=[report.pk])
    first, last = asked.form.sections.all()
    lines = {line.label: line.pk for line in first.lines.all()}
    assert "Văn bản" in page(client, "report", report.pk)
    wrong = {f"part-{lines['Buổi trực tiếp']}": "4", f"part-{lines['Văn bản']}": "1.200"}
    answer = post(client, "section", report.pk, first.pk, **wrong)
    assert (answer.status_code, "4" in answer.content.decode()) == (409, True)
    good = wrong | {
        f"note-{lines['Buổi trực tiếp']}": "Bốn buổi ở sổ", f"part-{lines['Kinh phí']}": "2,5",
        f"whole-{lines['Kinh phí']}": "10", "text": "Đã làm.", "next": "1",
    }  # fmt: skip
    answer = post(client, "section", report.pk, first.pk, **good)
    assert answer["Location"] == reverse("reports:section", args=[report.pk, last.pk])
    said = {line["label"]: value(line) for line in assemble(fresh(report))["sections"][0]["lines"]}
    assert (said["Buổi trực tiếp"], said["Văn bản"], said["Kinh phí"]) == ((4, None), (1200, None), (2.5, 10))
    shown = page(client, "report", report.pk)
    assert "Bốn buổi ở sổ" in shown
    assert reverse("reports:sign", args=[report.pk]) not in shown


def test_the_head_signs_and_the_manager_answers(client, asked, place, manager):
    commune, people = place
    report = filled(asked, commune, people)
    client.force_login(people.head)
    shown = page(client, "report", report.pk)
    read = stamp(assemble(report))
    assert f'value="{read}"' in shown
    post(client, "sign", report.pk, read=read)
    post(client, "submit", report.pk)
    assert fresh(report).state == "submitted"
    client.force_login(manager)
    assert commune.name in page(client, "board", asked.pk)
    post(client, "give_back", report.pk, words=" ")
    assert fresh(report).state == "submitted"
    post(client, "give_back", report.pk, words="Thiếu tờ rơi.")
    client.force_login(people.writer)
    assert "Thiếu tờ rơi." in page(client, "report", report.pk)
    answer = post(client, "correct", report.pk)
    draft = Report.objects.current().get()
    assert answer["Location"] == reverse("reports:report", args=[draft.pk])


def test_owner_peer_outsider_and_watcher(client, asked, place):
    commune, people = place
    report = filled(asked, commune, people)
    file = attachments.attach(
        actor=people.writer, report=report, file=SimpleUploadedFile("a.pdf", PDF), client_uuid=uuid.uuid4()
    )
    section = asked.form.sections.first()
    reading = [("report", report.pk), ("attachment", report.pk, file.pk), ("paper", report.pk, "pdf")]
    writing = [("section", report.pk, section.pk), ("head", report.pk)]
    acts = [("count", report.pk), ("sign", report.pk), ("submit", report.pk), ("accept", report.pk),
            ("give_back", report.pk), ("attach", report.pk), ("detach", report.pk, file.pk), ("correct", report.pk)]  # fmt: skip

    def get(name, *args) -> int:
        return client.get(reverse(f"reports:{name}", args=args)).status_code

    assert {get(*one) for one in reading + writing} == {302}
    client.force_login(people.writer)
    assert {get(*one) for one in reading + writing} == {200}
    peer = make_user(role=Role.COMMUNICATOR, area=make_commune("Xã Bạn"))
    stranger = make_user(role=Role.PROGRAMME_MANAGER, area=make_province("Tỉnh Khác"))
    for person in (peer, stranger):
        client.force_login(person)
        assert {get(*one) for one in reading + writing} == {404}
        assert {post(client, *one).status_code for one in acts} == {404}
    client.force_login(make_user(role=Role.TRAINEE))
    assert {get(*one) for one in [*reading, ("desk",), ("commune_plans",)]} == {403}
    watcher = make_user(role=Role.SUPERVISOR)
    client.force_login(watcher)
    assert {get(*one) for one in reading} == {404}
    flow.submit(actor=people.writer, report=signed(report, people))
    assert {get(*one) for one in reading} == {200}
    assert {get(*one) for one in writing} == {403}
    assert {post(client, *one).status_code for one in acts if one[0] != "attach"} == {403}
    assert [get("desk"), get("board", asked.pk), get("board_file", asked.pk), get("forms")] == [200, 200, 200, 403]
    assert fresh(report).state == "submitted"


def test_an_attachment_is_a_download(client, asked, place):
    commune, people = place
    report = filled(asked, commune, people)
    client.force_login(people.writer)
    key = uuid.uuid4()
    page_ = 'name="client_uuid"'
    assert page_ in page(client, "report", report.pk)
    post(client, "attach", report.pk, client_uuid=key, file=SimpleUploadedFile("Biên bản.html", PDF, "text/html"))
    post(client, "attach", report.pk, client_uuid=uuid.uuid4(), file=SimpleUploadedFile("x.pdf", b"<script>"))
    file = report.attachments.get()
    answer = client.get(reverse("reports:attachment", args=[report.pk, file.pk]))
    assert answer["Content-Disposition"].startswith("attachment")
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("application/pdf", "nosniff")
    assert "no-store" in answer["Cache-Control"]
    assert b"".join(answer.streaming_content) == PDF


def test_a_refused_act_leads_back_to_its_page_with_the_sentence(client, asked, place):
    """The address of the act itself takes nothing but a POST."""
    client.force_login(place[1].writer)
    report = writing.begin(actor=place[1].writer, request=asked, unit=place[0])
    address = reverse("reports:report", args=[report.pk])
    act = reverse("reports:attach", args=[report.pk])
    refused = client.post(act, {}, headers={"referer": f"http://testserver{address}"}, follow=True)
    assert refused.redirect_chain == [(f"http://testserver{address}", 302)]
    assert "Hãy chọn tệp trước." in refused.content.decode()
    elsewhere = client.post(act, {}, headers={"referer": "http://elsewhere.example/"})
    assert elsewhere.url == act


def test_a_section_saved_on_two_pages_is_not_written_over_unseen(client, asked, place):
    client.force_login(place[1].writer)
    report = writing.begin(actor=place[1].writer, request=asked, unit=place[0])
    section = asked.form.sections.first()
    address = reverse("reports:section", args=[report.pk, section.pk])
    read = client.get(address).context["form"].stamp
    assert client.post(address, {"text": "Lời một.", "read": read}).status_code == 302
    met = client.post(address, {"text": "Lời hai.", "read": read})
    assert met.status_code == 409
    assert "Lời một." in met.content.decode()
    assert ReportText.objects.get(report=report).text == "Lời một."
    again = client.post(address, {"text": "Lời hai.", "read": met.context["form"].stamp})
    assert again.status_code == 302
    assert ReportText.objects.get(report=report).text == "Lời hai."


@pytest.mark.django_db(transaction=True)
def test_of_two_saves_at_the_same_moment_the_second_meets_the_first(monkeypatch):
    commune, people = make_place()
    report = writing.begin(actor=people.writer, request=make_request(make_form()), unit=commune)
    section = report.request.form.sections.first()
    address = reverse("reports:section", args=[report.pk, section.pk])
    save, both, found = writing.save_section, threading.Barrier(2, timeout=60), {}

    def together(**said):
        both.wait()
        return save(**said)

    # Both have passed everything that is looked at before the lock.
    monkeypatch.setattr(writing, "save_section", together)

    def work(client, words, read):
        try:
            found[words] = client.post(address, {"text": words, "read": read})
        finally:
            connection.close()

    threads = []
    for words in ("Lời một.", "Lời hai."):
        client = Client()
        client.force_login(people.writer)
        read = client.get(address).context["form"].stamp
        threads.append(threading.Thread(target=work, args=(client, words, read)))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answer.status_code for answer in found.values()) == [302, 409]
    stands = ReportText.objects.get(report=report).text
    met = next(answer for answer in found.values() if answer.status_code == 409)
    assert found[stands].status_code == 302
    # The second one reads what the first has saved, with the own words still in the field.
    assert met.content.decode().count(stands) == 1
    assert all(words in met.content.decode() for words in found)
    assert met.context["form"].stamp == met.context["form"]["read"].value()


def test_a_correction_is_refused_at_the_field_that_lacks_something(client, asked, place):
    client.force_login(place[1].writer)
    report = writing.begin(actor=place[1].writer, request=asked, unit=place[0])
    section = asked.form.sections.first()
    counted, share = section.lines.get(indicator="sessions"), section.lines.get(is_share=True)
    answer = client.post(
        reverse("reports:section", args=[report.pk, section.pk]),
        {f"part-{counted.pk}": "5", f"part-{share.pk}": "9", f"whole-{share.pk}": "4"},
    )
    assert answer.status_code == 409
    assert set(answer.context["form"].errors) == {f"note-{counted.pk}", f"part-{share.pk}"}


def test_the_board_is_narrowed_to_a_state_and_names_whom_to_call(client, asked, place, manager):
    commune, people = place
    other, others = make_place("Xã Chưa Gửi")
    others.writer.phone = "0900 000 002"
    others.writer.save()
    sent(asked, commune, people)
    client.force_login(manager)
    whole = page(client, "board", asked.pk)
    assert 'href="tel:0900000002"' in whole
    assert people.writer.name not in whole.split("tel:0900000002")[1]
    only = page(client, "board", asked.pk, state="submitted")
    assert (commune.name in only, other.name in only) == (True, False)
    assert other.name in page(client, "board", asked.pk, state="khong-co")
    # Whoever may not see people is not told whom to call.
    reader = make_user(role=Role.COMMUNICATOR)
    client.force_login(reader)
    assert "tel:0900000002" not in page(client, "board", asked.pk)
    grant_membership(user=reader, role=Role.PROGRAMME_MANAGER, area=commune, organisation=make_organisation())
    assert "tel:0900000002" not in page(client, "board", asked.pk)


def test_lists_cost_the_same_whatever_their_length(client, place, manager):
    commune, people = place
    asked = make_request(make_form())
    sent(asked, commune, people)
    watcher = make_user(role=Role.SUPERVISOR)
    costs = []
    for round_ in range(2):
        for number in range(4 * round_):
            other, others = make_place(f"Xã {number}")
            sent(asked, other, others)
        row = []
        for person, name, args in (
            (people.writer, "desk", ()), (manager, "desk", ()), (manager, "board", (asked.pk,)),
            (watcher, "commune_plans", ()), (manager, "forms", ()),
        ):  # fmt: skip
            client.force_login(person)
            client.get(reverse(f"reports:{name}", args=args))
            with CaptureQueriesContext(connection) as found:
                page(client, name, *args)
            row.append(len(found))
        costs.append(row)
    assert costs[0] == costs[1]
    assert max(costs[0]) <= 12, costs[0]


def test_a_report_page_does_not_cost_more_with_more_lines(client, asked, place):
    commune, people = place
    report = filled(asked, commune, people)
    client.force_login(people.writer)

    def cost() -> int:
        client.get(reverse("reports:report", args=[report.pk]))
        with CaptureQueriesContext(connection) as found:
            page(client, "report", report.pk)
        return len(found)

    few = cost()
    section = asked.form.sections.first()
    for number in range(10):
        FormLine.objects.create(
            section=section, position=20 + number, label=f"Thêm {number}", unit="x", indicator="pledges"
        )
    assert cost() == few <= 22


def test_a_manager_changes_the_form_without_code(client, asked, place, manager):
    commune, people = place
    old = sent(asked, commune, people)
    client.force_login(manager)
    form = asked.form
    assert "Buổi trực tiếp" in page(client, "form", form.pk)
    section = form.sections.first()
    post(client, "new_line", form.pk, section.pk, label="Tờ rơi", unit="tờ", indicator="leaflets", is_active="on")
    line = FormLine.objects.get(label="Tờ rơi")
    assert line.position == 5
    answer = post(client, "move", form.pk, line=line.pk, way="up")
    assert f'id="{answer["Location"].split("#")[1]}"' in page(client, "form", form.pk)
    assert post(client, "move", form.pk, line="x", way="up").status_code == 404
    assert [one.label for one in section.lines.all()][-2:] == ["Tờ rơi", "Thứ tiếng"]
    answer = post(client, "edit_line", form.pk, section.pk, line.pk, label="Tờ rơi", unit="tờ", indicator="khong-co")
    assert answer.status_code == 409
    year = timezone.localdate().year
    said = {
        "kind": "interim",
        "name": "giai đoạn thử",
        "area": form.area_id,
        "starts_on": f"{year - 2}-01-01",
        "ends_on": f"{year - 1}-12-31",
    }
    post(client, "new_period", **said)
    period = ReportingPeriod.objects.get(kind="interim")
    due = timezone.localdate() + timedelta(days=9)
    post(client, "ask", period.pk, form=form.pk, due_on=f"{due}")
    assert ReportRequest.objects.get(period=period).due_on == due
    other, others = make_place("Xã Sau")
    report = filled(ReportRequest.objects.get(period=period), other, others)
    labels = [line["label"] for part in assemble(report)["sections"] for line in part["lines"]]
    assert "Tờ rơi" in labels
    assert assemble(report)["years"] == [f"{year - 2}", f"{year - 1}"]
    assert "Tờ rơi" not in str(fresh(old).frozen)
    client.force_login(people.writer)
    assert [
        client.get(reverse("reports:form", args=[form.pk])).status_code,
        post(client, "new_period").status_code,
    ] == [403, 403]
    client.force_login(make_user(role=Role.PROGRAMME_MANAGER, area=make_province("Tỉnh Khác")))
    assert client.get(reverse("reports:form", args=[form.pk])).status_code == 404
    assert ReportForm.objects.count() == 1


def test_a_commune_plans_its_year(client, place, settings):
    from reports.models import Clause, LegalDocument

    commune, people = place
    province = make_province()
    year = timezone.localdate().year
    plan = Plan.objects.create(code="thu", number="1/KH", issued_on=f"{year - 1}-07-09", title="Thử", area=province,
                               starts_on=f"{year - 1}-01-01", ends_on=f"{year + 4}-12-31")  # fmt: skip
    Clause.objects.create(plan=plan, ref="II-1d", kind="objective", text="Phát thanh", position=0, serves=["plan"])
    new, old = (
        LegalDocument.objects.create(number=number, title=title, issuer="QH", valid_from=f"{first}-01-01")
        for number, title, first in (("53/2024", "Luật mới", year - 1), ("66/2011", "Luật cũ", 2012))
    )
    old.valid_until, old.replaced_by = f"{year - 1}-01-01", new
    old.save()
    plan.legal_basis.add(old)
    client.force_login(people.writer)
    assert "Xã Thử" in page(client, "commune_plans")
    post(client, "begin_plan", commune.pk, year=year, start="plan")
    made = CommunePlan.objects.get()
    assert made.tasks.get(indicator="broadcast-months").clause.ref == "II-1d"
    # What was replaced gives way to what replaced it.
    assert made.grounds.splitlines() == [
        "Căn cứ Luật mới (53/2024)", f"Căn cứ Kế hoạch số 1/KH ngày 09 tháng 7 năm {year - 1} về thử",
    ]  # fmt: skip
    answer = post(client, "begin_plan", commune.pk, year=year - 1, start="last")
    assert answer.status_code == 409
    said = {"what": "Họp dân", "starts_on": f"{year}-03-01", "ends_on": f"{year}-02-01", "responsible": "UBND"}
    assert post(client, "new_task", made.pk, **said).status_code == 409
    # A mistyped year.
    assert post(client, "new_task", made.pk, **said | {"ends_on": f"{year + 10}-03-31"}).status_code == 409
    post(
        client, "new_task", made.pk, **said | {"ends_on": f"{year}-03-31", "cost": "5000000", "budget": "Ngân sách xã"}
    )
    shown = page(client, "commune_plan", made.pk)
    assert "Họp dân" in shown
    assert "5.000.000" in shown
    assert reverse("reports:issue_plan", args=[made.pk]) not in shown
    assert post(client, "issue_plan", made.pk, issued_on=f"{year}-01-15").status_code == 403
    page(client, "issue_plan", made.pk, status=403)
    client.force_login(make_user(role=Role.SUPERVISOR))
    page(client, "commune_plan", made.pk, status=404)
    client.force_login(people.head)
    assert post(client, "issue_plan", made.pk, issued_on=f"{year + 10}-01-15").status_code == 409
    post(client, "issue_plan", made.pk, issued_on=f"{year}-01-15", number="7")
    made.refresh_from_db()
    assert (made.issued_by, made.signer_name, made.is_open) == (people.head, "Người Ký", False)
    client.force_login(people.writer)
    assert post(client, "new_task", made.pk, **said).status_code == 302
    assert made.tasks.count() == 9
    post(client, "begin_plan", commune.pk, year=year + 1, start="last")
    copied = CommunePlan.objects.get(year=year + 1)
    assert [one.what for one in copied.tasks.all()] == [one.what for one in made.tasks.all()]
    assert copied.tasks.get(what="Họp dân").starts_on.year == year + 1
    client.force_login(make_user(role=Role.SUPERVISOR))
    assert "7/KH-UBND" in page(client, "commune_plan", made.pk)
    for kind in ("docx", "pdf"):
        assert client.get(reverse("reports:plan_paper", args=[made.pk, kind])).status_code == 200
    client.force_login(make_user(role=Role.COMMUNICATOR, area=make_commune("Xã Bạn")))
    page(client, "commune_plan", made.pk, status=404)


def test_tasks_of_a_plan_are_put_in_order_by_their_writer_until_it_is_issued(client, place):
    commune, people = place
    year = timezone.localdate().year
    span = {"starts_on": f"{year}-01-01", "ends_on": f"{year}-12-31"}
    above = Plan.objects.create(code="thu", title="Thử", area=make_province(), **span)
    made = CommunePlan.objects.create(plan=above, unit=commune, year=year, subject="Thử", written_by=people.writer)
    said = span | {"responsible": "UBND"}
    tasks = {name: made.tasks.create(what=name, position=place, **said) for place, name in enumerate("ABC")}

    def order() -> str:
        return "".join(made.tasks.values_list("what", flat=True))

    client.force_login(people.writer)
    assert page(client, "commune_plan", made.pk).count('value="up"') == 3
    answer = post(client, "move_task", made.pk, tasks["C"].pk, way="up")
    assert answer["Location"].endswith(f"#task-{tasks['C'].pk}-up")
    assert f'id="task-{tasks["C"].pk}-up"' in page(client, "commune_plan", made.pk)
    assert order() == "ACB"
    post(client, "move_task", made.pk, tasks["A"].pk, way="down")
    post(client, "move_task", made.pk, tasks["C"].pk, way="up")
    assert order() == "CAB"
    # What is added later stands last, also after something was taken out.
    post(client, "edit_task", made.pk, tasks["C"].pk, remove="1")
    post(client, "new_task", made.pk, **said | {"what": "D", "starts_on": f"{year}-01-01"})
    assert order() == "ABD"
    assert client.get(reverse("reports:move_task", args=[made.pk, tasks["A"].pk])).status_code == 405
    client.force_login(make_user(role=Role.COMMUNICATOR, area=make_commune("Xã Bạn")))
    assert post(client, "move_task", made.pk, tasks["B"].pk, way="up").status_code == 404
    CommunePlan.objects.filter(pk=made.pk).update(issued_on=today(), issued_by=people.head, issued_at=timezone.now())
    client.force_login(people.writer)
    assert 'value="up"' not in page(client, "commune_plan", made.pk)
    post(client, "move_task", made.pk, tasks["B"].pk, way="up")
    assert order() == "ABD"
