// swift-tools-version: 6.2
import PackageDescription

/// The bundled modules. Each is a folder of `Plugins/`; `Tools/tidy` checks that folder, target and registration agree.
let modules = ["Agenda", "Alerts", "Consultation", "Documents", "Incidents", "SuggestionBox", "Workshops"]

/// Settings every target shares. Strictness is decided here once, never per target.
let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .treatAllWarnings(as: .error),
]

/// Targets that never touch C also refuse every unsafe construct that is not marked.
let memorySafe = strict + [.strictMemorySafety()]

/// The contract alone is built with library evolution, so that a module binary survives additive changes. Its interface
/// file, beside the program in `Modules/`, is what modules are compiled against without this package.
let contract = memorySafe + [.unsafeFlags(["-enable-library-evolution", "-emit-module-interface"])]

/// Modules loaded from a folder leave the contract's symbols undefined and find them in the program.
let exporting: [LinkerSetting] = [.unsafeFlags(["-Xlinker", "--export-dynamic"])]

/// The words of a target in each language, compiled into the program: nothing is looked up on disk at run time.
let catalogues: [Resource] = [.embedInCode("Locales/fr.json"), .embedInCode("Locales/en.json")]

let adapters = [
  "SQLiteStorage", "MarkdownRendering", "FrontMatter", "HTTPListener", "Sealing", "OneTimeCodes", "MatrixCodes",
  "MailDelivery", "ModuleLoading", "ModuleProcess",
]

func library(_ name: String, _ dependencies: [Target.Dependency], _ settings: [SwiftSetting]) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .testTarget(
    name: "\(name)Tests", dependencies: [.byName(name: name)] + dependencies, swiftSettings: strict)
}

var targets: [Target] = [
  .systemLibrary(name: "CSQLite"),
  .systemLibrary(name: "CCMark"),
  .systemLibrary(name: "CMicroHTTPD"),
  .systemLibrary(name: "CSodium"),
  .systemLibrary(name: "CYAML"),
  .systemLibrary(name: "CNettle"),
  .systemLibrary(name: "CQREncode"),
  .systemLibrary(name: "CCurl"),
  .systemLibrary(name: "CToolchain"),
  .systemLibrary(name: "CConfinement"),

  .target(
    name: "ParticipationKit",
    exclude: ["README.md", "LOADING.md", "PROCESSES.md", "VERSIONS.md", "Decisions", "Reference"],
    swiftSettings: contract),

  library("SQLiteStorage", ["ParticipationKit", "CSQLite"], strict),
  library("MarkdownRendering", ["ParticipationKit", "CCMark"], strict),
  library("FrontMatter", ["CYAML"], strict),
  library("HTTPListener", ["CMicroHTTPD"], strict),
  library("Sealing", ["CSodium"], strict),
  library("OneTimeCodes", ["CNettle"], strict),
  library("MatrixCodes", ["CQREncode"], strict),
  library("MailDelivery", ["CCurl"], strict),
  library("ModuleLoading", ["ParticipationKit", "CToolchain"], strict),
  library("ModuleProcess", ["ParticipationKit", "CConfinement"], strict),

  .target(
    name: "SiteGeneration", dependencies: ["ParticipationKit"], exclude: ["Assets/README.md"],
    resources: ["parvis.css", "parvis.js", "search.js", "desk.js", "paving.svg"].map {
      .embedInCode("Assets/" + $0)
    } + catalogues,
    swiftSettings: strict),
  .target(
    name: "ParvisHost", dependencies: ["ParticipationKit"],
    resources: ["README.md", "verify_register.py", "verify_pages.py", "verify_receipt.py"].map {
      .embedInCode("Register/" + $0)
    } + catalogues,
    swiftSettings: memorySafe),
  library(
    "ParvisCommune", ["ParticipationKit", "SiteGeneration", "ParvisHost"] + adapters.map { .byName(name: $0) },
    strict),
  .target(
    name: "ParticipationTesting",
    dependencies: ["ParticipationKit", "SQLiteStorage", "ParvisHost", "SiteGeneration", "ParvisCommune"],
    exclude: ["README.md"], swiftSettings: strict),

  .executableTarget(
    name: "parvis",
    dependencies: [
      "ParticipationKit", "FrontMatter", "ModuleLoading", "ModuleProcess", "SiteGeneration", "ParvisHost",
      "ParvisCommune",
      "ParticipationTesting",
    ] + modules.map { .byName(name: $0) },
    swiftSettings: strict, linkerSettings: exporting),
  .executableTarget(name: "tidy", path: "Tools/tidy", exclude: ["Fixtures"], swiftSettings: memorySafe),

  tests("ParticipationKit", ["ParticipationTesting"]),
  tests("SQLiteStorage", ["ParticipationKit"]),
  tests("MarkdownRendering", ["ParticipationKit"]),
  tests("FrontMatter", ["ParticipationKit"]),
  tests("HTTPListener", []),
  tests("Sealing", []),
  tests("OneTimeCodes", []),
  tests("MatrixCodes", []),
  tests("MailDelivery", []),
  // Fixtures are modules that the tests compile and open in the test's own process.
  .testTarget(
    name: "ModuleLoadingTests", dependencies: ["ModuleLoading", "ParticipationKit"], swiftSettings: strict,
    linkerSettings: exporting),
  tests("ModuleProcess", ["ParticipationKit", "ParticipationTesting", "ParvisCommune", "ParvisHost"]),
  tests("SiteGeneration", ["ParticipationKit", "SQLiteStorage"]),
  .testTarget(
    name: "ParticipationTestingTests", dependencies: ["ParticipationTesting", "ParticipationKit", "ParvisHost"],
    exclude: ["Golden"], swiftSettings: strict),
  tests(
    "ParvisCommune", ["ParticipationKit", "ParvisHost", "SiteGeneration", "SQLiteStorage", "ParticipationTesting"]),
]

// `Plugins/` is also the folder where SwiftPM looks for its own build plugins, so every module names its path.
for name in modules {
  targets += [
    .target(
      name: name, dependencies: ["ParticipationKit"], path: "Plugins/\(name)",
      exclude: ["Tests", "Example", "README.md", "module.json"], sources: ["Sources"],
      resources: catalogues,
      swiftSettings: memorySafe),
    .testTarget(
      name: "\(name)Tests",
      dependencies: [.byName(name: name), "ParticipationKit", "ParticipationTesting"],
      path: "Plugins/\(name)/Tests", swiftSettings: strict),
  ]
}

let package = Package(
  name: "parvis",
  products: [
    .library(name: "ParticipationKit", targets: ["ParticipationKit"]),
    .executable(name: "parvis", targets: ["parvis"]),
  ],
  targets: targets,
  swiftLanguageModes: [.v6])
