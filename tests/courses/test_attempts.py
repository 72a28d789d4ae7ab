"""Taking a test: nothing is lost, nothing counts twice, time is the server's, and nobody sees another's answers."""

import json
import threading
import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from core.errors import DomainError
from courses import attempts, bank
from courses.models import Answer, Attempt, CourseRun, Grading, QuestionVersion, QuizWindow
from courses.questions import content_from
from media import jobs
from media.models import Job
from people.roles import Role
from tests.courses.quizzing import (
    LINES,
    RIGHT,
    answer_all,
    fields_for,
    given,
    make_competency,
    make_question,
    make_quiz,
    make_taker,
    move,
    take,
)
from tests.factories import make_user


@pytest.fixture
def manager(db):
    return make_user(role=Role.COURSE_MANAGER)


def send(client, attempt, sent, **more):
    rows = [
        {"id": str(one.id), "version": one.version, "sequence": one.sequence, "elapsed": one.elapsed,
         "at": "2020-01-01T00:00:00Z", "fields": [[name, v] for name, values in one.fields.items() for v in values]}
        for one in sent
    ]  # fmt: skip
    body = json.dumps({"answers": rows} | more)
    return client.post(f"/vi/khoa-hoc/bai-lam/{attempt.pk}/cau-tra-loi/", body, content_type="application/json")


def one_right(attempt, number=0, **more):
    version = QuestionVersion.objects.select_related("question").get(pk=attempt.drawn[number])
    return given(version.pk, fields_for(version, RIGHT[version.question.kind]), **more)


def test_a_whole_test_is_opened_answered_and_marked(manager):
    quiz = make_quiz(manager)
    run, person = make_taker(manager, quiz)
    attempt = take(quiz, run, person)
    grading = attempt.gradings.get()
    assert (grading.points, grading.out_of, grading.graded.count()) == (7, 7, 7)
    assert {one.standing for one in attempt.answers.all()} == {"in-time"}
    half = take(quiz, run, person, right=3)
    assert (half.number, half.gradings.get().points) == (2, 3)


def test_an_answer_sent_again_is_one_answer_and_the_highest_sequence_counts(
    client, manager, django_assert_max_num_queries
):
    quiz = make_quiz(manager)
    run, person = make_taker(manager, quiz)
    attempt = attempts.open_attempt(quiz=quiz, run=run, user=person)
    assert attempts.open_attempt(quiz=quiz, run=run, user=person) == attempt
    client.force_login(person)
    first = one_right(attempt, sequence=5)
    version = QuestionVersion.objects.select_related("question").get(pk=first.version)
    older = given(version.pk, fields_for(version, RIGHT[version.question.kind]), sequence=2)
    for _ in range(3):
        said = send(client, attempt, [first]).json()
    assert (said["answered"], said["total"], said["received"]) == (1, 7, {str(first.id): "in-time"})
    with django_assert_max_num_queries(9):
        assert send(client, attempt, [older]).json()["answered"] == 1
    assert Answer.objects.count() == 2
    cleared = given(first.version, {}, sequence=6)
    assert send(client, attempt, [cleared]).json()["answered"] == 0


def test_a_limit_counts_by_the_server_and_the_steady_clock_decides_in_the_grace(manager):
    quiz = make_quiz(manager, minutes=20, grace_minutes=30)
    run, person = make_taker(manager, quiz)
    attempt = attempts.open_attempt(quiz=quiz, run=run, user=person)
    assert attempt.deadline - attempt.opened_at == timedelta(minutes=20)
    move(attempt, minutes=35)
    in_time, after = one_right(attempt, 0, elapsed=19 * 60_000), one_right(attempt, 1, elapsed=21 * 60_000)
    _attempt, receipt = attempts.receive(attempt=attempt.pk, user=person, answers=[in_time, after])
    assert receipt.received == {str(in_time.id): "late", str(after.id): "too-late"}
    assert receipt.answered == 1
    move(attempt, minutes=20)
    late = one_right(attempt, 2, elapsed=60_000)
    _attempt, receipt = attempts.receive(attempt=attempt.pk, user=person, answers=[late], close=True)
    assert (receipt.received, receipt.answered) == ({str(late.id): "too-late"}, 1)
    # Kept all the same, for whoever looks into it.
    assert Answer.objects.filter(attempt=attempt).count() == 3
    assert Grading.objects.get().points == 1


