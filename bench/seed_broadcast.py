"""A country's broadcasts to measure with: 3,321 communes × 60 months × 2 languages, about 400,000 airings.

    DATABASE_URL=… .venv/bin/python bench/seed_broadcast.py [--communes 3321] [--months 60]

Fills the (empty) database of DATABASE_URL, made by `manage.py migrate` here: 34 provinces, in each commune 6 settlements, a
station with 2 clusters; each month one bulletin for the whole country in Vietnamese and Cơ Tu; every commune aired both,
but for one in twelve, whose month stayed silent. Names are numbers, no place is real.
"""

import argparse
import os
import sys
import time
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "site")]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")

PROVINCES, SETTLEMENTS, CLUSTERS = 34, 6, 2


def months_back(count: int, today: date) -> list[date]:
    found = [today.replace(day=1)]
    while len(found) < count:
        found.append((found[-1] - timedelta(days=1)).replace(day=1))
    return found[::-1]


def fill(communes: int, months: int) -> dict:
    """Seeds an empty database; what the benchmarks need to know of it."""
    from django.core.management import call_command
    from django.utils import timezone

    from campaigns.models import Airing, SpeakerCluster, Station
    from people.roles import Role
    from places.models import AdministrativeUnit, Settlement, SpokenLanguage
    from tests.campaigns.making import make_language
    from tests.campaigns.released import make_released
    from tests.factories import make_user

    call_command("migrate", verbosity=0)
    start, today = date(2020, 1, 1), timezone.localdate()
    country = AdministrativeUnit.objects.create(
        level="province", kind="tinh", name="Cả nước (thử)", short_name="Cả nước", valid_from=start, official_code="00"
    )
    provinces = [
        AdministrativeUnit.objects.create(
            level="district", kind="huyen", name=f"Tỉnh {n:02}", short_name=f"{n:02}", parent=country, valid_from=start, official_code=f"{n + 1}",
        )
        for n in range(PROVINCES)
    ]  # fmt: skip
    units = AdministrativeUnit.objects.bulk_create(
        AdministrativeUnit(
            level="commune", kind="xa", name=f"Xã {n:04}", short_name=f"{n:04}", search_key=f"xa {n:04}",
            parent=provinces[n % PROVINCES], valid_from=start, official_code=f"c{n}",
        )
        for n in range(communes)
    )  # fmt: skip
    vietnamese, cotu = make_language("vi"), make_language("ktv")
    SpokenLanguage.objects.bulk_create(SpokenLanguage(unit=unit, language=cotu) for unit in units)
    settlements = Settlement.objects.bulk_create(
        (Settlement(commune=unit, name=f"Thôn {k}", search_key=f"thon {k}", valid_from=start) for unit in units for k in range(SETTLEMENTS)),
        batch_size=5000,
    )  # fmt: skip
    stations = Station.objects.bulk_create(Station(commune=unit, name="Đài", technology="ip") for unit in units)
    clusters = SpeakerCluster.objects.bulk_create(
        SpeakerCluster(station=station, name=f"Cụm {k}") for station in stations for k in range(CLUSTERS)
    )
    heard = SpeakerCluster.settlements.through
    heard.objects.bulk_create(
        heard(speakercluster_id=clusters[n * CLUSTERS + k % CLUSTERS].pk, settlement_id=settlements[n * SETTLEMENTS + k].pk)
        for n in range(communes) for k in range(SETTLEMENTS)
    )  # fmt: skip
    operator = make_user(role=Role.RADIO_OPERATOR, area=units[0])
    nation, province = (make_user(role=Role.PROGRAMME_MANAGER, area=area) for area in (country, provinces[0]))
    count = 0
    named = Airing.clusters.through
    for month in months_back(months, today):
        noon = timezone.make_aware(timezone.datetime(month.year, month.month, 1, 0, 30))
        first = make_released(
            language=vietnamese, area=country, month=month, released_at=noon, title=f"Bản tin {month:%m/%Y}"
        )
        versions = [first, make_released(language=cotu, bulletin=first.bulletin, area=country, released_at=noon)]
        rows = [
            Airing(
                version=version, commune=unit, aired_at=noon, aired_on=month, plays=2, minutes=Decimal("3.00"), operator=operator, received_at=noon,
            )
            for n, unit in enumerate(units) if (n + month.month) % 12 for version in versions
        ]  # fmt: skip
        made = Airing.objects.bulk_create(rows, batch_size=5000)
        place = {unit.pk: n for n, unit in enumerate(units)}
        named.objects.bulk_create(
            (
                named(airing_id=airing.pk, speakercluster_id=clusters[place[airing.commune_id] * CLUSTERS + k].pk)
                for airing in made for k in range(CLUSTERS)
            ),
            batch_size=10_000,
        )  # fmt: skip
        count += len(made)
    return {"airings": count, "nation": nation.email, "province": province.email}


def main() -> None:
    import django

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--communes", type=int, default=3321)
    parser.add_argument("--months", type=int, default=60)
    options = parser.parse_args()
    django.setup()
    began = time.perf_counter()
    print(fill(options.communes, options.months), f"{time.perf_counter() - began:.0f} s")


if __name__ == "__main__":
    main()
