import Glibc
import ParticipationKit
import ParvisCommune
import ParvisHost

extension Verb {
  /// `parvis serve`.
  static let serve = Verb(
    "serve",
    summary: Bilingual(fr: "sert le site et reçoit les contributions", en: "serves the site and takes in acts"),
    details: Bilingual(
      fr: """
        S’arrête proprement sur Ctrl-C ou SIGTERM : ce qui est en cours est terminé. Un second serveur sur la même
        commune est refusé. En production, un serveur comme nginx ou Caddy se tient devant, avec --behind-proxy.
        """,
      en: """
        Stops gracefully on Ctrl-C or SIGTERM: what is under way is finished. A second server on the same commune is
        refused. In production a server such as nginx or Caddy stands in front, with --behind-proxy.
        """),
    options: [
      .commune,
      Option(
        "host", value: "ADDRESS", fr: "l’adresse d’écoute (127.0.0.1)", en: "the address to listen on (127.0.0.1)"),
      Option("port", value: "PORT", fr: "le port (8080 ; 0 en choisit un)", en: "the port (8080; 0 chooses one)"),
      Option(
        "behind-proxy", fr: "croit l’en-tête X-Forwarded-For du serveur de devant",
        en: "believes the X-Forwarded-For header of the server in front"),
    ],
    examples: ["parvis serve -C vaubrisey", "parvis serve --port 8081 --behind-proxy"]
  ) { invocation in
    let port = try invocation.port()
    // Blocked before any thread starts, so that every thread inherits it and only this one waits for them.
    let signals = StopSignals.block()
    try invocation.withCommune(for: .writing, showsGrades: true) { commune in
      if FileTree.kind(FileTree.join(invocation.folder, "site/index.html")) != .file {
        try invocation.console.progress(Bilingual(fr: "Écriture du site", en: "Writing the site")) {
          _ = try commune.build(out: nil, dryRun: false)
        }
      }
      let host = invocation.value("host") ?? "127.0.0.1"
      let server = try CommuneServer.start(
        commune, host: host, port: port, behindProxy: invocation.has("behind-proxy"))
      try tellAddresses(commune, host: host, port: server.port, invocation.console)
      if !["127.0.0.1", "::1", "localhost"].contains(host), !invocation.has("behind-proxy") {
        invocation.console.note(
          Bilingual(
            fr: "attention : \(host) est ouvert au réseau, sans https ni serveur de devant (Tools/deploy/README.md)",
            en: "warning: \(host) is open to the network, without https or a server in front (Tools/deploy/README.md)"))
      }
      warnOfOtherAddress(commune.configuration.facts.address, port: server.port, invocation.console)
      signals.wait()
      invocation.console.note(Bilingual(fr: "Arrêt en cours…", en: "Stopping…"))
      server.stop()
    }
    invocation.console.note(Bilingual(fr: "Arrêté.", en: "Stopped."))
    return .done
  }

  private static func tellAddresses(_ commune: Commune, host: String, port: Int, _ console: Console) throws {
    let shown = host.contains(":") ? "[\(host)]" : host == "0.0.0.0" ? "127.0.0.1" : host
    let base = "http://\(shown):\(port)/"
    try console.say(commune.configuration.facts.name)
    try console.say(Bilingual(fr: "  le site      \(base)", en: "  the site     \(base)"))
    try console.say(Bilingual(fr: "  le bureau    \(base)desk/", en: "  the desk     \(base)desk/"))
    if try commune.people.isEmpty() {
      let link = base + (try commune.people.invite(role: Role.clerk))
      try console.say(
        Bilingual(
          fr: "  premier compte : ouvrez ce lien, il vaut une seule fois, pendant 7 jours\n               \(link)",
          en: "  first account: open this link, it works once, for 7 days\n               \(link)"))
    }
    try console.say(Bilingual(fr: "  arrêter      Ctrl-C", en: "  to stop      Ctrl-C"))
  }
}

extension Verb {
  /// A commune that is tried out names an address of this machine. When the server listens on another port, whatever is
  /// written with the whole address (feeds, plan of the site, mails, the API's description) leads elsewhere.
  static func warnOfOtherAddress(_ address: String, port: Int, _ console: Console) {
    guard let other = localPort(of: address), other != port else { return }
    console.note(
      Bilingual(
        fr: """
          attention : commune.yaml dit « address: \(address) », mais le serveur écoute sur le port \(port). Les pages se
          lisent ; les flux, le plan du site, les courriers et la description de l’API mènent à \(address)
          Corrigez « address », ou lancez : parvis serve --port \(other)
          """,
        en: """
          warning: commune.yaml says “address: \(address)”, but the server listens on port \(port). Pages can be read;
          feeds, the sitemap, mails and the description of the API lead to \(address)
          Correct “address”, or start: parvis serve --port \(other)
          """))
  }

  /// The port of an address of this machine; nil for any other address.
  static func localPort(of address: String) -> Int? {
    let parts = address.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count > 2, parts[0] == "http:" else { return nil }
    for local in ["127.0.0.1", "localhost", "[::1]"] where parts[2].utf8.starts(with: local.utf8) {
      let rest = parts[2].utf8.dropFirst(local.utf8.count)
      if rest.isEmpty { return 80 }
      return rest.first == UInt8(ascii: ":") ? ByteText.decimal(rest.dropFirst()) : nil
    }
    return nil
  }
}

extension Invocation {
  fileprivate func port() throws -> Int {
    guard let text = value("port") else { return 8080 }
    guard let port = Int(text), (0...65535).contains(port) else {
      throw CommandError(
        .usage, fr: "--port \(text) : attendu un nombre de 0 à 65535", en: "--port \(text): expected 0 to 65535")
    }
    return port
  }
}

/// SIGTERM, SIGINT and SIGHUP, waited for instead of handled.
private struct StopSignals {
  private let set: sigset_t

  static func block() -> StopSignals {
    var set = sigset_t()
    sigemptyset(&set)
    for number in [SIGTERM, SIGINT, SIGHUP] {
      // A shell starts background programs with SIGINT ignored; an ignored signal would not be waited for.
      signal(number, SIG_DFL)
      sigaddset(&set, number)
    }
    pthread_sigmask(SIG_BLOCK, &set, nil)
    return StopSignals(set: set)
  }

  /// Returns when one of them comes. More of them change nothing: the stop is bounded, and a terminal may send two.
  func wait() {
    var set = set
    var number: Int32 = 0
    while sigwait(&set, &number) != 0 {}
  }
}
