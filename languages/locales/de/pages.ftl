# Was nur die Review-Seiten sagen. Eine Meldung darf Tags enthalten (<b>, <kbd>, <code>), wo eine Vorlage sie mit html() holt.

## Jede Seite

page-review = Review
page-queue = Warteschlange
page-dataset = Datensatz
page-suspicions = Labelfehler
page-labels = Labels
page-retrainings = Trainings
page-audit = Protokoll
pages = Seiten
skip = Zum Inhalt springen
sign-out = Abmelden
sign-out-title = Beendet deine Sitzung überall
show = Zeigen
show-all = Alle zeigen
save = Speichern
any = alle
yes = ja
no = nein
yes-please = Ja
close = Schließen
when = Wann
label = Label
model = Modell
photo = Foto
photo-number = Foto { $id }
photos = { $count ->
    [one] { $count } Foto
   *[other] { $count } Fotos
}
examples = { $count ->
    [one] { $count } Beispiel
   *[other] { $count } Beispiele
}
just-now = gerade eben
ago-minutes = { $count ->
    [one] vor { $count } Minute
   *[other] vor { $count } Minuten
}
ago-hours = { $count ->
    [one] vor { $count } Stunde
   *[other] vor { $count } Stunden
}
ago-days = { $count ->
    [one] vor { $count } Tag
   *[other] vor { $count } Tagen
}
ago-weeks = { $count ->
    [one] vor { $count } Woche
   *[other] vor { $count } Wochen
}
ago-months = { $count ->
    [one] vor { $count } Monat
   *[other] vor { $count } Monaten
}
something-else = etwas anderes
progress-done = { $count ->
    [one] <b>{ $count } Foto</b> heute entschieden
   *[other] <b>{ $count } Fotos</b> heute entschieden
}
progress-waiting = { $count ->
    [one] { $count } wartet
   *[other] { $count } warten
}
pager = Weitere
pager-back = Zurück
pager-on = Weiter
pager-page = Seite { $page } von { $pages }

## Kommen und Gehen

enter-heading = Komm herein
enter-text = Dieser Link meldet dich einmal an, in diesem Browser.
enter-button = Los geht's
enter-telegram = Öffne diese Seite mit dem Knopf unter der Antwort des Bots auf /review.
left-title = Abgemeldet
left-heading = Du bist abgemeldet
left-text = Danke. Um wiederzukommen, schick dem Bot <code>/review</code>: Er gibt dir einen neuen Link.

## Was nicht ging