def test_a_clock_that_runs_ahead_is_set_back_and_the_time_of_day_is_only_kept(client, manager):
    quiz = make_quiz(manager, minutes=20)
    run, person = make_taker(manager, quiz)
    attempt = attempts.open_attempt(quiz=quiz, run=run, user=person)
    client.force_login(person)
    said = send(client, attempt, [one_right(attempt, elapsed=10**9)]).json()
    assert list(said["received"].values()) == ["in-time"]
    answer = Answer.objects.get()
    assert answer.elapsed < 60_000
    assert answer.client_time.year == 2020
    assert abs(said["now"] / 1000 - timezone.now().timestamp()) < 60


def test_attempts_whose_time_is_over_are_closed_and_marked_by_the_clock(manager):
    quiz = make_quiz(manager, minutes=10, grace_minutes=15, attempts_allowed=2)
    run, person = make_taker(manager, quiz)
    attempt = attempts.open_attempt(quiz=quiz, run=run, user=person)
    answer_all(attempt, person, right=2, close=False)
    move(attempt, minutes=24)
    assert attempts.close_due() == 0
    move(attempt, minutes=2)
    assert (attempts.close_due(), attempts.close_due()) == (1, 0)
    assert Grading.objects.get().points == 2
    sent = one_right(attempt, 4, elapsed=1)
    assert attempts.receive(attempt=attempt.pk, user=person, answers=[sent])[1].received == {str(sent.id): "too-late"}
    assert attempts.open_attempt(quiz=quiz, run=run, user=person).number == 2


def test_a_draw_is_seeded_recorded_and_takes_from_every_competency(manager):
    course_quiz = make_quiz(manager)
    questions = [
        make_question(manager, organiser=course_quiz.course.organiser, competency=make_competency(f"nang-luc-{n % 4}"))
        for n in range(20)
    ]
    quiz = make_quiz(manager, course_quiz.course, questions, draw=8)
    run, person = make_taker(manager, quiz)
    drawn = [attempts.draw(quiz, seed) for seed in (1, 1, 2)]
    assert drawn[0] == drawn[1] != drawn[2]
    skills = QuestionVersion.objects.filter(pk__in=drawn[0]).values_list("question__competency", flat=True)
    assert sorted(list(skills).count(one) for one in set(skills)) == [2, 2, 2, 2]
    attempt = attempts.open_attempt(quiz=quiz, run=run, user=person)
    assert attempt.drawn == attempts.draw(quiz, attempt.seed)


def test_who_may_begin_and_when(manager):
    quiz = make_quiz(manager, attempts_allowed=1)
    run, person = make_taker(manager, quiz)
    outsider = make_user(role=Role.TRAINEE)
    with pytest.raises(DomainError):
        attempts.open_attempt(quiz=quiz, run=run, user=outsider)
    other = make_quiz(manager)
    with pytest.raises(DomainError):
        attempts.open_attempt(quiz=other, run=run, user=person)
    window = QuizWindow.objects.create(run=run, quiz=quiz, opens_at=timezone.now() + timedelta(hours=1))
    with pytest.raises(DomainError, match=":"):
        attempts.open_attempt(quiz=quiz, run=run, user=person)
    QuizWindow.objects.filter(pk=window.pk).update(opens_at=None, closes_at=timezone.now() + timedelta(minutes=5))
    attempt = take(quiz, run, person)
    assert attempt.deadline == QuizWindow.objects.get().closes_at
    with pytest.raises(DomainError):
        attempts.open_attempt(quiz=quiz, run=run, user=person)
    CourseRun.objects.filter(pk=run.pk).update(cancelled_at=timezone.now(), cancel_reason="Mưa")
    assert not Attempt.objects.of(person).exists()


