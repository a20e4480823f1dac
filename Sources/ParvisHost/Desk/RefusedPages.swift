import ParticipationKit
import Synchronization

/// What the desk answered a form with that has no address: refused forms with everything typed, and what an act shows
/// once. Kept in memory for a while under an address of its own.
///
/// A browser that has sent a form is led to what came of it (post, redirect, get): going back later then shows the
/// page again, instead of asking whether to send the form once more. After the time, or a restart, the address shows
/// the screen as it is; nothing was recorded, and nothing is stored.
final class RefusedPages: Sendable {
  private struct Kept {
    let name: String
    /// Whose it is: the token of the session's forms.
    let owner: String
    let path: String
    let at: Timestamp
    let page: WebResponse
  }

  /// How long a page is kept, in seconds.
  private static let seconds: Int64 = 3600
  /// The most bytes of all pages together; the oldest go first.
  private static let limit = 4 << 20

  private let kept = Mutex<[Kept]>([])

  func keep(_ page: WebResponse, named name: String, owner: String, path: String, now: Timestamp) {
    guard page.body.count <= RefusedPages.limit else { return }
    kept.withLock { kept in
      kept.removeAll { now.seconds - $0.at.seconds > RefusedPages.seconds }
      kept.append(Kept(name: name, owner: owner, path: path, at: now, page: page))
      var bytes = kept.reduce(0) { $0 + $1.page.body.count }
      while bytes > RefusedPages.limit { bytes -= kept.removeFirst().page.body.count }
    }
  }

  func page(_ name: String, owner: String, path: String, now: Timestamp) -> WebResponse? {
    kept.withLock { kept in
      kept.first {
        $0.name == name && $0.owner == owner && $0.path == path && now.seconds - $0.at.seconds <= RefusedPages.seconds
      }?.page
    }
  }
}

extension DeskRoom {
  private static let answerName = "answer"

  /// What a browser is answered that sent a form by itself. A page goes to an address of its own, whether it refuses or
  /// shows what was done; a file is downloaded, and a program, or a script of the page, gets its answer at once.
  func afterPost(_ response: WebResponse) -> WebResponse {
    let isPage = response.headers.contains { $0.name == "Content-Type" && $0.value.utf8.starts(with: "text/html".utf8) }
    // A page that comes with a new session belongs to that one, and is shown with its cookie: recovery codes, once.
    let startsSession = response.headers.contains { $0.name == "Set-Cookie" }
    guard isPage, !startsSession, request.header("Sec-Fetch-Mode") == "navigate" else { return response }
    let name = hexadecimal(host.ports.sealing.random(16))
    host.refusedPages.keep(
      response, named: name, owner: session.formToken, path: request.path, now: host.ports.now())
    return .redirect("\(request.path)?\(DeskRoom.answerName)=\(name)")
  }

  /// The page that an address stands for. One that is gone leads on to the screen, or to the desk where the
  /// address has none.
  func refusedPage() -> WebResponse? {
    guard let name = request.parameter(DeskRoom.answerName) else { return nil }
    let page = host.refusedPages.page(name, owner: session.formToken, path: request.path, now: host.ports.now())
    if let page { return page }
    return steps.first == "do" ? .redirect("/desk") : nil
  }
}
