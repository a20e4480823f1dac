public import ParticipationKit

/// The host of one commune: the registered modules and the services that all of them share.
///
/// A value without globals: two hosts of two communes live in one process.
public final class Host: Sendable {
  /// What everybody may know about the commune.
  public let facts: CommuneFacts
  /// The commune's time zone.
  public let zone: TimeZoneRules
  /// The modules.
  public let registry: ModuleRegistry
  /// Everything outside.
  public let ports: HostPorts
  /// The host's words.
  public let words: HostWords
  /// The base address of the server with its final slash, when the site lives elsewhere; nil for the same origin.
  public let serverAddress: String?
  /// How long the host keeps what.
  public let privacySettings: PrivacySettings
  /// Limits of public acts.
  public let limiter = RateLimiter()
  /// The modules that are no longer in service, with what they published.
  public let archive: ModuleArchive
  /// What leaves the commune by itself.
  public let outgoing: OutgoingSettings
  let shownOnce = ShownOnce()
  let quotaMemory = QuotaMemory()
  let refusedPages = RefusedPages()
  let formTemplates = FormTemplates()
  let fieldNames = FieldNames()
  /// The key by which repeated secret acts are recognised. It lives as long as the program: a restart forgets them.
  let repeatKey: [UInt8]
  let secrets: Secrets
  let register: Register
  /// The roles of staff, as the commune defines them.
  public let roles: RoleBook
  let levels: LevelBook
  /// The charter: the reasons for which words are not published.
  public let charter: Charter
  /// How the commune moderates unless the desk decided otherwise.
  public let moderationSettings: ModerationSettings
  let sketchKey: [UInt8]
  let registerKey: RegisterKey

  /// Makes a host.
  /// - Parameters:
  ///   - facts: The commune.
  ///   - zone: Its time zone.
  ///   - registry: Its modules.
  ///   - words: The host's own words; read once, since whoever opens a commune needs them too.
  ///   - ports: Everything outside.
  ///   - serverAddress: The address of the server when the site lives elsewhere; nil for the same origin.
  ///   - charter: The reasons of the charter; the usual ones when nil.
  ///   - moderation: How the commune moderates unless the desk decided otherwise.
  /// - Throws: The store's error when the commune's key cannot be read or made.
  public init(
    facts: CommuneFacts, zone: TimeZoneRules, registry: ModuleRegistry, words: HostWords, ports: HostPorts,
    serverAddress: String?,
    charter: Charter? = nil, moderation: ModerationSettings = ModerationSettings(),
    outgoing: OutgoingSettings = .none, privacy: PrivacySettings = PrivacySettings(), archive: ModuleArchive = .none
  ) throws {
    self.facts = facts
    self.zone = zone
    self.registry = registry
    self.ports = ports
    self.serverAddress = serverAddress
    privacySettings = privacy
    self.outgoing = outgoing
    self.archive = archive
    self.words = words
    secrets = try Secrets(store: ports.store, sealing: ports.sealing)
    repeatKey = ports.sealing.random(32)
    register = Register(sealing: ports.sealing, enqueue: ports.enqueue)
    roles = try RoleBook(registry: registry, store: ports.store)
    levels = try LevelBook(store: ports.store)
    self.charter = charter ?? .standard(words)
    moderationSettings = moderation
    sketchKey = secrets.derive("sketch", [])
    registerKey = try RegisterKey(store: ports.store, sealing: ports.sealing, address: facts.address)
  }

  /// A keyed digest for a module, with a key that never leaves the commune.
  public func seal(module: String, _ bytes: [UInt8]) -> [UInt8] {
    secrets.derive("module", Array(module.utf8) + [0] + bytes)
  }

  var comments: Comments { Comments(host: self) }
  var answers: Answers { Answers(host: self) }
  var moderation: ModerationQueue { ModerationQueue(host: self) }
  var seals: Seals { Seals(host: self) }
  var treeHeads: TreeHeads { TreeHeads(host: self) }
  var people: People { People(host: self) }
  var participants: Participants { Participants(host: self) }
  var letters: LetterCodes { LetterCodes(host: self) }
  var runner: ActRunner { ActRunner(host: self) }

  /// The namespace of a module's tables; the host's own actions use `host`.
  func namespace(_ module: String) -> String {
    [Comments.id, Answers.id, Flags.id, "host"].contains(module) || archive.holds(module) ? "host" : module
  }