heading-400 = Das ging nicht
heading-403 = Kein Zutritt
heading-404 = Nicht gefunden
heading-500 = Etwas ist schiefgegangen
heading-503 = Einen Moment
fault = Das Programm hat einen Fehler; mehr steht in seinem Log.
fault-database = Die Datenbank hat nicht geantwortet. Versuch es gleich noch einmal.
refused-link-forged = Dieser Link ist nicht vom Bot. Schick ihm /review, dann bekommst du einen neuen.
refused-link-expired = Dieser Link ist abgelaufen. Schick dem Bot /review, dann bekommst du einen neuen.
refused-link-used = Dieser Link ist schon benutzt, und jeder öffnet nur einmal. Schick dem Bot /review, dann bekommst du einen neuen.
refused-app-data-forged = Das hat Telegram nicht unterschrieben. Schick dem Bot /review und öffne die Seiten mit seinem Knopf.
refused-app-data-stale = Das ist zu alt. Schließ das Fenster und nimm noch einmal den Knopf des Bots.
refused-app-data-used = Das ist schon benutzt. Schließ das Fenster und nimm noch einmal den Knopf des Bots.
refused-not-a-reviewer = Du gehörst nicht mehr zu den Prüfern: Frag einen Admin des Bots.
refused-no-session = Du bist nicht angemeldet, oder deine Sitzung ist zu Ende: Schick dem Bot /review, dann bekommst du einen Link.
refused-form-forged = Dieses Formular kam nicht von diesen Seiten. Lade die Seite neu und versuch es noch einmal.
refused-foreign-host = Unter dieser Adresse antworten diese Seiten nicht: Öffne sie mit dem Link, den dir der Bot gab.
refused-back = Zurück zur Seite
missing-page = Diese Seite gibt es nicht.
missing-photo = Dieses Foto ist weg: Vielleicht hat es sein Besitzer gelöscht.
missing-picture = Die Datei dieses Fotos ist nicht lesbar. Warum, steht im Log des Bots.
missing-store = Die Fotos sind gerade nicht erreichbar. Versuch es später noch einmal.
missing-model = Diese Seiten laufen ohne Modell, deshalb können sie nicht sagen, warum.
missing-retraining = Dieses Training gibt es nicht.
missing-report-file = Diese Datei hat der Bericht nicht.
bad-size = Diese Anfrage ist größer als jedes Formular dieser Seiten.
bad-value = So eine Anfrage schicken diese Seiten nie ({ $name }). Lade die Seite neu und versuch es noch einmal.
bad-list = „{ $name }“ ist eine Liste von höchstens { $most }.
bad-too-many = Höchstens { $most } Fotos auf einmal.
bad-filter = So einen Filter gibt es nicht: { $filter }.
bad-person = Gib die Telegram-ID einer Person an, eine Zahl.
bad-label-unknown = Dieses Label gibt es nicht. Lade die Seite neu, dann siehst du die Labels.
bad-label-gone = Dieses Label gibt es nicht; vielleicht heißt es jetzt anders oder ging in einem anderen auf.
bad-label-label = Ein Label besteht aus Buchstaben und Ziffern, dazwischen Leerzeichen, Binde- und Unterstriche und Apostrophe, höchstens 64 Zeichen.
bad-label-name = Ein Name ist eine Zeile von höchstens 64 Zeichen.
bad-label-aliases = Ein Label hat höchstens 20 andere Schreibweisen.
bad-label-same = So heißt das Label schon.
bad-label-taken = { $other } heißt schon { $name }.
bad-label-capitals = Es gibt ein Label, das sich nur in der Großschreibung unterscheidet.
bad-label-place = Diesen Platz kann das Label nicht haben: Labels in Gebrauch behalten ihren.
bad-label-outside = Das steht für keines der Labels: Leg das Label stattdessen still.

## Die erste Seite

front-title = Start
front-next = Was als Nächstes zu tun ist
front-counts = Zahlen
front-why-waiting = Warum Fotos warten
front-to-do = Was du dir ansehen kannst
front-done = Alles entschieden
front-nothing = Noch nichts anzusehen
tally-photos = { $count ->
    [one] Foto gespeichert
   *[other] Fotos gespeichert
}
tally-examples = { $count ->
    [one] Beispiel im Datensatz
   *[other] Beispiele im Datensatz
}
tally-verdicts = { $count ->
    [one] Entscheidung
   *[other] Entscheidungen
}
tally-suspicions = { $count ->
    [one] möglicher Labelfehler
   *[other] mögliche Labelfehler
}
step-review = { $count ->
    [one] Prüf { $count } Foto
   *[other] Prüf { $count } Fotos
}
step-review-text = Das Nützlichste zuerst. Mit 1, 2, 3 entscheidest du.
step-suspicions = { $count ->
    [one] Prüf { $count } möglichen Labelfehler
   *[other] Prüf { $count } mögliche Labelfehler
}
step-suspicions-text = Diese Labels widersprechen den anderen Beispielen. Etwa die Hälfte stimmt am Ende doch.
step-learn = { $count ->
    [one] { $count } Entscheidung seit dem letzten Training
   *[other] { $count } Entscheidungen seit dem letzten Training
}
step-learn-text = Das nächste Training lernt daraus: Starte es dort, oder schick /retrain.
step-empty = Die Warteschlange ist leer
step-empty-text = Fotos kommen, wenn das Modell unsicher ist, wenn jemand eine Antwort korrigiert, und zufällig. Der Bot speichert nur Fotos von Leuten, die es erlauben.
step-dataset = Der Datensatz
step-dataset-text = Sieh die Fotos durch, von denen das Modell lernt, nach Label und Teil.

## Die Raster

