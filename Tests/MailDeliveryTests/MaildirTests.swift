import Glibc
import MailDelivery
import Testing

@Suite("A Maildir for previews")
struct MaildirTests {
  @Test("A message lies whole in `new`, and the same message twice is one file")
  func delivers() throws {
    let folder = try TemporaryFolder()
    let maildir = Maildir(folder: folder.path + "/mail")
    for _ in 0..<2 { #expect(maildir.deliver(Array("A: b\r\n\r\nBonjour\r\n".utf8), name: "7.parvis") == .accepted) }
    #expect(folder.names("mail/new") == ["7.parvis"])
    #expect(folder.names("mail/tmp").isEmpty)
    #expect(folder.text("mail/new/7.parvis") == "A: b\n\nBonjour\n")
  }

  @Test("A name cannot lead out of the folder")
  func namesAreTamed() throws {
    let folder = try TemporaryFolder()
    #expect(Maildir(folder: folder.path + "/mail").deliver([65], name: "../../x/y") == .accepted)
    #expect(folder.names("mail/new") == [".._.._x_y"])
  }

  @Test("A folder that cannot be made leaves the message to be tried again, with the reason")
  func unwritable() {
    guard case .deferred(let reason) = Maildir(folder: "/proc/parvis").deliver([65], name: "1") else {
      Issue.record("the message must wait")
      return
    }
    #expect(reason.contains("/proc/parvis"))
  }
}
