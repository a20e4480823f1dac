import Glibc
import ModuleLoading
import ParticipationKit
import ParvisCommune

/// The command as a whole: finds the verb, runs it, turns every failure into words and an exit code.
enum Command {
  /// The version of the program, as printed by `parvis --version`.
  static let version = "0.1.0"

  /// Every verb, in the order of the help.
  static let verbs: [Verb] = [
    .initialise, .build, .serve, .check, .importFile, .exportFile,
    .personAdd, .personList, .personRole, .personDisable, .personEnable, .personResetFactor, .personResetPassword,
    .personInvite, .personData, .personExport, .personEraseData,
    .mailSend, .mailTest, .mailBounce, .moduleList, .moduleInfo, .moduleNew, .moduleBuild, .moduleCheck,
    .moduleInstall, .moduleRemove, .moduleRelease, .sdkExport, .registerVerify, .registerHead, .registerReceipt,
    .backup, .restore, .doctor, .version, .help,
  ]

  /// Runs the command with its arguments, without the program's name.
  static func run(_ arguments: [String]) -> Int32 {
    // A client that goes away must not end a server; a reader of our output that goes away is seen when we write.
    signal(SIGPIPE, SIG_IGN)
    let console = Console.current
    var wantsJSON = false
    do {
      switch try ArgumentParser(verbs: verbs).parse(arguments) {
      case .help(let verb):
        try console.write(
          Array((verb.map { HelpPage.verb($0, console.language) } ?? HelpPage.command(console.language)).utf8))
        return ExitCode.done.status
      case .version:
        try console.say("parvis \(version)")
        return ExitCode.done.status
      case .run(let verb, let operands, let values):
        let invocation = Invocation(verb: verb, operands: operands, values: values, console: console)
        wantsJSON = invocation.wantsJSON
        return try verb.run(invocation).status
      }
    } catch {
      let failure = Failure(error, console.language)
      for finding in failure.findings { console.note(finding.line(console.language.code)) }
      console.error(failure.message)
      if wantsJSON { try? console.say(failure.json(console.language).text) }
      return failure.code.status
    }
  }
}

/// Any error as what a person is told.
struct Failure {
  let code: ExitCode
  /// A stable word for programs.
  let name: String
  let message: String
  let findings: [Diagnostic]

  init(_ error: any Error, _ language: Language) {
    switch error {
    case let error as CommandError:
      self.init(error.code, name: Failure.name(error.code), error.words(language))
    case let error as CommuneError:
      self.init(
        ExitCode(status: error.exitCode), name: error.kind.name, error.message(language.code), error.diagnostics)
    case let error as ContentError:
      let words = Bilingual(
        fr: "le contenu ne peut pas être utilisé tel quel ; corrigez les lignes ci-dessus, puis recommencez",
        en: "the content cannot be used as it is; correct the lines above and run this again")
      self.init(.foundWrong, name: "bad-content", words(language), error.diagnostics)
    case let error as ImportError:
      let place = error.line.map { language == .french ? "ligne \($0) : " : "line \($0): " } ?? ""
      let after = Bilingual(fr: "rien n’a été importé", en: "nothing was imported")
      let what = error.messages[language.code] ?? error.messages["fr"] ?? ""
      self.init(.foundWrong, name: "bad-import", "\(place)\(what) ; \(after(language))")
    case let refusal as ModuleRefusal:
      self.init(.foundWrong, name: refusal.reason.name, refusal.message(language.code))
    case let failure as BuildFailure:
      let couldNot: [BuildFailure.Reason] = [.compiler, .sdk, .disk]
      self.init(
        couldNot.contains(failure.reason) ? .couldNot : .foundWrong, name: failure.reason.name,
        failure.message(language.code))
    case let problem as Problem:
      let fields = problem.fieldErrors.map { "\($0.field): \($0.message)" }
      self.init(
        fields.isEmpty ? (problem.status == 409 ? .refused : .foundWrong) : .usage, name: problem.code,
        fields.isEmpty ? problem.detail : fields.joined(separator: "\n  "))
    default:
      let words = Bilingual(
        fr: "échec inattendu : \(error). Lancez « parvis doctor » et joignez son résultat à votre demande d’aide.",
        en: "unexpected failure: \(error). Run “parvis doctor” and send its result with your call for help.")
      self.init(.couldNot, name: "failed", words(language))
    }
  }

  private init(_ code: ExitCode, name: String, _ message: String, _ findings: [Diagnostic] = []) {
    self.code = code
    self.name = name
    self.message = message
    self.findings = findings
  }

  private static func name(_ code: ExitCode) -> String {
    switch code {
    case .usage: "usage"
    case .refused: "refused"
    case .foundWrong: "found-wrong"
    default: "could-not"
    }
  }

  func json(_ language: Language) -> JSONValue {
    [
      "ok": false, "exit": .integer(Int(code.status)),
      "error": ["code": .string(name), "message": .string(message)],
      "findings": .array(findings.map { $0.json(language) }),
    ]
  }
}

extension Diagnostic {
  /// The finding for a program.
  func json(_ language: Language) -> JSONValue {
    [
      "severity": .string(severity.name), "file": .string(file), "line": line.map { .integer($0) } ?? .null,
      "message": .string(message(language.code)),
    ]
  }
}
