import ParticipationKit

/// The folder of a module as its author has it: `module.json`, `README.md`, `Sources`, `Locales`, `Example`.
public struct ModuleFolder: Sendable {
  /// The path of the folder.
  public let path: String

  /// Opens a folder; nil when there is no `module.json` in it.
  public init?(_ path: String) {
    guard TestCommune.read(path + "/module.json") != nil else { return nil }
    self.path = path
  }

  /// The `id` that `module.json` says; nil when it says none.
  public var moduleID: String? { manifest?["id"]?.asString }

  /// Whether `module.json` says that the module is a program, with a process of its own.
  public var isProgram: Bool { manifest?["run"] != nil }

  /// `module.json`; nil when it is not valid JSON.
  var manifest: JSONValue? { bytes("module.json").flatMap { try? JSONValue.parse($0) } }

  func bytes(_ file: String) -> [UInt8]? { TestCommune.read("\(path)/\(file)") }

  func text(_ file: String) -> String? { bytes(file).map { String(decoding: $0, as: UTF8.self) } }

  /// The files below a folder of the module, by path within that folder, sorted.
  func files(in folder: String) -> [String] { TestCommune.list("\(path)/\(folder)").sorted() }

  /// The module's example: files of `content/`, and files to import in the order of their names.
  struct Example: Sendable {
    struct Import: Sendable {
      /// The kind of file: `01-meeting.md` is of the kind `meeting`.
      let kind: String
      let name: String
      let text: String
      /// What the kind asks besides: of `Example/imports.json`, an object from kinds to options.
      var options: [String: String] = [:]
    }

    var content: [String: String] = [:]
    var imports: [Import] = []

    /// The options with which a kind is exported: `Example/exports.json`, an object from kinds to options.
    var exportOptions: [String: [String: String]] = [:]

    var isEmpty: Bool { content.isEmpty && imports.isEmpty }
  }

  /// The files of `Example/content` and `Example/imports`; empty when the folder has none.
  var example: Example {
    var example = Example()
    for file in files(in: "Example/content") { example.content[file] = text("Example/content/\(file)") ?? "" }
    let importOptions = options("Example/imports.json")
    for file in files(in: "Example/imports") {
      let name = file.drop { $0.isNumber || $0 == "-" }.prefix { $0 != "." }
      example.imports.append(
        Example.Import(
          kind: String(name), name: file, text: text("Example/imports/\(file)") ?? "",
          options: importOptions[String(name)] ?? [:]))
    }
    example.exportOptions = options("Example/exports.json")
    return example
  }

  /// The options of kinds, as a file of the example says them.
  private func options(_ file: String) -> [String: [String: String]] {
    let kinds = bytes(file).flatMap { try? JSONValue.parse($0) }?.asObject ?? []
    return Dictionary(
      kinds.map { kind in
        let pairs = (kind.value.asObject ?? []).map { ($0.name, $0.value.asString ?? "") }
        return (kind.name, Dictionary(pairs, uniquingKeysWith: { $1 }))
      }, uniquingKeysWith: { $1 })
  }

  /// The rules from which the author asks to be exempted, with the reason.
  ///
  /// They stand in `module.json` as `"exemptions": [{"rule": "queries", "reason": "…"}]`.
  var exemptions: [(rule: String, reason: String)] {
    (manifest?["exemptions"]?.asArray ?? []).map { entry in
      (rule: entry["rule"]?.asString ?? "", reason: ByteText.trimmed(entry["reason"]?.asString ?? ""))
    }
  }
}
