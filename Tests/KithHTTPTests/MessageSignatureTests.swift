import KithCore
import Testing

@testable import KithHTTP

@Suite struct MessageSignatureTests {
  private static let message = Array("what do ya want for nothing?".utf8)

  /// The second case of RFC 2202 and of RFC 4231.
  @Test(arguments: [
    (MessageSignature.Algorithm.hmacSHA1, "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"),
    (.hmacSHA256, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
    (
      .hmacSHA512,
      "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737"
    ),
  ])
  func knownValues(algorithm: MessageSignature.Algorithm, expected: String) {
    let signature = MessageSignature(algorithm, .hex)
    #expect(signature.isRight(expected, of: Self.message, key: Secret("Jefe")))
    #expect(signature.isRight(expected.uppercased(), of: Self.message, key: Secret("Jefe")))
    #expect(!signature.isRight(expected, of: Self.message, key: Secret("jefe")))
    #expect(!signature.isRight(expected, of: Self.message + [0x20], key: Secret("Jefe")))
    #expect(!signature.isRight(String(expected.dropLast(2)), of: Self.message, key: Secret("Jefe")))
  }

  @Test(arguments: ["", "zz", "abc", "5b dc", "W9zB=", "%%%"]) func whatIsNoSignatureFitsNothing(text: String) {
    for encoding in MessageSignature.Encoding.allCases {
      for algorithm in MessageSignature.Algorithm.allCases {
        #expect(!MessageSignature(algorithm, encoding).isRight(text, of: Self.message, key: Secret("Jefe")))
      }
    }
  }

  @Test func anEmptyKeyFitsNothing() {
    // What HMAC-SHA256 gives for an empty key and an empty message.
    let text = "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"
    #expect(!MessageSignature(.hmacSHA256, .hex).isRight(text, of: [], key: Secret("")))
  }

  /// Made with OpenSSL's command line.
  private static let publicKey =
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEFaclHqxZcELcB0C8kmOg4+5iKDEfnTaIN49EW/2M9dfWRcnAbf+YwXItnpIPwYch8SJtN0C9TDc+T57tCx60+A=="
  private static let signed =
    "MEUCIQD0x5NPYPg0VY9b7jFzfsfD18pmoYHugUE7Cf3XE752dwIgH1uOHEyaRbz5Ej7HtTVGM5wjMvycT0hjAn2CCIogLF0="

  @Test func curvesAreChecked() {
    let signature = MessageSignature(.ecdsaSHA256, .base64)
    let message = Array("1600112502[{\"event\":\"open\"}]".utf8)
    let pem = "-----BEGIN PUBLIC KEY-----\n\(Self.publicKey)\n-----END PUBLIC KEY-----\n"
    #expect(signature.isRight(Self.signed, of: message, key: Secret(Self.publicKey)))
    #expect(signature.isRight(Self.signed, of: message, key: Secret(pem)))
    #expect(
      !signature.isRight(Self.signed, of: Array("1600112503[{\"event\":\"open\"}]".utf8), key: Secret(Self.publicKey)))
    #expect(!signature.isRight(String(Self.signed.dropFirst(4)), of: message, key: Secret(Self.publicKey)))
    #expect(!signature.isRight(Self.signed, of: message, key: Secret("no key")))
    #expect(!signature.isRight(Self.signed, of: message, key: Secret("AAAA")))
  }
}
