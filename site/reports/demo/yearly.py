"""Demonstration reports and a commune plan, made by the functions people's pages call: four communes at four steps of the
way, the province's draft that adds them up. The officers are nobody; the sessions are invented."""

import uuid
from datetime import date, datetime, timedelta
from pathlib import Path

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import get_random_string

from campaigns.models import RolledPlan
from campaigns.villages.registers import log_pledges
from campaigns.villages.rollout import enter_plan, log_rollout
from campaigns.villages.sessions import log_session
from people.membership import grant_membership
from people.models import Organisation, User
from people.roles import Role
from places.communes import save_settlement
from places.models import AdministrativeUnit
from reports import commune_plans, consolidation, flow, form_keeping, writing
from reports.content import assemble, stamp
from reports.models import Report, ReportForm, ReportingPeriod, ReportRequest

_HEAD = "lanh-dao-xa@demo.example"
_WITH = ("request__period__area", "request__form", "unit__parent")
# What the communes beside the demo commune have come to.
_OTHERS = ("accepted", "submitted", "returned")
_TEXTS = (
    "Uỷ ban nhân dân xã đã ban hành kế hoạch năm, phân công Phòng Văn hoá - Xã hội chủ trì và giao từng thôn thực hiện.",
    "Bản tin được phát vào 5 giờ và 17 giờ; thôn xa nghe bằng loa kéo do đoàn thanh niên mang đến.",
    "Các buổi nói chuyện tổ chức tại nhà làng vào buổi tối, có già làng cùng dự; bà con hỏi nhiều nhất về việc làm ở xa.",
    "Mô hình tổ phụ nữ cùng nhắc nhau hoạt động đều; cán bộ mới nhận việc cần được tập huấn trong quý I.",
    "Khó khăn: ba thôn chưa có sóng điện thoại, loa hay hỏng vào mùa mưa. Kiến nghị: hỗ trợ loa không dây cho thôn xa. "
    "Năm tới: phát bản tin bằng tiếng dân tộc mỗi tháng, đến đủ các thôn, tập huấn hết cán bộ mới.",
)


def is_loaded() -> bool:
    return ReportRequest.objects.exists()


def load_reports(*, manager: User, operator: User, accounts_file: Path) -> None:
    """Everything or nothing; the account of the commune's head is added to the list of demonstration accounts."""
    with transaction.atomic():
        commune = operator.memberships.get(role=Role.RADIO_OPERATOR).area
        city = commune.parent
        head, password = (
            _person(_HEAD, "Lãnh đạo xã Mẫu", Role.APPROVER, commune, "Chủ tịch UBND xã"),
            get_random_string(12),
        )
        head.set_password(password)
        head.save()
        _villages(commune, operator, manager)
        below, above = _requests(city, manager)
        _commune_plan(commune, operator, head)
        for number, state in enumerate(_OTHERS):
            _other(_neighbours(commune)[number], state, below, manager, number)
        draft = writing.begin(actor=operator, request=below, unit=commune)
        _fill(draft, operator, documents=4, upto=3)
        whole = writing.begin(actor=manager, request=above, unit=city)
        consolidation.order(actor=manager, report=whole)
    # Outside: what the worker would do a moment later.
    if finish := consolidation.consolidation_job({"report": whole.pk, "by": manager.pk}):
        finish()
    with accounts_file.open("a", encoding="utf-8") as file:
        file.write(f"{'head of a commune':18} {_HEAD:36} {password}\n")


def _person(email: str, name: str, role: str, area: AdministrativeUnit, post: str) -> User:
    person = User.objects.create_user(email, None, name=name)
    person.emailaddress_set.create(email=email, verified=True, primary=True)
    body, _new = Organisation.objects.get_or_create(
        name=f"UBND {area.name} (mẫu)", area=area, defaults={"kind": "committee"}
    )
    grant_membership(
        user=person, role=role, organisation=body, area=area, post=post,
        starts_on=timezone.localdate() - timedelta(days=60),
    )  # fmt: skip
    return person


def _neighbours(commune: AdministrativeUnit) -> list[AdministrativeUnit]:
    return list(
        AdministrativeUnit.objects.within(commune.parent).communes().exclude(pk=commune.pk).order_by("name")[:3]
    )


