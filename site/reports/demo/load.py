"""Fills the supervision and the partners of a demonstration, by calling the functions people's forms call."""

import uuid
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from campaigns.demo.load import DOMAIN
from campaigns.models import Campaign
from people.models import User
from people.roles import Role
from places.models import AdministrativeUnit
from reports import supervision
from reports.models import Finding, Partner, Support, VisitAnswer, VisitQuestion
from reports.partners import enter_partner, enter_support

_COMMUNE = "Tây Giang"
# Of the check list, in its order; what comes after stands at "not looked at".
_SEEN = ("yes", "yes", "partly", "yes", "partly", "yes", "no", "yes")


def is_loaded() -> bool:
    return Finding.objects.exists() or not User.objects.filter(email=f"{Role.SUPERVISOR.value}@{DOMAIN}").exists()


@transaction.atomic
def load_demo() -> None:
    supervisor, manager = (
        User.objects.get(email=f"{role.value}@{DOMAIN}") for role in (Role.SUPERVISOR, Role.PROGRAMME_MANAGER)
    )
    commune = AdministrativeUnit.objects.current().communes().get(short_name=_COMMUNE)
    today = timezone.localdate()
    finding = supervision.raise_finding(
        actor=supervisor, area=commune, subject=Finding.Subject.BROADCAST, due_on=today + timedelta(days=10),
        text="Cụm loa 2 phát nhỏ, bà con cuối thôn nghe không rõ. Đề nghị kiểm tra loa và ghi lại cụm loa khi báo đã phát.",
        client_uuid=uuid.uuid4(),
    )  # fmt: skip
    supervision.answer_finding(
        actor=manager, finding=finding, client_uuid=uuid.uuid4(),
        text="Đã thay củ loa và nghe thử ở cuối thôn. Cán bộ truyền thanh ghi cụm loa từ tháng này.",
    )  # fmt: skip
    supervision.raise_finding(
        actor=supervisor, area=commune, subject=Finding.Subject.TRAINING, due_on=today + timedelta(days=20),
        text="Một cán bộ mới nhận nhiệm vụ hỗ trợ chưa qua tập huấn. Đề nghị đăng ký lớp gần nhất.",
        client_uuid=uuid.uuid4(),
    )  # fmt: skip
    questions = list(VisitQuestion.objects.filter(is_asked=True))
    seen = [*_SEEN, *[VisitAnswer.Answer.NOT_SEEN] * len(questions)]
    supervision.log_visit(
        actor=supervisor, area=commune, visited_on=today - timedelta(days=3),
        answers=dict(zip(questions, seen, strict=False)),
        note="Áp phích ở nhà văn hoá còn mới. Loa thôn cuối cần sửa.", client_uuid=uuid.uuid4(),
    )  # fmt: skip
    partner = Partner(name="Hội Liên hiệp Phụ nữ (mẫu)", kind=Partner.Kind.UNION, note="Cùng nói chuyện ở thôn, bản.")
    enter_partner(actor=manager, partner=partner)
    area = AdministrativeUnit.objects.current().get(level="province")
    support = Support(
        partner=partner, area=area, form=Support.Form.PEOPLE, what="Tuyên truyền viên cùng đi các buổi trực tiếp",
        campaign=Campaign.objects.first(), budget_source="xã hội hoá", starts_on=today.replace(month=1, day=1),
    )  # fmt: skip
    enter_support(actor=manager, support=support)
