"""A course that was kept is read without a connection, on the phone of its reader alone; a second tap sends nothing twice."""

import json
import re
import subprocess
import time
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone
from wagtail.documents import get_document_model

from courses.models import CourseRun, Lesson, Mark, Reading
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


def test_short_recordings_are_kept_and_heard_from_any_second_without_a_connection(visit, enter, site_frame, tmp_path):
    def recording(name: str, seconds: int) -> dict:
        path = tmp_path / name
        subprocess.run(
            ["ffmpeg", "-v", "error", "-f", "lavfi", "-i", f"sine=f=300:d={seconds}", "-ac", "1", "-b:a", "64k", path],
            check=True,
        )
        sound = get_document_model().objects.create(title=name, file=ContentFile(path.read_bytes(), name=name))
        return {"type": "audio", "value": {"title": name, "sound": sound.pk, "transcript": "Chào bạn."}}

    course = make_course("nghe", lessons=1)
    lesson = Lesson.objects.get(module__course=course)
    lesson.body = json.dumps([recording("ngan.mp3", 20), recording("dai.mp3", 400)])
    lesson.save()
    page = visit("/vi/")
    enter(page, make_user(role=Role.TRAINEE))
    page.goto("/vi/khoa-hoc/nghe/")
    # 20 s at 64 kb/s; what is longer than 2 MB is not counted.
    assert "Kèm 161 kB bản ghi âm ngắn" in page.locator("[data-keep]").inner_text()
    page.click("[data-keep-add]")
    eventually(lambda: "Máy này giữ 1 bài học" in said(page))
    page.context.set_offline(True)
    page.goto("/vi/khoa-hoc/nghe/1/")
    assert page.locator("text=Cần có mạng").count() == 1
    heard = """async () => {
      const sound = document.querySelector("audio");
      sound.muted = true;
      sound.currentTime = 15;
      await sound.play();
      await new Promise((go) => setTimeout(go, 700));
      return [Math.round(sound.duration), sound.currentTime > 15 && sound.currentTime < 18];
    }"""
    assert page.evaluate(heard) == [20, True]
    parts = """async () => {
      const path = document.querySelector("audio source").src;
      const kept = await (await caches.open("lesson-pages")).match(path);
      return (await kept.blob()).size > 100000;
    }"""
    assert page.evaluate(parts)
    page.context.set_offline(False)
    page.goto("/vi/khoa-hoc/nghe/")
    page.click("[data-keep-remove]")
    eventually(lambda: "Đã bỏ khỏi máy này" in said(page))
    kept = "async () => (await (await caches.open('lesson-pages')).keys()).map((one) => new URL(one.url).pathname)"
    assert page.evaluate(kept) == ["/person"]


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
