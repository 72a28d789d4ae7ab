"""A person's own training: what must be done by when, reading on, classes, history, all that is kept, and corrections."""

import inspect
import io
import json
import re
import zipfile
from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.translation import override

from courses import attempts, experience, my_data, runs
from courses.certificates import issue_certificate, revoke_certificate
from courses.home import everything, stopped, to_do
from courses.models import CourseRun, Question, Reading, Requirement
from people.my_data import kept_about
from people.roles import Role
from tests.courses.making import make_course
from tests.courses.quizzing import make_quiz, make_taker, take
from tests.courses.test_attendance import make_class, roll
from tests.factories import make_commune, make_duty, make_user, today

pytestmark = pytest.mark.django_db
PAGE = "/vi/khoa-hoc/cua-toi/"


@pytest.fixture
def manager():
    return make_user(role=Role.COURSE_MANAGER)


@pytest.fixture
def duty():
    return make_duty("ho-tro", name="Hỗ trợ người trở về")


@pytest.fixture
def officer(duty):
    return make_user(
        role=Role.TRAINEE,
        area=make_commune("Xã Một"),
        duties=[duty],
        starts_on=today() - timedelta(days=300),
        name="Hoa Mẫu",
    )


def ask(duty, code, **fields):
    course = make_course(code, title=code.title(), validity_months=12)
    Requirement.objects.create(duty=duty, course=course, valid_from=today() - timedelta(days=500), **fields)
    return course


def future_class(course, manager, days=10, seats=5):
    run = runs.save_run(run=CourseRun(course=course, seats=seats, place="Hội trường"), trainers=[], actor=manager)
    starts = timezone.now() + timedelta(days=days)
    runs.add_session(run=run, starts_at=starts, ends_at=starts + timedelta(hours=3), actor=manager)
    return runs.announce(run=run, actor=manager)


def test_what_must_be_done_is_named_by_its_day_with_the_next_class(client, officer, duty, manager):
    late, later = ask(duty, "luat", within_months=6), ask(duty, "tiep-can", within_months=24)
    done, ending = ask(duty, "ho-so"), ask(duty, "nhan-dien")
    issue_certificate(holder=officer, course=done, on=today(), signer="Ký", actor=manager)
    issue_certificate(holder=officer, course=ending, on=today() - timedelta(days=320), signer="Ký", actor=manager)
    future_class(late, manager, days=20)
    run = future_class(late, manager, days=10)
    future_class(late, manager, days=5, seats=1)
    found = to_do(officer)
    assert [(one.course, one.overdue) for one in found] == [(late, True), (ending, False), (later, False)]
    assert next(one.run and one.run.first.date() for one in found) == min(
        one.first.date() for one in CourseRun.objects.with_a_free_seat()
    )
    client.force_login(officer)
    html = client.get(PAGE).content.decode()
    assert html.index("Luat") < html.index("Nhan-Dien") < html.index("Tiep-Can")
    assert "Ho-So" not in html
    assert "quá hạn" in html
    assert f"/vi/khoa-hoc/lop/{run.pk}/" not in html


def test_revoked_certificate_makes_the_course_due_again(officer, duty, manager):
    course = ask(duty, "luat")
    paper = issue_certificate(holder=officer, course=course, on=today(), signer="Ký", actor=manager)
    assert to_do(officer) == []
    revoke_certificate(certificate=paper, reason="Cấp nhầm", actor=manager)
    assert [one.course for one in to_do(officer)] == [course]


def test_reading_goes_on_after_the_lesson_opened_last(client, officer):
    course = make_course("bai", lessons=3)
    client.force_login(officer)
    for _again in range(2):
        client.get("/vi/khoa-hoc/bai/1/")
    assert [(one.number, one.read, one.count) for one in stopped(officer)] == [(2, 1, 3)]
    assert 'href="/vi/khoa-hoc/bai/2/"' in client.get(PAGE).content.decode()
    client.get("/vi/khoa-hoc/bai/2/")
    client.get("/vi/khoa-hoc/bai/3/")
    assert Reading.objects.count() == 3
    assert stopped(officer) == []
    assert stopped(make_user()) == []
    assert course.title


def test_classes_history_and_what_a_trainer_teaches(client, officer, manager):
    trainer = make_user(role=Role.TRAINER)
    run = make_class(manager, trainer, [officer])
    first, second = run.sessions.all()
    roll(first, trainer, [officer])
    roll(second, trainer, [], [officer])
    coming = future_class(make_course("sap-toi"), manager)
    runs.save_run(run=coming, trainers=[trainer], actor=manager)
    client.force_login(officer)
    html = client.get(PAGE).content.decode()
    assert "1 / 2" in html
    assert f"/vi/khoa-hoc/lop/{coming.pk}/" not in html
    client.force_login(trainer)
    html = client.get(PAGE).content.decode()
    assert f"/vi/khoa-hoc/lop/{coming.pk}/" in html
    assert "Lớp tôi dạy" in html


def test_home_costs_the_same_for_much_and_for_little(client, officer, duty, manager, django_assert_max_num_queries):
    trainer = make_user(role=Role.TRAINER)
    client.force_login(officer)

    def fill(number):
        future_class(ask(duty, f"them-{number}"), manager)
        make_class(manager, trainer, [officer])
        make_course(f"doc-{number}", lessons=2)
        client.get(f"/vi/khoa-hoc/doc-{number}/1/")

    fill(0)
    with django_assert_max_num_queries(22) as few:
        client.get(PAGE)
    cost = len(few)
    for number in (1, 2, 3):
        fill(number)
    with django_assert_max_num_queries(cost):
        html = client.get(PAGE).content.decode()
    assert "Them-3" in html
    assert html.count('-3/2/"') == 1


