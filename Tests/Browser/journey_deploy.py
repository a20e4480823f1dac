"""The configurations of Tools/deploy, started as they are shipped but for names, paths and ports, in front of a real server."""

import contextlib
import pathlib
import re
import ssl
import subprocess
import time
import urllib.parse
import urllib.request

from commune import check, fetch, free_port, wait_for

DEPLOY = pathlib.Path(__file__).resolve().parents[2] / "Tools" / "deploy"
NAME = "vaubrisey.example"
PATH = "api/v1/comments/add/agenda/item/2026-12-11-conseil--cantine"
FORM = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "text/html", "Accept-Language": "fr"}
TYPES = {
    ".html": "text/html", ".css": "text/css", ".js": "javascript", ".json": "application/json", ".atom": "atom+xml",
    ".xml": "xml", ".ics": "text/calendar", ".csv": "text/csv", ".geojson": "application/geo+json",
    ".ndjson": "application/x-ndjson", ".svg": "image/svg+xml", ".md": "text/markdown",
    ".jsonld": "application/ld+json", ".webmanifest": "application/manifest+json", ".txt": "text/plain", ".py": "text/plain",
}


def ask(address, data=None, headers=None, method=None):
    """One request over TLS with a certificate of our own, without following redirects."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return fetch(address, data, headers, method, [urllib.request.HTTPSHandler(context=context)])


def changed(text, *pairs):
    """A configuration with what is marked for change changed; each mark must be there."""
    for pattern, put in pairs:
        text, count = re.subn(pattern, lambda _, put=put: put, text)
        check(count, f"the configuration has no {pattern}")
    return text


def certificate(folder):
    """A key and a certificate for the name, as the system's tool makes them."""
    key, paper = folder / "privkey.pem", folder / "fullchain.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={NAME}",
         "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", paper], check=True, capture_output=True)
    return key, paper


@contextlib.contextmanager
def running(command, folder, port):
    """A web server in front, ended at the end."""
    with open(folder / "front.log", "wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder, env={
            "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": str(folder), "XDG_DATA_HOME": str(folder)})

    def answers():
        check(process.poll() is None, (folder / "front.log").read_text()[-1500:])
        try:
            return ask(f"https://localhost:{port}/index.html")[0] == 200
        except OSError:
            return False

    try:
        wait_for("the web server", answers)
        yield
    finally:
        process.terminate()
        process.wait(timeout=30)


def prepared(world, name):
    """A commune whose address is that of the web server in front, served behind it."""
    front, plain = free_port(), free_port()
    commune = world.copy(name, address=f"https://localhost:{front}/")
    commune.serve()
    # The web server runs as somebody else, who may read the site and nothing more.
    folder = world.scratch / f"{name}-front"
    folder.mkdir()
    return commune, folder, front, plain, urllib.parse.urlsplit(commune.base).port


def nginx(world, _):
    """nginx.conf: types, files, acts, what is refused, and a server that rests."""
    commune, folder, front, plain, port = prepared(world, "nginx")
    key, paper = certificate(folder)
    text = changed(
        (DEPLOY / "nginx.conf").read_text(),
        (r"listen \[::\]:\d+[^;]*;", ""), (r"listen 80;", f"listen 127.0.0.1:{plain};"),
        (r"listen 443 ssl", f"listen 127.0.0.1:{front} ssl"), (r"server 127\.0\.0\.1:8080;", f"server 127.0.0.1:{port};"),
        (r"root /srv/parvis/vaubrisey/site;", f"root {commune.site};"),
        (r"server_name vaubrisey\.example;", "server_name localhost;"),
        (r"/etc/ssl/parvis/fullchain\.pem", str(paper)), (r"/etc/ssl/parvis/privkey\.pem", str(key)),
        (r"/var/log/nginx/parvis\.log", str(folder / "access.log")),
        (r"/var/log/nginx/parvis-error\.log", str(folder / "error.log")))
    # Started by root, its workers could not read the scratch folder of root.
    (folder / "nginx.conf").write_text("user root;\n" + text)
    command = ["nginx", "-c", folder / "nginx.conf", "-p", folder, "-g", f"daemon off; pid {folder}/nginx.pid;"]
    with running(command, folder, front):
        base = f"https://localhost:{front}/"
        examine(commune, base)
        status, headers, _ = ask(f"http://127.0.0.1:{plain}/agenda/index.html", headers={"Host": "localhost"})
        check(status == 301 and headers["Location"] == "https://localhost/agenda/index.html", f"no TLS: {status}")
        status, _, body = ask(base + PATH, b"a" * 300_000, FORM)
        check(status == 413 and "Rien n’a été enregistré" in body.decode(), f"300 kB: {status} {body[:200]}")
        log = (folder / "access.log").read_text()
        check("127.0.0.1" not in log and "/receipt/..." in log, "the log names an address or a receipt")
        resting(commune, base)


