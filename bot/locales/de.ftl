# Deutsch

## Zahlen und Listen

percent = { $value } %
or = { $first } oder { $last }
looks-like = { $name }

## Antworten

sure = { $name }, { $percent }
unsure = { $names }: das kann ich nicht unterscheiden
unsure-one = { $name }, vielleicht; ich bin nicht sicher
outside = Das sieht für mich nicht nach { $noun } aus, eher nach: { $what }
outside-only = Das sieht für mich nicht nach { $noun } aus
outside-any = Ich sehe nichts von dem, was ich kenne ({ $labels }); das sieht eher aus wie: { $what }
outside-any-only = Ich sehe nichts von dem, was ich kenne ({ $labels })
nearest = Von dem, was ich kenne, kommt { $label } am nächsten ({ $percent })

## Knöpfe

button-right = Richtig
button-wrong = Falsch
button-wrong-number = { $number }: falsch
button-all-right = Alles richtig
button-one-though = Es ist aber eines davon
button-why = Warum?
button-none = Nichts davon
button-other = Etwas anderes
button-other-label = Etwas anderes davon
button-back = Zurück
button-undo = Rückgängig
button-keep = Meine Fotos behalten
button-dont-keep = Nein, nicht
button-withdraw = Meine Fotos nicht mehr behalten
button-forget = Ja, alles löschen
button-cancel = Abbrechen

## Begrüßung

start =
    Schick mir ein Foto, und ich sage dir, was es zeigt: { $labels }.
    Wenn ich falsch liege, drück auf „Falsch“ oder antworte mit /wrong: Ich lerne daraus. Ich behalte kein Foto, wenn du es nicht erlaubst (/privacy).
help =
    Schick mir ein Foto, ein Album oder ein Bild als Datei, und ich antworte.

    /wrong – meine Antwort ist falsch (als Antwort darauf oder für dein letztes Foto); „/wrong { $label }“ sagt, was es ist
    /undo – deine letzte Korrektur zurücknehmen
    /why – was für eine Antwort sprach (als Antwort darauf oder für dein letztes Foto)
    /labels – was ich unterscheiden kann
    /identify – in einer Gruppe: als Antwort auf ein Foto
    /privacy – was aufbewahrt wird; /export – es bekommen; /forget – es löschen
    /thanks – ob ich dir sage, wenn eine Korrektur gewirkt hat
    /language – eine Sprache wählen
help-admin = Für Admins: /review zeigt Fotos, die auf ein Urteil warten; /stats, wie es mir geht; /retrain trainiert ein neues Modell, /cancel bricht das ab; /models zählt die Modelle auf, /rollback geht zu einem anderen zurück.
labels = Das kann ich unterscheiden:
label-line = • { $name } ({ $label })
labels-model = Modell { $version }

## Warum

why-label = Was für { $name } sprach: je heller, desto mehr. Was grau ist, habe ich nicht angesehen.
why-outside = Am nächsten ist das für mich an: { $things }.
why-outside-label = Von dem, was ich unterscheide, kommt { $name } am nächsten: je heller, desto mehr sprach dafür.
why-thing = { $name } ({ $percent })
why-newer = So sieht es das Modell, das ich jetzt benutze, nicht das, das geantwortet hat.

## Was kein Foto ist

no-photo-text = Ich beantworte Fotos. Schick mir eines, und ich sage dir, was es zeigt (/help).
no-photo-video = Videos kann ich nicht ansehen. Schick mir ein Foto oder ein Standbild daraus.
no-photo-animation = Bewegte Bilder kann ich nicht ansehen. Schick mir ein unbewegtes Foto.
no-photo-sticker = Das ist ein Sticker. Schick mir stattdessen ein Foto.
no-photo-audio = Ich habe nur Augen. Schick mir ein Foto.
no-photo-document = Diese Datei ist kein Bild, das ich lesen kann. Schick mir ein Foto (JPEG, PNG, WebP, HEIC, …).
no-photo-other = Das kann ich nicht ansehen. Schick mir ein Foto.
photo-empty = Diese Datei ist leer. Bitte schick das Foto noch einmal.
photo-not_a_photo = Diese Datei enthält kein Bild, wie sie auch heißt. Bitte schick ein Foto.
photo-unsupported = Bilder dieser Art kann ich nicht lesen. Bitte schick es als gewöhnliches Foto (JPEG, PNG, WebP, HEIC).
photo-too_large = Diese Datei ist zu groß: Ich lese bis zu { $megabytes } MB. Bitte schick sie als gewöhnliches Foto.
photo-too_many_pixels = Dieses Bild hat zu viele Pixel für mich. Bitte schick es als gewöhnliches Foto.
photo-too_hard = Bei diesem Bild musste ich aufgeben: Es zu lesen dauert zu lange oder braucht zu viel Speicher. Bitte schick es als gewöhnliches Foto.
photo-broken = Dieses Bild ist beschädigt, ich kann es nicht lesen. Bitte schick es noch einmal.
photo-gone = Telegram gibt mir dieses Foto nicht mehr. Bitte schick es noch einmal.
identify-how = Antworte mit /identify auf das Foto, das ich ansehen soll.
identify-no-photo = In dieser Nachricht ist kein Foto. Antworte mit /identify auf ein Foto.

