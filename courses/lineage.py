"""Who trained whom, by generations, and how far it carries; on any day.

Nothing here is entered: a trainer of a class trained everybody who got a certificate of that class. Who holds a certificate
of a training of trainers is a master trainer, one generation below whoever taught it; who taught without one (people from
outside, the first ones) is generation 0. A revoked certificate trained nobody; one that ran out did.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, time

from django.db.models import Q
from django.utils import timezone

from courses.analysis import ENOUGH_PEOPLE, Gain, before_and_after, gain
from courses.certificates import Kind, months_later
from courses.models import Certificate, Course, CourseRun, Enrolment, Session, TrainerProfile
from people.models import Membership, User
from people.roles import Role

DORMANT_MONTHS = 12


@dataclass
class Trainer:
    """One row of the register. `generation` is None for who only has the role; `trained` counts people with a certificate
    of their classes, `reach` also those of everybody in their branch; `hours` those held. `gain`: what the classes of the
    branch learnt, None under ENOUGH_PEOPLE people with both tests."""

    user: User
    post: Membership
    generation: int | None = None
    is_master: bool = False
    parents: set[int] = field(default_factory=set)
    children: set[int] = field(default_factory=set)
    trained: int = 0
    reach: int = 0
    hours: float = 0
    last: date | None = None
    is_dormant: bool = False
    profile: TrainerProfile | None = None
    gain: Gain | None = None


@dataclass
class Lineage:
    on: date
    months: int
    trainers: list[Trainer]
    communes: list
    unreached: list

    @property
    def masters(self) -> list[Trainer]:
        return [one for one in self.trainers if one.is_master]

    @property
    def dormant(self) -> list[Trainer]:
        return [one for one in self.trainers if one.is_dormant]

    def branches(self) -> list[tuple[int, Trainer]]:
        """(depth, trainer) line by line, every trainer once under the first of their teachers; who stands in no lineage
        is left out."""
        rows = {one.user.pk: one for one in self.trainers if one.generation is not None}
        seen, lines = set(), []

        def add(one: Trainer, depth: int) -> None:
            if one.user.pk in seen:
                return
            seen.add(one.user.pk)
            lines.append((depth, one))
            for child in sorted((rows[pk] for pk in one.children & rows.keys()), key=_by_name):
                add(child, depth + 1)

        # Whose teachers lie outside what the reader sees begins a branch as well.
        tops = (one for one in rows.values() if not one.parents & rows.keys())
        for top in sorted(tops, key=lambda one: (one.generation, *_by_name(one))):
            add(top, 0)
        return lines


def _by_name(one: Trainer) -> tuple:
    return one.user.search_key, one.user.pk


def lineage(*, units, on: date | None = None, months: int = DORMANT_MONTHS) -> Lineage:
    """The trainers who serve, or served, in these units, and the communes of the units that no master trainer has reached.
    A fixed number of queries whatever the size."""
    on = on or timezone.localdate()
    proofs = _Proofs(on)
    family = {member for members in units.ancestry().values() for member in members}
    people = _people(family, proofs.nodes, on)
    taught = _taught(on)
    profiles = {
        one.user_id: one
        for one in TrainerProfile.objects.filter(user__in=list(people)).prefetch_related("fields", "languages")
    }
    since = months_later(on, -months)
    learnt = before_and_after(_end_of(on))
    rows = []
    for pk, post in people.items():
        seconds, last = taught.get(pk, (0, None))
        rows.append(
            Trainer(
                post.user, post, proofs.generation.get(pk), pk in proofs.masters, proofs.parents[pk], proofs.children[pk],
                len(proofs.trained[pk]), len(proofs.reach(pk)), seconds / 3600, last,
                pk in proofs.masters and (last is None or last < since), profiles.get(pk),
                _gain(proofs.branch(pk), learnt),
            )
        )  # fmt: skip
    order = {True: 0, False: 1}
    rows.sort(key=lambda one: (order[one.generation is not None], one.generation or 0, *_by_name(one)))
    communes = list(units.communes().order_by("name")) if rows or family else []
    reached = proofs.areas()
    ancestry = units.communes().ancestry() if communes else {}
    unreached = [one for one in communes if not ancestry[one.pk] & reached]
    return Lineage(on, months, rows, communes, unreached)


class _Proofs:
    """What the certificates say by a day. Sets of ids throughout."""

    def __init__(self, on: date):
        self.on = on
        courses = dict(Course.objects.values_list("pk", "kind"))
        self.trainers: dict[int, set[int]] = defaultdict(set)
        for run, trainer in CourseRun.trainers.through.objects.values_list("courserun", "user"):
            self.trainers[run].add(trainer)
        revoked = Q(events__kind=Kind.REVOKED, events__on__lte=on)
        rows = (
            Certificate.objects.filter(valid_from__lte=on)
            .exclude(pk__in=Certificate.objects.filter(revoked).values("pk"))
            .order_by("valid_from", "pk")
            .values_list("holder", "course", "valid_from", "batch_entry__batch__run")
        )
        self.trained: dict[int, set[int]] = defaultdict(set)
        self.classes: dict[int, set[int]] = defaultdict(set)
        first: dict[int, tuple[date, set[int]]] = {}
        for holder, course, day, run in rows.iterator(chunk_size=20_000):
            teachers = self.trainers[run] - {holder} if run else set()
            for teacher in teachers:
                self.trained[teacher].add(holder)
            if teachers:
                self.classes[run].add(holder)
            if courses[course] == Course.Kind.TRAINERS:
                # The first one made a trainer of them; what renews it changes nobody's place.
                first.setdefault(holder, (day, teachers))
        self._place(first)
        self.masters = set(
            Certificate.objects.in_force(on).filter(course__kind=Course.Kind.TRAINERS).values_list("holder", flat=True)
        )
        self._reach: dict[int, set[int]] = {}
        self.taught: dict[int, set[int]] = defaultdict(set)
        for run, trainers in self.trainers.items():
            for trainer in trainers:
                self.taught[trainer].add(run)
        self._branch: dict[int, set[int]] = {}

    def _place(self, first: dict[int, tuple[date, set[int]]]) -> None:
        """Parents, children and generations. A teacher who was made a trainer only later is no parent, so that nobody
        stands below themselves: the dates of a branch only rise."""
        self.parents: dict[int, set[int]] = defaultdict(set)
        self.children: dict[int, set[int]] = defaultdict(set)
        for pupil, (day, teachers) in first.items():
            for teacher in teachers:
                if teacher not in first or first[teacher][0] < day:
                    self.parents[pupil].add(teacher)
                    self.children[teacher].add(pupil)
        self.nodes = first.keys() | self.children.keys()
        self.generation = {pk: 0 for pk in self.nodes if not self.parents[pk]}
        for pupil in sorted(first, key=lambda pk: first[pk][0]):
            if self.parents[pupil]:
                self.generation[pupil] = 1 + min(self.generation[pk] for pk in self.parents[pupil])

    def reach(self, pk: int) -> set[int]:
        """Everybody whom this trainer or somebody of their branch trained."""
        if pk not in self._reach:
            found = set(self.trained[pk])
            for child in self.children[pk]:
                found |= self.reach(child)
            self._reach[pk] = found - {pk}
        return self._reach[pk]

    def branch(self, pk: int) -> set[int]:
        """The classes that this trainer or somebody of their branch taught."""
        if pk not in self._branch:
            self._branch[pk] = self.taught[pk].union(*(self.branch(child) for child in self.children[pk]))
        return self._branch[pk]

    def areas(self) -> set[int]:
        """Units, as they were then, whose officers got a certificate of a class that somebody of the lineage taught."""
        runs = {run: holders for run, holders in self.classes.items() if self.trainers[run] & self.nodes}
        rows = Enrolment.objects.filter(run__batches__isnull=False).order_by().values_list("run", "user", "area")
        return {area for run, user, area in rows.distinct() if user in runs.get(run, ())}


def _gain(runs: set[int], learnt: dict[int, list[tuple[float, float]]]) -> Gain | None:
    pairs = [pair for run in runs for pair in learnt.get(run, ())]
    return gain(pairs) if len(pairs) >= ENOUGH_PEOPLE else None


def _end_of(day: date) -> datetime:
    return datetime.combine(day, time.max, timezone.get_current_timezone())


def _people(family: set[int], nodes: set[int], on: date) -> dict[int, Membership]:
    """Who has a trainer's role on the day, or stands in the lineage and serves or served here, with their last post."""
    rows = (
        Membership.objects.filter(area__in=family, starts_on__lte=on)
        .filter(Q(pk__in=Membership.objects.current(on).filter(role=Role.TRAINER).values("pk")) | Q(user__in=nodes))
        .select_related("user", "organisation", "area")
        .order_by("starts_on", "pk")
    )
    return {one.user_id: one for one in rows}


def _taught(on: date) -> dict[int, tuple[float, date]]:
    """Trainer → (seconds of sessions held by the end of the day, day of the last one)."""
    end = min(timezone.now(), _end_of(on))
    rows = Session.objects.filter(
        cancelled_at=None, run__cancelled_at=None, run__announced_at__isnull=False, ends_at__lte=end,
        run__trainers__isnull=False,
    ).order_by("starts_at")  # fmt: skip
    found: dict[int, tuple[float, date]] = {}
    for trainer, starts, ends in rows.values_list("run__trainers", "starts_at", "ends_at"):
        seconds, _last = found.get(trainer, (0, None))
        found[trainer] = (seconds + (ends - starts).total_seconds(), timezone.localdate(starts))
    return found
