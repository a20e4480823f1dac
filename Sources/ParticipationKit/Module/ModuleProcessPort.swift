/// The process of a module that does not run in this one, as the desk and `parvis doctor` look at it.
package struct ModuleProcessPort: Sendable {
  /// How it is.
  package struct State: Sendable {
    /// Whether its last call went well, or nothing was asked of it yet.
    package let isFine: Bool
    /// How it is, by language, without anybody's words.
    package let texts: [String: String]

    /// Makes a state.
    package init(isFine: Bool, texts: [String: String]) {
      self.isFine = isFine
      self.texts = texts
    }
  }

  /// How it is now; asks nothing of it.
  package let state: @Sendable () -> State
  /// Starts it when it does not run, and greets it: how it is then.
  package let probe: @Sendable () -> State
  /// Ends it for good.
  package let stop: @Sendable () -> Void

  /// Makes the port.
  package init(
    state: @escaping @Sendable () -> State, probe: @escaping @Sendable () -> State,
    stop: @escaping @Sendable () -> Void
  ) {
    self.state = state
    self.probe = probe
    self.stop = stop
  }
}
