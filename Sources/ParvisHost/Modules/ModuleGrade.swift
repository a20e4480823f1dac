/// What the conformance kit says of a module, as the desk shows it to administrators.
///
/// The engine knows no rules: whoever opens the commune gives this value.
public struct ModuleGrade: Sendable {
  /// A rule with what is to be said of it.
  public struct Note: Sendable {
    /// The stable id of the rule.
    public let rule: String
    /// What the rule asks, by locale.
    public let titles: [String: String]
    /// What was found, or why the author asks for an exemption.
    public let lines: [String]

    /// Makes a note.
    public init(rule: String, titles: [String: String], lines: [String]) {
      self.rule = rule
      self.titles = titles
      self.lines = lines
    }
  }

  /// The last time when every rule was run.
  public struct Check: Sendable {
    /// When, in RFC 3339.
    public let at: String
    /// The version of the module that was looked at.
    public let moduleVersion: String
    /// The version of the program that looked.
    public let programVersion: String
    /// Whether the module or the program is another one by now.
    public let isStale: Bool
    /// `bronze`, `silver`, `gold`, `platinum`; empty for none.
    public let level: String
    /// How many rules were kept.
    public let kept: Int
    /// The rules that are broken.
    public let broken: [Note]
    /// The rules that met nothing to look at, with what was not there.
    public let missed: [Note]
    /// The rules from which the author asks to be exempted, with the reason.
    public let exempted: [Note]

    /// Makes a check.
    public init(
      at: String, moduleVersion: String, programVersion: String, isStale: Bool, level: String, kept: Int,
      broken: [Note], missed: [Note] = [], exempted: [Note]
    ) {
      self.at = at
      self.moduleVersion = moduleVersion
      self.programVersion = programVersion
      self.isStale = isStale
      self.level = level
      self.kept = kept
      self.broken = broken
      self.missed = missed
      self.exempted = exempted
    }
  }

  /// The module's id.
  public let module: String
  /// What is wrong with its declaration, looked at when the program started.
  public let declaration: [Note]
  /// The last whole check; nil when there was none.
  public let check: Check?

  /// Makes a grade.
  public init(module: String, declaration: [Note], check: Check?) {
    self.module = module
    self.declaration = declaration
    self.check = check
  }
}
