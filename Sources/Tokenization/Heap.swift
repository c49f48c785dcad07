/// A binary heap, which gives out its least element first (Knuth, volume 3, section 5.2.3).
struct Heap<Element: Comparable> {
  private var elements: [Element] = []

  /// An empty heap.
  init() {}

  /// Adds an element.
  ///
  /// - Complexity: O(log *n*)
  mutating func insert(_ element: Element) {
    var place = elements.count
    elements.append(element)
    while place > 0, element < elements[(place - 1) / 2] {
      elements[place] = elements[(place - 1) / 2]
      place = (place - 1) / 2
    }
    elements[place] = element
  }

  /// Removes the least element, nil if there is none.
  ///
  /// - Complexity: O(log *n*)
  mutating func popLeast() -> Element? {
    guard let least = elements.first, let last = elements.popLast() else { return nil }
    guard !elements.isEmpty else { return least }
    var place = 0
    while 2 * place + 1 < elements.count {
      var child = 2 * place + 1
      if child + 1 < elements.count, elements[child + 1] < elements[child] { child += 1 }
      guard elements[child] < last else { break }
      elements[place] = elements[child]
      place = child
    }
    elements[place] = last
    return least
  }
}
