import Glibc
import ModuleLoading
public import ParticipationKit
import ParvisHost
import SQLiteStorage

extension Commune {
  /// What `parvis check` finds: configuration and content were read when the commune was opened; this looks at the
  /// database and at the site.
  /// - Throws: ``CommuneError``.
  public func check() throws -> [Diagnostic] {
    var findings: [Diagnostic] = []
    do {
      let verdicts = try store.readers.read { connection in
        try connection.rows("PRAGMA integrity_check(20)").compactMap { $0.values.first?.asText }
      }
      for verdict in verdicts where verdict != "ok" {
        findings.append(
          Diagnostic(
            .error, file: "data/parvis.sqlite", line: nil, fr: "base abîmée : \(verdict)", en: "damaged: \(verdict)"))
      }
    } catch {
      throw StoreErrors.inWords(error, path: folder + "/data/parvis.sqlite")
    }
    findings += outages.map { outage in
      let line = configuration.modules.first { $0.id == outage.id }?.settings.line
      return Diagnostic(
        .warning, file: "commune.yaml", line: line, fr: outage.refusal.message("fr"), en: outage.refusal.message("en"))
    }
    for entry in host.registry.entries {
      guard let own = entry.instance.findings else { continue }
      findings += try host.ports.store.reading { try own($0(entry.manifest.id)) }
    }
    findings += securityFindings()
    if Files.isFolder(folder + "/site") { findings += try Commune.checkSite(folder + "/site") }
    return findings
  }

  /// RFC 9116: a contact that has expired is worse than none, so it is said 60 days before.
  private func securityFindings() -> [Diagnostic] {
    guard let expires = configuration.securityExpires else { return [] }
    let days = expires.daysSinceEpoch - Int(options.clock().seconds / 86_400)
    guard days < 60 else { return [] }
    return [
      Diagnostic(
        .warning, file: "commune.yaml", line: nil,
        fr: "security_expires : le contact de sécurité expire dans \(days) jours ; donnez une date d’ici un an",
        en: "security_expires: the security contact expires in \(days) days; give a date within a year")
    ]
  }

  /// Whether links and fragments of an emitted site lead somewhere.
  /// - Throws: ``CommuneError`` when the folder cannot be read.
  public static func checkSite(_ site: String) throws -> [Diagnostic] {
    guard Files.isFolder(site) else { throw Files.unreadable(site, ENOENT) }
    return try SiteLinks(root: site).check()
  }

  /// What `parvis doctor` tells about the installation.
  public func doctor() -> [DoctorLine] {
    var lines: [DoctorLine] = []
    func note(_ name: String, _ isFine: Bool, _ fr: String, _ en: String) {
      lines.append(DoctorLine(name: name, isFine: isFine, detail: ["fr": fr, "en": en]))
    }
    var space = statvfs()
    if statvfs(folder, &space) == 0 {
      let free = (UInt64(space.f_bavail) * UInt64(space.f_frsize)) >> 20
      note("disk", free > 200, "\(free) Mio libres", "\(free) MiB free")
    }
    let database = folder + "/data/parvis.sqlite"
    var status = stat()
    if stat(database, &status) == 0 {
      note(
        "database", status.st_mode & 0o077 == 0, "\(status.st_size >> 10) Kio, droits \(octal(status.st_mode))",
        "\(status.st_size >> 10) KiB, mode \(octal(status.st_mode))")
    }
    note(
      "time-zone", ZoneRules.load(configuration.timeZone) != nil, configuration.timeZone, configuration.timeZone)
    note(
      "modules", !host.registry.entries.isEmpty, host.registry.entries.map(\.manifest.id).joined(separator: ", "),
      host.registry.entries.map(\.manifest.id).joined(separator: ", "))
    for outage in outages {
      note("module-\(outage.id)", false, outage.refusal.message("fr"), outage.refusal.message("en"))
    }
    for entry in host.registry.entries {
      guard let state = entry.instance.process?.probe() else { continue }
      note("module-\(entry.manifest.id)", state.isFine, state.texts["fr"] ?? "", state.texts["en"] ?? "")
    }
    if let waiting = try? host.waitingCount() {
      note("moderation", true, "\(waiting) en attente de lecture", "\(waiting) waiting to be read")
    }
    let hasAccount = (try? people.isEmpty()) == false
    note(
      "accounts", hasAccount,
      hasAccount ? "au moins un compte" : "aucun compte : ouvrez le lien que donne parvis serve",
      hasAccount ? "at least one account" : "no account: open the link that parvis serve prints")
    let hasSite = Files.exists(folder + "/site/index.html")
    note(
      "site", hasSite, hasSite ? "émis" : "à émettre : parvis build",
      hasSite ? "emitted" : "to be emitted: parvis build")
    return lines
  }

  private func octal(_ mode: mode_t) -> String { String(mode & 0o777, radix: 8) }
}

/// One thing that `parvis doctor` looked at.
public struct DoctorLine: Sendable {
  /// What was looked at, as programs know it: `disk`, `database`, `time-zone`, `module-petition` for one that is not
  /// in service…
  public let name: String
  /// Whether it is as it should be.
  public let isFine: Bool
  /// What was seen, by language.
  public let detail: [String: String]

  /// What was looked at, as people call it.
  public func title(_ locale: String) -> String {
    if name.utf8.starts(with: "module-".utf8) { return "module " + name.dropFirst("module-".utf8.count) }
    guard locale == "fr" else { return name }
    let french = [
      "disk": "disque", "database": "base", "time-zone": "fuseau horaire", "modules": "modules",
      "moderation": "modération", "accounts": "comptes",
      "site": "site",
    ]
    return french[name] ?? name
  }
}
