"""What completes a class, assignments that are marked, learning between two tests, surveys without names, item analysis."""

import gzip
import io
import re
import uuid
from datetime import timedelta
from math import isclose
from pathlib import Path

import openpyxl
import pytest
from django.contrib.staticfiles import finders
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.db.models import F
from django.utils import timezone
from hypothesis import given as sampled
from hypothesis import settings
from hypothesis import strategies as st
from wagtail.documents import get_document_model

from core.errors import DomainError
from courses import assignments, attempts, runs, seats, surveys
from courses.analysis import correlation, gain, items_of, learning, t_quantile
from courses.completion import completed, standings
from courses.models import Assignment, CourseRun, SurveyAnswer, SurveyTicket
from media import jobs
from media.models import Job
from people.roles import Role
from tests.courses.making import make_course
from tests.courses.quizzing import make_competency, make_question, make_quiz, make_taker, take
from tests.courses.test_attendance import make_class, roll
from tests.courses.test_runs import enrol, make_run, trainees
from tests.factories import make_commune, make_user, today

CRITERIA = [("Rõ", "Clear", 6), ("An toàn", "", 4)]


@pytest.fixture
def manager(db):
    return make_user(role=Role.COURSE_MANAGER)


def make_assignment(manager, course, **fields) -> Assignment:
    row = Assignment(course=course, title="Bài tập", task="Viết năm câu.", **fields)
    return assignments.save_assignment(assignment=row, criteria=CRITERIA, actor=manager)


def hand(assignment, run, person, text="Tôi sẽ làm như sau.", key=None):
    return assignments.hand_in(assignment=assignment, run=run, text=text, client_uuid=key or uuid.uuid4(), user=person)


def points(assignment, *given):
    return dict(zip([one.pk for one in assignment.criteria.all()], given, strict=True))


def test_attendance_test_and_assignment_complete_a_class_together(manager):
    trainer = make_user(role=Role.TRAINER)
    people = trainees(3)
    run = make_class(manager, trainer, people)
    for session in run.sessions.all():
        roll(session, trainer, people[:2], people[2:])
    assert set(completed(run)) == set(people[:2])
    quiz = make_quiz(manager, run.course, is_required=True, pass_percent=60)
    make_quiz(manager, run.course, is_required=True, published=False)
    assert completed(run) == []
    for one in people:
        take(quiz, run, one, right=3)
    assert completed(run) == []
    take(quiz, run, people[0])
    take(quiz, run, people[2])
    assert completed(run) == [people[0]]
    work = make_assignment(manager, run.course, is_required=True)
    assert completed(run) == []
    paper = hand(work, run, people[0])
    assert [part.state for part in standings(run, people[0])[0].parts] == ["done", "done", "waiting"]
    assignments.review(submission=paper, actor=trainer, points=points(work, 5, 4))
    assert completed(run) == [people[0]]


def test_a_class_in_ones_own_time_is_joined_and_completed_by_its_test(client, manager):
    course = make_course(organiser=manager.memberships.get().organisation)
    run = runs.save_run(run=CourseRun(course=course, mode="self", seats=2), trainers=[], actor=manager)
    runs.announce(run=run, actor=manager)
    person, other, third = trainees(3)
    client.force_login(person)
    page = f"/vi/khoa-hoc/lop/{run.pk}/"
    assert "Tự học" in client.get(f"/vi/khoa-hoc/{course.code}/").content.decode()
    client.post(page, {"act": "join"})
    client.post(page, {"act": "join"})
    assert [e.state for e in run.enrolments.get(user=person).events.all()] == ["nominated", "booked"]
    # Nothing to fulfil is nothing completed.
    assert completed(run) == []
    quiz = make_quiz(manager, course, is_required=True)
    seats.join(run=run, user=other)
    with pytest.raises(DomainError):
        seats.join(run=run, user=third)
    take(quiz, run, person)
    take(quiz, run, other, right=1)
    assert completed(run) == [person]
    assert "Bạn đã hoàn thành khoá học" in client.get(page).content.decode()
    client.force_login(manager)
    answer = client.post(f"{page}chuyen-can/", {"issue": "1", "signer": "Giám đốc, Trần Văn Mẫu"})
    assert answer.status_code == 302
    jobs.run(Job.objects.get(kind="certificates").pk)
    assert person.certificates.get().course == course
    classic = make_run(manager)
    with pytest.raises(DomainError):
        seats.join(run=classic, user=third)


