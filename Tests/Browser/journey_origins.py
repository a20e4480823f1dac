"""The site lies on one origin, the server on another: forms and scripts still work, and nobody else gets in."""

import json
import shutil

from commune import check, fetch, free_port, plain_server, wait_for
from links import Site
from visitors import PHONE, WIDE

PAGE = "agenda/2026-12-11-conseil.html"
PATH = "api/v1/comments/add/agenda/item/2026-12-11-conseil--cantine"


def apart(world, name="apart", below=""):
    """A commune whose site address and server address differ, served on both."""
    site_port, server_port = free_port(), free_port()
    commune = world.copy(
        name, address=f"http://127.0.0.1:{site_port}/{below}", server=f"http://127.0.0.1:{server_port}/")
    commune.serve(server_port)
    return commune, site_port


def both(world, visitors):
    """A comment with script (CORS) and one without (a form to another origin); the desk links to the server."""
    commune, port = apart(world)
    try:
        found = Site(commune.site, f"http://127.0.0.1:{port}/", commune.base).check()
        check(not found, f"{len(found)} faults:\n       " + "\n       ".join(found[:10]))
        # The folder served is a copy, as on a static host.
        folder = world.scratch / "apart-copy"
        shutil.copytree(commune.site, folder)
        with plain_server(folder, port) as base:
            for script in (True, False):
                with visitors.visit(PHONE, script, forwarded=False) as visitor:
                    write(visitor, base, commune.base, f"Remarque de loin, putois-{script}.")
            desk(visitors, base, commune)
        cross_origin(commune, f"http://127.0.0.1:{port}")
    finally:
        commune.stop()


def under_a_path(world, visitors):
    """The site lies in a folder of another site, as on a shared host: forms still find the server."""
    below = "mairie/la place/"
    commune, port = apart(world, "below", below.replace(" ", "%20"))
    try:
        root = world.scratch / "below-copy"
        shutil.copytree(commune.site, root / below)
        with plain_server(root, port) as base:
            for script in (True, False):
                with visitors.visit(PHONE, script, forwarded=False) as visitor:
                    write(visitor, base + below.replace(" ", "%20"), commune.base, f"Remarque d’un dossier, lérot-{script}.")
            status, _, page = fetch(base + below.replace(" ", "%20") + "feed.atom")
            check(status == 200 and f"{base}mairie/la%20place/".encode() in page, f"the feed leads elsewhere: {page[:300]}")
    finally:
        commune.stop()


def write(visitor, base, server, words):
    """Comments an item on the site's origin."""
    page = visitor.page
    page.goto(base + PAGE)
    item = page.locator("section.item", has=page.locator("form[action*='cantine']"))
    for fold in item.locator("details > summary").all():
        if not item.locator("form").is_visible():
            fold.click()
    form = item.locator("form")
    check(form.get_attribute("action").startswith(server), "the form does not go to the server")
    form.locator("input[name=kind][value=question]").check()
    form.locator("textarea[name=body]").fill(words)
    form.locator("button[type=submit]").click()
    page.locator("section.receipt a, dl.facts").first.wait_for()
    if page.locator("section.receipt a").count():
        page.locator("section.receipt a").click()
    page.wait_for_url(server + "receipt/*")
    check("En attente" in page.locator("main").inner_text(), "the receipt does not say that it waits")
    visitor.check_quiet()
    visitor.check_origin(base, server)


def desk(visitors, base, commune):
    """The link to the desk on the static site leads to the server."""
    with visitors.visit(WIDE, forwarded=False) as visitor:
        visitor.page.goto(base + "index.html")
        link = visitor.page.locator("footer a[href*='desk']").first.get_attribute("href")
        check(link.startswith(commune.base), f"the desk is linked as {link}")
        visitor.page.goto(commune.setup_link)
        check(visitor.page.locator("form").count() == 1, "the setup page has no form")
        visitor.check_quiet()


def cross_origin(commune, origin):
    """CORS names the site's origin and no other, never with credentials."""
    body = json.dumps({"kind": "comment", "body": "Remarque belette par JSON."}).encode()
    for asked, allowed in ((origin, True), ("https://ailleurs.example", False), (origin + ".example", False),
                           ("null", False), (origin.replace("127.0.0.1", "localhost"), False)):
        headers = {"Origin": asked, "Content-Type": "application/json", "Accept": "application/json"}
        for method, data in (("OPTIONS", None), ("POST", body)):
            extra = {"Access-Control-Request-Method": "POST",
                     "Access-Control-Request-Headers": "idempotency-key,content-type"} if data is None else {}
            status, answer, _ = fetch(commune.base + PATH, data, headers | extra, method)
            got = answer["Access-Control-Allow-Origin"]
            check(got == (origin if allowed else None), f"{method} from {asked}: allowed {got}")
            check(answer["Access-Control-Allow-Credentials"] is None, "credentials are allowed")
            check("Origin" in (answer["Vary"] or ""), f"{method} from {asked} without Vary: Origin")
            if data is None and allowed:
                names = (answer["Access-Control-Allow-Headers"] or "").lower()
                check("idempotency-key" in names and "content-type" in names, f"preflight allows {names}")
        if not allowed:
            status, answer, _ = fetch(commune.base + "desk", headers={"Origin": asked})
            check(answer["Access-Control-Allow-Origin"] is None, "the desk answers another origin")
    status, _, _ = fetch(commune.base + "desk/sign-in", b"email=a%40b.fr&password=x",
                         {"Origin": origin, "Content-Type": "application/x-www-form-urlencoded"})
    check(status == 403, f"a sign-in sent from another origin: {status}")


TESTS = [both, under_a_path]
