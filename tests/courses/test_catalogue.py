"""The catalogue and its lessons: what each reader finds, in which language, at what cost."""

import io
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from courses.demo.load import load_courses
from courses.models import Course, Lesson
from people.roles import Role
from tests.courses.making import make_course
from tests.factories import make_commune, make_duty, make_organisation, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def police():
    return make_duty("cong-an-thu")


@pytest.fixture
def closed(police):
    return make_course("chi-cong-an", title="Chỉ cho công an", is_restricted=True, duties=[police], lessons=2)


def test_catalogue_hides_what_is_unpublished_retired_or_restricted(client, closed):
    today = timezone.localdate()
    make_course("dang-mo", title="Khoá đang mở")
    make_course("chua-mo", title="Khoá chưa mở", published_on=None)
    make_course("mai-mo", title="Khoá mai mở", published_on=today + timedelta(days=1))
    make_course("da-thoi", title="Khoá đã thôi", retired_on=today)
    html = client.get("/vi/khoa-hoc/").content.decode()
    shown = [t for t in ("đang mở", "chưa mở", "mai mở", "đã thôi", "Chỉ cho công an") if t in html]
    assert shown == ["đang mở"]


def test_restricted_course_is_for_its_duty_and_the_staff_of_training(client, police, closed):
    commune, other = make_commune("Xã Một"), make_commune("Xã Hai")
    owner = make_user(role=Role.TRAINEE, area=commune, duties=[police])
    peer = make_user(role=Role.TRAINEE, area=other, duties=[make_duty("khac-thu")])
    former = make_user(role=Role.TRAINEE, area=commune, duties=[police], ends_on=timezone.localdate())
    staff = make_user(role=Role.COURSE_MANAGER)
    answers = {}
    for name, user in {"owner": owner, "peer": peer, "former": former, "staff": staff}.items():
        client.force_login(user)
        answers[name] = [client.get(f"/vi/khoa-hoc/chi-cong-an/{end}").status_code for end in ("", "1/", "2/", "3/")]
    client.logout()
    answers["outsider"] = [client.get(f"/vi/khoa-hoc/chi-cong-an/{end}").status_code for end in ("", "1/")]
    assert answers == {
        "owner": [200, 200, 200, 404],
        "peer": [404, 404, 404, 404],
        "former": [404, 404, 404, 404],
        "staff": [200, 200, 200, 404],
        "outsider": [404, 302],
    }


def test_search_takes_words_without_marks_and_the_kind(client):
    make_course("mot", title="Gặp gỡ lần đầu")
    make_course("hai", title="Gặp gỡ về luật", kind="law")
    html = client.get("/vi/khoa-hoc/?q=gap+go&kind=law").content.decode()
    assert ("Gặp gỡ về luật" in html, "Gặp gỡ lần đầu" in html) == (True, False)
    assert "Không có khoá nào khớp" in client.get("/vi/khoa-hoc/?q=khong-co-that").content.decode()


def test_untranslated_lesson_says_so_and_declares_vietnamese(client):
    make_course("mot")
    client.force_login(make_user())
    html = client.get("/en/courses/mot/1/").content.decode()
    assert "not translated yet" in html
    assert '<div lang="vi" class="stack">' in html
    Lesson.objects.update(body_en=[{"type": "text", "value": "<p>Read well.</p>"}])
    html = client.get("/en/courses/mot/1/").content.decode()
    assert '<div lang="en" class="stack">' in html
    assert "not translated yet" not in html


def test_pages_cost_the_same_for_one_course_and_for_many(client, django_assert_max_num_queries):
    make_course("mot", lessons=1)
    client.force_login(make_user(role=Role.TRAINEE))
    client.get("/vi/khoa-hoc/")
    for wanted in ("", "mot/", "mot/1/"):
        with django_assert_max_num_queries(12) as few:
            client.get(f"/vi/khoa-hoc/{wanted}")
        make_course(lessons=3)
        with django_assert_max_num_queries(len(few.captured_queries)):
            client.get(f"/vi/khoa-hoc/{wanted}")


def test_demo_has_the_seven_courses_of_the_plan_and_every_lesson_opens(client):
    load_courses(organiser=make_organisation(kind="department"))
    call_command("load_course_demo", stdout=(said := io.StringIO()))
    assert "already" in said.getvalue()
    assert sorted(Course.objects.values_list("kind", flat=True)) == ["law", *["skills"] * 4, "trainers", "visit"]
    client.force_login(make_user(role=Role.COURSE_MANAGER))
    for course in Course.objects.all():
        count = Lesson.objects.filter(module__course=course).count()
        for number in range(1, count + 1):
            page = client.get(f"/vi/khoa-hoc/{course.code}/{number}/")
            assert page.status_code == 200
            assert len(page.content) < 50_000
        assert count >= 1
    assert all(
        "giả định" in str(lesson.body) for lesson in Lesson.objects.all() if "'case'" in str(lesson.body.raw_data)
    )