def test_work_names_nobody_and_what_was_given_back_is_mended(client, manager):
    trainer = make_user(role=Role.TRAINER)
    run = make_run(manager, make_course(organiser=manager.memberships.get().organisation), trainers=[trainer], seats=9)
    work = make_assignment(manager, run.course)
    (person,) = trainees(1)
    enrol(run, person, manager)
    page = f"/vi/khoa-hoc/lop/{run.pk}/bai-tap/{work.pk}/"
    client.force_login(person)
    number = client.post(page, {"client_uuid": uuid.uuid4(), "text": "Gọi 0905 123 456 để hỏi."})
    assert number.status_code == 409
    assert "số điện thoại" in number.content.decode()
    doubt = {"client_uuid": uuid.uuid4(), "text": "Chị Hoa (giả định) ở nơi xa."}
    asked = client.post(page, doubt).content.decode()
    assert 'name="looked"' in asked
    assert "Chị Hoa (giả định)" in asked
    assert not work.submissions.exists()
    assert client.post(page, doubt | {"looked": "on"}).status_code == 302
    client.force_login(trainer)
    mark = f"/vi/khoa-hoc/bai-nop/{work.submissions.get().pk}/"
    assert client.post(mark, {"back": "1", "remarks": "Hỏi 0905 123 456."}).status_code == 409
    assert client.post(mark, {"back": "1", "remarks": "Viết rõ hơn."}).status_code == 302
    client.force_login(person)
    assert "Chị Hoa (giả định) ở nơi xa.</textarea>" in client.get(page).content.decode()


def test_work_is_handed_in_given_back_marked_and_kept(client, manager):
    trainer = make_user(role=Role.TRAINER)
    run = make_run(manager, make_course(organiser=manager.memberships.get().organisation), trainers=[trainer], seats=9)
    work = make_assignment(manager, run.course)
    person, peer = trainees(2)
    for one in (person, peer):
        enrol(run, one, manager)
    page = f"/vi/khoa-hoc/lop/{run.pk}/bai-tap/{work.pk}/"
    client.force_login(person)
    form = client.get(page).content.decode()
    assert "Không nêu vụ việc thật" in form
    key = form.split('name="client_uuid" value="')[1].split('"')[0]
    for _ in range(2):
        assert client.post(page, {"client_uuid": key, "text": "Bản thứ nhất của tôi."}).status_code == 302
    paper = work.submissions.get()
    client.force_login(peer)
    assert "Bản thứ nhất" not in client.get(page).content.decode()
    mark = f"/vi/khoa-hoc/bai-nop/{paper.pk}/"
    assert client.get(mark).status_code == 404
    client.force_login(trainer)
    results = client.get(f"/vi/khoa-hoc/lop/{run.pk}/ket-qua/").content.decode()
    assert mark in results
    first, second = (f"c{one.pk}" for one in work.criteria.all())
    for wrong in ({"back": "1", "remarks": ""}, {first: 7, second: 1}, {first: 3}):
        assert client.post(mark, wrong).status_code == 409
    client.post(mark, {"back": "1", "remarks": "Câu ba chưa rõ."})
    with pytest.raises(DomainError):
        assignments.review(submission=paper, actor=person, points=points(work, 6, 4))
    client.force_login(person)
    assert "Câu ba chưa rõ." in client.get(page).content.decode()
    client.post(page, {"client_uuid": uuid.uuid4().hex, "text": "Bản thứ hai."})
    client.force_login(trainer)
    client.post(f"/vi/khoa-hoc/bai-nop/{work.submissions.last().pk}/", {first: 5, second: 3, "remarks": "Tốt."})
    assert [one.text for one in work.submissions.all()] == ["Bản thứ nhất của tôi.", "Bản thứ hai."]
    client.force_login(person)
    assert "8 / 10" in client.get(page).content.decode()
    assert client.post(page, {"client_uuid": uuid.uuid4().hex, "text": "Bản thứ ba."}).status_code == 409
    with pytest.raises(DomainError):
        assignments.save_assignment(assignment=work, criteria=[("Khác", "", 3)], actor=manager)


