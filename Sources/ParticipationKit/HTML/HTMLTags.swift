// The elements by name, so that a misspelt one does not compile.

extension HTMLTag {
  /// The `a` element.
  public static var a: HTMLTag { HTMLTags.a }
  /// The `abbr` element.
  public static var abbr: HTMLTag { HTMLTags.abbr }
  /// The `address` element.
  public static var address: HTMLTag { HTMLTags.address }
  /// The `article` element.
  public static var article: HTMLTag { HTMLTags.article }
  /// The `aside` element.
  public static var aside: HTMLTag { HTMLTags.aside }
  /// The `b` element.
  public static var b: HTMLTag { HTMLTags.b }
  /// The `blockquote` element.
  public static var blockquote: HTMLTag { HTMLTags.blockquote }
  /// The `button` element.
  public static var button: HTMLTag { HTMLTags.button }
  /// The `caption` element.
  public static var caption: HTMLTag { HTMLTags.caption }
  /// The `cite` element.
  public static var cite: HTMLTag { HTMLTags.cite }
  /// The `code` element.
  public static var code: HTMLTag { HTMLTags.code }
  /// The `col` element.
  public static var col: HTMLTag { HTMLTags.col }
  /// The `colgroup` element.
  public static var colgroup: HTMLTag { HTMLTags.colgroup }
  /// The `datalist` element.
  public static var datalist: HTMLTag { HTMLTags.datalist }
  /// The `dd` element.
  public static var dd: HTMLTag { HTMLTags.dd }
  /// The `del` element.
  public static var del: HTMLTag { HTMLTags.del }
  /// The `details` element.
  public static var details: HTMLTag { HTMLTags.details }
  /// The `dfn` element.
  public static var dfn: HTMLTag { HTMLTags.dfn }
  /// The `div` element.
  public static var div: HTMLTag { HTMLTags.div }
  /// The `dl` element.
  public static var dl: HTMLTag { HTMLTags.dl }
  /// The `dt` element.
  public static var dt: HTMLTag { HTMLTags.dt }
  /// The `em` element.
  public static var em: HTMLTag { HTMLTags.em }
  /// The `fieldset` element.
  public static var fieldset: HTMLTag { HTMLTags.fieldset }
  /// The `figcaption` element.
  public static var figcaption: HTMLTag { HTMLTags.figcaption }
  /// The `figure` element.
  public static var figure: HTMLTag { HTMLTags.figure }
  /// The `footer` element.
  public static var footer: HTMLTag { HTMLTags.footer }
  /// The `form` element.
  public static var form: HTMLTag { HTMLTags.form }
  /// The `h1` element.
  public static var h1: HTMLTag { HTMLTags.h1 }
  /// The `h2` element.
  public static var h2: HTMLTag { HTMLTags.h2 }
  /// The `h3` element.
  public static var h3: HTMLTag { HTMLTags.h3 }
  /// The `h4` element.
  public static var h4: HTMLTag { HTMLTags.h4 }
  /// The `h5` element.
  public static var h5: HTMLTag { HTMLTags.h5 }
  /// The `h6` element.
  public static var h6: HTMLTag { HTMLTags.h6 }
  /// The `header` element.
  public static var header: HTMLTag { HTMLTags.header }
  /// The `i` element.
  public static var i: HTMLTag { HTMLTags.i }
  /// The `ins` element.
  public static var ins: HTMLTag { HTMLTags.ins }
  /// The `label` element.
  public static var label: HTMLTag { HTMLTags.label }
  /// The `legend` element.
  public static var legend: HTMLTag { HTMLTags.legend }
  /// The `li` element.
  public static var li: HTMLTag { HTMLTags.li }
  /// The `main` element.
  public static var main: HTMLTag { HTMLTags.main }
  /// The `mark` element.
  public static var mark: HTMLTag { HTMLTags.mark }
  /// The `nav` element.
  public static var nav: HTMLTag { HTMLTags.nav }
  /// The `ol` element.
  public static var ol: HTMLTag { HTMLTags.ol }
  /// The `optgroup` element.
  public static var optgroup: HTMLTag { HTMLTags.optgroup }
  /// The `option` element.
  public static var option: HTMLTag { HTMLTags.option }
  /// The `output` element.
  public static var output: HTMLTag { HTMLTags.output }
  /// The `p` element.
  public static var p: HTMLTag { HTMLTags.p }
  /// The `pre` element.
  public static var pre: HTMLTag { HTMLTags.pre }
  /// The `q` element.
  public static var q: HTMLTag { HTMLTags.q }
  /// The `s` element.
  public static var s: HTMLTag { HTMLTags.s }
  /// The `section` element.
  public static var section: HTMLTag { HTMLTags.section }
  /// The `select` element.
  public static var select: HTMLTag { HTMLTags.select }
  /// The `small` element.
  public static var small: HTMLTag { HTMLTags.small }
  /// The `span` element.
  public static var span: HTMLTag { HTMLTags.span }
  /// The `strong` element.
  public static var strong: HTMLTag { HTMLTags.strong }
  /// The `sub` element.
  public static var sub: HTMLTag { HTMLTags.sub }
  /// The `summary` element.
  public static var summary: HTMLTag { HTMLTags.summary }
  /// The `sup` element.
  public static var sup: HTMLTag { HTMLTags.sup }
  /// The `table` element.
  public static var table: HTMLTag { HTMLTags.table }
  /// The `tbody` element.
  public static var tbody: HTMLTag { HTMLTags.tbody }
  /// The `td` element.
  public static var td: HTMLTag { HTMLTags.td }
  /// The `textarea` element.
  public static var textarea: HTMLTag { HTMLTags.textarea }
  /// The `tfoot` element.
  public static var tfoot: HTMLTag { HTMLTags.tfoot }
  /// The `th` element.
  public static var th: HTMLTag { HTMLTags.th }
  /// The `thead` element.
  public static var thead: HTMLTag { HTMLTags.thead }
  /// The `time` element.
  public static var time: HTMLTag { HTMLTags.time }
  /// The `tr` element.
  public static var tr: HTMLTag { HTMLTags.tr }
  /// The `ul` element.
  public static var ul: HTMLTag { HTMLTags.ul }
  /// The `br` element, without content.
  public static var br: HTMLTag { HTMLTags.br }
  /// The `hr` element, without content.
  public static var hr: HTMLTag { HTMLTags.hr }
  /// The `img` element, without content.
  public static var img: HTMLTag { HTMLTags.img }
  /// The `input` element, without content.
  public static var input: HTMLTag { HTMLTags.input }
  /// The SVG `svg` element.
  public static var svg: HTMLTag { HTMLTags.svg }
  /// The SVG `g` element.
  public static var g: HTMLTag { HTMLTags.g }
  /// The SVG `path` element.
  public static var path: HTMLTag { HTMLTags.path }
  /// The SVG `circle` element.
  public static var circle: HTMLTag { HTMLTags.circle }
  /// The SVG `ellipse` element.
  public static var ellipse: HTMLTag { HTMLTags.ellipse }
  /// The SVG `rect` element.
  public static var rect: HTMLTag { HTMLTags.rect }
  /// The SVG `line` element.
  public static var line: HTMLTag { HTMLTags.line }
  /// The SVG `polyline` element.
  public static var polyline: HTMLTag { HTMLTags.polyline }
  /// The SVG `polygon` element.
  public static var polygon: HTMLTag { HTMLTags.polygon }
  /// The SVG `tspan` element.
  public static var tspan: HTMLTag { HTMLTags.tspan }
  /// The SVG `title` element.
  public static var title: HTMLTag { HTMLTags.title }
  /// The SVG `desc` element.
  public static var desc: HTMLTag { HTMLTags.desc }
  /// The SVG `defs` element.
  public static var defs: HTMLTag { HTMLTags.defs }
  /// The SVG `symbol` element.
  public static var symbol: HTMLTag { HTMLTags.symbol }
  /// The SVG `pattern` element.
  public static var pattern: HTMLTag { HTMLTags.pattern }
  /// The SVG `text` element.
  public static var svgText: HTMLTag { HTMLTags.svgText }
}

