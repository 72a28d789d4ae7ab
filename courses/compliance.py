"""Who is trained of those who should be: by commune, organisation and duty, on any day.

Who should be is who holds the duty on that day (memberships), so transfers, new posts and merged communes move the
figures by themselves; trained is who holds a certificate in force that day. Counted are persons × requirements, each
once a unit. Who took the post less than `within_months` ago still has time and is not a gap.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Case, IntegerField, Q, Sum, Value, When
from django.utils import timezone

from courses.certificates import EXPIRING, months_later
from courses.models import Certificate, Requirement
from people.models import Membership, Organisation
from places.models import AdministrativeUnit

# What `Figures` counts by, in the order it is shown.
TABLES = ("requirements", "units", "organisations")


@dataclass
class Count:
    """should = trained + in_time (untrained, the deadline is not over) + gaps."""

    should: int = 0
    trained: int = 0
    in_time: int = 0

    @property
    def gaps(self) -> int:
        return self.should - self.trained - self.in_time

    @property
    def share(self) -> float | None:
        return self.trained / self.should if self.should else None

    def add(self, people: int, trained: bool, in_time: bool) -> None:
        self.should += people
        self.trained += people * trained
        self.in_time += people * (in_time and not trained)


@dataclass(frozen=True)
class Line:
    """A count with its name, to be shown; `now`, of kept figures: what is counted for the same day today."""

    label: str
    count: Count
    now: Count | None = None

    @property
    def differs(self) -> bool:
        return self.count != self.now


@dataclass
class Figures:
    """`units`, `organisations` and `requirements` are keyed by id."""

    on: date
    total: Count = field(default_factory=Count)
    units: dict[int, Count] = field(default_factory=lambda: defaultdict(Count))
    organisations: dict[int, Count] = field(default_factory=lambda: defaultdict(Count))
    requirements: dict[int, Count] = field(default_factory=lambda: defaultdict(Count))


def posts(*, family, on: date):
    """Memberships on a day in units given by their ids (a queryset)."""
    return Membership.objects.current(on).filter(area__in=family, user__is_active=True)


def figures(*, units, on: date | None = None) -> Figures:
    """Five queries whatever the size. A unit counts what stands on the units that became it; a unit that was split is
    counted in each of its successors, and once in the total."""
    on = on or timezone.localdate()
    required = list(Requirement.objects.current(on).order_by("pk"))
    found = Figures(on)
    if not required:
        return found
    owners: dict[int, list[int]] = defaultdict(list)
    for unit, members in units.ancestry().items():
        for member in members:
            owners[member].append(unit)
    by_duty: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
    courses = sorted({one.course_id for one in required})
    bit = {course: 1 << place for place, course in enumerate(courses)}
    for one in required:
        by_duty[one.duty_id].append((one.pk, bit[one.course_id], one.within_months))
    held = _held(bit, on)
    # Most people hold one post: they are counted in groups, not one by one (a hundred thousand officers make a few
    # thousand groups). Who holds several posts is followed by name, to be counted once.
    due: dict[tuple[date, int], int] = {}
    groups: Counter = Counter()
    last, several = None, defaultdict(list)
    rows = (
        posts(family=owners, on=on)
        .filter(duties__in=list(by_duty))
        .order_by("user_id", "starts_on")
        .values_list("user_id", "area_id", "organisation_id", "duties", "starts_on")
    )
    waiting: tuple = ()
    for user, area, organisation, duty, since in rows.iterator(chunk_size=20_000):
        if (since, duty) not in due:
            due[since, duty] = sum(
                1 << place for place, one in enumerate(by_duty[duty]) if months_later(since, one[2]) > on
            )
        group = (area, organisation, duty, held.get(user, 0), due[since, duty])
        if user != last:
            if waiting:
                groups[waiting] += 1
            last, waiting = user, group
        else:
            several[user] += [waiting, group] if waiting else [group]
            waiting = ()
    if waiting:
        groups[waiting] += 1
    for group, people in groups.items():
        _count(found, [group], people, by_duty, owners)
    for theirs in several.values():
        _count(found, theirs, 1, by_duty, owners)
    return found


def _count(found: Figures, posts_held: list, people: int, by_duty, owners) -> None:
    """Adds `people` who hold exactly these posts: each requirement once a unit, once an organisation, once in all."""
    seen = set()
    for area, organisation, duty, mask, due in posts_held:
        for place, (requirement, wanted, _months) in enumerate(by_duty[duty]):
            trained, in_time = bool(mask & wanted), bool(due >> place & 1)
            counts = [
                (("total", requirement), found.total),
                (("requirement", requirement), found.requirements[requirement]),
                (("organisation", organisation, requirement), found.organisations[organisation]),
                *((("unit", unit, requirement), found.units[unit]) for unit in owners[area]),
            ]
            for key, count in counts:
                if key not in seen:
                    seen.add(key)
                    count.add(people, trained, in_time)


def _held(bit: dict[int, int], on: date) -> dict[int, int]:
    """Person → the courses they hold in force on a day, one bit each: one row a person comes out of the database."""
    cases = [When(course=course, then=Value(value)) for course, value in bit.items()]
    rows = (
        Certificate.objects.in_force(on)
        .filter(course__in=list(bit))
        .order_by()
        .values("holder_id")
        .annotate(mask=Sum(Case(*cases, default=Value(0), output_field=IntegerField()), distinct=True))
    )
    return dict(rows.values_list("holder_id", "mask"))


@dataclass(frozen=True)
class Gap:
    """Somebody (id) who should be trained and is not, in a post (membership id), and by when; before `due_on` there is time.
    Light: a country has a hundred thousand of them, `named` reads those that are shown."""

    user: int
    post: int
    requirement: Requirement
    due_on: date
    overdue: bool


def gaps(*, units, on: date | None = None) -> list[Gap]:
    """Most overdue first. A person with the same duty in two posts is named once, with the earlier deadline."""
    on = on or timezone.localdate()
    required = list(Requirement.objects.current(on).select_related("course", "duty"))
    bit = {course: 1 << place for place, course in enumerate(sorted({one.course_id for one in required}))}
    held = _held(bit, on) if bit else {}
    found = []
    for user, post, since, one in _asked(required, units, on):
        if not held.get(user, 0) & bit[one.course_id]:
            due_on = months_later(since, one.within_months)
            found.append(Gap(user, post, one, due_on, due_on <= on))
    return sorted(found, key=_due)


def running_out(*, units, on: date | None = None) -> list[Gap]:
    """Who is trained today and will not be in three months, the first to run out first; `due_on` is the last day's next."""
    on = on or timezone.localdate()
    required = list(Requirement.objects.current(on).select_related("course", "duty"))
    held = Certificate.objects.in_force(on).filter(course__in={one.course_id for one in required}).order_by()
    soon = held.filter(valid_until__lte=on + EXPIRING)
    until = {row[:2]: row[2] for row in soon.order_by("valid_until").values_list("holder", "course", "valid_until")}
    longer = held.filter(Q(valid_until=None) | Q(valid_until__gt=on + EXPIRING), holder__in=soon.values("holder"))
    for pair in longer.values_list("holder", "course"):
        until.pop(pair, None)
    people = {holder for holder, _course in until}
    pairs = _asked([one for one in required if until], units, on, people)
    found = [
        Gap(user, post, one, until[user, one.course_id], False)
        for user, post, _since, one in pairs
        if (user, one.course_id) in until
    ]
    return sorted(found, key=_due)


