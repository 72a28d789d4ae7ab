"""Figures of reports as people read them."""

from datetime import date, datetime

from django import template
from django.utils import timezone

from reports.content import share
from reports.figures import figure

register = template.Library()


@register.filter
def pair(values) -> str:
    """(11, 12) → "11 / 12", (1200, None) → "1.200", (None, None) → "–"; marks of the reader's language."""
    if not values or values[0] is None:
        return "–"
    part, whole = values
    return figure(part) if whole is None else f"{figure(part)}\N{NO-BREAK SPACE}/\N{NO-BREAK SPACE}{figure(whole)}"


register.filter("figure", figure)

REPORT_STATES = {
    "": "plain",
    "draft": "draft",
    "signed": "waiting",
    "submitted": "done",
    "returned": "over",
    "accepted": "approved",
}


@register.filter
def report_shape(state: str) -> str:
    """The chip of a report's state (core.templatetags.look)."""
    return REPORT_STATES[state]


@register.filter
def days_late(days_left: int) -> int:
    return max(0, -days_left)


@register.filter
def year_pair(years: dict, year: str) -> str:
    """The figure of one year of a review."""
    return pair(tuple(years[year])) if year in years else "–"


@register.filter
def iso_day(text: str) -> str:
    """ "2026-11-30" → 30/11/2026."""
    return f"{date.fromisoformat(text):%d/%m/%Y}" if text else ""


@register.filter
def iso_moment(text: str) -> str:
    return f"{timezone.localtime(datetime.fromisoformat(text)):%H:%M, %d/%m/%Y}" if text else ""


@register.filter
def pair_share(values) -> float | None:
    return share(tuple(values)) if values else None


@register.filter
def named(names: dict, key: str):
    return names.get(key, key)


@register.filter
def for_unit(found: dict, pk: int) -> list:
    return found.get(pk, [])


@register.filter
def unbroken(text: str) -> str:
    """ "87 %" that no line breaks in two."""
    return text.replace(" ", "\N{NO-BREAK SPACE}")
