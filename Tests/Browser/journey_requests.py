"""What reaches a server that nobody protects: malformed requests, too much, and the end of the program."""

import json
import signal
import socket
import threading
import time

from commune import Failed, check, fetch, free_port

PATH = "api/v1/comments/add/agenda/item/2026-12-11-conseil--cantine"
BODY = b"kind=comment&body=Remarque+par+un+fil"
FORM = b"Content-Type: application/x-www-form-urlencoded\r\n"


def raw(base, request, wait=10):
    """Sends bytes; gives the first line of the answer and whether the connection was closed after it."""
    port = int(base.rsplit(":", 1)[1].strip("/"))
    with socket.create_connection(("127.0.0.1", port), timeout=wait) as line:
        line.settimeout(wait)
        try:
            line.sendall(request)
        except (BrokenPipeError, ConnectionResetError):
            pass
        received = b""
        closed = False
        try:
            while True:
                part = line.recv(65536)
                if not part:
                    closed = True
                    break
                received += part
        except ConnectionResetError:
            closed = True
        except TimeoutError:
            pass
    return received, closed


def malformed(world, _):
    """Each request that RFC 9112 forbids gets 400 and a closed connection; nothing of it reaches a module."""
    base = world.main.base
    host = b"Host: " + base.split("/")[2].encode() + b"\r\n"
    post = b"POST /" + PATH.encode() + b" HTTP/1.1\r\n"
    length = b"Content-Length: %d\r\n" % len(BODY)
    requests = {
        "two lengths": post + host + FORM + length + b"Content-Length: 5\r\n\r\n" + BODY,
        "two equal lengths in one": post + host + FORM + b"Content-Length: 5, 6\r\n\r\n" + BODY,
        "blank before colon": b"GET / HTTP/1.1\r\n" + host + b"X-A : b\r\n\r\n",
        "length and chunks": post + host + FORM + length + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "no host": b"GET / HTTP/1.1\r\n\r\n",
        "two hosts": b"GET / HTTP/1.1\r\n" + host + b"Host: b.example\r\n\r\n",
        "length with a sign": post + host + FORM + b"Content-Length: +5\r\n\r\nkind=",
        "NUL in the target": b"GET /a%00b HTTP/1.1\r\n" + host + b"\r\n",
        "control in the target": b"GET /a\x01b HTTP/1.1\r\n" + host + b"\r\n",
        "folded header": b"GET / HTTP/1.1\r\n" + host + b"X-A: b\r\n c\r\n\r\n",
        "NUL in a header": b"GET / HTTP/1.1\r\n" + host + b"X-A: b\x00c\r\n\r\n",
        "dots that climb": b"GET /../commune.yaml HTTP/1.1\r\n" + host + b"\r\n",
        "coded dots that climb": b"GET /%2e%2e/commune.yaml HTTP/1.1\r\n" + host + b"\r\n",
    }
    wrong = []
    for name, request in requests.items():
        answer, closed = raw(base, request)
        status = answer.split(b"\r\n", 1)[0]
        if b" 400" not in status or not closed:
            wrong.append(f"{name}: {status.decode(errors='replace')!r}, {'closed' if closed else 'left open'}")
        if b"insee:" in answer:
            wrong.append(f"{name}: commune.yaml was served")
    bare, _ = raw(base, b"GET /index.html HTTP/1.1\n" + host.replace(b"\r", b"") + b"Connection: close\n\n")
    if bare.split(b"\r\n", 1)[0] not in (b"HTTP/1.1 200 OK", b"HTTP/1.1 400 Bad Request", b""):
        wrong.append(f"bare line feeds: {bare[:60]!r}")
    pipelined, _ = raw(base, requests["two lengths"] + b"GET /index.html HTTP/1.1\r\n" + host + b"\r\n")
    if pipelined.count(b"HTTP/1.1 ") != 1:
        wrong.append("a request behind a refused one was answered")
    big, _ = raw(base, b"GET / HTTP/1.1\r\n" + host + b"X-A: " + b"a" * 65536 + b"\r\n\r\n")
    if big and b" 431" not in big[:40] and b" 400" not in big[:40]:
        wrong.append(f"64 KiB of header: {big[:60]!r}")
    large, _ = raw(base, post + host + FORM + b"Content-Length: 1000000\r\n\r\n" + b"a" * 1000000)
    if b" 413" not in large[:40]:
        wrong.append(f"a body of 1 MB: {large[:60]!r}")
    check(not wrong, "\n       ".join(wrong))
    check(not world.main.contains("par un fil"), "a malformed request had an effect")


