"""A course that was kept is read without a connection, on the phone of its reader alone; a second tap sends nothing twice."""

import re
import time
from datetime import timedelta

import pytest
from django.utils import timezone

from courses.models import CourseRun, Mark, Reading
from people.roles import Role
from tests.courses.making import make_course
from tests.courses.test_runs import enrol, make_run
from tests.factories import make_commune, make_user
from tests.journeys.waiting import eventually

pytestmark = pytest.mark.journey


def said(page) -> str:
    return page.locator("[data-keep-said]").inner_text()


def with_kept_course(visit, enter):
    """The page of a course with two lessons that its reader keeps."""
    make_course("mot", lessons=2, title="Khoá giữ lại")
    page = visit("/vi/")
    enter(page, make_user(role=Role.TRAINEE))
    page.goto("/vi/khoa-hoc/mot/")
    page.click("[data-keep-add]")
    eventually(lambda: "Máy này giữ 2 bài học" in said(page))
    return page


def test_kept_lessons_open_without_a_connection_until_sign_out(visit, enter, site_frame):
    page = with_kept_course(visit, enter)
    # Kept is not read: nobody has opened a lesson yet.
    assert Reading.objects.count() == 0
    page.context.set_offline(True)
    page.goto("/vi/khoa-hoc/mot/")
    page.click(".lessons a >> nth=0")
    assert page.locator("h1").inner_text() == "Bài 1"
    assert page.evaluate("getComputedStyle(document.querySelector('.safety')).position") == "sticky"
    page.click("main nav a >> nth=-1")
    assert page.locator("h1").inner_text() == "Bài 2"
    page.context.set_offline(False)
    page.goto("/vi/khoa-hoc/mot/")
    assert "Máy này giữ 2 bài học" in said(page)
    page.click("[data-keep-remove]")
    eventually(lambda: "Đã bỏ khỏi máy này" in said(page))
    kept = "async () => (await (await caches.open('lesson-pages')).keys()).map((one) => new URL(one.url).pathname)"
    assert page.evaluate(kept) == ["/person"]
    page.click("[data-keep-add]")
    eventually(lambda: "Máy này giữ 2 bài học" in said(page))
    page.click("details.drop:has(form) summary")
    page.click("details.drop form button")
    page.wait_for_url(lambda url: "/khoa-hoc/" not in url)
    eventually(lambda: not page.evaluate("caches.has('lesson-pages')"))


def test_whoever_signs_in_next_finds_nothing_of_the_one_before(visit, enter, site_frame):
    page = with_kept_course(visit, enter)
    # The session ends without a sign-out.
    page.context.clear_cookies()
    page.goto("/vi/")
    kept = "async () => (await (await caches.open('lesson-pages')).keys()).length"
    assert page.evaluate(kept) > 2
    enter(page, make_user(role=Role.TRAINEE))
    eventually(lambda: page.evaluate(kept) == 0)


def test_a_roll_call_opens_again_without_a_connection(visit, enter, site_frame):
    trainer = make_user(role=Role.TRAINER)
    manager = make_user(role=Role.COURSE_MANAGER)
    run = make_run(manager, trainers=[trainer])
    enrol(run, make_user(role=Role.TRAINEE, area=make_commune("Xã Một")), manager)
    run.sessions.update(starts_at=timezone.now(), ends_at=timezone.now() + timedelta(hours=2))
    page = visit("/vi/")
    enter(page, trainer)
    address = f"/vi/khoa-hoc/lop/{run.pk}/buoi/{run.sessions.first().pk}/"
    page.goto(address)
    kept = "async () => (await caches.open('lesson-pages')).match(location.pathname).then(Boolean)"
    eventually(lambda: page.evaluate(kept))
    page.context.set_offline(True)
    page.check("input[name=present]")
    page.close(run_before_unload=False)
    page = page.context.new_page()
    page.goto(address)
    assert page.locator("#roll-count").inner_text() == "có mặt 1 trên 1"
    page.click("#roll button.wide")
    eventually(lambda: "Chưa có mạng" in page.locator("#roll-note").inner_text())
    assert Mark.objects.count() == 0
    page.context.set_offline(False)
    eventually(lambda: "Đã nhận: 1 người có mặt" in page.locator("#roll-note").inner_text())
    assert list(Mark.objects.values_list("present", flat=True)) == [True]


def test_a_second_tap_makes_no_second_class(visit, enter, site_frame):
    manager = make_user(role=Role.COURSE_MANAGER)
    make_course("mot", organiser=manager.memberships.get().organisation)
    page = visit("/vi/")
    enter(page, manager)
    page.goto("/vi/khoa-hoc/lop/moi/?course=mot")
    page.fill("[name=place]", "Hội trường")
    page.evaluate("for (const n of [1, 2]) document.querySelector('main form button.wide').click()")
    page.wait_for_url(re.compile(r"/khoa-hoc/lop/\d+/$"))
    time.sleep(1)
    assert CourseRun.objects.count() == 1
