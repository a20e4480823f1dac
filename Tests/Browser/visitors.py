"""People in front of a browser: with and without script, on a telephone and at a desk."""

import contextlib
import itertools

from commune import check

CHROMIUM = "/usr/bin/chromium"
PHONE = {"width": 390, "height": 844}
SMALL = {"width": 360, "height": 740}
WIDE = {"width": 1280, "height": 900}
PASSWORD = "la place de la halle au matin"

# Everybody comes from a network address of their own, so that limits count as they do in life.
_addresses = (f"203.0.113.{n}" for n in itertools.count(1))


class Visitor:
    """One page of one person, with everything that went wrong in it."""

    def __init__(self, context, page):
        self.context = context
        self.page = page
        self.console = []
        self.requests = []
        self.refused = []
        page.on("console", lambda m: self.console.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: self.console.append(str(error)))
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("response", lambda answer: self.refused.append(answer.url) if answer.status >= 400 else None)

    def check_quiet(self, but=()):
        """No script failed and no policy was broken; `but` are words of messages that belong to the test."""
        loud = [line for line in self.console if not any(word in line for word in but)]
        check(not loud, f"the browser complained: {loud} {self.refused}")

    def check_origin(self, *bases):
        """Nothing was asked of anybody else."""
        strange = [url for url in self.requests if not url.startswith(bases)]
        check(not strange, f"requests left the origin: {strange}")


class Visitors:
    """Opens browsers for people."""

    def __init__(self, playwright):
        self.browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage"])

    @contextlib.contextmanager
    def visit(self, size=WIDE, script=True, dark=False, forwarded=True, locale="fr-FR"):
        """A new person; closed at the end. A failure leaves the address and a picture in the error."""
        headers = {"X-Forwarded-For": next(_addresses)} if forwarded else {}
        context = self.browser.new_context(
            viewport=size, java_script_enabled=script, color_scheme="dark" if dark else "light", locale=locale,
            extra_http_headers=headers, reduced_motion="reduce")
        context.set_default_timeout(10_000)
        page = context.new_page()
        visitor = Visitor(context, page)
        try:
            yield visitor
        except Exception as error:
            error.add_note(f"at {page.url}")
            with contextlib.suppress(Exception):
                text = page.locator("main").inner_text(timeout=2000)
                error.add_note("the page said: " + " / ".join(text.split("\n"))[:600])
            raise
        finally:
            context.close()

    def close(self):
        """Ends the browser."""
        self.browser.close()


def fill_account(page, name, email):
    """Fills the form behind a one-time link."""
    page.get_by_label("Votre nom").fill(name)
    page.get_by_label("Adresse électronique").fill(email)
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Créer le compte").click()
    page.wait_for_url("**/desk")


def sign_in(page, base, email):
    """Signs in at the desk."""
    page.goto(base + "desk/sign-in")
    page.get_by_label("Adresse électronique").fill(email)
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Se connecter").click()
    page.wait_for_url("**/desk")


def no_overflow(page, where):
    """Nothing makes the page wider than the screen."""
    wide, screen, culprits = page.evaluate(
        "(() => { const d = document.documentElement, w = d.clientWidth; return [d.scrollWidth, w,"
        " [...document.body.querySelectorAll('*')].filter(e => e.getBoundingClientRect().right > w + 1)"
        " .slice(-3).map(e => e.outerHTML.slice(0, 120))]; })()")
    check(wide <= screen, f"{where}: {wide} px wide on a screen of {screen} px, by {culprits}")


def case(page, text):
    """The case of the moderation queue that holds a text, over all pages of the queue."""
    while True:
        found = page.locator("article.case", has_text=text)
        if found.count():
            return found.first
        more = page.get_by_role("button", name="Suite", exact=True)
        check(more.count() == 1, f"nothing in the queue says: {text}")
        more.click()


def open_queue(page, base):
    """Opens the moderation queue at its beginning."""
    page.goto(base + "desk/moderation")


def approve(page, base, text):
    """Publishes what holds a text."""
    open_queue(page, base)
    case(page, text).get_by_role("button", name="Publier", exact=True).click()
    page.wait_for_load_state()


def refuse(page, base, text, reason, note):
    """Refuses what holds a text, with a reason and words to the author."""
    open_queue(page, base)
    found = case(page, text)
    found.locator("details.refusal > summary").click()
    found.locator("details.message > summary").click()
    found.get_by_label("Message à l’auteur").fill(note)
    found.locator(f"button[name=reason][value={reason}]").click()
    page.wait_for_load_state()


def send(form):
    """Sends a form; gives the page that follows."""
    page = form.page
    with page.expect_navigation():
        form.locator("button[type=submit]").click()
    return page


def picture(world, page, name):
    """A picture of a whole page, when somebody wants pictures."""
    if world.shots:
        world.shots.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=world.shots / f"{name}.png", full_page=True)


def answered(page, script):
    """What is said after a form was sent: in its place where the script answers, else on the page that follows."""
    if script:
        panel = page.locator("section.receipt, .errors").first
        panel.wait_for()
        return panel.inner_text()
    page.wait_for_load_state()
    return page.locator("main").inner_text()


def receipt(page, script):
    """Goes on to the receipt of what was just sent, by the panel of the script or where the form led; gives its words."""
    if script:
        panel = page.locator("section.receipt")
        panel.wait_for()
        check(page.evaluate("document.activeElement.className") == "receipt", "the receipt did not take the focus")
        panel.get_by_role("link").click()
    page.wait_for_url("**/receipt/*")
    return page.locator("main").inner_text()
