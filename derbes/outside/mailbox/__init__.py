"""The mailbox that letters come to: fetched over IMAP (RFC 3501, with TLS), read as hostile input, removed when taken in.

Always holds: a letter is removed from the server only after its reader said that it is kept; nothing of a letter
is in an exception or a log line; a server that is not on this machine is spoken to over TLS alone.
"""

from derbes.outside.mailbox.box import Mailbox, Unreachable, configured, open_mailbox
from derbes.outside.mailbox.letters import Enclosed, Letter, Limits, Unreadable, parse

__all__ = [
    "Enclosed",
    "Letter",
    "Limits",
    "Mailbox",
    "Unreachable",
    "Unreadable",
    "configured",
    "open_mailbox",
    "parse",
]
