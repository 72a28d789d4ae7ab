"""A commune's loudspeakers: its own stations', and those of the communes that merged into it."""

from campaigns.models import SpeakerCluster


def clusters_of(family: set[int]) -> list[SpeakerCluster]:
    """Loudspeaker clusters in use of these communes' stations, by station and name."""
    return list(
        SpeakerCluster.objects.filter(station__commune__in=family, is_active=True, station__is_active=True)
        .select_related("station")
        .order_by("station__name", "station_id", "name")
    )


def cluster_choices(clusters: list[SpeakerCluster]) -> list[tuple[int, str]]:
    """(id, name) for a form; the station's name stands in front where there are several."""
    several = len({cluster.station_id for cluster in clusters}) > 1
    return [(c.pk, f"{c.station.name}: {c.name}" if several else c.name) for c in clusters]
