"""Who trained whom on any day: generations, reach, dormant trainers, communes nobody reached, and who may look."""

import io
from datetime import date, timedelta

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from courses import runs
from courses.batches import order_batch
from courses.certificates import revoke_certificate
from courses.completion import completed
from courses.lineage import lineage
from courses.models import Certificate, CourseRun, Session, TrainerProfile
from media import jobs
from media.models import Job
from people.roles import Role
from places.models import AdministrativeUnit
from tests.courses.making import make_course
from tests.courses.quizzing import make_question, make_quiz, take
from tests.courses.test_attendance import roll
from tests.courses.test_runs import enrol, make_run, trainees
from tests.factories import make_commune, make_user, merge, today

pytestmark = pytest.mark.django_db
PAGE = "/vi/khoa-hoc/giang-vien/"


@pytest.fixture
def manager():
    return make_user(role=Role.COURSE_MANAGER)


@pytest.fixture
def tot():
    return make_course("tap-huan-giang-vien", kind="trainers", validity_months=24)


def taught(course, trainers, people, days_ago: int, manager) -> CourseRun:
    """A class of one morning `days_ago`, at which everybody was and got a certificate dated then."""
    run = runs.save_run(run=CourseRun(course=course, seats=60, place="Hội trường"), trainers=trainers, actor=manager)
    runs.add_session(
        run=run,
        starts_at=timezone.now() - timedelta(hours=4),
        ends_at=timezone.now() - timedelta(hours=1),
        actor=manager,
    )
    runs.announce(run=run, actor=manager)
    for one in people:
        enrol(run, one, manager)
    roll(run.sessions.get(), trainers[0], people)
    day = today() - timedelta(days=days_ago)
    batch = order_batch(course=course, holders=completed(run), on=day, signer="Ký", actor=manager, run=run)
    jobs.run(Job.objects.get(key=f"certificates:{batch.pk}").pk)
    assert batch.entries.exclude(certificate=None).count() == len(people)
    moved = timedelta(days=days_ago)
    for session in Session.objects.filter(run=run):
        session.starts_at, session.ends_at = session.starts_at - moved, session.ends_at - moved
        session.save()
    return run


def person(name, area, role=Role.TRAINEE):
    return make_user(role=role, area=area, name=name, starts_on=date(2025, 7, 1))


def everywhere():
    return AdministrativeUnit.objects.current()


def rows(**asked):
    return {one.user.name: one for one in lineage(units=everywhere(), **asked).trainers}


@pytest.fixture
def tree(manager, tot):
    """Root → An, Bình; An → Chi (a trainer herself) and twenty officers' worth of two; Chi → Dung."""
    one, two, three = make_commune("Xã Một"), make_commune("Xã Hai"), make_commune("Xã Ba")
    root = make_user(role=Role.TRAINER, name="Gốc", starts_on=date(2025, 7, 1))
    an, binh, chi = (person(name, one, Role.TRAINER) for name in ("An", "Bình", "Chi"))
    dung, hoa, lan = person("Dung", two), person("Hoa", one), person("Lan", one)
    for area in (one,):
        for who in (an, binh, chi):
            who.memberships.create(
                role=Role.TRAINEE,
                organisation=who.memberships.get().organisation,
                area=area,
                starts_on=date(2025, 7, 1),
            )
    law = make_course("luat", validity_months=24)
    taught(tot, [root], [an, binh], 400, manager)
    taught(tot, [an], [chi], 300, manager)
    taught(law, [an, root], [hoa, lan], 200, manager)
    taught(law, [chi], [dung, hoa], 100, manager)
    return {"root": root, "an": an, "chi": chi, "units": (one, two, three)}


