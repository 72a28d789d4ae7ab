"""Difficulties and practices: nobody can be recognised, somebody else reads first, answers and reminders; study visits."""

import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from core.errors import DomainError
from courses import experience as acts
from courses import visits
from courses.anonymity import doubtful, refused
from courses.models import Adoption, Experience
from media import jobs
from media.models import Job
from people.roles import Role
from tests.courses.making import make_course
from tests.courses.test_attendance import make_class
from tests.factories import make_commune, make_organisation, make_user, merge, today

pytestmark = pytest.mark.django_db
BASE = "/vi/khoa-hoc/chia-se/"
TEXT = "Khó mời người dân đến buổi truyền thông vào mùa rẫy vì bà con ở lại nương nhiều ngày."


@pytest.fixture
def commune():
    return make_commune("Xã Một")


@pytest.fixture
def author(commune):
    return make_user(role=Role.TRAINEE, area=commune, name="Người Viết")


@pytest.fixture
def moderator():
    return make_user(role=Role.COURSE_MANAGER, name="Người Đọc Trước")


def post(author, **fields) -> Experience:
    values = {"kind": "difficulty", "title": "Mùa rẫy khó tập hợp bà con", "text": TEXT} | fields
    return acts.post_experience(author=author, **values)


@pytest.mark.parametrize(
    "text",
    [
        "Gọi cho tôi số 0905 123 456.", "Số +84 905.123.456", "CCCD 049199001234", "Mã 201 345 678",
        "Viết về mau@vidu.example", "Xem facebook.com/nguoi.mau",
    ],
)  # fmt: skip
def test_numbers_and_addresses_of_people_are_refused(author, text):
    assert refused(text)
    with pytest.raises(DomainError, match="Không để ai bị nhận ra"):
        post(author, text=text)
    assert Experience.objects.count() == 0


@pytest.mark.parametrize(
    "text",
    [
        "Chị H. kể lại", "em Bhling Thị Mẫu", "cô gái tên Hoa", "trường hợp N.T.H", "một người 17 tuổi", "sinh năm 2006",
        "ngày 12/03/2026", "ở thôn Pa Xua", "nạn nhân ở huyện bên",
    ],
)  # fmt: skip
def test_words_that_may_show_a_person_are_doubted(text):
    assert doubtful(text)
    assert not refused(text)


@pytest.mark.parametrize(
    "text",
    [
        TEXT, "Theo Luật số 53/2024/QH15, điều 36.", "Mỗi buổi có 25 đến 30 người, kéo dài 90 phút.",
        "Chúng tôi mời bà con đến nhà gươl lúc 19 giờ.", "Tổng đài 111 gọi được ngày đêm.", "Kế hoạch 2026-2030 có 5 mục tiêu.",
    ],
)  # fmt: skip
def test_ordinary_words_pass(text):
    assert (doubtful(text), refused(text)) == ([], [])


def test_words_that_may_show_a_person_are_shown_whole():
    assert [word for word, _what in doubtful("Chị Alăng Thị Hoa tên là Hoa Mẫu, ở thôn Pa Xua.")] == [
        "Chị Alăng Thị Hoa", "tên là Hoa Mẫu", "thôn Pa Xua",
    ]  # fmt: skip


def test_a_word_at_the_end_of_a_line_begins_no_name():
    assert doubtful("Khó hẹn trưởng thôn", "Mùa mưa đường tắc.\nChúng tôi hỏi các anh\nTrong xã có hai bản\nXa") == []


def test_nobody_but_author_and_moderator_finds_it_before_it_is_shared(client, author, moderator, commune):
    one = post(author)
    page = f"{BASE}{one.pk}/"
    peer, other = make_user(role=Role.TRAINEE, area=commune), make_user(role=Role.TRAINEE, area=make_commune("Xã Hai"))
    elsewhere = make_user(role=Role.PROGRAMME_MANAGER, area=make_commune("Xã Ba"))
    for user, status in (
        (author, 200),
        (moderator, 200),
        (peer, 404),
        (other, 404),
        (elsewhere, 404),
        (make_user(), 404),
    ):
        client.force_login(user)
        assert client.get(page).status_code == status, user
    client.force_login(moderator)
    assert "Mùa rẫy" in client.get(BASE).content.decode()
    assert client.post(page, {"act": "share"}).status_code == 302
    client.force_login(other)
    shown = client.get(page).content.decode()
    assert "Mùa rẫy" in shown
    assert "Người Viết" not in shown
    assert "Người Đọc Trước" not in shown
    client.force_login(make_user())
    assert client.get(page).status_code == 404
    assert client.get(BASE).status_code == 403
    client.logout()
    assert client.get(page).status_code == 302