## Wenn etwas nicht klappt

busy = Ich bin gerade beschäftigt; ich antworte gleich.
too-fast = Das ist mehr, als ich für eine Person schaffe. Bitte warte eine Minute und mach dann weiter.
too-fast-all = Gerade schreiben mehr Leute, als ich beantworten kann. Bitte versuch es in einer Minute noch einmal.
mishap = Bei mir ist etwas schiefgegangen, und es ist notiert. Wenn du es meldest, nenne diese Nummer: { $reference }
unknown-command = Diesen Befehl kenne ich nicht. /help nennt, was ich verstehe.
old-button = Dieser Knopf gilt nicht mehr.
not-your-button = Diese Frage ist für jemand anderen.

## Korrekturen

wrong-offer = Was ist es dann?
wrong-which = Welches Foto meinst du?
claim-label = Notiert: { $name }. Danke!
claim-right = Notiert: richtig. Danke!
claim-none = Notiert: nichts davon. Danke!
claim-other = Notiert: Etwas anderes stimmt nicht. Danke!
claim-next-review = Ein Mensch sieht es sich an, bevor ich daraus lerne. /undo nimmt es zurück.
claim-next-accepted = Ich werde daraus lernen. /undo nimmt es zurück.
claim-next-numbers = Ohne dein Foto kann ich nicht daraus lernen, aber es ist gezählt. /undo nimmt es zurück.
did-you-mean = „{ $text }“ kenne ich nicht. Meinst du { $name }?
unknown-label = „{ $text }“ kenne ich nicht. Das sind meine Namen:
nothing-to-correct = Hier ist kein Foto von dir, das man korrigieren könnte. Schick mir erst eines.
no-answer-there = Auf diese Nachricht habe ich nichts geantwortet. Antworte auf das Foto oder auf meine Antwort.
undone = Zurückgenommen.
nothing-to-undo = Es gibt keine Korrektur von dir, die man zurücknehmen könnte.
claims-quota = Danke, das reicht für heute: Ich nehme { $count } Korrekturen am Tag von einer Person.
claims-banned = Korrekturen von dir werden nicht angenommen.
none-words = nichts, nichts davon, keiner, keine, keines, kein, nein
other-words = anderes, etwas anderes, sonstiges

## Einwilligung und Datenschutz

consent-ask = Darf ich die Fotos behalten, die du korrigierst oder bei denen ich unsicher bin, um daraus zu lernen? Menschen, die sie prüfen, werden sie sehen; du kannst das jederzeit beenden und alles löschen (/privacy, /forget).
consent-yes = Danke! Solche Fotos behalte ich von jetzt an. /privacy zeigt es an, /forget löscht sie.
consent-no = In Ordnung: Ich behalte kein Foto von dir.
consent-stopped = Ich behalte keine Fotos von dir mehr, und die vorhandenen dienen nicht mehr dem Training. /forget löscht sie.
privacy-keeping = Du hast erlaubt, dass ich Fotos behalte, die du korrigierst oder bei denen ich unsicher bin (Hinweis { $version }, { $date }).
privacy-not-keeping = Ich behalte kein Foto von dir: nur die Zahlen jeder Antwort (Name, Prozente, Zeit). Hinweis { $version }.
privacy-rights = Fotos werden ohne Ort und andere Angaben der Kamera aufbewahrt und dienen nur dazu, das Modell dieses Bots zu trainieren und zu prüfen. /export schickt dir alles, /forget löscht es.
forget-ask = Alles löschen, was ich von dir habe – Fotos, Korrekturen, Beispiele, Einstellungen? Das lässt sich nicht rückgängig machen.
forget-done = Erledigt. Gelöscht: { $photos ->
    [one] { $photos } Foto
   *[other] { $photos } Fotos
}, { $claims ->
    [one] { $claims } Korrektur
   *[other] { $claims } Korrekturen
}, { $predictions ->
    [one] { $predictions } Antwort
   *[other] { $predictions } Antworten
}. Die Fotos können nicht zurückkommen.
forget-cancelled = Nichts wurde gelöscht.
private-only = Bitte frag mich das in einem privaten Chat.
export-caption = Alles, was ich von dir habe.
export-too-large = Deine Daten haben { $megabytes } MB, mehr als Telegram mich schicken lässt. Bitte frag den Betreiber danach.