def test_people_of_the_training_land_at_their_own_page(client, officer):
    from tests.factories import PASSWORD

    answer = client.post("/accounts/login/", {"login": officer.email, "password": PASSWORD})
    assert answer["Location"] == PAGE


def test_zip_holds_all_about_me_and_nobody_else(client, officer, manager):
    other = make_user(role=Role.TRAINEE, area=make_commune("Xã Hai"), email="khac@thu.example", name="Người Khác")
    trainer = make_user(role=Role.TRAINER)
    run = make_class(manager, trainer, [officer, other])
    roll(run.sessions.first(), trainer, [officer, other])
    for who in (officer, other):
        issue_certificate(holder=who, course=run.course, on=today(), signer="Ký", actor=manager)
        experience.post_experience(author=who, kind="practice", title=f"Cách của {who.pk}", text="Đến tận nương.")
    client.force_login(officer)
    client.get(f"/vi/khoa-hoc/{run.course.code}/1/")
    answer = client.get("/vi/khoa-hoc/cua-toi/du-lieu.zip")
    assert answer["Cache-Control"] == "private, no-store"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as folder:
        assert folder.namelist() == ["README.txt", "my-data.html", "my-data.json"]
        assert "Hoa Mẫu" in folder.read("README.txt").decode()
        page = folder.read("my-data.html").decode()
        text = folder.read("my-data.json").decode()
    said = json.loads(text)
    assert said["email"] == officer.email
    # The page is for reading: words and days as people here write them, no codes, nobody else.
    assert f"{today():%d/%m/%Y}" in page
    assert "<dt>Cách điểm danh</dt><dd>gọi tên</dd>" in page
    assert not re.search(r"booked|\d{4}-\d{2}-\d{2}|>roll<", page)
    assert "Người Khác" not in page
    assert "Người Khác" not in text
    assert "khac@thu.example" not in text
    training = said["training"]
    assert {name: len(rows) for name, rows in training.items()} == {
        "enrolments": 1, "attendance": 1, "tests": 0, "assignments": 0, "surveys": 0, "certificates": 1,
        "lessons_read": 1, "interactive_lessons": 0,
        "classes_taught": 0, "fields": 0,
        "languages": 0, "difficulties_and_practices": 1,
    }  # fmt: skip
    assert [row["state"] for row in training["enrolments"][0]["history"]] == ["nominated", "booked"]
    client.logout()
    assert client.get("/vi/khoa-hoc/cua-toi/du-lieu.zip").status_code == 302


def test_zip_holds_my_tests_and_what_i_handed_in(client, manager):
    from tests.courses.test_completion import hand, make_assignment

    quiz = make_quiz(manager)
    run, person = make_taker(manager, quiz)
    take(quiz, run, person)
    work = make_assignment(manager, quiz.course)
    hand(work, run, person, "Tôi sẽ gọi 111.")
    hand(work, run, make_taker(manager, quiz, run)[1], "Việc của người khác.")
    training = everything(person)["training"]
    (test,), (paper,) = training["tests"], training["assignments"]
    assert (test["test"], len(test["answers"]), len(test["points"])) == ("Bài thử", 7, 1)
    assert all(one["question"] for one in test["answers"])
    assert (paper["assignment"], paper["text"], paper["marks"]) == ("Bài tập", "Tôi sẽ gọi 111.", [])


def test_a_test_whose_time_is_over_is_not_offered_to_go_on_with(client, manager):
    quiz = make_quiz(manager, minutes=20, grace_minutes=60)
    run, person = make_taker(manager, quiz)
    opened = attempts.open_attempt(quiz=quiz, run=run, user=person)
    client.force_login(person)
    assert "hết giờ" not in client.get(PAGE).content.decode()
    for name in ("opened_at", "deadline", "grace_until"):
        setattr(opened, name, getattr(opened, name) - timedelta(minutes=21))
    opened.save()
    assert "hết giờ; mở ra để gửi câu còn chờ" in client.get(PAGE).content.decode()


def test_every_value_of_the_zip_has_a_word_on_its_page():
    """A new value that nobody named would stand on a Vietnamese page in English."""
    source = inspect.getsource(everything) + inspect.getsource(kept_about)
    assert set(re.findall(r'"(\w+)": ', source)) - set(my_data.WORDS) == set()


def test_a_choice_stands_in_the_zip_in_words(manager):
    quiz = make_quiz(manager)
    run, person = make_taker(manager, quiz)
    take(quiz, run, person)
    with override("vi"):
        (test,) = everything(person)["training"]["tests"]
    options = Question.objects.get(kind="single").versions.get().content["options"]
    said = [one["answer"] for one in test["answers"]]
    assert next(one["text"] for one in options if one["right"]) in said
    assert "sai" in said


def test_zip_forgets_no_kind_of_record_about_a_person():
    """A table that names a person stands in the file, or here with the reason why not."""
    from django.apps import apps

    from people.models import User

    told = {
        "enrolment", "mark", "certificate", "reading", "tracking", "surveyticket", "trainerprofile", "experience",
    }  # fmt: skip
    # The certificate it led to, or the person sees it on the certificate's page; refusals say nothing about a person.
    left_out = {"batchentry"}
    about = {
        model._meta.model_name
        for model in apps.get_app_config("courses").get_models()
        for one in model._meta.get_fields()
        if one.is_relation and one.concrete and one.related_model is User and one.name in ("user", "holder", "author")
    }
    assert about == told | left_out
