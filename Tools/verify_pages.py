#!/usr/bin/env python3
"""Compares pages and feeds of a copy of a site with its JSON: verify_pages.py SITE

Written from Sources/ParvisHost/Register/README.md §10 alone. Whether the JSON itself is what the register says is for
verify_register.py. Needs Python's own library. Prints what is wrong; the exit code is then 1.
"""
import html.parser, json, os, re, sys
SHOWN = ("title", "markdown", "body", "text", "description", "author")
EMPTY = "area base br col embed hr img input link meta source track wbr".split()
faults, counts = [], {"texts": 0, "left out": 0}

def letters(text):
    return re.sub("[^0-9A-Za-z\xc0-\U0010ffff]|[\xd7\xf7\u2000-\u206f]", "", text)

class Page(html.parser.HTMLParser):  # what a page shows, and each element whose id is r- and a number
    def __init__(self, text):
        super().__init__()
        self.all, self.comments, self.answers, self.open = [], {}, 0, []  # open: [name, number or None if hidden, depth]
        self.feed(text)
        self.close()

    def handle_starttag(self, name, attributes):
        values = dict(attributes)
        if name in EMPTY: return
        for element in self.open: element[2] += element[0] == name
        if name in ("form", "head", "script", "style", "template") or "hidden" in values: return self.open.append([name, None, 1])
        if self.hidden(): return
        self.answers += name == "section" and "answer" in (values.get("class") or "").split()
        number = re.fullmatch("r-([0-9]+)", values.get("id") or "")
        if number: self.open.append([name, number[1], 1])

    def handle_endtag(self, name):
        for element in self.open: element[2] -= element[0] == name
        self.open = [element for element in self.open if element[2]]

    def hidden(self): return any(number is None for _, number, _ in self.open)

    def handle_data(self, text):
        if self.hidden(): return
        for part in [self.all] + [self.comments.setdefault(number, []) for _, number, _ in self.open]: part.append(letters(text))

def pieces(text):  # letters, and whether they may be missing; None for a text that Markdown may shorten
    if any(mark in text for mark in ("](", "][", "]:", "```", "~~~", "|")) or "&" in text and ";" in text: return None
    found = []
    for line in re.split("[\r\n]", text):
        while number := re.match("[ \t>*+-]*([0-9]+)[.)](?=[ \t]|$)", line):
            found, line = found + [(number[1], True)], line[number.end():]
        found.append((letters(line), False))
    return found

def stand(parts, text):  # whether the pieces stand one after the other somewhere in a text
    places = None
    for part, may_miss in parts:
        if not part or places is None and may_miss: continue
        if places is None:
            ends, start = set(), text.find(part)
            while start >= 0:
                ends.add(start + len(part))
                start = text.find(part, start + 1)
        else: ends = {i + len(part) for i in places if text.startswith(part, i)}
        places = places | ends if may_miss else ends
    return places is None or bool(places)

def collect(value, found):
    if isinstance(value, list):
        for element in value: collect(element, found)
    if not isinstance(value, dict): return
    proof = value.get("proof") or {}
    if "subject" in proof:
        found["records"].append(proof["subject"])
        found["texts"] += [
            (proof["subject"], name, value[name])
            for name in proof.get("fields", []) if name in SHOWN and isinstance(value.get(name), str)]
    for name, member in value.items():  # of a list `published` the page shows the first ones only
        part = found if name != "published" else {"records": found["others"], "texts": [], "others": found["others"]}
        collect(member, part)

def files(site, ending):
    for folder, _, names in os.walk(site):
        for name in sorted(names):
            path = os.path.join(folder, name)
            if name.endswith(ending): yield os.path.relpath(path, site), open(path, encoding="utf-8").read()

def number(subject):  # of a comment, also where its answer is meant
    return (re.fullmatch("(?:host/answer/)?host/comment/([0-9]+)", subject) or (None, None))[1]

def compare(path, page, wanted):
    comments = {number(subject) for subject in wanted["records"] if subject.startswith("host/comment/")}
    for stray in page.comments.keys() - comments:
        faults.append(f"{path}: the page shows host/comment/{stray}, which its JSON does not hold")
    answers = sum(subject.startswith("host/answer/") for subject in wanted["records"])
    if page.answers != answers: faults.append(f"{path}: the page shows {page.answers} official answers, its JSON holds {answers}")
    for subject, name, text in wanted["texts"]:
        parts, comment = pieces(text), number(subject)
        counts["texts" if parts is not None else "left out"] += 1
        shown = "".join(page.comments.get(comment, []) if comment else page.all)
        if parts is not None and not stand(parts, shown):
            faults.append(f"{path}: “{name}” of {subject} does not stand on the page as in the JSON")

def main(site):
    wanted, seen, nothing = {}, set(), {"records": [], "texts": [], "others": []}
    for path, text in files(os.path.join(site, "api/v1"), ".json"):
        found = wanted[path[:-len(".json")]] = {name: [] for name in nothing}
        collect(json.loads(text), found)
    for path, text in files(site, ".html"):
        base = path[:-len(".html")]
        base = base if base in wanted or base[2:3] != "/" else base[3:]
        seen.add(base)
        compare(path, Page(text), wanted.get(base, nothing))
    for base in wanted.keys() - seen:
        if wanted[base]["texts"]: faults.append(f"{base}.html: the page of {wanted[base]['texts'][0][0]} is missing")
    known = {subject for found in wanted.values() for subject in found["records"] + found["others"]}
    kinds = {tuple(subject.split("/")[:2]) for subject in known}
    for path, text in files(site, ".atom"):
        for subject in re.findall("<id>[^<]*:([^<:]+)</id>", text):
            if tuple(subject.split("/")[:2]) in kinds and subject not in known:
                faults.append(f"{path}: the feed shows {subject}, which the JSON does not hold")
    print(f"{counts['texts']} texts found again on pages, {counts['left out']} not looked for")

if __name__ == "__main__":
    try: main(*sys.argv[1:2]) if len(sys.argv) == 2 else sys.exit(__doc__)
    except (AttributeError, KeyError, TypeError, ValueError) as error: faults.append(f"a file is unreadable: {error!r}")
    print(*faults, sep="\n", end="\n" * bool(faults))
    sys.exit(len(faults) > 0)
