"""Courses written in /cms/: who may, what trainees see meanwhile, what a used course keeps."""

import json
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone
from wagtail.documents import get_document_model
from wagtail.models import Revision

from core.errors import DomainError
from courses import writing
from courses.blocks import LessonBlocks
from courses.certificates import issue_certificate
from courses.models import Competency, Course, Lesson, Module
from people.roles import Role
from tests.courses.making import make_course
from tests.factories import make_duty, make_organisation, make_province, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager():
    return make_user(role=Role.COURSE_MANAGER)


@pytest.fixture
def trainer():
    return make_user(role=Role.TRAINER)


@pytest.fixture
def peer():
    return make_user(role=Role.COURSE_MANAGER, area=make_province("Tỉnh Thử Khác"))


def facts(course: Course | None = None, **changed) -> dict:
    """What the form of a course sends."""
    organiser = course.organiser if course else make_organisation()
    sent = {
        "title": "Lắng nghe và nâng đỡ", "title_en": "", "summary": "Để biết nghe.", "summary_en": "", "kind": "skills",
        "hours": "8", "organiser": organiser.pk, "code": course.code if course else "", "least_attendance": "80",
        "validity_months": "36",
    }  # fmt: skip
    return sent | changed


def lesson_form(title: str = "Nghe", text: str = "<p>Nghe trước, hỏi sau.</p>", **changed) -> dict:
    """What the editor of a lesson sends. Rich text comes as its editor writes it."""
    words = text.removeprefix("<p>").removesuffix("</p>")
    block = {"key": "k1", "text": words, "type": "unstyled", "depth": 0, "inlineStyleRanges": [], "entityRanges": []}
    content = json.dumps({"blocks": [block], "entityMap": {}})
    sent = {
        "title": title, "title_en": "", "minutes": "10", "body-count": "1", "body-0-type": "text", "body-0-order": "0",
        "body-0-deleted": "", "body-0-id": "", "body-0-value": content, "body_en-count": "0",
    }  # fmt: skip
    return sent | changed


def the_lesson(course: Course) -> Lesson:
    return Lesson.objects.get(module__course=course)


# Who ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["course_outline", "course_register:edit", "course_register:history"])
def test_a_course_is_opened_by_those_who_write_it_and_does_not_exist_for_others(client, manager, trainer, peer, name):
    course = make_course(published_on=None)
    url = reverse(name, args=[course.pk])
    found = []
    for person in (manager, trainer, peer):
        client.force_login(person)
        found.append(client.get(url).status_code)
    assert found == [200, 200, 404]
    client.force_login(make_user(role=Role.COMMUNICATOR))
    assert client.get(url).status_code in (403, 404)
    client.logout()
    assert client.get(url).status_code == 302


LESSON_VIEWS = ["edit", "history", "usage", "unpublish", "lock", "preview_on_edit", "delete"]


@pytest.mark.parametrize("name", LESSON_VIEWS)
def test_every_view_of_a_lesson_asks_for_its_course(client, peer, name):
    lesson = the_lesson(make_course())
    url = reverse(f"lesson_register:{name}", args=[lesson.pk])
    client.force_login(peer)
    assert (client.get(url).status_code, client.post(url, lesson_form()).status_code) == (404, 404)
    client.force_login(make_user(role=Role.TRAINEE))
    assert client.get(url).status_code == 403
    lesson.refresh_from_db()
    assert (lesson.title, lesson.live, lesson.locked) == ("Bài 1", True, False)


def test_a_revision_is_read_by_writers_of_its_course_only(client, manager, peer):
    lesson = the_lesson(make_course())
    revision = lesson.save_revision(user=manager)
    urls = [
        reverse("lesson_register:revisions_view", args=[lesson.pk, revision.pk]),
        reverse("lesson_register:revisions_revert", args=[lesson.pk, revision.pk]),
        reverse("lesson_register:revisions_compare", args=[lesson.pk, "live", revision.pk]),
        reverse("lesson_as_trainee", args=[lesson.pk]),
    ]
    found = []
    for person in (manager, peer):
        client.force_login(person)
        found.append([client.get(url).status_code for url in urls])
    assert found == [[200] * 4, [404] * 4]