heading-queue = Die Warteschlange
heading-examples = Der Datensatz
heading-suspicions = Mögliche Labelfehler
empty-queue = Nichts wartet
empty-queue-text = Fotos kommen hierher, wenn das Modell unsicher ist, wenn jemand eine Antwort korrigiert, und ab und zu zufällig. Der Bot speichert nur Fotos von Leuten, die es erlauben.
empty-examples = Noch keine Beispiele
empty-examples-text = bear-detector add FOLDER nimmt deine Fotos auf, und bear-detector collect findet welche. Das nächste Training nimmt auf, was du in der Warteschlange entscheidest.
empty-suspicions = Kein Label sieht falsch aus
empty-suspicions-text = bear-detector clean durchsucht den Datensatz und zeigt hier, was wahrscheinlich falsch benannt ist. Etwa die Hälfte davon stimmt am Ende doch, also entscheidest du.
no-match = Kein Treffer
no-match-text = Zu diesen Filtern passt kein Foto.
grid-which = Welche Fotos
grid-done = Du hast alles in dieser Liste entschieden.
grid-again = Nach mehr sehen
grid-photos = { $heading }: Fotos
grid-decide = Entscheiden
counts-heading = Anzahl nach Label und Teil
counts-all = Alle
zoom-in = Näher
zoom-out = Weiter weg
large-back = Voriges Foto
large-on = Nächstes Foto

filter-reason = Warum es wartet
filter-suspicion = Warum es hier ist
filter-label = Label
filter-verdict = Antwort
filter-model = Modell
filter-split = Teil
filter-source = Herkunft
filter-file = Dateiname
filter-person = Person
filter-since = Gespeichert seit
filter-sort = Sortiert nach
sort-teaches = Nutzen
sort-loss = Loss
sort-doubt = Zweifel
sort-newest = neueste zuerst
sort-oldest = älteste zuerst
verdict-outside = nichts davon
split-train = Training
split-valid = Validierung
split-gate = Prüfung
reason-disagreement = Leute sind sich nicht einig
reason-disputed = jemand sagt, die Antwort ist falsch
reason-outside = das Modell sah nichts davon
reason-unsure = das Modell war unsicher
reason-sample = zufällig gezogen, um zu sehen, wie gut „sicher“ ist
reason-disagreement-short = uneinig
reason-disputed-short = bestritten
reason-outside-short = nichts davon
reason-unsure-short = unsicher
reason-sample-short = Stichprobe
suspicion-label = Die anderen Beispiele sprechen für ein anderes Label
suspicion-odd = Es sieht anders aus als alle anderen Beispiele
suspicion-set-aside = Es widerspricht allem anderen, deshalb hat ein Training es beiseitegelegt
suspicion-conflict = Dasselbe Bild hat im Datensatz noch ein anderes Label
suspicion-label-short = ein anderes Label passt besser
suspicion-odd-short = ein seltsames Bild
suspicion-set-aside-short = von einem Training beiseitegelegt
suspicion-conflict-short = dasselbe Bild, anderes Label
suspicion-label-badge = Label
suspicion-odd-badge = seltsam
suspicion-set-aside-badge = beiseite
suspicion-conflict-badge = Konflikt

## Ein Foto

