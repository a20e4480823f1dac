import Agenda
import Consultation
import Incidents
import ParticipationKit

/// The modules that come with the program. They go through the same door as a module of somebody else.
enum BundledModules {
  static let all: [ModuleDescriptor] = [
    ModuleDescriptor(AgendaModule.self),
    ModuleDescriptor(ConsultationModule.self),
    ModuleDescriptor(IncidentsModule.self),
  ]
}