def test_lists_and_home_show_what_lies_in_ones_area(client, manager, peer):
    course = make_course("o-tinh-thu", title="Khoá ở tỉnh thử", published_on=None)
    lesson = the_lesson(course)
    lesson.title = "Bài đang sửa"
    lesson.save_revision(user=manager)
    urls = [reverse("course_register:list"), reverse("lesson_register:list"), reverse("wagtailadmin_home")]
    client.force_login(manager)
    mine = [client.get(url).content.decode() for url in urls]
    assert ["Khoá ở tỉnh thử" in html for html in mine] == [True, True, True]
    assert "Bài đang sửa" in mine[2]
    client.force_login(peer)
    assert ["Khoá ở tỉnh thử" in client.get(url).content.decode() for url in urls] == [False, False, False]


def test_nobody_chooses_or_deletes_courses_through_wagtails_own_windows(client, manager):
    course = make_course(published_on=None)
    client.force_login(manager)
    assert client.get("/cms/snippets/choose/courses/course/").status_code == 404
    assert client.post(reverse("course_register:delete", args=[course.pk])).status_code == 403
    bulk = reverse("wagtail_bulk_action", args=["courses", "course", "delete"])
    client.post(f"{bulk}?id={course.pk}&next=/cms/")
    assert Course.objects.filter(pk=course.pk).exists()


def test_menu_shows_a_course_manager_what_concerns_them(client, manager):
    client.force_login(manager)
    from django.test import RequestFactory
    from wagtail.admin.menu import admin_menu

    request = RequestFactory().get("/cms/")
    request.user = manager
    names = [item.name for item in admin_menu.menu_items_for_request(request)]
    assert "training" in names
    assert not {"bulletins", "registers", "explorer", "snippets", "jingles", "translations", "settings"} & set(names)


# A course -------------------------------------------------------------------------------------------------------


def test_a_course_made_in_the_form_is_found_by_nobody_before_it_is_published(client, manager):
    client.force_login(manager)
    duty, skill = make_duty(), Competency.objects.create(code="nghe", title="Nghe mà không hỏi dồn")
    before = make_course("truoc")
    sent = facts(duties=[duty.pk], competencies=[skill.pk], prerequisites=[before.pk])
    answer = client.post(reverse("course_register:add"), sent)
    course = Course.objects.get(code="lang-nghe-va-nang-do")
    assert answer["Location"] == reverse("course_outline", args=[course.pk])
    assert (course.hours, course.validity_months, course.published_on) == (Decimal(8), 36, None)
    assert [list(rows.all()) for rows in (course.duties, course.competencies, course.prerequisites)] == [
        [duty], [skill], [before],
    ]  # fmt: skip
    client.logout()
    assert client.get("/vi/khoa-hoc/lang-nghe-va-nang-do/").status_code == 404
    writing.publish_course(course=course, actor=manager)
    assert client.get("/vi/khoa-hoc/lang-nghe-va-nang-do/").status_code == 200


def test_the_form_refuses_in_words(client, manager):
    first = make_course("mot", title="Một")
    second = make_course("hai", title="Hai")
    second.prerequisites.add(first)
    client.force_login(manager)
    refused = {
        "Choose for whom it is": ("add", None, {"is_restricted": "on"}),
        "leads to another page": ("add", None, {"code": "lop"}),
        "cannot wait for one that waits for it": ("edit", first, {"prerequisites": [second.pk]}),
        "Leave it empty": ("add", None, {"validity_months": "0"}),
    }
    manager.language = "en"
    client.cookies["django_language"] = "en"
    for said, (view, course, changed) in refused.items():
        url = reverse(f"course_register:{view}", args=[course.pk] if course else [])
        answer = client.post(url, facts(course, **changed), headers={"accept-language": "en"})
        assert (said, said in answer.content.decode()) == (said, True)
    assert Course.objects.count() == 2


def test_another_area_is_no_organiser_of_mine(client, manager):
    client.force_login(manager)
    other = make_organisation("Cơ quan nơi khác", area=make_province("Tỉnh Thử Khác"))
    client.post(reverse("course_register:add"), facts(organiser=other.pk))
    assert not Course.objects.exists()


def test_addresses_are_made_from_titles_once_each(client, manager):
    client.force_login(manager)
    for _n in range(2):
        client.post(reverse("course_register:add"), facts(title="Lớp"))
    client.post(reverse("course_register:add"), facts(title="Đ" * 160))
    # "lop" is the address of the classes.
    assert set(Course.objects.values_list("code", flat=True)) == {"lop-2", "lop-3", "d" * 44}


