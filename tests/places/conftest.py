import pytest
from django.utils import translation

from places.loading import load_places


@pytest.fixture
def places(db) -> dict[str, int]:
    """The shipped administrative units and languages."""
    return load_places()


@pytest.fixture(autouse=True)
def english():
    """Messages are compared in the language they are written in."""
    with translation.override("en"):
        yield
