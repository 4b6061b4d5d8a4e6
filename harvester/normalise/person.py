"""Names of people and organisations, in one place: what a caller needs to read authors."""

from harvester.normalise.cjk_name import cjk_parts
from harvester.normalise.name_list import people, people_with_marks
from harvester.normalise.name_marks import affiliation_marks
from harvester.normalise.single_name import person, person_from_parts, suffix_of

__all__ = ["affiliation_marks", "cjk_parts", "people", "people_with_marks", "person", "person_from_parts", "suffix_of"]
