/// What SQLite refused, and in which statement.
///
/// The values bound to the statement are never kept nor printed: they can be personal.
public struct SQLiteError: Error, Sendable, CustomStringConvertible {
  /// The extended result code.
  public let code: ResultCode
  /// SQLite's message, or ours when a namespace rule refused the statement.
  public let message: String
  /// The statement with its placeholders, nil when the error is not about one statement.
  public let sql: String?
  /// What the rule of namespaces refused, when it was the reason.
  public let denial: NamespaceDenial?

  /// Makes an error.
  public init(code: ResultCode, message: String, sql: String? = nil, denial: NamespaceDenial? = nil) {
    self.code = code
    self.message = message
    self.sql = sql
    self.denial = denial
  }

  /// Whether a `UNIQUE` or `PRIMARY KEY` constraint decided: the act was done before.
  public var isDuplicate: Bool { code == .constraintUnique || code == .constraintPrimaryKey }

  /// Code, message and statement, without any bound value.
  public var description: String {
    let place = sql.map { " in: \($0)" } ?? ""
    return "SQLite \(code): \(message)\(place)"
  }

  /// What an operator should know and do next, in French or else in English.
  public func explanation(french: Bool) -> String {
    for (pattern, text) in Self.explanations where pattern ~= code { return french ? text.fr : text.en }
    return french
      ? "La base de données a refusé une opération : \(message)." : "The database refused an operation: \(message)."
  }

  private static let explanations: [(ResultCode, (fr: String, en: String))] = [
    (
      .full,
      (
        "Le disque est plein : rien n’a été enregistré, la lecture continue. Libérez de la place, puis recommencez.",
        "The disk is full: nothing was saved, reading goes on. Free some space, then try again."
      )
    ),
    (
      .busy,
      (
        "Un autre programme écrit dans la base. Attendez qu’il finisse ou arrêtez-le, puis recommencez.",
        "Another program is writing to the database. Wait until it ends or stop it, then try again."
      )
    ),
    (
      .readonly,
      (
        "La base est en lecture seule. Donnez au programme le droit d’écrire le fichier et son dossier.",
        "The database is read-only. Give the program the right to write the file and its folder."
      )
    ),
    (
      .cantOpen,
      (
        "La base ne peut pas être ouverte. Vérifiez que le dossier existe et que le programme peut y écrire.",
        "The database cannot be opened. Check that its folder exists and that the program may write there."
      )
    ),
    (
      .corrupt,
      (
        "La base est abîmée. N’écrivez plus ; gardez une copie du fichier et restaurez la dernière sauvegarde.",
        "The database is damaged. Stop writing; keep a copy of the file and restore the last backup."
      )
    ),
    (
      .notADatabase,
      (
        "Ce fichier n’est pas une base SQLite. Vérifiez le chemin ou restaurez une sauvegarde.",
        "This file is not an SQLite database. Check the path or restore a backup."
      )
    ),
    (
      .inputOutput,
      (
        "Le disque a échoué. Vérifiez le disque et le montage avant de recommencer.",
        "The disk failed. Check the disk and the mount before you try again."
      )
    ),
  ]
}
