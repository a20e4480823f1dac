import MatrixCodes
import OneTimeCodes
import ParticipationKit
import ParvisHost
import Sealing
import SiteGeneration

/// Fills the engines' ports with the adapters.
struct Wiring: Sendable {
  let configuration: CommuneConfiguration
  let zone: TimeZoneRules
  let shell: Shell
  let siteWords: Words
  private let moduleWords: [String: Words]

  let pages: SitePages

  /// Makes the wiring; reads `content/pages`.
  init(
    folder: String, configuration: CommuneConfiguration, registry: ModuleRegistry, zone: TimeZoneRules,
    reasons: [[String: String]], hostWords: HostWords, archived: [(path: String, titles: [String: String])] = []
  ) throws {
    self.configuration = configuration
    self.zone = zone
    siteWords = try SiteWords.load()
    let navigation = registry.entries.compactMap { entry -> NavigationItem? in
      let front = entry.manifest.frontPage
      guard !front.isEmpty, let path = registry.documentPath(Subject(entry.manifest.id, front, "index")) else {
        return nil
      }
      return NavigationItem(module: entry.manifest.id, titles: entry.manifest.names, path: path)
    }
    var moduleWords: [String: Words] = [:]
    for entry in registry.entries { moduleWords[entry.manifest.id] = entry.instance.site.words }
    self.moduleWords = moduleWords
    let content = ContentFiles(folder: folder).reader
    let register = (path: RegisterPageAddress.path, titles: RegisterPageAddress.titles(hostWords))
    let moderation = (
      path: "moderation/index",
      titles: ["fr": siteWords.text("page.moderation", "fr"), "en": siteWords.text("page.moderation", "en")]
    )
    pages = try SitePages(
      facts: configuration.facts, words: siteWords,
      sources: SitePages.Sources(
        navigation: navigation,
        slots: registry.entries.flatMap { entry in
          entry.instance.slots.filter { $0.slot == .home }.map { (module: entry.manifest.id, contribution: $0) }
        },
        modules: registry.entries.map(\.manifest),
        streams: registry.entries.flatMap { entry in
          entry.instance.streams.map { (module: entry.manifest.id, stream: $0) }
        },
        reasons: reasons, privacy: Wiring.privacy(configuration, registry, zone, siteWords, hostWords),
        content: try content.files(in: "pages"),
        ownPages: [moderation, register] + archived, rulesPage: moderation.path),
      markdown: MarkdownPort.render)
    shell = Shell(
      facts: configuration.facts, navigation: navigation, words: siteWords, accent: configuration.accent,
      serverAddress: configuration.server,
      footer: Wiring.footer(
        configuration, pages.footerLinks + [moderation, register].map { (titles: $0.titles, path: $0.path) }))
  }

  /// The sections of the page on personal data, with the form that asks for one's own.
  private static func privacy(
    _ configuration: CommuneConfiguration, _ registry: ModuleRegistry, _ zone: TimeZoneRules, _ siteWords: Words,
    _ hostWords: HostWords
  ) -> SitePages.PrivacySections {
    let forms = FormRenderer(words: siteWords)
    let statement = PrivacyStatement(
      registry: registry, settings: configuration.privacy, words: hostWords, zone: zone)
    return SitePages.PrivacySections(dependsOn: [PrivacyStatement.subject]) { context, locale in
      let path = SitePath("me/data")
      let form = forms.node(
        form: statement.askForm(locale), action: configuration.server.map { .action($0 + path.path) } ?? .action(path),
        id: "my-data", hidden: [("lang", locale)], locale: locale, showsTitle: false)
      return try statement.nodes(context, locale, form: form)
    }
  }

  private static func footer(
    _ configuration: CommuneConfiguration, _ links: [(titles: [String: String], path: String)]
  ) -> FooterContent {
    let hall = configuration.townHall
    let lines = hall.address + hall.hours + [hall.telephone, hall.email].filter { !$0.isEmpty }
    return FooterContent(townHall: [configuration.facts.languages[0]: lines], links: links)
  }

  /// The making of pages for the host.
  var rendering: RenderingPort {
    let forms = FormRenderer(words: siteWords, mostFileBytes: configuration.uploadMebibytes << 20)
    let discussions = DiscussionRenderer(words: siteWords, language: configuration.facts.languages.first ?? "")
    return RenderingPort(
      page: { page, path, locale in shell.page(page, at: served(path, locale)) },
      deskPage: { page, path, locale, menu, person in
        shell.deskPage(
          page, at: served(path, locale),
          menu: menu.map {
            DeskMenuItem(
              title: $0.title, path: $0.path, isCurrent: $0.isCurrent, badge: $0.badge, isSeldom: $0.isSeldom)
          }, person: person)
      },
      form: { form, state in
        forms.node(
          form: form, action: address(state), id: state.id, values: state.values, errors: state.errors,
          hidden: state.hidden.map { ($0.name, $0.value) }, locale: state.locale, showsTitle: state.showsTitle,
          isEnhanced: !state.isDesk)
      },
      view: view,
      discussion: { discussion, block, locale in
        discussions.node(discussion, block: block, locale: locale, zone: zone)
      },
      answer: { discussions.node($0, locale: $1, zone: zone) },
      markdown: MarkdownPort.render)
  }

  /// Where a form is sent: the desk's own origin; for the public the configured server, or the site's own origin.
  private func address(_ state: RenderingPort.FormState) -> HTMLAttribute {
    guard !state.isDesk, let server = configuration.server else { return .action(state.action) }
    return .action(server + state.action.path)
  }

  private func served(_ path: String, _ locale: String) -> Place {
    Place(path: path, locale: locale, module: "host", isIndexed: false)
  }

  private func words(_ module: String) -> Words { moduleWords[module] ?? siteWords }

  /// The view of a module in a language, with the host's pieces.
  func view(_ module: String, _ locale: String, _ pieces: View.Pieces) -> View {
    View(locale: locale, zone: zone, module: module, words: words(module), pieces: pieces)
  }

  /// Digests, passwords, randomness.
  static var sealing: SealingPort {
    SealingPort(
      sha256: { SHA256.hash($0) }, hmac: { key, message in hmacSHA256(message, key: key) },
      leafHash: { MerkleHash.leaf($0) }, treeRoot: { MerkleHash.root(ofLeaves: $0) },
      inclusionPath: { try MerkleProof.inclusion(of: $0, size: $1, $2) },
      publicKey: { try SigningKey(seed: $0).publicKey }, sign: { try SigningKey(seed: $0).sign($1) },
      random: { Wiring.random($0) },
      hashPassword: { try PasswordHash.hash($0) },
      verifyPassword: { password, hash in (try? PasswordHash.verify(password, against: hash)) ?? false })
  }

  /// One-time codes, QR codes, and what the commune asks of its staff.
  static func accounts(_ rules: StaffRules, folder: String) -> AccountPorts {
    let leaked = rules.leakedPasswordsPath(in: folder).map { LeakedPasswords(path: $0) }
    return AccountPorts(
      oneTimeCode: { OneTimePassword.code(secret: $0, counter: $1) },
      matrixCode: { text in MatrixCode(text).map { (size: $0.size, isDark: $0.isDark) } },
      isLeaked: { leaked?.holds($0) ?? false }, secondFactorRoles: rules.secondFactorRoles)
  }

  /// Unpredictable bytes in pieces that the library gives.
  private static func random(_ count: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    while bytes.count < count {
      // More than the library's limit is never asked at once, so it cannot refuse.
      bytes += (try? RandomSource.bytes(min(count - bytes.count, 65_536))) ?? []
    }
    return bytes
  }
}
