"""WorkLoader: the first usable value of a field wins, and its source is kept."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from itemloaders import ItemLoader
from itemloaders.processors import Identity, TakeFirst

from harvester.items import Work
from harvester.normalise import text
from harvester.normalise.fields import NORMALISERS, Each


class WorkLoader(ItemLoader):
    """Collects the fields of a work; values that do not survive their normaliser are passed over."""

    default_item_class = Work
    default_output_processor = TakeFirst()

    authors_out = affiliations_out = classifications_out = identifiers_out = related_out = Identity()
    issn_out = isbn_out = keywords_out = keywords_plus_out = Identity()

    def __init__(self, *, site_names: Sequence[str] = (), **context: Any) -> None:
        super().__init__(**context)
        self.site_names = site_names
        """What the site calls itself; a title does not end with it."""
        self.sources: dict[str, str] = {}
        """For each field that has a value, where it came from."""

    def get_input_processor(self, field_name: str) -> Callable[..., Any]:
        """Return the field's normaliser; of a title, one that knows the names of the site."""
        if field_name == "title" and self.site_names:
            return Each(partial(text.title, site_names=self.site_names))
        return NORMALISERS[field_name]

    def get_output_processor(self, field_name: str) -> Callable[..., Any]:
        """Return what makes one value of the collected ones, or leaves them a list."""
        found: Callable[..., Any] = getattr(self, f"{field_name}_out", self.default_output_processor)
        return found

    def offer(self, field: str, value: Any, *, source: str) -> bool:
        """Take the value unless the field has one; return whether it is usable and was taken."""
        if self._values.get(field):
            return False
        found = self.usable(field, value)
        if not found:
            return False
        # Not add_value(): it asks for the signature of each processor anew, which costs more than most normalisers.
        self._values[field] = found
        self.sources[field] = source
        return True

    def usable(self, field: str, value: Any) -> list[Any]:
        """Return what the field's normaliser makes of a value, without taking it."""
        return list(self.get_input_processor(field)(value if isinstance(value, list) else [value]))

    def load_item(self) -> Work:
        """Return the work with the values that were taken."""
        work: Work = self.item
        for field, values in self._values.items():
            value = self.get_output_processor(field)(values)
            if value is not None:
                setattr(work, field, value)
        return work
