public import ParticipationKit

/// The ledgers of one transaction or snapshot, one a namespace: a module's id, `host` or `publication`.
public struct Ledgers {
  private let open: (String) -> Ledger
  /// The host's own tables, which nearly every piece of work asks for, most of them often.
  let host: Ledger

  /// Makes the ledgers from a closure that opens one by its namespace.
  public init(_ open: @escaping (String) -> Ledger) {
    self.open = open
    host = open("host")
  }

  /// The ledger of a namespace.
  public func callAsFunction(_ namespace: String) -> Ledger { open(namespace) }
}

/// The store, as the host uses it.
public struct StorePort: Sendable {
  /// Runs a closure on one snapshot.
  public let read: @Sendable (_ body: (Ledgers) throws -> Void) throws -> Void
  /// Puts work into the writer's queue: it runs in a savepoint of a group commit, and `done` is called
  /// after the commit is on disk, with the error when the work or the commit failed. `done` runs on the
  /// thread of all such answers and returns fast.
  public let submit:
    @Sendable (
      _ work: @escaping @Sendable (Ledgers) throws -> Void, _ done: @escaping @Sendable ((any Error)?) -> Void
    ) -> Void
  /// Runs work as `submit` does and waits for the commit.
  public let performVoid: @Sendable (_ work: @escaping @Sendable (Ledgers) throws -> Void) throws -> Void

  /// Makes the port.
  public init(
    read: @escaping @Sendable (_ body: (Ledgers) throws -> Void) throws -> Void,
    submit:
      @escaping @Sendable (
        _ work: @escaping @Sendable (Ledgers) throws -> Void, _ done: @escaping @Sendable ((any Error)?) -> Void
      ) -> Void,
    perform: @escaping @Sendable (_ work: @escaping @Sendable (Ledgers) throws -> Void) throws -> Void
  ) {
    self.read = read
    self.submit = submit
    performVoid = perform
  }
}

/// Digests, passwords and randomness, as the host uses them.
public struct SealingPort: Sendable {
  /// SHA-256.
  public let sha256: @Sendable ([UInt8]) -> [UInt8]
  /// HMAC-SHA-256: key, then message.
  public let hmac: @Sendable (_ key: [UInt8], _ message: [UInt8]) -> [UInt8]
  /// RFC 6962 §2.1: SHA-256 of a zero byte and the leaf.
  public let leafHash: @Sendable ([UInt8]) -> [UInt8]
  /// RFC 6962 §2.1: the root over hashes of leaves or of equal subtrees, oldest first; the last may be a smaller one.
  public let treeRoot: @Sendable ([[UInt8]]) -> [UInt8]
  /// RFC 9162 §2.1.3.1: the path from a leaf to the root of a size; the closure gives complete subtrees of 2^level
  /// leaves.
  public let inclusionPath:
    @Sendable (_ index: Int, _ size: Int, _ subtree: (_ level: Int, _ index: Int) throws -> [UInt8]) throws -> [[UInt8]]
  /// The public key of an Ed25519 seed (RFC 8032), 32 bytes both.
  public let publicKey: @Sendable (_ seed: [UInt8]) throws -> [UInt8]
  /// The Ed25519 signature of a message, 64 bytes: seed, then message.
  public let sign: @Sendable (_ seed: [UInt8], _ message: [UInt8]) throws -> [UInt8]
  /// Unpredictable bytes.
  public let random: @Sendable (Int) -> [UInt8]
  /// An argon2id hash of a password, with its parameters.
  public let hashPassword: @Sendable (String) throws -> String
  /// Whether a password has that hash.
  public let verifyPassword: @Sendable (_ password: String, _ hash: String) -> Bool

  /// Makes the port.
  public init(
    sha256: @escaping @Sendable ([UInt8]) -> [UInt8],
    hmac: @escaping @Sendable (_ key: [UInt8], _ message: [UInt8]) -> [UInt8],
    leafHash: @escaping @Sendable ([UInt8]) -> [UInt8], treeRoot: @escaping @Sendable ([[UInt8]]) -> [UInt8],
    inclusionPath:
      @escaping @Sendable (_ index: Int, _ size: Int, _ subtree: (Int, Int) throws -> [UInt8]) throws -> [[UInt8]],
    publicKey: @escaping @Sendable ([UInt8]) throws -> [UInt8],
    sign: @escaping @Sendable (_ seed: [UInt8], _ message: [UInt8]) throws -> [UInt8],
    random: @escaping @Sendable (Int) -> [UInt8],
    hashPassword: @escaping @Sendable (String) throws -> String,
    verifyPassword: @escaping @Sendable (_ password: String, _ hash: String) -> Bool
  ) {
    self.sha256 = sha256
    self.hmac = hmac
    self.leafHash = leafHash
    self.treeRoot = treeRoot
    self.inclusionPath = inclusionPath
    self.publicKey = publicKey
    self.sign = sign
    self.random = random
    self.hashPassword = hashPassword
    self.verifyPassword = verifyPassword
  }
}

/// The making of pages, as the host uses it.
public struct RenderingPort: Sendable {
  /// An entry of the desk's menu.
  public struct MenuItem: Sendable {
    /// The title.
    public let title: String
    /// The address.
    public let path: SitePath
    /// Whether it is the current screen.
    public let isCurrent: Bool
    /// How many things wait there; nil for none.
    public let badge: Int?
    /// Whether it belongs to administration: what few need, and seldom.
    public let isSeldom: Bool
  }

