import Glibc
import ParticipationKit
import Testing

@testable import ModuleProcess

/// What a module's process cannot do, tried by the process itself.
@Suite struct ConfinementTests {
  /// Tries things one by one and answers what each of them gave.
  private static let probe = """
    def tried(what):
        try:
            what()
            return "done"
        except MemoryError: return "memory"
        except OSError as error: return "refused"
    greet()
    frame = read()
    import socket, subprocess
    answer(frame, {
        "database": tried(lambda: open(SECRET + "/data/parvis.sqlite", "rb").read()),
        "listing": tried(lambda: os.listdir(SECRET + "/data")),
        "passwords": tried(lambda: open("/etc/passwd").read()),
        "host": tried(lambda: open("/proc/%d/environ" % os.getppid(), "rb").read()),
        "outside": tried(lambda: open("/tmp/parvis-child-was-here", "w")),
        "own": tried(lambda: open("written-by-itself", "w")),
        "mode": tried(lambda: os.chmod(SECRET + "/data/parvis.sqlite", 0o777)),
        "remove": tried(lambda: os.unlink(SECRET + "/data/parvis.sqlite")),
        "network": tried(lambda: socket.create_connection(("127.0.0.1", 9), 1)),
        "socket": tried(lambda: socket.socket(socket.AF_UNIX)),
        "process": tried(lambda: subprocess.run(["/bin/true"])),
        "signal": tried(lambda: os.kill(os.getppid(), 0)),
        "itself": tried(lambda: open("main.py").read()),
        "python": tried(lambda: __import__("decimal")),
    })
    """

  @Test(.enabled(if: Confinement.ofThisKernel.isWhole, "this kernel confines nothing"))
  func aProcessSeesNeitherTheCommuneNorTheNetworkNorOthers() throws {
    let commune = try WrittenFolder(["data/parvis.sqlite": "what people wrote"])
    let secret = commune.path
    let child = try SmallChild("SECRET = \"\(secret)\"\n" + Self.probe, secret: secret)
    let found = try child.ask()
    for member in found.asObject ?? [] {
      let expected = ["itself", "python"].contains(member.name) ? "done" : "refused"
      #expect(member.value.asString == expected, Comment(rawValue: member.name))
    }
    #expect(found.asObject?.count == 14)
    var facts = stat()
    #expect(stat(secret + "/data/parvis.sqlite", &facts) == 0 && facts.st_mode & 0o777 != 0o777)
    #expect(access("/tmp/parvis-child-was-here", F_OK) != 0)
  }

  @Test func aProcessGetsNothingOfTheHostsEnvironmentAndOnlyItsThreeFiles() throws {
    setenv("PARVIS_TEST_SECRET", "not for modules", 1)
    let child = try SmallChild(
      """
      greet()
      frame = read()
      files = []
      for number in range(64):
          try:
              os.fstat(number)
              files.append(number)
          except OSError: pass
      answer(frame, {"variables": sorted(os.environ), "files": files, "session": os.getsid(0) == os.getpid()})
      """)
    let found = try child.ask()
    let names = (found["variables"]?.asArray ?? []).compactMap(\.asString).filter { $0 != "LC_CTYPE" }
    #expect(names == ["LANG", "PARVIS_PROTOCOL", "PATH"])
    #expect(found["files"] == [0, 1, 2])
    #expect(found["session"]?.asBool == true)
  }

  @Test func theLimitsOfAProcessCannotBeRaisedByIt() throws {
    let child = try SmallChild(
      """
      greet()
      frame = read()
      import resource
      names = ["RLIMIT_DATA", "RLIMIT_FSIZE", "RLIMIT_CORE", "RLIMIT_NOFILE", "RLIMIT_CPU"]
      now = {name: resource.getrlimit(getattr(resource, name))[0] for name in names}
      try:
          resource.setrlimit(resource.RLIMIT_CPU, (10000, resource.RLIM_INFINITY))
          now["raised"] = True
      except (OSError, ValueError): now["raised"] = False
      answer(frame, now)
      """
    ) {
      $0.memory = 100 << 20
      $0.processor = 7
    }
    let found = try child.ask()
    #expect(found["RLIMIT_DATA"]?.asInteger == 100 << 20)
    #expect(found["RLIMIT_FSIZE"] == 0 && found["RLIMIT_CORE"] == 0 && found["RLIMIT_NOFILE"] == 64)
    #expect((7...12).contains(found["RLIMIT_CPU"]?.asInteger ?? 0))
    if Confinement.ofThisKernel.hasFilter { #expect(found["raised"]?.asBool == false) }
  }

  @Test(.enabled(if: Confinement.ofThisKernel.landlock > 0, "this kernel has no Landlock"))
  func aCommuneBelowTheFoldersOfTheSystemIsStillNotSeen() throws {
    // The rule for `/usr` would show it, and is left out; libraries are found by the rules for `/lib` and `/bin`.
    let child = try SmallChild(
      """
      greet()
      frame = read()
      try: answer(frame, {"seen": len(os.listdir("/usr/share"))})
      except OSError: answer(frame, {"seen": 0})
      """, secret: "/usr/share")
    do throws(ChildFailure) {
      #expect(try child.ask()["seen"] == 0)
    } catch {
      // Where the folders of the system are not links into `/usr`, its interpreter is not seen either.
      #expect(error.kind == .start)
    }
  }

  @Test(.enabled(if: Confinement.ofThisKernel.landlock > 0, "this kernel has no Landlock"))
  func aProgramOfTheModulesOwnSeesNothingBesideTheModulesFolder() throws {
    // Both folders lie in the same one, as the builds of a module and other modules do.
    let other = try WrittenFolder(["words": "what people wrote"])
    let child = try SmallChild(
      """
      greet()
      frame = read()
      try: answer(frame, {"seen": open("\(other.path)/words").read()})
      except OSError: answer(frame, {"seen": None, "own": len(open("main.py").read())})
      """, isProgram: true)
    let found = try child.ask()
    #expect(found["seen"]?.isNull == true && found["own"]?.asInteger ?? 0 > 0)
  }

  @Test func nothingStartsUnconfinedWhereTheKernelConfines() throws {
    // As where too many files are open.
    func rules(_ landlock: Int) throws(ChildFailure) -> Int32? {
      try Confinement(landlock: landlock, hasFilter: true).rules(program: "/bin/true", folder: "/tmp", secret: "") {
        _ in
        errno = EMFILE
        return -1
      }
    }
    let failure = #expect(throws: ChildFailure.self) { try rules(2) }
    #expect(failure?.kind == .start && failure?.english.contains("Landlock") == true)
    #expect(try rules(0) == nil, "where it cannot confine, the desk and the doctor say so")
  }

  @Test func whatTheKernelLacksIsSaid() {
    #expect(Confinement(landlock: 0, hasFilter: true).words("en").contains("no Landlock"))
    #expect(Confinement(landlock: 2, hasFilter: false).words("fr").contains("réseau"))
    #expect(!Confinement(landlock: 0, hasFilter: true).isWhole && Confinement(landlock: 2, hasFilter: true).isWhole)
  }
}
