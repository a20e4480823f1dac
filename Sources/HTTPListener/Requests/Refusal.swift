/// Why a request was not accepted, and the status that says so.
///
/// The listener answers refusals by itself and closes the connection: once a request is malformed, nothing
/// tells where the next one begins (RFC 9112 §11.2).
public struct Refusal: Error, Equatable, Sendable {
  /// The HTTP status to answer with, 400 to 505.
  public let status: Int
  /// What was wrong and what was expected, in English.
  public let english: String
  /// What was wrong and what was expected, in French.
  public let french: String

  /// A refusal with `status` and its reason in both languages.
  public init(status: Int, english: String, french: String) {
    self.status = status
    self.english = english
    self.french = french
  }

  static func malformed(_ english: String, _ french: String) -> Refusal {
    Refusal(status: 400, english: english, french: french)
  }

  static let framing = malformed(
    "The request head breaks RFC 9112: lines end with CR LF, names are tokens, nothing is folded.",
    "L'en-tête de la requête enfreint la RFC 9112 : lignes finies par CR LF, noms sans espace, aucun repli.")
  static let target = malformed(
    "The address holds a byte that must not be there, or a percent sign without two hexadecimal digits.",
    "L'adresse contient un octet interdit, ou un signe pour cent sans ses deux chiffres hexadécimaux.")
  static let host = malformed(
    "Expected exactly one valid Host header.", "Un en-tête Host valide est attendu, et un seul.")
  static let length = malformed(
    "Expected at most one Content-Length, made of digits only, and none with Transfer-Encoding.",
    "Un seul Content-Length est permis, en chiffres, et aucun avec Transfer-Encoding.")
  static let transferEncoding = Refusal(
    status: 501, english: "The only transfer encoding understood is chunked.",
    french: "Le seul codage de transfert compris est chunked.")
  static let version = Refusal(
    status: 505, english: "Only HTTP/1.0 and HTTP/1.1 are spoken here.",
    french: "Seuls HTTP/1.0 et HTTP/1.1 sont parlés ici.")
  static let methodUnknown = Refusal(
    status: 501, english: "This method is not known. Known: \(RequestMethods.list).",
    french: "Cette méthode est inconnue. Connues : \(RequestMethods.list).")
  static let methodRefused = Refusal(
    status: 405, english: "This method is not allowed. Allowed: \(RequestMethods.list).",
    french: "Cette méthode n'est pas permise. Permises : \(RequestMethods.list).")
  static let bodyTooLarge = Refusal(
    status: 413, english: "What was sent is larger than what is accepted here. Send less, or in parts.",
    french: "L'envoi dépasse la taille acceptée ici. Envoyez moins, ou en plusieurs fois.")
  static let form = malformed(
    "The form is cut, has too many or too large parts, or is not in UTF-8.",
    "Le formulaire est coupé, a trop de parties ou de trop grandes, ou n'est pas en UTF-8.")
  static let targetTooLong = Refusal(
    status: 414, english: "The address is longer than 8192 bytes.",
    french: "L'adresse dépasse 8192 octets.")
}

/// The methods a request may use.
enum RequestMethods {
  static let list = "GET, HEAD, POST, PUT, DELETE, PATCH, OPTIONS"

  /// The method spelt by `bytes`, or why it is refused. Methods are case-sensitive (RFC 9110 §9.1).
  static func named(_ bytes: some Collection<UInt8>) throws(Refusal) -> String {
    let name = String(decoding: bytes, as: UTF8.self)
    switch name {
    case "GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS": return name
    case "TRACE", "CONNECT": throw .methodRefused
    default:
      guard !bytes.isEmpty, bytes.allSatisfy(HTTPBytes.isToken) else { throw .framing }
      throw .methodUnknown
    }
  }
}
