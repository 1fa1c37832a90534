# Was die Seiten über den Datensatz als Ganzes sagen: Fotos hinein und hinaus, Merker, Zustand und Zahlen.

page-stats = Zahlen
health = Zustand
export = Ausfuhr

## Fotos hinzufügen

add-title = Fotos hinzufügen
add-elsewhere = Diese Seiten laufen, wo sie keine Fotos hinzufügen können; <code>bear-detector add ORDNER</code> tut es.
add-drop = Zieh einen Ordner oder eine ZIP-Datei hierher
add-how = Ein Ordner für jedes Label, benannt wie das Label, mit seinen Fotos darin: <code>grizzly/1.jpg</code>, <code>teddy/a.png</code>.
add-zip = ZIP-Datei wählen
add-folder = Ordner wählen
add-no-script = Um von hier eine Datei zu senden, braucht es JavaScript; <code>bear-detector add ORDNER</code> tut dasselbe.
add-checks = Was schon im Datensatz ist, genau oder fast gleich, bleibt weg. Ein Foto, das dasselbe zeigt wie eines mit einem anderen Label, bleibt weg und wird genannt. Du siehst, was darin ist, bevor etwas aufgenommen wird.
add-uploaded = Hochgeladen
add-taken = Aufgenommen
add-waits = Das Hochladen wurde unterbrochen. Wähl dieselbe Datei noch einmal, um weiterzumachen, oder verwirf, was hier ist.
add-go-on-zip = Mit einer ZIP-Datei weitermachen
add-go-on-folder = Mit einem Ordner weitermachen
add-refused = Nichts wurde aufgenommen.
add-photos = Fotos
add-new-label = ein neues Label
add-new = Der Datensatz hat kein Label { $labels }. Kreuz jedes an, das eines werden soll.
add-take = { $count ->
    [one] { $count } Foto aufnehmen
   *[other] { $count } Fotos aufnehmen
}
add-discard = Verwerfen
add-progress = { $count ->
    [one] { $done } von { $count } Foto
   *[other] { $done } von { $count } Fotos
}
add-so-far = bisher { $count } hinzugefügt
add-stop = Anhalten
add-all-done = { $count ->
    [one] Das Foto ist fertig.
   *[other] Alle { $count } Fotos sind fertig.
}
add-figure-added = hinzugefügt
add-figure-duplicate = schon da
add-figure-conflict = mit anderem Label
add-figure-unreadable = unlesbar
add-figure-forgotten = früher auf Wunsch entfernt
add-confused = { $count ->
    [one] { $count } Foto von { $label } zeigt, was ein Foto von { $other } zeigt: Von { $label } wurde keines hinzugefügt. Heißt der Ordner richtig? Soll { $other } anders heißen, benenn es unter Labels um.
   *[other] { $count } Fotos von { $label } zeigen, was Fotos von { $other } zeigen: Von { $label } wurde keines hinzugefügt. Heißt der Ordner richtig? Soll { $other } anders heißen, benenn es unter Labels um.
}
add-go-on = Weitermachen
add-leave = Den Rest lassen
add-conflict = { $file }: { $label }, aber dasselbe Bild ist als { $other } da
add-incomplete = Das Hochladen ist nicht zu Ende.
add-nothing = Es gibt nichts aufzunehmen.
add-not-ticked = { $count ->
    [one] Der Datensatz hat kein Label { $labels }: Kreuz es an, wenn es eines werden soll, oder verwirf das Hochgeladene und benenne den Ordner um.
   *[other] Der Datensatz hat keines der Labels { $labels }: Kreuz die an, die welche werden sollen, oder verwirf das Hochgeladene und benenne die Ordner um.
}
add-unsorted = { $count ->
    [one] { $count } Foto liegt in keinem Ordner eines Labels und bleibt draußen.
   *[other] { $count } Fotos liegen in keinem Ordner eines Labels und bleiben draußen.
}
add-at-work = Sie wird gerade aufgenommen: Halt das zuerst an.
add-gone = Die hochgeladene Datei ist nicht mehr da: Fang noch einmal an.
add-other-here = { $name } ist schon hier: Bring das zuerst zu Ende, oder verwirf es.
add-too-large = Eine ZIP-Datei hat höchstens { $most } GB: Teil sie.
add-no-room = Der Platz reicht nicht: Es braucht { $needed } GB, und { $free } GB sind frei.
add-changed = Die Datei hat sich geändert, seit das Hochladen begann: Verwirf sie.
add-not-kept = Die Fotos können nicht behalten werden: { $why }.
add-not-read = Die ZIP-Datei kann nicht gelesen werden: Sie ist beschädigt oder zu viel für eine. Teil sie.
add-not-started = Es konnte nicht beginnen.
script-add-bytes = { $here } von { $all } MB
script-add-looking = Sieht hinein …
script-add-reading = Liest Datei { $done } von { $files } …
script-add-too-many = Ein Ordner mit mehr als { $most } Dateien: Mach eine ZIP-Datei daraus, und wähl die.
script-add-too-large = Ein Ordner mit mehr als { $most } GB: Mach eine ZIP-Datei daraus, und wähl die.

