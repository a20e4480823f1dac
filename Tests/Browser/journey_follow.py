"""Somebody follows an item by mail: asks, confirms, reads the digest, changes their mind, stops, erases."""

import email
import email.policy
import re

from commune import Program, check, fetch, free_port, wait_for
from journey_comment import CLERK, MEETING
from visitors import SMALL, WIDE, answered, approve, fill_account, no_overflow, picture

PATH = "api/v1/comments/add/agenda/item/2026-12-11-conseil--cantine"
FORM = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "text/html"}
DAY = 86_400


def commune(world):
    """A commune of its own, whose clock a test may put forward."""
    if "follow" not in world.notes:
        port = free_port()
        made = world.copy("follow", address=f"http://127.0.0.1:{port}/")
        made.serve(port)
        world.notes["follow"] = (made, port)
    return world.notes["follow"]


def mails(made, to):
    """The messages to an address, in the order in which they left."""
    files = sorted((made.folder / "data/maildir/new").glob("*"), key=lambda file: file.stat().st_mtime_ns)
    all_ = [email.message_from_bytes(file.read_bytes(), policy=email.policy.default) for file in files]
    return [message for message in all_ if to in str(message["To"])]


def text(message):
    """The plain words of a message."""
    return message.get_body(("plain",)).get_content()


def link(message, part):
    """The address in a message that has a part."""
    found = re.search(r"https?://\S*" + re.escape(part) + r"[^\s>]+", text(message))
    check(found, f"no link with {part} in: {text(message)[:300]}")
    return found.group()


def waited(made, to, count):
    """The newest of so many messages to an address, once it left."""
    wait_for(f"{count} messages to {to}", lambda: len(mails(made, to)) >= count, seconds=30)
    return mails(made, to)[count - 1]


def later(world, made, port, days):
    """The same commune some days later."""
    made.stop()
    # A program of its own: the others stay at the hour of the demonstration.
    made.program = Program(world.program.path)
    made.program.offset += days * DAY
    made.program.environment["FAKETIME"] = f"{made.program.offset:+d}s"
    made.serve(port)


def follow(world, visitors):
    """Asks on the page of the meeting, with and without script; nothing is kept before the button of the mail."""
    made, _ = commune(world)
    for script in (True, False):
        to = f"suivre-{script}@exemple.fr".lower()
        with visitors.visit(SMALL, script=script) as visitor:
            page = visitor.page
            page.goto(made.base + MEETING + ".html")
            fold = page.locator("details[id^=follow-item]").filter(has=page.locator("form[action*='cantine']")).first
            fold.locator("summary").click()
            form = fold.locator("form")
            form.get_by_label("Votre adresse électronique").fill(to)
            form.locator("[name=frequency][value=daily]").check()
            no_overflow(page, "the form for following")
            form.locator("button[type=submit]").click()
            check("ouvrez-le et confirmez" in answered(page, script).lower(), "nobody says that a mail must be confirmed")
            check(not mails(made, to) or len(mails(made, to)) == 1, "more than one message")
            message = waited(made, to, 1)
            address = link(message, "/follow/confirm/")
            page.goto(address)
            check("cantine" in page.locator("main").inner_text().lower(), "the page does not say what is followed")
            no_overflow(page, "confirming")
            page.get_by_role("button", name="Je confirme").click()
            page.wait_for_url("**/follow/p/*done=confirmed")
            check("C’est confirmé" in page.locator("[role=status]").inner_text(), "nobody says that it is confirmed")
            no_overflow(page, "choices")
            # The link of the mail again: it says so and does nothing.
            page.goto(address)
            check("déjà confirmé" in page.locator("main").inner_text(), "a used link says nothing")
            visitor.check_quiet()
            visitor.check_origin(made.base)


def digest(world, visitors):
    """What is said on the item comes the next morning in one message, with the words themselves."""
    made, port = commune(world)
    with visitors.visit(WIDE) as visitor:
        visitor.page.goto(made.setup_link)
        fill_account(visitor.page, "Odile Perrin", CLERK)
        status, _, answer = fetch(made.base + PATH, "kind=comment&body=La fouine est passée".encode(), FORM)
        check(status == 303, f"the comment: {status} {answer[:200]}")
        approve(visitor.page, made.base, "La fouine est passée")
    later(world, made, port, 1)
    for script in (True, False):
        to = f"suivre-{script}@exemple.fr".lower()
        message = waited(made, to, 2)
        check("La fouine est passée" in text(message), f"the digest has no words: {text(message)[:400]}")
        check(message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click", "no one-click way out (RFC 8058)")
        check(len(mails(made, to)) == 2, "the event was told twice")


def choices(world, visitors):
    """From the digest: once a week instead; the one click of a mail program; everything erased, by a link of its own."""
    made, _ = commune(world)
    for script in (True, False):
        to = f"suivre-{script}@exemple.fr".lower()
        message = waited(made, to, 2)
        with visitors.visit(SMALL, script=script) as visitor:
            page = visitor.page
            own = link(message, "/follow/p/")
            page.goto(own)
            page.locator("select[name^='f:']").select_option("weekly")
            page.get_by_role("button", name="Enregistrer").click()
            page.wait_for_url("**done=saved")
            check(page.locator("select[name^='f:']").input_value() == "weekly", "the choice was not kept")
            no_overflow(page, "choices")

            stop = re.search(r"<(http[^>]+)>", str(message["List-Unsubscribe"])).group(1)
            check(fetch(stop)[0] == 200 and page.goto(own).status == 200, "looking at the way out acted")
            check("Aucun message" not in page.locator("main").inner_text(), "a robot that opens links stopped the mail")
            status, _, _ = fetch(
                stop, b"List-Unsubscribe=One-Click", {"Content-Type": "application/x-www-form-urlencoded"})
            check(status == 200, f"one click: {status}")
            page.goto(own)
            said = page.locator("main").inner_text()
            stopped = any(words in said for words in ("ne suivez rien", "Aucun message", "Plus rien"))
            check(stopped, f"not stopped: {said[:300]}")

            before = len(mails(made, to))
            page.goto(link(message, "/me/data/m-"))
            check(to in page.locator("main").inner_text(), "the foot of a mail shows nothing")
            check(page.get_by_role("button", name="ffacer").all_inner_texts() == ["Recevoir un lien pour effacer"],
                  "the foot of a mail, which may be passed on, erases")
            no_overflow(page, "data from the foot of a mail")
            picture(world, page, "data-foot")
            page.get_by_role("button", name="Recevoir un lien pour effacer").click()
            page.get_by_role("heading", name="Lien envoyé").wait_for()
            no_overflow(page, "a link to erase")
            waited(made, to, before + 1)

            page.goto(own)
            page.get_by_role("button", name="Recevoir un lien vers mes données").click()
            page.get_by_role("heading", name="Lien envoyé").wait_for()
            no_overflow(page, "a link to the data")
            check(fetch(own)[0] == 200, "asking for the link erased the address")
            page.goto(link(waited(made, to, before + 2), "/me/data/"))
            check(to in page.locator("main").inner_text(), "the link shows somebody else's data")
            page.get_by_role("button", name="Tout effacer").first.click()
            page.get_by_role("button", name="Effacer définitivement").click()
            page.locator("main").get_by_text("effac").first.wait_for()
            check(fetch(own)[0] == 410, "the link still opens the erased address")
            visitor.check_quiet()
    made.stop()


TESTS = [follow, digest, choices]