## Sprache und Dank

language-choose = Welche Sprache soll ich sprechen?
language-set = Von jetzt an spreche ich Deutsch.
language-unknown = Die spreche ich nicht. Wähl eine von diesen:
thanks-worked = Du hattest recht mit diesem Foto, und ein neueres Modell sieht es jetzt auch: { $name }, { $percent }. Danke! (/thanks off beendet solche Nachrichten.)
thanks-on = Ich sage dir, wenn eine Korrektur von dir gewirkt hat. „/thanks off“ beendet das.
thanks-off = Ich sage dir nicht, wenn eine Korrektur von dir gewirkt hat. „/thanks on“ ändert das.

## Prüfung

admins-only = Das ist für Admins.
your-id = Deine Telegram-Nummer ist { $id }.
review-link = Im Browser (der Link gilt einmal, { $minutes } Minuten lang): { $link }
review-empty = Nichts wartet auf ein Urteil.
review-progress = { $done } von { $total }
review-saw = Modell: { $label } { $percent } ({ $verdict })
review-refused = Modell: nichts davon (am nächsten: { $label } { $percent })
review-claims = Leute: { $claims }
review-claim = { $count } × { $what }
review-no-claims = Leute: keine Korrektur
review-decided = Urteil: { $what }
review-skipped = Übersprungen
review-undone = Das letzte Urteil ist zurückgenommen.
review-nothing-to-undo = Es gibt kein Urteil von dir, das man zurücknehmen könnte.
review-banned = Korrekturen dieser Person werden nicht mehr angenommen.
review-nobody-to-ban = Niemand hat dieses Foto korrigiert.
review-gone = Dieses Foto ist weg, oder jemand anderes hat es entschieden.
review-labels-changed = Die Namen haben sich seitdem geändert; hier ist es noch einmal.
review-unreadable = Die Datei von Foto { $photo } ist nicht lesbar; es bleibt außen vor.
review-store-away = Die Fotos sind gerade nicht erreichbar; sie warten. Versuch /review später noch einmal.
review-button-none = Nichts davon
review-button-unusable = Unbrauchbar
review-button-skip = Weiter
review-button-ban = Korrekturen sperren ({ $what })
verdict-sure = sicher
verdict-unsure = unsicher
what-none = nichts davon
what-other = etwas anderes
what-unusable = unbrauchbar

## Was Admins erfahren

alert-refused = Modell { $version } wurde veröffentlicht, hat aber die Prüfung nicht bestanden ({ $reason }). { $running } antwortet weiter.
alert-fallback = Das Modell im Einsatz hat die Prüfung beim Start nicht bestanden ({ $reason }). { $running } antwortet stattdessen.
alert-conflict = Ein anderes Programm fragt Telegram mit dem Token dieses Bots ab. Beende es, sonst bekommen die Leute nur die Hälfte der Antworten.
alert-webhook = Es kommt nichts bei mir an: { $reason }. Die Leute warten auf ihre Antworten, bis das behoben ist.

## Neu trainieren