def caddy(world, _):
    """Caddyfile: the same."""
    commune, folder, front, plain, port = prepared(world, "caddy")
    key, paper = certificate(folder)
    text = changed(
        (DEPLOY / "Caddyfile").read_text(), (r"127\.0\.0\.1:8080", f"127.0.0.1:{port}"),
        (r"(?m)^vaubrisey\.example \{", f"https://localhost:{front} {{\n\ttls {paper} {key}"),
        (r"/srv/parvis/vaubrisey/site", str(commune.site)))
    text = text.replace("{\n", f"{{\n\tadmin off\n\thttp_port {plain}\n\tauto_https disable_redirects\n", 1)
    (folder / "Caddyfile").write_text(text)
    with running(["caddy", "run", "--config", folder / "Caddyfile", "--adapter", "caddyfile"], folder, front):
        base = f"https://localhost:{front}/"
        examine(commune, base)
        resting(commune, base)
        ask(base + "receipt/3-5ec4e7")
        log = (folder / "front.log").read_text()
        check("5ec4e7" not in log and "remote_ip" not in log, f"the log tells: {log[-900:]}")


def two_hosts(world, _):
    """nginx-two-hosts.conf inside nginx.conf: the site on one host, acts on the other, and what leads across."""
    front, port, server = free_port(), free_port(), free_port()
    commune = world.copy(
        "two-hosts", address=f"https://localhost:{front}/", server=f"https://participer.localhost:{server}/")
    commune.serve(port)
    folder = world.scratch / "two-hosts-front"
    folder.mkdir()
    key, paper = certificate(folder)
    whole = (DEPLOY / "nginx.conf").read_text()
    blocks = (DEPLOY / "nginx-two-hosts.conf").read_text()
    # The two servers stand in place of those of nginx.conf, as its first lines say.
    start, end = whole.index("  server {"), whole.rindex("}")
    text = changed(
        whole[:start] + blocks + whole[end:],
        (r"server 127\.0\.0\.1:8080;", f"server 127.0.0.1:{port};"),
        (r"listen 443 ssl http2;\n  server_name vaubrisey",
         f"listen 127.0.0.1:{front} ssl http2;\n  server_name vaubrisey"),
        (r"listen 443 ssl http2;", f"listen 127.0.0.1:{server} ssl http2;"),
        (r"root /srv/parvis/vaubrisey/site;", f"root {commune.site};"),
        (r"https://participer\.vaubrisey\.example", f"https://participer.localhost:{server}"),
        (r"server_name participer\.vaubrisey\.example;", "server_name participer.localhost;"),
        (r"server_name vaubrisey\.example;", "server_name localhost;"),
        (r"/etc/ssl/parvis/fullchain\.pem", str(paper)), (r"/etc/ssl/parvis/privkey\.pem", str(key)),
        (r"/var/log/nginx/parvis\.log", str(folder / "access.log")))
    (folder / "nginx.conf").write_text("user root;\n" + text)
    command = ["nginx", "-c", folder / "nginx.conf", "-p", folder, "-g", f"daemon off; pid {folder}/nginx.pid;"]
    with running(command, folder, front):
        site, acts = f"https://localhost:{front}/", f"https://localhost:{server}/"
        types(commune, site)
        named = f"https://participer.localhost:{server}/"
        for path in ("desk", "desk/sign-in", "me", "me/sign-in", "receipt/1-x", "follow/p/1-x", "confirm/x"):
            status, headers, _ = ask(site + path)
            check(status == 307 and headers["Location"] == named + path, f"{path}: {status} {headers['Location']}")
            check(ask(acts + path)[0] != 404 or path == "receipt/1-x", f"the server’s host does not know {path}")
        check(f'{named}me"'.encode() in ask(site + "index.html")[2], "the foot does not lead to one's own page")
        origin = {"Origin": site.rstrip("/")}
        status, headers, answer = ask(acts + PATH, b"kind=comment&body=De+loin", FORM | origin)
        check(status == 303 and headers["Location"].startswith(named), f"an act: {status} {answer[:300]}")
        check(headers["Access-Control-Allow-Origin"] == site.rstrip("/"), "the site’s origin may not act")
        status, headers, _ = ask(acts + PATH, b"kind=comment&body=De+loin", FORM | {"Origin": "https://evil.example"})
        check(headers["Access-Control-Allow-Origin"] is None, "any origin may read what an act answers")
        check(ask(site + PATH, b"kind=comment&body=x", FORM)[0] in (403, 404, 405), "the static host takes an act")
        status, _, body = ask(acts + PATH, b"a" * 300_000, FORM)
        check(status == 413 and "Rien n’a été enregistré" in body.decode(), f"300 kB: {status}")
        log = (folder / "access.log").read_text()
        check("127.0.0.1" not in log and "/receipt/1" not in log, "the log names an address or a receipt")
        commune.stop()
        check(ask(site + "agenda/index.html")[0] == 200, "reading needs the server")
        status, headers, words = ask(acts + PATH, b"kind=comment&body=Trop+tard", FORM)
        check(status == 503 and "Rien n’a été enregistré" in words.decode(), f"resting: {status}")


