"""What loading modules from a folder costs: the start of a server with twelve of them, the pages of one that is loaded and of the
same that belongs to the program, and an author's way from nothing to the browser beside a bare compile of the same sources.
"""
import glob, os, shutil, socket, statistics, subprocess, sys, time

import measure

COUNT = 12
AGENDA = "name: Banc\ninsee: \"55999\"\npopulation: 752\ndepartment: \"55\"\nlanguages: [fr]\naddress: http://127.0.0.1:8080/\n"


def parvis(*words, **environment):
    done = subprocess.run(
        [measure.PARVIS, *words], env={**os.environ, **environment}, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    if done.returncode:
        sys.exit("bench: parvis %s failed: %s" % (" ".join(words), done.stderr.decode()))


def home(name, ids):
    folder = "%s/%s" % (measure.DISK, name)
    shutil.rmtree(folder, ignore_errors=True)
    measure.write(folder + "/commune.yaml", AGENDA + "modules:\n" + "".join("  %s: {}\n" % one for one in ids))
    os.makedirs(folder + "/content", exist_ok=True)
    return folder


def made(name):
    """The folder of a module, built once."""
    folder = "%s/modules/%s" % (measure.WORK, name)
    if not os.path.exists(folder):
        os.makedirs(os.path.dirname(folder), exist_ok=True)
        parvis("module", "new", name, folder)
    parvis("module", "build", folder)
    return folder


def served(folder):
    """Seconds from starting a server to its first answer."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    start = time.monotonic()
    process = subprocess.Popen(
        [measure.PARVIS, "serve", "-C", folder, "--port", str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while True:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=20) as line:
                line.sendall(b"GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
                if line.recv(12).endswith(b"200"):
                    break
        except OSError:
            time.sleep(0.002)
        if process.poll() is not None:
            sys.exit("bench: the server ended with %d" % process.returncode)
    seconds = time.monotonic() - start
    process.terminate()
    process.wait()
    return seconds


def start_up():
    """The same modules, once in the folder and once in use: what differs is loading them and what they declare."""
    ids = ["m%02d" % number for number in range(COUNT)]
    # None loaded: the modules of the program that every commune has.
    none, twelve = home("modules-none", ["agenda"]), home("modules-twelve", ["agenda"] + ids)
    for one in ids:
        parvis("module", "install", made(one.upper()), "-C", twelve)
    for folder in (none, twelve):
        parvis("build", "-C", folder)
    times = {none: [], twelve: []}
    for _ in range(5 * measure.ROUNDS):
        for folder in (none, twelve):
            times[folder].append(served(folder))
    ratio = statistics.median(times[twelve]) / statistics.median(times[none])
    measure.line("start-up with %d loaded modules / none loaded" % COUNT, ratio, "≤ 1.3")


def pages():
    """A whole build of a commune of which nearly every page is the consultation's, with the module in its two ways."""
    size = min(measure.SIZES[0], 2)
    folder = measure.commune(size)
    source = measure.WORK + "/modules/Consultation"
    if not os.path.exists(source):
        shutil.copytree(measure.SOURCE + "/Plugins/Consultation", source)
    parvis("module", "build", source)
    parvis("module", "install", source, "-C", folder, PARVIS_WITHOUT_BUNDLED="consultation")
    installed, aside = folder + "/data/modules", folder + "/data/modules-aside"
    rows = {"": [], "consultation": []}
    for _ in range(2 + 2 * measure.ROUNDS):
        for without in rows:
            measure.clear("modules-out")
            # Where the program has the module, one in the folder would be told of as a double one.
            if not without:
                os.rename(installed, aside)
            os.environ["PARVIS_WITHOUT_BUNDLED"] = without
            rows[without].append(measure.run([measure.PARVIS, "build", "-C", folder, "--out", measure.DISK + "/modules-out"]))
            if not without:
                os.rename(aside, installed)
    del os.environ["PARVIS_WITHOUT_BUNDLED"]
    shutil.rmtree(installed)
    ratio = measure.median(rows["consultation"], "cpu") / measure.median(rows[""], "cpu")
    measure.line("pages of a loaded module / of the same in the program", ratio, "≤ 1.05")


def author():
    """new, build, check, install, switched on, served: six commands, the third of which runs every rule."""
    folder = measure.DISK + "/modules-author"
    shutil.rmtree(folder, ignore_errors=True)
    commune = home("modules-commune", ["agenda"])
    seconds, commands = {}, 0

    def timed(name, *words):
        start = time.monotonic()
        parvis(*words)
        seconds[name] = time.monotonic() - start

    timed("new", "module", "new", "Essai", folder)
    timed("build", "module", "build", folder)
    timed("check", "module", "check", folder, "--level", "platinum")
    timed("install", "module", "install", folder, "-C", commune)
    with open(commune + "/commune.yaml", "a") as file:
        file.write("  essai: {}\n")
    start = time.monotonic()
    server = measure.Server(commune)
    while server.ask("GET", "/essai/").status != 200:
        time.sleep(0.05)
    seconds["serve"] = time.monotonic() - start
    server.stop()
    # The same sources with the same flags and nothing around them.
    work = folder + "/.parvis"
    if not os.path.exists(work):
        work = os.path.dirname(os.path.dirname(glob.glob(folder + "/.*/generated/ModuleEntry.swift")[0]))
    sources = glob.glob(folder + "/Sources/**/*.swift", recursive=True) + glob.glob(work + "/generated/*.swift")
    bare = measure.run(
        [shutil.which("swiftc"), "-emit-library", "-O", "-whole-module-optimization", "-parse-as-library", "-swift-version",
         "6", "-module-name", "Bare", "-I", work + "/sdk", "-o", measure.DISK + "/bare.so"] + sources)
    measure.line("module build / bare swiftc of the same sources", seconds["build"] / bare["wall"], "–")
    commands = len(seconds) + 1
    print("  from nothing to the browser: %d commands (the sixth writes a line into commune.yaml), %.0f s: %s   goal ≤ 6, ≤ 60 s" % (
        commands, sum(seconds.values()), ", ".join("%s %.1f" % pair for pair in seconds.items())))


def modules():
    print("modules from a folder (load %.1f)" % os.getloadavg()[0])
    start_up()
    pages()
    author()
