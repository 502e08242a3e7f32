import KithCore
import KithHTTP

/// How a tool that answers over HTTP is read, as a manifest in YAML says it (docs/rest-manifest.md).
public struct RESTManifest: Sendable {
  public var name: String
  public var title: String
  public var summary: String
  /// What backs the manifest: a live server, recorded exchanges; nil: nothing but the vendor's documentation.
  public var verified: String?
  var options: [OptionSpecification] = []
  var defaults: [String: OptionValue] = [:]
  var baseURL = RESTTemplate(literal: "")
  /// The first one of which all options are given is used.
  var authorisations: [RESTAuthorisation] = []
  var headers: [RESTField] = []
  var limits = RESTLimits()
  var errors = RESTErrors()
  var streams: [RESTStream] = []
  /// Streams of which nothing is kept: others belong to their records.
  var lists: [RESTStream] = []

  /// What the tool sends by itself; nil: nothing.
  var webhook: RESTWebhook?

  func stream(_ name: String) -> RESTStream? { streams.first { $0.name == name } }

  /// A stream that others may belong to.
  func parent(_ name: String) -> RESTStream? { stream(name) ?? lists.first { $0.name == name } }
}

/// A name and its value in a query, a form or a head.
struct RESTField: Sendable {
  var name: String
  var value: RESTTemplate
}

enum RESTAuthorisation: Sendable {
  case none
  case apiKey(place: Credential.Place, key: RESTTemplate)
  case basic(user: RESTTemplate, password: RESTTemplate)
  case oauth(RESTOAuth)
  case session(RESTSession)
  case oauth1(RESTOAuth1)
  case hmac(header: String, prefix: String, key: RESTTemplate, encoding: BodySignature.Encoding)

  /// The options that it needs.
  var names: [String] {
    switch self {
    case .none: []
    case .apiKey(_, let key): key.names
    case .basic(let user, let password): user.names + password.names
    case .oauth(let client): client.names + (client.refreshToken?.names ?? [])
    case .session(let session): session.request.names.filter { $0 != "session" }
    case .oauth1(let oauth):
      oauth.method.names + oauth.key.names + oauth.secret.names + (oauth.token?.names ?? [])
        + (oauth.tokenSecret?.names ?? [])
    case .hmac(_, _, let key, _): key.names
    }
  }
}

/// OAuth 1.0a with keys that are given once (RFC 5849).
struct RESTOAuth1: Sendable {
  var method: RESTTemplate
  var key: RESTTemplate
  var secret: RESTTemplate
  var token: RESTTemplate?
  var tokenSecret: RESTTemplate?
}

struct RESTOAuth: Sendable {
  var tokenURL: RESTTemplate
  /// Where a person agrees, for `kith connect`; nil: nobody has to.
  var authoriseURL: RESTTemplate?
  /// What else that page wants.
  var authoriseParameters: [RESTField] = []
  /// Nil only with a private key.
  var id: RESTTemplate?
  var secret: RESTTemplate?
  /// Nil: the client gets tokens for itself.
  var refreshToken: RESTTemplate?
  /// With it the client signs for itself; `id` may be left to the key's file.
  var privateKey: RESTTemplate?
  /// What is signed besides.
  var claims: [RESTField] = []
  var proof: OAuthClient.Proof
  var parameters: [RESTField]
  var place: Credential.Place

  /// The options that it needs beside a refresh token.
  var names: [String] {
    tokenURL.names + (id?.names ?? []) + (secret?.names ?? []) + (privateKey?.names ?? [])
  }
}

struct RESTSession: Sendable {
  var request: RESTRequest
  var values: [String: SessionLogin.Source]
  /// Of the values and the options.
  var token: RESTTemplate
  var isBase64: Bool
  /// Without a header it stands in the bodies, as `${session}`.
  var place: Credential.Place
  var lifetime: Double?
}

struct RESTLimits: Sendable {
  var rates: [RateLimit] = []
  var names = RateHeaderNames.standard
  var attempts = 5
  /// Bytes of one answer.
  var bytes = 64 << 20
  /// Bytes of a job's file, unpacked.
  var exportBytes: Int64 = 4 << 30
  var pages = 100_000
}

/// What answers say when something is wrong.
struct RESTErrors: Sendable {
  enum Meaning: Sendable, Equatable {
    case recovery(KithError.Recovery)
    /// Nothing is wrong: there is nothing here.
    case empty
  }