def test_a_correction_marks_anew_with_new_rows_and_keeps_the_old_ones(manager):
    quiz = make_quiz(manager, questions=None)
    run, person = make_taker(manager, quiz)
    wrong, right = take(quiz, run, person, right=0), take(quiz, run, person)
    question = quiz.questions.get(kind="single")
    last = question.versions.last()
    said = {name: getattr(last, name) for name in bank.FIELDS}
    before = list(Grading.objects.values_list("pk", "points"))
    with pytest.raises(DomainError):
        bank.correct_question(question=question, said=said, reason="Không đổi gì", actor=manager)
    # The second option was right all along; who chose the first loses the point.
    content = content_from("single", ["Hỏi ý người ấy trước", "*Báo cho hàng xóm", "Chụp ảnh"])
    made = bank.correct_question(
        question=question, said=said | {"content": content}, reason="Đánh dấu nhầm", actor=manager
    )
    for _ in range(2):
        jobs.run(Job.objects.get(key=f"quiz-regrade:{made.pk}").pk)
        Job.objects.update(state="queued")
    assert [(g.points, g.is_current, g.because) for g in right.gradings.all()] == [(7, False, None), (6, True, made)]
    assert [(g.points, g.is_current) for g in wrong.gradings.all()] == [(0, False), (0, True)]
    assert list(Grading.objects.filter(because=None).values_list("pk", "points")) == before
    assert attempts.draw(quiz, 1).count(made.pk) == 1


def test_feedback_after_each_answer_fixes_the_first_one(client, manager):
    quiz = make_quiz(manager, feedback="once", is_paged=True, is_shuffled=False)
    run, person = make_taker(manager, quiz)
    attempt = attempts.open_attempt(quiz=quiz, run=run, user=person)
    version = QuestionVersion.objects.get(pk__in=attempt.drawn, question__kind="single")
    wrong, right = given(version.pk, {f"q{version.pk}": "b"}), given(version.pk, {f"q{version.pk}": "a"}, sequence=2)
    client.force_login(person)
    assert send(client, attempt, [wrong]).json()["reload"] is True
    assert send(client, attempt, [right]).json()["answered"] == 1
    page = client.get(f"/vi/khoa-hoc/bai-lam/{attempt.pk}/").content.decode()
    assert "bạn đã chọn ý này, chưa đúng" in page
    attempts.receive(attempt=attempt.pk, user=person, answers=[], close=True)
    assert Grading.objects.get().points == 0


@pytest.mark.parametrize("feedback", ["end", "closed", "never"])
def test_right_answers_are_shown_when_the_test_says_so(client, manager, feedback):
    quiz = make_quiz(manager, feedback=feedback)
    run, person = make_taker(manager, quiz)
    attempt = take(quiz, run, person)
    client.force_login(person)
    address = f"/vi/khoa-hoc/bai-lam/{attempt.pk}/ket-qua/"
    assert ("Hỏi ý người ấy trước" in client.get(address).content.decode()) is (feedback == "end")
    now = timezone.now()
    QuizWindow.objects.create(run=run, quiz=quiz, opens_at=now - timedelta(days=2), closes_at=now - timedelta(days=1))
    assert ("Hỏi ý người ấy trước" in client.get(address).content.decode()) is (feedback != "never")


def test_without_a_script_forms_do_the_same(client, manager):
    quiz = make_quiz(manager, is_paged=True, minutes=10)
    run, person = make_taker(manager, quiz)
    client.force_login(person)
    start = f"/vi/khoa-hoc/lop/{run.pk}/bai-kiem-tra/{quiz.pk}/"
    assert "Bắt đầu làm bài" in client.get(start).content.decode()
    page = client.post(start)["Location"]
    attempt = Attempt.objects.get()
    rows = QuestionVersion.objects.select_related("question").in_bulk(attempt.drawn)
    for number, pk in enumerate(attempt.drawn, start=1):
        body = client.get(f"{page}?n={number}").content.decode()
        assert body.count(" hidden>") >= 6
        fields = fields_for(rows[pk], RIGHT[rows[pk].question.kind]) | {
            "question": f"{pk}:{uuid.uuid4().hex}",
            "go": number + 1,
        }
        assert client.post(page, fields).status_code == 302
        client.post(page, fields)
    assert Answer.objects.count() == 7
    done = client.post(page, {"close": "1"})
    assert "100 %" in client.get(done["Location"]).content.decode()
    again = client.post(page, {"question": f"{attempt.drawn[0]}:{uuid.uuid4().hex}", f"q{attempt.drawn[0]}": ""})
    assert again["Location"].endswith("/ket-qua/")
    assert Grading.objects.count() == 1


