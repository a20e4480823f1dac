"""Staff sign in with a telephone's code; residents hold letters; a clerk enters what came by telephone."""

import base64
import email
import email.policy
import hashlib
import hmac
import re
import struct
import time

from commune import Failed, check, free_port
from visitors import PASSWORD, PHONE, SMALL, WIDE, no_overflow, answered

OPEN = "deplacements"
CODE = re.compile(r"\b[A-Z2-9]{4}-[A-Z2-9]{4}-[A-Z2-9]{4}\b")
CLERK, RESIDENT = "mairie@vaubrisey.example", "habitante@vaubrisey.example"


def commune(world):
    """A commune of its own, whose administrators must have a second factor."""
    if "people" not in world.notes:
        port = free_port()
        made = world.copy("people", address=f"http://127.0.0.1:{port}/")
        with open(made.folder / "commune.yaml", "a") as file:
            file.write("staff:\n  second_factor: [administrator, clerk]\n")
        made.serve(port)
        world.notes["people"] = made
    return world.notes["people"]


def one_time(world, secret):
    """The code that a telephone shows (RFC 6238), at the hour of the program's clock."""
    counter = int(time.time() + world.program.offset) // 30
    digest = hmac.new(base64.b32decode(secret), struct.pack(">Q", counter), hashlib.sha1).digest()
    offset = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[offset:offset + 4])[0] & 0x7FFFFFFF) % 1_000_000:06d}"


def first_step(page, base):
    """Address and password."""
    page.goto(base + "desk/sign-in")
    page.get_by_label("Adresse électronique").fill(CLERK)
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Se connecter").click()


def enter(page, base, code):
    """Both steps of signing in."""
    first_step(page, base)
    page.wait_for_url("**/desk/sign-in/code")
    page.get_by_label("Code à six chiffres").fill(code)
    page.get_by_role("button", name="Se connecter").click()


def factor(world, visitors):
    """The first account is led to its second factor; then a password alone opens nothing, with and without script."""
    made = commune(world)
    with visitors.visit(PHONE, script=False) as visitor:
        page = visitor.page
        page.goto(made.setup_link)
        page.get_by_label("Votre nom").fill("Odile Perrin")
        page.get_by_label("Adresse électronique").fill(CLERK)
        page.get_by_label("Mot de passe").fill(PASSWORD)
        page.get_by_role("button", name="Créer le compte").click()
        page.wait_for_url("**/desk/security/enrol")
        check(page.locator("svg.qr").is_visible(), "there is no QR code to show to the telephone")
        no_overflow(page, "enrolment")
        secret = page.locator("#secret").inner_text()
        page.get_by_label("Code à six chiffres").fill("000000")
        page.get_by_role("button", name="Mettre en place").click()
        page.locator(".errors").first.wait_for()
        check("n’est pas le bon" in page.locator("main").inner_text(), "a wrong code is not refused in words")
        page.get_by_label("Code à six chiffres").fill(one_time(world, secret))
        page.get_by_role("button", name="Mettre en place").click()
        page.locator("ol.codes").wait_for()
        recovery = page.locator("ol.codes code").all_inner_texts()
        check(len(set(recovery)) == 10, f"recovery codes: {recovery}")
        page.get_by_role("link", name="Je les ai gardés").click()
        page.wait_for_url("**/desk")
    for script, size, code in ((True, WIDE, recovery[0]), (False, SMALL, recovery[1].lower().replace("-", " "))):
        with visitors.visit(size, script) as visitor:
            page = visitor.page
            first_step(page, made.base)
            page.wait_for_url("**/desk/sign-in/code")
            page.goto(made.base + "desk/people")
            page.wait_for_url("**/desk/sign-in/code")
            enter(page, made.base, code)
            page.wait_for_url("**/desk")
            page.goto(made.base + "desk/security")
            no_overflow(page, "security")
            visitor.check_quiet()
            visitor.check_origin(made.base)
    world.notes["secret"], world.notes["recovery"] = secret, recovery[2:]


def desk(world, visitor):
    """Signs the clerk in with the next recovery code: the telephone's codes come only every half minute."""
    made = commune(world)
    enter(visitor.page, made.base, world.notes["recovery"].pop(0))
    visitor.page.wait_for_url("**/desk")
    return made, visitor.page


