"""A form, a period and a request for reports; people of a commune and of the province above it."""

from datetime import date, timedelta
from types import SimpleNamespace

from django.utils import timezone

from people.roles import Role
from reports import flow, writing
from reports.content import assemble, stamp
from reports.models import FormLine, FormSection, Report, ReportForm, ReportingPeriod, ReportRequest
from tests.factories import make_commune, make_province, make_user


def make_form(level: str = "commune", **fields) -> ReportForm:
    """A counted line, a share, a line and a share entered by hand; a text."""
    said = {
        "code": f"mau-{level}", "area": make_province(), "level": level, "name": f"Mẫu {level}", "name_en": f"Form {level}",
        "subject": "Kết quả của {don_vi} {ky}", "parent_body": "Uỷ ban nhân dân / {tren}",
        "issuing_body": "Uỷ ban nhân dân / {don_vi}", "addressed_to": "Sở Y tế {tren}", "recipients": "Như trên\nLưu: VT",
        "grounds": "Căn cứ Luật thử",
    } | fields  # fmt: skip
    form = ReportForm.objects.create(**said)
    first = FormSection.objects.create(form=form, title="Truyền thông", title_en="Communication", guidance="Viết ngắn.")
    for place, (label, rest) in enumerate(
        [
            ("Buổi trực tiếp", {"indicator": "sessions"}), ("Phụ nữ", {"indicator": "session-women"}),
            ("Văn bản", {}), ("Kinh phí", {"is_share": True}), ("Thứ tiếng", {"indicator": "broadcast-languages"}),
        ]
    ):  # fmt: skip
        FormLine.objects.create(section=first, position=place, label=label, unit="đv", **rest)
    FormSection.objects.create(form=form, title="Kiến nghị", title_en="Proposals", position=1)
    return form


def make_upper_form(below: ReportForm) -> ReportForm:
    """A province's form that adds up each line of `below` and counts its own in-time reports."""
    form = ReportForm.objects.create(
        code="mau-tinh", area=below.area, level="province", name="Mẫu tỉnh", subject="Kết quả {ky}", issuing_body="Sở Y tế",
        symbol="/BC-SYT", addressed_to="Bộ Y tế\nUBND {don_vi}", recipients="Như trên\nLưu: VT", signs_for="", post="Giám đốc",
        deputy_post="Phó Giám đốc",
    )  # fmt: skip
    section = FormSection.objects.create(form=form, title="Tổng hợp")
    for place, line in enumerate(FormLine.objects.filter(section__form=below)):
        FormLine.objects.create(section=section, position=place, label=line.label, unit="đv", adds_up=line)
    FormLine.objects.create(section=section, position=9, label="Đúng hạn", unit="báo cáo", indicator="reports-in-time")
    return form


def make_request(form: ReportForm, *, due_in: int = 14, adds_up=None, period=None, **fields) -> ReportRequest:
    """Of a period that began a year ago and ended yesterday, due in so many days."""
    today = timezone.localdate()
    if period is None:
        said = {
            "area": form.area, "name": "năm thử", "name_en": "test year", "starts_on": today - timedelta(days=365),
            "ends_on": today - timedelta(days=1),
        } | fields  # fmt: skip
        period, _new = ReportingPeriod.objects.get_or_create(**said)
    return ReportRequest.objects.create(
        period=period, form=form, due_on=today + timedelta(days=due_in), adds_up=adds_up
    )


def make_people(unit) -> SimpleNamespace:
    """Writer and head of a unit."""
    return SimpleNamespace(
        writer=make_user(role=Role.COMMUNICATOR, area=unit, name="Người Viết"),
        head=make_user(role=Role.APPROVER, area=unit, name="Người Ký"),
    )


def make_place(name: str = "Xã Thử", **dates):
    commune = make_commune(name, **({"valid_from": date(2021, 1, 1)} | dates))
    return commune, make_people(commune)


def filled(request, unit, people, *, documents: int = 3) -> Report:
    """A draft in which nothing is missing."""
    report = writing.begin(actor=people.writer, request=request, unit=unit)
    for section in request.form.sections.all():
        figures = {}
        for line in section.lines.filter(indicator="", adds_up=None):
            figures[line.pk] = (documents, documents * 2 if line.is_share else None, "")
        writing.save_section(actor=people.writer, report=report, section=section, text="Lời thử.", figures=figures)
    return fresh(report)


def fresh(report: Report) -> Report:
    return Report.objects.select_related("request__period__area", "request__form", "unit__parent").get(pk=report.pk)


def signed(report: Report, people) -> Report:
    report = fresh(report)
    return flow.sign(actor=people.head, report=report, read=stamp(assemble(report)))


def sent(request, unit, people, **fields) -> Report:
    report = signed(filled(request, unit, people, **fields), people)
    return fresh(flow.submit(actor=people.writer, report=report))