  struct Rule: Sendable {
    /// Nil: any.
    var status: Int?
    var condition: RESTCondition?
    var meaning: Meaning
    /// Seconds, when the tool says nothing itself.
    var wait: Double?
    var fix: String?
  }

  /// Where the tool's own words stand, the first that is there.
  var messages: [[PathStep]] = []
  var rules: [Rule] = []
}

/// A test of a record or an answer.
struct RESTCondition: Sendable {
  var path: [PathStep]
  /// Nil: that there is a value, and that it is not false.
  var values: [String]?
  /// What does not stand there.
  var others: [String]?
}

struct RESTStream: Sendable {
  enum Format: String, Sendable, CaseIterable {
    case json, ndjson, csv, xml, vcard
    /// No answer's, but a server's whole book of vCards.
    case addressBook = "address_book"
  }

  var name: String
  var summary: String
  var record: Record.Kind
  /// Nothing is kept of it.
  var isList = false
  /// It comes by the webhook alone, and its request is none.
  var isPushed = false
  var request: RESTRequest
  /// The request starts a job, and the list is the file that comes of it; nil: the answer is the list.
  var job: RESTJob?
  /// Where the records lie in an answer; empty: the answer is the record, or their list.
  var records: [PathStep] = []
  /// An answer without records has nothing there either.
  var mayLackRecords = false
  /// The records are the members of an object, whatever their names.
  var isKeyed = false
  var format = Format.json
  var paging = Paging(.single, ends: [])
  /// Lists that end after so many records however many there are: it goes on from the last one's value.
  var restartAfter: Int?
  var incremental: RESTIncremental?
  var parent: RESTParent?
  var deleted: RESTCondition?
  var only: RESTCondition?
  /// Its records come one after the other, and not in one tree with all of an answer.
  var comesOneByOne: Bool { format != .json || job != nil }
  /// Whether the list without a cursor is all there is, so that what is missing is gone.
  var isComplete: Bool
  var fields: MappingNode
}

struct RESTRequest: Sendable {
  enum Body: Sendable {
    case json(RESTJSON)
    case form([RESTField])
    case text(RESTTemplate, type: String)
  }

  var method: HTTPMethod
  var path: RESTTemplate
  var query: [RESTField] = []
  var headers: [RESTField] = []
  var body: Body?

  var names: [String] {
    let bodyNames: [String] =
      switch body {
      case .json(let json)?: json.names
      case .form(let fields)?: fields.flatMap(\.value.names)
      case .text(let text, _)?: text.names
      case nil: []
      }
    return path.names + (query + headers).flatMap(\.value.names) + bodyNames
  }
}

/// How only what is new is read.
struct RESTIncremental: Sendable {
  enum Cursor: Sendable {
    /// A value of the records: `${since}` in the request, `${until}` beside it with slices.
    case field(RESTCursorField)
    /// A place in the list that the tool remembers: `${cursor}` begins with it, or `${since}` when there is none yet.
    case token(path: String, start: Timestamp?, written: TimeText)
    /// The URL with which the next sync begins.
    case link(path: String)
  }

  enum Next: Sendable, Equatable {
    /// The greatest value seen.
    case newest
    case startOfSync
    case header(String)
  }

  var cursor: Cursor
  var next = Next.newest
  /// Seconds before the last value from which the next sync reads.
  var lookback = 0.0
  /// Seconds before a value from which what is at it comes again.
  var tie = 0.0
  /// The list is sorted by the field, upwards.
  var isSorted = false
  var sliceDays: Int?
  /// A slice is all there is of its days, the first and the last included.
  var hasWholeDays = false
}

struct RESTCursorField: Sendable {
  enum Format: Sendable {
    case time(DateFormat)
    case number
  }

  var path: [PathStep]
  /// How the records write it.
  var format: Format
  /// IANA name: the zone of what records write without one.
  var zone = "UTC"
  /// How the request does.
  var written: TimeText
  /// Where the first sync begins, when the tool wants a value.
  var start: Timestamp?
}

/// What a stream's lists belong to: one list for each.
struct RESTParent: Sendable {
  enum Origin: Sendable {
    case stream(String)
    case option(String)
  }

  var origin: Origin
  /// Values of the parent's record by the name that `${parent.NAME}` and the path `_parent.NAME` have.
  var values: [(name: String, path: [PathStep])]
}

extension RESTManifest {
  public var streamNames: [String] { streams.map(\.name) }

  /// Those that come by the webhook alone.
  public var pushedStreams: [String] { streams.filter(\.isPushed).map(\.name) }
}
