import Checkpoints
import TestSupport
import Testing
import Tokenization

@Suite struct SafetensorsWriterTests {
  private let folder = TestFolder()

  /// What the official library (safetensors 0.8.0, `safetensors.numpy.save`) makes of these tensors.
  @Test func bytesAreThoseOfTheOfficialLibrary() throws {
    let path = try folder.file("a")
    try SafetensorsFile.write(
      [
        OutgoingTensor(name: "b", shape: [2], values: [1.5, -2] as [Float]),
        OutgoingTensor(name: "a", shape: [2, 1], values: [1, 2] as [Float]),
        OutgoingTensor(name: "c", shape: [1], values: [0.1]),
        OutgoingTensor(name: "é", shape: [2], values: [1, 255] as [UInt8]),
        OutgoingTensor(name: "i", shape: [], values: [7] as [Int64]),
        OutgoingTensor(name: "j", shape: [1], values: [-3] as [Int32]),
      ], to: path)
    let header = #"""
      {"__metadata__":{"format":"pt"},"i":{"dtype":"I64","shape":[],"data_offsets":[0,8]},\#
      "c":{"dtype":"F64","shape":[1],"data_offsets":[8,16]},\#
      "a":{"dtype":"F32","shape":[2,1],"data_offsets":[16,24]},\#
      "b":{"dtype":"F32","shape":[2],"data_offsets":[24,32]},\#
      "j":{"dtype":"I32","shape":[1],"data_offsets":[32,36]},\#
      "é":{"dtype":"U8","shape":[2],"data_offsets":[36,38]}}
      """#
    let data: [UInt8] = [
      7, 0, 0, 0, 0, 0, 0, 0, 0x9A, 0x99, 0x99, 0x99, 0x99, 0x99, 0xB9, 0x3F, 0, 0, 0x80, 0x3F, 0,
      0,
      0, 0x40, 0, 0, 0xC0, 0x3F, 0, 0, 0, 0xC0, 0xFD, 0xFF, 0xFF, 0xFF, 1, 0xFF,
    ]
    #expect(try contents(path) == [0x68, 1, 0, 0, 0, 0, 0, 0] + header.utf8 + data)
  }

  @Test func theHeaderIsPaddedToEightBytes() throws {
    for length in 0..<9 {
      let path = try folder.file("a")
      let name = String(repeating: "n", count: length)
      try SafetensorsFile.write(
        [OutgoingTensor(name: name, shape: [1], values: [1] as [Float])], metadata: [], to: path)
      let bytes = try contents(path)
      #expect((bytes.count - 4) % 8 == 0)
      #expect(try SafetensorsFile(path: path).metadata.isEmpty)
    }
  }

  @Test func valuesReadBackBitForBit() throws {
    let path = try folder.file("a")
    let floats = (0..<1000).map { Float(bitPattern: 2_654_435_761 &* UInt32($0)) }
    try SafetensorsFile.write(
      [
        OutgoingTensor(name: "parts", shape: [10, 100], of: Float.self) {
          write throws(CheckpointError) in
          let (first, rest) = (floats[..<300], floats[300...])
          try write(first.span)
          try write(rest.span)
        },
        OutgoingTensor(name: "empty", shape: [0, 3], values: [] as [Float]),
        OutgoingTensor(name: "q\"\\\n\u{0}", shape: [2], values: [-0.0, .infinity] as [Double]),
      ], metadata: [("step", "12")], to: path)
    let file = try SafetensorsFile(path: path)
    let read: [Float] = try file.read(file.entry("parts"))
    #expect(read.map(\.bitPattern) == floats.map(\.bitPattern))
    #expect(try file.read(file.entry("empty"), as: Float.self).isEmpty)
    let doubles: [Double] = try file.read(file.entry("q\"\\\n\u{0}"))
    #expect(doubles.map(\.bitPattern) == [(-0.0).bitPattern, Double.infinity.bitPattern])
    #expect(file.metadata.map(\.value) == ["12"])
  }

  /// Tensors of random shapes, types, names and bits, from a fixed seed.
  @Test func anyTensorsReadBackBitForBit() throws {
    var random = TestRandom(seed: 12)
    for _ in 0..<50 {
      var tensors: [OutgoingTensor] = []
      var bits: [String: [UInt64]] = [:]
      for number in 0..<random.below(8) {
        let name = random.text(length: random.below(12)) + "\(number)"
        let shape = (0..<random.below(4)).map { _ in random.below(5) }
        let numbers = (0..<shape.reduce(1, *)).map { _ in random.bits() }
        bits[name] = numbers
        switch random.below(4) {
        case 0:
          let values = numbers.map { Float(bitPattern: UInt32(truncatingIfNeeded: $0)) }
          tensors.append(OutgoingTensor(name: name, shape: shape, values: values))
        case 1:
          let values = numbers.map { Double(bitPattern: $0) }
          tensors.append(OutgoingTensor(name: name, shape: shape, values: values))
        case 2:
          let values = numbers.map { Int64(bitPattern: $0) }
          tensors.append(OutgoingTensor(name: name, shape: shape, values: values))
        default:
          let values = numbers.map { UInt8(truncatingIfNeeded: $0) }
          tensors.append(OutgoingTensor(name: name, shape: shape, values: values))
        }
      }
      let path = try folder.file("a")
      try SafetensorsFile.write(tensors, to: path)
      let file = try SafetensorsFile(path: path)
      #expect(file.entries.count == tensors.count)
      for tensor in tensors {
        let entry = try file.entry(tensor.name)
        let expected = try #require(bits[tensor.name])
        #expect(entry.shape == tensor.shape && entry.dtype == tensor.dtype)
        switch entry.dtype {
        case .f32:
          let read: [Float] = try file.read(entry)
          #expect(read.map(\.bitPattern) == expected.map { UInt32(truncatingIfNeeded: $0) })
        case .f64:
          let read: [Double] = try file.read(entry)
          #expect(read.map(\.bitPattern) == expected)
        case .i64:
          #expect(try file.readIntegers(entry).map { UInt64(bitPattern: $0) } == expected)
        default:
          #expect(try file.readIntegers(entry) == expected.map { Int64($0 & 0xFF) })
        }
      }
    }
  }

  @Test func mistakesLeaveTheOldFile() throws {
    let path = try folder.file("a", "old".utf8)
    let sound = OutgoingTensor(name: "a", shape: [1], values: [1] as [Float])
    for tensors in [
      [sound, sound], [OutgoingTensor(name: "a", shape: [2], values: [1] as [Float])],
      [OutgoingTensor(name: "__metadata__", shape: [], values: [1] as [Float])],
      [OutgoingTensor(name: "a", shape: [.max, 2], values: [1] as [Float])],
    ] {
      let error = try #require(throws: CheckpointError.self) {
        try SafetensorsFile.write(tensors, to: path)
      }
      #expect(error.cause == .cannotWrite)
    }
    #expect(try contents(path) == Array("old".utf8))
    #expect(try folder.names == ["a"])
  }
}