## Merker für einen zweiten Blick

filter-mark = Zweiter Blick
mark-yes = gemerkt
mark-no = nicht gemerkt
mark-tile = für einen zweiten Blick gemerkt
mark-again = Noch einmal ansehen
mark-by = { $who }, { $when }
mark-note = Notiz
mark-why = warum noch einmal?
mark-button = Noch einmal ansehen
mark-save = Notiz speichern
mark-done = Erledigt
marks-given = { $count ->
    [one] { $count } Foto für einen zweiten Blick gemerkt.
   *[other] { $count } Fotos für einen zweiten Blick gemerkt.
}
marks-taken = { $count ->
    [one] Merker von { $count } Foto entfernt.
   *[other] Merker von { $count } Fotos entfernt.
}
keys-mark-does = für einen zweiten Blick merken, oder den Merker entfernen
accept-first = Die ersten
accept-suggestions = Vorschläge:
accept-button = Annehmen
script-refused-open = Für Foto { $photo } gibt es keinen Vorschlag mehr.

## Zustand

health-title = Zustand des Datensatzes
health-copies = { $count ->
    [one] und { $count } Kopie daneben
   *[other] und { $count } Kopien daneben
}
health-findings = Was ein Modell in die Irre führen kann
health-clean = Nichts gefunden.
health-none = Noch keine Beispiele
health-none-text = Diese Seite zählt Labels gegen Teile, Größen, Quellen, Beinahe-Duplikate und Alter.
health-splits = Teile
health-splits-text = Ein Modell lernt aus dem Teil Training, wird an dem Teil Validierung eingestellt und an dem Teil Prüfung gemessen.
health-sizes = Größen
health-sizes-text = Nach der kürzeren Seite. Das Modell sieht 224 Pixel davon.
health-sources = Quellen
health-sources-text = Ein Label mit einer eigenen Quelle kann an der Quelle gelernt werden.
health-groups = Beinahe-Duplikate
health-groups-text = Gruppiert sind Fotos, die fast gleich aussehen oder von einer Beobachtung oder einer Person sind: Sie sind im selben Teil und zählen kaum mehr als eines.
health-ages = Alter
health-ages-text = Seit wann sie behalten werden.
size-small = unter 224 px
size-medium = unter 480 px
size-large = unter 1.024 px
size-huge = größer
source-others = andere
group-alone = allein
group-grouped = gruppiert
age-week = eine Woche
age-month = ein Monat
age-half-year = ein halbes Jahr
age-year = ein Jahr
age-older = älter
finding-no-gate = { $label } hat kein Beispiel im Prüfteil: Nichts misst es.
finding-no-valid = { $label } hat kein Beispiel im Teil Validierung: Nichts stellt es ein.
finding-few = { $count ->
    [one] { $label } hat nur { $count } Beispiel.
   *[other] { $label } hat nur { $count } Beispiele.
}
finding-source = { $share } von { $label } kommen aus { $source } und von keinem anderen Label: Ein Modell kann stattdessen die Quelle lernen.
finding-small = { $share } von { $label } sind kleiner, als das Modell sieht.
finding-old = { $share } von { $label } sind älter als ein Jahr.
finding-uneven = { $most } hat { $many } Beispiele, { $least } { $few }: Das seltene wird am schlechtesten gelernt.

## Zahlen

figures-days = die letzten { $days } Tage
figures-answered = Fotos beantwortet
figures-answers = Antworten
figures-plot = Antworten jedes Tages, sichere zuunterst; die Tabelle darunter sagt sie in Zahlen
figures-most = höchstens: { $most }
figures-numbers = In Zahlen
figures-day = Tag
figures-no-answers = In diesen Tagen wurde kein Foto beantwortet.
figures-models = Genauigkeit der Modelle
figures-tested = an den Fotos des Prüfteils, vor der Veröffentlichung
figures-lived = sichere Antworten, die Prüfende richtig fanden
figures-tested-is = Test: <b>{ $share }</b>
figures-lived-is = sicher und richtig: <b>{ $share }</b>
figures-interval = { $count ->
    [one] ({ $low } bis { $high }, { $count } Foto)
   *[other] ({ $low } bis { $high }, { $count } Fotos)
}
figures-model = { $count ->
    [one] seit { $day }, { $count } Antwort, { $disputed } korrigiert
   *[other] seit { $day }, { $count } Antworten, { $disputed } korrigiert
}
figures-since = seit { $day }
figures-not-measured = noch nicht gemessen
figures-models-text = Das neueste Modell steht oben. Die Linien sind 95-%-Intervalle: Wo sie sich überschneiden, kann der Unterschied Zufall sein. Der Prüfteil wächst, also kann der Test eines Modells Fotos haben, die einem früheren fehlten.
figures-no-models = Noch hat kein Modell geantwortet und kein Training eines veröffentlicht.
figures-quality = Korrekturen und Güte
claims-pending = Korrekturen offen
claims-accepted = Korrekturen angenommen
claims-rejected = Korrekturen abgelehnt
figures-waiting = warten auf eine Entscheidung
figures-right = sichere Antworten, die stimmen
figures-right-unknown = unbekannt: von den gezogenen Fotos { $reviewed } von { $drawn } geprüft
figures-right-is = { $share } ({ $low } bis { $high }), von { $reviewed } geprüften
figures-drift = Drift seit dem Beginn von { $version }
figures-drift-unknown = unbekannt: zu wenige Antworten
figures-drift-is = Fotos { $inputs }, Antworten { $outputs } (Alarm über { $threshold })
none-corrected = keine

