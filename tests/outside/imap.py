"""A small IMAP server on this machine, for tests: it knows what the mailbox driver says, and can misbehave."""

import re
import socketserver
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import make_msgid


@dataclass
class Post:
    """What lies in the server's folder, and how it behaves."""

    letters: dict[int, bytes] = field(default_factory=dict)
    flags: dict[int, set[str]] = field(default_factory=dict)
    password: str = "open sesame"
    folder: str = "INBOX"
    hang_up_at: str = ""
    port: int = 0
    came: str = "23-Nov-2026 11:59:00 +0500"

    def put(self, raw):
        uid = max(self.letters, default=40) + 1
        self.letters[uid], self.flags[uid] = raw, set()
        return uid

    @property
    def settings(self):
        return {"host": "127.0.0.1", "port": str(self.port), "user": "post", "password": self.password}


class Talk(socketserver.StreamRequestHandler):
    def handle(self):
        self.say("* OK ready")
        while line := self.rfile.readline():
            tag, _, rest = line.decode().strip().partition(" ")
            words = rest.replace("UID ", "", 1) if rest.startswith("UID ") else rest
            verb = words.split()[0].upper()
            if verb == self.server.post.hang_up_at:
                return
            self.say(f"{tag} {getattr(self, f'do_{verb.lower()}')(words)}")
            if verb == "LOGOUT":
                return

    def say(self, line):
        self.wfile.write(line.encode() + b"\r\n")

    def do_capability(self, _words):
        self.say("* CAPABILITY IMAP4rev1")
        return "OK done"

    def do_login(self, words):
        return "OK in" if f'"{self.server.post.password}"' in words else "NO wrong"

    def do_select(self, words):
        if f'"{self.server.post.folder}"' not in words:
            return "NO such folder"
        self.say(f"* {len(self.server.post.letters)} EXISTS")
        return "OK [READ-WRITE] selected"

    def do_search(self, _words):
        post = self.server.post
        there = [uid for uid in post.letters if not post.flags[uid] & {"\\Deleted", "\\Flagged"}]
        self.say("* SEARCH " + " ".join(map(str, there)))
        return "OK searched"

    def do_fetch(self, words):
        uid = int(words.split()[1])
        raw = self.server.post.letters.get(uid)
        if raw is None:
            return "OK nothing"
        if "RFC822.SIZE" in words:
            self.say(f'* 1 FETCH (UID {uid} RFC822.SIZE {len(raw)} INTERNALDATE "{self.server.post.came}")')
        else:
            self.wfile.write(f"* 1 FETCH (UID {uid} BODY[] {{{len(raw)}}}\r\n".encode() + raw + b")\r\n")
        return "OK fetched"

    def do_store(self, words):
        self.server.post.flags[int(words.split()[1])] |= set(re.findall(r"\\\w+", words))
        return "OK stored"

    def do_expunge(self, _words):
        post = self.server.post
        for uid in [uid for uid, flags in post.flags.items() if "\\Deleted" in flags]:
            del post.letters[uid], post.flags[uid]
        return "OK expunged"

    def do_logout(self, _words):
        self.say("* BYE")
        return "OK bye"


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


@contextmanager
def imap():
    """Run the server; give what lies in it."""
    with Server(("127.0.0.1", 0), Talk) as server:
        server.post = Post(port=server.server_address[1])
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield server.post
        finally:
            server.shutdown()
            thread.join()


def written(
    text="Сәлеметсіз бе", *, sender="Ерлан <e@example.kz>", subject="Сұрақ", files=(), html="", **headers
):
    """Return the bytes of a letter."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, "privacy@example.kz", subject
    message["Message-ID"] = make_msgid(domain="example.kz")
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    if text:
        message.set_content(text)
    if html:
        message.add_alternative(html, subtype="html") if text else message.set_content(html, subtype="html")
    for name, data in files:
        message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()
