"""The yearly plan of a commune: begun from the province's plan or from last year's, written, issued by the head, followed."""

from dataclasses import dataclass
from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.season.nd30 import Paper, Table, spoken_day
from core.errors import DomainError
from people.permissions import may
from places.models import AdministrativeUnit
from reports import ordering
from reports.content import inside
from reports.flow import works_in
from reports.indicators import REGISTRY, Scope, Value
from reports.models import Clause, CommunePlan, LegalDocument, Plan, PlanTask
from reports.papers import figure
from reports.plans import plan_on

WRITE, SIGN = "reports.write", "reports.sign"

# What the plan asks of a commune every year: (clause, task, first and last month, responsible, indicator).
_TEMPLATE = (
    ("II-1b", "Triển khai kế hoạch đến 100 % thôn, bản, tổ dân phố", 1, 3, "Văn phòng HĐND và UBND", "roll-out"),
    ("II-1d", "Phát bản tin trên hệ thống loa truyền thanh, mỗi tháng ít nhất một lần", 1, 12,
     "Phòng Văn hoá - Xã hội", "broadcast-months"),
    ("II-1e", "Tổ chức các buổi truyền thông trực tiếp ở thôn xa, địa bàn trọng điểm", 2, 11, "Phòng Văn hoá - Xã hội",
     "sessions"),
    ("III-1b", "Tổ chức mít tinh hưởng ứng Ngày toàn dân phòng, chống mua bán người 30/7", 7, 7,
     "Uỷ ban MTTQ Việt Nam cấp xã", "rallies"),
    ("V-7", "Tổ chức tiết ngoại khoá ở các trường trên địa bàn", 9, 11, "Các trường trên địa bàn", "session-school"),
    ("III-3c", "Duy trì, nhân rộng mô hình phòng ngừa và nhóm đồng đẳng ở cộng đồng", 1, 12, "Hội Liên hiệp Phụ nữ cấp xã",
     "models-running"),
    ("II-5", "Cử cán bộ làm công tác hỗ trợ dự tập huấn, đạt 100 %", 3, 10, "Văn phòng HĐND và UBND", "officers-trained"),
    ("V-8.4", "Báo cáo kết quả năm trước ngày 10/12", 11, 12, "Phòng Văn hoá - Xã hội", "reports-in-time"),
)  # fmt: skip
_PURPOSE = (
    "Nâng cao nhận thức của người dân, nhất là phụ nữ, trẻ em, đồng bào dân tộc thiểu số và người ở vùng sâu, vùng xa về "
    "thủ đoạn mua bán người và cách phòng ngừa.\n"
    "Bảo đảm mỗi nhiệm vụ có người chịu trách nhiệm, thời hạn và nguồn kinh phí; tôn trọng, không kỳ thị và không tiết lộ "
    "thông tin về nạn nhân."
)
_CARRYING_OUT = (
    "Phòng Văn hoá - Xã hội chủ trì, đôn đốc, tổng hợp kết quả.\n"
    "Các ban, ngành, đoàn thể, trường học và các thôn, tổ dân phố theo nhiệm vụ được giao tổ chức thực hiện và gửi số liệu "
    "hằng tháng."
)


@transaction.atomic
def begin(*, actor, unit: AdministrativeUnit, year: int, from_last_year: bool = False) -> CommunePlan:
    """The unit's plan of a year, begun from its last one (of what it was before a merger, too) or from what the province's
    plan asks; the one that is there already is returned."""
    if not may(actor, WRITE, unit):
        raise PermissionDenied
    AdministrativeUnit.objects.select_for_update().get(pk=unit.pk)
    if found := CommunePlan.objects.filter(unit=unit, year=year).first():
        return found
    above = plan_on(date(year, 1, 1))
    if above is None:
        raise DomainError(_("No plan of the province has been loaded yet."))
    before = last_plan(unit, year)
    if from_last_year and before is None:
        raise DomainError(_("There is no plan of an earlier year to copy."))
    said = (
        {name: getattr(before, name) for name in ("grounds", "purpose", "carrying_out", "recipients", "by_deputy")}
        if from_last_year
        else {
            "grounds": "\n".join(_grounds(above, date(year, 1, 1))), "purpose": _PURPOSE, "carrying_out": _CARRYING_OUT,
            "recipients": f"UBND {inside(unit.parent.name) if unit.parent else ''}\nĐảng uỷ, HĐND {inside(unit.name)}\n"
            "Các ban, ngành, đoàn thể\nCác thôn, tổ dân phố\nLưu: VT",
        }
    )  # fmt: skip
    subject = f"Công tác phòng, chống mua bán người và hỗ trợ nạn nhân trên địa bàn {inside(unit.name)} năm {year}"
    made = CommunePlan.objects.create(plan=above, unit=unit, year=year, subject=subject, written_by=actor, **said)
    PlanTask.objects.bulk_create(_copied(before, made) if from_last_year else _asked(above, made))
    return made