def test_results_of_a_class_are_for_its_trainers_and_go_into_a_table(client, manager, django_assert_max_num_queries):
    quiz = make_quiz(manager)
    trainer = make_user(role=Role.TRAINER)
    run = make_run(manager, quiz.course, trainers=[trainer], seats=30)
    _run, person = make_taker(manager, quiz, run, name="=Tên Lạ")
    take(quiz, run, person, right=4)
    page = f"/vi/khoa-hoc/lop/{run.pk}/ket-qua/"
    got = {}
    people = {"trainer": trainer, "manager": manager, "person": person, "stranger": make_user(role=Role.TRAINER)}
    for name, user in people.items():
        client.force_login(user)
        got[name] = [client.get(page).status_code, client.get(page.rstrip("/") + ".xlsx").status_code]
    assert got == {"trainer": [200, 200], "manager": [200, 200], "person": [404, 404], "stranger": [404, 404]}
    client.force_login(manager)
    sheet = openpyxl.load_workbook(io.BytesIO(client.get(page.rstrip("/") + ".xlsx").content)).active
    row = [cell.value for cell in sheet[4]]
    assert (row[0], round(row[3], 3), row[4]) == ("'=Tên Lạ", round(4 / 7, 3), 1)
    with django_assert_max_num_queries(40) as few:
        client.get(page)
    for _ in range(3):
        take(quiz, run, make_taker(manager, quiz, run)[1])
    with django_assert_max_num_queries(len(few.captured_queries)):
        client.get(page)
    opens = timezone.localtime() + timedelta(days=1)
    client.post(page, {"quiz": quiz.pk, f"w{quiz.pk}-opens_at": f"{opens:%Y-%m-%dT%H:%M}"})
    assert quiz.windows.get().opens_at > timezone.now()


# Learning -------------------------------------------------------------------------------------------------------------


def test_the_quantile_is_students():
    for df, exact in {1: 12.7062, 2: 4.3027, 3: 3.1824, 4: 2.7764, 9: 2.2622, 29: 2.0452, 200: 1.9719}.items():
        assert isclose(t_quantile(df), exact, rel_tol=0.004)


def test_a_gain_is_the_mean_difference_with_its_bounds():
    found = gain([(0.2, 0.6), (0.4, 0.6), (0.6, 0.9), (0.4, 0.9), (0.4, 0.5)])
    assert (found.n, round(found.before, 3), round(found.after, 3), round(found.difference, 3)) == (5, 0.4, 0.7, 0.3)
    # s = √0.025 = 0.1581, t(4) = 2.776: 0.1963 to each side.
    assert (round(found.low, 3), round(found.high, 3), round(found.normalised, 3)) == (0.104, 0.496, 0.5)
    assert gain([(0.5, 1.0)]) is None
    assert gain([(1.0, 1.0), (1.0, 1.0)]).normalised is None


@settings(deadline=None, max_examples=50)
@sampled(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=2, max_size=40))
def test_the_gain_lies_within_its_bounds(pairs):
    found = gain(pairs)
    assert found.low <= found.difference + 1e-9
    assert found.difference - 1e-9 <= found.high


def test_correlation_is_pearsons():
    assert isclose(correlation([1, 2, 3, 4], [2, 4, 6, 8]), 1)
    assert isclose(correlation([1, 2, 3, 4], [1, 3, 2, 4]), 0.8)
    assert correlation([1, 1, 1], [1, 2, 3]) is None


