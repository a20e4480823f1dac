import ParticipationKit
import ParvisCommune
import ParvisHost
import Testing

@testable import ParticipationTesting

/// What people did they can take back, by the proof that the host asks for and checks.
@Suite("Taking back what one did")
struct WithdrawalTests {
  private let commune: TestCommune

  init() throws {
    let module = BrokenModule.box("") { instance, box in
      instance.actions += [
        box.raise("cheer", .anyone, ["fr": "Applaudir", "en": "Cheer"]),
        box.lower("uncheer", .anyone, ["fr": "Ne plus applaudir", "en": "Cheer no more"]).withdrawing("cheer"),
      ]
    }
    let catalogue: @Sendable ([String: String], String) -> [UInt8] = { texts, more in
      Array(PlainBox.texts(texts.merging(["cheer": more, "uncheer": more]) { $1 }).utf8)
    }
    let descriptor = ModuleDescriptor(
      module.descriptor,
      catalogues: [
        ("fr", catalogue(PlainBox.french, "Applaudir")), ("en", catalogue(PlainBox.english, "Cheer")),
      ])
    commune = try TestCommune([descriptor], configuration: TestCommune.withMail)
    try commune.importText("ideas", ModuleFiles.idea)
    try commune.publish()
  }

  private func voices(_ idea: Int) throws -> Int? {
    try commune.publish()
    return try JSONValue.parse(Array(commune.file("api/v1/box/\(idea).json")?.utf8 ?? "".utf8))["voices"]?.asInteger
  }

  private func send(_ action: String, at key: Int = 1, _ fields: [(String, String)]) -> TestCommune.Answer {
    commune.post(
      "/api/v1/box/\(action)/\(key)",
      json: .object(fields.map { ($0.0, .string($0.1)) }))
  }

  /// What is wrong with an act, by field.
  private func wrong(_ answer: TestCommune.Answer) -> [String] {
    (answer.json["errors"]?.asArray ?? []).compactMap { $0["pointer"]?.asString }
  }

  /// The path of a receipt's address.
  private func path(_ address: String) -> String {
    MarkupForm.tail(of: address, from: "/receipt/").map { "/receipt/" + $0 } ?? address
  }

  private func code() throws -> String { try commune.residents.code(commune.opened.host) }

  @Test("the same letter code takes a signature back, and may then sign again")
  func byCode() throws {
    let (mine, other) = (try code(), try code())
    #expect(send("sign", [("words", "Oui"), ("access_code", mine)]).status == 201)
    #expect(send("sign", [("words", "Encore"), ("access_code", mine)]).status == 409)
    #expect(try voices(1) == 1)
    // Neither somebody else's code nor the own one at another idea.
    for (key, code) in [(1, other), (2, mine)] {
      let refused = send("unsign", at: key, [("access_code", code)])
      #expect(refused.status == 422 && wrong(refused) == ["#/access_code"])
    }
    #expect(wrong(send("unsign", [])) == ["#/earlier_receipt"], "without any proof")
    #expect(try voices(1) == 1)
    #expect(send("unsign", [("access_code", mine)]).status == 201)
    #expect(try voices(1) == 0)
    commune.now = commune.now.adding(seconds: 3600)
    #expect(send("unsign", [("access_code", mine)]).status == 422)
    #expect(send("sign", [("words", "Oui"), ("access_code", mine)]).status == 201)
    #expect(try voices(1) == 1)
    // Taken back and given again at once, in the same words: each time something happens.
    for count in [0, 1, 0] {
      let fields = count == 0 ? [] : [("words", "Oui")]
      #expect(send(count == 0 ? "unsign" : "sign", fields + [("access_code", mine)]).status == 201)
      #expect(try voices(1) == count)
    }
  }