def test_facts_of_a_published_course_are_its_managers_to_change(client, manager, trainer):
    course = make_course()
    url = reverse("course_register:edit", args=[course.pk])
    client.force_login(trainer)
    assert client.post(url, facts(course, title="Đổi")).status_code == 403
    client.force_login(manager)
    assert client.post(url, facts(course, title="Đổi", code="khac")).status_code == 302
    kept, course = course.code, Course.objects.get(pk=course.pk)
    # Its address stands on papers.
    assert (course.title, course.code) == ("Đổi", kept)
    assert course.latest_revision.user == manager


def test_a_new_rule_leaves_issued_certificates_as_they_are(client, manager):
    course = make_course(validity_months=36)
    holder = make_user(role=Role.TRAINEE)
    paper = issue_certificate(
        holder=holder, course=course, on=timezone.localdate(), signer="Giám đốc, Trần Văn Mẫu", actor=manager
    )
    before = {field.name: getattr(paper, field.attname) for field in paper._meta.concrete_fields}
    client.force_login(manager)
    changed = facts(course, title="Tên mới", hours="16", least_attendance="95", validity_months="12")
    answer = client.post(reverse("course_register:edit", args=[course.pk]), changed, follow=True)
    assert "1 giấy" in answer.content.decode()
    paper.refresh_from_db()
    assert {field.name: getattr(paper, field.attname) for field in paper._meta.concrete_fields} == before
    # Every state of the rule is kept.
    assert Course.objects.get(pk=course.pk).latest_revision.content["least_attendance"] == 95


def test_of_two_who_change_a_course_the_second_is_told(client, manager):
    course = make_course()
    course.save_revision(user=manager)
    opened = course.latest_revision
    seen = {"loaded_revision_id": opened.pk, "loaded_revision_created_at": opened.created_at.isoformat()}
    client.force_login(manager)
    url = reverse("course_register:edit", args=[course.pk])
    assert client.post(url, facts(course, title="Người thứ nhất") | seen).status_code == 302
    assert client.post(url, facts(course, title="Người thứ hai") | seen).status_code == 200
    course.refresh_from_db()
    assert course.title == "Người thứ nhất"


def test_a_used_course_is_not_deleted_but_retired(client, manager):
    course = make_course()
    holder = make_user(role=Role.TRAINEE)
    paper = issue_certificate(
        holder=holder, course=course, on=timezone.localdate(), signer="Giám đốc, Trần Văn Mẫu", actor=manager
    )
    client.force_login(manager)
    url = reverse("course_act", args=[course.pk])
    answer = client.post(url, {"act": "remove"})
    assert answer.status_code == 409
    assert "đang được dùng" in answer.content.decode()
    client.post(url, {"act": "retire"})
    course.refresh_from_db()
    assert course.retired_on == timezone.localdate()
    assert client.get(f"/c/{paper.code}").status_code == 200
    client.post(url, {"act": "publish"})
    course.refresh_from_db()
    assert (course.retired_on, course.is_open()) == (None, True)


def test_a_course_nothing_names_is_deleted_with_its_lessons(manager, trainer, peer):
    course = make_course(published_on=None)
    for person in (trainer, peer):
        with pytest.raises(PermissionDenied):
            writing.remove_course(course=course, actor=person)
    writing.remove_course(course=course, actor=manager)
    assert (Course.objects.count(), Module.objects.count(), Lesson.objects.count()) == (0, 0, 0)
    asked, asking = make_course("duoc-hoi"), make_course("hoi")
    asking.prerequisites.add(asked)
    with pytest.raises(DomainError):
        writing.remove_course(course=asked, actor=manager)
    assert Course.objects.filter(pk=asked.pk).exists()


@pytest.mark.parametrize("act", [writing.publish_course, writing.retire_course, writing.remove_course])
def test_the_catalogue_is_a_managers_of_the_area(act, trainer, peer):
    course = make_course()
    for person in (trainer, peer, make_user(role=Role.TRAINEE)):
        with pytest.raises(PermissionDenied):
            act(course=course, actor=person)


def test_publishing_and_retiring_twice_changes_nothing(manager):
    course = make_course(published_on=None)
    once = writing.publish_course(course=course, actor=manager)
    again = writing.publish_course(course=course, actor=manager)
    assert (once.published_on, again.latest_revision_id) == (timezone.localdate(), once.latest_revision_id)
    retired = writing.retire_course(course=course, actor=manager)
    assert writing.retire_course(course=course, actor=manager).latest_revision_id == retired.latest_revision_id
    later = make_course(published_on=timezone.localdate() + timedelta(days=9))
    # One that was still to come never was there.
    found = writing.retire_course(course=later, actor=manager)
    assert (found.published_on, found.retired_on) == (None, None)


