import ParticipationKit
import ParticipationTesting
import Testing

@testable import ParvisCommune
@testable import ParvisHost

/// Two modules number the comments of their files from 1. Neither may lose one to the other.
@Suite("References of imported comments")
struct CommentReferenceTests {
  private func add(_ commune: TestCommune, _ reference: String, to subject: Subject) throws -> Int? {
    let host = commune.opened.host
    let comment = ImportedComment(
      reference: reference, subject: subject, kind: "comment", author: "", sent: commune.now, text: "Un mot",
      state: "published")
    let actor = Actor(personID: nil, name: "", role: Role.clerk, channel: "import")
    let now = commune.now
    return try host.ports.store.perform { try host.comments.add(comment, actor: actor, now: now, in: $0) }
  }

  @Test("the same reference names a comment of each module, and once only within one")
  func modules() throws {
    let commune = try NotesCommune.make()
    try commune.publishNote("un mot")
    #expect(try add(commune, "c-1", to: Subject("notes", "note", "1")) != nil)
    #expect(try add(commune, "c-1", to: Subject("other", "thing", "1")) != nil)
    #expect(try add(commune, "c-1", to: Subject("notes", "note", "1")) == nil)
    #expect(try commune.count("SELECT count(*) FROM host_comment") == 2)
  }

  @Test("a comment that was imported before references had their module's name is known again")
  func former() throws {
    let commune = try NotesCommune.make()
    try commune.publishNote("un mot")
    let note = Subject("notes", "note", "1")
    #expect(try add(commune, "c-1", to: note) != nil)
    try commune.tamper("host", "UPDATE host_comment SET reference = 'c-1'")
    #expect(try add(commune, "c-1", to: note) == nil)
    #expect(try add(commune, "c-1", to: Subject("other", "thing", "1")) != nil)
  }
}
