import pytest

from campaigns.season import seasons
from people.roles import Role
from tests.campaigns.making import make_language
from tests.campaigns.season.making import make_season, published
from tests.factories import make_commune, make_user


@pytest.fixture
def author():
    make_language()
    return make_user(role=Role.COMMUNICATOR)


@pytest.fixture
def communes():
    return [make_commune(f"Xã Thử {n}") for n in range(3)]


@pytest.fixture
def season(author, communes):
    return make_season(author)


@pytest.fixture
def event(season, author, communes):
    return seasons.make_kit(season=season, commune=communes[0], actor=author)[0]


@pytest.fixture
def worker(communes):
    return make_user(role=Role.RADIO_OPERATOR, area=communes[0])


@pytest.fixture
def manager():
    return make_user(role=Role.PROGRAMME_MANAGER)


@pytest.fixture
def open_event(event, worker):
    """Published."""
    return published(event, worker)
