import KithCore
import KithEngine
import NIOSSL
import Synchronization

/// The certificate that the API shows, and its key. Another one can take its place while it serves: connections that are
/// open keep theirs.
public final class ServerCertificate: Sendable {
  private struct Loaded: Sendable {
    var chain: [NIOSSLCertificateSource]
    var key: NIOSSLPrivateKeySource
    var end: Timestamp

    var configuration: TLSConfiguration {
      var configuration = TLSConfiguration.makeServerConfiguration(certificateChain: chain, privateKey: key)
      configuration.minimumTLSVersion = .tlsv12
      configuration.applicationProtocols = ["http/1.1"]
      return configuration
    }
  }

  private let loaded: Mutex<Loaded>

  /// Reads both files. Throws `configuration` when one cannot be read, or when they do not belong together.
  public init(_ files: TLSFiles) throws(KithError) { loaded = Mutex(try Self.load(files)) }

  /// Shows another one from the next connection on; throws as `init` does, and keeps the old one then.
  public func take(_ files: TLSFiles) throws(KithError) {
    let new = try Self.load(files)
    loaded.withLock { $0 = new }
  }

  /// From when on it is no longer valid.
  public var end: Timestamp { loaded.withLock { $0.end } }

  var configuration: TLSConfiguration {
    var configuration = loaded.withLock { $0 }.configuration
    configuration.sslContextCallback = { [self] _, promise in
      let now = loaded.withLock { $0 }
      var override = NIOSSLContextConfigurationOverride()
      (override.certificateChain, override.privateKey) = (now.chain, now.key)
      promise.succeed(override)
    }
    return configuration
  }

  private static func load(_ files: TLSFiles) throws(KithError) -> Loaded {
    let chain: [NIOSSLCertificate]
    do { chain = try NIOSSLCertificate.fromPEMFile(files.certificate) } catch {
      throw refusal("the certificate cannot be read", files, files.certificate, "a PEM file, the server's own first")
    }
    guard let own = chain.first else {
      throw refusal("the certificate's file has none", files, files.certificate, "a PEM file, the server's own first")
    }
    let key: NIOSSLPrivateKey
    do { key = try NIOSSLPrivateKey(file: files.key, format: .pem) } catch {
      throw refusal("the certificate's key cannot be read", files, files.key, "a PEM file without a passphrase")
    }
    let loaded = Loaded(
      chain: chain.map { .certificate($0) }, key: .privateKey(key), end: Timestamp(seconds: Int64(own.notValidAfter)))
    do { _ = try NIOSSLContext(configuration: loaded.configuration) } catch {
      throw refusal("the key is not the certificate's", files, files.key, "the key of \(files.certificate)")
    }
    return loaded
  }

  private static func refusal(_ what: String, _ files: TLSFiles, _ seen: String, _ allowed: String) -> KithError {
    KithError(
      .configuration, what, place: files.place, seen: seen, allowed: allowed,
      fix: "Mend it, and send SIGHUP where kith serve runs.")
  }
}
