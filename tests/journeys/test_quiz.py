"""A test with the network switched off in mid-way, the tab killed and the phone's clock wrong; and from lesson to certificate."""

import time
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone

from courses import runs
from courses.models import Answer, Attempt, CourseRun, Grading, Question, QuestionVersion
from media import jobs
from media.models import Job
from people.roles import Role
from tests.courses.making import make_course
from tests.courses.quizzing import make_question, make_quiz, make_taker
from tests.factories import make_user
from tests.journeys.waiting import eventually

pytestmark = pytest.mark.journey


@pytest.fixture
def manager(site_frame):
    return make_user("quan-ly@thu.example", role=Role.COURSE_MANAGER)


@pytest.fixture
def quiz(manager):
    course = make_course(organiser=manager.memberships.get().organisation)
    questions = [make_question(manager, kind, organiser=course.organiser) for kind in ("single", "multiple", "short")]
    questions += [make_question(manager, organiser=course.organiser) for _ in range(3)]
    return make_quiz(manager, course, questions, minutes=20, grace_minutes=30)


def begin(page, run, quiz):
    page.goto(f"/vi/khoa-hoc/lop/{run.pk}/bai-kiem-tra/{quiz.pk}/")
    page.click("main form button.wide")
    page.wait_for_url("**/bai-lam/**")
    eventually(lambda: page.locator("#quiz[data-ready]").count())
    return Attempt.objects.get()


def choose(page, attempt, number: int):
    """Answers the `number`th question as it should be."""
    version = QuestionVersion.objects.select_related("question").get(pk=attempt.drawn[number])
    name = f"q{version.pk}"
    if version.question.kind == Question.Kind.SHORT:
        page.fill(f"[name={name}]", "111")
        page.locator(f"[name={name}]").blur()
    else:
        for option in version.content["options"]:
            if option["right"]:
                page.check(f"#{name}-{option['id']}")


def count(page) -> str:
    return page.locator("[data-count]").inner_text()


def test_the_network_goes_the_tab_is_killed_and_nothing_is_lost(visit, enter, manager, quiz):
    run, person = make_taker(manager, quiz)
    page = visit("/vi/")
    enter(page, person)
    attempt = begin(page, run, quiz)
    context = page.context
    for number in (0, 1):
        choose(page, attempt, number)
    eventually(lambda: count(page) == "2/6 câu đã nhận")
    eventually(
        lambda: page.evaluate("async () => (await caches.open('quiz-pages')).match(location.pathname).then(Boolean)")
    )
    context.set_offline(True)
    for number in (2, 3):
        choose(page, attempt, number)
    eventually(lambda: "Mất mạng" in page.locator("[data-line]").inner_text())
    assert count(page) == "2/6 câu đã nhận"
    # The tab is killed: no unload handler runs in a closed target, and nothing was sent.
    address = page.url
    page.close(run_before_unload=False)
    assert Answer.objects.values("version").distinct().count() == 2
    # Opened again, still without a connection: what was answered stands there, and it goes on.
    page = context.new_page()
    page.set_default_timeout(45_000)
    page.goto(address)
    eventually(lambda: page.locator("#quiz[data-ready]").count())
    eventually(lambda: page.locator("[data-state]", has_text="đã giữ trên máy").count() == 2)
    # The page was kept before any answer: what the server has already stands there all the same.
    assert count(page) == "2/6 câu đã nhận"
    assert page.locator("[data-state]", has_text="đã nhận").count() == 2
    choose(page, attempt, 4)
    eventually(lambda: page.locator("[data-state]", has_text="đã giữ trên máy").count() == 3)
    page.close()
    context.set_offline(False)
    page = context.new_page()
    page.goto(address)
    eventually(lambda: count(page) == "5/6 câu đã nhận")
    choose(page, attempt, 5)
    eventually(lambda: count(page) == "6/6 câu đã nhận")
    page.click("button[name=close]")
    page.wait_for_url("**/ket-qua/")
    assert page.locator(".big-number").inner_text() == "100 %"
    grading = Grading.objects.get()
    assert (grading.points, grading.out_of) == (6, 6)
    assert set(Answer.objects.values_list("standing", flat=True)) == {"in-time"}


