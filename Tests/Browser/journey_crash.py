"""The server is killed at random moments under writes and publication: nothing is lost, no page is broken."""

import http.client
import json
import random
import re
import threading
import time
import urllib.parse

from commune import check, check_same, fetch
from journey_comment import CLERK
from links import Site
from visitors import PASSWORD

COMMENT = "api/v1/comments/add/agenda/item/2026-12-11-conseil--cantine"
SEED = 20_261_211


class Desk:
    """The clerk at the desk, without a browser; the session outlives the server."""

    def __init__(self, commune):
        self.commune = commune
        form = {"name": "Odile Perrin", "email": CLERK, "password": PASSWORD, "lang": "fr"}
        status, headers, body = self.post(commune.setup_link, form, "")
        check(status == 303, f"the account was not made: {status} {body[:300]}")
        self.cookie = headers["Set-Cookie"].split(";")[0]

    def post(self, address, form, cookie):
        """Sends a form of the desk."""
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookie}
        return fetch(address, urllib.parse.urlencode(form).encode(), headers)

    def decide(self):
        """Publishes what stands first in the queue."""
        status, _, body = fetch(self.commune.base + "desk/moderation", headers={"Cookie": self.cookie})
        page = body.decode()
        case = re.search(r'action="[^"]*desk/moderation/(\d+)"', page)
        token = re.search(r'name="form_token" value="([^"]+)"', page)
        if status != 200 or not case or not token:
            return
        form = {"form_token": token[1], "decision": "approve", "return": "/desk/moderation"}
        self.post(f"{self.commune.base}desk/moderation/{case[1]}", form, self.cookie)


class Load:
    """Residents who write without pause, and a clerk who publishes, until the server is gone."""

    def __init__(self, commune, desk, seed, proposal, service):
        self.commune = commune
        self.desk = desk
        self.random = random.Random(seed)
        self.acknowledged = []
        self.sent = 0
        self.proposal = proposal
        self.service = service
        self.ending = threading.Event()

    def act(self, number):
        """One act: a comment, a report or a support."""
        kind = number % 3
        if kind == 0:
            return COMMENT, {"kind": "comment", "body": f"Remarque {number} sous la pluie."}
        if kind == 1:
            value = {"street": "other", "place_text": f"borne {number}", "not_emergency": True,
                     "description": f"Signalement {number} pendant l’orage."}
            return "api/v1/incidents/report/" + self.service, value
        return f"api/v1/consultation/support/{self.proposal}", {}

    def client(self, number):
        """Writes until the server does not answer any more."""
        turn = 0
        while not self.ending.is_set():
            turn += 1
            unique = self.random.getrandbits(60)
            path, value = self.act(turn + number)
            address = ".".join(str((unique >> shift) & 255) for shift in (0, 8, 16, 24))
            headers = {"Content-Type": "application/json", "Idempotency-Key": f"k{unique}", "X-Forwarded-For": address}
            self.sent += 1
            try:
                status, _, body = fetch(self.commune.base + path, json.dumps(value).encode(), headers)
                if status in (200, 201):
                    self.acknowledged.append(json.loads(body)["receipt"]["url"].rsplit("/", 1)[1])
            except (OSError, http.client.HTTPException, ValueError):
                return

    def clerk(self):
        """Publishes until the server does not answer any more."""
        while not self.ending.is_set():
            try:
                self.desk.decide()
            except (OSError, http.client.HTTPException):
                return

    def until_killed(self, seconds):
        """Runs everybody, kills the server after so many seconds."""
        threads = [threading.Thread(target=self.client, args=(n,)) for n in range(4)]
        threads.append(threading.Thread(target=self.clerk))
        for thread in threads:
            thread.start()
        time.sleep(seconds)
        self.commune.kill()
        self.ending.set()
        for thread in threads:
            thread.join(30)


def sound(commune):
    """What a visitor may meet right after the kill: whole files, and links that lead somewhere.

    The files of a new document appear one after the other and name each other (its other language, its JSON), so links
    are followed from where readers start: nothing leads to a document before it is whole.
    """
    site = Site(commune.site, commune.base)
    for path in site.pages:
        check((commune.site / path).read_bytes().rstrip().endswith(b"</html>"), f"{path} is half written")
    for path in site.reachable("index.html", "en/index.html"):
        site.check_page(path, site.pages[path])
    for path in site.files:
        if path.endswith((".json", ".geojson")):
            site.check_json(path)
        elif path.endswith((".atom", ".xml")):
            site.check_xml(path)
        check(not path.endswith((".new", ".tmp", "~")), f"{path} was left behind")
    check(not site.found, f"{len(site.found)} faults: {site.found[:8]}")


def receipts(commune, tokens):
    """Every receipt that was acknowledged still answers."""
    lost = [token for token in tokens if fetch(commune.base + "receipt/" + token)[0] != 200]
    check(not lost, f"{len(lost)} of {len(tokens)} acknowledged acts are lost: {lost[:5]}")


def kills(world, _):
    """As many kills as were asked for, at moments drawn from a fixed seed."""
    commune = world.copy("crash")
    commune.serve()
    commune.configure(address=commune.base)
    port = int(commune.base.rsplit(":", 1)[1].strip("/"))
    desk = Desk(commune)
    commune.stop()
    open_one = json.loads((commune.site / "api/v1/consultation/deplacements.json").read_text())
    proposal = re.search(r"consultation/proposal/(\d+)", json.dumps(open_one))[1]
    draw = random.Random(SEED)
    acknowledged, fresh, sent = [], [], 0
    for turn in range(world.kills):
        # The first start after the address changed builds; later ones only mend what the kill left.
        commune.serve(port, build=turn == 0)
        load = Load(commune, desk, draw.random(), proposal, "voirie")
        load.until_killed(draw.uniform(0.05, 0.9))
        acknowledged += load.acknowledged
        fresh += load.acknowledged
        sent += load.sent
        try:
            sound(commune)
        except Exception as error:
            error.add_note(f"after kill {turn + 1}")
            raise
        is_last = turn == world.kills - 1
        if turn % 10 == 9 or is_last:
            commune.serve(port, build=False)
            receipts(commune, acknowledged if is_last else fresh)
            commune.stop()
            fresh = []
    check(len(acknowledged) > world.kills, f"only {len(acknowledged)} acts in {world.kills} kills: this proves little")
    check_same(commune, world.scratch / "crash-whole")
    print(f"     {world.kills} kills, {sent} acts sent, {len(acknowledged)} acknowledged, none lost", flush=True)


TESTS = [kills]