  @Test("the receipt takes it back without the code, once, and only what it is the receipt of")
  func byReceipt() throws {
    func receipt(_ answer: TestCommune.Answer) -> String { answer.header("Location") ?? "" }
    let mine = try code()
    let signed = receipt(send("sign", [("words", "Oui"), ("access_code", mine)]))
    let second = receipt(send("sign", at: 2, [("words", "Oui"), ("access_code", mine)]))
    let forged = signed.dropLast(4) + "0000"
    for wrong in [second, String(forged), "", "12", "-", "x-y", signed + "-1", "99999999999999999999-ab"] {
      let refused = send("unsign", [("earlier_receipt", wrong)])
      #expect(refused.status == 422 && self.wrong(refused) == ["#/earlier_receipt"], "\(wrong)")
    }
    #expect(try voices(1) == 1)
    let done = send("unsign", [("earlier_receipt", signed)])
    #expect(done.status == 201)
    #expect(try voices(1) == 0 && voices(2) == 1)
    #expect(send("unsign", [("earlier_receipt", signed + "?")]).status == 422, "it was taken back")
    // The receipt of taking it back shows nothing by which the first receipt could be opened.
    let page = commune.get(path(receipt(done)))
    let token = try #require(signed.split(separator: "-").last)
    #expect(page.status == 200 && !page.body.contains(token))
    // Signed again by the same code.
    #expect(send("sign", [("words", "Oui"), ("access_code", mine)]).status == 201)
  }

  @Test("what anybody does without code has a receipt of its own, and each takes back its own")
  func byReceiptAlone() throws {
    let first = send("cheer", [("words", "Bravo")]).header("Location") ?? ""
    #expect(send("cheer", [("words", "Bravo deux fois")]).status == 201)
    #expect(try voices(1) == 2)
    #expect(wrong(send("uncheer", [])) == ["#/earlier_receipt"])
    #expect(send("uncheer", [("earlier_receipt", first)]).status == 201)
    #expect(try voices(1) == 1)
  }