# Modules and lessons --------------------------------------------------------------------------------------------


def test_modules_and_lessons_keep_one_order(manager):
    course = Course.objects.create(
        code="thu-tu", kind="skills", title="Thứ tự", summary="Để thử.", hours=1, organiser=make_organisation()
    )
    one, two = (writing.add_module(course=course, title=title, actor=manager) for title in ("Một", "Hai"))
    a, b, c = (
        writing.add_lesson(module=module, title=title, actor=manager)
        for module, title in ((one, "a"), (one, "b"), (two, "c"))
    )

    def order() -> str:
        rows = Lesson.objects.filter(module__course=course).in_order()
        return " ".join(f"{row.module.title}:{row.title}" for row in rows.select_related("module"))

    def move(lesson, step):
        writing.move_lesson(lesson=Lesson.objects.get(pk=lesson.pk), step=step, actor=manager)
        return order()

    assert order() == "Một:a Một:b Hai:c"
    assert move(a, 1) == "Một:b Một:a Hai:c"
    # At the edge of its module into the next one, before what stands there.
    assert move(a, 1) == "Một:b Hai:a Hai:c"
    assert move(c, -1) == "Một:b Hai:c Hai:a"
    assert move(c, -1) == "Một:b Một:c Hai:a"
    assert move(b, -1) == "Một:b Một:c Hai:a"
    assert move(a, 1) == "Một:b Một:c Hai:a"
    writing.move_module(module=two, step=-1, actor=manager)
    assert order() == "Hai:a Một:b Một:c"
    writing.move_module(module=Module.objects.get(pk=two.pk), step=-1, actor=manager)
    assert order() == "Hai:a Một:b Một:c"
    with pytest.raises(DomainError):
        writing.remove_module(module=one, actor=manager)
    writing.remove_lesson(lesson=a, actor=manager)
    writing.remove_module(module=two, actor=manager)
    assert order() == "Một:b Một:c"


@pytest.mark.parametrize("act", ["add-module", "add-lesson", "move-lesson", "remove-lesson", "rename-module"])
def test_acts_are_of_the_course_and_of_the_area(client, manager, peer, act):
    course, other = make_course(), make_course()
    lesson = the_lesson(other)
    sent = {"act": act, "title": "Đổi", "module": lesson.module_id, "lesson": lesson.pk, "way": "up"}
    client.force_login(peer)
    assert client.post(reverse("course_act", args=[other.pk]), sent).status_code == 404
    client.force_login(manager)
    if act != "add-module":
        assert client.post(reverse("course_act", args=[course.pk]), sent).status_code == 404
    url = reverse("course_act", args=[course.pk])
    for wrong in ({"act": "nothing"}, {"act": act if act != "add-module" else "", "module": "9" * 40, "lesson": "x"}):
        assert client.post(url, wrong).status_code == 404
    assert client.get(url).status_code == 405
    assert list(Module.objects.values_list("title", flat=True)) == ["Phần một"] * 2
    assert Lesson.objects.count() == 2


def test_a_name_that_is_missing_or_too_long_is_refused_in_words(client, manager):
    course = make_course()
    client.force_login(manager)
    url = reverse("course_act", args=[course.pk])
    for title in ("", "  ", "Đ" * 161):
        answer = client.post(url, {"act": "add-module", "title": title})
        assert (answer.status_code, 'role="alert"' in answer.content.decode()) == (409, True)
    client.post(url, {"act": "add-module", "title": "Đ" * 160})
    assert list(course.modules.values_list("title", flat=True)) == ["Phần một", "Đ" * 160]