def test_form_doubts_once_and_takes_the_same_words_with_the_second_tick(client, author):
    client.force_login(author)
    form = {
        "kind": "difficulty", "title": "Chuyện ở bản Mẫu", "text": TEXT, "agreed": "on", "client_uuid": uuid.uuid4().hex,
    }  # fmt: skip
    answer = client.post(BASE + "moi/", form)
    assert answer.status_code == 409
    assert "“bản Mẫu”" in answer.content.decode()
    assert 'name="looked"' in answer.content.decode()
    assert client.post(BASE + "moi/", form | {"looked": "on"}).status_code == 302
    assert client.post(BASE + "moi/", form | {"looked": "on"}).status_code == 302
    assert Experience.objects.count() == 1
    with_number = client.post(
        BASE + "moi/", form | {"text": "Gọi chị Hoa, 0905 123 456.", "client_uuid": uuid.uuid4().hex}
    )
    assert "0905 123 456" in with_number.content.decode()
    assert "chị Hoa" not in with_number.content.decode().replace("Gọi chị Hoa, 0905", "")
    without = client.post(BASE + "moi/", form | {"looked": "on", "agreed": "", "client_uuid": uuid.uuid4().hex})
    assert without.status_code == 409
    assert Experience.objects.count() == 1


def test_another_persons_id_is_not_taken_over(author, commune):
    first = post(author, client_uuid=uuid.uuid4())
    with pytest.raises(DomainError):
        post(make_user(role=Role.TRAINEE, area=commune), client_uuid=first.pk)


def test_sent_back_written_anew_shared_given_answered_and_taken_up(author, moderator, mailoutbox):
    course = make_course(title="Tập huấn")
    body = make_organisation("Sở Mẫu")
    expert = make_user(role=Role.TRAINER, organisation=body)
    one = post(author, course=course)
    acts.send_back(experience=one, reason="Bỏ tên xã", actor=moderator)
    one = acts.rewrite(experience=one, title="Mùa rẫy", text=TEXT, actor=author)
    acts.share(experience=one, actor=moderator)
    acts.assign(experience=one, owner=body, due_on=today() + timedelta(days=14), actor=moderator)
    with pytest.raises(DomainError):
        acts.answer(experience=one, text="Không phải việc của tôi", actor=author)
    with pytest.raises(DomainError):
        acts.take_up(experience=one, is_faq=True, lesson=None, question="", actor=moderator)
    acts.answer(experience=one, text="Đến tận nương, hẹn buổi tối.", actor=expert)
    lesson = course.modules.get().lessons.get()
    one = acts.take_up(experience=one, is_faq=True, lesson=lesson, question="Câu 12", actor=moderator)
    assert [event.kind for event in one.events.all()] == [
        "posted", "returned", "rewritten", "shared", "assigned", "answered", "adopted",
    ]  # fmt: skip
    assert (one.state, one.is_faq, one.lesson, one.question) == ("answered", True, lesson, "Câu 12")
    for job in Job.objects.filter(kind="experience-notice").order_by("pk"):
        jobs.run(job.pk)
    assert [(mail.to[0], mail.subject.split(":")[0]) for mail in mailoutbox] == [
        (author.email, "Xin viết lại"), (author.email, "Đã có trả lời"),
    ]  # fmt: skip
    assert "Bỏ tên xã" in mailoutbox[0].body
    assert "/khoa-hoc/chia-se/" in mailoutbox[0].body


def test_people_of_the_organisation_are_told_when_it_is_given_and_weekly_when_overdue(author, moderator, mailoutbox):
    body = make_organisation("Sở Mẫu")
    expert = make_user(role=Role.TRAINER, organisation=body)
    make_user(role=Role.TRAINEE, organisation=body)
    one = acts.share(experience=post(author), actor=moderator)
    acts.assign(experience=one, owner=body, due_on=today() + timedelta(days=1), actor=moderator)
    assert acts.remind_overdue(today() + timedelta(days=1)) == 0
    for day in (2, 3, 8, 9, 9):
        assert acts.remind_overdue(today() + timedelta(days=day)) == 1
    for job in Job.objects.filter(kind="experience-notice").order_by("pk"):
        jobs.run(job.pk)
    assert [(mail.to, mail.subject.split(":")[0]) for mail in mailoutbox] == [
        ([expert.email], "Xin trả lời"), ([expert.email], "Quá hạn, xin trả lời"), ([expert.email], "Quá hạn, xin trả lời"),
    ]  # fmt: skip
    acts.answer(experience=one, text="Đã có cách.", actor=expert)
    assert acts.remind_overdue(today() + timedelta(days=30)) == 0


def test_organisation_without_people_leaves_the_reminder_to_the_moderators(author, moderator):
    one = acts.share(experience=post(author), actor=moderator)
    one = acts.assign(experience=one, owner=make_organisation("Sở Trống"), due_on=today(), actor=moderator)
    assert acts.answerers(one) == [moderator]


def test_nobody_moderates_what_they_wrote_themselves(moderator):
    one = post(moderator)
    with pytest.raises(DomainError, match="Người khác"):
        acts.share(experience=one, actor=moderator)
    assert Experience.objects.moderated_by(moderator).count() == 0
    with pytest.raises(PermissionDenied):
        acts.share(experience=one, actor=make_user(role=Role.TRAINER))


