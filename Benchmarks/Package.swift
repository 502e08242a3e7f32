// swift-tools-version: 6.2
import PackageDescription

/// A package of its own, so that `swift build` and `swift test` of Kith never build it, and so that it times the
/// released program from outside as a user runs it.
let package = Package(
  name: "kith-benchmarks",
  platforms: [.macOS(.v15)],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
  ],
  targets: [
    .executableTarget(
      name: "kith-bench",
      dependencies: [.product(name: "ArgumentParser", package: "swift-argument-parser")],
      path: "Sources/KithBench")
  ],
  swiftLanguageModes: [.v6]
)