def test_trainees_see_a_lesson_as_it_was_published(client, manager, trainer):
    course = make_course("dang-hoc")
    lesson = the_lesson(course)
    trainee = make_user(role=Role.TRAINEE)

    def seen() -> str:
        client.force_login(trainee)
        return client.get("/vi/khoa-hoc/dang-hoc/1/").content.decode()

    url = reverse("lesson_register:edit", args=[lesson.pk])
    client.force_login(trainer)
    assert client.post(url, lesson_form("Nghe kỹ")).status_code == 302
    # A trainer has no publish button, and sending it is sending a draft.
    client.force_login(trainer)
    assert "action-publish" not in client.get(url).content.decode()
    client.post(url, lesson_form("Nghe kỹ") | {"action-publish": "1"})
    assert ("Đọc kỹ." in seen(), "Nghe trước" in seen()) == (True, False)
    client.force_login(manager)
    preview = client.get(reverse("lesson_as_trainee", args=[lesson.pk])).content.decode()
    assert ("Nghe trước" in preview, '<html lang="vi"' in preview) == (True, True)
    client.post(url, lesson_form("Nghe kỹ") | {"action-publish": "1"})
    assert ("Đọc kỹ." in seen(), "Nghe trước" in seen(), "Nghe kỹ" in seen()) == (False, True, True)
    client.force_login(manager)
    client.post(reverse("lesson_register:unpublish", args=[lesson.pk]))
    client.force_login(trainee)
    assert client.get("/vi/khoa-hoc/dang-hoc/1/").status_code == 404


def test_a_new_lesson_is_numbered_only_when_it_is_published(client, manager):
    course = make_course("co-bai", lessons=2)
    trainee = make_user(role=Role.TRAINEE)
    draft = writing.add_lesson(module=course.modules.get(), title="Bài còn viết", actor=manager)
    writing.move_lesson(lesson=draft, step=-1, actor=manager)
    client.force_login(trainee)
    page = client.get("/vi/khoa-hoc/co-bai/").content.decode()
    assert ("Bài còn viết" in page, "/co-bai/2/" in page, "/co-bai/3/" in page) == (False, True, False)
    client.force_login(manager)
    url = reverse("lesson_register:edit", args=[draft.pk])
    # Nothing in it yet: it can be kept, not published.
    client.post(url, lesson_form("Bài còn viết") | {"body-count": "0", "action-publish": "1"})
    assert not Lesson.objects.get(pk=draft.pk).live
    client.post(url, lesson_form("Bài còn viết") | {"action-publish": "1"})
    assert [one.title for one in course.lessons()] == ["Bài 1", "Bài còn viết", "Bài 2"]


def test_publishing_a_draft_leaves_the_lesson_where_it_has_been_moved(manager):
    course = make_course(lessons=2)
    lesson = Lesson.objects.get(title="Bài 1")
    lesson.title = "Bài một, viết lại"
    draft = lesson.save_revision(user=manager)
    other = writing.add_module(course=course, title="Phần hai", actor=manager)
    for _n in range(2):
        writing.move_lesson(lesson=Lesson.objects.get(pk=lesson.pk), step=1, actor=manager)
    Revision.objects.get(pk=draft.pk).publish(user=manager)
    assert [(one.title, one.module) for one in course.lessons()] == [
        ("Bài 2", course.modules.first()), ("Bài một, viết lại", other),
    ]  # fmt: skip


def test_going_on_where_one_stopped_skips_what_is_no_longer_published(client, manager):
    course = make_course("hoc-do", lessons=3)
    trainee = make_user(role=Role.TRAINEE)
    client.force_login(trainee)
    client.get("/vi/khoa-hoc/hoc-do/1/")
    first, second = Lesson.objects.filter(module__course=course).in_order()[:2]
    second.unpublish(user=manager)
    assert 'href="/vi/khoa-hoc/hoc-do/2/"' in client.get("/vi/khoa-hoc/cua-toi/").content.decode()
    first.unpublish(user=manager)
    assert "hoc-do" not in client.get("/vi/khoa-hoc/cua-toi/").content.decode()


def test_a_lesson_with_a_test_is_kept(manager):
    course = make_course()
    lesson = the_lesson(course)
    course.quizzes.create(lesson=lesson, purpose="lesson", title="Thử", made_by=manager)
    with pytest.raises(DomainError):
        writing.remove_lesson(lesson=lesson, actor=manager)
    assert Lesson.objects.filter(pk=lesson.pk).exists()


def test_a_published_lesson_is_a_managers_to_delete(manager, trainer):
    course = make_course()
    lesson = the_lesson(course)
    with pytest.raises(PermissionDenied):
        writing.remove_lesson(lesson=lesson, actor=trainer)
    draft = writing.add_lesson(module=lesson.module, title="Nháp", actor=trainer)
    writing.remove_lesson(lesson=draft, actor=trainer)
    assert list(Lesson.objects.all()) == [lesson]