def test_a_cut_answer_is_kept_once_handing_in_waits_and_a_late_one_is_marked(visit, enter, manager, quiz):
    run, person = make_taker(manager, quiz)
    page = visit("/vi/")
    enter(page, person)
    attempt = begin(page, run, quiz)
    cuts = []

    def cut(route):
        if len(cuts) < 2:
            cuts.append(route.fetch().status)
            return route.abort("connectionreset")
        return route.continue_()

    page.route("**/cau-tra-loi/", cut)
    choose(page, attempt, 0)
    eventually(lambda: count(page) == "1/6 câu đã nhận", 30)
    assert cuts == [200, 200]
    taps = list(Answer.objects.values_list("sequence", flat=True))
    assert len(taps) == len(set(taps))
    page.unroute("**/cau-tra-loi/")
    page.context.set_offline(True)
    choose(page, attempt, 1)
    page.on("dialog", lambda dialog: dialog.accept())
    page.click("button[name=close]")
    eventually(lambda: "Bạn đã nộp bài" in page.locator("[data-line]").inner_text())
    # Meanwhile the deadline goes by on the server; the phone says when it was answered.
    back = timedelta(minutes=21)
    moved = {
        "opened_at": attempt.opened_at - back,
        "deadline": attempt.deadline - back,
        "grace_until": attempt.grace_until - back,
    }
    Attempt.objects.filter(pk=attempt.pk).update(**moved)
    page.context.set_offline(False)
    page.wait_for_url("**/ket-qua/")
    assert "nhận muộn" in page.locator("main").inner_text()
    later = list(Answer.objects.order_by("sequence").values_list("standing", flat=True))[len(taps) :]
    assert later
    assert set(later) == {"late"}
    assert Grading.objects.get().points == 2


def test_a_wrong_clock_is_said_and_decides_nothing(visit, enter, manager, quiz):
    run, person = make_taker(manager, quiz)
    page = visit("/vi/")
    page.context.clock.install(time=timezone.now() - timedelta(minutes=47))
    enter(page, person)
    attempt = begin(page, run, quiz)
    choose(page, attempt, 0)
    eventually(lambda: page.locator("[data-clock]:not([hidden])").count())
    assert "chậm 47 phút" in page.locator("[data-clock]").inner_text()
    # On a slow machine the two taps of an answer are received one by one.
    received = Answer.objects.all()
    assert received
    assert {one.standing for one in received} == {"in-time"}
    assert all(one.elapsed < 60_000 for one in received)


def clock(page) -> str:
    return page.locator("[data-time]").inner_text()


def kept(page):
    eventually(
        lambda: page.evaluate("async () => (await caches.open('quiz-pages')).match(location.pathname).then(Boolean)")
    )


def test_time_runs_out_without_a_connection_and_the_page_says_what_becomes_of_it(visit, enter, manager, quiz):
    run, person = make_taker(manager, quiz)
    page = visit("/vi/")
    enter(page, person)
    attempt = begin(page, run, quiz)
    back = timedelta(minutes=19, seconds=40)
    moved = {name: getattr(attempt, name) - back for name in ("opened_at", "deadline", "grace_until")}
    Attempt.objects.filter(pk=attempt.pk).update(**moved)
    page.reload()
    eventually(lambda: page.locator("#quiz[data-ready]").count())
    kept(page)
    page.context.set_offline(True)
    choose(page, attempt, 0)
    eventually(lambda: page.locator("[data-state]", has_text="đã giữ trên máy").count() == 1)
    eventually(lambda: "Hết giờ" in clock(page))
    time.sleep(2.5)
    # It stays said, and nobody is told that they handed in what the time has ended.
    until = timezone.localtime(moved["grace_until"])
    assert f"vẫn được nhận đến {until:%H:%M, %d/%m}" in clock(page)
    assert "Bài tự nộp khi có mạng" in page.locator("[data-line]").inner_text()
    assert page.locator("fieldset[data-question]:disabled").count() == 6
    address = page.url
    page.close()
    page = page.context.new_page()
    page.goto(address)
    eventually(lambda: "Hết giờ" in clock(page))
    eventually(lambda: "Bài tự nộp khi có mạng" in page.locator("[data-line]").inner_text())
    later = {name: moment - timedelta(minutes=1) for name, moment in moved.items()}
    Attempt.objects.filter(pk=attempt.pk).update(**later)
    page.context.set_offline(False)
    page.wait_for_url("**/ket-qua/")
    assert set(Answer.objects.values_list("standing", flat=True)) == {"late"}


def test_a_phone_whose_clock_jumps_ahead_does_not_end_the_test(visit, enter, manager, quiz):
    run, person = make_taker(manager, quiz)
    page = visit("/vi/")
    enter(page, person)
    attempt = begin(page, run, quiz)
    choose(page, attempt, 0)
    eventually(lambda: count(page) == "1/6 câu đã nhận")
    kept(page)
    context, address = page.context, page.url
    context.set_offline(True)
    page.close()
    context.add_init_script("const now = Date.now; Date.now = () => now() + 2 * 36e5;")
    page = context.new_page()
    page.goto(address)
    eventually(lambda: "Có thể đã hết giờ" in clock(page))
    choose(page, attempt, 2)
    eventually(lambda: page.locator("[data-state]", has_text="đã giữ trên máy").count() == 1)
    assert not Attempt.objects.get().closed_at
    context.set_offline(False)
    eventually(lambda: "còn 19:" in clock(page))
    choose(page, attempt, 1)
    eventually(lambda: count(page) == "3/6 câu đã nhận")
    assert set(Answer.objects.values_list("standing", flat=True)) == {"in-time"}
    assert not Attempt.objects.get().closed_at


