#!/usr/bin/env python3
"""Checks the register of a copy of a site: verify_register.py SITE [OLDER_SITE] [--receipt FILE]

Written from Sources/ParvisHost/Register/README.md alone, with nothing but Python's own library, so that the program
which wrote the site need not be trusted. Prints what is wrong; the exit code is then 1.
"""
import base64, hashlib, json, os, sys

P = 2**255 - 19  # Ed25519, RFC 8032 §5.1: points are (X, Y, Z, T) with x = X/Z, y = Y/Z, xy = T/Z
D = -121665 * pow(121666, P - 2, P) % P
ESCAPES = {**{chr(i): "\\u%04x" % i for i in [*range(32), 60, 127]}, **dict(zip('"\\\n\r\t', ['\\"', "\\\\", "\\n", "\\r", "\\t"]))}
faults = []


def H(data): return hashlib.sha256(data).digest()
def fault(words): faults.append(words)


def add(a, b):
    e, f = (a[1] - a[0]) * (b[1] - b[0]), (a[1] + a[0]) * (b[1] + b[0])
    g, h = 2 * a[3] * b[3] * D, 2 * a[2] * b[2]
    x, y, z, t = f - e, h - g, h + g, f + e
    return (x * y % P, z * t % P, y * z % P, x * t % P)


def times(n, point):
    result = (0, 1, 1, 0)
    while n:
        if n & 1: result = add(result, point)
        point, n = add(point, point), n >> 1
    return result


