"""A copy of any age says nothing that has become false: what changes with time carries its date."""

import html.parser
import re

from commune import DEMONSTRATION_DAY, check

YEARS_LATER = 3 * 366 * 86_400
# Words that hold for a while only. Where one stands in a statement that time takes away, a year must stand with it.
PASSING = re.compile(
    r"\b(ouvert|close|clos|jusqu|paraîtr|reçues|à venir|bientôt|aujourd|demain|en cours|prochain|actuel|dernier"
    r"|open|closed|until|accepted|appear|upcoming|soon|today|tomorrow|current|next|now)", re.IGNORECASE)
YEAR = re.compile(r"\b20\d\d\b")
INLINE = {"a", "b", "strong", "em", "span", "time", "abbr", "i"}
# Their words are records or offers to act, not statements of the page: a form that is late is refused in words.
PASSED_OVER = {"form", "script", "style"}


class Statements(html.parser.HTMLParser):
    """The statements of a page, block by block, and the state marks with the list they stand in."""

    def __init__(self):
        super().__init__()
        self.found, self.marks, self.skip, self.words, self.list, self.open_mark = set(), [], 0, "", None, None

    def handle_starttag(self, tag, attributes):
        classes = (dict(attributes).get("class") or "").split()
        if tag in PASSED_OVER:
            self.skip += 1
        if tag not in INLINE:
            self.end()
        if tag == "ul" and "meta" in classes:
            self.list = ""
        if tag == "span" and "state" in classes:
            self.marks.append(["", None])
            self.open_mark = True

    def handle_endtag(self, tag):
        if tag in PASSED_OVER:
            self.skip -= 1
        if tag not in INLINE:
            self.end()
        if tag == "span":
            self.open_mark = False
        if tag == "ul" and self.list is not None:
            for mark in self.marks:
                mark[1] = self.list if mark[1] is None else mark[1]
            self.list = None

    def handle_data(self, data):
        if self.skip:
            return
        self.words += data
        if self.open_mark:
            self.marks[-1][0] += data
        if self.list is not None:
            self.list += data

    def end(self):
        """A block ends: what it said is a statement."""
        if self.words.strip():
            self.found.add(" ".join(self.words.split()))
        self.words = ""


def read(path):
    """The statements and state marks of a page."""
    parser = Statements()
    parser.feed(path.read_text())
    parser.end()
    return parser.found, parser.marks


def two_times(world, _):
    """The same commune built today and three years later: what is no longer said had said until when."""
    program = world.program
    commune = world.copy("stale")
    now, later = world.scratch / "stale-now", world.scratch / "stale-later"
    program.run("build", "-C", commune.folder, "--out", now)
    kept = dict(program.environment)
    hours = int(kept["FAKETIME"].rstrip("s"))
    try:
        program.environment["FAKETIME"] = f"{hours + YEARS_LATER:+d}s"
        program.run("build", "-C", commune.folder, "--out", later)
    finally:
        program.environment = kept
    gone, changed = [], 0
    for page in sorted(now.rglob("*.html")):
        other = later / page.relative_to(now)
        check(other.exists(), f"{page.name} disappears with time")
        if page.read_bytes() == other.read_bytes():
            continue
        changed += 1
        for words in sorted(read(page)[0] - read(other)[0]):
            if PASSING.search(words) and not YEAR.search(words):
                gone.append(f"{page.relative_to(now)}: {words[:160]}")
    check(changed >= 8, f"only {changed} pages change in three years after {DEMONSTRATION_DAY}: what is tested here?")
    check(not gone, f"{len(gone)} statements pass without having said when:\n       " + "\n       ".join(gone[:20]))


def states(world, _):
    """Every state mark, of a report, a meeting or a consultation, has a date in it or beside it."""
    bare, seen = [], 0
    for page in sorted(world.main.site.rglob("*.html")):
        for mark, beside in read(page)[1]:
            seen += 1
            if not YEAR.search(mark) and not YEAR.search(beside or ""):
                bare.append(f"{page.relative_to(world.main.site)}: {mark}")
    check(seen > 100, f"only {seen} state marks were found")
    check(not bare, f"{len(bare)} states without a date:\n       " + "\n       ".join(bare[:20]))


TESTS = [two_times, states]
