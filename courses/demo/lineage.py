"""Demonstration of what grows out of classes: master trainers and their branches, experience with answers, a study visit.
Everything through the functions people use; the people are nobody."""

from datetime import datetime, time, timedelta
from uuid import uuid4

from django.utils import timezone

from courses import experience, runs, seats, snapshots, visits
from courses.attendance import record_roll
from courses.batches import order_batch
from courses.completion import completed
from courses.demo.package import demo_package
from courses.demo.quizzes import take_tests
from courses.models import Competency, Course, CourseRun, TrainerProfile
from courses.packages import add_package
from media import jobs
from media.models import Job
from people.membership import grant_membership
from people.models import User
from people.roles import Role
from places.models import Language

_POSTS = (
    (
        "difficulty", "Mùa rẫy khó mời bà con đến buổi truyền thông",
        "Vào mùa rẫy bà con ở lại nương nhiều ngày. Mời buổi chiều thì vắng, mời buổi tối thì nhiều nhà ở xa không về kịp. "
        "Chúng tôi muốn biết nơi khác chọn giờ và chọn chỗ thế nào.",
        "Hai cách đã làm được: đến tận nương vào giờ nghỉ trưa, mỗi lần mười lăm phút với một tấm tranh; hoặc ghép vào buổi "
        "họp thôn và ngày chợ đã có sẵn, không mời riêng. Ghi buổi vào kế hoạch như buổi bình thường.",
    ),
    (
        "difficulty", "Gặp người mới trở về lần đầu, nên nói gì trước?",
        "Trong buổi gặp đầu tiên tôi lúng túng, không biết nên hỏi điều gì và không nên hỏi điều gì. Sách viết dài, lúc gặp "
        "người thật thì quên.",
        "Nhớ ba câu: giới thiệu mình và nói rõ cuộc gặp này để làm gì; hỏi “bây giờ bạn cần gì trước nhất?”; nói rõ họ có quyền "
        "dừng lại bất cứ lúc nào. Không hỏi lại chuyện đã qua. Bài học về tiếp cận ban đầu có đủ từng bước.",
    ),
    (
        "practice", "Dán số tổng đài ở chỗ chờ lấy nước và ở cửa hàng tạp hoá",
        "Chúng tôi dán tờ nhỏ in số tổng đài 111 ở những chỗ bà con hay đứng chờ. Ai cũng đọc được mà không phải hỏi, và không "
        "ai biết ai đã nhìn.",
        "",
    ),
    ("difficulty", "Loa ở thôn xa nghe không rõ khi có gió", "Những thôn ở sườn dốc nghe loa lúc được lúc mất.", ""),
)  # fmt: skip


def load_lineage(*, manager: User, trainer: User, officers: list[User]) -> None:
    """Two generations of trainers, four posts in their states, one visit, an interactive lesson, the figures of last month kept.
    `officers`: at least six, of several communes."""
    first, second = officers[:2]
    for number, who in enumerate((first, second)):
        post = who.memberships.order_by("starts_on").first()
        grant_membership(
            user=who, role=Role.TRAINER, organisation=post.organisation, area=post.area, starts_on=post.starts_on
        )
        profile = TrainerProfile.objects.create(user=who)
        profile.fields.set(Competency.objects.all()[number : number + 2])
        profile.languages.set(Language.objects.active().filter(tag__in=("ktv", "sed"))[number : number + 1])
    tot = Course.objects.filter(kind=Course.Kind.TRAINERS).first()
    law = Course.objects.get(code="phap-luat")
    if tot:
        _held(tot, trainer, [first], 420, manager)
        _held(tot, first, [second], 300, manager)
    _held(law, second, officers[3:6], 150, manager)
    first_meeting = Course.objects.filter(code="tiep-can-ban-dau").first() or law
    add_package(course=first_meeting, file=demo_package(), actor=manager)
    _posts(officers[2:], manager)
    _visit(officers[:4], manager, trainer)
    snapshots.keep(
        area=manager.memberships.get().area, on=timezone.localdate() - timedelta(days=30), actor=manager,
        purpose="Rà soát trước báo cáo năm (mẫu)",
    )  # fmt: skip


def _held(course: Course, teacher: User, people: list[User], days_ago: int, manager: User) -> CourseRun:
    """A morning's class that long ago, everybody there, certificates of that day."""
    run = runs.save_run(
        run=CourseRun(course=course, seats=20, place="Nhà văn hoá (mẫu)"), trainers=[teacher], actor=manager
    )
    day = timezone.localdate() - timedelta(days=days_ago)
    zone = timezone.get_current_timezone()
    starts, ends = (datetime.combine(day, at, zone) for at in (time(8), time(11, 30)))
    session = runs.add_session(run=run, starts_at=starts, ends_at=ends, actor=manager)
    runs.announce(run=run, actor=manager)
    everybody = set()
    for one in people:
        enrolment, _new = run.enrolments.get_or_create(
            user=one, defaults={"area": one.memberships.order_by("starts_on").first().area}
        )
        seats.approve(enrolment=enrolment, actor=manager)
        everybody.add(one.pk)
    record_roll(session=session, present=everybody, listed=everybody, client_uuid=uuid4(), at=starts, actor=teacher)
    take_tests(run, everybody_passes=True)
    batch = order_batch(
        course=course, holders=completed(run), on=day, signer="Giám đốc, Trần Văn Mẫu", actor=manager, run=run
    )
    jobs.run(Job.objects.get(key=f"certificates:{batch.pk}").pk)
    return run


def _posts(writers: list[User], manager: User) -> None:
    today = timezone.localdate()
    organisation = manager.memberships.current().first().organisation
    for number, (kind, title, text, answer) in enumerate(_POSTS):
        one = experience.post_experience(author=writers[number % len(writers)], kind=kind, title=title, text=text)
        if number == len(_POSTS) - 1:
            continue
        experience.share(experience=one, actor=manager)
        if answer:
            experience.assign(experience=one, owner=organisation, due_on=today + timedelta(days=14), actor=manager)
            experience.answer(experience=one, text=answer, actor=manager)
            experience.take_up(experience=one, is_faq=True, lesson=None, question="", actor=manager)


def _visit(people: list[User], manager: User, trainer: User) -> None:
    course = Course.objects.filter(kind=Course.Kind.VISIT).first()
    if course is None:
        return
    run = _held(course, trainer, people, 60, manager)
    visit = visits.save_visit(
        run=run, host="Trung tâm công tác xã hội tỉnh bạn (mẫu)",
        programme="Sáng: nghe giới thiệu mô hình nhóm tự lực. Chiều: xem góc tư vấn tại trạm y tế.",
        lessons="Nhóm tự lực gặp nhau đều vào một ngày cố định, có người dẫn là người trong nhóm. Góc tư vấn đặt ở trạm y tế nên "
        "không ai để ý người vào. Tài liệu để ở chỗ ai cũng lấy được mà không phải hỏi.",
        actor=manager,
    )  # fmt: skip
    own = people[0].memberships.order_by("starts_on").first().organisation
    visits.adopt(
        visit=visit, organisation=own, what="Đặt kệ tài liệu ở trạm y tế, ai cũng lấy được mà không phải hỏi",
        since=timezone.localdate() - timedelta(days=30), actor=manager,
    )  # fmt: skip