def test_learning_is_matched_by_competency_from_five_people_on_and_weak_items_are_named(client, manager):
    course = make_course(organiser=manager.memberships.get().organisation)
    law, meeting = make_competency("hieu-luat"), make_competency("tiep-can")
    questions = [
        make_question(manager, organiser=course.organiser, competency=one, code=f"{one.code}-{n}")
        for one in (law, meeting) for n in range(2)
    ]  # fmt: skip
    pre = make_quiz(manager, course, questions, purpose="pre", is_shuffled=False)
    post = make_quiz(manager, course, questions, purpose="post", is_shuffled=False)
    run = make_run(manager, course, seats=30)
    people = trainees(5)
    for number, one in enumerate(people):
        enrol(run, one, manager)
        take(pre, run, one, right=1)
        if number < 4:
            take(post, run, one, right=3)
    assert learning(run).whole is None
    take(post, run, people[4], right=2)
    found = learning(run)
    assert (found.n, found.whole.before, round(found.whole.after, 2)) == (5, 0.25, 0.7)
    assert {c.code: (g.before, round(g.after, 1), g.n) for c, g in found.by} == {
        "hieu-luat": (0.5, 1.0, 5), "tiep-can": (0.0, 0.4, 5),
    }  # fmt: skip
    assert [(q.code, after, before) for q, after, before in found.weak] == [("tiep-can-1", 0, 0)]
    client.force_login(manager)
    page = client.get(f"/vi/khoa-hoc/lop/{run.pk}/ket-qua/").content.decode()
    assert "Đã học được gì" in page
    assert "+45" in page


def test_items_are_judged_from_enough_attempts_on(client, manager):
    quiz = make_quiz(manager, is_shuffled=False)
    run = make_run(manager, quiz.course, seats=60)
    people = trainees(10)
    for number, one in enumerate(people):
        enrol(run, one, manager)
        if number == 9:
            assert items_of(quiz) == {}
        take(quiz, run, one, right=7 if number < 5 else 0)
    found = items_of(quiz)
    assert {(item.n, item.difficulty, round(item.discrimination, 6)) for item in found.values()} == {(10, 0.5, 1.0)}
    client.force_login(manager)
    assert client.get(f"/vi/khoa-hoc/bai-kiem-tra/{quiz.pk}/").content.decode().count("1,00") == 7


# Surveys --------------------------------------------------------------------------------------------------------------