def _due(gap: Gap):
    return gap.due_on


def _asked(required: list[Requirement], units, on: date, people=None):
    """(person's id, membership id, first day in the post, requirement): who must hold which course that day, once each, by
    the post that began first; in the order of their names."""
    by_duty, seen = defaultdict(list), set()
    for one in required:
        by_duty[one.duty_id].append(one)
    rows = posts(family=set().union(*units.ancestry().values()), on=on).filter(duties__in=list(by_duty))
    if people is not None:
        rows = rows.filter(user__in=people)
    rows = rows.order_by("user__search_key", "user_id", "starts_on", "pk")
    for user, post, since, duty in rows.values_list("user_id", "pk", "starts_on", "duties"):
        for one in by_duty[duty]:
            if (user, one.pk) not in seen:
                seen.add((user, one.pk))
                yield user, post, since, one


def named(found: list[Gap]) -> list[tuple[Gap, Membership]]:
    """Each with the post, to be shown. One query whatever the number."""
    held = Membership.objects.select_related("user", "organisation", "area").in_bulk({gap.post for gap in found})
    return [(gap, held[gap.post]) for gap in found if gap.post in held]


def names(found: Figures) -> dict[str, dict]:
    """For each of TABLES the rows by id that `figures` counted."""
    return {
        "requirements": Requirement.objects.select_related("duty", "course").in_bulk(list(found.requirements)),
        "units": AdministrativeUnit.objects.in_bulk(list(found.units)),
        "organisations": Organisation.objects.in_bulk(list(found.organisations)),
    }


def most_gaps_first(lines: list[Line]) -> list[Line]:
    """Then by name."""
    return sorted(lines, key=lambda line: (-line.count.gaps, line.label))