retrain-progress = Neues Training: { $stage }
retrain-remaining = Noch etwa { $seconds } s
stage-waiting = wartet darauf, dass jemand beginnt
stage-starting = beginnt
stage-folding = Bestätigtes wird aufgenommen
stage-features = Fotos werden angesehen
stage-training = Training
stage-exporting = Modell wird geprüft und geschrieben
stage-deciding = Vergleich mit dem jetzigen Modell
stage-replaying = Fotos der letzten Woche noch einmal
stage-publishing = wird veröffentlicht
retrain-published = Modell { $version } ist veröffentlicht und antwortet von nun an.
retrain-held = Modell { $version } wird nicht veröffentlicht.
retrain-dry-run = Modell { $version } wurde nur ausprobiert.
retrain-skipped = Ein neues Training war nicht nötig.
retrain-failed = Das Training ist gescheitert.
retrain-cancelled = Das Training wurde abgebrochen; das jetzige Modell bleibt.
retrain-figures = Richtig auf { $photos } Prüffotos: vorher { $before } %, nachher { $after } %.
retrain-confusion = Was es womit verwechselt, auf den Prüffotos
retrain-active = Es läuft schon ein Training:
retrain-try-again = Ein Training ist eben zu Ende gegangen; bitte noch einmal.
retrain-no-environment = Ich kann nicht trainieren: Auf diesem Rechner fehlt die Trainingsumgebung. `make train-env` legt sie an; oder TRAINING_PYTHON nennt ihr Python.
retrain-python-gone = Ich kann nicht trainieren: TRAINING_PYTHON nennt { $python }, und das gibt es nicht. Berichtige es, oder rufe `make train-env` auf.
retrain-python-broken = Ich kann nicht trainieren: { $python } lässt sich nicht starten. `make train-env` legt eine Trainingsumgebung an; oder TRAINING_PYTHON nennt ein anderes Python.
retrain-python-lacks = Ich kann nicht trainieren: { $python } fehlt { $missing }. `make train-env` installiert es; oder TRAINING_PYTHON nennt ein anderes Python.
retrain-no-photos = Ich kann nicht trainieren: Der Datensatz hat noch keine Fotos. Füge welche hinzu, mit `python -m training.add DIR` oder `python -m training.collect LABEL…`, oder prüfe welche mit /review.
retrain-one-label = Ich kann nicht trainieren: Der Datensatz kennt nur { $label }. Zum Unterscheiden braucht es zwei: Füge Fotos von etwas anderem hinzu, mit `python -m training.add DIR`, oder prüfe welche mit /review.
retrain-few-photos = Ich kann nicht trainieren: { $label } hat { $photos } Fotos zum Lernen und braucht mindestens { $least } (50 sind ein guter Anfang). Füge mehr hinzu, mit `python -m training.add DIR`, oder prüfe welche mit /review.
retrain-force-ask = Das nächste Modell veröffentlichen, was die Prüfung auch sagt? Alle bekommen sofort seine Antworten; /rollback führt zurück.
retrain-forced = Das Training hat begonnen und wird sein Modell veröffentlichen.
retrain-not-forced = Es wurde nichts begonnen.
cancel-none = Es läuft kein Training.
cancel-asked = Das Training hält beim nächsten Schritt an.
button-force = Ja, trotzdem veröffentlichen
button-rollback = Zurücknehmen
models-title = Modelle, das älteste zuerst:
models-figures = { $percent } % richtig auf { $photos } Fotos
models-unreadable = sein Ordner ist beschädigt
rollback-done = { $version } antwortet von nun an.
rollback-refused = Ich bin nicht zurückgegangen: { $reason }.
rollback-not-current = Inzwischen antwortet ein anderes Modell.
alert-rollback = Von { $photos } Antworten des Modells { $version } wurden { $after } % bestritten, von denen des Vorgängers { $before } %: mehr, als Zufall erklärt. Ich bin zu { $champion } zurückgegangen.
alert-drift = Es kommen andere Fotos als am Anfang (Drift der Eingaben { $inputs }, der Antworten { $outputs }; über 0,25 ist viel). Sehen Sie einige durch (/review) und trainieren Sie neu.

## Statistik

stats-title = Die letzten { $days } Tage: { $photos } Fotos
stats-shares = Sicher { $sure }, unsicher { $unsure }, nichts davon { $outside }; bestritten { $disputed }
stats-claims = Korrekturen: { $accepted } angenommen, { $pending } offen, { $rejected } abgelehnt; { $waiting } Fotos warten auf ein Urteil
stats-estimate = Von den sicheren Antworten sind { $accuracy } richtig ({ $low } bis { $high }, aus { $reviewed } zufällig geprüften)
stats-no-estimate = Wie oft sichere Antworten stimmen, ist noch nicht bekannt ({ $reviewed } von { $drawn } Zufallsfotos geprüft)
stats-drift = Drift der Eingaben { $inputs }, der Antworten { $outputs } (Alarm über { $threshold })
stats-no-drift = Die Drift ist noch nicht bekannt: dieses Modell hat zu wenige Antworten gegeben
stats-model = Modell { $version }, von { $models }, die geantwortet haben
stats-chart = Antworten am Tag
stats-sure = sicher
stats-unsure = unsicher
stats-outside = nichts davon
stats-disputed = bestritten

## Beschreibungen der Befehle, wie Telegram sie auflistet

command-start = Was das hier ist
command-help = Wie es geht
command-identify = Sagen, was ein Foto zeigt (als Antwort)
command-wrong = Die Antwort ist falsch
command-undo = Eine Korrektur zurücknehmen
command-why = Was für eine Antwort sprach
command-labels = Was ich unterscheiden kann
command-privacy = Was aufbewahrt wird
command-export = Aufbewahrtes bekommen
command-forget = Aufbewahrtes löschen
command-language = Eine Sprache wählen
command-thanks = Neues von deinen Korrekturen
command-review = Fotos, die auf ein Urteil warten
command-retrain = Ein neues Modell trainieren
command-cancel = Das Training abbrechen
command-models = Welche Modelle es gibt
command-rollback = Zu einem früheren Modell zurück
command-stats = Wie es mir geht
