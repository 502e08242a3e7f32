/// Languages as ISO 639-1 codes.
enum Language {
  /// `de` for `Deutsch`, `german`, `de-CH`, `DE_at`, `deu`; an unknown language stays as it was written.
  static func canonical(_ text: String) -> String {
    let line = TidyText.line(text)
    let tag = line.prefix { $0 != "-" && $0 != "_" && $0 != ";" && $0 != "," && $0 != "(" }
    let word = NameFolding.plain(String(tag))
    if isCode(word) { return word }
    if let code = names[word] ?? names[NameFolding.plain(line)] { return code }
    return line
  }

  static func isCode(_ text: String) -> Bool { codes.contains(text, isUpper: false) }

  private static let codes = LetterPairs(
    """
    aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el \
    en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it \
    iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt \
    my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl \
    sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo \
    za zh zu
    """.split(whereSeparator: \.isWhitespace))

  /// Code, then its names: ISO 639-2, English, German, French, Italian, Spanish, its own. Folded as `plain` does.
  private static let names: [String: String] = {
    var table: [String: String] = [:]
    for line in list.split(separator: "\n") {
      let words = line.split(separator: " ").map(String.init)
      for word in words.dropFirst() { table[word] = words[0] }
    }
    return table
  }()

  private static let list = """
    de deu ger german deutsch allemand tedesco aleman schweizerdeutsch swissgerman gsw hochdeutsch duits
    en eng english englisch anglais inglese ingles engels
    fr fra fre french franzosisch franzoesisch francais francese frances frans
    it ita italian italienisch italien italiano italiaans
    es spa spanish spanisch espagnol spagnolo espanol castellano spaans
    pt por portuguese portugiesisch portugais portoghese portugues
    nl nld dut dutch niederlandisch neerlandais olandese neerlandes nederlands hollandisch flamisch flemish
    rm roh romansh ratoromanisch rumantsch romanche romancio
    da dan danish danisch danois danese dansk
    sv swe swedish schwedisch suedois svedese svenska sueco
    no nor norwegian norwegisch norvegien norvegese norsk bokmal
    fi fin finnish finnisch finnois finlandese suomi
    pl pol polish polnisch polonais polacco polski
    cs ces cze czech tschechisch tcheque ceco cestina
    sk slk slo slovak slowakisch slovaque slovacco slovencina
    sl slv slovenian slovene slowenisch slovene sloveno slovenscina
    hu hun hungarian ungarisch hongrois ungherese magyar
    ro ron rum romanian rumanisch roumain romeno romana
    bg bul bulgarian bulgarisch bulgare bulgaro
    hr hrv croatian kroatisch croate croato hrvatski
    sr srp serbian serbisch serbe serbo srpski
    bs bos bosnian bosnisch bosniaque bosanski
    sq sqi alb albanian albanisch albanais albanese shqip
    mk mkd mac macedonian mazedonisch macedonien
    el ell gre greek griechisch grec greco griego ellinika
    tr tur turkish turkisch tuerkisch turc turco turkce
    ru rus russian russisch russe russo ruso russkij
    uk ukr ukrainian ukrainisch ukrainien ucraino
    ar ara arabic arabisch arabe arabo
    he heb hebrew hebraisch hebreu ebraico iw
    fa fas per persian persisch farsi persan
    ku kur kurdish kurdisch kurde
    zh zho chi chinese chinesisch chinois cinese chino mandarin
    ja jpn japanese japanisch japonais giapponese
    ko kor korean koreanisch coreen coreano
    vi vie vietnamese vietnamesisch vietnamien
    th tha thai thailandisch
    hi hin hindi
    ta tam tamil tamilisch tamoul
    ti tir tigrinya
    so som somali
    id ind indonesian indonesisch indonesien
    et est estonian estnisch estonien
    lv lav latvian lettisch letton
    lt lit lithuanian litauisch lituanien
    ca cat catalan katalanisch
    eu eus baq basque baskisch euskara
    gl glg galician galicisch
    lb ltz luxembourgish luxemburgisch luxembourgeois
    ga gle irish irisch
    cy cym wel welsh walisisch
    is isl ice icelandic islandisch islandais
    mt mlt maltese maltesisch
    """
}
