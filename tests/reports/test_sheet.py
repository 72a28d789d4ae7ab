"""The overview on paper: one A4 sheet, also in a bad month with somebody to call everywhere."""

import re

import pytest
from django.urls import reverse

from people.roles import Role
from reports.plans import load_all
from tests.campaigns.released import make_released
from tests.factories import make_commune, make_user

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def test_the_overview_prints_on_one_sheet(site_frame, visit, enter):
    from places.loading import load_places

    load_places()
    load_all()
    make_released()
    for number in range(10):
        commune = make_commune(f"Xã Thử Tên Dài {number}")
        make_user(role=Role.RADIO_OPERATOR, area=commune, name="Người Trực Loa Thử", phone="0900 000 001")
    manager = make_user(role=Role.PROGRAMME_MANAGER)
    page = visit("/vi/")
    enter(page, manager)
    page.goto(reverse("reports:dashboard"))
    assert page.locator("a[href^=tel]").count() >= 8
    assert len(re.findall(rb"/Type ?/Page\b", page.pdf(format="A4"))) == 1
