#!/usr/bin/env python3
"""Mail and calls as they leave: a real SMTP server (aiosmtpd), a real HTTP server, the program between them.

    .build/test-venv/bin/python Tests/Command/test_mail.py [PATH/parvis]
"""

import contextlib
import email
import email.policy
import hashlib
import hmac
import http.server
import json
import logging
import re
import socket
import sqlite3
import ssl
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
import warnings

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from harness import PARVIS, expect, main, run, server

PERSON = "o.perrin@essai.example"

# A client that refuses a certificate is what a test wants, not news.
logging.disable(logging.CRITICAL)
warnings.simplefilter("ignore", DeprecationWarning)


class Sink:
    """Keeps what comes; answers a recipient or a message as told."""

    def __init__(self):
        self.taken, self.recipient, self.message, self.tries = [], None, None, 0

    async def handle_RCPT(self, server, session, envelope, address, options):
        self.tries += 1
        if self.recipient:
            return self.recipient
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if self.message == "drop":
            server.transport.abort()
            return "250 never sent"
        if self.message:
            return self.message
        self.taken.append((envelope.mail_from, list(envelope.rcpt_tos), envelope.original_content, session.ssl))
        return "250 taken"


@contextlib.contextmanager
def relay(**options):
    sink = Sink()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(sink, hostname="127.0.0.1", port=port, **options)
    controller.start()
    try:
        yield sink, port
    finally:
        controller.stop()


def with_mail(folder, port, tls="none", more=""):
    commune = folder.commune
    path = commune / "commune.yaml"
    text = path.read_text()
    path.write_text(
        f"mail:\n  from: mairie@essai.example\n  name: Mairie d’Essai\n  transport: smtp\n"
        f"  smtp: smtp://127.0.0.1:{port}\n  tls: {tls}\n{more}{text}")
    return commune


def certificate(folder):
    key, crt = folder.path / "key.pem", folder.path / "crt.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", str(key), "-out", str(crt), "-days", "2",
         "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"], check=True, capture_output=True)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(crt, key)
    return context, crt


def until(condition, seconds=30):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return
        time.sleep(0.05)
    raise AssertionError("it did not happen")


def post(address, fields, accept="text/html"):
    request = urllib.request.Request(
        address, data=urllib.parse.urlencode(fields).encode(),
        headers={"Content-Type": "application/x-www-form-urlencoded", "Accept": accept})
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status, answer.geturl(), answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, address, error.read().decode()


def text_of(content):
    mail = email.message_from_bytes(content, policy=email.policy.default)
    return mail, mail.get_body(("plain",)).get_content(), mail.get_body(("html",)).get_content()


def ask_to_follow(base):
    return post(
        base + "follow/ask/agenda/meetings/index", [("email", PERSON), ("frequency", "daily"), ("lang", "fr")])


def test_a_test_message_reaches_a_real_server_whole(folder):
    with relay() as (sink, port):
        expect(run("mail", "test", PERSON, "-C", with_mail(folder, port)), 0, "parti")
        (sender, recipients, content, _), = sink.taken
    assert sender == "mairie@essai.example" and recipients == [PERSON], (sender, recipients)
    mail, text, html = text_of(content)
    assert mail["To"] == PERSON and "Essai" in mail["Subject"] and mail["Auto-Submitted"] == "auto-generated", mail
    assert mail["From"] == "Mairie d’Essai <mairie@essai.example>", mail["From"]
    assert not mail.defects and not any(part.defects for part in mail.walk()), mail.defects
    assert "peut envoyer du courrier" in text and "peut envoyer du courrier" in html, text
    assert mail.get_content_type() == "multipart/alternative" and mail["MIME-Version"] == "1.0"


def test_following_from_the_page_to_the_confirmation(folder):
    with relay() as (sink, port):
        commune = with_mail(folder, port)
        expect(run("build", "-C", commune), 0)
        assert "follow/ask/agenda/meetings/index" in (commune / "site/agenda/index.html").read_text()
        with server(commune) as (_, base, _):
            status, _, page = ask_to_follow(base)
            assert status == 202 and "confirmer" in page, page
            until(lambda: sink.taken)
            mail, text, _ = text_of(sink.taken[0][2])
            link = re.search(r"<https?://[^/]+/(follow/confirm/\w+)>", text).group(1)
            assert mail["List-Unsubscribe"] is None
            with urllib.request.urlopen(base + link, timeout=20) as answer:
                assert "Je confirme" in answer.read().decode()
            status, address, page = post(base + link, [("lang", "fr")])
            assert status == 200 and "/follow/p/" in address and PERSON in page, (status, address)