def examine(commune, base):
    """What both must do while Parvis runs."""
    types(commune, base)
    status, headers, page = ask(base + "agenda/nulle-part.html")
    check(status == 404 and b"<h1" in page, f"a page that is not there: {status}")
    for hidden in (".git/config", "agenda/.index.html.part"):
        check(ask(base + hidden)[0] == 404, f"{hidden} is given")
    check(ask(base + ".well-known/security.txt")[0] in (200, 404), "security.txt is hidden")
    status, headers, _ = ask(base + "api/v1/index.json", headers={"Origin": "https://elsewhere.example"})
    check(status == 200 and headers["Access-Control-Allow-Origin"] == "*", "the data may not be read from elsewhere")
    tag = ask(base + "index.html")[1]["ETag"]
    check(tag and ask(base + "index.html", headers={"If-None-Match": tag})[0] == 304, "unchanged pages are sent again")

    status, headers, answer = ask(base + PATH, b"kind=comment&body=Par+le+serveur+de+devant", FORM)
    check(status == 303 and headers["Location"].startswith("/receipt/"), f"an act: {status} {answer[:300]}")
    status, headers, page = ask(urllib.parse.urljoin(base, headers["Location"]))
    check(status == 200 and "En attente" in page.decode(), f"a receipt: {status}")
    status, headers, page = ask(base + PATH, b"body=" + b"a" * 100_000, FORM)
    check(status == 413 and "64 Kio" in page.decode() and b"<h1" in page, f"100 kB: {status} {page[:200]}")
    check(ask(base + PATH, b"kind=comment", FORM)[0] == 422, "a refused form")
    check(ask(base + "agenda/index.html", b"a=b", FORM)[0] == 405, "a file takes an act")
    check(ask(base + "desk")[0] == 303 and ask(base + "desk/sign-in")[0] == 200, "the desk is not reached")
    own = base.rstrip("/")
    for origin, expected in ((own, 401), ("https://evil.example", 403)):
        status, _, _ = ask(base + "desk/sign-in", b"email=a%40b.fr&password=x", FORM | {"Origin": origin})
        check(status == expected, f"a sign-in from {origin}: {status}")
    addresses(base)


def types(commune, base):
    """One file of each kind has its type."""
    # The demonstration has no such files, and a module may have.
    for suffix in (".ics", ".md", ".jsonld", ".webmanifest"):
        (commune.site / f"probe{suffix}").write_text("é\n")
    kinds = {}
    # What the register publishes without an ending, as C2SP tlog-tiles wants it, is told apart by its place.
    for path in sorted(commune.site.rglob("*")):
        if path.is_file() and not path.suffix:
            status, headers, body = ask(base + urllib.parse.quote(str(path.relative_to(commune.site))))
            kind = headers["Content-Type"] or ""
            wanted = "text/plain" if path.name == "checkpoint" else "application/octet-stream"
            check(status == 200 and wanted in kind, f"{path.name}: {status} {kind}")
            check(body == path.read_bytes(), f"{path.name} arrives changed")
        elif path.is_file():
            kinds.setdefault(path.suffix, path)
    missing = {".html", ".css", ".js", ".json", ".atom", ".xml", ".csv", ".geojson", ".ndjson"} - kinds.keys()
    check(not missing, f"the demonstration has no {missing}")
    for suffix, path in kinds.items():
        check(suffix in TYPES, f"nobody says which type {suffix} has")
        status, headers, body = ask(base + urllib.parse.quote(str(path.relative_to(commune.site))))
        kind = headers["Content-Type"] or ""
        check(status == 200 and TYPES[suffix] in kind, f"{path.name}: {status} {kind}")
        if suffix in (".html", ".csv", ".ics", ".md", ".css", ".js"):
            check("charset=utf-8" in kind.lower(), f"{path.name}: {kind}")
        check(body == path.read_bytes(), f"{path.name} arrives changed")


def addresses(base):
    """What a client pretends of its address does not lift the limit: thirty comments an hour come from one."""
    statuses = []
    for number in range(120):
        body = f"kind=comment&body=Remarque+{number}".encode()
        status, headers, _ = ask(base + PATH, body, FORM | {"X-Forwarded-For": f"192.0.2.{number}"})
        statuses.append(status)
        if status == 429:
            if headers["Retry-After"]:
                return
            # That was the limit of the web server, which counts seconds and not hours.
            time.sleep(0.25)
    check(False, f"a pretended address lifts the limit: {statuses}")


def resting(commune, base):
    """While Parvis rests every page is read, and whoever acts is told that nothing was recorded."""
    commune.stop()
    check(ask(base + "agenda/index.html")[0] == 200, "reading needs the server")
    status, headers, words = ask(base + PATH, b"kind=comment&body=Trop+tard", FORM)
    check(status == 503 and "Rien n’a été enregistré" in words.decode(), f"resting: {status} {words[:200]}")
    check(headers["Retry-After"] == "60", "nobody says when to come back")


TESTS = [nginx, caddy, two_hosts]
