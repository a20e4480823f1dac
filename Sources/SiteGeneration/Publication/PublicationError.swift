/// Why a site could not be published. What had to be published stays queued.
public enum PublicationError: Error, Sendable, CustomStringConvertible {
  /// The system refused to read or write a file; `code` is its `errno`.
  case file(operation: String, path: String, code: Int32, reason: String)
  /// A document's path is not made of lower-case letters, digits, `-`, `_`, `.` and `/`, or leaves its module's folder.
  case path(module: String, kind: String, key: String, found: String)
  /// The data of a document has a member that the host writes: `id`, `url` or `updated`.
  case member(module: String, kind: String, key: String, name: String)
  /// The folder of a new build exists already and is not empty.
  case folderExists(String)
  /// A document could not be made.
  case document(module: String, kind: String, key: String, any Error)
  /// A stream could not be made.
  case stream(module: String, name: String, any Error)

  /// What happened and what to do next, in English.
  public var description: String { message("en") }

  /// What happened and what to do next, in French or English.
  public func message(_ locale: String) -> String {
    let french = locale == "fr"
    switch self {
    case .file(let operation, let path, let code, let reason):
      let advice = PublicationError.advice(code, french: french)
      return french
        ? "impossible (\(operation)) : \(path) : \(reason). \(advice)"
        : "cannot \(operation) \(path): \(reason). \(advice)"
    case .path(let module, let kind, let key, let found):
      return french
        ? "le document \(module)/\(kind)/\(key) a pour chemin « \(found) » ; attendu : \(module)/… en lettres "
          + "minuscules sans accent, chiffres, « - », « _ » et « . ». Corrigez le module."
        : "document \(module)/\(kind)/\(key) has the path “\(found)”; expected \(module)/… in lower-case letters, "
          + "digits, “-”, “_” and “.”. Correct the module."
    case .member(let module, let kind, let key, let name):
      return french
        ? "les données du document \(module)/\(kind)/\(key) ont un membre « \(name) », que l’hôte écrit lui-même ; "
          + "donnez-lui un autre nom dans le module"
        : "the data of document \(module)/\(kind)/\(key) has a member “\(name)”, which the host writes itself; "
          + "give it another name in the module"
    case .folderExists(let path):
      return french
        ? "\(path) existe et n’est pas vide ; choisissez un autre dossier ou videz-le"
        : "\(path) exists and is not empty; choose another folder or empty it"
    case .document(let module, let kind, let key, let error):
      return french
        ? "le document \(module)/\(kind)/\(key) n’a pas pu être produit : \(error)"
        : "document \(module)/\(kind)/\(key) could not be made: \(error)"
    case .stream(let module, let name, let error):
      return french
        ? "le flux \(module)/\(name) n’a pas pu être produit : \(error)"
        : "stream \(module)/\(name) could not be made: \(error)"
    }
  }

  private static func advice(_ code: Int32, french: Bool) -> String {
    switch code {
    case SystemCode.noSpace, SystemCode.quota:
      french
        ? "Libérez de la place ; la publication reprendra d’elle-même."
        : "Free some space; publication then goes on by itself."
    case SystemCode.access, SystemCode.permission, SystemCode.readOnly:
      french
        ? "Donnez au programme le droit d’écrire dans ce dossier."
        : "Give the program the right to write in this folder."
    default:
      french ? "Vérifiez le disque, puis recommencez." : "Check the disk, then try again."
    }
  }
}