def test_from_the_lesson_to_the_certificate_without_a_sitting(visit, enter, manager):
    course = make_course(organiser=manager.memberships.get().organisation, title="Tiếp cận ban đầu")
    lesson = course.modules.get().lessons.get()
    small = [make_question(manager, organiser=course.organiser) for _ in range(2)]
    make_quiz(
        manager, course, small, purpose="lesson", lesson=lesson, title="Tự kiểm tra", feedback="once", is_paged=True
    )
    final = make_quiz(manager, course, small, title="Cuối khoá", is_required=True)
    run = runs.save_run(run=CourseRun(course=course, mode="self", seats=9), trainers=[], actor=manager)
    runs.announce(run=run, actor=manager)
    person = make_user("hoc-vien@thu.example", role=Role.TRAINEE)
    page = visit("/vi/khoa-hoc/")
    enter(page, person)
    page.goto("/vi/khoa-hoc/")
    page.click("text=Tiếp cận ban đầu")
    page.click("text=Bài 1")
    page.click("text=Tự học")
    page.click("text=Vào học ngay")
    page.goto(f"/vi/khoa-hoc/{course.code}/1/")
    page.click("text=Tự kiểm tra >> nth=-1")
    page.click("text=Bắt đầu làm bài")
    page.wait_for_url("**/bai-lam/**")
    eventually(lambda: page.locator("#quiz[data-ready]").count())
    attempt = Attempt.objects.get()
    for number in (0, 1):
        choose(page, attempt, number)
        page.locator("button[name=answer]:visible").click()
        eventually(lambda number=number: page.locator(f"#question-{number + 1} .chip.is-done:visible").count())
        if number == 0:
            page.click("text=Câu tiếp theo")
    page.click("button[name=close]")
    page.wait_for_url("**/ket-qua/")
    page.click("text=Về trang lớp")
    page.click("text=Cuối khoá")
    page.click("text=Bắt đầu làm bài")
    page.wait_for_url("**/bai-lam/**")
    eventually(lambda: page.locator("#quiz[data-ready]").count())
    attempt = Attempt.objects.get(quiz=final)
    for number in (0, 1):
        choose(page, attempt, number)
    page.click("button[name=close]")
    page.wait_for_url("**/ket-qua/")
    page.click("text=Về trang lớp")
    assert page.locator("text=Bạn đã hoàn thành khoá học").count()
    other = visit("/vi/")
    enter(other, manager)
    other.goto(f"/vi/khoa-hoc/lop/{run.pk}/chuyen-can/")
    other.fill("input[name=signer]", "Giám đốc, Trần Văn Mẫu")
    other.click("text=Cấp giấy chứng nhận >> nth=-1")
    other.wait_for_url("**/dot-cap/**")
    jobs.run(Job.objects.get(kind="certificates").pk)
    page.goto("/vi/khoa-hoc/giay-cua-toi/")
    assert "Tiếp cận ban đầu" in page.locator("main").inner_text()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.looks
def test_pages_of_tests_fit_a_phone_and_satisfy_axe(visit, enter, manager, theme):
    course = make_course(organiser=manager.memberships.get().organisation)
    every = make_quiz(manager, course, minutes=20)
    once = make_quiz(manager, course, list(every.questions.all()), is_paged=True, feedback="once")
    run, person = make_taker(manager, every)
    trainer_page = visit("/vi/", theme=theme)
    enter(trainer_page, manager)
    page = visit("/vi/", theme=theme)
    enter(page, person)
    attempt = begin(page, run, every)
    wrong = {}

    def look(one, path):
        if path:
            one.goto(path)
        one.evaluate("document.querySelectorAll('details.card').forEach((one) => { one.open = true; })")
        wide = one.evaluate("document.documentElement.scrollWidth")
        found = [row["id"] for row in Axe().run(one).response["violations"]]
        if wide > 360 or found:
            wrong[path or one.url] = (wide, found)

    look(page, "")
    choose(
        page,
        attempt,
        attempt.drawn.index(QuestionVersion.objects.get(pk__in=attempt.drawn, question__kind="single").pk),
    )
    page.on("dialog", lambda dialog: dialog.accept())
    page.click("button[name=close]")
    page.wait_for_url("**/ket-qua/")
    look(page, "")
    base = "/vi/khoa-hoc/"
    for path in (f"lop/{run.pk}/", f"lop/{run.pk}/bai-kiem-tra/{every.pk}/", f"lop/{run.pk}/bai-kiem-tra/{once.pk}/"):
        look(page, base + path)
    question = every.questions.first()
    for path in ("cau-hoi/", "cau-hoi/nhap/", "cau-hoi/moi/scenario/", f"cau-hoi/{question.pk}/", "bai-kiem-tra/",
                 f"bai-kiem-tra/{every.pk}/", f"bai-kiem-tra/{every.pk}/xem-truoc/", f"bai-tap/moi/?course={course.code}",
                 f"lop/{run.pk}/ket-qua/"):  # fmt: skip
        look(trainer_page, base + path)
    assert wrong == {}