def letters(world, visitors):
    """Letters print one a page; a code is worth one answer, and binds an account that is asked for it no more."""
    with visitors.visit(WIDE, script=False) as visitor:
        made, page = desk(world, visitor)
        page.goto(made.base + "desk/letters")
        page.locator("#make [name=count]").fill("3")
        page.locator("#make input[name=kind][value=person]").check()
        page.locator("#make [name=until]").fill("2030-12-31")
        page.locator("#make button[type=submit]").click()
        page.wait_for_url("**/desk/letters/*")
        codes = CODE.findall(page.locator("main").inner_text())
        check(len(set(codes)) == 3, f"the letters show {codes}")
        pages = page.pdf(format="A4").count(b"/Type /Page\n")
        check(pages == 3, f"three letters print on {pages} pages")
        page.get_by_role("button", name="Les feuilles sont imprimées").click()
        page.get_by_text("ne sont plus affichables").wait_for()
        check(not CODE.findall(page.locator("main").inner_text()), "printed letters can be shown again")
    for script, size, code, words in (
            (True, PHONE, codes[0], "vérifiée par votre code"), (False, SMALL, codes[1], "vérifiée par votre code"),
            (False, SMALL, codes[1], "déjà servi")):
        with visitors.visit(size, script) as visitor:
            page = visitor.page
            page.goto(f"{made.base}consultation/{OPEN}.html")
            form = page.locator("form[action*='consultation/answer']")
            form.locator("input[name=trajet][value=velo]").check()
            form.locator("textarea[name=idee]").fill(f"Au lavoir, {script}.")
            form.locator("[name=access_code]").fill(code)
            form.locator("button[type=submit]").click()
            text = answered(page, script)
            check(words in text, f"answering with a letter's code: {text[:300]}")
    with visitors.visit(PHONE, script=False) as visitor:
        page = visitor.page
        page.goto(f"{made.base}me/code?code={codes[2]}")
        check(codes[2] in page.locator("main").inner_text(), "the page behind the QR code does not show the code")
        page.goto(made.base + "me")
        page.get_by_label("Votre adresse électronique").fill(RESIDENT)
        page.get_by_role("button", name="M’envoyer un lien").click()
        page.get_by_text("Un message est parti").wait_for()
        link = mailed_link(made, "/me/enter/")
        page.goto(link)
        page.get_by_role("button", name="Se connecter").click()
        page.wait_for_url("**/me")
        no_overflow(page, "personal page")
        page.goto(f"{made.base}me/code?code={codes[2]}")
        page.get_by_role("button", name="Lier ce code").click()
        page.get_by_text("comme habitant").wait_for()
        page.goto(link)
        check("déjà servi" in page.locator("main").inner_text(), "a used link does not say so")


def mailed_link(commune, part):
    """The address in the newest message of the commune's mail folder that has a part; it leaves a moment later."""
    pattern = re.compile(r"https?://\S*" + re.escape(part) + r"[^\s>]+")
    for _ in range(100):
        for path in sorted((commune.folder / "data/maildir/new").glob("*"), key=lambda file: -file.stat().st_mtime):
            message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            found = pattern.search(message.get_body(("plain",)).get_content())
            if found:
                return found.group()
        time.sleep(0.1)
    raise Failed(f"no message with {part}")


def counter(world, visitors):
    """The clerk enters a proposal that came by telephone; its receipt prints with its address."""
    with visitors.visit(WIDE, script=False) as visitor:
        made, page = desk(world, visitor)
        page.goto(made.base + "desk/counter")
        page.get_by_label("Sur quelle page du site").fill(f"{made.base}consultation/{OPEN}.html")
        page.get_by_role("button", name="Chercher").click()
        page.locator("a[href*='consultation/propose']").first.click()
        page.get_by_label("par téléphone").check()
        page.locator("[name=title]").fill("Un abri au virage, loutre")
        page.locator("button[type=submit]").first.click()
        check(page.get_by_label("par téléphone").is_checked(), "a refused form forgot the channel")
        page.locator("[name=body]").fill("Pour attendre le car à l’abri de la pluie, loutre-corps.")
        page.locator("#counter button[type=submit]").click()
        page.wait_for_url("**/desk/counter/receipt/*")
        check(page.locator("svg.qr").is_visible(), "the receipt has no QR code")
        address = page.locator("section.letter code").first.inner_text()
        pages = page.pdf(format="A4").count(b"/Type /Page\n")
        check(pages == 1, f"the receipt prints on {pages} pages")
    with visitors.visit(PHONE) as visitor:
        visitor.page.goto(address)
        check("En attente" in visitor.page.locator("main").inner_text(), "the receipt's address does not lead to it")
    made.stop()


TESTS = [factor, letters, counter]
