"""The demonstration reports come out of the same functions as people's; running it again changes nothing."""

import io
from pathlib import Path

import pytest
from django.core.management import call_command

from people.models import User
from people.roles import Role
from places.loading import load_places
from places.models import AdministrativeUnit
from reports.models import CommunePlan, Report, ReportForm
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def test_demo_reports(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    load_places()
    call_command("load_plan", stdout=io.StringIO())
    call_command("load_plan", stdout=io.StringIO())
    assert ReportForm.objects.count() == 2
    city = AdministrativeUnit.objects.current().get(level="province")
    commune = AdministrativeUnit.objects.current().communes().get(short_name="Tây Giang")
    make_user("programme-manager@demo.example", role=Role.PROGRAMME_MANAGER, area=city)
    make_user("radio-operator@demo.example", role=Role.RADIO_OPERATOR, area=commune)
    for _twice in range(2):
        call_command("load_reports_demo", stdout=io.StringIO())
    states = sorted(Report.objects.values_list("state", flat=True))
    assert states == ["accepted", "draft", "draft", "returned", "submitted"]
    whole = Report.objects.get(unit=city)
    added = whole.consolidations.get()
    assert sum(bool(one["report"]) for one in added.units) == 2
    assert len(added.units) == 94
    assert CommunePlan.objects.get().issued_by.email == "lanh-dao-xa@demo.example"
    line = Path(tmp_path / "demo-accounts.txt").read_text()
    assert User.objects.get(email="lanh-dao-xa@demo.example").check_password(line.split()[-1])
