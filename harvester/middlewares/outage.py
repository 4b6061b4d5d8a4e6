"""Loss of the network: when one host after the other cannot be reached, the fault is nearer than theirs.

Or they are all dead, as the last hosts of an old list may be. Hosts that answered before tell the one from the other.
"""

from dataclasses import dataclass, field


@dataclass(slots=True)
class Outage:
    """Watches how connections end, and says when to stop asking. Times are seconds of one clock.

    The network counts as lost when ``hosts`` different hosts could not be reached within ``within`` seconds and none
    was reached in between; then one request every ``every`` seconds tries it, until any host answers. Hosts that could
    not be reached though others could prove nothing from then on, until they answer.
    """

    hosts: int = 5
    within: float = 60.0
    every: float = 30.0
    _failed: dict[str, float] = field(default_factory=dict)
    _since: float | None = None
    _next_try: float = 0.0
    _dead: set[str] = field(default_factory=set)

    @property
    def lost(self) -> bool:
        """Return whether the network counts as lost."""
        return self._since is not None

    @property
    def suspected(self) -> frozenset[str]:
        """Return the hosts for which the network counts as lost."""
        return frozenset(self._failed)

    def lasted(self, now: float) -> float:
        """Return for how many seconds the network has been lost."""
        return 0.0 if self._since is None else now - self._since

    def unreached(self, host: str, now: float) -> bool:
        """Note that a host could not be reached; return whether the network counts as lost from now on."""
        if self._since is not None or host in self._dead:
            return False
        self._failed.pop(host, None)
        self._failed[host] = now
        self._failed = {each: when for each, when in self._failed.items() if now - when <= self.within}
        if len(self._failed) < self.hosts:
            return False
        self._since = now
        self._next_try = now + self.every
        return True

    def reached(self, host: str, now: float) -> float | None:
        """Note that a host answered; return how many seconds the network was gone if it was."""
        gone = None if self._since is None else now - self._since
        if gone is not None:
            self._dead |= self._failed.keys()
        self._dead.discard(host)
        if self._failed:
            self._failed = {}
        self._since = None
        return gone

    def room(self, room: int, now: float) -> int:
        """Return how many requests may be begun: ``room``, or while the network is lost one in every while."""
        if self._since is None or room <= 0:
            return room
        if now < self._next_try:
            return 0
        self._next_try = now + self.every
        return 1