## Ausfuhr

export-title = Den Datensatz mitnehmen
export-before = Vorher
export-left-out = { $count ->
    [one] <b>{ $count } Foto, das jemand geschickt hat, bleibt weg</b>: Die Einwilligung, unter der es behalten wurde, deckt das nicht, oder sie ist zu Ende.
   *[other] <b>{ $count } Fotos, die Leute geschickt haben, bleiben weg</b>: Die Einwilligung, unter der sie behalten wurden, deckt das nicht, oder sie ist zu Ende.
}
export-all = Kein Foto bleibt mangels Einwilligung weg.
export-notice = Wer dem Hinweis vom { $since } oder einem späteren zugestimmt hat, wusste, dass Fotos mitgenommen werden können, um anderswo zu trainieren.
export-plain = Die Fotos in der ZIP-Datei sind entschlüsselt. Wer sie hat, kann sie sehen: Verwahr sie so sicher wie den Datensatz, und lösch sie, wenn sie ausgedient hat.
export-forgotten = Wird hier jemand vergessen, bleiben die Fotos in deiner Kopie. Nimm dann eine neue mit, und lösch die alte.
export-licences = Quelle, Urheber und Lizenz jedes Fotos stehen in seiner Zeile; kein Foto darf über seine Lizenz hinaus genutzt werden.
export-as = Als was
export-imagefolder = für ImageFolder von torchvision, fastai, Keras
export-csv = für alles, was eine Tabelle liest
export-huggingface = für datasets.load_dataset
export-coco = für Leser von COCO; jede Annotation ist ihr ganzes Bild
export-download = { $count ->
    [one] { $count } Foto herunterladen
   *[other] { $count } Fotos herunterladen
}
export-splits = { $splits }. Die ZIP-Datei entsteht, während du sie herunterlädst.
export-empty = Noch keine Beispiele
export-empty-text = Es gibt nichts mitzunehmen.
export-nothing = Nichts, was hinaus darf
export-nothing-text = Die Einwilligung, unter der diese Fotos behalten wurden, deckt eine Ausfuhr nicht.

## Das Protokoll

action-marked = für einen zweiten Blick gemerkt
action-unmarked = Merker entfernt
action-photos-added = Fotos hinzugefügt
action-photos-refused = Fotos nicht aufgenommen
action-dataset-exported = Datensatz ausgeführt
bad-label-command = Das ist ein Befehl im Chat: Wähl einen anderen Namen.

## Das Protokoll in Worten

action-clean = Labelfehler aus einer Datei übernommen
action-other-refused = /{ $command } abgewiesen
subject-label = Label { $name }
subject-photo = Foto { $name }
subject-model = Modell { $name }
subject-person = Person { $name }
subject-upload = { $name }
subject-file = { $name }
subject-format = als { $name }
subject-retraining = Training { $name }
subject-prediction = Antwort { $name }
subject-press = Knopf { $name }
subject-chat = Chat { $name }
detail-names = Namen
detail-aliases = andere Schreibweisen
detail-place = Platz
detail-to = zu
detail-examples = Beispiele
detail-photos = Fotos
detail-verdict = Entscheidung
detail-path = Adresse
detail-host = Host
detail-from = von
detail-added = neu
detail-duplicate = schon da
detail-near-duplicate = fast gleich
detail-unreadable = unlesbar
detail-conflict = mit anderem Label
detail-forgotten = auf Wunsch entfernt
detail-needs-review = zu prüfen
detail-too-small = zu klein
detail-why = warum
detail-left-out = ausgelassen
detail-via = über
detail-sha256 = SHA-256
detail-kept = behalten
detail-relabelled = umgelabelt
detail-removed = entfernt
detail-outside = keins der Labels
detail-undecided = unentschieden
detail-gate = die Prüfung sagte
detail-retraining = Training
detail-before = Prozent bestritten, vorher
detail-after = Prozent bestritten, seither
detail-left = anstelle von