/// One value for each element, made once: a page names some hundreds of them.
enum HTMLTags {
  static let a = HTMLTag("a")
  static let abbr = HTMLTag("abbr")
  static let address = HTMLTag("address")
  static let article = HTMLTag("article")
  static let aside = HTMLTag("aside")
  static let b = HTMLTag("b")
  static let blockquote = HTMLTag("blockquote")
  static let button = HTMLTag("button")
  static let caption = HTMLTag("caption")
  static let cite = HTMLTag("cite")
  static let code = HTMLTag("code")
  static let col = HTMLTag("col")
  static let colgroup = HTMLTag("colgroup")
  static let datalist = HTMLTag("datalist")
  static let dd = HTMLTag("dd")
  static let del = HTMLTag("del")
  static let details = HTMLTag("details")
  static let dfn = HTMLTag("dfn")
  static let div = HTMLTag("div")
  static let dl = HTMLTag("dl")
  static let dt = HTMLTag("dt")
  static let em = HTMLTag("em")
  static let fieldset = HTMLTag("fieldset")
  static let figcaption = HTMLTag("figcaption")
  static let figure = HTMLTag("figure")
  static let footer = HTMLTag("footer")
  static let form = HTMLTag("form")
  static let h1 = HTMLTag("h1")
  static let h2 = HTMLTag("h2")
  static let h3 = HTMLTag("h3")
  static let h4 = HTMLTag("h4")
  static let h5 = HTMLTag("h5")
  static let h6 = HTMLTag("h6")
  static let header = HTMLTag("header")
  static let i = HTMLTag("i")
  static let ins = HTMLTag("ins")
  static let label = HTMLTag("label")
  static let legend = HTMLTag("legend")
  static let li = HTMLTag("li")
  static let main = HTMLTag("main")
  static let mark = HTMLTag("mark")
  static let nav = HTMLTag("nav")
  static let ol = HTMLTag("ol")
  static let optgroup = HTMLTag("optgroup")
  static let option = HTMLTag("option")
  static let output = HTMLTag("output")
  static let p = HTMLTag("p")
  static let pre = HTMLTag("pre")
  static let q = HTMLTag("q")
  static let s = HTMLTag("s")
  static let section = HTMLTag("section")
  static let select = HTMLTag("select")
  static let small = HTMLTag("small")
  static let span = HTMLTag("span")
  static let strong = HTMLTag("strong")
  static let sub = HTMLTag("sub")
  static let summary = HTMLTag("summary")
  static let sup = HTMLTag("sup")
  static let table = HTMLTag("table")
  static let tbody = HTMLTag("tbody")
  static let td = HTMLTag("td")
  static let textarea = HTMLTag("textarea")
  static let tfoot = HTMLTag("tfoot")
  static let th = HTMLTag("th")
  static let thead = HTMLTag("thead")
  static let time = HTMLTag("time")
  static let tr = HTMLTag("tr")
  static let ul = HTMLTag("ul")
  static let svg = HTMLTag("svg")
  static let g = HTMLTag("g")
  static let path = HTMLTag("path")
  static let circle = HTMLTag("circle")
  static let ellipse = HTMLTag("ellipse")
  static let rect = HTMLTag("rect")
  static let line = HTMLTag("line")
  static let polyline = HTMLTag("polyline")
  static let polygon = HTMLTag("polygon")
  static let tspan = HTMLTag("tspan")
  static let title = HTMLTag("title")
  static let desc = HTMLTag("desc")
  static let defs = HTMLTag("defs")
  static let symbol = HTMLTag("symbol")
  static let pattern = HTMLTag("pattern")
  static let br = HTMLTag("br", void: true)
  static let hr = HTMLTag("hr", void: true)
  static let img = HTMLTag("img", void: true)
  static let input = HTMLTag("input", void: true)
  static let svgText = HTMLTag("text")
}
