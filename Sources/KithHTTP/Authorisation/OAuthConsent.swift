import CCrypto
import Foundation
import KithCore

/// OAuth 2 on behalf of a person who agrees in a browser (RFC 6749, section 4.1), asked by a program that is sent its
/// answer on this machine (RFC 8252), with proof that who asked is who fetches the token (RFC 7636).
public struct OAuthConsent: Sendable {
  /// What a person is asked: made once, and answered once.
  public struct Question: Sendable {
    /// The page where the person agrees.
    public let page: HTTPAddress
    /// Where the answer is sent; the tool must know it.
    public let redirect: String
    fileprivate let state: String
    fileprivate let verifier: Secret
  }

  private let client: OAuthClient
  private let page: HTTPAddress
  private let parameters: [HTTPParameter]

  /// - Parameters:
  ///   - page: where a person agrees (RFC 6749, section 3.1).
  ///   - parameters: what else the page wants: `scope`, `access_type`.
  public init(_ client: OAuthClient, page: HTTPAddress, parameters: [HTTPParameter]) {
    self.client = client
    self.page = page
    self.parameters = parameters
  }

  /// - Parameter random: at least 32 bytes that nobody can guess, others for each question.
  public func question(
    redirect: String, random: (_ count: Int) -> [UInt8] = OAuthConsent.randomBytes
  ) throws(KithError) -> Question {
    let state = Self.text(random(32))
    let verifier = Self.text(random(32))
    let asked = [
      HTTPParameter("response_type", "code"), HTTPParameter("client_id", client.id),
      HTTPParameter("redirect_uri", redirect), HTTPParameter("state", state),
      HTTPParameter("code_challenge", Self.challenge(verifier)), HTTPParameter("code_challenge_method", "S256"),
    ]
    return Question(
      page: try page.adding(asked + parameters), redirect: redirect, state: state, verifier: Secret(verifier))
  }

  /// Fetches the refresh token that a person's agreement gave.
  ///
  /// - Parameter answer: the URL that the browser was sent to, or what follows its `?`.
  public func refreshToken(
    _ question: Question, answer: String, transfer: Transfer, time: any WaitingTime
  ) async throws(KithError) -> Secret {
    let code = try Self.code(in: answer, of: question)
    let requests = TokenRequests(transfer: transfer, time: time, judge: { $0.error(to: $1, at: $2) })
    let token = try await requests.agreed(
      client, code: code, redirect: question.redirect, verifier: question.verifier)
    guard let refreshToken = token.refreshToken else {
      throw KithError(
        .configuration, "the tool gave a token, but none to renew it with", place: client.tokenAddress.origin,
        allowed: "an answer with refresh_token",
        fix: "Let the application at the tool ask for lasting access, often a scope such as offline_access.")
    }
    return refreshToken
  }

  /// The code of an answer (RFC 6749, section 4.1.2), or why there is none.
  private static func code(in answer: String, of question: Question) throws(KithError) -> Secret {
    let query = answer.drop { $0 != "?" }.dropFirst()
    let values = HTTPParameter.decoded((query.isEmpty ? answer[...] : query).prefix { $0 != "#" })
    func value(_ name: String) -> String? { values.first { $0.name == name }?.value }
    guard value("state") == question.state else {
      throw KithError(
        .authorisation, "the answer belongs to another question", place: "state",
        fix: "Begin anew with `kith connect`, and open the page that it prints in this run.")
    }
    if let error = value("error") {
      let words = value("error_description").map { ": \($0)" } ?? ""
      throw KithError(
        .authorisation, error == "access_denied" ? "the person did not agree" : "the tool did not ask the person",
        seen: String((error + words).filter { $0.isASCII && !$0.isNewline }.prefix(300)),
        fix: "Begin anew with `kith connect`; what the tool says of the application is to be mended there.")
    }
    guard let code = value("code"), !code.isEmpty else {
      throw KithError(
        .authorisation, "the answer has no code", allowed: "…?code=…&state=…",
        fix: "Copy the whole address that the browser was sent to.")
    }
    return Secret(code)
  }

  /// RFC 7636, section 4.2.
  static func challenge(_ verifier: String) -> String {
    let bytes = Array(verifier.utf8)
    var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
    var count: UInt32 = 0
    _ = EVP_Digest(bytes, bytes.count, &digest, &count, EVP_sha256(), nil)
    return text(Array(digest.prefix(Int(count))))
  }

  /// Base64 for URLs, without padding (RFC 4648, section 5).
  static func text(_ bytes: [UInt8]) -> String {
    Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
  }

  public static func randomBytes(_ count: Int) -> [UInt8] {
    var generator = SystemRandomNumberGenerator()
    return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
  }
}
