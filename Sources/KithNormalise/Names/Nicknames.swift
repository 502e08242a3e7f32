/// First names that stand for one another: short and pet forms and the same name in other languages. Own compilation
/// of common knowledge for German, English, French and Italian speaking places. A name may be in several classes
/// (Alex is Alexander or Alexandra).
extension NameFolding {
  /// The classes of a folded first name (a token of `tokens`); empty when the list does not know it.
  public static func nicknameClasses(_ token: String) -> [Int] { classes[token] ?? [] }

  /// Whether two folded first names may be the same person's.
  public static func areNicknames(_ left: String, _ right: String) -> Bool {
    left == right || nicknameClasses(left).contains { nicknameClasses(right).contains($0) }
  }

  private static let classes: [String: [Int]] = {
    var table: [String: [Int]] = [:]
    for (number, line) in lines.split(separator: "\n").enumerated() {
      for name in line.split(separator: " ") {
        for token in tokens(String(name)) { table[token, default: []].append(number) }
      }
    }
    return table
  }()

  private static let lines = """
    Alexander Alex Sascha Sasha Sandro Alessandro Alexandre Xander Lex Alec Alejandro
    Alexandra Alex Sandra Alessandra Alexa Sascha Sasha Lexi
    Andreas Andrew Andy Andi Drew André Andrea Res Andres
    Anna Anne Anja Anni Annie Nina Hannah Hanna Anita Annika Ann Nancy Aenni Ana Anya Annina
    Anneliese Annelies Anna Liese Annelise
    Annemarie Annamaria Anna Marie
    Anthony Tony Antoine Anton Antonio Toni
    Antonia Toni Antonella Antoinette Tonia
    Arthur Art Artur Arturo
    August Gustl Augustin Gus Augusto
    Balthasar Balz
    Barbara Barb Barbie Babs Bärbel Babette Bärbl
    Bartholomäus Bart Barth Bartholomew
    Beatrice Bea Trixi Beatrix Béatrice Trix
    Benedikt Ben Benny Benedict Benoît Beni Benedetto
    Benjamin Ben Benny Benji Beniamino Beni
    Bernhard Bernard Bernie Berni Bernd Bernardo Hardy Berno
    Brigitte Gitte Gitta Birgit Brigitta Brigit Birgitta Bridget Biddy
    Carl Karl Charles Charlie Carlo Carlos Chuck Charly
    Carolina Caroline Caro Karoline Line Carol Carrie Karolina Lina
    Cäcilia Cilli Zilla Cecilia Cécile Silke Cecily
    Catherine Katharina Kathrin Katrin Kate Katie Kathy Cathy Cat Kat Käthe Kathi Karin Katja Katarina Caterina \
    Kitty Catrin Trine Katherine Kathleen Cathérine Katherina Catarina Ekaterina Kathryn
    Charlotte Lotte Lotti Charlie Carlotta Lottie Charly
    Christian Chris Christen Kristian Cristian Christiano
    Christina Christine Chris Tina Kirsten Christa Kristina Stine Kristin Christel Chrissie Christiane Cristina Nina
    Christoph Chris Christopher Christof Stoffel Christophe Cristoforo Kit Topher Kristof Chrigel
    Claudia Claudie Claude Klaudia
    Claudius Claudio Claude Klaudius
    Cornelia Conny Corinne Nelly Nele Connie Nelia
    Daniel Dan Danny Dani Daniele
    Daniela Dani Daniele Danielle Danny
    David Dave Davy Davide Davie
    Deborah Debbie Deb Debora Debra
    Dietrich Dieter Didi Dirk Derek Derrick
    Dominik Dominic Domi Dominique Nick Domenico
    Donald Don Donnie Donny
    Dorothea Doris Dorli Dora Dorothée Thea Dorothy Dot Dolly Dorothee Dorit
    Eberhard Eber Hardy Ebi
    Edmund Ed Eddie Ted Edmond Edmondo
    Eduard Edward Ed Eddie Edi Ted Teddy Ned Edoardo Edouard
    Eleonore Eleanor Nora Leonore Ellen Ella Nelly Lore Elinor Eleonora
    Elias Eli Ilja Elia Elijah
    Elisabeth Elizabeth Lisa Liz Lizzie Betty Beth Bettina Elsa Else Elsbeth Ilse Lisbeth Liesel Lilli Lili Sisi \
    Bess Eliza Libby Betsy Elise Lisette Lise Elisabetta Isabel Isabelle Isabella Elspeth Bettie Babette Liesbeth \
    Lieschen Lizzy
    Emanuel Manuel Emmanuel Immanuel Manu Emanuele Mani
    Emanuela Manuela Manu Ela Emmanuelle
    Emil Milo Emilio Émile Emile
    Emilia Emily Emma Milli Em Emmy Millie Emilie Émilie
    Erich Eric Erik Rico Enrico
    Ernst Ernest Ernie Ernesto Aschi
    Eugen Gene Eugene Eugène Eugenio Oigen
    Eva Eve Evi Evelyn Evelin Ewa
    Ferdinand Ferdi Fernando Fredi Nando
    Florian Flo Flori
    Franz Francis Frank Frankie Fränzi Franco Francesco François Francisco Franzl Fran Frances Pancho Paco
    Franziska Fränzi Franzi Françoise Francesca Frances Fanny Sissi Ziska Fran Franny Cisca
    Frederik Friedrich Fred Freddy Fritz Frédéric Federico Frederick Frederic Fredi Rick Friedel
    Friederike Rike Frieda Frida Frédérique Federica Fritzi
    Gabriel Gabe Gabriele Gabi
    Gabriele Gabi Gabriela Gaby Gabrielle Gabriella Elle
    Georg George Jörg Georges Giorgio Jorge Schorsch Jürg Jürgen Georgie
    Gerhard Gerd Gerard Gert Gérard Hardy Gerardo Jerry Gerry
    Gertrud Trudi Gerda Trude Traudl Gertrude Gerti Trudy
    Giovanni Gianni Vanni Gianluca Gian
    Gottfried Friedel Godi Godfrey Goffredo Göpf
    Gregor Gregory Greg Grégoire Gregorio Gregg
    Günther Günter Gunther
    Hans Johann Johannes John Jean Jan Hannes Jonny Jack Johnny Giovanni Juan Ian Ivan Sean Hansi Hänsel Jens João \
    Joannes Hensli Gian
    Harald Harry Harold Hal Aroldo
    Heidi Adelheid Adelaide Heide Adele Alice
    Heinrich Henry Heinz Heini Harry Hank Henri Enrico Hendrik Henrik Henning Hal Rico
    Helene Helena Lena Leni Ellen Helen Hélène Elena Nell Nelly Ilona Elaine
    Hermann Herman Armand Armando Mändu
    Hieronymus Jerome Jérôme Girolamo Jerry Ronny
    Hildegard Hilde Hildi Gardi Hilda
    Hubert Hubertus Bert Hugh Hugo Umberto
    Ignaz Ignatius Ignazio Ignace
    Irene Reni Irena Irina Irène
    Jakob Jacob Jack Jake Jacques James Giacomo Jaime Jamie Jim Jimmy Jakub Diego Iago Jacobo
    Jennifer Jenny Jen Jenni Jenna
    Jeremias Jeremy Jerry Jérémie Geremia
    Jessica Jess Jessie Jessy
    Joachim Achim Jochen Jo Gioacchino Joaquin Jochem
    Johanna Hanna Jana Joan Jeanne Jane Giovanna Jo Hanne Hannah Janet Juana Jeannette Joanna Jean Ivana Jeannine \
    Jenny Janine
    Jonathan Jon Jonny Nathan Nat
    Josef Joseph Sepp Joe Joey Pepe Giuseppe José Beppe Jupp Josy Seppi Joschi Beppo
    Josefine Josephine Josy Josie Fini Jo Giuseppina Pepita Peppina
    Judith Judy Jutta Giuditta Judie
    Julia Julie Jule Jill Giulia Juliane Juliana Juliette Julchen
    Julius Jules Giulio Julio Julian Julien Giuliano
    Kaspar Casper Jasper Gaspard Caspar Chäpp
    Kenneth Ken Kenny
    Klaus Niklaus Nikolaus Nicholas Nick Nicolas Niklas Nico Niki Claus Nicola Nicky Colin Niels Nils Nicolò Chlaus \
    Klaas Nikolai Nicolai
    Konrad Conrad Kurt Cord Conny Konni Corrado
    Konstantin Constantin Kosta Dino Constantine Costantino
    Laura Laurie Lauretta Lori Lora
    Laurenz Lorenz Lawrence Larry Laurent Lorenzo Lars Enzo Laurence Lenz Laurin
    Leonhard Leonard Leo Len Lenny Leonardo Lenni Lienhard
    Leopold Leo Poldi Leopoldo
    Lorena Lory
    Louis Ludwig Lewis Luis Luigi Lou Louie Lutz Luca Gigi Lodovico Wiggerl
    Luise Louise Lulu Lou Luisa Isa Lovis
    Lukas Lucas Luke Luca Luc
    Lucia Lucy Luzia Lucie Luce Luciana
    Magdalena Magda Lena Leni Madeleine Maddalena Madlen Malena Magdalene Madeline
    Manfred Fredi Mani Freddy Manny Manfredo
    Margarete Margaret Margrit Grete Gretel Maggie Peggy Meg Rita Margot Marguerite Greta Gritli Margherita Meggie \
    Madge Margarita Gretchen Marge Margarethe Daisy Margit Griet Margaretha
    Maria Marie Mary Mia Mimi Marion Miriam Ria Mizzi Marietta Molly Polly Mariechen Mirjam Maja Manon Maryam Marija \
    Moira May
    Marianne Marian Nanni Mariana Marianna
    Markus Mark Marc Marcus Marco Marek Marcos
    Marcel Marcello Marcelo Marzel
    Martha Marthe Marta Mattie Patty
    Martin Marty Martino Tinu Mart Merten
    Martina Tina Martine Tini
    Matthias Matthew Matt Matthieu Matteo Mathis Thias Hias Mathias Mats Mathieu Matze Mathew Thys Mattia Matti
    Maximilian Max Maxi Maxim Massimiliano Maxime Maximilien
    Melanie Mel Melli Mélanie
    Michael Mike Mick Michel Mickey Michi Misha Michele Miguel Michal Mischa Mikael Mitch Mikhail Much Mikel
    Michaela Michelle Michi Michèle Ela Michele Micaela Mikaela
    Monika Moni Monica Mona Monique
    Nathanael Nathan Nat Nate Nathaniel
    Natalie Nathalie Natascha Natalia Nat Natasha Talia
    Nicole Nicola Nicki Niki Nic Nicoletta
    Norbert Bert Norb Norberto Nöbi
    Olivia Liv Livia Olive Via
    Oliver Olli Ollie Olivier Oliviero
    Oskar Oscar Ossi Ozzie
    Otto Otti Ottone Udo Otmar
    Pamela Pam Pammy
    Patricia Pat Patty Patti Trish Patrizia Tricia Trisha
    Patrick Pat Paddy Patrik Patrice Patrizio Pädi
    Paul Pauli Paolo Pablo Pavel Pol Pawel Poldi
    Paula Pauline Paola Lina Paulina Pauletta
    Peter Pete Pierre Pietro Pedro Pit Piet Petr Piero Pjotr Peterli Pierrot Petrus Peer
    Petra Pierrette Petronella Petrina Pietra
    Philipp Philip Phil Philippe Filippo Felipe Lipp Phillip Flip Pip
    Rachel Rahel Ray Rachele Raquel
    Raimund Raymond Ray Raimondo Ramon Reimund
    Rebecca Becky Rebekka Becca Becki Bekki
    Regina Gina Regine Reine Régine Reggie
    Reinhard Reiner Rainer Reini Hardy Renato Raynard
    Renate Reni Nate Renata Renée
    Richard Rick Ricky Dick Rich Ricardo Riccardo Richi Richie Ritchie Ritschi
    Robert Bob Bobby Rob Robbie Robi Bert Roberto Röbi Robin Rupert Ruprecht Bobbie Robby
    Roland Rolf Rolli Orlando Rollo Rolando Rowland
    Ronald Ron Ronnie Ronny Ronaldo
    Rosa Rose Rösli Rosi Rosie Rosalie Rosina Rosemarie Rosetta
    Rosemarie Rosi Rosmarie Rose Romy Rosemary Rosie
    Rudolf Rudi Rolf Rudolph Ruedi Rudy Rodolfo Rodolphe Dolf
    Ruth Ruthie Rutli
    Samuel Sam Sämi Sammy Samuele Sami Samy
    Samantha Sam Sammy
    Sabina Sabine Bina Sabrina Bine
    Sandra Sandy Sandrine Sondra
    Sara Sarah Sally Sadie Zara Sari Sarina
    Sebastian Basti Seb Bastian Sébastien Sebastiano Wastl Bas Baschi
    Siegfried Sigi Siggi Fredi Sigfrido Siegi
    Sigmund Sigi Siggi Siegmund Sigismund Zygmunt
    Silvia Sylvia Silvie Silva Sylvie Silvana Sylke
    Simon Simi Simone Sime Simeon Szymon
    Simone Simona Mona Simonetta Moni
    Sophia Sofia Sophie Sofie Fifi Soffi Zoska
    Stefan Stephan Steve Steven Stephen Steffen Étienne Stefano Esteban Stevie Stephane Stéphane Stef Steff \
    Stephanus
    Stefanie Stephanie Steffi Steph Stefania Stéphanie Steffy Fanny
    Susanne Susan Suzanne Susi Sue Susie Sanna Susanna Sanne Suzie Suse Zuzana Suzy Suzette Züsi Sanni
    Theodor Theo Ted Teddy Théodore Teodoro Fedor Theodore Dorus
    Theresa Teresa Therese Resi Tess Tessa Thérèse Terry Terri Reesie Tracy Theres
    Thomas Tom Tommy Thom Tommaso Tomas Tömu Tomasz Tomaso Tomi
    Timotheus Timothy Tim Timo Timmy Timothée Timoteo Tiemo
    Tobias Toby Tobi Tobia Tobiah
    Ulrich Uli Ueli Utz Ulli Ulrico Ulric Üelu
    Ulrike Uli Rike Ulla Ulrika Ulli
    Urban Urbano Urbain
    Ursula Uschi Ulla Ursi Orsola Ursel Ursina Ursule
    Valentin Valentino Vali Velten Valentine Tino
    Valentina Tina Valentine Vali Val
    Verena Vreni Vreneli Vera Reni Verene
    Veronika Vroni Veronica Véronique Vera Ronja Nika Ronnie
    Viktor Victor Vic Vittorio Vico Vicky
    Viktoria Victoria Vicky Vicki Tori Vittoria Vic
    Vinzenz Vincent Vince Vinnie Vincenzo Vicente Enzo Zenz
    Walter Walt Walti Wally Gautier Gualtiero Wälti Wat Wolter
    Werner Wern Wernher Guarniero Verner
    Wilhelm William Will Bill Billy Willi Willy Guillaume Guglielmo Wim Liam Wilhelmus Guillermo Willem Wil Willie
    Wilhelmine Wilhelmina Minna Mina Helma Wilma Minnie Billie Mimi
    Wolfgang Wolf Wolfi Gangolf Wolferl
    Xaver Xavier Veri Saverio Javier
    Yvonne Ivonne Evonne Yvette Vonny
    Zacharias Zach Zachary Zack Zacharie Zak
    """
}
