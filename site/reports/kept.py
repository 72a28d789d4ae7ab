"""Counts that cost much and may be a minute old."""

from collections.abc import Callable

from django.core.cache import cache

SECONDS = 60


def kept(what: str, count: Callable, *, area, user, on):
    """What `count()` gives, at most a minute old, for an area, or without one for all that a person looks after."""
    whose = f"area-{area.pk}" if area else f"user-{user.pk}"
    return cache.get_or_set(f"reports:{what}:{whose}:{on}", count, SECONDS)
