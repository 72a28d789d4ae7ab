"""How the platform asks about bulletins, versions and airings."""

from datetime import date, datetime, time, timedelta

from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone

from people.permissions import areas_for

_FOUR_DAYS = timedelta(days=4)


def first_of_month(day: date) -> date:
    return day.replace(day=1)


class BulletinQuerySet(models.QuerySet):
    def in_month(self, day: date):
        return self.filter(month=first_of_month(day))

    def in_force(self):
        return self.filter(withdrawn_at=None)

    def addressed_to(self, commune, family: set[int] | None = None):
        """Bulletins a commune is asked to broadcast: its area, or what became of that, holds the commune, and the
        audience is everyone or names the commune (or what it was before a merger: `family`, if it is known already)."""
        from places.models import AdministrativeUnit

        family = AdministrativeUnit.objects.family(commune) if family is None else family
        # Everything the commune or its predecessors lie under; three levels at most.
        units = AdministrativeUnit.objects.filter(pk__in=family).order_by()
        above = (
            Q(area__in=family) | Q(area__in=units.values("parent")) | Q(area__in=units.values("parent__parent"))
        )  # fmt: skip
        return self.filter(above).filter(Q(audience=None) | Q(audience__in=family)).distinct()

    def addressees(self) -> dict[int, frozenset[int]]:
        """Ids of today's communes → ids of these bulletins that are addressed to each, by the rule of addressed_to; communes
        that are asked nothing are left out. Five queries whatever the size."""
        from places.models import AdministrativeUnit

        parents = dict(AdministrativeUnit.objects.values_list("pk", "parent_id"))
        bulletins = [
            (bulletin.pk, bulletin.area_id, {unit.pk for unit in bulletin.audience.all()})
            for bulletin in self.prefetch_related("audience")
        ]
        found = {}
        for commune, members in AdministrativeUnit.objects.current().communes().ancestry().items():
            above: set[int | None] = set()
            for unit in members:
                while unit is not None:
                    above.add(unit)
                    unit = parents.get(unit)
            mine = frozenset(
                pk for pk, area, audience in bulletins if area in above and (not audience or audience & members)
            )
            if mine:
                found[commune] = mine
        return found

    def reached_by(self, user, act: str, *, from_below: bool = False):
        """Bulletins of the areas in which the person may do `act`; with `from_below` also those of the units above,
        because a commune's translator or reviewer works on the bulletins of the province."""
        from places.models import AdministrativeUnit

        units = areas_for(user, act)
        family = set().union(*units.ancestry().values())
        if not family:
            return self.none()
        reach = Q(area__in=family)
        if from_below:
            above = AdministrativeUnit.objects.filter(Q(children__in=family) | Q(children__children__in=family))
            reach |= Q(area__in=above.values("pk"))
        return self.filter(reach)

    def visible_to(self, user):
        """What a person may open in the workbench: bulletins of the areas their roles reach, and of those above."""
        return self.reached_by(user, "campaigns.see_workbench", from_below=True)


class BulletinVersionQuerySet(models.QuerySet):
    def released(self):
        return self.filter(state="released", bulletin__withdrawn_at=None)

    def with_lengths(self):
        """Each says as `has_60` and `has_180` whether it has a broadcast of that length."""
        from campaigns.models import Length, VersionCut

        cuts = VersionCut.objects.filter(version=OuterRef("pk"))
        shorter = [length.value for length in Length if length != Length.FULL]
        return self.annotate(**{f"has_{length}": Exists(cuts.filter(length=length)) for length in shorter})

    def visible_to(self, user):
        from campaigns.models import Bulletin

        return self.filter(bulletin__in=Bulletin.objects.visible_to(user))


class AiringQuerySet(models.QuerySet):
    def counted(self):
        """Airings that stand: not voided."""
        return self.filter(voided_at=None)

    def aired_in(self, month: date):
        """Airings of a calendar month, by the local date they were aired on."""
        first = first_of_month(month)
        following = (first.replace(day=28) + _FOUR_DAYS).replace(day=1)
        return self.filter(aired_on__gte=first, aired_on__lt=following)

    def visible_to(self, user):
        units = areas_for(user, "campaigns.see_airings")
        return self.filter(commune__in=set().union(*units.ancestry().values()) if units else set())

    def with_proof(self, on: date | None = None):
        """Each says as `level` how well it is proven (models.Proof), as known at the end of a day: today without one."""
        from campaigns.models import AiringProof, Proof

        if on is None or on >= timezone.localdate():
            return self.annotate(level=F("proof"))
        best = AiringProof.objects.proving(on).filter(airing=OuterRef("pk")).order_by("-level").values("level")[:1]
        station = Case(When(station_key__isnull=False, then=Value(Proof.STATION)), default=Value(Proof.SELF))
        return self.annotate(level=Greatest(Coalesce(Subquery(best), Value(Proof.SELF)), station))


class ProofQuerySet(models.QuerySet):
    def proving(self, on: date | None = None):
        """Photos and clips that matched, neither taken back (by the end of a day), with their `level`."""
        from campaigns.models import Proof

        rows = self.filter(Q(kind="photo") | Q(verdict="match"))
        if on is None:
            rows = rows.filter(removed_at=None)
        else:
            end = timezone.make_aware(datetime.combine(on + timedelta(days=1), time.min))
            rows = rows.filter(added_at__lt=end).filter(Q(removed_at=None) | Q(removed_at__gte=end))
        return rows.annotate(level=Case(When(kind="clip", then=Value(Proof.CLIP)), default=Value(Proof.PHOTO)))

    def kept(self):
        """Whose file is still there."""
        return self.exclude(path="")

    def visible_to(self, user):
        """Those of the areas a person looks after; never wider than that."""
        units = areas_for(user, "campaigns.see_proofs")
        return self.filter(airing__commune__in=set().union(*units.ancestry().values()))


class PackQuerySet(models.QuerySet):
    def offered(self):
        """Packs that are there and hold nothing that has been withdrawn."""
        from campaigns.models import BulletinVersion

        gone = BulletinVersion.objects.exclude(pk__in=BulletinVersion.objects.released().values("pk"))
        return self.filter(state="ready").exclude(versions__in=gone)


class RepairQuerySet(models.QuerySet):
    def open(self):
        """What is still broken."""
        return self.filter(closed_at=None)

    def visible_to(self, user):
        units = areas_for(user, "campaigns.see_airings")
        return self.filter(commune__in=set().union(*units.ancestry().values()))
