#!/usr/bin/env python3
"""Checks the register of a copy of a site: verify_register.py SITE [OLDER_SITE] [--key KEY] [--allow-waiting]

Written from Sources/ParvisHost/Register/README.md alone; § are its sections. Needs Python's own library, which has no
Ed25519, so signatures are checked by the program openssl (3 or later). Prints what is wrong; the exit code is then 1.
KEY is the line of key.txt or the key's fingerprint, as the town hall shows it. Receipts are for verify_receipt.py, and
whether the pages say what is proven here for verify_pages.py.

One file on purpose, to be read from top to bottom: keys, tree, heads and leaves (§1–4) are its first hundred lines and
enough to know that no leaf was altered. Of the rest, decisions and lists (§4, §5) are 45; each published text against
its leaf (§6) 55; each number and file again (§7, §11, §12) 60; two copies (§9) 20. Nothing can go without a check.
"""
import base64, collections, hashlib, io, json, os, re, subprocess, sys, tempfile
HIDES, SHOWS = ("refused", "withdrawn", "erased", "reopened"), ("approved", "unread", "released", "redacted", "revised")
ANSWERS, WAIT, faults = "host/answer/", "--allow-waiting" in sys.argv, []

def check(good, words): return good or faults.append(words)

def is_signed(key, text, signature):
    with tempfile.TemporaryDirectory() as folder:  # the key as X.509 has it: RFC 8410 §4
        for name, data in ("key", bytes.fromhex("302a300506032b6570032100") + key), ("text", text), ("mark", signature):
            open(os.path.join(folder, name), "wb").write(data)
        command = "openssl pkeyutl -verify -rawin -pubin -keyform DER -inkey key -in text -sigfile mark"
        return subprocess.run(command.split(), cwd=folder, capture_output=True).returncode == 0

def H(data): return hashlib.sha256(data).digest()

def root(hashes):  # §1
    while len(hashes) > 1:
        pairs = [hashes[i:i + 2] for i in range(0, len(hashes), 2)]
        hashes = [H(b"\1" + b"".join(pair)) if len(pair) == 2 else pair[0] for pair in pairs]
    return hashes[0] if hashes else H(b"")

def canonical(value):  # §1, from what Python writes otherwise
    escapes = {"\\b": "\\u0008", "\\f": "\\u000c", "<": "\\u003c", "\x7f": "\\u007f"}
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return re.sub(r"\\\\|\\b|\\f|<|\x7f", lambda found: escapes.get(found[0], found[0]), text).encode()

def tile(number, width):  # §2
    name = "%03d" % (number % 1000)
    while number := number // 1000: name = "x%03d/" % (number % 1000) + name
    return name if width == 256 else "%s.p/%d" % (name, width)

def kind(subject): return tuple(str(subject).split("/")[:2])

def objects(value):
    if isinstance(value, dict): yield value
    members = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for member in members: yield from objects(member)

