"""Sets that only grow together."""


class DisjointSets:
    """Disjoint sets of numbers, each set named by its smallest member."""

    __slots__ = ("_parent",)

    def __init__(self) -> None:
        self._parent: dict[int, int] = {}

    def find(self, item: int) -> int:
        """Return the name of the item's set."""
        parent = self._parent
        root = item
        while (above := parent.get(root, root)) != root:
            root = above
        while item != root:
            parent[item], item = root, parent[item]
        return root

    def union(self, a: int, b: int) -> int:
        """Make one set of two, return its name."""
        low, high = sorted((self.find(a), self.find(b)))
        if low != high:
            self._parent[high] = low
        return low
