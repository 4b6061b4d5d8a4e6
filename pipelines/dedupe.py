"""Step 2: what follows from the work alone: under which keys it is known, its rows if it meets nobody.

Who else has these keys is asked inside the transaction that stores the work (`pipelines._works`), because only there
nobody else can answer differently a moment later.
"""

from harvester.derive import derive
from harvester.items import Visit


class Dedupe:
    """Derive of each work what `harvester.derive` tells, unless the process that read its page has done so."""

    def process_item(self, visit: Visit) -> Visit:
        """Return the visit with what follows from its work, or from the works that a list brought."""
        for each in (visit, *(visit.listed.records if visit.listed is not None else ())):
            if each.work is not None and each.derived is None:
                each.derived = derive(each.work, each.sources)
        return visit