def last_plan(unit: AdministrativeUnit, year: int) -> CommunePlan | None:
    rows = CommunePlan.objects.filter(unit__in=AdministrativeUnit.objects.family(unit), year__lt=year)
    return rows.order_by("-year", "-issued_at", "-pk").first()


def _grounds(plan: Plan, on: date) -> list[str]:
    """What the plan stands on, each document as it holds on a day: what was replaced gives way to what replaced it."""
    laws = dict.fromkeys(_in_force(law, on) for law in plan.legal_basis.all())
    found = [f"Căn cứ {law.title} ({law.number})" for law in laws if law]
    number = f" số {plan.number}" if plan.number else ""
    day = f" {spoken_day(plan.issued_on)}" if plan.issued_on else ""
    about = plan.title.removeprefix("Kế hoạch ") if plan.title.startswith("Kế hoạch ") else f"về {inside(plan.title)}"
    return [*found, f"Căn cứ Kế hoạch{number}{day} {about}"]


def _in_force(law: LegalDocument, on: date) -> LegalDocument | None:
    seen = set()
    while not law.holds(on) and law.replaced_by and law.pk not in seen:
        seen.add(law.pk)
        law = law.replaced_by
    return law if law.holds(on) else None


def _asked(plan: Plan, made: CommunePlan) -> list[PlanTask]:
    clauses = {one.ref: one for one in Clause.objects.filter(plan=plan)}
    return [
        PlanTask(
            plan=made, position=place, clause=clauses.get(ref), what=what, responsible=who, indicator=indicator,
            starts_on=date(made.year, first, 1), ends_on=_month_end(made.year, last), budget="Ngân sách xã",
        )
        for place, (ref, what, first, last, who, indicator) in enumerate(_TEMPLATE)
    ]  # fmt: skip


def _copied(before: CommunePlan, made: CommunePlan) -> list[PlanTask]:
    found = []
    for task in before.tasks.all():
        task.pk, task._state.adding, task.plan = None, True, made
        task.starts_on, task.ends_on = (_moved(day, made.year - before.year) for day in (task.starts_on, task.ends_on))
        found.append(task)
    return found


