import Glibc
import ParticipationKit
import ParvisHost
import ParvisCommune

// Whether a module can be made and opened, and stays in its own names.
extension Conformance {
  static let startRules: [ConformanceRule] = [
    ConformanceRule(
      "start", .bronze,
      fr: Words3(
        "Une commune s’ouvre avec le module, et son site s’écrit en entier",
        why: "Un module qui empêche le démarrage prive la commune de tout le reste.",
        fix: "Corrigez ce que dit le constat ; sans contenu ni réglage, le module doit démarrer aussi."),
      en: Words3(
        "A commune opens with the module, and its whole site is written",
        why: "A module that stops the start takes everything else from the commune.",
        fix: "Correct what the finding says; without content or settings the module must start, too."),
      check: start),
    ConformanceRule(
      "names", .bronze,
      fr: Words3(
        "Adresses, actions, écrans et genres portent des noms du module",
        why: "Deux modules d’une même commune ne doivent jamais se gêner.",
        fix:
          "Commencez les chemins par l’id du module ; minuscules, chiffres et - ; permissions déclarées."),
      en: Words3(
        "Addresses, actions, screens and kinds have names of the module’s own",
        why: "Two modules of one commune must never be in each other’s way.",
        fix: "Begin paths with the module’s id; lower-case letters, digits and - in names; permissions declared."),
      check: names),
    ConformanceRule(
      "traits", .bronze,
      fr: Words3(
        "Le module sait faire ce que ses traits annoncent",
        why: "Les traits choisissent ce que l’hôte offre et vérifie.",
        fix: "Ajoutez la capacité (CommentProviding, FollowProviding, un point, …) ou retirez le trait."),
      en: Words3(
        "The module can do what its traits announce", why: "Traits choose what the host offers and checks.",
        fix: "Add the capability (CommentProviding, FollowProviding, a point, …) or drop the trait."),
      applies: { !$0.manifest.traits.isEmpty }, check: traits),
    ConformanceRule(
      "pure-init", .bronze,
      fr: Words3(
        "Faire le module ne laisse ni fichier ouvert, ni fil, ni variable d’environnement",
        why: "L’hôte fait et jette des modules quand il veut ; ce qui reste s’accumule.",
        fix: "N’ouvrez rien dans init : lisez content/ par Site, gardez le reste dans les tables."),
      en: Words3(
        "Making the module leaves no open file, no thread, no variable of the environment",
        why: "The host makes and drops modules as it likes; what stays adds up.",
        fix: "Open nothing in init: read content/ through Site, keep the rest in the tables."),
      check: pureInit),
    ConformanceRule(
      "empty", .gold,
      fr: Words3(
        "Sans aucune donnée, la page d’accueil du module existe et dit qu’il n’y a rien",
        why: "Le premier jour, chaque commune est vide.",
        fix: "Faites que load rende un document aussi quand il n’y a encore rien à montrer."),
      en: Words3(
        "Without any data the module’s front page exists and says that there is nothing",
        why: "On the first day every commune is empty.",
        fix: "Let load give a document when there is nothing to show yet, too."),
      applies: { !$0.manifest.frontPage.isEmpty }, check: empty),
  ]

  /// How long opening and the first build may take, in milliseconds; generous, since tests run beside each other.
  private static let mostMilliseconds: Int64 = 20_000

  private static func start(_ examination: Examination) throws -> Verdict {
    var verdict = Verdict()
    let begin = CommuneOptions.systemClock().milliseconds
    let commune = try examination.commune(hasExample: false)
    for failure in try commune.build() { verdict.add(failure.subject, "without data: \(failure.reason)") }
    let took = CommuneOptions.systemClock().milliseconds - begin
    if took > mostMilliseconds { verdict.add("start", "opening and building an empty commune took \(took) ms") }
    let visit = try examination.visit()
    for failure in visit.failures { verdict.add(failure.subject, "with the example: \(failure.reason)") }
    let front = examination.manifest.frontPage
    if !front.isEmpty, !visit.instance.documents.contains(where: { $0.kind == front }) {
      verdict.add("Manifest.frontPage", "there is no family of documents of the kind “\(front)”")
    }
    verdict.evidence = "\(visit.files.count) files"
    return verdict
  }

