import Glibc
import HTTPListener
import Synchronization
import Testing

/// A reply that waits for a commit must hold no thread, come to the right person, and come once.
@Suite struct ExchangeTests {
  private func startKeeping(_ recorder: Recorder) throws -> Listener {
    try Listener.start(host: "127.0.0.1", port: 0) { exchange in
      if exchange.request.method == "POST" {
        recorder.keep(exchange)
      } else {
        exchange.reply(.text(200, "quick"))
      }
    }
  }

  @Test func twoHundredSleepingConnectionsAreEachAnsweredByAnotherThread() throws {
    let recorder = Recorder()
    let listener = try startKeeping(recorder)
    let clients = try (0..<200).map { number in
      let client = try #require(RawClient(port: listener.port))
      client.send("POST /\(number) HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nhi")
      return client
    }
    #expect(eventually { recorder.keptCount == 200 })
    let other = try #require(RawClient(port: listener.port))
    other.send("GET /now HTTP/1.1\r\nHost: h\r\n\r\n")
    #expect(other.reply()?.text == "quick", "sleeping connections must not hold the two threads")
    let answering = Worker {
      for exchange in recorder.takeKept() { exchange.reply(.text(201, "for \(exchange.request.path)")) }
    }
    answering.join()
    for (number, client) in clients.enumerated() {
      let reply = client.reply()
      #expect(reply?.status == 201)
      #expect(reply?.text == "for /\(number)")
      client.send("GET /again HTTP/1.1\r\nHost: h\r\n\r\n")
      #expect(client.reply()?.text == "quick", "keep-alive must survive the wait")
    }
    #expect(listener.stop(graceful: true))
  }

  @Test func repliesFromManyThreadsDuringTheHandlerNeverLoseAConnection() throws {
    // The answer races with the suspension: it comes before, while, and after the handler returns.
    let answering = Answering()
    let listener = try Listener.start(host: "127.0.0.1", port: 0) { answering.recorder.keep($0) }
    let client = try #require(RawClient(port: listener.port))
    for number in 0..<5000 {
      client.send("POST /\(number) HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n")
      try #require(client.reply()?.text == "/\(number)")
    }
    answering.end()
  }

  @Test func onlyTheFirstReplyCounts() throws {
    let second = Mutex(true)
    let listener = try Listener.start(host: "127.0.0.1", port: 0) { exchange in
      exchange.reply(.text(200, "first"))
      second.withLock { $0 = exchange.reply(.text(500, "second")) }
    }
    let client = try #require(RawClient(port: listener.port))
    client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n")
    #expect(client.reply()?.text == "first")
    #expect(client.reply()?.text == "first")
    #expect(second.withLock { $0 } == false)
  }

  @Test func anExchangeLetGoIsAnswered500() throws {
    let recorder = Recorder()
    let listener = try startKeeping(recorder)
    let client = try #require(RawClient(port: listener.port))
    client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n")
    #expect(eventually { recorder.keptCount == 1 })
    _ = recorder.takeKept()
    #expect(client.reply()?.status == 500)
  }

  @Test func aHandlerThatForgetsIsAnswered500() throws {
    let listener = try Listener.start(host: "127.0.0.1", port: 0) { _ in }
    let client = try #require(RawClient(port: listener.port))
    client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
    #expect(client.reply()?.status == 500)
  }

  @Test func aReplyToAClientThatLeftHarmsNobody() throws {
    let recorder = Recorder()
    let listener = try startKeeping(recorder)
    do {
      let client = try #require(RawClient(port: listener.port))
      client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n")
      #expect(eventually { recorder.keptCount == 1 })
    }
    for exchange in recorder.takeKept() { exchange.reply(.text(201, "too late")) }
    #expect(eventually { listener.requestsInFlight == 0 })
    let other = try #require(RawClient(port: listener.port))
    other.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
    #expect(other.reply()?.text == "quick")
  }

  @Test func aGracefulStopRefusesNewRequestsAndFinishesRepliesInFlight() throws {
    let recorder = Recorder()
    let listener = try startKeeping(recorder)
    let port = listener.port
    let client = try #require(RawClient(port: port))
    client.send("POST /act HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n")
    #expect(eventually { recorder.keptCount == 1 })
    let complete = Mutex(false)
    let stopping = Worker { complete.withLock { $0 = listener.stop(graceful: true) } }
    #expect(eventually { listener.isStopping })
    let late = try #require(RawClient(port: port))
    late.send("POST /act HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n")
    let refusal = late.reply()
    #expect(refusal?.status == 503 && refusal?["retry-after"] != nil && refusal?["connection"]?.lowercased() == "close")
    #expect(recorder.keptCount == 1, "no act begins while the server stops")
    for exchange in recorder.takeKept() { exchange.reply(.text(201, "kept")) }
    let reply = client.reply()
    #expect(reply?.text == "kept")
    #expect(reply?["connection"]?.lowercased() == "close")
    stopping.join()
    #expect(complete.withLock { $0 })
    #expect(RawClient(port: port) == nil)
    #expect(listener.stop(graceful: true), "a second stop does nothing")
  }

  @Test func aStopThatDoesNotWaitAnswers503AndALateReplyIsIgnored() throws {
    let recorder = Recorder()
    let listener = try startKeeping(recorder)
    let client = try #require(RawClient(port: listener.port))
    client.send("POST /act HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n")
    #expect(eventually { recorder.keptCount == 1 })
    #expect(listener.stop(graceful: false) == false)
    #expect(client.reply()?.status == 503)
    for exchange in recorder.takeKept() { #expect(exchange.reply(.text(201, "late")) == false) }
  }

  @Test func aGracefulStopDoesNotWaitForEver() throws {
    let recorder = Recorder()
    let listener = try startKeeping(recorder)
    let client = try #require(RawClient(port: listener.port))
    client.send("POST /act HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n")
    #expect(eventually { recorder.keptCount == 1 })
    #expect(listener.stop(graceful: true, deadline: 0.05) == false)
    #expect(client.reply()?.status == 503)
  }

  // A stop that took the listening socket out of the threads' hands aborted the process in 1 of 200 rounds.
  @Test func stoppingUnderLoadNeitherCrashesNorHangs() throws {
    for _ in 0..<40 {
      let answering = Answering()
      let listener = try Listener.start(host: "127.0.0.1", port: 0) { answering.recorder.keep($0) }
      let port = listener.port
      let load = (0..<4).map { _ in
        Worker {
          while let client = RawClient(port: port) {
            client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n")
            guard let reply = client.reply(), reply.status != 503 else { return }
          }
        }
      }
      #expect(eventually { answering.answered > 20 })
      listener.stop(graceful: false)
      for worker in load { worker.join() }
      answering.end()
    }
  }
}
