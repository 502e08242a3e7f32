import Foundation
import Testing

/// The lines that another program, such as sqlite3 or psql, prints.
func lines(of tool: String, _ arguments: [String]) throws -> [String] {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
  process.arguments = [tool] + arguments
  let output = Pipe()
  process.standardOutput = output
  try process.run()
  let data = output.fileHandleForReading.readDataToEndOfFile()
  process.waitUntilExit()
  #expect(process.terminationStatus == 0, "\(tool) \(arguments)")
  return String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
}