def test_a_locked_lesson_is_not_overwritten(client, manager, trainer):
    lesson = the_lesson(make_course())
    client.force_login(manager)
    client.post(reverse("lesson_register:lock", args=[lesson.pk]))
    client.force_login(trainer)
    client.post(reverse("lesson_register:edit", args=[lesson.pk]), lesson_form("Chen vào"))
    lesson.refresh_from_db()
    assert (lesson.locked_by, lesson.has_unpublished_changes) == (manager, False)


def test_pages_cost_the_same_for_one_lesson_and_for_many(client, manager, django_assert_max_num_queries):
    course = make_course(lessons=1)
    client.force_login(manager)
    urls = [
        reverse("course_outline", args=[course.pk]),
        reverse("course_register:list"),
        reverse("lesson_register:list"),
    ]
    for url in urls:
        client.get(url)
        with django_assert_max_num_queries(30) as few:
            client.get(url)
        for number in range(3):
            more = writing.add_module(course=course, title=f"Thêm {number}", actor=manager)
            writing.add_lesson(module=more, title="Nháp", actor=manager).save_revision(user=manager, clean=False)
            make_course()
        with django_assert_max_num_queries(len(few.captured_queries)):
            client.get(url)


# Blocks ---------------------------------------------------------------------------------------------------------


def document(name: str, size: int = 10):
    return get_document_model().objects.create(title=name, file=ContentFile(b"x" * size, name=name))


def clean(kind: str, **value):
    block = LessonBlocks()
    return block.clean(block.to_python([{"type": kind, "value": value}]))


def test_sound_and_film_need_their_words_and_the_right_file(monkeypatch):
    sound, film = document("nghe.mp3"), document("xem.mp4")
    said = "Chào bạn."
    assert len(clean("audio", title="Nghe", sound=sound.pk, transcript=said)) == 1
    assert len(clean("video", title="Xem", film=film.pk, transcript=said)) == 1
    monkeypatch.setattr("courses.blocks.LARGEST_FILM", 5)
    for kind, value in (
        ("audio", {"sound": sound.pk, "transcript": ""}),
        ("audio", {"sound": film.pk, "transcript": said}),
        ("video", {"film": film.pk, "transcript": ""}),
        ("video", {"film": sound.pk, "transcript": said}),
    ):
        with pytest.raises(ValidationError):
            clean(kind, title="Thử", **value)


def test_a_film_is_small():
    large = document("dai.mp4", size=12 * 2**20 + 1)
    with pytest.raises(ValidationError):
        clean("video", title="Dài", film=large.pk, transcript="Có lời.")


def test_a_half_written_draft_can_be_previewed(client, manager):
    lesson = the_lesson(make_course())
    lesson.body = [
        {"type": "audio", "value": {"title": "Nghe", "sound": None, "transcript": ""}},
        {"type": "video", "value": {"title": "Xem", "film": None, "transcript": ""}},
        {"type": "file", "value": None},
        {"type": "picture", "value": None},
        {"type": "text", "value": "<p>Còn viết.</p>"},
    ]
    lesson.save_revision(user=manager, clean=False)
    client.force_login(manager)
    answer = client.get(reverse("lesson_as_trainee", args=[lesson.pk]) + "?language=en")
    assert answer.status_code == 200
    assert "Còn viết." in answer.content.decode()
    assert '<html lang="en"' in answer.content.decode()


# Files ----------------------------------------------------------------------------------------------------------


def test_files_of_lessons_are_added_by_writers_and_changed_by_who_sent_them_in(client, manager, trainer):
    mine = document("cua-toi.pdf")
    mine.uploaded_by_user = manager
    mine.save()
    found = {}
    for name, person in (("manager", manager), ("trainer", trainer), ("trainee", make_user(role=Role.TRAINEE))):
        client.force_login(person)
        found[name] = [
            client.get(reverse(url, args=args)).status_code
            for url, args in (("wagtaildocs:add", []), ("wagtaildocs:edit", [mine.pk]), ("wagtailimages:add", []))
        ]
    assert found == {"manager": [200, 200, 200], "trainer": [200, 302, 200], "trainee": [403, 403, 403]}
    client.force_login(manager)
    client.post(reverse("wagtaildocs:delete", args=[mine.pk]))
    assert get_document_model().objects.filter(pk=mine.pk).exists()
