import Foundation
import KithTesting
import Testing

/// The questions of the docs have the answers that the docs give, in SQLite and in PostgreSQL.
@Suite struct QuestionsTests {
  private struct Question {
    var title: String
    var sql: String
    var rows: [[String]] = []
  }

  private static func questions() throws -> [Question] {
    let file = Program.repository.appendingPathComponent("docs/questions.md")
    var questions: [Question] = []
    var isSQL = false
    for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("## ") { questions.append(Question(title: String(line.dropFirst(3)), sql: "")) }
      guard !questions.isEmpty else { continue }
      let last = questions.count - 1
      if line.hasPrefix("```") {
        isSQL = line == "```sql"
      } else if isSQL {
        questions[last].sql += line + "\n"
      } else if line.hasPrefix("| ") {
        let cells = line.split(separator: "|", omittingEmptySubsequences: false).dropFirst().dropLast()
        questions[last].rows.append(cells.map { $0.trimmingCharacters(in: .whitespaces) })
      }
    }
    return questions
  }

  /// Rows as tools print them, a first line with names; numbers and times as one spelling for both databases.
  private static func rows(_ tool: String, _ arguments: [String], _ sql: String) throws -> [[String]] {
    try lines(of: tool, arguments + [sql]).map { line in
      line.split(separator: "|", omittingEmptySubsequences: false).map { spelled(String($0)) }
    }
  }

  private static func spelled(_ text: String) -> String {
    if let number = Double(text) { return number == number.rounded() ? "\(Int(number))" : "\(number)" }
    return text.hasSuffix("+00") ? String(text.dropLast(3)) : text
  }

  @Test func answersAreTheSameEverywhere() throws {
    let program = try Program.withSamples()
    defer { program.remove() }
    let url = try PostgresServer.shared().url()
    #expect(try program.run("sync").status == 0)
    #expect(try program.run("copy", "--to", url).status == 0)
    let database = program.folder.appendingPathComponent("kith.sqlite").path
    let questions = try Self.questions()
    #expect(questions.count == 10)
    for question in questions {
      #expect(question.rows.count > 1, "\(question.title)")
      let expected = question.rows.map { $0.map(Self.spelled) }
      let inSQLite = try Self.rows("sqlite3", ["-readonly", "-header", "-list", database], question.sql)
      #expect(inSQLite == expected, "\(question.title), SQLite")
      let inPostgres = try Self.rows(
        "psql", ["-X", "-q", "-A", "-P", "footer=off", url, "-c", "SET search_path = kith", "-c"], question.sql)
      #expect(inPostgres == expected, "\(question.title), PostgreSQL")
    }
  }
}