def test_what_cannot_be_read_is_refused_and_the_rest_is_kept(client, manager):
    quiz = make_quiz(manager)
    run, person = make_taker(manager, quiz)
    attempt = attempts.open_attempt(quiz=quiz, run=run, user=person)
    other = make_question(manager).versions.get()
    client.force_login(person)
    single = QuestionVersion.objects.get(pk__in=attempt.drawn, question__kind="single")
    bad, foreign = given(single.pk, {f"q{single.pk}": "z"}), given(other.pk, {f"q{other.pk}": "a"})
    good = given(single.pk, {f"q{single.pk}": "a"}, sequence=2)
    said = send(client, attempt, [bad, foreign, good]).json()
    assert set(said["refused"]) == {str(bad.id), str(foreign.id)}
    assert said["answered"] == 1
    row = {"id": str(uuid.uuid4()), "version": 1, "sequence": 1, "elapsed": 1, "fields": []}
    bad = [
        row | change for change in ({"id": "x"}, {"version": True}, {"sequence": -1}, {"elapsed": "1"}, {"fields": 3})
    ]
    for body in ("", "[]", '{"answers": [{}]}', '{"answers": 3}', *(json.dumps({"answers": [one]}) for one in bad)):
        path = f"/vi/khoa-hoc/bai-lam/{attempt.pk}/cau-tra-loi/"
        assert client.post(path, body, content_type="application/json").status_code == 400


def test_nobody_sees_or_writes_anothers_attempt(client, manager):
    quiz = make_quiz(manager)
    run, person = make_taker(manager, quiz)
    _run, peer = make_taker(manager, quiz, run)
    attempt = take(quiz, run, person)
    base = f"/vi/khoa-hoc/bai-lam/{attempt.pk}/"
    got = {}
    for name, user in {"own": person, "peer": peer, "manager": manager, "stranger": None}.items():
        client.force_login(user) if user else client.logout()
        got[name] = [client.get(base + "ket-qua/").status_code, send(client, attempt, []).status_code]
    assert got == {"own": [200, 200], "peer": [404, 404], "manager": [404, 404], "stranger": [302, 302]}


def test_the_tests_of_a_restricted_course_do_not_exist_for_outsiders(client, manager):
    from tests.factories import make_duty

    duty = make_duty()
    quiz = make_quiz(manager)
    quiz.course.duties.add(duty)
    type(quiz.course).objects.filter(pk=quiz.course_id).update(is_restricted=True)
    run, person = make_taker(manager, quiz, duties=[duty])
    address = f"/vi/khoa-hoc/lop/{run.pk}/bai-kiem-tra/{quiz.pk}/"
    client.force_login(person)
    assert client.get(address).status_code == 200
    client.force_login(make_user(role=Role.TRAINEE))
    assert client.get(address).status_code == 404


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_many_answers_of_one_person_at_once_are_all_kept_and_the_end_comes_last():
    manager = make_user(role=Role.COURSE_MANAGER)
    quiz = make_quiz(manager)
    run, person = make_taker(manager, quiz)
    attempt = attempts.open_attempt(quiz=quiz, run=run, user=person)
    sent, failed = [one_right(attempt, n % 7, sequence=n + 1) for n in range(42)], []

    def work(mine):
        try:
            for one in mine:
                attempts.receive(attempt=attempt.pk, user=person, answers=[one])
        except Exception as reason:
            failed.append(reason)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(sent[n::6],)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    attempts.receive(attempt=attempt.pk, user=person, answers=[], close=True)
    assert failed == []
    assert Answer.objects.count() == 42
    assert Grading.objects.get().points == 7


def test_every_kind_is_asked_and_solved_on_its_page(client, manager):
    quiz = make_quiz(manager, is_shuffled=False)
    run, person = make_taker(manager, quiz)
    attempt = attempts.open_attempt(quiz=quiz, run=run, user=person)
    client.force_login(person)
    page = client.get(f"/vi/khoa-hoc/bai-lam/{attempt.pk}/").content.decode()
    assert page.count("data-question=") == len(LINES)
    # Nothing on the page says which options are right.
    assert "đúng</strong>" not in page
    assert page.count("<select") == 3 + 4
