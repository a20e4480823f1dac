import FrontMatter
import ParticipationKit
import ParvisHost

extension CommuneConfiguration {
  /// The part `moderation` of `commune.yaml`:
  ///
  /// ```yaml
  /// moderation:
  ///   mode: before            # or after: public at once, read afterwards
  ///   after: [incidents/report/lighting, comments/agenda]
  ///   before: [consultation]
  ///   hide_after_flags: 3     # 0 for never
  ///   undo_minutes: 1440
  /// ```
  static func moderation(_ reader: MappingReader) -> ModerationSettings {
    guard let part = reader.optionalMapping("moderation") else { return ModerationSettings() }
    var modes: [String: ModerationSettings.Mode] = [:]
    if let word = part.optionalText("mode") {
      modes[""] = ModerationSettings.Mode(rawValue: word)
      if modes[""] == nil {
        part.report("mode", expected: Wording(fr: "before ou after", en: "before or after"))
      }
    }
    for mode in ModerationSettings.Mode.allCases {
      for scope in part.texts(mode.rawValue) {
        if !isScope(scope) || modes[scope] != nil {
          part.report(
            mode.rawValue,
            expected: Wording(
              fr: "des noms comme incidents, incidents/report ou comments/agenda, chacun une fois",
              en: "names such as incidents, incidents/report or comments/agenda, each once"))
        }
        modes[scope] = mode
      }
    }
    let start = ModerationSettings()
    return ModerationSettings(
      modes: modes,
      hideAfterFlags: part.optionalInt("hide_after_flags", in: ModerationSettings.flagRange) ?? start.hideAfterFlags,
      undoMinutes: part.optionalInt("undo_minutes", in: ModerationSettings.undoRange) ?? start.undoMinutes)
  }

  private static func isScope(_ text: String) -> Bool {
    let steps = text.split(separator: "/", omittingEmptySubsequences: false)
    return (1...3).contains(steps.count) && steps.allSatisfy { !$0.isEmpty && $0.utf8.count <= 80 }
  }
}
