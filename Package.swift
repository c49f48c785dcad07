// swift-tools-version: 6.3
import PackageDescription

let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .strictMemorySafety(),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

/// A library target; it imports only what stands in `dependencies`.
func library(_ name: String, _ dependencies: Target.Dependency...) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

/// A command: it parses, calls and prints; what it does stands in the libraries.
func command(
  _ name: String, _ dependencies: Target.Dependency..., excluding: [String] = []
) -> Target {
  .executableTarget(
    name: name, dependencies: ["MiniTransformer", "Console", "Visualization"] + dependencies,
    exclude: excluding, swiftSettings: strict)
}

/// The tests of one target. `Tests/Fixtures` is read from the checkout, not bundled.
func tests(_ name: String, _ dependencies: Target.Dependency...) -> Target {
  .testTarget(
    name: name + "Tests",
    dependencies: [.target(name: name)] + dependencies + ["TestSupport"], swiftSettings: strict)
}

let package = Package(
  name: "mini-transformer",
  platforms: [.macOS(.v15), .iOS(.v18)],
  products: [
    .library(name: "MiniTransformer", targets: ["MiniTransformer"]),
    .library(name: "Autograd", targets: ["Autograd"]),
    .library(name: "Transformer", targets: ["Transformer"]),
    .library(name: "Tokenization", targets: ["Tokenization"]),
    .library(name: "Checkpoints", targets: ["Checkpoints"]),
    .library(name: "Sampling", targets: ["Sampling"]),
    .library(name: "Training", targets: ["Training"]),
    .library(name: "Visualization", targets: ["Visualization"]),
    .library(name: "Curriculum", targets: ["Curriculum"]),
    .library(name: "Verification", targets: ["Verification"]),
    .executable(name: "train", targets: ["train"]),
    .executable(name: "generate", targets: ["generate"]),
    .executable(name: "gradcheck", targets: ["gradcheck"]),
    .executable(name: "inspect", targets: ["inspect"]),
    .executable(name: "lessons", targets: ["lessons"]),
    .executable(name: "benchmark", targets: ["benchmark"]),
  ],
  targets: [
    .target(name: "CKernels"),
    library("Autograd", "CKernels"),
    library("Transformer", "Autograd"),
    library("Tokenization"),
    library("Checkpoints", "Transformer", "Autograd", "Tokenization"),
    library("Sampling", "Transformer", "Autograd", "Tokenization"),
    library("Training", "Sampling", "Checkpoints", "Transformer", "Autograd", "Tokenization"),
    library(
      "MiniTransformer", "Training", "Sampling", "Checkpoints", "Transformer", "Autograd",
      "Tokenization"),
    library("Verification", "Transformer", "Autograd"),
    .target(
      name: "Visualization",
      dependencies: ["Checkpoints", "Transformer", "Autograd", "Tokenization"],
      resources: [.embedInCode("Explorer")], swiftSettings: strict),
    library(
      "Curriculum", "Training", "Visualization", "Sampling", "Checkpoints", "Transformer",
      "Autograd",
      "Tokenization"),
    library("Console", "Tokenization"),
    command("train"),
    command("generate"),
    command("gradcheck", "Verification"),
    command("inspect"),
    command("lessons", "Curriculum"),
    command("benchmark", excluding: ["Peers"]),

    .target(
      name: "TestSupport", dependencies: ["Autograd", "Checkpoints"], path: "Tests/TestSupport",
      swiftSettings: strict),
    .target(name: "KernelModel", dependencies: ["CKernels"], path: "Tests/KernelModel"),
    tests("CKernels", "KernelModel"),
    tests("Autograd", "Checkpoints"),
    tests("Transformer", "Autograd", "Checkpoints"),
    tests("Tokenization", "Checkpoints"),
    tests("Checkpoints", "Transformer", "Autograd", "Tokenization"),
    tests("Sampling", "Transformer", "Autograd", "Tokenization"),
    tests("Training", "Transformer", "Autograd", "Checkpoints", "Tokenization", "Sampling"),
    tests("Visualization", "Checkpoints", "Transformer", "Autograd", "Tokenization"),
    tests("Verification", "Autograd", "Transformer"),
    tests("Curriculum", "Visualization", "Checkpoints", "Autograd", "Tokenization"),
    tests("MiniTransformer"),
    tests("Console", "Tokenization"),
    .testTarget(
      name: "CommandTests",
      dependencies: [
        "train", "generate", "gradcheck", "inspect", "lessons", "benchmark", "Checkpoints",
        "TestSupport",
      ],
      swiftSettings: strict),
  ]
)
