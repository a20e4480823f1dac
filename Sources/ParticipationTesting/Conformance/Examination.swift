import Glibc
import ParticipationKit
import ParvisCommune
import ParvisHost
import Synchronization

/// A module that is looked at: its declaration, its folder if there is one, and its life in a throw-away commune.
///
/// One value serves one check. The first rule that asks for the ``visit()`` makes it; the others read what it left.
final class Examination: Sendable {
  let descriptor: ModuleDescriptor
  let folder: ModuleFolder?
  let example: ModuleFolder.Example
  private let made = Mutex<Visit?>(nil)
  private let failed = Mutex<StartFailure?>(nil)

  init(_ descriptor: ModuleDescriptor, folder: ModuleFolder?) {
    self.descriptor = descriptor
    self.folder = folder
    example = folder?.example ?? ModuleFolder.Example()
  }

  var manifest: Manifest { descriptor.manifest }
  var id: String { descriptor.manifest.id }

  /// The declarations of the module in a commune with its example.
  func instance() throws -> ModuleInstance { try visit().instance }

  /// What the module did in a commune where people did everything that can be done.
  func visit() throws -> Visit {
    if let visit = made.withLock({ $0 }) { return visit }
    if let failure = failed.withLock({ $0 }) { throw failure }
    let visit: Visit
    do {
      visit = try Visit(self)
    } catch {
      let failure = (error as? StartFailure) ?? StartFailure(reason: Conformance.words(error))
      failed.withLock { $0 = failure }
      throw failure
    }
    made.withLock { $0 = visit }
    return visit
  }

  /// A new commune with the module.
  /// - Parameters:
  ///   - descriptor: The module as it is watched; itself when nil.
  ///   - hasExample: Whether the module's example is there: content read, files imported. The site is not
  ///     written yet.
  ///   - settings: Lines of YAML below the module's name.
  func commune(
    _ descriptor: ModuleDescriptor? = nil, hasExample: Bool = true, settings: String = "",
    now: Timestamp = TestCommune.noon
  ) throws -> TestCommune {
    do {
      let commune = try TestCommune(
        [descriptor ?? self.descriptor], content: hasExample ? example.content : [:], settings: [id: settings],
        configuration: TestCommune.withMail, now: now)
      if hasExample { try importExample(into: commune) }
      return commune
    } catch {
      throw StartFailure(reason: Conformance.words(error))
    }
  }

  /// Imports the example's files, in the order of their names.
  func importExample(into commune: TestCommune) throws {
    for file in example.imports { try commune.importText(file.kind, file.text, options: file.options) }
  }
}

/// What people can see and do, as links and forms of pages say it.
struct FormPlace: Sendable, Hashable {
  /// The module, `comments` for the host's comments.
  let module: String
  let action: String
  let key: String
}

/// A form as it stands in a page: where it goes and what it holds.
struct MarkupForm: Sendable {
  var address = ""
  var values: [String: [String]] = [:]

  /// The forms of a page whose address holds a mark, as `/api/v1/`; the address from there on.
  static func all(_ bytes: [UInt8], mark: String) -> [MarkupForm] {
    var forms: [MarkupForm] = []
    var current: MarkupForm?
    var select = ""
    var area = ""
    for piece in MarkupScan.pieces(bytes) {
      switch piece {
      case .start(let tag) where tag.name == "form":
        current = tag["action"].flatMap { tail(of: $0, from: mark) }.map { MarkupForm(address: $0) }
      case .end("form"):
        if let form = current { forms.append(form) }
        current = nil
      case .start(let tag):
        current?.add(tag, select: &select)
        if tag.name == "textarea" { area = tag["name"] ?? "" }
      case .end("textarea"): area = ""
      case .text(let text): if !area.isEmpty { current?.values[area] = [text] }
      default: break
      }
    }
    return forms
  }

  private mutating func add(_ tag: MarkupTag, select: inout String) {
    if tag.name == "select" { select = tag["name"] ?? "" }
    if tag.name == "option", tag["selected"] != nil, let value = tag["value"] { values[select] = [value] }
    guard tag.name == "input", let name = tag["name"] else { return }
    let isBox = tag["type"] == "checkbox" || tag["type"] == "radio"
    if isBox, tag["checked"] == nil { return }
    if let value = tag["value"] { values[name, default: []].append(value) }
  }

  /// The rest of an address behind a mark, without the query; nil when the mark is not in it.
  static func tail(of address: String, from mark: String) -> String? {
    let bytes = Array(address.utf8)
    guard let start = bytes.firstRange(of: Array(mark.utf8)) else { return nil }
    let rest = bytes[start.upperBound...].prefix { $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#") }
    return String(decoding: rest, as: UTF8.self)
  }

  /// The place to which the form goes.
  var place: FormPlace? {
    let parts = address.split(separator: "/", maxSplits: 2).map(String.init)
    guard parts.count >= 2 else { return nil }
    return FormPlace(module: parts[0], action: parts[1], key: parts.count > 2 ? parts[2] : "")
  }
}
