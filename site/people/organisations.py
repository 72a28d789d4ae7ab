"""Organisations as people name them in lists: found by name, made when they are new."""

from core.text import fold
from people.models import Organisation

# How the name of a body begins (folded) → its kind.
_OPENINGS = [
    (("ubnd", "uy ban nhan dan", "hdnd"), Organisation.Kind.COMMITTEE),
    (("cong an", "bo doi", "don bien phong", "ban chi huy quan su"), Organisation.Kind.FORCE),
    (("hoi ", "doan ", "mat tran", "mttq", "uy ban mat tran", "uy ban mttq", "lien doan"), Organisation.Kind.UNION),
    (("truong",), Organisation.Kind.SCHOOL),
    (("trung tam", "dai ", "tram", "nha van hoa"), Organisation.Kind.CENTRE),
    (("so ", "phong ", "ban ", "chi cuc", "van phong", "cuc "), Organisation.Kind.DEPARTMENT),
]


def kind_of_name(name: str) -> str:
    """The kind a name suggests; a name that suggests none is that of a partner."""
    key = fold(name) + " "
    # "Ủy ban Mặt trận" opens like a committee's name: the longest opening decides.
    hits = [(len(start), kind) for starts, kind in _OPENINGS for start in starts if key.startswith(start)]
    return max(hits, key=lambda hit: hit[0])[1] if hits else Organisation.Kind.PARTNER


class OrganisationIndex:
    """Finds organisations by name: in the same unit first, then a department of the province. "UBND xã" of another
    commune is another body."""

    def __init__(self, organisations):
        self.ids: set[int] = set()
        self.here: dict[tuple[int, str], Organisation] = {}
        self.above: dict[str, list[Organisation]] = {}
        for organisation in organisations:
            self.add(organisation)

    def __contains__(self, pk: int) -> bool:
        return pk in self.ids

    def add(self, organisation: Organisation) -> None:
        key = fold(organisation.name)
        self.ids.add(organisation.pk)
        self.here.setdefault((organisation.area_id, key), organisation)
        if organisation.area.level != "commune":
            self.above.setdefault(key, []).append(organisation)

    def find(self, name: str, area_id: int | None) -> Organisation | None:
        key = fold(name)
        found = self.here.get((area_id, key))
        if found is None and len(self.above.get(key, [])) == 1:
            found = self.above[key][0]
        return found