class Copy:  # one copy of the site: its heads, its leaves and what they say, and where its records stand
    def __init__(self, site):
        self.site, self.heads, self.leaves, self.next, self.lists = site, [], [], 0, {}
        self.counts = collections.defaultdict(collections.Counter)
        self.records, self.places, self.words, self.changed = {}, {}, {}, {}
        self.sealed, self.announced, self.tallies, self.compared, self.newest = set(), set(), {}, set(), ""
        self.files, self.work, self.shown, self.tables = set(), collections.Counter(), {}, []
        self.key = self.read("register/key.txt").decode().strip()
        lines = self.read("register/checkpoints.txt").decode().split("\n")[:-1]
        for start in range(0, len(lines), 5): self.head(*lines[start:start + 5])
        self.notes = ["\n".join(lines[start:start + 5] + [""]) for start in range(0, len(lines), 5)]
        check(self.read("register/checkpoint").decode() == self.notes[-1], "register/checkpoint is not the last head")
        self.size = self.heads[-1][0]
        for number in range((self.size + 255) // 256):
            bundle = io.BytesIO(self.read("register/tile/entries", tile(number, min(256, self.size - number * 256))))
            while length := bundle.read(2): self.leaf(bundle.read(int.from_bytes(length, "big")))
        self.hashes, level = [H(b"\0" + leaf) for leaf in self.leaves], 0
        check(len(self.leaves) == self.size, f"{len(self.leaves)} leaves, and the head covers {self.size}")
        for size, top in self.heads: check(root(self.hashes[:size]) == top, f"the head over {size} leaves is another")
        row = self.hashes
        while row:
            for i in range(0, len(row), 256):
                path = "register/tile/%d/%s" % (level, tile(i // 256, len(row[i:i + 256])))
                check(self.read(path) == b"".join(row[i:i + 256]), f"{path} is missing, or a leaf of it was changed")
            row, level = [root(row[i:i + 256]) for i in range(0, len(row) - 255, 256)], level + 1
        self.past, self.waiting = (dict(self.records), {on: dict(sums) for on, sums in self.counts.items()}), {}
        self.wait()

    def read(self, *path):
        path = os.path.join(self.site, *path)
        return open(path, "rb").read() if os.path.isfile(path) else b""

    def head(self, origin, size, top, _, signature):  # §3
        name, number, key = self.key.split("+", 2)
        typed, signed = base64.b64decode(key), base64.b64decode(signature.split(" ")[2])
        good = name == origin and bytes.fromhex(number) == signed[:4] == H(name.encode() + b"\n" + typed)[:4]
        good = good and is_signed(typed[1:], f"{origin}\n{size}\n{top}\n".encode(), signed[4:])
        check(good, f"the head over {size} leaves is not signed by the key")
        check(not self.heads or self.heads[-1][0] < int(size), "heads do not grow")
        self.heads.append((int(size), base64.b64decode(top)))

    def leaf(self, entry):  # §4
        leaf = json.loads(entry)
        position, subject, what = leaf["position"], leaf["subject"], leaf["what"]
        check(position == self.next, f"leaf {self.next} is missing or moved: {position} stands there")
        self.next = position + 1
        self.leaves.append(entry)
        self.tell(leaf, position, subject, what)

    def wait(self):  # §6, the leaves that no head covers yet
        folder = os.path.join(self.site, "register", "waiting")
        for name in os.listdir(folder) if os.path.isdir(folder) else []:
            for line in self.read(folder, name).split(b"\n")[:-1]:
                leaf = json.loads(line)
                position = leaf["position"]
                known = self.leaves[position] if position < self.size else self.waiting.setdefault(position, line)
                good = known == line and "root" not in leaf
                check(good, f"register/waiting/{name}: leaf {position} is not that of the register")
        for leaf in map(json.loads, (self.waiting[position] for position in sorted(self.waiting))):
            self.tell(leaf, leaf["position"], leaf["subject"], leaf["what"])

    def tell(self, leaf, position, subject, what):
        if leaf["kind"] != "act": self.newest = max(self.newest, leaf.get("at", ""))
        for change in leaf.get("counts", []):
            check(abs(change["add"]) == 1, f"leaf {position}: one act counts {change['add']} times")
            self.counts[change["subject"]][change["path"]] += change["add"]
        self.files |= set(leaf.get("files", []))
        self.count(leaf, subject, what)
        if "root" in leaf: self.list(leaf, position)
        revised = what == "revised" and check(subject.startswith(ANSWERS), f"leaf {position} revises {subject}: no answer")
        if revised or what in ("redacted", "erased") and leaf.get("reason"): self.changed[subject] = position
        if leaf["kind"] == "decision" and (what in HIDES or what in SHOWS and "fields" in leaf):
            check(what in SHOWS or leaf.get("reason"), f"leaf {position} hides {subject} without a reason")
            on = leaf.get("on", self.records.get(subject, {}).get("on"))
            self.records[subject] = {**leaf, "shown": what in SHOWS, "on": on}

    def count(self, leaf, subject, what):  # §12
        if said := leaf.get("measured"): self.work[said["month"], *kind(subject), said["measure"], said["reason"]] += 1
        if leaf["kind"] == "act" and what in ("moderation/flag", "moderation/appeal"): self.work[what] += 1
        if leaf["kind"] == "letters" and "count" in leaf:
            self.work["issued"] += leaf["count"] * (what in ("batch", "reissued"))
            self.work["ended"] += leaf.get("ended", leaf["count"]) * (what != "batch")

    def tables_again(self):  # §12
        desk = json.loads(self.read("api/v1/moderation/index.json") or "{}")
        shown = collections.Counter(json.loads(self.read("api/v1/registre.json") or "{}").get("letters", {}))
        for line in desk.get("decisions", []):
            name = line["month"], line["module"], line["kind"], line["measure"], line["reason"] or ""
            shown[name] += line["count"] - line.get("earlier", 0)
        shown["moderation/flag"], shown["moderation/appeal"] = (sum(desk.get(of, {}).values()) for of in ("flags", "appeals"))
        for name in shown.keys() | self.work.keys():
            check(shown[name] == self.work[name], f"{name} is {shown[name]}, the register counts {self.work[name]}")
        for lines, tally, file in self.tables:
            records = [record for on, record in self.shown.items() if "/".join(kind(on)) == tally["kind"]]
            counted = collections.Counter((record.get(tally["by"]), record.get(tally["of"])) for record in records)
            named = [(line.pop(tally["by"]), line) for line in lines]
            shown = {(by, name): value for by, line in named for name, value in line.items()}
            for name in shown.keys() | counted.keys():
                check(shown.get(name, 0) == counted[name], f"{file}: {name} is {shown.get(name)}, counted again {counted[name]}")

    def list(self, leaf, position):  # §5
        lines, part = [], 0
        while data := self.read(f"register/list/{position}-{part}.txt"):
            lines, part = lines + data.split(b"\n")[:-1], part + 1
        good = len(lines) == leaf["records"] and root([H(b"\0" + line) for line in lines]).hex() == leaf["root"]
        check(good, f"the list of leaf {position} is not the one it commits to")
        self.lists[position] = lines
        if leaf["kind"] != "import":
            rows = [json.loads(line) for line in lines]
            self.announced |= {row["sealed"] for row in rows if "sealed" in row}
            if all("question" in row for row in rows): self.tallies[leaf["subject"]] = position
        for index, line in enumerate(lines if leaf["kind"] == "import" else []):
            commitment, subject, *words = line.decode().split(" ")
            pairs = {"on": None, **dict(word.split("=", 1) for word in words)}
            record = dict(shown=True, position=position, index=index, commitment=commitment, on=pairs.pop("on"))
            for path, amount in pairs.items(): self.counts[subject][path] += int(amount)
            if "-" not in (commitment, subject): self.records[subject], self.changed[subject] = record, position

    def published(self):  # §6
        kinds = {kind(subject) for subject in self.records}
        for folder, _, names in os.walk(os.path.join(self.site, "api/v1")):
            for file in (os.path.join(folder, name) for name in names if name.endswith(".json")):
                value = json.load(open(file, encoding="utf-8"))
                file, whole = os.path.relpath(file, self.site), value if isinstance(value, dict) else {}
                if "sealedUntil" in whole: self.seal(whole["id"], whole["sealedUntil"])
                if kind(whole.get("id")) in kinds: whole.setdefault("proof")
                for record in objects(value):
                    lists = [record[name] for name in ("comments", "published") if isinstance(record.get(name), list)]
                    answers = [record.get("answer"), record.get("official_answer")]
                    for item in sum(lists, answers): isinstance(item, dict) and item.setdefault("proof")
                    if str(record.get("file")).startswith("files/") and "sha256" in record: self.file(record, file)
                    if "proof" in record: self.proof(record["proof"], record, file)
                    if "subject" in (record.get("proof") or {}): self.shown[record["proof"]["subject"]] = record
                    if isinstance(tally := record.get("tally"), dict): self.tables.append((record[tally["list"]], tally, file))
                    if record.get("recount"): self.recount(record["recount"], record, file)
        self.tables_again()
        for subject in self.records.keys() - self.places.keys():
            good = check(self.excused(subject), f"{subject}, shown by a leaf, is nowhere, and no decision hides it")
            if good and subject in self.past[0] and not self.excused(subject, self.past[0]): self.waits(subject)
        for subject in {*self.tallies, *self.counts} - self.compared - self.sealed - self.records.keys():
            check(False, f"the register counts for {subject}, and no file shows that count")

    def seal(self, subject, until):  # only what its opening announced, what is not counted yet, and before its day
        early = subject not in self.tallies and until > self.newest
        rests = subject in self.counts or any(record["on"] == subject for record in self.records.values())
        if check(early and (subject in self.announced or not rests), f"{subject} is said to be sealed until {until}"):
            self.sealed.add(subject)

    def file(self, record, file):  # §11
        path, digest = record["file"], record["sha256"]
        good = ".." not in path.split("/") and H(self.read(path)).hex() == digest
        check(good, f"{path} is missing, or not the file whose digest {file} gives")
        check(digest in self.files or WAIT, f"{path}: no leaf says that this file came; it may wait for a signed head")

    def waits(self, subject, file="api/v1"): check(WAIT, f"{file}: {subject} waits for a signed head: not proven yet")

    def excused(self, subject, records=None):  # hidden by a decision; else it waits for a closing, or what it is on is excused
        records = self.records if records is None else records
        record = records.get(subject, {"shown": True, "on": None})
        on, hidden = record["on"], not record["shown"]
        return hidden or on in self.sealed or on in records and on not in self.places and self.excused(on, records)

    def proof(self, proof, record, file):
        if not check(proof, f"{file}: {record.get('id', record.get('on'))} is published, and the register does not know it"): return
        subject, position = proof["subject"], proof["position"]
        known, self.places[subject] = self.records.get(subject, {}), position
        words = self.words[subject] = {field: record.get(field) for field in proof.get("fields", [])}
        if position >= self.size:
            self.waits(subject, file)
            if "index" not in proof: self.counted(proof, record, file)  # of an import the list waits too
            return self.compared.add(subject)
        here = (position, proof.get("index")) == (known.get("position"), known.get("index"))
        if "fields" not in proof:
            check(here and known["what"] == "erased", f"{file}: {subject} is said to be erased, and no leaf erases it")
        elif check(known.get("shown"), f"{file}: {subject} is published, and no leaf shows it"):
            here &= H(bytes.fromhex(proof["salt"]) + canonical(words)).hex() == known["commitment"]
            here &= known.get("fields", proof["fields"]) == proof["fields"]
            check(here, f"{file}: the words of {subject} are not those of leaf {known['position']}")
            self.counted(proof, record, file)

    def counted(self, proof, record, file):
        known = self.counts.get(proof["subject"], collections.Counter())
        self.compared.add(proof["subject"])
        for path in {*proof.get("counted", []), *known}:
            *steps, last = path.split(".")
            holder = record
            for step in steps: holder = holder.get(step) or {}
            shown, name = holder.get(last), f"{file}: {path} of {proof['subject']}"
            good = check(shown == known[path], f"{name} is {shown}, counted again {known[path]}")
            if good and self.past[1].get(proof["subject"], {}).get(path, 0) != shown: self.waits(proof["subject"], file)

    def recount(self, recount, results, file):  # §7
        subject, lines = recount["subject"], self.lists.get(recount["position"], [])
        last = self.tallies.get(subject) == recount["position"] and subject not in self.compared
        check(last, f"{file}: no leaf, or an older one, is the count of {subject}")
        self.counted(recount, results, file)
        rows, shown = map(json.loads, lines), [(None, None, results["people"])]
        tally = collections.Counter((row["question"], row["choice"], row["verified"]) for row in rows)
        for question in results["questions"]:
            shown.append((question["id"], None, question["respondents"]))
            shown += [(question["id"], choice["id"], choice["count"]) for choice in question["choices"]]
        for question, choice, _ in tally.keys() - {(*key, way) for *key, _ in shown for way in (True, False, None)}:
            check(False, f"{file}: {question} {choice} has rows, and the results do not show it")
        for question, choice, count in shown:
            yes, no, unsaid = (tally[question, choice, way] for way in (True, False, None))
            want = dict(verified=yes, unverified=no, total=yes + no)
            if unsaid: want = dict(verified=None, unverified=None, total=yes + no + unsaid, suppressed=True)
            check(count == want, f"{file}: {question} {choice} is {count}, counted again {want}")

def compare(copy, older):  # §9
    check(copy.key == older.key, "the key is no longer that of the older copy")
    for size, top in older.heads:
        check((size, top) in copy.heads, f"the past has changed: no head over {size} leaves with the same root")
    for subject, position in older.places.items() if copy.size > older.size else ():
        leaf = json.loads(copy.leaves[position] if position < copy.size else "{}")
        good = position < older.size or leaf.get("subject") == subject or leaf.get("kind") == "import"
        check(good, f"{subject} waited for leaf {position} in the older copy, which is not about it")
    known = set(copy.leaves)
    for leaf in older.leaves: check(leaf in known, f"missing or changed since the older copy: leaf {leaf.decode()}")
    for position, leaf in older.waiting.items():
        good = leaf in known or copy.waiting.get(position) == leaf
        check(good, f"leaf {position}, which waited in the older copy, is missing or was changed")
    for subject, old in older.words.items():
        new = copy.words.get(subject, {})
        other = [(old[field], new[field]) for field in old.keys() & new.keys() if old[field] != new[field]]
        good = not other or copy.changed.get(subject, -1) > older.places[subject]
        check(good, f"the words of {subject} were changed without a decision: {other}")
    for subject in older.places.keys() - copy.places.keys():
        check(copy.excused(subject), f"{subject} was published in the older copy and disappeared without a decision")

def fingerprint(copy):  # §3
    name, _, key = copy.key.split("+", 2)
    return H(name.encode() + b"\n" + base64.b64decode(key)).hex()

def pinned(copy, key):
    digits = "".join(key.split()).lower()
    good = copy.key == key.strip() or len(digits) >= 32 and fingerprint(copy).startswith(digits)
    check(good, f"the site is signed by another key than the expected one: {copy.key}")

def main(arguments):
    key = arguments.pop(arguments.index("--key") + 1) if "--key" in arguments else None
    copy, *older = [Copy(site) for site in arguments if not site.startswith("--")] or sys.exit(__doc__)
    copy.published()
    for other in older:
        known = len(faults)
        other.published()
        del faults[known:]  # what the records of the older copy lack is for a check of its own
        compare(copy, other)
    if key is not None: pinned(copy, key)
    short = " ".join(re.findall("....", fingerprint(copy)[:32]))
    print(f"{copy.size} leaves, {len(copy.heads)} heads, {len(copy.places)} published texts; key {short}",
          "as expected" if key is not None else "taken from the site itself: compare it with the town hall's, or give --key")

def run(body):
    try: body()
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error: check(False, f"a file is unreadable: {error!r}")
    print(*faults, sep="\n", end="\n" * bool(faults))
    sys.exit(len(faults) > 0)

if __name__ == "__main__": run(lambda: main(sys.argv[1:]))
