import Glibc
import ParticipationKit
import ParticipationTesting
import ParvisHost
import Testing

@testable import ParvisCommune

/// A flood of sign-ins must cost refusals, not memory.
@Suite("More slow requests than can be done")
struct OverloadTests {
  @Test("a pool takes so much and no more, and does what it took, in order")
  func bounded() {
    let pool = WorkerPool(threads: 1, limit: 3)
    let gate = Arrival<Bool>()
    let began = Arrival<Bool>()
    let done = Lines()
    #expect(
      pool.submit {
        began.set(true)
        _ = gate.value()
      })
    _ = began.value()
    for number in 1...3 { #expect(pool.submit { done.add(String(number)) }) }
    #expect(!pool.submit { done.add("never") })
    gate.set(true)
    #expect(eventually { done.all == ["1", "2", "3"] })
    #expect(pool.submit { done.add("4") })
    #expect(eventually { done.all.last == "4" })
    pool.stop()
  }

  @Test("the desk answers 503 with a time to come back, a refused act still says why, and both work again after")
  func refusals() throws {
    let commune = try NotesCommune.make()
    let gate = Arrival<Bool>()
    let begun = Lines()
    // Both workers first: a place that becomes free later would let the next request in.
    for _ in 1...2 {
      let isTaken = commune.opened.workers.submit {
        begun.add("")
        _ = gate.value()
      }
      #expect(isTaken)
    }
    #expect(eventually { begun.all.count == 2 })
    var taken = 0
    while commune.opened.workers.submit({}) { taken += 1 }
    #expect(taken == 256)
    defer { gate.set(true) }
    let busy = commune.get("/desk/sign-in")
    #expect(busy.status == 503 && busy.header("Retry-After") == "30")
    #expect(busy.body.contains("role=\"alert\""))
    let refused = commune.post("/api/v1/notes/write", [("body", "")])
    #expect(refused.status == 422 && refused.body.contains("role=\"alert\""))
    // Acts do not pass through the pool.
    #expect(commune.write("pendant").status == 303)
    gate.set(true)
    #expect(eventually { commune.get("/desk/sign-in").status == 200 })
  }
}
