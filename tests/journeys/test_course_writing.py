"""A course manager makes a course with a module and a lesson in /cms/ and sees it as a trainee does."""

import os

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse

from courses import writing
from courses.models import Course, Lesson
from people.roles import Role
from tests.courses.making import make_course
from tests.factories import make_organisation, make_user

pytestmark = pytest.mark.journey


def complaints(page, context: str) -> list[tuple]:
    found = Axe().run(page, context=context).response["violations"]
    return [(rule["id"], node["html"][:160]) for rule in found for node in rule["nodes"]]


def shot(page, name: str) -> None:
    """For looking at, where LOOK names a folder."""
    if folder := os.environ.get("LOOK"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def test_a_course_manager_writes_a_course_and_a_trainee_reads_it(site_frame, visit, enter):
    manager, trainee = make_user(role=Role.COURSE_MANAGER), make_user(role=Role.TRAINEE)
    page = visit("/vi/", width=1280, height=900)
    enter(page, manager)
    page.goto(reverse("wagtailadmin_home"))
    shot(page, "home")
    page.get_by_role("link", name="Viết khoá học mới").click()
    page.fill("#id_title", "Lắng nghe trước, hỏi sau")
    page.fill("#id_summary", "Cho cán bộ tiếp nhận: gặp lần đầu mà không hỏi dồn.")
    page.select_option("#id_kind", "skills")
    page.fill("#id_hours", "4")
    shot(page, "course-new")
    page.locator("#w-editor-form footer [type=submit]").last.click()
    page.wait_for_url("**/cms/courses/*/")
    course = Course.objects.get(code="lang-nghe-truoc-hoi-sau")
    assert course.published_on is None
    page.get_by_label("Tên chuyên đề mới").fill("Buổi gặp đầu tiên")
    page.get_by_role("button", name="Thêm chuyên đề").click()
    page.get_by_label("Tên bài mới").fill("Ngồi xuống và lắng nghe")
    page.get_by_role("button", name="Viết bài").click()
    page.wait_for_url("**/lessons/edit/*/")
    lesson = Lesson.objects.get()
    page.locator(
        "[data-contentpath=body] [data-streamfield-child-add], [data-contentpath=body] .c-sf-add-button"
    ).first.click()
    page.get_by_role("option", name="cần nhớ").click()
    page.locator("[data-contentpath=body] textarea").last.fill("Im lặng cũng là một câu trả lời.")
    shot(page, "lesson-edit")
    page.locator("footer [data-w-dropdown-target=toggle]").first.click()
    page.locator("[name=action-publish]").click()
    page.wait_for_url("**/cms/courses/*/")
    lesson.refresh_from_db()
    assert lesson.live
    shot(page, "outline")
    reader = visit("/vi/")
    enter(reader, trainee)
    assert reader.goto("/vi/khoa-hoc/lang-nghe-truoc-hoi-sau/").status == 404
    page.get_by_role("button", name="Đưa vào danh mục").click()
    reader.goto("/vi/khoa-hoc/lang-nghe-truoc-hoi-sau/")
    reader.get_by_role("link", name="Ngồi xuống và lắng nghe").click()
    assert "Im lặng cũng là một câu trả lời." in reader.inner_text("main")
    page.get_by_role("link", name="Xem như học viên").click()
    page.get_by_role("link", name="Ngồi xuống và lắng nghe").click()
    assert "Im lặng cũng là một câu trả lời." in page.inner_text("main")


@pytest.mark.parametrize(
    ("width", "theme", "language"), [(360, "light", "vi"), (1280, "dark", "vi"), (1280, "light", "en")]
)
@pytest.mark.looks
def test_the_pages_for_writing_are_accessible_and_fit(site_frame, visit, enter, width, theme, language):
    manager = make_user(role=Role.COURSE_MANAGER, language=language)
    course = make_course(
        organiser=make_organisation(), lessons=2, title="Gặp gỡ lần đầu và lắng nghe người trở về địa phương"
    )
    course.modules.update(
        title="Một chuyên đề có tên rất dài để thử xem các nút có còn vừa trên màn hình nhỏ hay không"
    )
    writing.add_module(course=course, title="Phần còn trống", actor=manager)
    lesson = Lesson.objects.first()
    lesson.title = "Bài đang sửa"
    lesson.save_revision(user=manager)
    writing.add_lesson(module=lesson.module, title="Nháp", actor=manager)
    page = visit("/vi/", width=width, height=900, theme=theme)
    enter(page, manager)
    pages = [
        ("wagtailadmin_home", [], ".bench"), ("course_outline", [course.pk], ".bench"),
        ("course_register:list", [], ".bench-cell"),
        ("course_register:edit", [course.pk], "[data-contentpath=title]"),
        ("lesson_register:edit", [lesson.pk], "[data-contentpath=minutes]"),
    ]  # fmt: skip
    found = {}
    for name, args, ours in pages:
        page.goto(reverse(name, args=args))
        shot(page, f"{name.replace(':', '-')}-{width}-{theme}-{language}")
        found[name] = complaints(page, ours)
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, (name, wide)
    assert {name: said for name, said in found.items() if said} == {}


def test_the_editor_shows_the_lesson_beside_as_trainees_will_see_it(site_frame, visit, enter):
    manager = make_user(role=Role.COURSE_MANAGER)
    make_course(organiser=make_organisation())
    page = visit("/vi/", width=1280, height=900)
    enter(page, manager)
    page.goto(reverse("lesson_register:edit", args=[Lesson.objects.get().pk]))
    page.locator("[data-side-panel-toggle=preview]").click()
    frame = page.frame_locator("[data-preview-iframe], .w-preview__iframe iframe, iframe[title]").first
    frame.locator("h1").wait_for()
    shot(page, "preview")
    assert frame.locator("h1").inner_text() == "Bài 1"
