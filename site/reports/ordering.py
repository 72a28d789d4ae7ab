"""Rows that people put in order: one place up or down at a time, by two buttons."""


def move(rows: list, row, *, up: bool) -> None:
    """`row` changes its place with the one above or below it in `rows`; `position` then counts from 0. At an end it stays;
    one that was taken out meanwhile moves nowhere. The caller holds what they stand in locked."""
    here = next((place for place, one in enumerate(rows) if one.pk == row.pk), None)
    if here is None:
        return
    there = here - 1 if up else here + 1
    if 0 <= there < len(rows):
        rows[here], rows[there] = rows[there], rows[here]
    for place, one in enumerate(rows):
        if one.position != place:
            one.position = place
            one.save(update_fields=["position"])