def reading(world, _):
    """Files carry a validator and a policy; unchanged ones are not sent again; what is no file gets a page."""
    base = world.main.base
    status, headers, body = fetch(base + "index.html")
    tag = headers["ETag"]
    check(status == 200 and tag, "no ETag")
    policy = headers["Content-Security-Policy"] or ""
    check("default-src 'none'" in policy and "unsafe" not in policy, f"policy: {policy}")
    check(headers["X-Content-Type-Options"] == "nosniff", "no nosniff")
    check(fetch(base + "index.html", headers={"If-None-Match": tag})[0] == 304, "no 304")
    status, headers, empty = fetch(base + "index.html", method="HEAD")
    check(status == 200 and not empty and headers["Content-Length"] == str(len(body)), "HEAD differs from GET")
    check(fetch(base)[0] == 200, "the folder itself is not its index")
    status, headers, body = fetch(base + "nulle/part.html")
    check(status == 404 and b"<h1>" in body, f"what does not exist: {status}")
    for path, kind in (("feed.atom", "application/atom+xml"), ("incidents/reports.geojson", "application/geo+json"),
                       ("api/v1/index.json", "application/json"), ("assets/parvis.css", "text/css")):
        got = fetch(base + path)[1]["Content-Type"]
        check(got.startswith(kind), f"{path} is sent as {got}")
    status, _, body = fetch(base + "healthz")
    check(status == 200 and json.loads(body)["status"] == "ok", f"healthz: {status}")
    status, headers, body = fetch(base + PATH, method="DELETE")
    check(status == 405 and "POST" in headers["Allow"], f"DELETE of an action: {status}")
    for path in (".htaccess", "../commune.yaml", "data/parvis.sqlite", "site/index.html"):
        check(fetch(base + path)[0] in (400, 404), f"{path} is served")


def repeated(world, _):
    """A double tap, or a retry after a lost answer, is one act."""
    base = world.main.base
    headers = {"Content-Type": "application/json", "X-Forwarded-For": "198.51.100.1"}
    body = json.dumps({"kind": "comment", "body": "Remarque en double, genette."}).encode()
    first = fetch(base + PATH, body, headers | {"Idempotency-Key": "a"})
    second = fetch(base + PATH, body, headers | {"Idempotency-Key": "a"})
    check((first[0], second[0]) == (201, 200), f"{first[0]}, {second[0]}: {first[2]!r}")
    urls = [json.loads(answer[2])["receipt"]["url"] for answer in (first, second)]
    check(urls[0] == urls[1], f"two receipts for one act: {urls}")
    form = {"Content-Type": "application/x-www-form-urlencoded", "X-Forwarded-For": "198.51.100.2"}
    sent = b"kind=comment&body=Remarque+en+double%2C+genette+sans+cle."
    places = {fetch(base + PATH, sent, form)[1]["Location"] for _ in range(2)}
    check(len(places) == 1, f"a form sent twice has the receipts {places}")


def limits(world, _):
    """Too many acts from one address are refused with the time to wait; others go on."""
    base = world.main.base
    seen = []
    for number in range(40):
        body = json.dumps({"kind": "comment", "body": f"Remarque pressée {number}."}).encode()
        status, headers, _ = fetch(
            base + PATH, body, {"Content-Type": "application/json", "X-Forwarded-For": "198.51.100.77"})
        seen.append(status)
        if status == 429:
            check(int(headers["Retry-After"]) > 0, "429 without Retry-After")
            break
    check(seen[-1] == 429, f"forty acts in a second were taken: {seen}")
    status, _, _ = fetch(base + PATH, json.dumps({"kind": "comment", "body": "Remarque calme."}).encode(),
                         {"Content-Type": "application/json", "X-Forwarded-For": "198.51.100.78"})
    check(status == 201, f"another address is refused too: {status}")


def second_server(world, _):
    """A second server on the same commune is refused with exit code 4; so is a build, which also writes."""
    commune = world.main
    for verb in (["serve", "-C", commune.folder, "--port", free_port()], ["build", "-C", commune.folder]):
        result = world.program.run(*verb, code=None)
        check(result.returncode == 4, f"{verb[0]}: exit {result.returncode}: {result.stderr}")
        check(len(result.stderr) > 20, f"{verb[0]} is refused without words")
    check(fetch(commune.base + "healthz")[0] == 200, "the first server suffered")
    other = world.copy("busy-port")
    port = commune.base.rsplit(":", 1)[1].strip("/")
    result = world.program.run("serve", "-C", other.folder, "--port", port, code=None)
    check(result.returncode == 3 and port in result.stderr, f"busy port: {result.returncode}: {result.stderr}")


def graceful_stop(world, _):
    """At SIGTERM acts under way finish: every client that was answered 2xx finds its receipt afterwards."""
    commune = world.copy("stopping")
    commune.serve()
    receipts, odd, go = [], [], threading.Event()

    def client(number):
        go.wait()
        for turn in range(200):
            body = json.dumps({"kind": "comment", "body": f"Remarque du client {number}, tour {turn}."}).encode()
            headers = {"Content-Type": "application/json", "X-Forwarded-For": f"10.{number}.{turn // 25}.1"}
            try:
                status, _, answer = fetch(commune.base + PATH, body, headers)
            except OSError:
                return
            if status != 201:
                odd.append(status)
                return
            receipts.append(json.loads(answer)["receipt"]["url"])

    threads = [threading.Thread(target=client, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    go.set()
    time.sleep(0.5)
    commune.process.send_signal(signal.SIGTERM)
    code = commune.process.wait(timeout=30)
    commune.process.stdout.close()
    commune.process = None
    for thread in threads:
        thread.join(30)
    check(code == 0, f"the server ended with {code}")
    check(all(status == 503 for status in odd), f"while stopping clients got {odd}")
    check(len(receipts) > 5, f"only {len(receipts)} acts before the stop")
    commune.serve(build=False)
    try:
        for url in receipts:
            address = commune.base + "receipt/" + url.rsplit("/", 1)[1]
            if fetch(address)[0] != 200:
                raise Failed(f"{len(receipts)} acts acknowledged, {url} is lost")
    finally:
        commune.stop()


TESTS = [malformed, reading, repeated, limits, second_server, graceful_stop]
