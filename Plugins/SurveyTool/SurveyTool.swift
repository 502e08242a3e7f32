import KithConnectorKit
import KithCore

/// Answers to surveys, with the questions for recommendation (NPS), satisfaction (CSAT), effort (CES) and comments.
public enum SurveyTool {
  public static let connector = FileConnector(manifest: manifest)

  static let manifest = [head, hostedTools, ownTools].joined(separator: "\n")

  private static let head = """
    name: survey_tool
    title: Survey exports
    summary: >-
      Answers with recommendation (NPS), satisfaction (CSAT), effort (CES) and comments from the export files of
      Qualtrics, Typeform, SurveyMonkey, LimeSurvey and other survey tools.
    streams:
      responses:
        summary: One person's answers to a survey.
        record: response
        layouts:
    """

  // Every company writes its own questions, so they are found by their words in English, German and French.
  // Each constant is what stands behind `nps:`, `csat:`, `ces:` and `comment:`.

  /// From 0 to 10; tools also write the ends of the scale into the answer, as in "10 - very likely".
  static let nps = """
    {first: [nps, nps score, "*recommend*", "*weiterempf*", "*recommand*"], \
    map: {"10 *": 10, "9 *": 9, "8 *": 8, "7 *": 7, "6 *": 6, "5 *": 5, "4 *": 4, "3 *": 3, "2 *": 2, "1 *": 1, \
    "0 *": 0}}
    """

  /// From 1 to 5, also in the words that survey tools offer for it.
  static let csat = """
    {first: [csat, csat score, "*satisf*", "*zufrieden*"], \
    map: {very satisfied: 5, satisfied: 4, "neither *": 3, dissatisfied: 2, very dissatisfied: 1, \
    sehr zufrieden: 5, zufrieden: 4, "weder *": 3, unzufrieden: 2, sehr unzufrieden: 1, \
    très satisfait: 5, satisfait: 4, "ni *": 3, insatisfait: 2, très insatisfait: 1, neutral: 3, neutre: 3, \
    "5 *": 5, "4 *": 4, "3 *": 3, "2 *": 2, "1 *": 1}}
    """

  /// From 1 (hard) to 7 (easy).
  static let ces = """
    {first: [ces, ces score, "*effort*", "*easy*", "*aufwand*", "*einfach*", "*facile*"], \
    map: {strongly agree: 7, agree: 6, somewhat agree: 5, "neither *": 4, somewhat disagree: 3, disagree: 2, \
    strongly disagree: 1, "7 *": 7, "6 *": 6, "5 *": 5, "4 *": 4, "3 *": 3, "2 *": 2, "1 *": 1}}
    """

  static let comment = """
    {first: [comment, comments, "*comment*", "*feedback*", "*improve*", "*kommentar*", "*bemerkung*", "*verbessern*", \
    "*améliorer*", "why *", "warum *", "pourquoi *"]}
    """
}