tile-example = Foto { $id }, im Datensatz als { $label }
tile-answered = Foto { $id }, Antwort { $label }
tile-unanswered = Foto { $id }, noch ohne Antwort
tile-no-answer = noch keine Antwort
tile-nearest = am ehesten { $label } { $share }
tile-rather = eher { $label }? Wert { $score }
tile-score = Wert { $score }
tile-votes = { $count } für { $label }
tile-pending = { $what } ab dem nächsten Training
tile-model = Modell: { $label }
voice = { $count ->
    [one] { $count } Person sagt { $label }
   *[other] { $count } Personen sagen { $label }
}
voice-admin = ein Admin sagt { $label }
who-machine = die Maschine
who-you = du
who-person = Person { $id }
who-operator = der Betreiber
who-agreement = Übereinstimmung
who-unnamed = einer Datei oder Übereinstimmung
who-forgotten = eine vergessene Person
answer-outside = Es sah nichts davon
answer-sure = Es war sicher
answer-unsure = Es war unsicher: { $names }
answer-outside-short = sah nichts davon
answer-sure-short = war sicher
answer-unsure-short = unsicher: { $names }
suspected = { $why } (Wert { $score }).
suspected-label = { $why }: { $label } (Wert { $score }).
origin-verdict = von einem Prüfer entschieden
origin-verdict-admin = ein Admin sagt es
origin-verdict-quorum = mehrere Leute sind sich einig
origin-verdict-teach = von einem Admin beigebracht
origin-add = aus einem Ordner
origin-collect = aus dem Netz gesammelt
about-decided = Entschieden: <b>{ $what }</b>
about-decided-by = { $who }, { $when }
about-taken = Ein anderer Prüfer sieht sich dieses Foto gerade an.
about-model-says = Das Modell sagt
about-looks-like = sieht aus wie: { $what }
about-noted = { $answer }, { $share }
about-noted-other = { $answer }, mit { $share } für { $label }
about-noted-when = (bevor es von diesem Foto gelernt hat)
about-why = Wohin es sah
about-people-say = Leute sagen
about-dataset = Im Datensatz
about-example = <b>{ $label }</b>, Teil { $split }, { $origin }
about-kept = Gespeichert
about-from = Herkunft
about-file = Datei
about-licence = Lizenz
about-page = Seite
about-page-link = wo es gefunden wurde
similar-heading = Ähnliche Fotos
similar-show = Die ähnlichsten Beispiele jedes Labels zeigen
similar-sort = Datensatz nach Ähnlichkeit sortieren
similar-to = Ähnlich wie Foto
similar-none = Noch lässt sich dieses Foto mit nichts vergleichen: Das bereitet das erste Training vor.
photo-also-gate = auch in den Prüfteil aufnehmen
decided-by = { $what }, { $who }

## Die Leiste der Entscheidungen, und die Tasten

dock-verdicts = Entscheidungen
dock-no-photo = Kein Foto
dock-gate = in den Prüfteil
dock-gate-title = Die nächste Entscheidung nimmt ihre Fotos auch in den Prüfteil auf, der neue Modelle prüft
dock-undo = zurück
keys = Tasten
keys-label = <kbd>1</kbd>–<kbd>9</kbd> oder ein Buchstabe
keys-label-does = das Label wählen
keys-suspicion-does = wie vorgeschlagen; Label behalten
keys-gate-does = die nächste Entscheidung auch in den Prüfteil aufnehmen
keys-undo-does = die letzte Entscheidung zurücknehmen
keys-move-does = bewegen; auch <kbd>Pos1</kbd> <kbd>Ende</kbd> <kbd>Bild ↑↓</kbd>
keys-space = <kbd>Leertaste</kbd>
keys-space-does = auswählen
keys-range = <kbd>Umschalt</kbd> + Pfeil oder Klick
keys-range-does = einen Bereich auswählen
keys-all = <kbd>Strg</kbd> + <kbd>A</kbd>
keys-all-does = alle unentschiedenen Fotos auswählen
keys-enter = <kbd>Eingabe</kbd>
keys-enter-does = große Ansicht; dort zeigt <kbd>h</kbd>, wohin das Modell sah
keys-zoom-does = in der großen Ansicht: näher, weiter weg, ganz; Pfeile bewegen dann das Foto
keys-escape-does = zurück; Auswahl aufheben

## Was die Skripte sagen

