// swift-tools-version: 6.2
import PackageDescription

/// The connector modules: one folder under Plugins/ and one line here.
let connectors = [
  "CRMExport",
  "ECommerceOrders",
  "SurveyTool",
  "WebAnalytics",
  "EmailPlatform",
  "SupportDesk",
  "OfflineTouchpoints",
]

let connectorDependencies = connectors.map { Target.Dependency.target(name: $0) }

let package = Package(
  name: "kith",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "kith", targets: ["kith"]),
    .library(name: "KithCore", targets: ["KithCore"]),
    .library(name: "KithConnectorKit", targets: ["KithConnectorKit"]),
    .library(name: "KithTesting", targets: ["KithTesting"]),
    // Preloaded into programs under test; nothing links it.
    .library(name: "kith-faults", type: .dynamic, targets: ["CFaults"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
  ],
  targets: [
    .systemLibrary(
      name: "CBrotli", path: "Sources/CBrotli", pkgConfig: "libbrotlidec", providers: [.apt(["libbrotli-dev"])]),
    .systemLibrary(name: "CXML", path: "Sources/CXML", pkgConfig: "libxml-2.0", providers: [.apt(["libxml2-dev"])]),
    .systemLibrary(
      name: "CArchive", path: "Sources/CArchive", pkgConfig: "libarchive", providers: [.apt(["libarchive-dev"])]),
    .systemLibrary(name: "CPostgres", path: "Sources/CPostgres", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
    .systemLibrary(
      name: "CCrypto", path: "Sources/CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    .systemLibrary(name: "CZlib", path: "Sources/CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CZstd", path: "Sources/CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
    .target(
      name: "CPhoneNumber", path: "Sources/CPhoneNumber",
      linkerSettings: [.linkedLibrary("phonenumber"), .linkedLibrary("stdc++")]),
    .target(name: "CCurl", linkerSettings: [.linkedLibrary("curl")]),
    .target(name: "CSQLiteTuning"),
    .target(name: "CPrefetch"),
    .target(name: "CProcess", dependencies: ["CCrypto"]),
    .target(name: "CFaults", linkerSettings: [.linkedLibrary("dl", .when(platforms: [.linux]))]),
    .target(name: "KithCore"),
    .target(
      name: "KithConnectorKit",
      dependencies: ["KithCore", "KithHTTP", "CXML", "CArchive", .product(name: "Yams", package: "Yams")]),
    .target(name: "KithHTTP", dependencies: ["KithCore", "CBrotli", "CCrypto", "CCurl", "CProcess", "CZlib", "CZstd"]),
    .target(name: "KithNormalise", dependencies: ["KithCore", "CPhoneNumber"]),
    .target(name: "KithIdentity", dependencies: ["CPrefetch", "KithCore", "KithNormalise"]),
    .target(
      name: "KithStore",
      dependencies: [
        "KithCore", "CPostgres", "CSQLiteTuning", .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "GRDBSQLite", package: "GRDB.swift"),
      ]),
    .target(
      name: "KithEngine",
      dependencies: [
        "KithCore", "KithConnectorKit", "KithHTTP", "KithNormalise", "KithIdentity", "KithStore",
      ]),
    .target(
      name: "KithServer",
      dependencies: [
        "KithCore", "KithEngine", "KithIdentity", "KithStore", "CCrypto",
        .product(name: "HTTPTypes", package: "swift-http-types"), .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "HummingbirdCore", package: "hummingbird"),
        .product(name: "HummingbirdTLS", package: "hummingbird"),
        .product(name: "Logging", package: "swift-log"), .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"), .product(name: "NIOSSL", package: "swift-nio-ssl"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ]),
    .target(name: "KithTesting", dependencies: ["CZlib", "KithCore", "KithConnectorKit", "KithHTTP"]),
    .target(name: "KithSamples", dependencies: ["KithCore"]),
    .target(name: "KithParquet", dependencies: ["KithCore", "CZstd"]),
    .executableTarget(
      name: "kith",
      dependencies: [
        "CProcess", "KithCore", "KithConnectorKit", "KithEngine", "KithStore", "KithIdentity", "KithNormalise",
        "KithParquet", "KithSamples", "KithServer", "KithTesting",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ] + connectorDependencies, plugins: ["ConnectorRegistryPlugin"]),
    .executableTarget(name: "connector-registry"),
    .plugin(
      name: "ConnectorRegistryPlugin", capability: .buildTool(), dependencies: ["connector-registry"],
      path: "Sources/ConnectorRegistryPlugin"),
    .testTarget(name: "KithCoreTests", dependencies: ["KithCore"]),
    .testTarget(name: "KithConnectorKitTests", dependencies: ["KithCore", "KithConnectorKit", "KithTesting"]),
    .testTarget(
      name: "KithHTTPTests", dependencies: ["CBrotli", "CZstd", "KithCore", "KithHTTP", "KithTesting"],
      linkerSettings: [.linkedLibrary("brotlienc")]),
    .testTarget(name: "KithNormaliseTests", dependencies: ["KithCore", "KithNormalise", "KithTesting"]),
    .testTarget(name: "KithIdentityTests", dependencies: ["KithCore", "KithIdentity", "KithTesting"]),
    .testTarget(name: "KithParquetTests", dependencies: ["CZstd", "KithCore", "KithParquet", "KithTesting"]),
    .testTarget(
      name: "KithStoreTests",
      dependencies: ["KithCore", "KithStore", "KithTesting", .product(name: "GRDB", package: "GRDB.swift")]),
    .testTarget(
      name: "KithEngineTests",
      dependencies: [
        "KithCore", "KithConnectorKit", "KithEngine", "KithStore", "KithNormalise", "KithIdentity", "KithTesting",
        .product(name: "GRDB", package: "GRDB.swift"),
      ]),
    .testTarget(
      name: "KithServerTests",
      dependencies: ["CCrypto", "KithConnectorKit", "KithCore", "KithEngine", "KithServer", "KithStore", "KithTesting"]),
    .testTarget(
      name: "ConnectorConformanceTests",
      dependencies: [
        "KithCore", "KithConnectorKit", "KithEngine", "KithTesting", .product(name: "GRDB", package: "GRDB.swift"),
      ] + connectorDependencies,
      plugins: ["ConnectorRegistryPlugin"]),
    .testTarget(name: "LayoutTests"),
    .testTarget(
      name: "FaultTests",
      dependencies: [
        "kith", "KithConnectorKit", "KithCore", "KithEngine", "KithTesting",
        .product(name: "GRDB", package: "GRDB.swift"),
      ]),
    .testTarget(
      name: "KithTests",
      dependencies: ["kith", "KithConnectorKit", "KithCore", "KithSamples", "KithTesting"]),
  ]
    + connectors.map {
      .target(
        name: $0, dependencies: ["KithCore", "KithConnectorKit"], path: "Plugins/\($0)",
        exclude: ["Fixtures", "README.md"])
    },
  swiftLanguageModes: [.v6],
  cxxLanguageStandard: .cxx17
)
