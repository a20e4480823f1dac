/// Where the split of results by access code may be published (statistical disclosure control by cell suppression).
///
/// A cell of a cross-table that counts very few people says something of each of them: when one code was used, the
/// split is that person's sheet. So the split of a question is published whole or not at all. It is withheld when any
/// of its cells is small, or any number that follows from two published ones by subtraction: who answered without
/// this choice, who did not answer. Withholding single cells would not do: the sums of the others give them back.
///
/// Totals are votes and are never withheld; nor is the number of ballots with and without code, which the register
/// counts. Nought is not small: it says nothing of anybody who took part.
struct Disclosure: Sendable {
  /// Fewer people than this are few, unless they are none.
  static let smallest = 5

  let people: Count

  func isSmall(_ number: Int) -> Bool { number > 0 && number < Disclosure.smallest }

  private func isSmall(_ count: Count) -> Bool { isSmall(count.verified) || isSmall(count.unverified) }

  /// Whether the split of a question may be read.
  func mayShowSplit(of respondents: Count, _ choices: [Count]) -> Bool {
    guard !isSmall(respondents), !isSmall(people.without(respondents)) else { return false }
    return choices.allSatisfy { !isSmall($0) && !isSmall(respondents.without($0)) }
  }
}

extension Count {
  /// Those of this count who are not in a part of it.
  func without(_ part: Count) -> Count {
    Count(verified: verified - part.verified, unverified: unverified - part.unverified)
  }
}

extension Tally {
  /// Whether the split of a question by access code may be published. The choices of a text are nobody's.
  func showsSplit(of question: String) -> Bool {
    Disclosure(people: people).mayShowSplit(of: respondents(question), counts(of: question))
  }
}
