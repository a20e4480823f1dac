import FrontMatter
import Testing

func yaml(_ text: String) throws(FrontMatterError) -> YAMLValue {
  try YAMLDocument.parse(Array(text.utf8), file: "essai.yaml")
}

func problem(_ text: String) -> FrontMatterError? {
  do throws(FrontMatterError) {
    _ = try yaml(text)
    return nil
  } catch {
    return error
  }
}

@Suite("YAML is read by the core rules of YAML 1.2")
struct YAMLReadingTests {
  @Test(
    "country codes, answers and hours stay texts: « pays: no » is Norway, not a refusal",
    arguments: ["no", "NO", "yes", "on", "off", "y", "n", "18:30", "1_000", "1,5", "2026-06-12", "0b11", "1e", "."])
  func plainTexts(text: String) throws {
    let value = try yaml("valeur: \(text)")["valeur"]
    #expect(value?.text == text)
    #expect(value?.bool == nil && value?.int == nil && value?.double == nil && value?.isNull == false)
  }

  @Test(
    "numbers",
    arguments: [
      ("0", 0), ("-7", -7), ("+12", 12), ("007", 7), ("02001", 2001), ("0x1F", 31), ("0o17", 15),
      ("9223372036854775807", Int.max),
    ])
  func integers(text: String, number: Int) throws {
    let value = try yaml("n: \(text)")["n"]
    #expect(value?.int == number)
    #expect(value?.double == Double(number))
    #expect(value?.text == text, "an INSEE code keeps its zeros")
  }

  @Test("decimals", arguments: [("1.5", 1.5), ("-.5", -0.5), ("2.", 2), ("1e3", 1000), ("6.02E-2", 0.0602)])
  func decimals(text: String, number: Double) throws {
    let value = try yaml("n: \(text)")["n"]
    #expect(value?.double == number)
    #expect(value?.int == nil)
  }

  @Test("numbers that do not fit are not given cut", arguments: ["9223372036854775808", "1e999", ".inf", ".nan"])
  func tooLargeNumbers(text: String) throws {
    let value = try yaml("n: \(text)")["n"]
    #expect(value?.int == nil)
    #expect(value?.double?.isFinite != false)
  }

  @Test("truth and nothing")
  func truthAndNull() throws {
    let value = try yaml("a: true\nb: False\nc: null\nd: ~\ne:\nf: 'true'\ng: 'null'\nh: ''")
    #expect(value["a"]?.bool == true)
    #expect(value["b"]?.bool == false)
    for key in ["c", "d", "e"] { #expect(value[key]?.isNull == true && value[key]?.text == nil) }
    #expect(value["f"]?.bool == nil && value["f"]?.text == "true")
    #expect(value["g"]?.isNull == false && value["g"]?.text == "null")
    #expect(value["h"]?.text == "")
  }

  @Test("quoted digits are a text, in every way of quoting", arguments: ["\"12\"", "'12'", "|-\n  12", ">-\n  12"])
  func quoted(text: String) throws {
    let value = try yaml("n: \(text)")["n"]
    #expect(value?.text == "12")
    #expect(value?.int == nil && value?.double == nil)
  }

  @Test(
    "only days that exist are dates",
    arguments: [
      ("2026-06-12", true), ("2024-02-29", true), ("2026-02-29", false), ("2000-02-29", true),
      ("1900-02-29", false), ("2026-13-01", false), ("2026-00-10", false), ("2026-04-31", false),
      ("2026-6-12", false), ("12/06/2026", false), ("2026-06-12T18:00", false), ("٢٠٢٦-٠٦-١٢", false),
    ])
  func dates(text: String, isDate: Bool) throws {
    #expect(try yaml("d: \(text)")["d"]?.date == (isDate ? text : nil))
    #expect(try yaml("d: '\(text)'")["d"]?.date == (isDate ? text : nil))
  }

  @Test("order, nesting and places are kept, so that an error can be shown where it is")
  func structure() throws {
    let value = try yaml("z: 1\né: [a, {b: 2}]\na:\n  - texte\n  -   fin\n")
    #expect(value.entries?.map(\.key) == ["z", "é", "a"])
    #expect(value.entries?[1].line == 2 && value.entries?[1].column == 1)
    let nested = value["é"]?.sequence?[1]["b"]
    #expect(nested?.int == 2 && nested?.line == 2 && nested?.column == 12)
    let last = value["a"]?.sequence?[1]
    #expect(last?.text == "fin" && last?.line == 5 && last?.column == 7)
    #expect(value["absent"] == nil && value["a"]?["z"] == nil)
  }

  @Test("Windows line ends and a byte order mark change nothing")
  func windows() throws {
    #expect(try yaml("\u{FEFF}a: 1\r\nb: |\r\n  x\r\n  y\r\n") == yaml("a: 1\nb: |\n  x\n  y\n"))
  }

  @Test("an empty file says nothing", arguments: ["", "\n\n", "# note\n", "---\n"])
  func empty(text: String) throws {
    #expect(try yaml(text).isNull)
  }
}
