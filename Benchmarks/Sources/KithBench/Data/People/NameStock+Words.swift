/// The words behind those of `Vocabulary`: everyday first names, and parts of family names and streets. What they give
/// together is made up, as most rare names are compounds.
extension NameStock {
  static let germanWomen = """
    Maria,Elisabeth,Katharina,Verena,Ruth,Monika,Susanne,Claudia,Daniela,Christine,Karin,Brigitte,Andrea,Esther,\
    Margrit,Rosmarie,Martina,Stefanie,Melanie,Michaela,Johanna,Silvia,Cornelia,Gabriela,Beatrice,Petra,Manuela,\
    Rebecca,Alexandra,Julia,Nadine,Tanja,Jasmin,Corinne,Simone,Patricia,Marianne,Theresia,Rita,Irene,Doris,Yvonne,\
    Therese,Edith,Gertrud,Helene,Magdalena,Antonia,Charlotte,Sabine,Anita,Carmen,Fabienne,Eva,Mirjam,Lena,Ramona
    """
  static let germanMen = """
    Peter,Hans,Johannes,Michael,Andreas,Stefan,Christian,Martin,Markus,Roland,Bruno,Werner,Heinz,Walter,Josef,Anton,\
    Rudolf,Kurt,Ernst,Fritz,Rolf,Marcel,Patrick,Philipp,Alexander,David,Fabian,Florian,Dominik,Sebastian,Benjamin,\
    Samuel,Jakob,Ulrich,Friedrich,Heinrich,Niklaus,Alfred,Robert,Richard,Franz,Karl,Georg,Bernhard,Christoph,Manuel,\
    Oliver,Pascal,Adrian,Roger,Erich,Konrad,Emil,Max,Otto,Robin,Silvan,Raphael,Joel
    """
  static let frenchWomen = """
    Isabelle,Catherine,Martine,Christine,Sandrine,Véronique,Anne,Monique,Jacqueline,Sylvie,Patricia,Élisabeth,\
    Caroline,Julie,Laurence,Stéphanie,Florence,Claire,Camille,Chantal,Nicole,Brigitte,Laure,Émilie,Sarah,Charlotte,\
    Madeleine,Marguerite,Jeanne,Suzanne,Corinne,Delphine,Karine,Virginie,Anaïs,Léa,Manon,Chloé
    """
  static let frenchMen = """
    Philippe,Michel,Alain,Patrick,Daniel,Christian,Laurent,Stéphane,Thierry,Pascal,Claude,Jacques,Bernard,Gérard,\
    Christophe,Éric,David,Alexandre,Julien,Thomas,Antoine,Vincent,Guillaume,Mathieu,Cédric,Yves,Marc,Robert,Louis,\
    Henri,Georges,Charles,Joseph,Maxime,Romain,Fabrice,Didier,Samuel
    """
  static let italianWomen = """
    Anna,Laura,Sara,Silvia,Monica,Daniela,Patrizia,Antonella,Roberta,Barbara,Simona,Alessandra,Valentina,Federica,\
    Martina,Giovanna,Caterina,Elisabetta,Teresa,Rosa,Carla,Angela,Claudia,Nadia,Manuela,Sabrina,Michela,Giuseppina
    """
  static let italianMen = """
    Antonio,Giuseppe,Roberto,Stefano,Andrea,Alessandro,Francesco,Mario,Carlo,Claudio,Fabio,Daniele,Massimo,Michele,\
    Riccardo,Simone,Luigi,Pietro,Angelo,Franco,Enrico,Lorenzo,Nicola,Federico,Giorgio,Renato,Filippo,Domenico
    """

  static let germanStems = """
    Bach,Berg,Feld,Stein,Wald,Brunn,Buch,Eich,Erl,Hof,Holz,Kirch,Moos,Mühl,Ried,Schach,Schön,Stadel,Tann,Thal,Wies,\
    Winkel,Zell,Hasel,Linden,Birken,Egg,Fur,Grab,Gug,Hag,Imb,Käl,Lang,Leim,Matt,Neu,Ober,Platt,Rot,Sand,Schwend,Sonn,\
    Stock,Trach,Wein,Wett,Zim,Ämt,Büchel,Flü,Gäms,Hürl,Küb,Lüsch,Mäd,Nägel,Rüt,Säg,Wüth
    """
  static let germanEndings = """
    er,mann,li,egger,ler,inger,hofer,iger,berger,steiner,wyler,bacher,burger,hauser,meister,thaler,moser,acher,holzer,\
    hardt,recht,brand,holder,lin,rich
    """
  static let frenchStems = """
    Beau,Bel,Blanc,Bon,Bour,Cham,Char,Clair,Cler,Cour,Fon,Gran,Haut,Jol,Mar,Mon,Mor,Per,Pin,Ray,Roch,Sau,Tis,Vau,Ver,\
    Vil,Gué,Pré,Thé,Ré
    """
  static let frenchEndings =
    "champ,court,mont,dat,val,ville,geon,nier,lat,ley,ret,rand,san,vaz,chet,tin,nex,doux,zat,quet"
  static let italianStems = """
    Mor,Gal,Ross,Ber,Cas,Cat,Ferr,Giann,Mant,Pell,Rob,Sal,Torr,Val,Zan,Bern,Camp,Fras,Lepor,Quadr,Rig,Solc,Tett,Vanz
    """
  static let italianEndings = "etti,ini,oni,elli,asca,ati,ucci,aro,ari,igoni,acchi,inelli,azzi,otti"

  static let germanPlaces = """
    Ahorn,Amsel,Bach,Bahnhof,Bären,Berg,Birken,Blumen,Brunnen,Buchen,Burg,Dachs,Distel,Dorf,Eichen,Erlen,Eschen,\
    Falken,Feld,Fichten,Finken,Flieder,Föhren,Frosch,Garten,Glocken,Hasel,Hecken,Hirsch,Holunder,Igel,Kapell,\
    Kastanien,Kirsch,Klee,Krähen,Linden,Löwen,Luchs,Meisen,Mohn,Moos,Nelken,Nuss,Park,Post,Quell,Reben,Rosen,Schul,\
    Seiler,Sonnen,Specht,Tannen,Ulmen,Veilchen,Wald,Weiden,Wiesen,Ziegel
    """
  static let frenchPlaces = """
    des Alpes,des Bouleaux,des Cerisiers,des Chênes,des Érables,de la Fontaine,de la Gare,du Lac,des Lilas,du Marché,\
    du Moulin,des Noyers,des Pins,des Prés,du Ruisseau,des Sapins,du Soleil,des Tilleuls,des Vignes,de la Poste,\
    de la Source,du Vieux-Pont,des Hirondelles,des Fougères
    """
  static let italianPlaces = """
    dei Castagni,dei Ciliegi,delle Rose,del Sole,della Posta,della Stazione,dei Tigli,delle Vigne,del Mulino,dei Noci,\
    delle Betulle,dei Faggi,del Ponte,della Fonte,delle Rondini,dei Gelsi
    """
}
