import Testing

/// What a process wrote to standard error before it stopped.
func message(of result: ExitTest.Result?) -> String {
  String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
}

/// Records each of the differences as an issue of its own, in its own words.
func expectNone(
  _ mismatches: [String], sourceLocation: SourceLocation = #_sourceLocation
) {
  for mismatch in mismatches { Issue.record("\(mismatch)", sourceLocation: sourceLocation) }
}
