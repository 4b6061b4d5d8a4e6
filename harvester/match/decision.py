"""What the matcher answers: a decision, how sure, on what evidence, and which relation if the two are kept apart."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from enum import StrEnum


class Decision(StrEnum):
    """What to do with two records."""

    MERGE = "merge"
    """They describe one work."""
    REVIEW = "review"
    """A person should look; until then they stay apart."""
    KEEP_APART = "keep apart"
    """They describe two works, or nothing says that they describe one."""


class Relation(StrEnum):
    """How two works that look alike are related; `Match.forward` says which way."""

    PREPRINT_OF = "preprint_of"
    VERSION_OF = "version_of"
    PART_OF = "part_of"
    """Parts of one series: neither is part of the other."""
    ERRATUM_OF = "erratum_of"
    RETRACTION_OF = "retraction_of"
    COMMENT_ON = "comment_on"
    REPLY_TO = "reply_to"
    REVIEW_OF = "review_of"
    SUPPLEMENT_TO = "supplement_to"
    TRANSLATION_OF = "translation_of"
    CONFERENCE_VERSION_OF = "conference_version_of"
    CHAPTER_OF = "chapter_of"


@dataclass(slots=True)  # not frozen, as Agreement is not
class Match:
    """The answer for two records."""

    decision: Decision
    score: float
    """How likely they are one work, 0 to 1; 1.0 for identifiers. Comparable between pairs, not a calibrated rate."""
    rule: str
    """The rule that decided: ``doi``, ``pmid``, ``title+locators``, ``veto:doi``..."""
    tell: Callable[[], dict[str, str]] = field(default=dict, compare=False, repr=False)
    """Returns the `evidence`: of most pairs nobody asks for it, and to find it is most of the work."""
    relation: Relation | None = None
    """The relation, where one is recognised."""
    forward: bool = True
    """True if the relation goes from the first record to the second, or both ways."""

    @property
    def evidence(self) -> dict[str, str]:
        """For each field that was weighed, how the two compare, in words; found when asked for."""
        return self.tell()

    @property
    def vetoed(self) -> bool:
        """Tell whether the two may not share a cluster, whatever other records say."""
        return self.rule.startswith("veto:")


@dataclass(slots=True, frozen=True)
class Edge:
    """Two records and what was found about them; ``a`` and ``b`` are the ids that the caller gave."""

    a: Hashable
    b: Hashable
    match: Match