def decode(data):
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    xx = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(xx, (P + 3) // 8, P)
    if (x * x - xx) % P: x = x * pow(2, (P - 1) // 4, P) % P
    if (x * x - xx) % P or y >= P: raise ValueError("no point")
    if x & 1 != sign: x = P - x
    return (x, y, 1, x * y % P)


def is_signed(key, text, signature):
    base = decode(bytes([0x58]) + b"\x66" * 31)
    order, s = 2**252 + 27742317777372353535851937790883648493, int.from_bytes(signature[32:], "little")
    k = int.from_bytes(hashlib.sha512(signature[:32] + key + text).digest(), "little") % order
    left, right = times(s, base), add(decode(signature[:32]), times(k, decode(key)))
    return s < order and not (left[0] * right[2] - right[0] * left[2]) % P and not (left[1] * right[2] - right[1] * left[2]) % P


def read(*steps):
    path = os.path.join(*steps)
    return open(path, "rb").read() if os.path.isfile(path) else None


def root(hashes):
    if not hashes: return H(b"")
    while len(hashes) > 1:
        joined = [H(b"\1" + hashes[i] + hashes[i + 1]) for i in range(0, len(hashes) - 1, 2)]
        hashes = joined + hashes[len(joined) * 2:]
    return hashes[0]


def canonical(value):
    if isinstance(value, str): return '"' + "".join(ESCAPES.get(c, c) for c in value) + '"'
    if isinstance(value, list): return "[" + ",".join(map(canonical, value)) + "]"
    if isinstance(value, dict): return "{" + ",".join(canonical(k) + ":" + canonical(v) for k, v in value.items()) + "}"
    return json.dumps(value)


def name(number, width):
    groups = ["%03d" % (number % 1000)]
    while number >= 1000:
        number //= 1000
        groups.insert(0, "x%03d" % (number % 1000))
    return "/".join(groups) + ("" if width == 256 else ".p/%d" % width)


class Copy:
    """One copy of the site: heads, leaves, and what they say."""

    def __init__(self, site):
        self.site, self.heads, self.leaves, self.hashes = site, [], [], []
        self.records, self.counts, self.lists, self.places, self.sealed = {}, {}, {}, {}, set()
        register = os.path.join(site, "register")
        self.key = (read(register, "key.txt") or b"").decode().strip()
        if not self.key: sys.exit(site + ": there is no register")
        lines = (read(register, "checkpoints.txt") or b"").decode().split("\n")[:-1]
        for start in range(0, len(lines), 5): self.head(lines[start:start + 5])
        if "\n".join(lines[-5:]) + "\n" != (read(register, "checkpoint") or b"").decode():
            fault("register/checkpoint is not the last of register/checkpoints.txt")
        self.size = self.heads[-1][0] if self.heads else 0
        self.entries(register)
        for size, want in self.heads:
            if len(self.hashes) >= size and root(self.hashes[:size]) != want: fault("the head over %d leaves is not that of the leaves" % size)
        for position, leaf in [(l["position"], l) for l in self.leaves if "root" in l]: self.list(register, position, leaf)

    def head(self, lines):
        owner, key_id, key = self.key.split("+", 2)
        typed, signed = base64.b64decode(key), base64.b64decode(lines[4].split(" ")[2])
        text = "\n".join(lines[:3] + [""]).encode()
        good = lines[0] == owner and signed[:4].hex() == key_id and H(owner.encode() + b"\n" + typed)[:4].hex() == key_id
        if not (good and is_signed(typed[1:], text, signed[4:])): fault("a head over %s leaves is not signed by the key" % lines[1])
        if self.heads and self.heads[-1][0] >= int(lines[1]): fault("heads do not grow")
        self.heads.append((int(lines[1]), base64.b64decode(lines[2])))

    def entries(self, register):
        for number in range((self.size + 255) // 256):
            path = name(number, min(256, self.size - number * 256))
            data, tile = read(register, "tile/entries", path) or b"", read(register, "tile/0", path) or b""
            at = 0
            while at + 2 <= len(data):
                entry = data[at + 2:at + 2 + int.from_bytes(data[at:at + 2], "big")]
                at += 2 + len(entry)
                leaf, place = json.loads(entry), len(self.leaves)
                if leaf["position"] != place: fault("leaf %d is missing or moved: %d stands there" % (place, leaf["position"]))
                leaf["text"] = entry
                self.leaves.append(leaf)
                self.hashes.append(H(b"\0" + entry))
                if tile[place % 256 * 32:place % 256 * 32 + 32] != self.hashes[-1]: fault("leaf %d was changed: its tile holds another hash" % place)
                self.leaf(leaf)
        if len(self.leaves) != self.size: fault("%d leaves, and the head covers %d" % (len(self.leaves), self.size))
        row, level = self.hashes, 1
        while len(row) >= 256:
            row = [root(row[i:i + 256]) for i in range(0, len(row) - 255, 256)]
            for i in range(0, len(row), 256):
                part = row[i:i + 256]
                if read(register, "tile/%d" % level, name(i // 256, len(part))) != b"".join(part): fault("tile %d/%d is wrong" % (level, i // 256))
            level += 1

    def count(self, subject, path, amount):
        paths = self.counts.setdefault(subject, {})
        paths[path] = paths.get(path, 0) + amount

    def leaf(self, leaf):
        for change in leaf.get("counts", []): self.count(change["subject"], change["path"], change["add"])
        if leaf["kind"] != "decision": return
        if leaf["what"] in ("refused", "withdrawn", "erased", "reopened"):
            if not leaf.get("reason"): fault("leaf %d hides %s without a reason" % (leaf["position"], leaf["subject"]))
            known = self.records.get(leaf["subject"], {})
            self.records[leaf["subject"]] = dict(shown=False, position=leaf["position"], on=leaf.get("on", known.get("on")))
        elif leaf["what"] in ("approved", "unread", "released", "redacted") and "fields" in leaf:
            self.records[leaf["subject"]] = dict(
                shown=True, position=leaf["position"], index=None, commitment=leaf["commitment"], fields=leaf["fields"], on=leaf.get("on"))

    def list(self, register, position, leaf):
        lines, part = [], 0
        while (data := read(register, "list/%d-%d.txt" % (position, part))) is not None:
            lines, part = lines + data.split(b"\n")[:-1], part + 1
        if len(lines) != leaf["records"] or root([H(b"\0" + line) for line in lines]).hex() != leaf["root"]:
            fault("the list of leaf %d is not the one it commits to" % position)
        self.lists[position] = (leaf["subject"], lines)
        for index, line in enumerate(lines if leaf["kind"] == "import" else []):
            commitment, subject, *more = line.decode().split(" ")
            if subject == "-": continue
            pairs = dict(word.split("=", 1) for word in more)
            on = pairs.pop("on", None)
            for path, amount in pairs.items(): self.count(subject, path, int(amount))
            if commitment != "-" and self.records.get(subject, {"position": -1})["position"] <= position:
                self.records[subject] = dict(shown=True, position=position, index=index, commitment=commitment, fields=None, on=on)

    def published(self):
        for folder, _, names in sorted(os.walk(os.path.join(self.site, "api/v1"))):
            for file in sorted(n for n in names if n.endswith(".json")):
                value = json.loads(read(folder, file))
                if isinstance(value, dict) and "sealedUntil" in value: self.sealed.add(value.get("id"))
                self.walk(value, os.path.relpath(os.path.join(folder, file), self.site))
        for subject, record in self.records.items():
            if record["shown"] and subject not in self.places and not self.excused(record):
                fault("%s, shown by leaf %d, is nowhere, and no decision hides it" % (subject, record["position"]))

    def excused(self, record):
        on = record.get("on")
        known = self.records.get(on)
        return on in self.sealed or bool(known) and (not known["shown"] or on not in self.places and self.excused(known))

    def walk(self, value, file):
        if isinstance(value, list):
            for element in value: self.walk(element, file)
        elif isinstance(value, dict):
            if "proof" in value: self.proof(value["proof"], value, file)
            if value.get("recount"): self.recount(value["recount"], value, file)
            for member in value.values(): self.walk(member, file)

    def proof(self, proof, record, file):
        if not proof and "erased" in record: return  # found missing below unless a leaf erased it
        if not proof: return fault("%s: %s is published, and the register does not know it" % (file, record.get("id")))
        subject, known = proof["subject"], self.records.get(proof["subject"], {})
        self.places[subject] = file
        if proof["position"] >= self.size: return
        if not known.get("shown"): return fault("%s: %s is published, and no leaf shows it" % (file, subject))
        same = known["position"] == proof["position"] and known["index"] == proof.get("index")
        if not same or known["fields"] not in (None, proof["fields"]): fault("%s: the proof of %s is not that of its leaf" % (file, subject))
        payload = canonical({field: record.get(field) for field in proof["fields"]}).encode()
        if H(bytes.fromhex(proof["salt"]) + payload).hex() != known["commitment"]:
            fault("%s: the words of %s are not those of leaf %d" % (file, subject, proof["position"]))
        self.counted(proof, subject, record, file)

    def counted(self, proof, subject, record, file):
        known = self.counts.get(subject, {})
        for path in sorted(set(proof.get("counted", [])) | set(known)):
            holder, *steps = [record] + path.split(".")
            for step in steps[:-1]: holder = (holder or {}).get(step)
            shown = (holder or {}).get(steps[-1])
            if shown is None and holder and holder.get("suppressed"): continue
            if shown != known.get(path, 0): fault("%s: %s of %s is %s, counted again %d" % (file, path, subject, shown, known.get(path, 0)))

    def recount(self, recount, results, file):
        subject, position = recount["subject"], recount["position"]
        if position >= self.size: return
        if self.lists.get(position, (None,))[0] != subject: return fault("%s: leaf %d is not the count of %s" % (file, position, subject))
        self.counted(recount, subject, results, file)
        rows = [json.loads(line) for line in self.lists[position][1]]

        def compare(shown, question, choice):
            votes = [row["verified"] for row in rows if (row["question"], row["choice"]) == (question, choice)]
            if None in votes: want = dict(verified=None, unverified=None, total=len(votes), suppressed=True)
            else: want = dict(verified=sum(votes), unverified=len(votes) - sum(votes), total=len(votes))
            if shown != want: fault("%s: %s %s is %s, counted again %s" % (file, question, choice, shown, want))

        compare(results["people"], None, None)
        for question in results["questions"]:
            compare(question["respondents"], question["id"], None)
            for choice in question["choices"]: compare(choice["count"], question["id"], choice["id"])


def compare(copy, older):
    if copy.key != older.key: fault("the key is no longer that of the older copy")
    if copy.size < older.size: fault("%d leaves of the older copy are missing" % (older.size - copy.size))
    elif any(root(copy.hashes[:size]) != want for size, want in older.heads): fault("the past has changed: the root of the older copy is no longer there")
    after = {leaf["position"]: leaf["text"] for leaf in copy.leaves}
    for leaf in older.leaves:
        if after.get(leaf["position"]) != leaf["text"]: fault("leaf %d of the older copy is missing or changed: %s" % (leaf["position"], leaf["text"].decode()))
    for subject in sorted(set(older.places) - set(copy.places)):
        record = copy.records.get(subject)
        if not record or record["shown"] and not copy.excused(record): fault("%s was published in the older copy and disappeared without a decision" % subject)


def receipt(copy, file):
    paper = json.load(open(file, encoding="utf-8"))
    if paper["position"] >= copy.size: return fault("this copy does not cover leaf %d yet" % paper["position"])
    if copy.leaves[paper["position"]]["text"] != paper["leaf"].encode(): return fault("leaf %d is not that of the receipt" % paper["position"])
    commitment = json.loads(paper["leaf"]).get("commitment")
    if commitment and paper.get("payload") and H(bytes.fromhex(paper["salt"]) + paper["payload"].encode()).hex() != commitment:
        fault("what the receipt says is not what was sent")


def main(arguments):
    paper = arguments.pop(arguments.index("--receipt") + 1) if "--receipt" in arguments else None
    sites = [argument for argument in arguments if argument != "--receipt"]
    if not sites: sys.exit(__doc__)
    copy = Copy(sites[0])
    copy.published()
    if len(sites) > 1:
        own = list(faults)
        older = Copy(sites[1])
        older.published()
        faults[:] = own  # what is wrong with the older copy alone is for a check of its own
        compare(copy, older)
    if paper: receipt(copy, paper)
    for words in faults: print(words)
    print("%d leaves, %d heads, %d published texts, %d faults" % (copy.size, len(copy.heads), len(copy.places), len(faults)))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