  @Test("the same confirmed address takes back, behind a new link; another one finds nothing")
  func byAddress() throws {
    func confirm(_ action: String, _ email: String) throws -> TestCommune.Answer {
      #expect(
        send(action, [("words", "Oui"), ("confirm_email", email)].filter { action == "pledge" || $0.0 != "words" })
          .status == 202)
      let link = try #require(try commune.residents.link(to: email, commune))
      return commune.post(link, [])
    }
    let pledged = try confirm("pledge", "camille@essai.example")
    #expect(pledged.status == 303)
    #expect(try confirm("pledge", "alix@essai.example").status == 303)
    #expect(try voices(1) == 2)
    #expect(try confirm("unpledge", "nour@essai.example").status == 422)
    #expect(try voices(1) == 2)
    commune.now = commune.now.adding(seconds: 3600)
    #expect(try confirm("unpledge", "camille@essai.example").status == 303)
    #expect(try voices(1) == 1)
    #expect(wrong(send("unpledge", [])) == ["#/confirm_email"])
  }

  @Test("the receipt’s page offers it, and what it offers works without script")
  func onTheReceipt() throws {
    let signed = send("sign", [("words", "Oui"), ("access_code", try code())]).header("Location") ?? ""
    let path = path(signed)
    let form = try #require(
      MarkupForm.all(Array(commune.get(path).body.utf8), mark: "api/v1/").first { $0.place?.action == "unsign" })
    #expect(form.place?.key == "1")
    let fields = form.values.flatMap { name, values in values.map { (name, $0) } }
    #expect(commune.post("/api/v1/" + form.address, fields).status == 303)
    #expect(try voices(1) == 0)
    #expect(
      !MarkupForm.all(Array(commune.get(path).body.utf8), mark: "api/v1/").contains { $0.place?.action == "unsign" })
  }

  @Test("a module that says it wrongly does not start, and is told why")
  func declarations() throws {
    func reason(_ change: @escaping @Sendable (inout ModuleInstance, PlainBox) -> Void) -> String {
      do {
        _ = try TestCommune([BrokenModule.box("", change: change).descriptor])
        return "started"
      } catch {
        return Conformance.words(error)
      }
    }
    let titles = ["fr": "Retirer", "en": "Take back"]
    let cases: [(String, @Sendable (inout ModuleInstance, PlainBox) -> Void)] = [
      ("there is no such action", { $0.actions.append($1.lower("x", .anyone, titles).withdrawing("nothing")) }),
      ("both need the same public audience", { $0.actions.append($1.lower("x", .anyone, titles).withdrawing("sign")) }),
      (
        "both need the same public audience",
        { $0.actions.append($1.lower("x", .staff("box.edit"), titles).withdrawing("fix")) }
      ),
      (
        "another action does so already",
        { $0.actions.append($1.lower("x", .onePerPerson, titles).withdrawing("sign")) }
      ),
      (
        "that one takes something back itself",
        { $0.actions.append($1.lower("x", .onePerPerson, titles).withdrawing("unsign")) }
      ),
      (
        "a secret act cannot be taken back",
        { instance, box in
          instance.actions += [
            Action("hide", titles: titles, isSecret: true, form: { _ in nil }, perform: { try box.raise($0, $1) }),
            box.lower("x", .anyone, titles).withdrawing("hide"),
          ]
        }
      ),
    ]
    for (words, change) in cases { #expect(reason(change).contains(words), "\(words): \(reason(change))") }
  }

  @Test("a name that is to be shown must be given, and the form says so at its field")
  func publicName() throws {
    let module = BrokenModule.box("") { instance, box in
      instance.actions = instance.actions.map { action in
        guard action.name == "suggest" else { return action }
        return action.with(
          form: { context in
            let form = try action.form(context)
            return form.map {
              Form(title: $0.title, fields: $0.fields + PublicName.fields(context.locale), submit: $0.submit)
            }
          }, perform: action.perform)
      }
    }
    let commune = try TestCommune([module.descriptor])
    func send(_ fields: [(String, String)]) -> TestCommune.Answer {
      commune.post(
        "/api/v1/box/suggest", json: .object((fields + [("words", "Un banc")]).map { ($0.0, .string($0.1)) }))
    }
    for choice in ["first", "full"] {
      let refused = send([("name_shown", choice), ("author", "  ")])
      #expect(refused.status == 422 && wrong(refused) == ["#/author"])
      #expect(refused.json["errors"]?.asArray?.first?["detail"]?.asString?.contains("Aucun nom") == true)
    }
    #expect(send([("name_shown", "none")]).status == 201)
    #expect(send([("name_shown", "full"), ("author", "Camille")]).status == 201)
  }

  @Test("a stream that time alone changes is written again at its time, and asked for the next")
  func streams() throws {
    let hour: Int64 = 3600
    let start = TestCommune.noon
    let module = BrokenModule.box("") { instance, box in
      instance.streams = instance.streams.map { stream in
        guard stream.name == "ideas" else { return stream }
        return Stream(stream.name, stream.format, titles: stream.titles, dependsOn: stream.dependsOn) { context in
          // One entry more each hour, twice.
          let count = min(2, (context.now.seconds - start.seconds) / hour)
          return (0..<count).map { number in
            StreamEntry(
              subject: box.idea("t\(number)"), page: SitePath("box/index.html"), title: "Heure \(number)", summary: "",
              published: start, updated: start)
          }
        }.changing { context in
          let next = start.adding(seconds: hour * ((context.now.seconds - start.seconds) / hour + 1))
          return next <= start.adding(seconds: 2 * hour) ? next : nil
        }
      }
    }
    let commune = try TestCommune([module.descriptor])
    try commune.publish()
    func rows() -> Int { (commune.file("box/ideas.csv") ?? "").split(separator: "\r\n").count - 1 }
    #expect(rows() == 0)
    for (minutes, wanted) in [(59, 0), (60, 1), (119, 1), (180, 2), (400, 2)] as [(Int64, Int)] {
      commune.now = start.adding(seconds: minutes * 60)
      try commune.publish()
      #expect(rows() == wanted, "after \(minutes) minutes")
    }
    let files = commune.files().filter { $0.path.hasPrefix("box/") }
    let whole = try commune.fullBuild().filter { $0.path.hasPrefix("box/") }
    #expect(files.map(\.path) == whole.map(\.path) && files.map(\.bytes) == whole.map(\.bytes))
  }
}
