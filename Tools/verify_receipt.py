#!/usr/bin/env python3
"""Checks a receipt against a copy of a site, and says what became of its words: verify_receipt.py SITE RECEIPT [--key KEY]

Written from Sources/ParvisHost/Register/README.md §8 alone. The copy is for verify_register.py, of which this uses the
hashes and the reading of leaves. Prints what is wrong; the exit code is then 1.
"""
import json, os, re, sys
from verify_register import H, Copy, check, faults, pinned, run

def led(found, index, size, path):  # RFC 9162 §2.1.3: the root to which a path leads
    if size == 1: return b"" if path else found
    half, (*rest, step) = 1 << (size - 1).bit_length() - 1, path
    if index < half: return H(b"\1" + led(found, index, half, rest) + step)
    return H(b"\1" + step + led(found, index - half, size - half, rest))

def receipt(copy, paper):
    leaf, words = paper["leaf"].encode(), (paper.get("payload") or "").encode()
    if not check(paper["position"] < copy.size, f"this copy does not cover leaf {paper['position']} yet"): return
    check(copy.leaves[paper["position"]] == leaf, f"leaf {paper['position']} is not that of the receipt")
    if proof := paper.get("inclusion"):
        size, note = proof["size"], proof["checkpoint"]
        listed = note in copy.notes and note.split("\n")[1] == str(size)
        check(listed and (size, bytes.fromhex(proof["root"])) in copy.heads, "the head of the receipt is not here")
        top = led(H(b"\0" + leaf), paper["position"], size, [bytes.fromhex(step) for step in proof["path"]])
        check(top.hex() == proof["root"], "the path of the receipt does not lead to its head")
    good = not words or H(bytes.fromhex(paper["salt"]) + words).hex() == json.loads(leaf).get("commitment")
    check(good, "what the receipt says is not what was sent")
    if good and not words: print("registered" + "; the file holds no words" * ("commitment" in json.loads(leaf)))
    if words and good: published(copy, json.loads(leaf), json.loads(words))

def published(copy, leaf, sent):  # the words that were sent beside those that are published
    subject = leaf["subject"]
    if leaf["kind"] != "act" or subject not in copy.records: return print("registered; nothing of it is published")
    last, others = copy.records[subject], []
    told = f"leaf {last['position']}: {last.get('what', 'import')} {last.get('reason', '')}"
    if not last["shown"]: return print(f"registered; it is not published, {told}")
    for name, shown in copy.words.get(subject, {}).items():
        texts = sent.get(name, sent.get("body") if name == "markdown" else None)
        if isinstance(shown, str) and isinstance(texts, list) and len(texts) == 1:
            if re.sub("[\0- ]", "", texts[0]) != re.sub("[\0- ]", "", shown): others.append((name, texts[0], shown))
    print("registered and published", "with other words," if others else "as it was sent,", told)
    good = not others or copy.changed.get(subject, -1) >= leaf["position"]
    check(good, f"{subject} is published otherwise than sent, without a decision: {others}")

def main(arguments):
    key = arguments.pop(arguments.index("--key") + 1) if "--key" in arguments else None
    site, file, *more = [name for name in arguments if not name.startswith("--")] + ["", ""]
    if more != ["", ""] or not os.path.isdir(site) or not os.path.isfile(file): sys.exit(__doc__)
    copy = Copy(site)
    copy.published()
    del faults[:]  # what is wrong with the copy is for a check of its own
    if key is not None: pinned(copy, key)
    receipt(copy, json.load(open(file, encoding="utf-8")))

if __name__ == "__main__": run(lambda: main(sys.argv[1:]))