def test_a_class_that_is_over_is_asked_now_and_two_months_later_and_nothing_shows_who_said_what(
    client, manager, mailoutbox
):
    trainer = make_user(role=Role.TRAINER)
    area = make_commune("Xã Một")
    head = make_user(role=Role.PROGRAMME_MANAGER, area=area)
    people = trainees(6, area)
    run = make_class(manager, trainer, [])
    times = {one.pk: (one.starts_at, one.ends_at) for one in run.sessions.all()}
    # Units name their officers before it begins.
    run.sessions.update(starts_at=F("starts_at") + timedelta(days=90), ends_at=F("ends_at") + timedelta(days=90))
    for one in people:
        named = seats.nominate(run=run, user=one, actor=head)
        seats.approve(enrolment=named, actor=manager)
    for pk, (starts_at, ends_at) in times.items():
        run.sessions.filter(pk=pk).update(starts_at=starts_at, ends_at=ends_at)
    assert (surveys.invite(), surveys.invite()) == (6, 0)
    assert surveys.invite(today() + timedelta(days=59)) == 0
    # Six officers, and whoever sent them once.
    assert (surveys.invite(today() + timedelta(days=61)), surveys.invite(today() + timedelta(days=62))) == (7, 0)
    for job in Job.objects.filter(kind="survey-notice"):
        jobs.run(job.pk)
    asked = [one for one in mailoutbox if "Vài câu hỏi" in one.subject]
    assert len(asked) == 13
    assert "/vi/khoa-hoc/khao-sat/" in asked[0].body
    page = f"/vi/khoa-hoc/lop/{run.pk}/ket-qua/"
    for number, one in enumerate(people):
        ticket = SurveyTicket.objects.get(user=one, kind="after")
        client.force_login(one)
        for place in ("", "cua-toi/"):
            assert f"/khao-sat/{ticket.pk}/" in client.get(f"/vi/khoa-hoc/{place}").content.decode()
        form = client.get(f"/vi/khoa-hoc/khao-sat/{ticket.pk}/").content.decode()
        assert "Không nêu vụ việc thật" in form
        said = dict.fromkeys(("useful", "clear", "practice", "safe", "ready"), 4) | {"text": f"Lời thứ {number}"}
        assert client.post(f"/vi/khoa-hoc/khao-sat/{ticket.pk}/", {"text": "x"}).status_code == 409
        told = said | {"text": "Hỏi 0905 123 456."}
        assert client.post(f"/vi/khoa-hoc/khao-sat/{ticket.pk}/", told).status_code == 409
        assert client.post(f"/vi/khoa-hoc/khao-sat/{ticket.pk}/", said).status_code == 302
        client.post(f"/vi/khoa-hoc/khao-sat/{ticket.pk}/", said)
        client.force_login(trainer)
        shown = client.get(page).content.decode()
        assert ("Lời thứ" in shown) is (number >= 4)
    assert SurveyAnswer.objects.count() == 6
    assert "Lời thứ 5" in shown
    # One was asked who sent them: five answers will never come.
    assert ("Hiện khi có thêm 4" in shown, "Chưa đến năm người được hỏi" in shown) == (False, True)
    assert {field.name for field in SurveyAnswer._meta.fields} == {"id", "run", "kind", "said", "text"}
    assert {f.name for f in SurveyTicket._meta.fields} == {"id", "run", "user", "kind", "asked_on", "is_answered"}
    # Two months later; the tickets are as old as the clock said.
    SurveyTicket.objects.update(asked_on=today() - timedelta(days=29))
    client.force_login(head)
    asked = SurveyTicket.objects.get(kind="manager")
    form = client.get(f"/vi/khoa-hoc/khao-sat/{asked.pk}/").content.decode()
    assert f"đến hết ngày {today():%d/%m/%Y}" in form
    assert f"Bạn đã cử: {people[0].name}, " in " ".join(form.split())
    client.force_login(people[0])
    later = SurveyTicket.objects.get(user=people[0], kind="later")
    own = f"/vi/khoa-hoc/khao-sat/{later.pk}/"
    assert "Bạn đã cử" not in client.get(own).content.decode()
    said = {"used": "once", "ready": 4, "hindered": ["nothing", "no-time"]}
    assert client.post(own, said).status_code == 409
    assert client.post(own, said | {"hindered": ["no-time"]}).status_code == 302
    other = SurveyTicket.objects.filter(user=people[1]).first()
    assert client.get(f"/vi/khoa-hoc/khao-sat/{other.pk}/").status_code == 404


def answered(run, *texts) -> None:
    """A survey after the class, answered with these words by as many people."""
    for person, text in zip(trainees(len(texts)), texts, strict=True):
        ticket = SurveyTicket.objects.create(run=run, user=person, kind="after")
        surveys.answer(ticket=ticket, said={"useful": 4}, text=text)


def test_words_that_name_somebody_are_taken_down_by_who_moderates_and_not_by_who_taught(client, manager):
    trainer = make_user(role=Role.TRAINER)
    teaching_manager = make_user(role=Role.COURSE_MANAGER)
    run = make_run(manager, trainers=[trainer, teaching_manager], seats=9)
    answered(run, "Chị Hoa kể chuyện của mình.", "Rất hay.", "", "")
    naming = SurveyAnswer.objects.get(text__startswith="Chị Hoa")
    results = f"/vi/khoa-hoc/lop/{run.pk}/ket-qua/"
    page = f"/vi/khoa-hoc/lop/{run.pk}/loi/{naming.pk}/"
    client.force_login(manager)
    # Four answers: nobody reads the words, a moderator neither.
    assert client.get(page).status_code == 404
    answered(run, "")
    got = {}
    people = {
        "stranger": make_user(role=Role.TRAINER),
        "trainer": trainer,
        "own": teaching_manager,
        "moderator": manager,
    }
    for name, user in people.items():
        client.force_login(user)
        got[name] = (client.get(page).status_code, page in client.get(results).content.decode())
    assert got == {"stranger": (404, False), "trainer": (403, False), "own": (403, False), "moderator": (200, True)}
    for reason in ("", "  ", "Có số 0905 123 456"):
        assert client.post(page, {"reason": reason}).status_code == 409
    asked = client.post(page, {"reason": "Nêu tên chị Hoa"})
    assert (asked.status_code, 'name="looked"' in asked.content.decode()) == (409, True)
    assert client.post(page, {"reason": "Nêu tên một người"}).status_code == 302
    # Tapped twice, it is gone already, from the database too.
    assert client.post(page, {"reason": "Lần nữa"}).status_code == 302
    assert not SurveyAnswer.objects.filter(text__startswith="Chị Hoa").exists()
    for user in (manager, trainer):
        client.force_login(user)
        shown = client.get(results).content.decode()
        assert ("Chị Hoa" in shown, "Rất hay." in shown, "Nêu tên một người" in shown) == (False, True, True)
        # Its marks go on counting.
        assert ("5/5 người trả lời" in shown, "4,0 / 5" in shown) == (True, True)
    kept = naming.withdrawal
    assert (kept.actor, kept.reason) == (manager, "Nêu tên một người")
    with pytest.raises(DomainError, match="Người khác quyết định"):
        surveys.take_down(answer=SurveyAnswer.objects.get(text="Rất hay."), reason="Chê tôi", actor=teaching_manager)
    with pytest.raises(PermissionDenied):
        surveys.take_down(answer=SurveyAnswer.objects.get(text="Rất hay."), reason="Chê tôi", actor=trainer)