def test_moderator_of_a_merged_commune_finds_what_was_written_in_the_old_one(author, commune):
    one = post(author)
    new = make_commune("Xã Mới", valid_from=today())
    merge(commune, new)
    manager = make_user(role=Role.PROGRAMME_MANAGER, area=new)
    assert list(Experience.objects.moderated_by(manager)) == [one]
    assert acts.share(experience=one, actor=manager).state == "shared"


def test_taken_down_leaves_every_page(client, author, moderator):
    one = acts.share(experience=post(author), actor=moderator)
    acts.answer(experience=one, text="Cách làm", actor=moderator)
    acts.take_up(experience=one, is_faq=True, lesson=None, question="", actor=moderator)
    reader = make_user(role=Role.RADIO_OPERATOR)
    client.force_login(reader)
    assert "Mùa rẫy" in client.get("/vi/khoa-hoc/chia-se/hoi-dap/").content.decode()
    acts.take_down(experience=one, reason="Có thể nhận ra", actor=moderator)
    for page in (BASE, BASE + "hoi-dap/"):
        assert "Mùa rẫy" not in client.get(page).content.decode()
    assert client.get(f"{BASE}{one.pk}/").status_code == 404


def test_list_costs_the_same_for_one_and_for_many(client, author, moderator, django_assert_max_num_queries):
    acts.share(experience=post(author), actor=moderator)
    client.force_login(moderator)
    with django_assert_max_num_queries(14) as few:
        client.get(BASE)
    for number in range(4):
        acts.share(experience=post(author, title=f"Việc {number}"), actor=moderator)
        post(author, title=f"Chờ {number}")
    with django_assert_max_num_queries(len(few)):
        assert "Chờ 3" in client.get(BASE + "?q=viec").content.decode()


def test_database_refuses_an_answer_without_words(author):
    one = post(author)
    with pytest.raises(IntegrityError, match="courses_experience_answered_in_words"), transaction.atomic():
        Experience.objects.filter(pk=one.pk).update(state="answered")


# Study visits -----------------------------------------------------------------------------------------------------


@pytest.fixture
def trip(moderator, author):
    run = make_class(moderator, make_user(role=Role.TRAINER), [author])
    run.course.kind = "visit"
    run.course.save()
    return run


def test_visit_keeps_what_was_learnt_and_where_it_is_done_since(client, trip, moderator, author):
    page = f"/vi/khoa-hoc/tham-quan/{trip.pk}/"
    client.force_login(moderator)
    form = {
        "act": "visit",
        "visit-host": "Tỉnh bạn (mẫu)",
        "visit-programme": "Ngày 1: gặp mặt",
        "visit-lessons": "Tủ sách nhỏ",
    }
    assert client.post(page, form).status_code == 302
    refused_words = client.post(page, form | {"visit-lessons": "Một bài học dài. Hỏi thêm 0905 123 456."})
    assert refused_words.status_code == 409
    html = refused_words.content.decode()
    assert ("Một bài học dài." in html, html.count("“0905 123 456”")) == (True, 1)
    client.force_login(author)
    own = author.memberships.get().organisation
    said = {"act": "adopt", "adopt-organisation": own.pk, "adopt-what": "Lập tủ sách", "adopt-since": f"{today()}"}
    assert client.post(page, said).status_code == 302
    assert client.post(page, said).status_code == 302
    assert Adoption.objects.count() == 1
    other = make_organisation("Nơi khác")
    assert client.post(page, said | {"adopt-organisation": other.pk}).status_code == 409
    html = client.get(page).content.decode()
    assert "Tỉnh bạn (mẫu)" in html
    assert "Tủ sách nhỏ" in html
    assert "Lập tủ sách" in html
    adoption = Adoption.objects.get()
    client.post(page, {"act": "void", "pk": adoption.pk, "reason": "Ghi nhầm"})
    assert "Lập tủ sách" not in client.get(page).content.decode()
    adoption.refresh_from_db()
    assert (adoption.void_reason, adoption.voided_by) == ("Ghi nhầm", author)


def test_stranger_reads_a_visit_but_neither_names_nor_forms(client, trip, moderator, author):
    visits.save_visit(run=trip, host="Tỉnh bạn", programme="", lessons="Bài học", actor=moderator)
    peer = make_user(role=Role.TRAINEE)
    client.force_login(peer)
    page = f"/vi/khoa-hoc/tham-quan/{trip.pk}/"
    html = client.get(page).content.decode()
    assert "Bài học" in html
    assert author.name not in html
    assert "1 người tham gia." in html
    assert client.post(page, {"act": "visit", "visit-host": "X"}).status_code == 404
    with pytest.raises(PermissionDenied):
        visits.save_visit(run=trip, host="X", programme="", lessons="", actor=peer)
    assert "Tỉnh bạn" in client.get("/vi/khoa-hoc/tham-quan/").content.decode()


def test_class_of_another_kind_is_no_visit(moderator, client):
    run = make_class(moderator, make_user(role=Role.TRAINER), [])
    with pytest.raises(DomainError, match="không phải chuyến tham quan"):
        visits.save_visit(run=run, host="X", programme="", lessons="", actor=moderator)
    client.force_login(moderator)
    assert client.get(f"/vi/khoa-hoc/tham-quan/{run.pk}/").status_code == 404
