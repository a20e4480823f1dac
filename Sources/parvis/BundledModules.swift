import Agenda
import Alerts
import Consultation
import Documents
import Incidents
import ParticipationKit
import SuggestionBox
import Workshops

/// The modules that come with the program. They go through the same door as a module of somebody else.
enum BundledModules {
  /// Those in service. `PARVIS_WITHOUT_BUNDLED` leaves some out by id, so that an installed module may take the place.
  static let all: [ModuleDescriptor] = {
    let without = environmentVariable("PARVIS_WITHOUT_BUNDLED") ?? ""
    let ids = without.split { $0 == " " || $0 == "," }
    return every.filter { !ids.contains(Substring($0.manifest.id)) }
  }()

  private static let every: [ModuleDescriptor] = [
    ModuleDescriptor(AgendaModule.self),
    ModuleDescriptor(AlertsModule.self),
    ModuleDescriptor(ConsultationModule.self),
    ModuleDescriptor(DocumentsModule.self),
    ModuleDescriptor(IncidentsModule.self),
    ModuleDescriptor(SuggestionBoxModule.self),
    ModuleDescriptor(WorkshopsModule.self),
  ]
}
