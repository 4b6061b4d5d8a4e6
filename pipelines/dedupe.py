"""Step 2: under which keys is this work known?

The keys are a pure function of the work. Who else has them is asked inside the transaction that stores the work
(`pipelines._works`), because only there nobody else can answer differently a moment later.
"""

from harvester.items import Visit
from harvester.match import blocking_keys, identity_keys, prepare


class Dedupe:
    """Give each work its keys: exact ones (DOI, identifiers, fingerprint), then those that only suggest sameness."""

    def process_item(self, visit: Visit) -> Visit:
        """Return the visit with the keys of its work, or of the works that a list brought."""
        for each in (visit, *(visit.listed.records if visit.listed is not None else ())):
            if each.work is not None and each.prepared is None:
                each.prepared = prepare(each.work)
                each.keys = [*identity_keys(each.prepared), *blocking_keys(each.prepared)]
        return visit
