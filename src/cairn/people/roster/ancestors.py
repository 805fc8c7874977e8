"""Which agencies stand above which? Kept as rows, so that a leader's reach is one join."""

from cairn.people.agencies import Agency, AgencyAncestor


def rebuild_ancestors() -> None:
    """Brings the rows of every agency into step with its parents; each agency is its own ancestor too."""
    parents = dict(Agency.objects.values_list("pk", "parent_id"))
    wanted: set[tuple[int, int]] = set()
    for agency in parents:
        above: int | None = agency
        while above is not None and (agency, above) not in wanted:
            wanted.add((agency, above))
            above = parents.get(above)
    there = {
        (agency, ancestor): pk
        for pk, agency, ancestor in AgencyAncestor.objects.values_list("pk", "agency_id", "ancestor_id")
    }
    stale = [pk for pair, pk in there.items() if pair not in wanted]
    for at in range(0, len(stale), 400):
        AgencyAncestor.objects.filter(pk__in=stale[at : at + 400]).delete()
    AgencyAncestor.objects.bulk_create(
        [
            AgencyAncestor(agency_id=agency, ancestor_id=above)
            for agency, above in sorted(wanted - there.keys())
        ],
        batch_size=400,
    )
