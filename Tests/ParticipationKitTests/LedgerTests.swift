import ParticipationKit
import Testing

@Suite("Rows and ledgers: a schema that does not fit the code is said, never guessed")
struct LedgerTests {
  private let row = Row(
    columns: ["id", "title", "at", "ratio", "hash", "note"],
    values: [7, "x", .timestamp(Timestamp(seconds: 5)), .real(0.5), .blob([1]), nil])

  @Test("columns are read as what they hold")
  func columns() throws {
    #expect(try row.int("id") == 7)
    #expect(try row.bool("id"))
    #expect(try row.text("title") == "x")
    #expect(try row.timestamp("at") == Timestamp(seconds: 5))
    #expect(row.optionalReal("ratio") == 0.5)
    #expect(row.optionalReal("id") == 7)
    #expect(try row.blob("hash") == [1])
    #expect(row.optionalText("note") == nil)
    #expect(row.optionalInt("note") == nil)
    #expect(row.optionalTimestamp("at") == Timestamp(seconds: 5))
    #expect(row["absent"].isNull)
  }

  @Test("a column of another kind is an error that never shows the value")
  func mismatches() {
    let secret = Row(columns: ["mail"], values: ["secret@a.example"])
    let error = #expect(throws: RowError.self) { try secret.int("mail") }
    #expect(error?.description == "column mail: expected integer, found text")
    #expect(throws: RowError.self) { try row.text("id") }
    #expect(throws: RowError.self) { try row.text("note") }
    #expect(throws: RowError.self) { try row.blob("title") }
    let absent = #expect(throws: RowError.self) { try row.timestamp("absent") }
    #expect(absent?.description == "column absent: expected integer, found no column")
  }

  @Test("columns by place are read as those by name, and told as clearly when they do not fit")
  func places() throws {
    #expect(try row.int(at: 0) == 7)
    #expect(try row.text(at: 1) == "x")
    #expect(try row.timestamp(at: 2) == Timestamp(seconds: 5))
    #expect(row.optionalTimestamp(at: 2) == Timestamp(seconds: 5))
    #expect(row.optionalText(at: 5) == nil)
    #expect(row.optionalInt(at: 1) == nil)
    #expect(row.optionalInt(at: 6) == nil)
    let error = #expect(throws: RowError.self) { try row.int(at: 1) }
    #expect(error?.description == "column title: expected integer, found text")
    let absent = #expect(throws: RowError.self) { try row.text(at: 6) }
    #expect(absent?.description == "column number 7: expected text, found no column")
  }

  private func ledger(_ rows: [Row]) -> Ledger {
    Ledger(forEach: { _, _, body in for row in rows where try !body(row) { return } })
  }

  @Test("the first row stops the query, a count of nothing is zero")
  func reading() throws {
    var seen = 0
    let counting = Ledger(forEach: { _, _, body in
      for number in 1...3 {
        seen += 1
        if try !body(Row(columns: ["n"], values: [.integer(number)])) { return }
      }
    })
    #expect(try counting.row("SELECT n")?.int("n") == 1)
    #expect(seen == 1)
    #expect(try counting.rows("SELECT n").count == 3)
    #expect(try counting.count("SELECT n") == 1)
    #expect(try ledger([]).count("SELECT n") == 0)
    #expect(try ledger([Row(columns: ["n"], values: [nil])]).count("SELECT max(n)") == 0)
    #expect(try ledger([]).row("SELECT n") == nil)
  }

  @Test("a page cannot change anything while it is made")
  func readOnly() {
    #expect(throws: ReadOnlyLedger.self) { try ledger([]).execute("DELETE FROM agenda_item") }
    #expect(throws: ReadOnlyLedger.self) { try ledger([]).insert("INSERT INTO agenda_item VALUES (1)") }
  }

  @Test("values say what they are")
  func values() {
    #expect(
      [SQLValue.null, 1, .real(1), "a", .blob([])].map(\.kindName) == ["null", "integer", "real", "text", "blob"])
    #expect(SQLValue.bool(true) == 1)
    #expect(SQLValue.text(nil) == .null)
    #expect(SQLValue.timestamp(nil) == .null)
    #expect(SQLValue.text("1").asInteger == nil)
    #expect(SQLValue.integer(3).asReal == 3)
  }

  @Test("a subject is its text")
  func subjects() {
    let subject = Subject("agenda", "item", "17")
    #expect(subject.description == "agenda/item/17")
    #expect(Subject("agenda/item/17") == subject)
    #expect(Subject("agenda/item/2026/17")?.key == "2026/17")
    for text in ["", "agenda", "agenda/item", "agenda/item/", "/item/1", "agenda//1"] { #expect(Subject(text) == nil) }
    #expect(
      [Subject("b", "a", "1"), Subject("a", "b", "1"), Subject("a", "a", "2")].sorted().map(\.description)
        == ["a/a/2", "a/b/1", "b/a/1"])
  }
}

@Suite("Submissions and places")
struct SubmissionTests {
  @Test("what was not sent is empty")
  func empty() {
    let sent = Submission(values: ["a": ["x", "y"], "n": ["12"], "b": ["true"]], others: ["a": "z", "c": "own"])
    #expect(sent.text("a") == "x")
    #expect(sent.list("a") == ["x", "y"])
    #expect(sent.other("a") == "z")
    #expect(sent.other("c") == "own")
    #expect(sent.text("c").isEmpty)
    #expect(sent.optionalText("absent") == nil)
    #expect(sent.int("n") == 12)
    #expect(sent.int("a") == nil)
    #expect(sent.bool("b"))
    #expect(!sent.bool("absent"))
  }

  @Test("a place lies on Earth", arguments: ["48.7,5.9", " 48.7 , 5.9", "-90,180"])
  func places(_ text: String) {
    #expect(GeoPoint(text) != nil)
  }

  @Test(
    "anything else is no place", arguments: ["", "48.7", "91,0", "0,181", "nan,0", "0,inf", "1,2,3", "48,7;5,9", "a,b"])
  func noPlaces(_ text: String) {
    #expect(GeoPoint(text) == nil)
  }
}
