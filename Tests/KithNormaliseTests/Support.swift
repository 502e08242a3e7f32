import KithCore
import KithNormalise
import Testing

/// What a hub in Switzerland makes of a profile.
func canonicalProfile(_ profile: Profile, source: String = "crm") throws -> CanonicalProfile {
  var normaliser = Normaliser(NormaliseSettings(country: "CH", currency: "CHF"))
  let canonical = normaliser.profile(profile, source: source)
  return try #require(canonical)
}
