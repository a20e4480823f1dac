internal import ParticipationKit

/// A query of a module, as `declaration.json` says it: the host runs it in the module's own tables, and the process
/// gets its rows.
struct DeclaredQuery: Sendable {
  let sql: String
  /// What is bound to `?1`, `?2` …: names of ``CallArguments``.
  let arguments: [String]

  init(_ declared: DeclaredValue) throws(DeclarationError) {
    try declared.only("sql", "with")
    sql = try declared.text("sql")
    arguments = try declared.strings("with")
    for name in arguments where !CallArguments.isKnown(name) {
      throw declared.wrong("with", CallArguments.list, CallArguments.list)
    }
  }

  /// Whether it gives its rows in portions.
  var isPaged: Bool { arguments.contains("after") && arguments.contains("limit") }
}

/// A statement that the host runs by itself, with what it binds.
struct DeclaredRun: Sendable {
  let statement: String
  let arguments: [String]
}

/// What a module in a process of its own declares: everything but its logic. Read from `declaration.json`, so that
/// nothing of the module runs before it is needed, and so that forms, addresses and tables are there when it is not.
struct Declaration: Sendable {
  let frontPage: String
  let roles: [String: [String]]
  let memory: Int?
  let migrations: [Migration]
  let settings: [SettingField]
  let queries: [String: DeclaredQuery]
  /// The SQL of statements by name. The process names them; it never sends SQL.
  let statements: [String: String]
  let actions: [DeclaredAction]
  let documents: [DeclaredDocuments]
  let streams: [DeclaredStream]
  let moderated: [DeclaredModeration]
  let commentable: [DeclaredTarget]
  let followable: [DeclaredTarget]
  let screens: [DeclaredScreen]
  let slots: [DeclaredSlot]
  let jobs: [DeclaredJob]
  let personalData: DeclaredPersonalData?

  /// Reads the file.
  /// - Throws: ``DeclarationError`` for the first thing that is wrong.
  init(_ bytes: [UInt8]) throws(DeclarationError) {
    let value: JSONValue
    do {
      value = try JSONValue.parse(bytes)
    } catch {
      throw DeclarationError(DeclaredValue.file, "", fr: "du JSON valide (\(error))", en: "valid JSON (\(error))")
    }
    let root = DeclaredValue(value: value, place: "")
    try root.only(
      "protocol", "frontPage", "roles", "memoryMiB", "migrations", "settings", "queries", "statements", "actions",
      "documents", "streams", "moderated", "commentable", "followable", "screens", "slots", "jobs", "personalData")
    guard root.value["protocol"]?.asInteger == Greeting.version else {
      throw root.wrong(
        "protocol",
        "\(Greeting.version), la version que ce Parvis parle ; installez une version du module faite pour lui",
        "\(Greeting.version), the version that this Parvis speaks; install a version of the module made for it")
    }
    frontPage = try root.optionalText("frontPage") ?? ""
    var roles: [String: [String]] = [:]
    for name in try root.members("roles").map(\.name) {
      roles[name] = try DeclaredValue(value: root.value["roles"] ?? .null, place: "roles").strings(name)
    }
    self.roles = roles
    let most = ChildLimits.mostMemory >> 20
    memory = root.has("memoryMiB") ? try root.int("memoryMiB", 16...most) << 20 : nil
    migrations = try Declaration.migrations(root)
    settings = try root.each("settings", Declaration.setting)
    var queries: [String: DeclaredQuery] = [:]
    for member in try root.members("queries") { queries[member.name] = try DeclaredQuery(member.value) }
    self.queries = queries
    var statements: [String: String] = [:]
    for member in try root.members("statements") {
      guard let sql = member.value.value.asString else { throw member.value.wrong("", "du SQL", "SQL") }
      statements[member.name] = sql
    }
    self.statements = statements
    actions = try root.each("actions", DeclaredAction.init)
    documents = try root.each("documents", DeclaredDocuments.init)
    streams = try root.each("streams", DeclaredStream.init)
    moderated = try root.each("moderated", DeclaredModeration.init)
    commentable = try root.each("commentable", DeclaredTarget.init)
    followable = try root.each("followable", DeclaredTarget.init)
    screens = try root.each("screens", DeclaredScreen.init)
    slots = try root.each("slots", DeclaredSlot.init)
    jobs = try root.each("jobs", DeclaredJob.init)
    personalData =
      root.has("personalData")
      ? try DeclaredPersonalData(DeclaredValue(value: root.value["personalData"] ?? .null, place: "personalData"))
      : nil
    try checkNames(root)
  }

