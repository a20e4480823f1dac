import ParticipationKit
import ParvisCommune
import ParvisHost
import Synchronization

/// The residents of a throw-away commune: each act that asks for a letter code gets one that nobody has used, and
/// whoever confirms an address reads the mail that came.
final class Residents: Sendable {
  private struct Home: Sendable {
    var codes: [String] = []
    var mails: [TestMail] = []
  }

  private let home = Mutex(Home())

  /// How many letters are printed at once.
  private static let batch = 200

  /// A code that was never typed. The letters are for households, which may do what a single resident may.
  func code(_ host: Host) throws -> String {
    try home.withLock { home in
      if home.codes.isEmpty { home.codes = try host.lettersForTest(Residents.batch) }
      return home.codes.removeLast()
    }
  }

  /// Empties the outbox and gives the path behind the last link that an address was sent for an act; nil when none
  /// came.
  func link(to email: String, _ commune: TestCommune) throws -> String? {
    // Whoever comes first takes everybody's mail; the others find theirs here.
    try mail(commune).last { $0.to == email && $0.confirmation != nil }?.confirmation
  }

  /// All the mail that came since the beginning.
  func mail(_ commune: TestCommune) throws -> [TestMail] {
    try home.withLock { home in
      home.mails += try commune.sendMail()
      return home.mails
    }
  }
}

extension TestMail {
  /// The path of the link that does a held act.
  fileprivate var confirmation: String? {
    for link in links {
      if let tail = MarkupForm.tail(of: link, from: "/confirm/") { return "/confirm/" + tail }
    }
    return nil
  }
}

extension Participation {
  /// What an action asks of who takes part.
  func audience(_ place: FormPlace) -> Audience { action(place)?.audience ?? .anyone }

  private func action(_ place: FormPlace) -> Action? {
    place.module == module ? instance.actions.first { $0.name == place.action } : nil
  }

  /// Sends one act as JSON, as somebody who shows what the action asks for: a letter code, or an address whose mail is
  /// then read and whose button is pressed.
  /// - Parameter person: Who it is, as the first half of their address; the place on the network when nil.
  func send(
    _ place: FormPlace, _ values: [(String, [String])], from address: String, person: String? = nil
  ) -> TestCommune.Answer {
    let body = JSONValue.object(
      values.map { name, texts in
        (name, texts.count == 1 ? .string(texts[0]) : .array(texts.map { .string($0) }))
      })
    return send(place, body, from: address, person: person)
  }

  /// The same with any members.
  func send(
    _ place: FormPlace, _ members: JSONValue, from address: String, person: String? = nil
  ) -> TestCommune.Answer {
    let person = person ?? Participation.person(address)
    let shown = identity(place, person, from: address)
    let answer = commune.send(
      "POST", place.path, members.adding(shown.map { ($0.0, .string($0.1)) }).bytes, Participation.json, from: address)
    return confirmed(answer, place, person)
  }

  /// The same as a form without script.
  func sendForm(_ place: FormPlace, _ values: [(String, [String])], from address: String) -> TestCommune.Answer {
    let person = Participation.person(address)
    let pairs =
      values.flatMap { name, texts in texts.map { (name, $0) } } + identity(place, person, from: address)
    let body = pairs.map { "\(PercentCoding.encode($0.0))=\(PercentCoding.encode($0.1))" }.joined(separator: "&")
    let answer = commune.send(
      "POST", place.path, Array(body.utf8),
      [("Content-Type", "application/x-www-form-urlencoded"), ("Accept", "text/html")], from: address)
    return confirmed(answer, place, person)
  }

  /// The address of a person.
  static func email(_ person: String) -> String { "\(person)@essai.example" }

  private static func person(_ address: String) -> String {
    "passant-" + String(decoding: address.utf8.map { $0 == UInt8(ascii: ".") ? UInt8(ascii: "-") : $0 }, as: UTF8.self)
  }

  /// The fields by which a person shows who they are. Where a code may be given, every second person gives one.
  private func identity(_ place: FormPlace, _ person: String, from address: String) -> [(String, String)] {
    let audience = audience(place)
    var fields: [(String, String)] = []
    let isWilling = person.utf8.reduce(0) { $0 &+ Int($1) } % 2 == 0
    if audience.level == .confirmed {
      fields = [(HostFields.email, Participation.email(person))]
    } else if audience.level.needsCode || (audience.takesCode && isWilling),
      let code = try? commune.residents.code(commune.opened.host)
    {
      fields = [(HostFields.code, code)]
    }
    guard let earlier = action(place)?.withdraws else { return fields }
    // What is taken back must have been done: then every second person shows the receipt, the others what they showed.
    let receipt = receipt(FormPlace(module: module, action: earlier, key: place.key), person, fields, from: address)
    return fields.isEmpty || isWilling ? receipt.map { [(HostFields.receipt, $0)] } ?? fields : fields
  }

  /// Does an act that is to be taken back, with what a person shows; gives the address of its receipt.
  private func receipt(
    _ place: FormPlace, _ person: String, _ shown: [(String, String)], from address: String
  ) -> String? {
    guard let form = form(place) else { return nil }
    let make = {
      let values = GeneratedInput(number: 0, style: .plain).values(form).flatMap { name, texts in
        texts.map { (name, $0) }
      }
      let members = JSONValue.object((values + shown).map { ($0.0, .string($0.1)) })
      let answer = commune.send("POST", place.path, members.bytes, Participation.json, from: address)
      return confirmed(answer, place, person).header("Location")
    }
    return watch.map { $0.paused(make) } ?? make()
  }

  private static let json = [("Content-Type", "application/json"), ("Accept", "application/json")]

  /// Reads the mail of an act that waits, and presses the button behind its link.
  private func confirmed(_ answer: TestCommune.Answer, _ place: FormPlace, _ person: String) -> TestCommune.Answer {
    guard answer.status == 202, audience(place).level == .confirmed,
      let link = try? commune.residents.link(to: Participation.email(person), commune)
    else { return answer }
    return commune.post(link, [])
  }
}

extension FormPlace {
  /// The address to which the form is sent.
  var path: String { "/api/v1/\(module)/\(action)" + (key.isEmpty ? "" : "/" + key) }
}
