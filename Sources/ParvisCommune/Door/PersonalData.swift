import ParticipationKit
import ParvisHost

extension Commune {
  /// Does one of ``CommuneDoor/DataErrand``.
  func personalData(_ errand: String, of who: String, locale: String) throws -> JSONValue {
    let errands = PersonalDataErrands(host: host)
    switch errand {
    case CommuneDoor.DataErrand.export.name: return try errands.export(who, locale: locale)
    case CommuneDoor.DataErrand.erase.name: return try errands.erase(who, locale: locale)
    default: return try errands.find(who, locale: locale)
    }
  }
}
