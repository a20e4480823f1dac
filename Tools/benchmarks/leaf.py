"""What the leaf of the register costs of an act: instructions counted by valgrind, which do not depend on the load.

The same server takes two numbers of proposals; the difference of the two runs is what the acts cost, without starting
and stopping. Of it, the share of `SealedAct.append`, into which the compiler puts `Register.append`: position, commitment, leaf, leaf
hash, and the row.
"""
import os, re, shutil, subprocess, sys

import measure

APPEND = "$s10ParvisHost9SealedActV6append"


def costs(path):
    """All instructions of a callgrind file, and those of calls into the register's appending from outside it."""
    names, total, leaf = {}, 0, 0
    caller = called = ""
    is_call = False

    def name(text):
        number, _, own = text.partition(" ")
        if own:
            names[number] = own
        return names.get(number, "")

    with open(path, errors="replace") as file:
        for line in file:
            if line.startswith("fn="):
                caller = name(line[3:].rstrip())
            elif line.startswith("cfn="):
                called = name(line[4:].rstrip())
            elif line.startswith("calls="):
                is_call = True
            elif re.match(r"[+*\-0-9]", line):
                cost = int(line.split()[1])
                if not is_call:
                    total += cost
                elif called.startswith(APPEND) and not caller.startswith(APPEND):
                    leaf += cost
                is_call = False
    return total, leaf


def run(acts):
    home, profile = measure.DISK + "/leaf", measure.WORK + "/leaf.callgrind"
    shutil.rmtree(home, ignore_errors=True)
    shutil.copytree(measure.commune(1), home)
    measure.write(home + "/content/consultations/mesure.md", measure.CONSULTATION.replace("id: banc", "id: mesure").replace(
        "2026-10-31", "2099-12-31"))
    if os.path.exists(profile):
        os.unlink(profile)
    server = measure.Server(
        home, "--behind-proxy",
        under=["valgrind", "--tool=callgrind", "--callgrind-out-file=" + profile, "--separate-threads=no"])
    for number in range(acts):
        answer = server.ask(
            "POST", "/api/v1/consultation/propose/mesure",
            {"title": "Une proposition %d" % number, "body": "Mesure %d d’une longueur ordinaire, avec un banc." % number},
            {"Accept": "application/json", "X-Forwarded-For": "10.0.%d.%d" % (number // 200, number % 200)})
        if answer.status not in (200, 201, 202):
            sys.exit("bench: the act was refused: %d %s" % (answer.status, answer.text[:200]))
    server.stop()
    return costs(profile)


def leaf():
    if not shutil.which("valgrind"):
        sys.exit("bench: valgrind is missing; apt-get install valgrind")
    few, many = run(50), run(200)
    act, own = (many[0] - few[0]) / 150, (many[1] - few[1]) / 150
    if not own:
        sys.exit("bench: no call of %s was counted; the compiler gave it another name" % APPEND)
    print("one proposal by HTTP, instructions")
    measure.line("share of the register's leaf", own / act * 100, "< 10", "%")