def test_generations_reach_and_branches_follow_the_certificates(tree):
    found = lineage(units=everywhere())
    seen = {one.user.name: (one.generation, one.is_master, one.trained, one.reach) for one in found.trainers}
    # An trained Chi, Hoa and Lan; with Chi's branch also Dung. Hoa counts once although two trained her.
    assert seen == {
        "Gốc": (0, False, 4, 6), "An": (1, True, 3, 4), "Bình": (1, True, 0, 0), "Chi": (2, True, 2, 2),
    }  # fmt: skip
    assert [(depth, one.user.name) for depth, one in found.branches()] == [
        (0, "Gốc"),
        (1, "An"),
        (2, "Chi"),
        (1, "Bình"),
    ]
    assert [round(one.hours, 3) for one in found.trainers] == [6, 6, 0, 3]


def test_the_past_is_seen_as_it_was(tree):
    then = rows(on=today() - timedelta(days=350))
    assert {name: (one.generation, one.trained) for name, one in then.items()} == {
        "Gốc": (0, 2), "An": (1, 0), "Bình": (1, 0), "Chi": (None, 0),
    }  # fmt: skip
    assert [one.is_master for one in rows(on=today() - timedelta(days=500)).values()] == [False] * 4


def test_revoked_certificate_takes_its_branch_away_from_that_day(tree, manager):
    paper = Certificate.objects.get(holder=tree["chi"])
    revoke_certificate(certificate=paper, reason="Cấp nhầm", actor=manager)
    now = rows()
    assert (now["Chi"].generation, now["An"].trained, now["An"].reach) == (None, 2, 2)
    assert rows(on=today() - timedelta(days=1))["An"].reach == 4


def test_who_trains_their_own_teacher_makes_no_circle(manager, tot):
    area = make_commune("Xã Một")
    first, second = person("Một", area), person("Hai", area)
    taught(tot, [first], [second], 300, manager)
    taught(tot, [second], [first], 200, manager)
    found = rows()
    assert (found["Hai"].generation, found["Một"].generation) == (0, 1)
    assert (found["Hai"].reach, found["Một"].reach) == (1, 1)


def test_dormant_is_a_master_without_a_class_for_so_many_months(tree):
    def names(**asked):
        return [one.user.name for one in lineage(units=everywhere(), **asked).dormant]

    assert names(months=12) == ["Bình"]
    assert names(months=6) == ["An", "Bình"]
    assert names(months=3) == ["An", "Bình", "Chi"]


def test_commune_is_reached_through_its_officers_and_carries_it_over_a_merger(tree):
    _one, two, _three = tree["units"]
    assert [unit.name for unit in lineage(units=everywhere()).unreached] == ["Xã Ba"]
    assert [unit.name for unit in lineage(units=everywhere(), on=today() - timedelta(days=150)).unreached] == [
        "Xã Ba", "Xã Hai",
    ]  # fmt: skip
    merge(two, make_commune("Xã Mới", valid_from=today()))
    assert [unit.name for unit in lineage(units=AdministrativeUnit.objects.current()).unreached] == ["Xã Ba"]


def test_page_and_spreadsheet_of_the_course_manager(client, tree, manager, django_assert_max_num_queries):
    client.force_login(manager)
    TrainerProfile.objects.create(user=tree["an"])
    with django_assert_max_num_queries(24) as few:
        page = client.get(PAGE).content.decode()
    assert page.count("<tr>") == 5
    assert "Xã Ba" in page
    for number in range(8):
        person(f"Giảng viên {number}", tree["units"][0], Role.TRAINER)
    with django_assert_max_num_queries(len(few)):
        assert client.get(PAGE).content.decode().count("<tr>") == 13
    book = load_workbook(io.BytesIO(client.get("/vi/khoa-hoc/giang-vien.xlsx?months=6").content))
    assert [sheet.title for sheet in book] == ["Giảng viên", "Các nhánh", "Chưa đến"]
    assert [row[1].value for row in book["Các nhánh"].iter_rows(min_row=2)] == [
        "Gốc", "    An", "        Chi", "    Bình",
    ]  # fmt: skip
    assert client.get(f"{PAGE}?on=2020-01-01").status_code == 200
    assert '<p class="error">' in client.get(f"{PAGE}?months=5").content.decode()


