import Testing

/// What a process wrote to its standard error before it stopped.
func lastWords(_ result: ExitTest.Result?) -> String {
  result.map { String(decoding: $0.standardErrorContent, as: UTF8.self) } ?? ""
}
