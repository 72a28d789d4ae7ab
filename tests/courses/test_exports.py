"""xAPI 1.0.3 statements of the shape the specification asks for, and results as a spreadsheet, for keepers alone."""

import io
import json
import re
import uuid
from datetime import timedelta

import pytest
from django.utils.dateparse import parse_datetime
from openpyxl import load_workbook

from courses import tracking
from courses.batches import order_batch
from courses.certificates import revoke_certificate
from courses.completion import completed
from courses.models import Certificate
from media import jobs
from media.models import Job
from people.roles import Role
from tests.courses import scorm_making
from tests.courses.making import make_course
from tests.courses.test_attendance import make_class, roll, trainees
from tests.courses.test_packages import add
from tests.factories import make_commune, make_user, today

pytestmark = pytest.mark.django_db
PAGE = "/vi/khoa-hoc/xuat/"


@pytest.fixture
def manager():
    return make_user(role=Role.COURSE_MANAGER)


@pytest.fixture
def held(manager):
    """A class of three: two were there throughout and hold a certificate, one was away; one finished a package."""
    trainer, people = make_user(role=Role.TRAINER), trainees(3)
    run = make_class(manager, trainer, people)
    for session in run.sessions.all():
        roll(session, trainer, people[:2], people[2:])
    batch = order_batch(course=run.course, holders=completed(run), on=today(), signer="Ký", actor=manager, run=run)
    jobs.run(Job.objects.get(key=f"certificates:{batch.pk}").pk)
    package = add(run.course, manager, scorm_making.simple())
    tracking.report(
        package=package, item="BAI1", user=people[0], visit=uuid.uuid4(), sequence=1,
        cmi={"cmi.core.lesson_status": "passed", "cmi.core.score.raw": "80", "cmi.core.session_time": "0000:10:05"},
    )  # fmt: skip
    return run, people


def ask(client, manager, **more):
    client.force_login(manager)
    span = {"since": f"{today() - timedelta(days=30)}", "until": f"{today()}"}
    return client.get(PAGE, span | {"as": "xapi"} | more)


def is_iri(text) -> bool:
    return bool(re.fullmatch(r"https?://[^\s]+", text))


def check_shape(one: dict) -> None:
    """xAPI 1.0.3, part two: which properties a statement has, and of what form."""
    assert set(one) <= {"id", "actor", "verb", "object", "result", "context", "timestamp", "authority", "version"}
    assert str(uuid.UUID(one["id"])) == one["id"]
    for agent in (one["actor"], one["authority"]):
        # Exactly one way to know an agent by, here an account.
        assert set(agent) == {"objectType", "account"}
        assert agent["objectType"] == "Agent"
        assert set(agent["account"]) == {"homePage", "name"}
        assert is_iri(agent["account"]["homePage"])
    assert is_iri(one["verb"]["id"])
    assert set(one["verb"]["display"]) == {"en", "vi"}
    assert all(one["verb"]["display"].values())
    assert one["version"] == "1.0.3"
    assert parse_datetime(one["timestamp"]).tzinfo is not None
    thing = one["object"]
    if thing["objectType"] == "StatementRef":
        assert set(thing) == {"objectType", "id"}
        assert uuid.UUID(thing["id"])
        assert one["verb"]["id"] == "http://adlnet.gov/expapi/verbs/voided"
    else:
        assert is_iri(thing["id"])
        assert is_iri(thing["definition"]["type"])
        assert thing["definition"]["name"]["vi"]
        for parent in one["context"]["contextActivities"]["parent"]:
            assert parent["objectType"] == "Activity"
            assert is_iri(parent["id"])
    result = one.get("result", {})
    assert set(result) <= {"score", "success", "completion", "duration"}
    if "duration" in result:
        assert re.fullmatch(r"PT\d+H\d+M\d+S", result["duration"])
    if "score" in result:
        score = result["score"]
        assert -1 <= score["scaled"] <= 1
        assert score["min"] <= score["raw"] <= score["max"]


def test_statements_have_the_shape_of_the_specification_and_name_nobody(client, manager, held):
    _run, people = held
    answer = ask(client, manager)
    found = answer.json()
    for one in found:
        check_shape(one)
    verbs = [one["verb"]["id"].rsplit("/", 1)[1] for one in found]
    assert verbs == ["attended"] * 4 + ["passed"] + ["earned"] * 2
    passed = next(one for one in found if one["verb"]["id"].endswith("passed"))
    assert passed["result"] == {
        "duration": "PT0H10M5S", "success": True, "completion": True,
        "score": {"scaled": 0.8, "raw": 80.0, "min": 0, "max": 100},
    }  # fmt: skip
    text = answer.content.decode()
    assert not any(one.email in text or one.name in text for one in people)
    assert len({one["actor"]["account"]["name"] for one in found}) == 2


def test_the_same_facts_give_the_same_statements(client, manager, held):
    first, second = (ask(client, manager).json() for _ in range(2))
    assert first == second
    assert len({one["id"] for one in first}) == len(first)
    assert (
        ask(client, manager, since=f"{today() + timedelta(days=1)}", until=f"{today() + timedelta(days=2)}").json()
        == []
    )


def test_revoked_certificate_voids_its_statement(client, manager, held):
    paper = Certificate.objects.first()
    revoke_certificate(certificate=paper, reason="Cấp nhầm", actor=manager)
    found = ask(client, manager).json()
    for one in found:
        check_shape(one)
    voided = found[-1]
    earned = next(one for one in found if one["object"].get("id", "").endswith(paper.code))
    assert voided["object"]["id"] == earned["id"]


def test_spreadsheet_holds_everybody_with_a_seat(client, manager, held, django_assert_max_num_queries):
    with django_assert_max_num_queries(28):
        answer = ask(client, manager, **{"as": "xlsx"})
    sheet = load_workbook(io.BytesIO(answer.content)).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    assert [(row[2], row[5], bool(row[6]), row[9]) for row in rows] == [
        ("Học Viên 00", 1, True, "còn giá trị"), ("Học Viên 01", 1, True, "còn giá trị"), ("Học Viên 02", 0, False, None),
    ]  # fmt: skip
    assert rows[0][1].date() == today() - timedelta(days=2) or rows[0][1].date() == today() - timedelta(days=3)


def test_only_keepers_and_only_their_courses(client, manager, held):
    for role in (Role.TRAINER, Role.TRAINEE, Role.PROGRAMME_MANAGER):
        client.force_login(make_user(role=role))
        assert client.get(PAGE).status_code == 403
    elsewhere = make_user(role=Role.COURSE_MANAGER, area=make_commune("Xã Hai"))
    assert ask(client, elsewhere).json() == []
    other = make_course()
    assert ask(client, elsewhere, course=other.pk).status_code == 409
    assert ask(client, manager, course=other.pk).json() == []


@pytest.mark.parametrize("more", [{"since": ""}, {"since": "x"}, {"since": "2020-01-01"}, {"until": "2020-01-01"}])
def test_wrong_span_is_refused_in_words(client, manager, more):
    answer = ask(client, manager, **more)
    assert answer.status_code == 409
    assert "error" in answer.content.decode()
    assert not answer["Content-Type"].startswith("application/json")


def test_json_is_readable_by_itself(client, manager, held):
    assert json.loads(ask(client, manager).content)
