"""The plan as data: every clause stands there, is served or says why not; bodies of a day; loading twice, and changed."""

import shutil
import tomllib
from datetime import date

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.errors import DomainError
from people.roles import Role
from places.models import AdministrativeUnit
from reports import plans
from reports.features import feature, known
from reports.form_loading import load_forms
from reports.models import Body, Clause, Deadline, LegalDocument, Plan, Responsibility, Target
from tests.factories import make_user

pytestmark = pytest.mark.django_db
BEFORE, AFTER = date(2024, 6, 1), date(2025, 8, 1)


@pytest.fixture
def province():
    return AdministrativeUnit.objects.create(
        level="province", kind="tinh", name="Tỉnh Quảng Nam", short_name="Quảng Nam", official_code="49",
        valid_from=date(2021, 1, 1), valid_until=date(2025, 7, 1),
    )  # fmt: skip


@pytest.fixture
def plan(province) -> Plan:
    plans.load_all()
    return Plan.objects.get()


def _everything() -> list:
    models = (Plan, Body, Clause, Responsibility, Target, Deadline, LegalDocument)
    return [list(model.objects.order_by("pk").values()) for model in models]


def test_every_clause_is_served_or_says_why_not(plan):
    silent = plan.clauses.exclude(kind="section").filter(serves=[], outside="")
    assert list(silent) == []
    assert plan.clauses.count() == 73
    assert all(set(clause.serves) <= known() for clause in plan.clauses.all())
    with transaction.atomic(), pytest.raises(IntegrityError):
        Clause.objects.create(plan=plan, ref="x", kind="task", text="x", position=99)


def test_the_three_targets_stand_on_their_clauses(plan):
    assert list(plan.targets.values_list("code", "clause__ref", "goal")) == [
        ("roll-out", "II-1", 100), ("monthly-broadcast", "II-1", 100), ("officers-trained", "II-5", 100),
    ]  # fmt: skip


def test_loading_again_changes_nothing(plan, capsys):
    load_forms()
    before = _everything()
    call_command("load_plan")
    assert _everything() == before
    assert capsys.readouterr().out == "1 plans, 73 clauses, 10 laws\n"


def test_a_changed_file_changes_exactly_that(plan, tmp_path):
    path = tmp_path / "2021-2025.toml"
    text = (plans.FOLDER / path.name).read_text(encoding="utf-8")
    path.write_text(text.replace("before_day = 15", "before_day = 20"), encoding="utf-8")
    before = _everything()
    plans.load_plan(path)
    changed = _everything()
    assert Deadline.objects.get(code="province-report").last_day(2026) == date(2026, 12, 19)
    assert [old for old, new in zip(before, changed, strict=True) if old != new] == [before[5]]


def test_a_second_programme_needs_no_code(plan, tmp_path):
    for name in ("2021-2025.toml", "laws.toml"):
        shutil.copy(plans.FOLDER / name, tmp_path / name)
    (tmp_path / "2026-2030.toml").write_text(
        'code = "thu-2026"\ntitle = "Thử"\nstarts_on = 2026-01-07\nends_on = 2030-12-31\narea = "Thành phố Thử"\n'
        'legal_basis = ["33/QĐ-TTg"]\n[[clauses]]\nref = "I"\nkind = "task"\ntext = "Thử"\nserves = ["plan"]\n',
        encoding="utf-8",
    )
    with pytest.raises(DomainError, match="Thành phố Thử"):
        plans.load_all(tmp_path)
    assert Plan.objects.count() == 1
    AdministrativeUnit.objects.create(
        level="province", kind="thanh-pho", name="Thành phố Thử", short_name="Thử", official_code="48",
        valid_from=date(2025, 7, 1),
    )  # fmt: skip
    plans.load_all(tmp_path)
    assert [plans.plan_on(day).code for day in (BEFORE, date(2026, 3, 1))] == ["qn-2021-2025", "thu-2026"]


def test_a_word_nobody_wrote_down_is_refused_whole(plan, tmp_path):
    path = tmp_path / "2021-2025.toml"
    text = (plans.FOLDER / path.name).read_text(encoding="utf-8")
    before = _everything()
    changes = (('outside = "cases"', 'outside = "chuyện"'), ('"mttq"]', '"mtq"]'), ('["events"]', '["evnets"]'))
    for right, wrong in changes:
        mistake = text.replace(right, wrong, 1)
        assert mistake != text
        path.write_text(mistake, encoding="utf-8")
        with pytest.raises(DomainError):
            plans.load_plan(path)
    assert _everything() == before


