/// What people and tools write where they know nothing. Such a value is missing, never evidence.
enum Placeholder {
  static func isMissing(_ text: String) -> Bool { words.contains(text) }

  static func isMissing(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool { words.contains(bytes) }

  // "Na" and "Nan" are names, so those two are not here.
  private static let words = WordSet([
    "-", "--", "---", "----", ".", "..", "...", "?", "??", "???", "/", "\\", "_", "#", "*", "0", "x", "xx", "xxx",
    "xxxx", "n/a", "#n/a", "n.a.", "n.a", "n. a.", "n/d", "n.d.", "n.v.t.", "null", "(null)", "\\n", "none",
    "nil", "undefined", "unknown", "(unknown)", "(not set)", "not set", "(none)", "(blank)", "blank", "empty",
    "(empty)", "not provided", "not available", "not applicable", "not specified", "unspecified", "no data",
    "missing", "tbd", "tba", "test", "testtest", "asdf", "qwertz", "qwerty", "dummy", "#ref!", "#value!",
    "#name?", "unbekannt", "unbek.", "keine angabe", "keine angaben", "k.a.", "k. a.", "k.a", "ohne angabe",
    "nicht angegeben", "nicht bekannt", "inconnu", "inconnue", "non renseigné", "aucun", "aucune", "sconosciuto",
    "sconosciuta", "non specificato", "desconocido", "desconocida", "no especificado", "onbekend",
    "[object object]",
  ])
}
