#!/usr/bin/env python3
"""One part of Tools/bench; run it through that command, which sets the environment."""
import http.client, json, os, random, re, shutil, signal, socket, statistics, subprocess, sys, threading, time, urllib.parse

WORK, DISK, PARVIS, FLOOR = (os.environ[name] for name in ("WORK", "DISK", "PARVIS", "FLOOR"))
SOURCE, ROUNDS = os.environ["SOURCE"], int(os.environ["ROUNDS"])
SIZES = [int(size) for size in os.environ["SIZES"].split()]
GENERATE = [sys.executable, os.path.join(SOURCE, "Tools/benchmarks/generate.py")]

COMMUNE = """name: Banc
insee: "55999"
population: 752
department: "55"
languages: [fr]
address: http://127.0.0.1:8080/
modules:
  agenda:
  consultation:
  incidents:
"""
CONSULTATION = """---
id: banc
title: Banc d’essai
opens: 2026-01-01T00:00
closes: 2026-10-31T00:00
accepts_proposals: true
---

Mesures.
"""


def run(command, **options):
    """CPU seconds, wall seconds and peak memory in MiB of a command."""
    read, write = os.pipe()
    start = time.monotonic()
    child = os.fork()
    if child == 0:
        os.close(read)
        quiet = os.open(os.devnull, os.O_WRONLY)
        os.dup2(options.get("output", quiet), 1)
        os.execv(command[0] if "/" in command[0] else shutil.which(command[0]), command)
    os.close(write)
    os.close(read)
    _, status, usage = os.wait4(child, 0)
    if status:
        sys.exit("bench: %s failed with %s" % (" ".join(command), status))
    return dict(cpu=usage.ru_utime + usage.ru_stime, wall=time.monotonic() - start, memory=usage.ru_maxrss / 1024)


def median(rows, key):
    return statistics.median(row[key] for row in rows)


def line(what, value, goal, unit="×"):
    print("  %-58s %8.2f %s   goal %s" % (what, value, unit, goal))


def data(size):
    folder = "%s/data-%dk" % (WORK, size)
    if not os.path.exists(folder + "/comments.ndjson"):
        subprocess.run(GENERATE + ["site", str(size * 1000), folder], check=True)
    return folder


def commune(size):
    """A commune with the data imported and the site emitted, made once a size."""
    folder = "%s/commune-%dk" % (DISK, size)
    if os.path.exists(folder + "/made"):
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    write(folder + "/commune.yaml", COMMUNE)
    write(folder + "/content/consultations/banc.md", CONSULTATION)
    for name in ("services", "map"):
        shutil.copytree(SOURCE + "/Content/" + name, folder + "/content/" + name)
    if os.path.exists(SOURCE + "/Content/streets.yaml"):
        shutil.copy(SOURCE + "/Content/streets.yaml", folder + "/content/")
    source = data(size)
    for kind, name in (("proposals", "proposals.ndjson"), ("proposal-comments", "comments.ndjson")):
        subprocess.run([PARVIS, "import", kind, source + "/" + name, "-C", folder], check=True, stdout=subprocess.DEVNULL)
    subprocess.run([PARVIS, "build", "-C", folder], check=True, stdout=subprocess.DEVNULL)
    write(folder + "/made", "")
    return folder


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as file:
        file.write(text)


def build():
    memory = {}
    for size in SIZES:
        source, home = data(size), commune(size)
        hugo = shutil.which("hugo")
        rows = dict(floor=[], again=[], parvis=[], same=[], hugo=[])
        for _ in range(ROUNDS):
            clear("floor-out")
            rows["floor"].append(run([FLOOR, "build", source + "/floor.db", DISK + "/floor-out"]))
            rows["again"].append(run([FLOOR, "again", source + "/floor.db", DISK + "/floor-out"]))
            clear("parvis-out")
            rows["parvis"].append(run([PARVIS, "build", "-C", home, "--out", DISK + "/parvis-out"]))
            # A commune that another program made is made anew once; that is not the unchanged build.
            run([PARVIS, "build", "-C", home])
            rows["same"].append(run([PARVIS, "build", "-C", home]))
            if hugo:
                clear("hugo-out")
                rows["hugo"].append(run([hugo, "-s", source + "/hugo", "-d", DISK + "/hugo-out", "--quiet"]))
        floor, full = median(rows["floor"], "cpu"), median(rows["parvis"], "cpu")
        database = os.path.getsize(home + "/data/parvis.sqlite") / 2**20
        memory[size] = max(1, median(rows["parvis"], "memory") - database)
        print("build of %d,000 proposals, page and JSON each (CPU)" % size)
        line("full build / C floor", full / floor, "≤ 2.0 (aim 1.3)")
        line("unchanged build / full build", median(rows["same"], "cpu") / full, "≤ 0.6")
        line("peak memory / C floor", median(rows["parvis"], "memory") / median(rows["floor"], "memory"), "—")
        if hugo:
            line("Hugo / full build", median(rows["hugo"], "cpu") / full, "≥ 4")
            line("Hugo's memory / Parvis's", median(rows["hugo"], "memory") / median(rows["parvis"], "memory"), "≥ 10")
    if 10 in memory and 100 in memory:
        line("memory beyond the database, 100,000 / 10,000", memory[100] / memory[10], "≤ 1.3")


