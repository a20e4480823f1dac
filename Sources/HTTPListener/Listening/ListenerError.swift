/// Why a listener could not start, with what to do about it.
public enum ListenerError: Error, Equatable, Sendable, CustomStringConvertible {
  /// Another program listens there.
  case addressInUse(String)
  /// The system does not let this user listen there.
  case permissionDenied(String)
  /// The host is not an address of this machine, or the port is not between 0 and 65535.
  case badAddress(String)
  /// The path of a Unix socket is empty, too long, or occupied by something else than a socket.
  case badSocketPath(String)
  /// Anything else the system said: what was tried, and the error number.
  case system(String, code: Int32)

  /// English.
  public var description: String { english }

  /// What happened and what to do, in English.
  public var english: String {
    switch self {
    case .addressInUse(let place):
      "\(place) is already in use. Stop the program that listens there, or choose another port with --port."
    case .permissionDenied(let place):
      "Not allowed to listen on \(place). Ports below 1024 need a privilege: choose a higher one, "
        + "and put nginx in front."
    case .badAddress(let place):
      "\(place) is not an address of this machine. Use 127.0.0.1, ::1 or a name it has, and a port "
        + "from 0 to 65535."
    case .badSocketPath(let path):
      "\(path) cannot be a Unix socket: use a path of 1 to 107 bytes where no other file lies, in a "
        + "writable folder."
    case .system(let what, let code):
      "\(what) failed with system error \(code). Free resources (files, threads, memory) and start again."
    }
  }

  /// What happened and what to do, in French.
  public var french: String {
    switch self {
    case .addressInUse(let place):
      "\(place) est déjà pris. Arrêtez le programme qui y écoute, ou choisissez un autre port avec --port."
    case .permissionDenied(let place):
      "Écouter sur \(place) n'est pas permis. Sous 1024 il faut un privilège : prenez un port plus "
        + "haut, derrière nginx."
    case .badAddress(let place):
      "\(place) n'est pas une adresse de cette machine. Essayez 127.0.0.1 ou ::1, et un port de 0 à 65535."
    case .badSocketPath(let path):
      "\(path) ne peut pas être une socket Unix : chemin de 1 à 107 octets, libre, dans un dossier "
        + "où l'on peut écrire."
    case .system(let what, let code):
      "\(what) a échoué (erreur système \(code)). Libérez des ressources (fichiers, mémoire), puis "
        + "recommencez."
    }
  }
}
