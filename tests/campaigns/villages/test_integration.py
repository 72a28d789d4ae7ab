"""With which programmes the work is done together: chosen, shown, counted; only for those who see the area."""

import io
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from campaigns.models import DirectSession, Event, Term
from campaigns.pages.terms import load_terms
from campaigns.season import seasons
from campaigns.villages.integration import integration
from core.errors import DomainError
from people.roles import Role
from tests.campaigns.making import make_language
from tests.campaigns.season.making import make_season
from tests.campaigns.villages.test_sessions import filled, held
from tests.factories import make_commune, make_province, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.services]


@pytest.fixture
def terms() -> dict[str, Term]:
    load_terms()
    return {term.code: term for term in Term.objects.all()}


@pytest.fixture
def commune():
    return make_commune("Xã Núi")


@pytest.fixture
def worker(commune):
    return make_user(role=Role.RADIO_OPERATOR, area=commune)


@pytest.fixture
def event(commune) -> Event:
    make_language("vi")
    author = make_user(role=Role.COMMUNICATOR, area=make_province())
    return seasons.make_kit(season=make_season(author), commune=commune, actor=author)[0]


def counted(*communes, **asked) -> dict:
    year = timezone.localdate().year
    days = {"first": date(year - 1, 1, 1), "last": date(year + 1, 12, 31)} | asked
    lines = [line for part in integration({one.pk for one in communes}, **days) for line in part.lines]
    named = {one.term.code: (one.sessions, one.attendees, one.events) for one in lines if one.term}
    return named | {"none": [(one.sessions, one.attendees, one.events) for one in lines if one.term is None]}


def test_a_session_says_its_programmes_on_the_form_and_on_its_page(client, worker, commune, terms):
    client.force_login(worker)
    chosen = {"programmes": [terms["ma-tuy"].pk, terms["viec-lam"].pk], "objectives": [terms["ii-1"].pk]}
    answer = client.post(reverse("sessions:log"), filled(commune) | chosen, follow=True)
    made = DirectSession.objects.get()
    assert {term.code for term in made.terms.all()} == {"ma-tuy", "viec-lam", "ii-1"}
    assert all(terms[code].name in answer.content.decode() for code in ("ma-tuy", "viec-lam", "ii-1"))
    # A topic is no programme, and a programme no objective.
    for wrong in ({"programmes": [terms["thu-doan"].pk]}, {"objectives": [terms["ma-tuy"].pk]}):
        assert client.post(reverse("sessions:log"), filled(commune) | wrong).status_code == 409
    with pytest.raises(DomainError):
        held(worker, commune, terms=[terms["thu-doan"]])
    assert DirectSession.objects.count() == 1


def test_a_term_out_of_use_is_offered_no_more_and_still_counts(client, worker, commune, terms):
    held(worker, commune, terms=[terms["ma-tuy"]])
    Term.objects.filter(code__in=["ma-tuy", "mai-dam"]).update(is_active=False)
    client.force_login(worker)
    form = client.get(reverse("sessions:log")).content.decode()
    assert (terms["ma-tuy"].name in form, terms["viec-lam"].name in form) == (False, True)
    found = counted(commune)
    assert (found["ma-tuy"], "mai-dam" in found) == ((1, 40, 0), False)


def test_an_event_takes_the_seasons_until_its_commune_chooses(client, event, worker, terms):
    assert event.integrated == []
    seasons.save_season(actor=event.season.author, season=event.season, terms=[terms["ii-1"], terms["giam-ngheo"]])
    assert {term.code for term in event.integrated} == {"ii-1", "giam-ngheo"}
    assert counted(event.commune)["giam-ngheo"] == (0, 0, 1)
    client.force_login(worker)
    page = client.get(reverse("events:edit", args=[event.pk])).content.decode()
    assert page.count("checked") == 3  # the mode, and the season's two
    seasons.change_event(event=event, actor=worker, terms=[terms["viec-lam"]])
    found = counted(event.commune)
    assert (found["giam-ngheo"], found["viec-lam"], found["none"]) == ((0, 0, 0), (0, 0, 1), [(0, 0, 0), (0, 0, 1)])
    assert terms["viec-lam"].name in client.get(reverse("events:event", args=[event.pk])).content.decode()
    stranger = make_user(role=Role.RADIO_OPERATOR, area=make_commune("Xã Khác"))
    with pytest.raises(PermissionDenied):
        seasons.change_event(event=event, actor=stranger, terms=[])
    seasons.set_status(event=event, actor=worker, status="cancelled", note="Bão")
    assert counted(event.commune)["viec-lam"] == (0, 0, 0)


def test_sums_are_of_the_area_and_the_days_and_name_what_says_nothing(client, worker, commune, terms):
    held(worker, commune, terms=[terms["ma-tuy"], terms["ii-1"]])
    held(worker, commune, attendees=60, terms=[terms["ii-1"], terms["ii-5"]])
    held(worker, commune, held_at=timezone.now() - timedelta(days=40))
    elsewhere = make_commune("Xã Khác")
    neighbour = make_user(role=Role.RADIO_OPERATOR, area=elsewhere)
    held(neighbour, elsewhere, terms=[terms["ma-tuy"]])
    found = counted(commune)
    assert (found["ma-tuy"], found["ii-1"], found["ii-5"]) == ((1, 40, 0), (2, 100, 0), (1, 60, 0))
    assert found["none"] == [(2, 100, 0), (1, 40, 0)]
    assert counted(commune, first=timezone.localdate() - timedelta(days=5))["none"][1] == (0, 0, 0)
    assert counted(commune, elsewhere)["ma-tuy"] == (2, 80, 0)
    client.force_login(worker)
    page = reverse("sessions:integration")
    with CaptureQueriesContext(
        connection,
    ) as asked:
        answer = client.get(page)
    assert len(asked) <= 12, [q["sql"][:150] for q in asked]
    assert terms["ma-tuy"].name in answer.content.decode()
    book = load_workbook(io.BytesIO(client.get(reverse("sessions:integration_file")).content))
    rows = {row[0]: row[1:] for sheet in book for row in sheet.iter_rows(min_row=2, values_only=True)}
    assert len(book.sheetnames) == 2
    assert (rows[terms["ma-tuy"].label], rows[terms["ii-1"].label]) == ((1, 40, 0, 0), (2, 100, 0, 0))
    assert commune.name in book.properties.title
    assert client.get(reverse("sessions:integration_file"), {"xa": elsewhere.pk}).status_code == 404
    assert client.get(page, {"tu": "hom-qua"}).status_code == 404
    assert client.get(page, {"xa": elsewhere.pk}).status_code == 404
    # The neighbour's is not seen.
    assert [tuple(vars(one).values())[1:3] for one in answer.context["parts"][0].lines if one.sessions] == [
        (1, 40),
        (2, 100),
    ]
    client.force_login(make_user(role=Role.TRAINEE, area=commune))
    assert {client.get(there).status_code for there in (page, reverse("sessions:integration_file"))} == {403}
    client.logout()
    assert client.get(page).status_code == 302
