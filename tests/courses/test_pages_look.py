"""The pages of the training on a phone: nothing scrolls sideways, axe finds nothing, in both themes."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from courses import snapshots
from courses.demo.package import demo_package
from courses.experience import post_experience, share
from courses.models import Batch, Requirement
from courses.packages import add_package
from people.roles import Role
from tests.courses.test_attendance import make_class, roll, trainees
from tests.courses.test_completion import answered
from tests.courses.test_register import issue_certificate
from tests.factories import make_duty, make_user, today


@pytest.mark.journey
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.looks
def test_pages_of_the_course_manager_fit_a_phone_and_satisfy_axe(site_frame, visit, enter, theme):
    manager, trainer = make_user(role=Role.COURSE_MANAGER), make_user(role=Role.TRAINER)
    people = trainees(3)
    run = make_class(manager, trainer, people)
    session = run.sessions.first()
    roll(session, trainer, people[:2], people[2:])
    roll(session, trainer, people[2:], way="sheet")
    long = make_user(name="Nguyễn Phúc Tôn Nữ Công Tằng Huyền Trân Ưỡng Bhling Thị Hoàng Ưng")
    paper = issue_certificate(
        holder=long, course=run.course, on=today(), signer="Giám đốc, Trần Văn Mẫu", actor=manager
    )
    batch = Batch.objects.create(course=run.course, on=today(), signer="Ký", actor=manager)
    shared = post_experience(
        author=people[0], kind="difficulty", title="Mùa rẫy khó mời bà con", text="Bà con ở nương."
    )
    share(experience=shared, actor=manager)
    trip = make_class(manager, trainer, people)
    trip.course.kind = "visit"
    trip.course.save()
    lesson = add_package(course=run.course, file=demo_package(), actor=manager)
    answered(run, *["Học xong làm được việc ngay, chỉ mong có thêm buổi thực hành ở xã."] * 5)
    words = run.survey_answers.first().pk
    duty = make_duty()
    make_user(role=Role.TRAINEE, area=people[0].memberships.get().area, duties=[duty], name=long.name)
    Requirement.objects.create(duty=duty, course=run.course, valid_from="2020-01-01")
    kept = snapshots.keep(area=manager.memberships.get().area, on=today(), purpose="Báo cáo năm (thử)", actor=manager)
    page = visit("/vi/", theme=theme)
    enter(page, manager)
    base = "/vi/khoa-hoc/"
    found = {}
    for path in (
        "", "lop/", "lop/moi/", f"lop/{run.pk}/", f"lop/{run.pk}/sua/", f"lop/{run.pk}/chuyen-can/",
        f"lop/{run.pk}/buoi/{session.pk}/", f"lop/{run.pk}/buoi/{session.pk}/ma/", "the-cua-toi/", "giay-cua-toi/",
        f"lop/{run.pk}/ket-qua/", f"lop/{run.pk}/loi/{words}/", "da-hoc/", "da-hoc/da-chot/", f"da-hoc/da-chot/{kept.pk}/",
        "cua-toi/", "giang-vien/", f"giang-vien/{trainer.pk}/", "chia-se/", "chia-se/moi/", f"chia-se/{shared.pk}/",
        "chia-se/hoi-dap/", "tham-quan/", f"tham-quan/{trip.pk}/", "xuat/",
        f"{run.course.code}/goi/", f"goi/{lesson.pk}/ket-qua/",
        "giay-chung-nhan/", "giay-chung-nhan/cap/", f"giay-chung-nhan/{paper.code}/", f"giay-chung-nhan/dot-cap/{batch.pk}/",
    ):  # fmt: skip
        page.goto(base + path)
        page.evaluate("document.querySelectorAll('details.card').forEach((one) => { one.open = true; })")
        wide = page.evaluate("document.documentElement.scrollWidth")
        wrong = [one["id"] for one in Axe().run(page).response["violations"]]
        if wide > 360 or wrong:
            found[path] = (wide, wrong)
    assert found == {}
