"""A full disk: acts are refused in clear words, reading goes on, and all is well again once there is space."""

import json
import os
import shutil
import subprocess

from commune import Commune, check, check_same, fetch, wait_for

PATH = "api/v1/comments/add/agenda/item/2026-12-11-conseil--cantine"


def post(commune, number, kind="application/json"):
    """One comment, large enough to need new pages of the database."""
    text = f"Remarque numéro {number}. " + "Le mot est long. " * 200
    headers = {"Content-Type": "application/json", "X-Forwarded-For": f"10.9.{number // 20}.1", "Accept": kind}
    return fetch(commune.base + PATH, json.dumps({"kind": "comment", "body": text}).encode(), headers)


def full(world, _):
    """On a small file system of its own, mounted for the test."""
    place = world.scratch / "small"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=48m", "parvis-test", place], capture_output=True, text=True)
    check(mounted.returncode == 0, f"a small file system cannot be mounted (are you root?): {mounted.stderr}")
    commune = None
    try:
        shutil.copytree(world.template, place / "commune")
        commune = Commune(world.program, place / "commune")
        commune.log = world.scratch / "small.log"
        commune.serve()
        fill_and_free(commune, place)
        commune.stop()
        check_same(commune, world.scratch / "small-whole")
    finally:
        if commune is not None and commune.process is not None:
            commune.kill()
        subprocess.run(["umount", "-l", place], check=True)


def fill_and_free(commune, place):
    """Fills the disk, writes and reads, frees it, writes again."""
    status, _, first = post(commune, 0)
    check(status == 201, f"before: {status}")
    ballast = place / "ballast"
    with open(ballast, "wb", buffering=0) as file:
        try:
            while True:
                file.write(os.urandom(1 << 16))
        except OSError:
            pass
    refusal = None
    acknowledged = [json.loads(first)["receipt"]["url"]]
    for number in range(1, 400):
        status, _, answer = post(commune, number)
        if status == 201:
            acknowledged.append(json.loads(answer)["receipt"]["url"])
            continue
        refusal = (status, answer)
        break
    check(refusal and refusal[0] == 507, f"a full disk answers {refusal}")
    detail = json.loads(refusal[1])["detail"].lower()
    check("plein" in detail or "full" in detail, f"the refusal says: {detail}")
    page = post(commune, 401, "text/html")
    check(page[0] == 507 and b"Le mot est long." in page[2], f"the refused form: {page[0]}, or the text is lost")
    check(fetch(commune.base + "agenda/2026-12-11-conseil.html")[0] == 200, "reading stopped")
    for url in (acknowledged[0], acknowledged[-1]):
        check(fetch(commune.base + "receipt/" + url.rsplit("/", 1)[1])[0] == 200, f"the receipt {url} is lost")
    ballast.unlink()
    wait_for("a write after space was freed", lambda: post(commune, 500)[0] in (200, 201))
    for url in acknowledged:
        check(fetch(commune.base + "receipt/" + url.rsplit("/", 1)[1])[0] == 200, f"the receipt {url} is lost")


TESTS = [full]
