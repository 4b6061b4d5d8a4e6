"""The type of a work where a format cannot do without one."""

from harvester.items import Work


def kind(work: Work) -> str:
    """Return the work's type, in Crossref's vocabulary; ``other`` where nothing tells.

    A page that names no type still tells an article from a chapter by how it places the work.

    >>> kind(Work(container_title="J", volume="3")), kind(Work(isbn=["9781939133274"])), kind(Work(title="T"))
    ('journal-article', 'book', 'other')
    """
    if work.type:
        return work.type
    if work.isbn:
        return "book-chapter" if work.container_title else "book"
    if work.container_title and (work.volume or work.issue or work.issn):
        return "journal-article"
    return "other"