def test_bodies_pass_their_duties_on_at_their_day(plan):
    heirs = {body.pk: list(body.successors.all()) for body in Body.objects.all()}
    labour, district = Body.objects.get(code="so-ldtbxh"), Body.objects.get(code="ubnd-huyen")
    held = {day: [plans.holders(body, day, heirs)[0].code for body in (labour, district)] for day in (BEFORE, AFTER)}
    assert held == {BEFORE: ["so-ldtbxh", "ubnd-huyen"], AFTER: ["so-y-te", "ubnd-xa"]}


def test_the_last_day_is_the_one_before(plan):
    deadlines = {one.code: one.next_day(AFTER) for one in Deadline.objects.current(AFTER)}
    assert deadlines == {"commune-report": date(2025, 12, 9), "province-report": date(2025, 12, 14)}
    assert Deadline.objects.get(code="commune-report").next_day(date(2025, 12, 10)) == date(2026, 12, 9)
    assert set(Deadline.objects.current(BEFORE).values_list("code", flat=True)) == {
        "district-report", "province-report",
    }  # fmt: skip


def test_the_register_knows_what_holds(plan):
    assert LegalDocument.objects.in_force(date(2025, 6, 30)).filter(number="66/2011/QH12").exists()
    assert LegalDocument.objects.in_force(date(2025, 7, 1)).filter(number="66/2011/QH12").count() == 0
    assert LegalDocument.objects.get(number="66/2011/QH12").replaced_by.number == "53/2024/QH15"


def test_the_page_shows_the_bodies_of_its_day(client, plan):
    client.force_login(make_user(role=Role.TRAINEE))
    page = client.get(reverse("reports:plan"), {"on": f"{BEFORE}"}).content.decode()
    assert page.count("Sở Lao động - Thương binh và Xã hội</li>") > 10
    later = client.get(reverse("reports:plan"), {"on": f"{AFTER}"}).content.decode()
    assert later.count("Sở Lao động - Thương binh và Xã hội</li>") == 0
    assert all(f'id="{clause.ref}"' in later for clause in plan.clauses.all())
    assert client.get(reverse("reports:plan"), {"on": "hôm nay"}).status_code == 404
    assert client.get(reverse("reports:plan_of", args=["khong-co"])).status_code == 404


def test_who_has_no_role_sees_neither_plan_nor_laws(client, plan):
    for name in ("reports:plan", "reports:laws"):
        assert client.get(reverse(name)).status_code == 302
    client.force_login(make_user())
    for name in ("reports:plan", "reports:laws"):
        assert client.get(reverse(name)).status_code == 403


def test_the_plan_takes_the_same_queries_whatever_its_length(client, plan):
    client.force_login(make_user(role=Role.SUPERVISOR))
    client.get(reverse("reports:plan"))  # the hotline strip is cached from here on

    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            assert client.get(reverse("reports:plan")).status_code == 200
        return len(found)

    whole = queries()
    plan.clauses.filter(targets=None, deadlines=None, children=None).delete()
    assert plan.clauses.count() < 40
    assert queries() == whole
    assert whole <= 16


def test_features_open_for_those_who_may_and_none_is_missing():
    manager, trainee = make_user(role=Role.PROGRAMME_MANAGER), make_user(role=Role.TRAINEE)
    assert {key for key in known() if not feature(key, manager).there} == set()
    assert {key for key in known() if not feature(key, manager).url} == {"hotlines"}
    assert (feature("sessions", trainee).there, feature("sessions", trainee).url) == (True, "")


def test_the_law_register_marks_what_a_plan_still_cites(client, plan):
    client.force_login(make_user(role=Role.SUPERVISOR))
    page = client.get(reverse("reports:laws"), {"on": "2026-03-01"}).content.decode()
    cited = page.split("193/QĐ-TTg</h2>")[1].split("</li>")[0]
    assert "4215/KH-UBND" in cited
    assert "is-due" in cited
    law = page.split("53/2024/QH15</h2>")[1].split("</li>")[0]
    assert "is-due" not in law


def test_the_file_repeats_no_clause():
    data = tomllib.loads((plans.FOLDER / "2021-2025.toml").read_text(encoding="utf-8"))
    refs = [row["ref"] for row in data["clauses"]]
    assert len(refs) == len(set(refs))
