/// Why a database is not brought to the schema that the program knows. Nothing is changed by a refused step.
public enum MigrationError: Error, Sendable, CustomStringConvertible {
  /// A newer program made this database: it holds step `found`, this program knows `known`.
  case newerDatabase(Namespace, found: Int, known: Int)
  /// The program's steps are not numbered 1, 2, 3…; `number` stands where `expected` should.
  case badNumbering(Namespace, number: Int, expected: Int)
  /// The database records steps with a hole before `number`.
  case gap(Namespace, number: Int)
  /// A step that was applied under one name has another name in the program.
  case renamed(Namespace, number: Int, recorded: String, known: String)
  /// A step would make or change something outside its namespace.
  case escape(Namespace, number: Int, object: String)
  /// A statement of a step failed.
  case failed(Namespace, number: Int, name: String, SQLiteError)

  /// What was found, what was expected and what to do.
  public var description: String {
    switch self {
    case .newerDatabase(let namespace, let found, let known):
      "the database is newer than this program: \(namespace) has step \(found), the program knows \(known); "
        + "install the newer program or restore an older backup"
    case .badNumbering(let namespace, let number, let expected):
      "migrations of \(namespace): expected step \(expected), found \(number)"
    case .gap(let namespace, let number):
      "the database records step \(number) of \(namespace) but not the one before; restore a backup"
    case .renamed(let namespace, let number, let recorded, let known):
      "step \(number) of \(namespace) was applied as \"\(recorded)\", the program calls it \"\(known)\"; "
        + "a released step never changes: add a new one"
    case .escape(let namespace, let number, let object):
      "step \(number) of \(namespace) reaches outside its namespace: \(object)"
    case .failed(let namespace, let number, let name, let error):
      "step \(number) (\(name)) of \(namespace) failed and was undone: \(error)"
    }
  }

  /// What an operator should know and do next, in French or else in English.
  public func explanation(french: Bool) -> String {
    guard french else { return description }
    return switch self {
    case .newerDatabase(let namespace, let found, let known):
      "La base est plus récente que ce programme : \(namespace) en est à l’étape \(found), le programme connaît "
        + "l’étape \(known). Installez le programme plus récent ou restaurez une sauvegarde plus ancienne."
    case .badNumbering(let namespace, let number, let expected):
      "Migrations de \(namespace) : étape \(expected) attendue, étape \(number) trouvée."
    case .gap(let namespace, let number):
      "La base note l’étape \(number) de \(namespace) sans la précédente. Restaurez une sauvegarde."
    case .renamed(let namespace, let number, let recorded, let known):
      "L’étape \(number) de \(namespace) a été appliquée sous le nom « \(recorded) » ; le programme la nomme "
        + "« \(known) ». Une étape publiée ne change plus : ajoutez-en une."
    case .escape(let namespace, let number, let object):
      "L’étape \(number) de \(namespace) sort de son espace de noms : \(object)."
    case .failed(let namespace, let number, let name, let error):
      "L’étape \(number) (\(name)) de \(namespace) a échoué et a été annulée. \(error.explanation(french: true))"
    }
  }
}
