"""Metadata formats of OAI-PMH: one module a format, found by being there, named like its metadataPrefix.

A module has ``PREFIXES``, the prefixes under which repositories serve the format, and ``work``, which reads the element
inside of ``<metadata>``. Every value goes through the normalisers that pages' and files' values take.
"""

import pkgutil
from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module

from lxml import etree

from harvester.items import Work

Reader = Callable[[etree._Element], Work]


@cache
def formats() -> Mapping[str, tuple[str, Reader]]:
    """Return name and reader of each format by the prefixes under which it is served, out of this package's modules."""
    found: dict[str, tuple[str, Reader]] = {}
    for module in pkgutil.iter_modules(import_module(__name__).__path__):
        if not module.name.startswith("_"):
            format_ = import_module(f"{__name__}.{module.name}")
            found.update(dict.fromkeys(format_.PREFIXES, (module.name, format_.work)))
    return found
