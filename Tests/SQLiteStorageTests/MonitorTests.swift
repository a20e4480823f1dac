import Testing

@testable import SQLiteStorage

@Suite("State shared by threads")
struct MonitorTests {
  @Test("changes from many tasks are not lost, and who waits is woken by the last of them")
  func counts() async {
    let monitor = Monitor(0)
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<8 {
        group.addTask { for _ in 0..<2_000 { monitor.update { $0 += 1 } } }
      }
      group.addTask {
        let seen = monitor.wait { $0 == 16_000 ? $0 : nil }
        #expect(seen == 16_000)
      }
    }
    #expect(monitor.look { $0 } == 16_000)
  }

  @Test("who takes from the state has it alone")
  func handsOver() async {
    let monitor = Monitor(Array(0..<1_000))
    let taken = await withTaskGroup(of: [Int].self) { group in
      for _ in 0..<4 {
        group.addTask {
          var mine: [Int] = []
          while let next = monitor.update({ $0.popLast() }) { mine.append(next) }
          return mine
        }
      }
      return await group.reduce(into: []) { $0 += $1 }
    }
    #expect(taken.sorted() == Array(0..<1_000))
  }

  @Test("an error in a change lets the lock go")
  func errors() {
    struct Refused: Error {}
    let monitor = Monitor(1)
    #expect(throws: Refused.self) { try monitor.update { _ in throw Refused() } }
    #expect(monitor.update { $0 } == 1)
  }
}