def test_only_who_looks_after_an_area_sees_its_trainers(client, tree):
    one, two, _three = tree["units"]
    client.force_login(tree["an"])
    assert client.get(PAGE).status_code == 403
    client.force_login(make_user(role=Role.PROGRAMME_MANAGER, area=two))
    page = client.get(PAGE).content.decode()
    assert "Gốc" not in page
    assert "Dung" not in page
    assert client.get(f"{PAGE}{tree['an'].pk}/").status_code == 404
    client.force_login(make_user(role=Role.PROGRAMME_MANAGER, area=one))
    assert "Gốc" not in client.get(PAGE).content.decode()
    answer = client.get(f"{PAGE}{tree['an'].pk}/")
    assert answer.status_code == 200
    assert "<button>Lưu" not in answer.content.decode()
    assert client.post(f"{PAGE}{tree['an'].pk}/", {}).status_code == 403


def test_trainer_keeps_own_fields_and_languages(client, tree):
    from tests.campaigns.making import make_language
    from tests.courses.making import make_competency

    skill, tongue = make_competency("nhan-dien"), make_language("ktv")
    an = tree["an"]
    client.force_login(an)
    assert f'href="{PAGE}{an.pk}/"' in client.get("/vi/khoa-hoc/cua-toi/").content.decode()
    client.post(f"{PAGE}{an.pk}/", {"fields": [skill.pk], "languages": [tongue.pk]})
    profile = TrainerProfile.objects.get(user=an)
    assert (list(profile.fields.all()), list(profile.languages.all())) == ([skill], [tongue])
    assert client.get(f"{PAGE}{tree['root'].pk}/").status_code == 404
    client.force_login(person("Ngoài", tree["units"][0]))
    assert client.get(f"{PAGE}{an.pk}/").status_code == 404


def tested(manager, *classes) -> None:
    """Classes of one course as (teacher, how many of four each person had right afterwards); one was right before."""
    course = make_course("ky-nang", organiser=manager.memberships.get().organisation)
    questions = [make_question(manager, organiser=course.organiser, code=f"ky-nang-{n}") for n in range(4)]
    pre, post = (make_quiz(manager, course, questions, purpose=one, is_shuffled=False) for one in ("pre", "post"))
    for teacher, rights in classes:
        run = make_run(manager, course, seats=30)
        run.trainers.set([teacher])
        for one, right in zip(trainees(len(rights)), rights, strict=True):
            enrol(run, one, manager)
            take(pre, run, one, right=1)
            take(post, run, one, right=right)


def test_a_branch_learns_what_its_classes_learn_from_five_people_on(tree, manager):
    tested(manager, (tree["chi"], [3] * 4), (tree["an"], [2] * 3))
    found = rows()
    # Chi's four are too few to speak of; with An's own three, and through An to the root, they are seven.
    assert found["Chi"].gain is None
    assert found["Bình"].gain is None
    for name in ("An", "Gốc"):
        learnt = found[name].gain
        assert (learnt.n, learnt.before, round(learnt.after, 4)) == (7, 0.25, round((4 * 0.75 + 3 * 0.5) / 7, 4))
    assert rows(on=today() - timedelta(days=1))["An"].gain is None


def test_gain_of_a_branch_is_on_the_page_and_in_the_spreadsheet(client, tree, manager):
    tested(manager, (tree["chi"], [2, 3, 2, 3, 2]))
    client.force_login(manager)
    # 25 % before, 60 % after: +35 ± 2.776 · 13.69 / √5.
    assert client.get(PAGE).content.decode().count("tiến bộ +35 (+18 … +52), n 5") == 3
    book = load_workbook(io.BytesIO(client.get("/vi/khoa-hoc/giang-vien.xlsx").content))
    lines = {row[1].strip(): row[4:] for row in book["Các nhánh"].iter_rows(min_row=2, values_only=True)}
    assert lines["Chi"] == (5, 35, 18, 52)
    assert lines["Bình"] == (None,) * 4