  private static func migrations(_ root: DeclaredValue) throws(DeclarationError) -> [Migration] {
    var found: [Migration] = []
    for step in try root.list("migrations") {
      try step.only("name", "statements")
      found.append(Migration(found.count + 1, try step.text("name"), try step.strings("statements")))
    }
    return found
  }

  private static func setting(_ declared: DeclaredValue) throws(DeclarationError) -> SettingField {
    try declared.only("name", "kind", "default", "range", "choices", "help")
    let kinds: [String: SettingField.Kind] = ["text": .text, "int": .int, "bool": .bool]
    guard let kind = kinds[try declared.text("kind")], let value = declared.value["default"] else {
      throw declared.wrong("kind", "text, int ou bool, et « default »", "text, int or bool, and “default”")
    }
    let bounds = (declared.value["range"]?.asArray ?? []).compactMap(\.asInteger)
    var range: ClosedRange<Int>?
    if declared.has("range") {
      guard bounds.count == 2, bounds[0] <= bounds[1] else {
        throw declared.wrong("range", "deux nombres, le plus petit d’abord", "two numbers, the smaller one first")
      }
      range = bounds[0]...bounds[1]
    }
    guard let start = SQLValue(wire: value) else { throw declared.wrong("default", "une valeur", "a value") }
    return SettingField(
      try declared.text("name"), kind, default: start, range: range, choices: try declared.strings("choices"),
      help: try declared.texts("help"))
  }

  /// Every name of a query or a statement that is used must be declared.
  private func checkNames(_ root: DeclaredValue) throws(DeclarationError) {
    func known(_ place: String, _ names: [String], _ table: Set<String>, _ what: String) throws(DeclarationError) {
      for name in names where !table.contains(name) {
        let list = table.sorted().joined(separator: ", ")
        throw root.wrong(
          place, "un nom de « \(what) » (\(list)), pas « \(name) »", "a name of “\(what)” (\(list)), not “\(name)”")
      }
    }
    let (read, run) = (Set(queries.keys), Set(statements.keys))
    for part in actions { try known("actions.\(part.name)", part.queries, read, "queries") }
    for part in documents {
      try known("documents.\(part.kind)", part.queries + (part.keys.map { [$0] } ?? []), read, "queries")
    }
    for part in streams {
      try known("streams.\(part.name)", part.queries + (part.changesAt.map { [$0] } ?? []), read, "queries")
    }
    for part in moderated {
      let reads = part.queries + part.decisionQueries + part.texts.map(\.read) + (part.words.map { [$0] } ?? [])
      try known("moderated.\(part.kind)", reads, read, "queries")
      try known("moderated.\(part.kind)", part.texts.map(\.write.statement), run, "statements")
    }
    for part in commentable + followable { try known("target of \(part.kind)", [part.target], read, "queries") }
    for part in screens { try known("screens.\(part.name)", part.queries, read, "queries") }
    for part in slots { try known("slots.\(part.slot.name)", part.queries, read, "queries") }
    for part in jobs { try known("jobs.\(part.name)", part.queries + [part.times], read, "queries") }
    guard let data = personalData else { return }
    try known("personalData", data.export + (data.records.map { [$0] } ?? []), read, "queries")
    try known("personalData", data.erase.flatMap { $0.runs.map(\.statement) }, run, "statements")
    try known("personalData", data.clocks.map(\.run.statement), run, "statements")
    try known("personalData", data.clocks.compactMap(\.changed), read, "queries")
  }
}