def _villages(commune: AdministrativeUnit, actor: User, manager: User) -> None:
    """Four villages, what was done in three of them."""
    year = timezone.localdate().year
    villages = [
        save_settlement(commune=commune, kind="thon", name=f"Thôn {name} (mẫu)", households=60 + 10 * number)
        for number, name in enumerate(("Pơr'ning", "Arâng", "Ch'nốc", "Atu"))
    ]
    plan = RolledPlan(
        area=commune.parent, number="4215/KH-UBND", starts_on=date(2021, 7, 9), ends_on=date(2030, 12, 31),
        name="Triển khai công tác hỗ trợ nạn nhân bị mua bán",
    )  # fmt: skip
    enter_plan(actor=manager, plan=plan)
    log_rollout(
        actor=actor, plan=plan, commune=commune, settlements=villages[:3], done_on=_past(year, 3, 12), form="meeting",
        evidence="Biên bản họp thôn số 02/BB", client_uuid=uuid.uuid4(),
    )  # fmt: skip
    for month, people, women in ((3, 42, 25), (6, 36, 20), (9, 58, 31)):
        day = _past(year, month, 18)
        log_session(
            actor=actor, commune=commune, held_at=timezone.make_aware(datetime(day.year, day.month, day.day, 19)),
            attendees=people, women=women, children=6, minority=people - 3, settlements=[villages[month // 3 - 1]],
            leaflets=people, respected_persons=2, client_uuid=uuid.uuid4(),
        )  # fmt: skip
    log_pledges(
        actor=actor, commune=commune, settlement=villages[0], by="households", number=54, signed_on=_past(year, 3, 18),
        client_uuid=uuid.uuid4(),
    )  # fmt: skip


def _past(year: int, month: int, day: int) -> date:
    """A day of this year, or of last year while it is still to come."""
    found = date(year, month, day)
    return found if found < timezone.localdate() else found.replace(year=year - 1)


def _requests(city: AdministrativeUnit, manager: User) -> tuple[ReportRequest, ReportRequest]:
    """The year that is reported next: communes by 9 December, the province by the 14th ("before" the 10th and the 15th)."""
    today = timezone.localdate()
    year = today.year if today <= date(today.year, 12, 14) else today.year + 1
    starts = date(year - 1, 12, 1) if today >= date(year - 1, 12, 1) else date(today.year, 1, 1)
    period = ReportingPeriod(
        area=city, name=f"năm {year}", name_en=f"{year}", starts_on=starts, ends_on=date(year, 11, 30)
    )
    form_keeping.save_period(actor=manager, period=period)
    forms = {form.level: form for form in ReportForm.objects.filter(code__in=("bao-cao-nam-xa", "bao-cao-nam-tinh"))}
    due = {level: form_keeping.due_of_the_plan(level, year) for level in forms}
    below = ReportRequest(period=period, form=forms["commune"], due_on=due["commune"] or date(year, 12, 9))
    form_keeping.ask(actor=manager, request=below)
    above = ReportRequest(
        period=period, form=forms["province"], due_on=due["province"] or date(year, 12, 14), adds_up=below
    )
    return below, form_keeping.ask(actor=manager, request=above)


def _fill(report: Report, actor: User, *, documents: int, upto: int = 9) -> None:
    for place, section in enumerate(report.request.form.sections.all()):
        if place >= upto:
            break
        figures = {
            line.pk: (40 + documents, 50, "") if line.is_share else (documents, None, "")
            for line in section.lines.filter(indicator="", adds_up=None)
        }
        writing.save_section(actor=actor, report=report, section=section, text=_TEXTS[place], figures=figures)


def _other(commune: AdministrativeUnit, state: str, request: ReportRequest, manager: User, number: int) -> None:
    """A neighbour whose report is sent, and answered."""
    writer = _person(
        f"van-hoa-{number + 1}@demo.example", f"Văn hoá Mẫu {number + 1}", Role.COMMUNICATOR, commune, "Công chức"
    )
    head = _person(
        f"chu-tich-{number + 1}@demo.example", f"Chủ tịch Mẫu {number + 1}", Role.APPROVER, commune, "Chủ tịch"
    )
    report = writing.begin(actor=writer, request=request, unit=commune)
    _fill(report, writer, documents=2 + number)
    report = Report.objects.select_related(*_WITH).get(pk=report.pk)
    flow.sign(actor=head, report=report, read=stamp(assemble(report)))
    flow.submit(actor=writer, report=report)
    if state == "accepted":
        flow.accept(actor=manager, report=report)
    elif state == "returned":
        flow.return_report(
            actor=manager,
            report=report,
            remarks="Xã ghi 4 văn bản nhưng chưa nêu tên. Đề nghị kể tên văn bản ở mục I và gửi lại.",
        )


def _commune_plan(commune: AdministrativeUnit, writer: User, head: User) -> None:
    year = timezone.localdate().year
    plan = commune_plans.begin(actor=writer, unit=commune, year=year)
    for place, task in enumerate(plan.tasks.all()):
        task.cost = (5_000_000, 3_600_000, 12_000_000, 15_000_000, 4_000_000, 6_000_000, 2_500_000, None)[place]
        task.goal = 12 if task.indicator == "sessions" else task.goal
        commune_plans.save_task(actor=writer, task=task)
    commune_plans.issue(actor=head, plan=plan, issued_on=date(year, 1, 15), number="06")
