"""Those outside who hold the journal to what it once was: witnesses (C2SP tlog-witness) and a time-stamping authority.

What always holds: an address that is away, slow or talks without end costs a bounded time, and what it says is only
handed on; whether it is true is for `derbes.crypto` to say.
"""

from derbes.outside.anchors.post import Unreachable
from derbes.outside.anchors.timestamp import timestamp
from derbes.outside.anchors.witness import Answer, add_checkpoint

__all__ = ["Answer", "Unreachable", "add_checkpoint", "timestamp"]