  /// An action of a module or of the host itself.
  func action(_ module: String, _ name: String) -> HostedAction? {
    switch module {
    case Comments.id: name == comments.action.name ? comments.action : nil
    case Answers.id: name == answers.action.name ? answers.action : nil
    case Flags.id: [Flags(host: self).action, Appeals(host: self).action].first { $0.name == name }
    default:
      registry.action(module, name).map {
        HostedAction($0, module: module, host: self, isWithdrawable: registry.withdrawal(of: name, module) != nil)
      }
    }
  }

  /// What an action is called in a language.
  public func actionTitle(_ module: String, _ name: String, _ locale: String) -> String {
    guard let titles = action(module, name)?.titles else { return "\(module)/\(name)" }
    return titles[locale] ?? titles["fr"] ?? name
  }

  /// Runs an act; the closure is called once, after the commit or with the reason why there is none.
  public func perform(_ request: ActRequest, done: @escaping @Sendable (Result<ActResult, any Error>) -> Void) {
    runner.run(request, done: done)
  }

  /// Checks that an actor may do what an audience is asked for.
  /// - Throws: ``Problem`` 403.
  func authorise(_ audience: Audience, _ actor: Actor, locale: String) throws {
    guard !audience.isPublic else { return }
    guard actor.personID != nil || actor.channel == "import", roles.may(actor.role, audience.permission) else {
      throw Problem.forbidden(words.text("error.permission", locale))
    }
  }

  /// What an effect may use, within a transaction.
  func actionContext(
    module: String, key: String, actor: Actor, locale: String, now: Timestamp,
    participant: Participant = .anyone, participantID: Int? = nil, isSecret: Bool = false, isSuspect: Bool = false,
    unquote: ((Subject) throws -> Void)? = nil, in ledgers: Ledgers
  ) -> ActionContext {
    let owner = namespace(module)
    return ActionContext(
      ledger: ledgers(owner), key: key, actor: actor, locale: locale, now: now, participant: participant,
      random: ports.sealing.random,
      submit: { request in
        try self.moderation.submit(
          module: owner, request, participant: participantID, isImport: actor.channel == "import",
          isSuspect: isSuspect, locale: locale, now: self.moment(now, isSecret: isSecret).stored, in: ledgers)
      }, notices: notices(module: owner, locale: locale, now: now, in: ledgers),
      unquote: unquote ?? { try self.comments.requote($0, with: [], at: now, in: ledgers) })
  }

  /// What documents of a module are made from.
  public func renderContext(
    _ module: String, _ ledgers: Ledgers, now: Timestamp, reach: Reach = .everything,
    answer: ((Subject) throws -> OfficialAnswer?)? = nil
  ) -> RenderContext {
    // Asked once a context, which sees one instant: in most communes nothing was ever erased.
    var hasErasures: Bool?
    var context = RenderContext(
      ledger: ledgers(namespace(module)), now: now,
      discussion: { try self.comments.discussion(on: $0, in: ledgers) },
      answer: answer ?? { try self.answers.answer(to: $0, in: ledgers) },
      proof: { try self.seals.proof(of: $0, in: ledgers) },
      erased: { subject in
        let mayBeErased = try hasErasures ?? self.erasures.hasAny(in: ledgers)
        hasErasures = mayBeErased
        return mayBeErased ? try self.erasures.date(of: subject, in: ledgers) : nil
      },
      language: { try self.moderation.language(of: $0, in: ledgers) }, reach: reach)
    context.readingOf = { try self.files.known($0, module, in: ledgers) ?? .none }
    return context
  }

  /// Checks that Markdown can be shown: what a page cannot render must not be stored.
  /// - Throws: ``Problem`` 422 for a field when the text is longer or deeper than the policy allows.
  func checkMarkdown(_ text: String, _ policy: MarkdownPolicy, field: String, locale: String) throws {
    do {
      _ = try ports.rendering.markdown(text, policy)
    } catch let refusal as MarkdownRefusal {
      let key = refusal.limit == "nesting" ? "error.tooDeep" : "error.tooLong"
      throw Problem.invalid(
        field, words.text(key, locale, ["found": String(refusal.found), "allowed": String(refusal.allowed)]))
    }
  }

  /// How many contributions wait to be read.
  /// - Throws: The store's error.
  public func waitingCount() throws -> Int { try ports.store.reading { try moderation.waiting(in: $0) } }

  /// Compares secrets without telling by time where they differ.
  func constantTimeEqual(_ a: String, _ b: String) -> Bool {
    let left = Array(a.utf8)
    let right = Array(b.utf8)
    guard left.count == right.count else { return false }
    var difference: UInt8 = 0
    for index in left.indices { difference |= left[index] ^ right[index] }
    return difference == 0
  }
}