def test_an_old_ticket_is_closed(client, manager):
    run = make_run(manager)
    person = trainees(1)[0]
    ticket = SurveyTicket.objects.create(run=run, user=person, kind="after", asked_on=today() - timedelta(days=31))
    client.force_login(person)
    assert "Khảo sát này đã kết thúc" in client.get(f"/vi/khoa-hoc/khao-sat/{ticket.pk}/").content.decode()


# Putting it together by the pages -------------------------------------------------------------------------------------


def test_a_test_and_an_assignment_are_made_by_the_pages(client, manager):
    course = make_course(organiser=manager.memberships.get().organisation)
    questions = [make_question(manager, organiser=course.organiser) for _ in range(3)]
    client.force_login(manager)
    new = f"/vi/khoa-hoc/bai-kiem-tra/moi/?course={course.code}"
    form = {
        "title": "Cuối khoá", "purpose": "final", "questions": [one.pk for one in questions], "draw": 2, "grace_minutes": 60,
        "pass_percent": 70, "feedback": "end", "is_required": "on",
    }  # fmt: skip
    wrong = ({"draw": 4}, {"purpose": "lesson"}, {"purpose": "pre"}, {"pass_percent": 101}, {"questions": [10**6]})
    for change in wrong:
        assert client.post(new, form | change).status_code == 409
    page = client.post(new, form)["Location"]
    quiz = course.quizzes.get()
    assert quiz.published_at is None
    client.post(page, {"act": "publish"})
    assert client.get(f"{page}xem-truoc/").content.decode().count("question-card") == 6
    trainee = make_user(role=Role.TRAINEE)
    far = make_user(role=Role.COURSE_MANAGER, area=make_commune("Xã Xa"))
    for user, status in ((trainee, 403), (far, 404)):
        client.force_login(user)
        assert client.get(page).status_code == status
    client.force_login(manager)
    new = f"/vi/khoa-hoc/bai-tap/moi/?course={course.code}"
    work = {"title": "Bài tập", "task": "Viết.", "pass_percent": 60, "criteria": "Rõ | Clear | 6\nAn toàn | 4"}
    for change in ({"criteria": "Rõ"}, {"criteria": "Rõ | nhiều"}, {"criteria": "| 4"}, {"criteria": "Rõ | 101"}):
        assert client.post(new, work | change).status_code == 409
    client.post(new, work)
    assert [(c.title, c.title_en, c.points) for c in course.assignments.get().criteria.all()] == CRITERIA
    listed = client.get("/vi/khoa-hoc/bai-kiem-tra/").content.decode()
    assert "Cuối khoá" in listed
    client.post(page, {"act": "retire"})
    assert not course.quizzes.live().exists()


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01"])
def test_days_at_the_ends_of_the_calendar_are_refused_everywhere(client, manager, day):
    quiz = make_quiz(manager, make_course(organiser=manager.memberships.get().organisation))
    run = make_run(manager, quiz.course)
    client.force_login(manager)
    page = f"/vi/khoa-hoc/lop/{run.pk}/"
    sent = {"mode": "person", "place": "Hội trường", "seats": 2}
    for name in ("nominate_until", "quotas_until"):
        answer = client.post(f"{page}sua/", sent | {name: day})
        assert (answer.status_code, "Năm có đúng không?" in answer.content.decode()) == (409, True)
    assert client.post(page, {"act": "copy", "copy-first_day": day}).status_code == 409
    window = {"quiz": quiz.pk, f"w{quiz.pk}-opens_at": f"{day}T00:00", f"w{quiz.pk}-closes_at": ""}
    assert client.post(f"{page}ket-qua/", window).status_code == 409
    assert not quiz.windows.exists()


