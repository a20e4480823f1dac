import ParticipationKit
import ParvisCommune
import SQLiteStorage

// What a module keeps, and what it is set to.
extension Conformance {
  static let storeRules: [ConformanceRule] = [
    ConformanceRule(
      "migrations", .bronze,
      fr: Words3(
        "Chaque version de la base passe à la suivante, avec ses données, même interrompue",
        why: "Les communes ne partent pas d’une base vide.",
        fix: "Écrivez l’étape pour des tables pleines : valeurs par défaut, doublons réglés avant un index UNIQUE."),
      en: Words3(
        "Each version of the database becomes the next one, with its data, even when interrupted",
        why: "Communes do not start from an empty database.",
        fix: "Write the step for full tables: defaults, duplicates settled before a UNIQUE index."),
      applies: { !$0.descriptor.migrations.isEmpty }, check: migrations),
    ConformanceRule(
      "settings-limits", .bronze,
      fr: Words3(
        "Le module marche avec chaque réglage permis", why: "Ce que le bureau accepte doit tourner.",
        fix: "Resserrez l’étendue ou les choix de SettingField, ou traitez la valeur."),
      en: Words3(
        "The module works with each setting that is allowed", why: "What the desk accepts must run.",
        fix: "Narrow the range or the choices of SettingField, or handle the value."),
      applies: { !$0.descriptor.settings.isEmpty }, check: settingsLimits),
  ]

  private static func settingsLimits(_ examination: Examination) throws -> Verdict {
    var verdict = Verdict()
    var count = 0
    // With its defaults it must start; otherwise `start` says what is wrong.
    _ = try examination.visit()
    for field in examination.descriptor.settings {
      for value in limits(of: field) {
        count += 1
        do {
          let commune = try examination.commune(settings: "\(field.name): \(value)")
          for failure in try commune.build() {
            verdict.add("\(field.name): \(value)", "\(failure.subject): \(failure.reason)")
          }
        } catch {
          verdict.add("\(field.name): \(value)", words(error))
        }
      }
    }
    verdict.evidence = "\(count) values of \(examination.descriptor.settings.count) settings"
    return verdict
  }

  private static func limits(of field: SettingField) -> [String] {
    switch field.kind {
    case .bool: ["true", "false"]
    case .int: field.range.map { [String($0.lowerBound), String($0.upperBound)] } ?? ["0"]
    default: field.choices.isEmpty ? ["\"\"", "\"<x-canary> =1+1\""] : field.choices.map { JSONValue.string($0).text }
    }
  }

  private static func migrations(_ examination: Examination) throws -> Verdict {
    var verdict = Verdict()
    let all = examination.descriptor.migrations.map {
      MigrationStep(number: $0.number, name: $0.name, sql: $0.statements)
    }
    let target = try Upgrade(examination.id)
    try target.migrate(all)
    let wanted = try target.schema()
    if try target.migrate(all) != 0 { verdict.add("migrations", "run twice, they do something twice") }
    var filled = 0
    for version in 1..<max(1, all.count) {
      do {
        let upgrade = try Upgrade(examination.id)
        try upgrade.migrate(Array(all.prefix(version)))
        let before = try upgrade.fill()
        filled += before.count
        // A power cut in the next step: nothing of it stays, and it is done at the next start.
        let next = all[version]
        let cut = MigrationStep(number: next.number, name: next.name, sql: next.sql + ["THE POWER IS CUT"])
        if (try? upgrade.migrate(Array(all.prefix(version)) + [cut])) != nil {
          verdict.add("step \(next.number)", "went on after a statement that fails")
        }
        try upgrade.migrate(all)
        if try upgrade.schema() != wanted {
          verdict.add("step \(next.number)", "an upgrade gives other tables than a new database")
        }
        for (table, rows) in before.sorted(by: { $0.key < $1.key }) {
          if let after = try upgrade.count(table), after < rows {
            verdict.add("step \(next.number)", "\(table) has \(after) rows after the upgrade, \(rows) before")
          }
        }
      } catch {
        verdict.add("from version \(version)", "with rows in the tables: \(words(error))")
      }
    }
    verdict.evidence = "\(all.count) steps, \(filled) tables with rows"
    return verdict
  }
}

/// A database of one module that is brought from version to version.
struct Upgrade {
  private let connection: Connection
  private let namespace: Namespace
  private let folder: Folder

  /// Removes the folder of the database when nobody needs it any more.
  private final class Folder: Sendable {
    let path: String
    init(_ path: String) { self.path = path }
    deinit { TestCommune.remove(path) }
  }

  init(_ id: String) throws {
    folder = Folder(try TestCommune.temporaryFolder())
    namespace = try .module(id)
    connection = try Connection(path: folder.path + "/module.sqlite", mode: .writer)
  }

  @discardableResult
  func migrate(_ steps: [MigrationStep]) throws -> Int {
    try Migrator(now: { TestCommune.noon }).migrate(connection, namespace, steps)
  }

  /// What the tables are made of, sorted.
  func schema() throws -> [String] {
    try rows(
      "SELECT name, coalesce(sql, '') AS sql FROM sqlite_schema WHERE name LIKE '\(namespace.name)%' ORDER BY name"
    )
    .map { "\(try $0.text("name")): \(try $0.text("sql"))" }
  }

  private func rows(_ sql: String) throws -> [Row] {
    try connection.withNamespace(.host) { try connection.rows(sql) }
  }

  func count(_ table: String) throws -> Int? {
    guard try !rows("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = '\(table)'").isEmpty else {
      return nil
    }
    return try connection.withNamespace(namespace) {
      Int(try connection.firstRow("SELECT count(*) AS n FROM \(table)")?.int("n") ?? 0)
    }
  }

  /// Puts rows into the tables where generated values do, and gives how many there are.
  func fill() throws -> [String: Int] {
    var filled: [String: Int] = [:]
    let tables = try rows(
      "SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND name LIKE '\(namespace.name)%' ORDER BY name")
    for table in tables {
      let (name, sql) = (try table.text("name"), try table.text("sql"))
      guard sql.hasPrefix("CREATE TABLE") else { continue }
      for number in 1...2 {
        for word in ["essai"] + Upgrade.literals(sql) {
          if (try? insert(name, number, word)) != nil {
            filled[name, default: 0] += 1
            break
          }
        }
      }
    }
    return filled
  }

  /// The texts in quotes of a table's definition: what its CHECKs allow.
  private static func literals(_ sql: String) -> [String] {
    sql.split(separator: "'", omittingEmptySubsequences: false).enumerated().compactMap { index, part in
      index % 2 == 1 && !part.isEmpty ? String(part) : nil
    }
  }

  private func insert(_ table: String, _ number: Int, _ word: String) throws {
    let columns = try connection.withNamespace(.host) {
      try connection.rows("SELECT name, type, pk FROM pragma_table_info('\(table)')")
    }
    let names = try columns.map { try $0.text("name") }
    let values: [SQLValue] = try columns.map { column in
      let isKey = try column.int("pk") > 0
      return switch try column.text("type") {
      case "INTEGER": isKey ? .integer(number) : .integer(1)
      case "REAL": .real(48.5)
      case "BLOB": .blob([UInt8](repeating: UInt8(number), count: 32))
      default: .text(isKey ? "\(word)\(number)" : word)
      }
    }
    let marks = names.map { _ in "?" }.joined(separator: ",")
    try connection.withNamespace(namespace) {
      _ = try connection.execute("INSERT INTO \(table)(\(names.joined(separator: ","))) VALUES(\(marks))", values)
    }
  }
}
