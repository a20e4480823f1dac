"""The public register: its head on the notice board, the proof of one's own act, and the check of a receipt."""

import base64
import json
import pathlib
import subprocess
import sys
import urllib.parse

from commune import check, fetch, wait_for
from visitors import SMALL, no_overflow

PATH = "api/v1/comments/add/agenda/item/2026-12-11-conseil--cantine"
FORM = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "text/html", "Accept-Language": "fr"}
SCRIPT = pathlib.Path(__file__).resolve().parents[2] / "Tools" / "verify_receipt.py"


def root(site):
    """The fingerprint of the signed head, as hexadecimal digits (C2SP tlog-checkpoint: origin, size, root)."""
    lines = (site / "register/checkpoint").read_text().split("\n")
    return base64.b64decode(lines[2]).hex(), int(lines[1])


def head(world, visitors):
    """The page is found from the plan of the site; its head is that of the file, in groups that an eye compares."""
    commune = world.main
    wanted, size = root(commune.site)
    for script in (True, False):
        for locale, plan, title in (
            ("fr-FR", "plan.html", "Registre public"), ("en-GB", "en/plan.html", "Public register"),
        ):
            with visitors.visit(SMALL, script=script, locale=locale) as visitor:
                page = visitor.page
                page.goto(commune.base + plan)
                page.locator("main").get_by_role("link", name=title).first.click()
                check(page.locator("h1").inner_text().strip() == title, "the plan leads elsewhere")
                notice = page.locator("section[aria-labelledby=head]")
                shown = " ".join(notice.locator("p.lead code").all_inner_texts())
                check("".join(shown.split()) == wanted, f"the page shows {shown}, the file {wanted}")
                groups = shown.split()
                check(len(groups) >= 12 and len({len(group) for group in groups}) == 1, f"groups: {groups}")
                digits = "".join(c for c in notice.inner_text() if c.isdigit() or c == ",")
                check(str(size) in digits.replace(",", ""), f"the size {size} is not said")
                no_overflow(page, "the register")
                for name in ("checkpoint", "checkpoints.txt", "key.txt"):
                    link = page.locator(f"a[href$='register/{name}']").get_attribute("href")
                    address = urllib.parse.urljoin(page.url, link)
                    check(fetch(address)[0] == 200, f"{name} is not there")
                visitor.check_quiet()
                visitor.check_origin(commune.base)


def proof(world, visitors):
    """Whoever acted opens the proof on the receipt, keeps it, and checks it offline once a head covers it."""
    commune = world.main
    for script in (True, False):
        status, headers, answer = fetch(
            commune.base + PATH, f"kind=comment&body=À prouver, hermine-{script}".encode(), FORM)
        check(status == 303, f"the comment: {status} {answer[:200]}")
        receipt = urllib.parse.urljoin(commune.base, headers["Location"])
        with visitors.visit(SMALL, script=script) as visitor:
            page = visitor.page
            page.goto(receipt)
            fold = page.locator("details", has_text="Prouver cet envoi").first
            fold.locator("summary").click()
            words = fold.inner_text()
            check("comments/add" in words and "hermine" in words, f"the proof says: {words[:300]}")
            check("prochaine empreinte" in words, "a fresh act pretends to be covered already")
            no_overflow(page, "the proof")
            visitor.check_quiet()
        world.notes.setdefault("receipts", []).append(receipt)
    commune.program.run("register", "head", "-C", commune.folder)
    wanted = [json.loads(fetch(receipt + ".json")[2])["position"] for receipt in world.notes["receipts"]]
    wait_for("the head is published", lambda: root(commune.site)[1] > max(wanted))
    for receipt in world.notes["receipts"]:
        paper = world.scratch / "receipt.json"
        paper.write_bytes(fetch(receipt + ".json")[2])
        copied = root(commune.site)[0]
        commune.program.run("register", "verify", commune.site, "--receipt", paper, "--root", copied)
        ended = subprocess.run(
            [sys.executable, SCRIPT, commune.site, paper], capture_output=True, text=True, timeout=120)
        check(ended.returncode == 0, f"the script in Python: {ended.stdout}{ended.stderr}")
        forged = json.loads(paper.read_text())
        forged["payload"] = forged["payload"].replace("hermine", "vison")
        paper.write_text(json.dumps(forged))
        commune.program.run("register", "verify", commune.site, "--receipt", paper, code=1)
        with visitors.visit(SMALL, script=False) as visitor:
            visitor.page.goto(receipt)
            visitor.page.locator("details", has_text="Prouver cet envoi").first.locator("summary").click()
            said = visitor.page.locator("main").inner_text()
            check("couverte par une empreinte" in said, "the receipt does not say that a head covers it")


TESTS = [head, proof]