def remove(database):
    for suffix in ("", "-wal", "-shm"):
        if os.path.exists(database + suffix):
            os.unlink(database + suffix)


def clear(name):
    shutil.rmtree(DISK + "/" + name, ignore_errors=True)
    os.sync()


class Server:
    """`parvis serve` on a free port, with an account that can decide."""

    def __init__(self, folder, *flags, under=()):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.folder = folder
        account = subprocess.run(
            [PARVIS, "person", "add", "banc@exemple.fr", "-C", folder, "--name", "Banc", "--role", "clerk",
             "--password-stdin"], input="une phrase assez longue\n", text=True, capture_output=True)
        if account.returncode not in (0, 2):
            sys.exit("bench: person add: " + account.stderr)
        self.process = subprocess.Popen(
            [*under, PARVIS, "serve", "-C", folder, "--port", str(self.port), *flags],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(4000 if under else 200):
            try:
                if self.ask("GET", "/healthz").status == 200:
                    return
            except OSError:
                time.sleep(0.05)
        sys.exit("bench: the server does not answer")

    def ask(self, method, path, fields=None, headers=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        body = urllib.parse.urlencode(fields) if fields is not None else None
        headers = dict(headers or {})
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        answer.text = answer.read().decode("utf-8", "replace")
        connection.close()
        return answer

    def sign_in(self):
        answer = self.ask("POST", "/desk/sign-in", {"email": "banc@exemple.fr", "password": "une phrase assez longue"})
        self.cookie = {"Cookie": answer.getheader("Set-Cookie").split(";")[0]}
        page = self.ask("GET", "/desk/moderation", headers=self.cookie).text
        self.token = re.search(r'name="form_token" value="([0-9a-f]+)"', page).group(1)

    def cpu(self):
        with open("/proc/%d/stat" % self.process.pid) as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()


def approve():
    spent = {}
    for size in [1] + SIZES:
        home = DISK + "/approve"
        shutil.rmtree(home, ignore_errors=True)
        shutil.copytree(commune(size), home)
        # Made by another program, the site would be made anew while approvals are measured.
        run([PARVIS, "build", "-C", home])
        source = data(size) + "/floor.db"
        remove(DISK + "/floor.db")
        shutil.copy(source, DISK + "/floor.db")
        clear("floor-out")
        run([FLOOR, "build", DISK + "/floor.db", DISK + "/floor-out"])
        floor = json.loads(subprocess.run(
            [FLOOR, "approve", DISK + "/floor.db", DISK + "/floor-out", "100"], capture_output=True, text=True).stdout)
        server = Server(home)
        server.sign_in()
        ids = []
        after = 0
        while len(ids) < 120:
            page = server.ask("GET", "/desk/moderation?after=%d" % after, headers=server.cookie).text
            # Each case carries what the moderator saw, so that a decision on something newer is refused.
            found = [(int(case), seen) for case, seen in re.findall(
                r'id="case-(\d+)".*?name="seen" value="([^"]*)"', page, re.S)]
            if not found:
                break
            ids += found
            after = found[-1][0]
        chosen = random.Random(1).sample(ids, min(100, len(ids)))
        times, before = [], server.cpu()
        for number, seen in chosen:
            stamp = mark(home)
            start = time.monotonic()
            answer = server.ask("POST", "/desk/moderation/%d" % number, {
                "form_token": server.token, "decision": "approve", "seen": seen, "return": "/desk"}, server.cookie)
            if answer.status != 303:
                sys.exit("bench: the decision was refused: %d" % answer.status)
            while mark(home) in (stamp, -1) and time.monotonic() - start < 5:
                time.sleep(0.0002)
            times.append((time.monotonic() - start) * 1000)
        used = (server.cpu() - before) / len(chosen) * 1000
        server.stop()
        spent[size] = used
        print("one approved comment, %d,000 proposals present" % size)
        line("CPU / C floor", used / floor["cpu_ms"], "≤ 3")
        line("p50 from the decision to the last file", statistics.median(times), "≤ 10", "ms")
    if len(spent) > 1:
        largest = max(spent)
        line("CPU with %d,000 present / with 1,000" % largest, spent[largest] / spent[1], "≤ 1.3")


def desk():
    """The first page of the queue with 100 waiting proposals and with 100,000."""
    spent = {}
    for count in (100, 100_000):
        home = DISK + "/desk"
        shutil.rmtree(home, ignore_errors=True)
        os.makedirs(home + "/content/consultations")
        write(home + "/commune.yaml", COMMUNE)
        write(home + "/content/consultations/banc.md", CONSULTATION)
        with open(home + "/waiting.ndjson", "w") as file:
            for number in range(count):
                file.write(json.dumps({
                    "reference": "w%d" % number, "consultation": "banc", "title": "Une proposition %d" % number,
                    "body": "Planter des arbres rue %d et y poser un banc de bois, près de la fontaine." % (number % 997),
                    "created": "2026-02-01T10:00:00Z", "state": "pending"}) + "\n")
        run([PARVIS, "import", "proposals", home + "/waiting.ndjson", "-C", home])
        server = Server(home)
        server.sign_in()
        times = []
        for _ in range(20 + 20 * ROUNDS):
            start = time.monotonic()
            answer = server.ask("GET", "/desk/moderation", headers=server.cookie)
            times.append((time.monotonic() - start) * 1000)
            if answer.status != 200 or answer.text.count('class="case"') != 20:
                sys.exit("bench: the queue shows %d cases" % answer.text.count('class="case"'))
        server.stop()
        spent[count] = statistics.median(times[20:])
    print("first page of the moderation queue")
    line("with 100,000 waiting / with 100", spent[100_000] / spent[100], "≤ 2")


def mark(home):
    """Changes when the publication of an act is complete: the queue's marks are cleared in the database last."""
    import sqlite3
    path = home + "/data/parvis.sqlite"
    # The same path holds another database once the next size is measured.
    place = os.stat(path).st_ino
    if getattr(mark, "place", None) != place:
        mark.place, mark.connection = place, sqlite3.connect("file:%s?mode=ro" % path, uri=True)
    waiting = mark.connection.execute("SELECT count(*) FROM publication_queue").fetchone()[0]
    decided = mark.connection.execute("SELECT count(*) FROM host_moderation WHERE state <> 'pending'").fetchone()[0]
    return decided if waiting == 0 else -1


def http_part():
    wrk = shutil.which("wrk")
    if not wrk:
        sys.exit("bench: wrk is missing; apt-get install wrk")
    home = DISK + "/http"
    shutil.rmtree(home, ignore_errors=True)
    shutil.copytree(commune(1), home)
    write(home + "/content/consultations/mesure.md", CONSULTATION.replace("id: banc", "id: mesure").replace(
        "2026-10-31", "2099-12-31"))
    # Other content makes every page anew, which is not what is measured here.
    run([PARVIS, "build", "-C", home])
    # One address may act so often in an hour; the proxy's header makes each request another resident's.
    server = Server(home, "--behind-proxy")
    # A folder in which Parvis does not write: what lies in its own and is not known is removed.
    os.makedirs(home + "/site/photos")
    write(home + "/site/photos/one.json", "x" * 1024)
    script = WORK + "/post.lua"
    # wrk speaks Lua 5.1. Each of its threads counts for itself, so the address names the thread, too.
    write(script, """local n = 0
local threads = 0
setup = function(t) threads = threads + 1; t:set("thread", threads) end
request = function()
  n = n + 1
  local body = "title=Une+proposition&body=Mesure+" .. n .. "-" .. tostring({}):sub(8) .. "+d%27une+longueur+ordinaire"
  return wrk.format("POST", "/api/v1/consultation/propose/mesure",
    {["Content-Type"] = "application/x-www-form-urlencoded", ["Accept"] = "application/json",
     ["X-Forwarded-For"] = "10." .. thread .. math.floor(n / 65536) % 10 .. "." .. math.floor(n / 256) % 256 .. "." .. n % 256}, body)
end
""")
    parvis_post = load(wrk, server.port, "/", script)
    parvis_file = load(wrk, server.port, "/photos/one.json")
    server.stop()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    floor_db = DISK + "/posts.db"
    remove(floor_db)
    floor = subprocess.Popen([FLOOR, "serve", floor_db, str(port)])
    time.sleep(0.5)
    floor_post = load(wrk, port, "/", script)
    floor.kill()
    floor.wait()
    print("HTTP on loopback, 64 connections")
    line("durable posts per second / C server", parvis_post[0] / floor_post[0], "≥ 0.5")
    line("their p99 / C server's", parvis_post[1] / floor_post[1], "≤ 2")
    if shutil.which("nginx"):
        nginx = nginx_files(home, wrk)
        line("static files of 1 KB per second / nginx", parvis_file[0] / nginx[0], "≥ 0.5")


def load(wrk, port, path, script=None):
    """Median requests per second and p99 in ms; answers other than 2xx end the measure."""
    rates, tails = [], []
    for _ in range(ROUNDS):
        command = [wrk, "-t2", "-c64", "-d4s", "--latency", "http://127.0.0.1:%d%s" % (port, path)]
        done = subprocess.run(command + (["-s", script] if script else []), capture_output=True, text=True)
        text = done.stdout
        # A script that does not compile is only mentioned: wrk goes on and asks for the page with GET.
        if "Non-2xx" in text or done.stderr:
            sys.exit("bench: refused answers of %s:\n" % path + text + done.stderr)
        rates.append(float(re.search(r"Requests/sec:\s+([\d.]+)", text).group(1)))
        value, unit = re.search(r"99%\s+([\d.]+)(us|ms|s)", text).groups()
        tails.append(float(value) * {"us": 0.001, "ms": 1, "s": 1000}[unit])
    return statistics.median(rates), statistics.median(tails)


def nginx_files(home, wrk):
    folder = WORK + "/nginx"
    os.makedirs(folder, exist_ok=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    # The work folder lies in the home folder, which workers of another user may not read.
    user = "user root; " if os.getuid() == 0 else ""
    write(folder + "/nginx.conf", user + """worker_processes 2; pid %s/pid; error_log %s/error.log; daemon on;
events { worker_connections 1024; }
http { access_log off; sendfile on; keepalive_requests 1000000; open_file_cache max=1000; default_type application/json;
  server { listen 127.0.0.1:%d; root %s/site; } }
""" % (folder, folder, port, home))
    os.chmod(DISK, 0o755)
    subprocess.run(["nginx", "-c", folder + "/nginx.conf", "-p", folder], check=True)
    time.sleep(0.3)
    result = load(wrk, port, "/photos/one.json")
    with open(folder + "/pid") as file:
        os.kill(int(file.read()), signal.SIGTERM)
    return result


def import_part():
    count = 100000
    source = WORK + "/debate.json"
    if not os.path.exists(source):
        subprocess.run(GENERATE + ["debate", str(count), source], check=True)
    rows = dict(floor=[], parvis=[], small=[])
    small = WORK + "/debate-small.json"
    if not os.path.exists(small):
        subprocess.run(GENERATE + ["debate", str(count // 10), small], check=True)
    for _ in range(ROUNDS):
        remove(DISK + "/insert.db")
        rows["floor"].append(run([FLOOR, "insert", DISK + "/insert.db", str(count)]))
        for name, file in (("parvis", source), ("small", small)):
            home = DISK + "/import"
            shutil.rmtree(home, ignore_errors=True)
            write(home + "/commune.yaml", COMMUNE)
            write(home + "/content/consultations/banc.md", CONSULTATION)
            for folder in ("services", "map"):
                shutil.copytree(SOURCE + "/Content/" + folder, home + "/content/" + folder)
            rows[name].append(run([PARVIS, "import", "grand-debat", file, "--set", "consultation=banc", "-C", home]))
    print("import of %d contributions of the Grand Débat, nine answers each" % count)
    line("speed / bare bulk insert of the same rows (wall)", median(rows["floor"], "wall") / median(rows["parvis"], "wall"), "≥ 0.5")
    line("peak memory, 100,000 / 10,000 contributions", median(rows["parvis"], "memory") / median(rows["small"], "memory"), "≈ 1")


def register():
    """A register of a million leaves, half of them decisions, against SHA-256 over the same leaves and nodes."""
    import hashlib, sqlite3
    count = int(os.environ.get("LEAVES", 1000000))
    home, site = DISK + "/register", DISK + "/register-site"
    shutil.rmtree(home, ignore_errors=True)
    write(home + "/commune.yaml", COMMUNE)
    write(home + "/content/consultations/banc.md", CONSULTATION)
    for folder in ("services", "map"):
        shutil.copytree(SOURCE + "/Content/" + folder, home + "/content/" + folder)
    subprocess.run([PARVIS, "build", "-C", home], check=True, stdout=subprocess.DEVNULL)

    def leaf(position):
        text = ('{"v":1,"position":%d,"at":"2026-11-21T12:00:00Z","kind":"%s","what":"%s","subject":"consultation/proposal/%d",'
                '%s"commitment":"%s"}')
        mark = hashlib.sha256(b"%d" % position).hexdigest()
        if position % 10 == 9:
            return text % (position, "decision", "refused", position, '"reason":"off-topic",', mark)
        return text % (position, "act", "consultation/propose", position, "", mark)

    database = sqlite3.connect(home + "/data/parvis.sqlite")
    # What the first opening recorded itself stands before them.
    first = database.execute("SELECT coalesce(max(position) + 1, 0) FROM host_register").fetchone()[0]
    with database:
        database.executemany(
            "INSERT INTO host_register(position, kind, at, leaf, hash, salt) VALUES(?,'act',0,?,?,x'00')",
            ((position, text, hashlib.sha256(b"\0" + text.encode()).digest())
             for position, text in ((position, leaf(position)) for position in range(first, first + count))))
    database.close()
    subprocess.run([PARVIS, "register", "head", "-C", home], check=True, stdout=subprocess.DEVNULL)
    clear("register-site")
    subprocess.run([PARVIS, "build", "-C", home, "--out", site], check=True, stdout=subprocess.DEVNULL)
    rows = dict(floor=[], parvis=[])
    for _ in range(ROUNDS):
        rows["floor"].append(run([FLOOR, "hash", site + "/register/tile/entries"]))
        rows["parvis"].append(run([PARVIS, "register", "verify", site]))
    print("register of %d leaves, a tenth of them decisions" % count)
    line("verify: speed / SHA-256 of the same leaves and nodes (CPU)", median(rows["floor"], "cpu") / median(rows["parvis"], "cpu"), "≥ 0.5")
    line("peak memory", median(rows["parvis"], "memory"), "—", "MiB")


def start():
    bare = WORK + "/bare"
    write(bare + ".swift", 'print("0.1.0")\n')
    subprocess.run(["swiftc", "-O", bare + ".swift", "-o", bare], check=True)
    times = {}
    for name, command in (("bare", [bare]), ("parvis", [PARVIS, "--version"])):
        times[name] = statistics.median(run(command)["wall"] for _ in range(30))
    print("start")
    line("parvis --version / bare dynamic Swift program", times["parvis"] / times["bare"], "≤ 2")


def kill():
    python = SOURCE + "/.build/test-venv/bin/python"
    if not os.path.exists(python):
        sys.exit("bench: run Tools/test --only tools first; it installs what the browser tests need")
    subprocess.run([python, SOURCE + "/Tests/Browser/run.py", "--parvis", PARVIS, "--only", "crash", "--kills", "200"],
                   check=True)


def leaf():
    import leaf as part
    part.leaf()


def signin():
    import signin as part
    part.signin()


def modules():
    import modules as part
    part.modules()


PARTS = {"build": build, "approve": approve, "desk": desk, "http": http_part, "import": import_part, "register": register,
         "leaf": leaf, "signin": signin, "start": start, "modules": modules, "kill": kill}

if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in PARTS:
        sys.exit("bench: unknown part; known: " + ", ".join(PARTS))
    PARTS[sys.argv[1]]()