script-selected = { $count ->
    [one] { $count } ausgewählt
   *[other] { $count } ausgewählt
}
script-place = { $place } von { $photos }
script-rather = eher { $label }
script-as-suggested = wie vorgeschlagen
script-keep = { $label } behalten
script-keep-its-label = Label behalten
script-label-kept = Label behalten
script-gate-on = Die nächste Entscheidung geht auch in den Prüfteil.
script-gate-off = Nicht in den Prüfteil.
script-to-gate = { $what } → Prüfteil
script-gone = weg
script-taken = jemand ist dran
script-taken-all = Darüber entscheidet gerade ein anderer Prüfer.
script-choose-first = Wähl zuerst ein Foto.
script-ask = { $count ->
    [one] { $count } Foto „{ $what }“ nennen?
   *[other] { $count } Fotos „{ $what }“ nennen?
}
script-given-one = Entschieden: { $what }.
script-given = { $count ->
    [one] { $count } Foto: { $what }.
   *[other] { $count } Fotos: { $what }.
}
script-refused-taken = Foto { $photo }: Darüber entscheidet gerade ein anderer Prüfer.
script-refused-decided = Foto { $photo } ist schon entschieden: { $what }.
script-refused-gone = Foto { $photo } ist weg: Vielleicht hat es sein Besitzer gelöscht.
script-undone = { $count ->
    [one] „{ $what }“ für { $count } Foto zurückgenommen.
   *[other] „{ $what }“ für { $count } Fotos zurückgenommen.
}
script-nothing-to-undo = Das hat nichts geändert, also gibt es nichts zurückzunehmen.
script-second = braucht einen zweiten Prüfer
script-refused-second = Foto { $photo } bleibt beiseitegelegt: Das Label ist von dir, also muss es ein zweiter Prüfer bestätigen.
script-refused-same = Foto { $photo }: Das hast du schon so entschieden.
script-heat = Wohin das Modell sah
script-no-connection = Keine Verbindung zum Bot, deshalb ist nichts gespeichert. Versuch es noch einmal.
script-error = Der Bot antwortete mit dem Fehler { $status }. Lade die Seite neu.

## Labels

labels-count = { $count ->
    [one] { $count } Label
   *[other] { $count } Labels
}
labels-called = Name
labels-examples = Beispiele
labels-taught = Beigebracht
labels-retired = stillgelegt
labels-new = neu
labels-also = auch { $names }
labels-waiting = { $count ->
    [one] { $count } Foto zu lernen
   *[other] { $count } Fotos zu lernen
}
labels-missing = (noch { $count }, dann lernt es der Bot)
labels-move = Nach oben
labels-move-one = { $label } nach oben
labels-places = Ein Label behält seinen Platz, seine Taste und seine Farbe für immer. Neue kannst du ordnen, bis ein Modell sie lernt.
labels-none = Noch keine Labels
labels-none-text = Sie kommen mit den ersten Fotos. Im Chat beginnt /teach ein neues.
label-names = Namen
label-names-text = Was Leute lesen und was sie noch schreiben können. Der Bot sagt es ab sofort so. Bleibt ein Feld leer, gilt der Name vom Modell.
label-aliases = Andere Schreibweisen, mit Kommas
label-place = Platz in den Menüs
label-place-text = Die Nummer des Labels auf Knöpfen und Tasten. Sie kann sich ändern, bis ein Modell das Label lernt; dann bleibt sie für immer.
label-place-number = Nummer
label-rename = Umbenennen oder zusammenlegen
label-rename-text = Mit einem neuen Namen kommen die Beispiele mit. Mit dem Namen eines anderen Labels werden aus beiden eins. Die nächste Seite sagt, was geschieht, bevor es geschieht.
label-becomes = Wird zu
label-rename-button = Ansehen
label-revive = Wiederbeleben
label-revive-text = { $count ->
    [one] Das nächste Modell lernt wieder von seinem { $count } Beispiel.
   *[other] Das nächste Modell lernt wieder von seinen { $count } Beispielen.
}
label-revive-button = { $label } wiederbeleben
label-retire = Stilllegen
label-retire-text = Das nächste Modell kennt es nicht: Es lehnt Fotos davon ab oder hält sie für etwas anderes.
label-retire-examples = { $count ->
    [one] Sein { $count } Beispiel bleibt, und nichts lernt davon, bis du das Label wiederbelebst.
   *[other] Seine { $count } Beispiele bleiben, und nichts lernt davon, bis du das Label wiederbelebst.
}
label-retire-button = { $label } stilllegen
become-merge = { $label } mit { $to } zusammenlegen?
become-rename = { $label } in { $to } umbenennen?
become-merge-button = Zusammenlegen
become-rename-button = Umbenennen
become-leave = Lass es
become-examples-merge = { $count ->
    [one] { $count } Beispiel von { $label } wird zu { $to }.
   *[other] { $count } Beispiele von { $label } werden zu { $to }.
}
become-other-has = { $count ->
    [one] { $to } hat jetzt { $count } Beispiel.
   *[other] { $to } hat jetzt { $count } Beispiele.
}
become-examples = { $count ->
    [one] { $count } Beispiel wird zu { $to }.
   *[other] { $count } Beispiele werden zu { $to }.
}
become-waiting = { $count ->
    [one] { $count } Foto zu lernen wird zu { $to }.
   *[other] { $count } Fotos zu lernen werden zu { $to }.
}
become-splits = Jedes bleibt in seinem Teil.
become-for-good = Du kannst die beiden nicht wieder trennen.
become-names-go = Die Namen und anderen Schreibweisen von { $label } fallen weg; die von { $to } bleiben.
become-names-stay = Platz, Taste, Farbe und Namen bleiben.
become-until = Das jetzige Modell sagt { $label }, bis das nächste veröffentlicht ist. Was Leute bis dahin über { $label } sagen, zählt für { $to }.
become-unknown = Das jetzige Modell kennt { $label } nicht.