def test_a_refused_recipient_is_not_tried_again(folder):
    with relay() as (sink, port):
        sink.recipient = f"550 5.1.1 <{PERSON}>: no such user"
        commune = with_mail(folder, port)
        with server(commune) as (process, base, _):
            ask_to_follow(base)
            until(lambda: sink.tries)
            process.terminate()
            _, log = process.communicate(timeout=30)
        assert PERSON not in log, log
        assert "failed=1" in log, log
        expect(run("mail", "send", "-C", commune, language="en"), 0, "Sent: 0")
        assert sink.tries == 1, sink.tries


def test_a_busy_server_a_full_one_and_one_that_hangs_up_get_it_later(folder):
    commune = None
    for answer in ("recipient", "message", "drop"):
        with relay() as (sink, port):
            if commune is None:
                commune = with_mail(folder, port)
                with server(commune) as (process, base, _):
                    sink.recipient = "451 try again later"
                    ask_to_follow(base)
                    until(lambda: sink.tries)
                    process.terminate()
                    process.communicate(timeout=30)
            else:
                path = commune / "commune.yaml"
                path.write_text(re.sub(r"smtp://127.0.0.1:\d+", f"smtp://127.0.0.1:{port}", path.read_text()))
                sink.message = "452 full" if answer == "message" else "drop"
                make_due(commune)
                expect(run("mail", "send", "-C", commune, language="en"), 0, "tried again: 1")
            assert not sink.taken
    with relay() as (sink, port):
        path = commune / "commune.yaml"
        path.write_text(re.sub(r"smtp://127.0.0.1:\d+", f"smtp://127.0.0.1:{port}", path.read_text()))
        make_due(commune)
        expect(run("mail", "send", "-C", commune, language="en"), 0, "Sent: 1")
        assert len(sink.taken) == 1


def make_due(commune):
    with contextlib.closing(sqlite3.connect(commune / "data/parvis.sqlite")) as store, store:
        store.execute("UPDATE host_outbox SET due_at = 0 WHERE state = 'waiting'")


def test_no_server_at_all_is_said_and_keeps_the_message(folder):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    expect(run("mail", "test", PERSON, "-C", with_mail(folder, port), language="en"), 3, "did not leave")


def test_starttls_with_a_password_and_never_without(folder):
    context, crt = certificate(folder)

    def check(server, session, envelope, mechanism, data):
        good = data.login == b"parvis" and data.password == "très long secret".encode()
        return AuthResult(success=good)

    secret = folder.path / "secret"
    secret.write_text("très long secret\n")
    more = f"  user: parvis\n  password_file: {secret}\n  certificates: {crt}\n"
    with relay(tls_context=context, require_starttls=True, auth_required=True, authenticator=check) as (sink, port):
        commune = with_mail(folder, port, "required", more)
        expect(run("mail", "test", PERSON, "-C", commune, language="en"), 0, "has left")
        assert sink.taken[0][3] is not None, "the message went over a bare connection"
        secret.write_text("wrong\n")
        expect(run("mail", "test", PERSON, "-C", commune, language="en"), 3, "did not leave")
        secret.unlink()
        expect(run("mail", "test", PERSON, "-C", commune, language="en"), 3, "cannot be read")
    with relay() as (sink, port):
        path = commune / "commune.yaml"
        path.write_text(re.sub(r"smtp://127.0.0.1:\d+", f"smtp://127.0.0.1:{port}", path.read_text()))
        secret.write_text("très long secret\n")
        expect(run("mail", "test", PERSON, "-C", commune, language="en"), 3)
        assert not sink.taken, "a relay without TLS got the message though TLS is required"


def test_an_unknown_certificate_is_refused(folder):
    context, _ = certificate(folder)
    with relay(tls_context=context) as (sink, port):
        expect(run("mail", "test", PERSON, "-C", with_mail(folder, port, "required"), language="en"), 3)
        assert not sink.taken


def test_the_verbs_are_done_by_the_server_that_runs_and_nothing_leaves_twice(folder):
    with relay() as (sink, port):
        commune = with_mail(folder, port)
        with server(commune) as (_, base, _):
            assert ask_to_follow(base)[0] == 202
            expect(run("mail", "send", "-C", commune, language="en"), 0, "Sent: ")
            until(lambda: sink.taken)
            expect(run("mail", "send", "-C", commune, language="en"), 0, "Sent: 0")
            expect(run("mail", "test", "mairie@essai.example", "-C", commune), 0, "parti")
            assert len(sink.taken) == 2, sink.taken


def test_a_killed_server_loses_no_message(folder):
    with relay() as (sink, port):
        sink.recipient = "451 later"
        commune = with_mail(folder, port)
        with server(commune) as (process, base, _):
            assert ask_to_follow(base)[0] == 202
            process.kill()
            process.wait()
        sink.recipient = None
        make_due(commune)
        expect(run("mail", "send", "-C", commune, language="en"), 0, "Sent: 1")


