import Testing
import Visualization

@Test func picturesStandBelowEachOther() {
  let picture = #"<svg xmlns="x" viewBox="0 0 30 20" width="30" height="20">a</svg>"#
  let wider = #"<svg xmlns="x" viewBox="0 0 50 10" width="50" height="10">b</svg>"#
  let both = stackedSVG([picture, wider])
  #expect(both.contains(#"viewBox="0 0 50 30" width="50" height="30""#))
  #expect(both.contains(#"<svg y="0" xmlns="x" viewBox="0 0 30 20""#))
  #expect(both.contains(#"<svg y="20" xmlns="x" viewBox="0 0 50 10""#))
}