  private static func names(_ examination: Examination) throws -> Verdict {
    let instance = try examination.instance()
    let id = examination.id
    var verdict = Verdict()
    let named: [(String, [String])] = [
      ("action", instance.actions.map(\.name)), ("screen", instance.deskScreens.map(\.name)),
      ("document kind", instance.documents.map(\.kind)), ("stream", instance.streams.map(\.name)),
      ("import", instance.importers.map(\.kind)), ("export", instance.exporters.map(\.kind)),
      ("moderated kind", instance.moderatedKinds.map(\.kind)), ("clock job", instance.clockJobs.map(\.name)),
    ]
    for (what, names) in named {
      for name in names where !isPlain(name) {
        verdict.add("\(what) \(name)", "expected lower-case letters, digits and -")
      }
    }
    for family in instance.documents {
      let path = family.path("index")
      if !path.hasPrefix(id + "/") { verdict.add("documents \(family.kind)", "the path \(path) is not below \(id)/") }
    }
    let declared = Set(examination.manifest.permissions.map(\.name))
    let asked =
      instance.actions.map { ("action \($0.name)", $0.audience.permission) }
      + instance.deskScreens.map { ("screen \($0.name)", $0.permission) }
    for (place, permission) in asked where !permission.isEmpty && !declared.contains(permission) {
      verdict.add(place, "asks for “\(permission)”, which the manifest does not declare")
    }
    verdict.evidence = "\(named.reduce(0) { $0 + $1.1.count }) names"
    return verdict
  }

  private static func traits(_ examination: Examination) throws -> Verdict {
    let visit = try examination.visit()
    let instance = visit.instance
    var verdict = Verdict(evidence: examination.manifest.traits.joined(separator: ", "))
    func backed(_ trait: String, _ holds: Bool, _ by: String) {
      if examination.manifest.traits.contains(trait), !holds {
        verdict.add("trait \(trait)", "nothing of it: expected \(by)")
      }
    }
    backed("commentable", !instance.commentableKinds.isEmpty, "CommentProviding with a kind")
    backed("followable", !instance.followableKinds.isEmpty, "FollowProviding with a kind")
    backed("reportable", !instance.moderatedKinds.isEmpty, "ModerationProviding with a kind")
    backed("geolocated", instance.streams.contains { $0.format == .geoJSON }, "a GeoJSON stream")
    return verdict
  }

  private static func empty(_ examination: Examination) throws -> Verdict {
    var verdict = Verdict()
    let commune = try examination.commune(hasExample: false)
    _ = try commune.build()
    let instance = commune.opened.host.registry.entry(examination.id)?.instance
    guard let family = instance?.documents.first(where: { $0.kind == examination.manifest.frontPage }) else {
      return verdict
    }
    let path = family.path("index") + ".html"
    guard let page = commune.file(path) else {
      verdict.add(path, "is not there in an empty commune")
      return verdict
    }
    let words = MarkupScan.pieces(Array(page.utf8)).reduce(into: 0) { count, piece in
      if case .text(let text) = piece { count += ByteText.trimmed(text).utf8.count }
    }
    verdict.evidence = "\(path), \(words) bytes of text"
    return verdict
  }

  /// How often the module is made to see whether something stays.
  private static let makings = 40

  private static func pureInit(_ examination: Examination) throws -> Verdict {
    var verdict = Verdict(evidence: "made \(3 * makings) times")
    let visit = try examination.visit()
    let site = visit.instance.site
    var values: [String: SQLValue] = [:]
    for field in examination.descriptor.settings { values[field.name] = field.defaultValue }
    let settings = Settings(values)
    let folder = currentFolder()
    // Other tests of this process open and close things, too: only what grows with most makings, each time, counts.
    let counters = [("open file", openFiles), ("thread", threads), ("variable of the environment", variables)]
    var leaks: [String: Int] = [:]
    for _ in 0..<3 {
      let before = counters.map { $0.1() }
      for _ in 0..<makings { _ = try examination.descriptor.make(settings, site) }
      for (counter, count) in zip(counters, before) where counter.1() >= count + makings / 2 {
        leaks[counter.0, default: 0] += 1
      }
    }
    for (what, rounds) in leaks.sorted(by: { $0.key < $1.key }) where rounds == 3 {
      verdict.add("init", "each making leaves: \(what)")
    }
    if currentFolder() != folder { verdict.add("init", "changes the current folder") }
    return verdict
  }

  private static let openFiles: @Sendable () -> Int = { count(in: "/proc/self/fd") }
  private static let threads: @Sendable () -> Int = { count(in: "/proc/self/task") }
  private static let variables: @Sendable () -> Int = {
    var count = 0
    while environ[count] != nil { count += 1 }
    return count
  }

  private static func count(in folder: String) -> Int {
    guard let directory = opendir(folder) else { return 0 }
    defer { closedir(directory) }
    var count = 0
    while readdir(directory) != nil { count += 1 }
    return count
  }

  private static func currentFolder() -> String {
    guard let path = getcwd(nil, 0) else { return "" }
    defer { free(path) }
    return String(cString: path)
  }
}