def test_refusals_come_back_by_a_pipe_while_a_server_runs(folder):
    with relay() as (sink, port):
        commune = with_mail(folder, port)
        report = "Message-ID: <x@y>\n\nAction: failed\nStatus: 5.1.1\n\nMessage-ID: <1.0@essai.example>\n"
        expect(run("mail", "bounce", "-C", commune, stdin=report), 0)
        assert not list((commune / "data/bounces").glob("*.eml")), "read at once"
        with server(commune) as (process, base, _):
            expect(run("mail", "bounce", "-C", commune, stdin=report), 0)
            ask_to_follow(base)
            until(lambda: sink.taken)
            until(lambda: not list((commune / "data/bounces").glob("*.eml")))
        expect(run("mail", "bounce", "-C", folder.path / "nowhere", stdin=report), 3)


def test_without_mail_the_verbs_say_what_to_do(folder):
    for verb in (["send"], ["test", PERSON]):
        expect(run("mail", *verb, "-C", folder.commune, language="en"), 3, "no “mail:”")
    expect(run("mail", "test", "nobody", "-C", folder.commune, language="en"), 2, "no e-mail address")


def test_wrong_settings_name_the_line(folder):
    commune = folder.commune
    path = commune / "commune.yaml"
    text = path.read_text()
    for wrong, word in (
        ("mail:\n  from: personne\n  transport: smtp\n  smtp: smtp://a\n", "mairie@exemple.fr"),
        ("mail:\n  from: a@b.fr\n  transport: pigeon\n", "sendmail, smtp, maildir"),
        ("mail:\n  from: a@b.fr\n  transport: smtp\n  smtp: http://a\n", "smtp://"),
        ("mail:\n  from: a@b.fr\n  transport: sendmail\n  sendmail: sendmail\n", "absolu"),
        ("mail:\n  from: a@b.fr\n  transport: sendmail\n  pasword: x\n", "pasword"),
        ("webhooks:\n  - name: sms\n    url: http://sms.example/\n    secret_file: x\n", "https://"),
    ):
        path.write_text(wrong + text)
        expect(run("check", "-C", commune), 1, word, "commune.yaml")


class Hook(http.server.BaseHTTPRequestHandler):
    calls, status = [], 200

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        Hook.calls.append((self.path, dict(self.headers), body))
        self.send_response(Hook.status)
        self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


def test_a_program_that_is_told_can_check_who_calls(folder):
    hook = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hook)
    threading.Thread(target=hook.serve_forever, daemon=True).start()
    Hook.calls, Hook.status = [], 302
    commune = folder.commune
    path = commune / "commune.yaml"
    path.write_text(
        f"webhooks:\n  - name: sms\n    url: http://127.0.0.1:{hook.server_port}/hook\n    secret_file: data/sms\n"
        + path.read_text())
    (commune / "data").mkdir(exist_ok=True)
    (commune / "data/sms").write_text("a key of more than sixteen\n")
    try:
        with server(commune):
            tell(commune)
        with server(commune):
            until(lambda: Hook.calls)
        Hook.status = 200
        make_due(commune)
        with server(commune):
            until(lambda: len(Hook.calls) > 1)
    finally:
        hook.shutdown()
    assert all(called == "/hook" for called, _, _ in Hook.calls), "a redirect was followed"
    _, headers, body = Hook.calls[-1]
    stamp, signature = re.fullmatch(r"t=(\d+),v1=([0-9a-f]{64})", headers["Parvis-Signature"]).groups()
    expected = hmac.new(b"a key of more than sixteen", f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    assert signature == expected and abs(int(stamp) - time.time()) < 120
    value = json.loads(body)
    assert value["event"] == "changed" and value["words"]["fr"]["title"] == "Essai", value
    assert headers["Parvis-Delivery"] == Hook.calls[0][1]["Parvis-Delivery"], "the same number when tried again"


def tell(commune):
    """Puts an event into the store, as an act would: what becomes of it is what is looked at."""
    with contextlib.closing(sqlite3.connect(commune / "data/parvis.sqlite", timeout=20)) as store, store:
        store.execute(
            "INSERT INTO host_event(kind, subject, source, document, anchor, words, at) VALUES(?,?,?,?,?,?,?)",
            ("changed", "agenda/meetings/index", "", "agenda/meetings/index", "",
             json.dumps({"fr": {"title": "Essai", "text": ""}}), int(time.time() * 1000)))


def test_curl_is_not_loaded_at_the_start(folder):
    libraries = subprocess.run(["ldd", PARVIS], capture_output=True, text=True).stdout
    assert "libswiftCore" in libraries and "curl" not in libraries, libraries


if __name__ == "__main__":
    sys.exit(main([value for name, value in list(globals().items()) if name.startswith("test_")]))
