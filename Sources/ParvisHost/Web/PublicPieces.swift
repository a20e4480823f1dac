public import ParticipationKit

extension Host {
  /// The pieces of a module's public pages: forms that post to the server, comments, answers, paths.
  ///
  /// - Parameters:
  ///   - ledgers: The snapshot that the pages are made from; forms are read from it too. The pieces belong to it: what
  ///     they asked once they do not ask again.
  ///   - now: The time for which the pages are made.
  public func publicPieces(
    _ module: String, _ locale: String, in ledgers: Ledgers, now: Timestamp
  ) -> View.Pieces {
    let forms = PublicForms(self, module, locale, in: ledgers, now: now)
    var pieces = View.Pieces(
      form: { try forms.form($0, $1, $2, $3) },
      discussion: { forms.discussion($0, block: $1) },
      commentForm: { try forms.comment(on: $0, block: $1) },
      answer: { self.ports.rendering.answer($0, locale) },
      path: { self.pagePath($0, locale) },
      hostText: { self.words.text($0, locale, $1) },
      flagForm: { try forms.flag(on: $0) },
      followForm: { try forms.follow($0) })
    pieces.labelledFollowForm = { try forms.follow($0, label: $1) }
    return pieces
  }

  /// Nobody's name is shown unless they choose so: a form begins with « no name ».
  static func withoutName(_ form: Form, _ values: [String: [String]]) -> [String: [String]] {
    guard form.fields.contains(where: { $0.name == PublicName.choiceField }) else { return values }
    return values.merging([PublicName.choiceField: ["none"]]) { chosen, _ in chosen }
  }
}