## Trainings

runs-count = { $count ->
    [one] { $count } Lauf
   *[other] { $count } Läufe
}
runs-number = Nr. { $id }
runs-force = Erzwingen
runs-force-text = Das nächste Modell wird veröffentlicht, auch wenn es seine Prüfungen nicht besteht, und nichts Neues wird beiseitegelegt. Leute bekommen seine Antworten sofort; du kannst zurückgehen.
runs-force-button = Trainieren und auf jeden Fall veröffentlichen
runs-run = Lauf
runs-outcome = Ergebnis
runs-models = Bisheriges → neues Modell
runs-why = Warum
runs-none = Noch kein Training
runs-none-text = Schick dem Bot nach einigen Entscheidungen <code>/retrain</code>, oder ruf <code>bear-detector retrain</code> auf. Ergebnis und Bericht erscheinen hier.
status-requested = bestellt
status-running = läuft
status-published = veröffentlicht
status-held = zurückgehalten
status-dry-run = Probelauf
status-skipped = nicht nötig
status-failed = gescheitert
status-cancelled = abgebrochen
trigger-command = von einem Admin
trigger-schedule = nach Zeitplan
trigger-shell = in der Shell
decision-publish = veröffentlichen
decision-hold = zurückhalten
run-name = Training { $id }
run-forced = erzwungen
run-active = Es läuft schon ein Training.
run-no-bot = Diese Seiten laufen ohne den Bot, der trainiert: Ruf `make run` auf.
run-published-none = Dieses Training hat kein Modell veröffentlicht.
run-back = Zurück zu { $before }
run-back-text = Modell { $before } antwortet sofort wieder, statt { $now }. Keine Entscheidung und kein Foto geht verloren.
run-asked = Bestellt
run-by = Von
run-champion = Bisheriges Modell
run-candidate = Neues Modell
run-decision = Entscheidung
run-took = Dauer
run-comparison = Vorher und nachher
run-figure = Zahl
run-checks = Was das Gate geprüft hat
run-passed = bestanden
run-failed = nicht bestanden
run-aside = Beiseitegelegt
run-aside-text = Diese Labels werden erst gelernt, wenn ein zweiter Prüfer dasselbe sagt.
run-aside-link = Noch einmal entscheiden
run-lost = Verloren
run-lost-text = Richtig ohne das Neue, und falsch damit.
run-replay = Die Fotos der letzten Woche noch einmal
run-replay-changed = { $count ->
    [one] Von { $count } Foto beantwortet das neue Modell diese anders.
   *[other] Von { $count } Fotos beantwortet das neue Modell diese anders.
}
run-replay-same = { $count ->
    [one] Das neue Modell beantwortet das { $count } Foto wie bisher.
   *[other] Das neue Modell beantwortet alle { $count } Fotos wie bisher.
}
run-all-figures = Alle Zahlen
run-report = Bericht
run-report-open = In einem eigenen Tab öffnen
run-report-title = Bericht: { $run }
run-no-bundle = Dieser Lauf hat kein Modell hinterlassen, deshalb hat er keinen Bericht.
run-no-report = Das Modell dieses Laufs hat keinen Bericht.
aside-person = Fotos von { $who }: { $contradicting } von { $of } widersprechen allem anderen
aside-person-decided = Fotos von { $who }, entschieden von { $reviewers }: { $contradicting } von { $of } widersprechen allem anderen
aside-reviewer = Entschieden von { $who }: { $contradicting } von { $of } widersprechen allem anderen
aside-unnamed = Labels aus einer Datei oder durch Übereinstimmung: { $contradicting } von { $of } widersprechen allem anderen
aside-folder = Aus { $name }: { $contradicting } von { $of } widersprechen allem anderen
passed-labels-kept = Es kennt jedes Label, das das jetzige Modell kennt.
passed-test-labels = Das jetzige Modell liegt bei { $after } der Testfotos richtig.
passed-above-chance = Das neue Modell liegt bei { $after } der Testfotos richtig; jedes brauchbare erreicht { $floor }.
passed-accuracy = Auf { $photos ->
    [one] { $photos } Testfoto
   *[other] { $photos } Testfotos
} liegt das neue Modell bei { $after } richtig, das jetzige bei { $before } ({ $won } gewonnen, { $lost } verloren).
passed-recall = { $label }: { $photos ->
    [one] { $photos } Testfoto
   *[other] { $photos } Testfotos
}, { $after }, vorher { $before }.
passed-recall-none = { $label }: keine Testfotos.
passed-new-label = { $label } ist neu: Modelle, die seine Fotos nicht kannten, haben { $right } von { $photos } richtig erkannt.
passed-log-loss = Seine Wahrscheinlichkeiten sind auf { $photos ->
    [one] { $photos } Foto
   *[other] { $photos } Fotos
} genauso gut.
compared-no-other-things = Es gab keine Fotos von anderen Dingen zum Vergleichen.
compared-no-near-things = Ablehnungen von Dingen, die den Labels ähneln, wurden nicht verglichen.
compared-no-refusals = Ablehnungen wurden nicht verglichen.
metric-accuracy = Genauigkeit
metric-log-loss = Log-Loss
metric-n = Fotos
metric-recall = Trefferquote

