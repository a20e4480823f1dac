/// The completion for bash, made from the table of verbs.
enum BashCompletion {
  static var text: String {
    var firsts: [String] = []
    for verb in Command.verbs {
      let first = verb.name.split(separator: " ").first.map(String.init) ?? verb.name
      if !firsts.contains(first) { firsts.append(first) }
    }
    var out = """
      # bash completion for parvis; made by "parvis help --completions bash"
      _parvis() {
        local current=${COMP_WORDS[COMP_CWORD]} verb=${COMP_WORDS[1]} step=${COMP_WORDS[2]}
        local words=
        COMPREPLY=()
        if [ "$COMP_CWORD" -eq 1 ]; then
          words="\(firsts.joined(separator: " ")) --help --version"
        else
          case "$verb $step" in

      """
    for first in firsts {
      let steps = Command.verbs.filter { $0.name.hasPrefix("\(first) ") }
      for verb in steps { out += "      \"\(verb.name)\") words=\"\(options(verb))\" ;;\n" }
      if !steps.isEmpty {
        let names = steps.map { $0.name.dropFirst(first.count + 1) }.joined(separator: " ")
        out += "      \"\(first) \"*) words=\"\(names) --help\" ;;\n"
      }
    }
    for verb in Command.verbs where !verb.name.contains(" ") {
      out += "      \"\(verb.name) \"*) words=\"\(options(verb))\" ;;\n"
    }
    out += """
          esac
        fi
        case "$current" in
          -*) mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current") ;;
          *)
            mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
            [ "$COMP_CWORD" -gt 1 ] && mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -f -- "$current")
            ;;
        esac
      }
      complete -o filenames -F _parvis parvis

      """
    return out
  }

  private static func options(_ verb: Verb) -> String {
    (verb.options + [.help]).flatMap { $0.short.isEmpty ? ["--\($0.name)"] : ["-\($0.short)", "--\($0.name)"] }
      .joined(separator: " ")
  }
}
