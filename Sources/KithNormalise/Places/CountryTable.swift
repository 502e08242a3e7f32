/// ISO 3166: alpha-2, alpha-3, the English name, then names in German, French, Italian and Spanish where they differ,
/// and what people write. Own compilation; accents and case do not count.
enum CountryTable {
  static let rows = """
    AD AND|Andorra|Andorre
    AE ARE|United Arab Emirates|UAE|Vereinigte Arabische Emirate|VAE|Émirats arabes unis|Emirati Arabi Uniti|Dubai
    AF AFG|Afghanistan|Afganistán
    AG ATG|Antigua and Barbuda|Antigua und Barbuda|Antigua
    AI AIA|Anguilla
    AL ALB|Albania|Albanien|Albanie
    AM ARM|Armenia|Armenien|Arménie
    AO AGO|Angola
    AQ ATA|Antarctica|Antarktis
    AR ARG|Argentina|Argentinien|Argentine
    AS ASM|American Samoa
    AT AUT|Austria|Österreich|Oesterreich|Autriche|Oostenrijk|Republik Österreich
    AU AUS|Australia|Australien|Australie
    AW ABW|Aruba
    AX ALA|Åland Islands|Aland
    AZ AZE|Azerbaijan|Aserbaidschan|Azerbaïdjan
    BA BIH|Bosnia and Herzegovina|Bosnia|Bosnien und Herzegowina|Bosnien|Bosnie-Herzégovine|Bosnia ed Erzegovina
    BB BRB|Barbados
    BD BGD|Bangladesh|Bangladesch
    BE BEL|Belgium|Belgien|Belgique|Belgio|Bélgica|België
    BF BFA|Burkina Faso
    BG BGR|Bulgaria|Bulgarien|Bulgarie
    BH BHR|Bahrain
    BI BDI|Burundi
    BJ BEN|Benin|Bénin
    BL BLM|Saint Barthélemy
    BM BMU|Bermuda
    BN BRN|Brunei Darussalam|Brunei
    BO BOL|Bolivia|Bolivien|Bolivie|Plurinational State of Bolivia
    BQ BES|Bonaire, Sint Eustatius and Saba|Bonaire
    BR BRA|Brazil|Brasilien|Brésil|Brasile|Brasil
    BS BHS|Bahamas
    BT BTN|Bhutan
    BV BVT|Bouvet Island
    BW BWA|Botswana
    BY BLR|Belarus|Weissrussland|Weißrussland|Biélorussie|Bielorussia
    BZ BLZ|Belize
    CA CAN|Canada|Kanada|Canadá
    CC CCK|Cocos (Keeling) Islands
    CD COD|Democratic Republic of the Congo|DR Congo|Congo-Kinshasa|Demokratische Republik Kongo
    CF CAF|Central African Republic|Zentralafrikanische Republik
    CG COG|Congo|Republic of the Congo|Kongo
    CH CHE|Switzerland|Schweiz|Suisse|Svizzera|Suiza|Svizra|Confoederatio Helvetica|Helvetia|SUI|Zwitserland
    CI CIV|Côte d'Ivoire|Ivory Coast|Elfenbeinküste
    CK COK|Cook Islands
    CL CHL|Chile|Chili|Cile
    CM CMR|Cameroon|Kamerun|Cameroun
    CN CHN|China|Chine|Cina|People's Republic of China|PRC|Volksrepublik China
    CO COL|Colombia|Kolumbien|Colombie
    CR CRI|Costa Rica
    CU CUB|Cuba|Kuba
    CV CPV|Cabo Verde|Cape Verde|Kap Verde
    CW CUW|Curaçao
    CX CXR|Christmas Island
    CY CYP|Cyprus|Zypern|Chypre|Cipro|Chipre
    CZ CZE|Czechia|Czech Republic|Tschechien|Tschechische Republik|Tchéquie|République tchèque|Repubblica Ceca|Česko
    DE DEU|Germany|Deutschland|Allemagne|Germania|Alemania|GER|Bundesrepublik Deutschland|BRD|Duitsland|D
    DJ DJI|Djibouti|Dschibuti
    DK DNK|Denmark|Dänemark|Daenemark|Danemark|Danimarca|Dinamarca|Danmark
    DM DMA|Dominica
    DO DOM|Dominican Republic|Dominikanische Republik|República Dominicana
    DZ DZA|Algeria|Algerien|Algérie
    EC ECU|Ecuador|Équateur
    EE EST|Estonia|Estland|Estonie|Eesti
    EG EGY|Egypt|Ägypten|Aegypten|Égypte|Egitto|Egipto
    EH ESH|Western Sahara|Westsahara
    ER ERI|Eritrea|Érythrée
    ES ESP|Spain|Spanien|Espagne|Spagna|España|Spanje
    ET ETH|Ethiopia|Äthiopien|Aethiopien|Éthiopie|Etiopia
    FI FIN|Finland|Finnland|Finlande|Finlandia|Suomi
    FJ FJI|Fiji|Fidschi
    FK FLK|Falkland Islands|Falklandinseln
    FM FSM|Micronesia|Federated States of Micronesia|Mikronesien
    FO FRO|Faroe Islands|Färöer
    FR FRA|France|Frankreich|Francia|Frankrijk|République française|F
    GA GAB|Gabon|Gabun
    GB GBR|United Kingdom|UK|U.K.|Great Britain|Britain|England|Scotland|Wales|Northern Ireland|Grossbritannien|\
    Großbritannien|Vereinigtes Königreich|Royaume-Uni|Grande-Bretagne|Regno Unito|Gran Bretagna|Reino Unido|\
    United Kingdom of Great Britain and Northern Ireland|Angleterre|Inghilterra|Inglaterra|Schottland
    GD GRD|Grenada
    GE GEO|Georgia|Georgien|Géorgie
    GF GUF|French Guiana|Guyane
    GG GGY|Guernsey
    GH GHA|Ghana
    GI GIB|Gibraltar
    GL GRL|Greenland|Grönland
    GM GMB|Gambia
    GN GIN|Guinea|Guinée
    GP GLP|Guadeloupe
    GQ GNQ|Equatorial Guinea|Äquatorialguinea
    GR GRC|Greece|Griechenland|Grèce|Grecia|Hellas|EL
    GS SGS|South Georgia and the South Sandwich Islands
    GT GTM|Guatemala
    GU GUM|Guam
    GW GNB|Guinea-Bissau
    GY GUY|Guyana
    HK HKG|Hong Kong|Hongkong
    HM HMD|Heard Island and McDonald Islands
    HN HND|Honduras
    HR HRV|Croatia|Kroatien|Croatie|Croazia|Croacia|Hrvatska
    HT HTI|Haiti
    HU HUN|Hungary|Ungarn|Hongrie|Ungheria|Hungría|Magyarország
    ID IDN|Indonesia|Indonesien|Indonésie
    IE IRL|Ireland|Irland|Irlande|Irlanda|EIRE|Republic of Ireland
    IL ISR|Israel|Israël|Israele
    IM IMN|Isle of Man
    IN IND|India|Indien|Inde
    IO IOT|British Indian Ocean Territory
    IQ IRQ|Iraq|Irak
    IR IRN|Iran|Islamic Republic of Iran
    IS ISL|Iceland|Island|Islande|Islanda|Islandia
    IT ITA|Italy|Italien|Italie|Italia|Italië|I
    JE JEY|Jersey
    JM JAM|Jamaica|Jamaika
    JO JOR|Jordan|Jordanien|Jordanie
    JP JPN|Japan|Japon|Giappone|Japón
    KE KEN|Kenya|Kenia
    KG KGZ|Kyrgyzstan|Kirgisistan
    KH KHM|Cambodia|Kambodscha|Cambodge
    KI KIR|Kiribati
    KM COM|Comoros|Komoren
    KN KNA|Saint Kitts and Nevis
    KP PRK|North Korea|Nordkorea|Democratic People's Republic of Korea
    KR KOR|South Korea|Südkorea|Korea|Corée du Sud|Republic of Korea|Corea del Sud|Corea del Sur|Korea, Republic of
    KW KWT|Kuwait
    KY CYM|Cayman Islands|Kaimaninseln
    KZ KAZ|Kazakhstan|Kasachstan
    LA LAO|Laos|Lao People's Democratic Republic
    LB LBN|Lebanon|Libanon|Liban|Libano|Líbano
    LC LCA|Saint Lucia
    LI LIE|Liechtenstein|FL|Fürstentum Liechtenstein
    LK LKA|Sri Lanka
    LR LBR|Liberia
    LS LSO|Lesotho
    LT LTU|Lithuania|Litauen|Lituanie|Lituania|Lietuva
    LU LUX|Luxembourg|Luxemburg|Lussemburgo|Luxemburgo|L
    LV LVA|Latvia|Lettland|Lettonie|Lettonia|Latvija
    LY LBY|Libya|Libyen|Libye
    MA MAR|Morocco|Marokko|Maroc|Marocco|Marruecos
    MC MCO|Monaco
    MD MDA|Moldova|Moldawien|Moldau|Republic of Moldova
    ME MNE|Montenegro|Monténégro
    MF MAF|Saint Martin
    MG MDG|Madagascar|Madagaskar
    MH MHL|Marshall Islands
    MK MKD|North Macedonia|Macedonia|Nordmazedonien|Mazedonien|Macédoine du Nord
    ML MLI|Mali
    MM MMR|Myanmar|Burma
    MN MNG|Mongolia|Mongolei
    MO MAC|Macao|Macau
    MP MNP|Northern Mariana Islands
    MQ MTQ|Martinique
    MR MRT|Mauritania|Mauretanien
    MS MSR|Montserrat
    MT MLT|Malta|Malte
    MU MUS|Mauritius|Maurice
    MV MDV|Maldives|Malediven
    MW MWI|Malawi
    MX MEX|Mexico|Mexiko|Mexique|Messico|México
    MY MYS|Malaysia|Malaisie
    MZ MOZ|Mozambique|Mosambik
    NA NAM|Namibia
    NC NCL|New Caledonia|Neukaledonien
    NE NER|Niger
    NF NFK|Norfolk Island
    NG NGA|Nigeria
    NI NIC|Nicaragua
    NL NLD|Netherlands|Niederlande|Holland|Pays-Bas|Paesi Bassi|Olanda|Países Bajos|Nederland|Hollande
    NO NOR|Norway|Norwegen|Norvège|Norvegia|Noruega|Norge
    NP NPL|Nepal
    NR NRU|Nauru
    NU NIU|Niue
    NZ NZL|New Zealand|Neuseeland|Nouvelle-Zélande|Nuova Zelanda|Nueva Zelanda
    OM OMN|Oman
    PA PAN|Panama
    PE PER|Peru|Pérou
    PF PYF|French Polynesia
    PG PNG|Papua New Guinea|Papua-Neuguinea
    PH PHL|Philippines|Philippinen|Filippine|Filipinas
    PK PAK|Pakistan
    PL POL|Poland|Polen|Pologne|Polonia|Polska
    PM SPM|Saint Pierre and Miquelon
    PN PCN|Pitcairn
    PR PRI|Puerto Rico
    PS PSE|Palestine|State of Palestine|Palästina
    PT PRT|Portugal|Portogallo
    PW PLW|Palau
    PY PRY|Paraguay
    QA QAT|Qatar|Katar
    RE REU|Réunion
    RO ROU|Romania|Rumänien|Rumaenien|Roumanie|Rumanía|România
    RS SRB|Serbia|Serbien|Serbie|Srbija
    RU RUS|Russia|Russland|Russie|Rusia|Russian Federation
    RW RWA|Rwanda|Ruanda
    SA SAU|Saudi Arabia|Saudi-Arabien|Arabie saoudite|Arabia Saudita|KSA
    SB SLB|Solomon Islands
    SC SYC|Seychelles|Seychellen
    SD SDN|Sudan|Soudan
    SE SWE|Sweden|Schweden|Suède|Svezia|Suecia|Sverige
    SG SGP|Singapore|Singapur|Singapour
    SH SHN|Saint Helena
    SI SVN|Slovenia|Slowenien|Slovénie|Eslovenia|Slovenija
    SJ SJM|Svalbard and Jan Mayen
    SK SVK|Slovakia|Slowakei|Slovaquie|Slovacchia|Eslovaquia|Slovensko
    SL SLE|Sierra Leone
    SM SMR|San Marino
    SN SEN|Senegal|Sénégal
    SO SOM|Somalia
    SR SUR|Suriname
    SS SSD|South Sudan|Südsudan
    ST STP|Sao Tome and Principe
    SV SLV|El Salvador
    SX SXM|Sint Maarten
    SY SYR|Syria|Syrien|Syrie|Syrian Arab Republic
    SZ SWZ|Eswatini|Swaziland
    TC TCA|Turks and Caicos Islands
    TD TCD|Chad|Tschad|Tchad
    TF ATF|French Southern Territories
    TG TGO|Togo
    TH THA|Thailand|Thaïlande|Tailandia|Thailandia
    TJ TJK|Tajikistan|Tadschikistan
    TK TKL|Tokelau
    TL TLS|Timor-Leste|Osttimor
    TM TKM|Turkmenistan
    TN TUN|Tunisia|Tunesien|Tunisie
    TO TON|Tonga
    TR TUR|Türkiye|Turkey|Türkei|Tuerkei|Turquie|Turchia|Turquía
    TT TTO|Trinidad and Tobago|Trinidad
    TV TUV|Tuvalu
    TW TWN|Taiwan|Taiwan, Province of China|Republic of China
    TZ TZA|Tanzania|Tansania|United Republic of Tanzania
    UA UKR|Ukraine|Ucraina|Ucrania
    UG UGA|Uganda
    UM UMI|United States Minor Outlying Islands
    US USA|United States|United States of America|U.S.A.|U.S.|America|Vereinigte Staaten|\
    Vereinigte Staaten von Amerika|États-Unis|Etats Unis d'Amérique|Stati Uniti|Stati Uniti d'America|Estados Unidos|\
    EE.UU.|EEUU|Amerika
    UY URY|Uruguay
    UZ UZB|Uzbekistan|Usbekistan
    VA VAT|Holy See|Vatican City|Vatikanstadt|Vatikan
    VC VCT|Saint Vincent and the Grenadines
    VE VEN|Venezuela|Bolivarian Republic of Venezuela
    VG VGB|British Virgin Islands|Virgin Islands, British
    VI VIR|U.S. Virgin Islands|Virgin Islands, U.S.
    VN VNM|Vietnam|Viet Nam|Viêt Nam
    VU VUT|Vanuatu
    WF WLF|Wallis and Futuna
    WS WSM|Samoa
    XK XKX|Kosovo|XKK
    YE YEM|Yemen|Jemen
    YT MYT|Mayotte
    ZA ZAF|South Africa|Südafrika|Afrique du Sud|Sudafrica|Sudáfrica|RSA
    ZM ZMB|Zambia|Sambia
    ZW ZWE|Zimbabwe|Simbabwe
    """
}
