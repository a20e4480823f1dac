/// What a module's library hands to the host that opened it.
///
/// A class, so that it can cross the one C function of a library as a pointer. That the host finds this very type
/// behind the pointer proves that both mean the same contract: a library with a copy of its own would bring another
/// type of the same name. `parvis module build` writes the function; an author never does.
public final class ModuleEntry: Sendable {
  /// The module.
  public let descriptor: ModuleDescriptor

  /// Makes the entry of a module.
  public init<Module: ParticipationModule>(_ module: Module.Type) { descriptor = ModuleDescriptor(module) }
}
