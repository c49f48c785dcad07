/// Puts SVG documents below each other in one.
///
/// - Parameter pictures: whole documents that say their width and height in pixels, as those of this module.
public func stackedSVG(_ pictures: [String]) -> String {
  func size(_ picture: String) -> (width: Int, height: Int) {
    guard let match = picture.firstMatch(of: /width="(\d+)" height="(\d+)"/) else { return (0, 0) }
    return (Int(match.1) ?? 0, Int(match.2) ?? 0)
  }
  var y = 0
  let placed = pictures.map { picture in
    defer { y += size(picture).height }
    return picture.replacing("<svg ", with: "<svg y=\"\(y)\" ", maxReplacements: 1)
  }
  let width = pictures.map { size($0).width }.max() ?? 0
  return """
    <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(width) \(y)" width="\(width)" height="\(y)">
    \(placed.joined())</svg>

    """
}