  /// What a form is written with.
  public struct FormState: Sendable {
    /// The address the form is sent to.
    public let action: SitePath
    /// The id and anchor of the form.
    public let id: String
    /// What the fields show, by name.
    public let values: [String: [String]]
    /// What to correct.
    public let errors: [Problem.FieldError]
    /// Values carried along.
    public let hidden: [(name: String, value: String)]
    /// The language.
    public let locale: String
    /// Whether the form's title is written.
    public let showsTitle: Bool
    /// Whether the form is for the desk: no script, no honeypot, posts to the desk's own origin.
    public let isDesk: Bool
  }

  /// A page for the public: the page, its path below the root and the language.
  public let page: @Sendable (_ page: Page, _ path: String, _ locale: String) -> [UInt8]
  /// A page of the desk.
  public let deskPage:
    @Sendable (_ page: Page, _ path: String, _ locale: String, [MenuItem], _ person: String) -> [UInt8]
  /// A form.
  public let form: @Sendable (Form, FormState) -> HTMLNode
  /// The view of a module in a language, for pages of the desk when `actions` names where forms go.
  public let view: @Sendable (_ module: String, _ locale: String, _ pieces: View.Pieces) -> View
  /// A discussion as nodes.
  public let discussion: @Sendable (Discussion, String?, _ locale: String) -> HTMLNode
  /// An official answer as nodes.
  public let answer: @Sendable (OfficialAnswer, _ locale: String) -> HTMLNode
  /// Markdown by a policy.
  public let markdown: @Sendable (String, MarkdownPolicy) throws -> MarkdownText

  /// Makes the port.
  public init(
    page: @escaping @Sendable (_ page: Page, _ path: String, _ locale: String) -> [UInt8],
    deskPage: @escaping @Sendable (Page, _ path: String, _ locale: String, [MenuItem], _ person: String) -> [UInt8],
    form: @escaping @Sendable (Form, FormState) -> HTMLNode,
    view: @escaping @Sendable (_ module: String, _ locale: String, _ pieces: View.Pieces) -> View,
    discussion: @escaping @Sendable (Discussion, String?, _ locale: String) -> HTMLNode,
    answer: @escaping @Sendable (OfficialAnswer, _ locale: String) -> HTMLNode,
    markdown: @escaping @Sendable (String, MarkdownPolicy) throws -> MarkdownText
  ) {
    self.page = page
    self.deskPage = deskPage
    self.form = form
    self.view = view
    self.discussion = discussion
    self.answer = answer
    self.markdown = markdown
  }
}

/// Everything outside that the host needs, as closures: the engine knows no database, no network and no
/// clock.
public struct HostPorts: Sendable {
  /// The store.
  public let store: StorePort
  /// Digests, passwords, randomness.
  public let sealing: SealingPort
  /// Pages.
  public let rendering: RenderingPort
  /// One-time codes, QR codes, what is asked of staff.
  public let accounts: AccountPorts
  /// The store of files.
  public let files: FilePort
  /// The time.
  public let now: @Sendable () -> Timestamp
  /// Marks the documents of subjects to be written again, inside the transaction.
  public let enqueue: @Sendable ([Subject], Ledgers) throws -> Void
  /// Marks everything to be written again, inside the transaction.
  public let enqueueAll: @Sendable (Ledgers) throws -> Void
  /// Marks the bulk dumps in which something of some records may stand, which acts do not, inside the transaction: they
  /// hold what is no longer public.
  public let enqueueDumps: @Sendable ([Subject], Ledgers) throws -> Void
  /// Something was put into the outbox within a transaction that is not committed yet.
  public let expectDelivery: @Sendable () -> Void
  /// Runs slow work, as password hashing, off the request's thread; false when too much waits, and it is not done.
  public let background: @Sendable (@escaping @Sendable () -> Void) -> Bool
  /// What the conformance kit says of each module; asked when the desk shows it.
  public let moduleGrades: @Sendable () -> [ModuleGrade]
  /// The modules that `commune.yaml` asks for and that are not in service, for staff.
  public let moduleOutages: @Sendable () -> [ModuleOutageNote]
  /// Writes a line to the log. Never given words, addresses or tokens of people.
  public let log: @Sendable (String) -> Void

  /// Makes the ports.
  public init(
    store: StorePort, sealing: SealingPort, rendering: RenderingPort, accounts: AccountPorts,
    now: @escaping @Sendable () -> Timestamp,
    enqueue: @escaping @Sendable ([Subject], Ledgers) throws -> Void,
    enqueueAll: @escaping @Sendable (Ledgers) throws -> Void = { _ in },
    enqueueDumps: @escaping @Sendable ([Subject], Ledgers) throws -> Void = { _, _ in },
    background: @escaping @Sendable (@escaping @Sendable () -> Void) -> Bool,
    log: @escaping @Sendable (String) -> Void, expectDelivery: @escaping @Sendable () -> Void = {},
    moduleGrades: @escaping @Sendable () -> [ModuleGrade] = { [] },
    moduleOutages: @escaping @Sendable () -> [ModuleOutageNote] = { [] },
    files: FilePort = .none
  ) {
    self.store = store
    self.sealing = sealing
    self.rendering = rendering
    self.accounts = accounts
    self.now = now
    self.enqueue = enqueue
    self.enqueueAll = enqueueAll
    self.enqueueDumps = enqueueDumps
    self.background = background
    self.expectDelivery = expectDelivery
    self.moduleGrades = moduleGrades
    self.moduleOutages = moduleOutages
    self.log = log
    self.files = files
  }
}