## Das Protokoll

audit-heading = Protokoll
audit-entries = { $count ->
    [one] { $count } Eintrag
   *[other] { $count } Einträge
}
audit-which = Welche Einträge
audit-action = Was
audit-who = Wer
audit-anybody = alle
audit-what = Tat was
audit-subject = Womit
audit-details = Einzelheiten
audit-none = Hier ist nichts
audit-no-match = Kein Eintrag passt.
audit-empty = Diese Seite wird zeigen, was Admins tun und was anderen verweigert wird.
audit-labelled = { $label } genannt ({ $via })
audit-labelled-gate = { $label } genannt ({ $via }, in den Prüfteil)
via-web = Browser
via-chat = Chat
via-file = Datei
via-teach = Lektion
action-verdict = Entscheidung
action-undo-verdict = Entscheidung zurückgenommen
action-teach = beigebracht
action-teach-undone = Lektion zurückgenommen
action-label-described = Label beschrieben
action-label-moved = Label verschoben
action-label-renamed = Label umbenannt
action-label-merged = Labels zusammengelegt
action-label-retired = Label stillgelegt
action-label-revived = Label wiederbelebt
action-review-entered = angemeldet
action-review-left = abgemeldet
action-review-refused = auf den Seiten verweigert
action-retrain = Training begonnen
action-retrain-force = Training erzwungen
action-retrain-cancel = Training abgebrochen
action-rollback = zum früheren Modell zurück
action-auto-rollback = von selbst zum früheren Modell zurück
action-set-aside = beiseitegelegt
action-publish-force = erzwungen veröffentlicht
action-ban-claims = Korrekturen gesperrt
action-unban-claims = Korrekturen wieder erlaubt
action-forged-press = gefälschter Knopf
