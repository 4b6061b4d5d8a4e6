"""Imported by the process from which the reading processes are forked: it reads a page, and so do they at once.

What the first real page would wait for (tables, expressions, the model that tells languages apart) is then in memory,
and shared by all of them.
"""

import os

# The model multiplies a few thousand numbers. More threads would not help, and a process with threads forks badly.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from harvester.derive import derive
from harvester.extraction import examine
from harvester.page import Page

_WORDS = "lantern orchard ferry granite hollow island juniper kettle marble needle oyster pebble quilt river saddle "

PAGE = (
    "<html><head><title>Warm</title><meta name='citation_title' content='Lantern orchard ferry granite hollow'>"
    "<meta name='citation_author' content='Lovelace, Ada'><meta name='citation_date' content='2024/05/07'>"
    "<meta name='citation_doi' content='10.5555/12345678'></head><body><h1>Lantern orchard ferry granite hollow</h1>"
    f"<h2>Abstract</h2><p>{_WORDS * 6}</p><h2>References</h2></body></html>"
).encode()
"""A page that makes the readers load all that they load on demand."""

_examined = examine(Page("https://example.org/warm", PAGE))
assert _examined.work is not None
derive(_examined.work, _examined.sources)