def _moved(day: date, years: int) -> date:
    """The same day in another year; 29 February becomes the 28th."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def _month_end(year: int, month: int) -> date:
    return date(year, 12, 31) if month == 12 else date.fromordinal(date(year, month + 1, 1).toordinal() - 1)


def _open(plan: CommunePlan, actor) -> CommunePlan:
    if not may(actor, WRITE, plan.unit):
        raise PermissionDenied
    found = CommunePlan.objects.select_for_update().get(pk=plan.pk)
    if not found.is_open:
        raise DomainError(_("This plan is issued and can no longer be changed. Nothing was saved."))
    return found


@transaction.atomic
def save_plan(*, actor, plan: CommunePlan) -> CommunePlan:
    """Saves the texts of a draft."""
    _open(plan, actor)
    plan.save()
    return plan


@transaction.atomic
def save_task(*, actor, task: PlanTask) -> PlanTask:
    _open(task.plan, actor)
    if task.pk is None:
        last = task.plan.tasks.order_by("-position").first()
        task.position = last.position + 1 if last else 0
    task.full_clean(exclude=["plan"])
    task.save()
    return task


@transaction.atomic
def remove_task(*, actor, task: PlanTask) -> None:
    _open(task.plan, actor)
    task.delete()


@transaction.atomic
def move_task(*, actor, task: PlanTask, up: bool) -> None:
    """One place up or down in the plan, on the page and on paper."""
    plan = _open(task.plan, actor)
    ordering.move(list(plan.tasks.all()), task, up=up)


@transaction.atomic
def issue(*, actor, plan: CommunePlan, issued_on: date, number: str, signer_name: str = "") -> CommunePlan:
    """The head issues the plan; somebody else than its writer, of the same unit. Issuing twice changes nothing."""
    found = CommunePlan.objects.select_for_update(of=("self",)).select_related("unit").get(pk=plan.pk)
    if not works_in(actor, SIGN, found.unit) or found.written_by_id == actor.pk:
        raise PermissionDenied
    if not found.is_open:
        return found
    if not found.tasks.exists():
        raise DomainError(_("A plan without a task plans nothing. Add one first."))
    found.issued_on, found.number, found.signer_name = issued_on, number.strip(), signer_name.strip() or actor.name
    found.issued_by, found.issued_at = actor, timezone.now()
    found.save()
    return found


# Progress ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Progress:
    """A task on a day. `value` None: nothing counts it, or it has not begun."""

    task: PlanTask
    value: Value | None
    on: date

    @property
    def share(self) -> float | None:
        """Of the goal, or of the whole; not above 1."""
        if self.value is None:
            return None
        found = self.value.part / self.task.goal if self.task.goal else self.value.share
        return None if found is None else min(1.0, found)

    @property
    def state(self) -> str:
        if self.share is not None and self.share >= 1:
            return "done"
        if self.task.ends_on < self.on and self.value is not None:
            # A count without a goal is reached by anything at all.
            return "done" if self.share is None and self.value.whole is None and self.value.part else "over"
        return "due" if self.task.starts_on <= self.on else "plain"


def progress(plan: CommunePlan, on: date | None = None) -> list[Progress]:
    """Each task with what has been done of it, counted from its first day to its last or today. Tasks of the same days share
    their queries."""
    on = on or timezone.localdate()
    communes = AdministrativeUnit.objects.filter(pk=plan.unit_id)
    scopes: dict[tuple, Scope] = {}
    found = []
    for task in plan.tasks.select_related("clause"):
        indicator, value = REGISTRY.get(task.indicator), None
        if indicator and task.starts_on <= on:
            days = (task.starts_on, min(task.ends_on, on))
            if days not in scopes:
                scopes[days] = Scope(communes=communes, first=days[0], last=days[1], known=on)
            value = indicator.count(scopes[days])
        found.append(Progress(task, value, on))
    return found


def planned_cost(plan: CommunePlan) -> int:
    return sum(task.cost or 0 for task in plan.tasks.all())


# On paper ---------------------------------------------------------------------------------------------------------


def paper(plan: CommunePlan) -> Paper:
    """KẾ HOẠCH in the format of Decree 30/2020."""
    unit = plan.unit
    tasks = list(plan.tasks.select_related("clause"))
    rows = [
        [f"{place}", task.what, f"{task.starts_on:%d/%m} - {task.ends_on:%d/%m/%Y}",
         task.responsible + (f"; phối hợp: {task.joining}" if task.joining else ""),
         task.budget, figure(task.cost) if task.cost is not None else ""]
        for place, task in enumerate(tasks, start=1)
    ]  # fmt: skip
    table = Table(
        ["TT", "Nhiệm vụ", "Thời gian", "Thực hiện", "Nguồn kinh phí", "Dự kiến (đồng)"], rows, [10, 47, 27, 34, 20, 26],
        numeric=frozenset({5}),
    )  # fmt: skip
    total = planned_cost(plan)
    money = f"Tổng kinh phí dự kiến: {figure(total)} đồng." if total else "Kinh phí thực hiện theo dự toán được giao."
    return Paper(
        parent=f"Uỷ ban nhân dân\n{unit.parent.name}" if unit.parent else "", issuer=f"Uỷ ban nhân dân\n{unit.name}",
        number="/KH-UBND", given=plan.number, place=unit.short_name, day=plan.issued_on, kind="Kế hoạch",
        subject=plan.subject, grounds=_lines(plan.grounds),
        body=["# I. Mục đích, yêu cầu", *_lines(plan.purpose), "# II. Nhiệm vụ", table, "# III. Kinh phí", money,
              "# IV. Tổ chức thực hiện", *_lines(plan.carrying_out)],
        signs_for="TM. Uỷ ban nhân dân", post="Chủ tịch", deputy="Phó Chủ tịch" if plan.by_deputy else "",
        signer=plan.signer_name, recipients=_lines(plan.recipients),
    )  # fmt: skip


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]
