import KithConnectorKit
import KithCore
import KithTesting
import Synchronization
import Testing

/// What is told of a tool that answers, and what is found wrong with it.
@Suite struct LiveConformanceTests {
  /// A tool of one page; whoever has another token than `token-7` is refused.
  private func report(
    _ records: [String], token: String = "token-7", broken: (inout BrokenConnector) -> Void = { _ in }
  ) async throws -> LiveConformance.Report {
    let asked = Mutex(0)
    let server = try LoopbackServer { request in
      if request["Authorization"] != "Bearer token-7" { return .text("{}", 401) }
      let number = asked.withLock { number in
        number += 1
        return number - 1
      }
      return .text(records[min(number, records.count - 1)])
    }
    let options: [String: OptionValue] = [
      "base_url": .text(server.url), "allow_private_network": .text("true"), "token": .secret(Secret(token)),
    ]
    let environment = HubEnvironment(
      baseDirectory: "/nonexistent", timeZone: "UTC", country: "CH", currency: "CHF", time: InstantTime())
    var tool = SampleTool()
    tool.replace("    paging: {page: 1}\n", "")
    var connector = BrokenConnector(good: RESTConnector(manifest: tool.files["sample.yml"] ?? ""))
    broken(&connector)
    let settings = SourceSettings(
      name: "source", options: options, streams: [StreamSettings(name: "people")], environment: environment)
    return await LiveConformance(connector, settings).report("people")
  }

  @Test func aToolThatIsWell() async throws {
    let report = try await report([SampleTool.first])
    #expect(report.told == "1 records (profile), 0 rejects")
    #expect(report.failures == [])
  }

  @Test func aToolThatChangesMeanwhile() async throws {
    let report = try await report([SampleTool.first, SampleTool.first, SampleTool.second])
    #expect(report.told == "1 records (profile), 0 rejects; asked again, others came")
    #expect(report.failures == [])
  }

  @Test func wrongCredentials() async throws {
    let report = try await report([SampleTool.first], token: "token-8")
    #expect(report.told == "nothing could be read")
    #expect(report.failures.count == 1)
    #expect(report.failures[0].hasPrefix("check: ") && report.failures[0].contains("401"), "\(report.failures)")
  }

  @Test func recordsThatAreWrong() async throws {
    let twice = #"{"people": [{"id": 1, "name": "Ada"}, {"id": 1, "name": "Ben"}, {"name": "Cem"}]}"#
    let report = try await report([twice])
    #expect(report.told.hasPrefix("2 records (profile), 1 rejects; the first: GET /people record 3: "))
    #expect(report.failures == ["has two records with the key 1"])
  }

  @Test func secretsThatShow() async throws {
    let inRecords = try await report([#"{"people": [{"id": 1, "name": "token-7"}]}"#])
    #expect(inRecords.failures == ["a secret shows: token"])
    let inErrors = try await report([SampleTool.first]) { connector in
      connector.check = { _, secrets in [KithError(.configuration, "wrong", seen: secrets[0])] }
    }
    #expect(inErrors.failures == ["a secret shows: token"])
    #expect(!inErrors.told.contains("token-7"))
    let inRejects = try await report([SampleTool.first]) { connector in
      connector.preview = { _, secrets in
        let reject = Reject(code: "x", reason: "asked with \(secrets[0])", place: "here", raw: [])
        return [PreviewedRecord(place: "here", raw: [], outcome: .reject(reject))]
      }
    }
    #expect(inRejects.failures == ["a secret shows: token"])
    #expect(!inRejects.told.contains("token-7"))
  }
}