def test_a_lesson_leads_to_its_test_in_few_queries(client, manager, django_assert_max_num_queries):
    course = make_course(organiser=manager.memberships.get().organisation)
    lesson = course.modules.get().lessons.get()
    quiz = make_quiz(manager, course, purpose="lesson", lesson=lesson)
    run, person = make_taker(manager, quiz)
    client.force_login(person)
    client.get(f"/vi/khoa-hoc/{course.code}/1/")
    with django_assert_max_num_queries(12):
        page = client.get(f"/vi/khoa-hoc/{course.code}/1/").content.decode()
    assert f"/vi/khoa-hoc/lop/{run.pk}/bai-kiem-tra/{quiz.pk}/" in page


def test_a_lesson_with_every_kind_of_file_keeps_to_its_queries(client, manager, django_assert_max_num_queries):
    def document(name: str) -> int:
        return get_document_model().objects.create(title=name, file=ContentFile(b"x" * 10, name=name)).pk

    course = make_course(organiser=manager.memberships.get().organisation)
    lesson = course.modules.get().lessons.get()
    quiz = make_quiz(manager, course, purpose="lesson", lesson=lesson)
    _run, person = make_taker(manager, quiz)
    second = make_run(manager, course)
    enrol(second, person, manager)
    lesson.body = [
        {"type": "audio", "value": {"title": "Nghe", "sound": document("nghe.mp3"), "transcript": "Chào."}},
        {"type": "video", "value": {"title": "Xem", "film": document("xem.mp4"), "transcript": "Chào."}},
        {"type": "file", "value": document("tai.pdf")},
    ]
    lesson.save()
    client.force_login(person)
    client.get(f"/vi/khoa-hoc/{course.code}/1/")
    # A picture would be the twelfth.
    with django_assert_max_num_queries(11):
        page = client.get(f"/vi/khoa-hoc/{course.code}/1/").content.decode()
    # Two classes, two buttons that can be told apart.
    assert page.count("lớp ngày ") == 2


def test_a_lesson_and_a_test_stay_small(client, manager):
    course = make_course(organiser=manager.memberships.get().organisation)
    quiz = make_quiz(manager, course, purpose="lesson", lesson=course.modules.get().lessons.get())
    run, person = make_taker(manager, quiz)
    client.force_login(person)
    attempt = attempts.open_attempt(quiz=quiz, run=run, user=person)

    def weigh(path: str) -> tuple[int, int]:
        """(everything, scripts), compressed."""
        page = client.get(path).content.decode()
        files = {
            name: len(gzip.compress(Path(finders.find(name)).read_bytes()))
            for name in re.findall(r'/static/([^"]+)', page)
        }
        return len(gzip.compress(page.encode())) + sum(files.values()), sum(
            v for k, v in files.items() if k.endswith(".js")
        )

    whole, scripts = weigh(f"/vi/khoa-hoc/{course.code}/1/")
    assert whole <= 50_000
    assert scripts <= 10_000
    whole, scripts = weigh(f"/vi/khoa-hoc/bai-lam/{attempt.pk}/")
    assert whole <= 50_000
    assert scripts + len(gzip.compress(client.get("/vi/khoa-hoc/bai-lam/worker.js").content)) <= 20_000
