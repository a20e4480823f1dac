"""Whether the time of an answer tells who works at the town hall: a known address with a wrong password, beside unknown ones.

The tries alternate in random order, each from another network address, and stay below the limit of an account. Printed is how often
somebody would guess right who takes the slower one of two answers for the known address: 50 % when time says nothing.
"""
import random, shutil, statistics, time

import measure

TRIES = 90


def signin():
    home = measure.DISK + "/signin"
    shutil.rmtree(home, ignore_errors=True)
    measure.write(home + "/commune.yaml", measure.COMMUNE)
    shutil.copytree(measure.SOURCE + "/Content/services", home + "/content/services")
    shutil.copytree(measure.SOURCE + "/Content/map", home + "/content/map")
    server = measure.Server(home, "--behind-proxy")
    times = {True: [], False: []}
    for number, is_known in enumerate(random.sample([True, False] * TRIES, 2 * TRIES)):
        email = "banc@exemple.fr" if is_known else "b%03d@exemple.fr" % number
        start = time.perf_counter()
        answer = server.ask(
            "POST", "/desk/sign-in", {"email": email, "password": "une autre phrase longue"},
            {"X-Forwarded-For": "10.1.%d.%d" % (number // 200, number % 200)})
        times[is_known].append(time.perf_counter() - start)
        if answer.status != 401:
            raise SystemExit("bench: a wrong password was answered with %d" % answer.status)
    server.stop()
    known, unknown = times[True][5:], times[False][5:]
    slower = sum((a > b) + (a == b) / 2 for a in known for b in unknown) / (len(known) * len(unknown))
    print("sign-in at the desk, %d tries with a wrong password for a known address, %d for unknown ones" % (len(known), len(unknown)))
    measure.line("right guesses from the time of two answers", slower * 100, "40–60", "%")
    measure.line("median known / median unknown", statistics.median(known) / statistics.median(unknown), "0.95–1.05")
