"""Step 2: under which keys is this work known?

The keys are a pure function of the work. Who else has them is asked inside the transaction that stores the work
(`pipelines._works`), because only there nobody else can answer differently a moment later.
"""

from harvester.items import Visit
from harvester.match import blocking_keys, identity_keys, prepare


class Dedupe:
    """Give each work its keys: exact ones (DOI, identifiers, fingerprint), then those that only suggest sameness."""

    def process_item(self, visit: Visit) -> Visit:
        """Return the visit with the keys of its work."""
        if visit.work is not None:
            visit.prepared = prepare(visit.work)
            visit.keys = [*identity_keys(visit.prepared), *blocking_keys(visit.prepared)]
        return visit
