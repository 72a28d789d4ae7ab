"""What a commune says of itself: its settlements, and the languages spoken there."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.errors import DomainError
from core.text import fold
from places.models import AdministrativeUnit, Language, Settlement, SpokenLanguage

SAID_BY_THE_COMMUNE = "xã xác nhận"


@transaction.atomic
def save_settlement(
    *,
    commune: AdministrativeUnit,
    settlement: Settlement | None = None,
    kind: str,
    name: str,
    households: int | None = None,
    is_remote: bool = False,
    is_priority: bool = False,
) -> Settlement:
    """Adds a settlement to a commune of today, or corrects one of it (also one recorded before a merger)."""
    # Two people who add the same village follow each other.
    AdministrativeUnit.objects.select_for_update().get(pk=commune.pk)
    name = " ".join(name.split())
    others = Settlement.objects.within(commune).exclude(pk=settlement.pk if settlement else None)
    if any(other.name.casefold() == name.casefold() for other in others.filter(search_key=fold(name))):
        raise DomainError(_("The commune has a settlement of that name already. Nothing was changed."))
    settlement = settlement or Settlement(commune=commune)
    settlement.kind, settlement.name, settlement.households = kind, name, households
    settlement.is_remote, settlement.is_priority = is_remote, is_priority
    settlement.save()
    return settlement


@transaction.atomic
def close_settlement(*, settlement: Settlement, on: date) -> Settlement:
    """The settlement no longer exists from a day on (merged, renamed, resettled); what was done there stays."""
    settlement = Settlement.objects.select_for_update().get(pk=settlement.pk)
    if on <= settlement.valid_from:
        raise DomainError(_("It cannot end before it began. Nothing was changed."))
    if settlement.valid_until is None or on < settlement.valid_until:
        settlement.valid_until = on
        settlement.save(update_fields=["valid_until"])
    return settlement


@transaction.atomic
def confirm_languages(*, commune: AdministrativeUnit, languages: Iterable[Language]) -> None:
    """These, and no others, are spoken in the commune beside Vietnamese: they are what it is asked to broadcast in."""
    AdministrativeUnit.objects.select_for_update().get(pk=commune.pk)
    wanted = {language.pk for language in languages}
    rows = SpokenLanguage.objects.filter(unit=commune)
    rows.exclude(language__in=wanted).delete()
    rows.filter(is_confirmed=False).update(is_confirmed=True, source=SAID_BY_THE_COMMUNE)
    known = set(rows.values_list("language", flat=True))
    SpokenLanguage.objects.bulk_create(
        SpokenLanguage(unit=commune, language_id=pk, is_confirmed=True, source=SAID_BY_THE_COMMUNE)
        for pk in sorted(wanted - known)
    )
