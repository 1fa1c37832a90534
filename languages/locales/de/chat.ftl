# Deutsch

## Zahlen und Listen

percent = { $value } %
or = { $first } oder { $last }
and-more = { $names } und noch { $count }
months = Januar, Februar, März, April, Mai, Juni, Juli, August, September, Oktober, November, Dezember
months-short = Jan., Feb., März, Apr., Mai, Juni, Juli, Aug., Sept., Okt., Nov., Dez.
day-long = { $day }. { $month } { $year }
day-short = { $day }. { $month } { $year }
day-of-year = { $day }. { $month }
looks-like = { $name }

## Antworten

sure = { $name }, { $percent }
unsure = { $names }: das kann ich nicht unterscheiden
unsure-one = Vielleicht { $name }; ich bin nicht sicher
outside = Ich sehe nichts, was ich als { $noun } kenne; das sieht eher aus wie: { $what }
outside-only = Ich sehe nichts, was ich als { $noun } kenne
outside-any = Ich sehe nichts von dem, was ich kenne ({ $labels }); das sieht eher aus wie: { $what }
outside-any-only = Ich sehe nichts von dem, was ich kenne ({ $labels })
nearest = Falls doch eines davon, dann am ehesten: { $label }, { $percent }
looked-again = Ich habe zweimal hingesehen, beim zweiten Mal auf das ganze Foto: Nach dem ersten Blick hätte ich anders geantwortet.
incomplete = Ein Teil der Datei fehlt oder ist beschädigt; ich habe nach dem Rest geantwortet.
preview = Ich habe nur das Vorschaubild gesehen, das Telegram mir davon gibt.

## Knöpfe

button-right = Richtig
button-wrong = Falsch
button-wrong-number = { $number }: falsch
button-all-right = Alles richtig
button-one-though = Doch, { $what }
button-one-of-these = Doch, eines davon
button-why = Warum?
button-none = Nichts davon
button-other = Anderes Problem
button-other-label = Ein anderer Name
button-back = Zurück
button-undo = Rückgängig
button-keep = Ja, Fotos speichern
button-dont-keep = Nein, danke
button-withdraw = Keine Fotos mehr speichern
button-forget = Ja, alles löschen
button-cancel = Abbrechen

## Begrüßung

start =
    Schick mir ein Foto, dann sage ich dir, was darauf ist: { $labels }.
    Wenn ich falsch liege, drück auf „Falsch“ oder antworte mit /wrong: Ich lerne daraus. Ich speichere kein Foto, wenn du es nicht erlaubst (/privacy).
start-group =
    Schick in dieser Gruppe ein Foto mit der Bildunterschrift /identify, antworte mit /identify auf ein Foto oder mit einem Foto auf eine Nachricht von mir, dann sage ich, was darauf ist: { $labels }.
    Wenn ich falsch liege, drück auf „Falsch“ oder antworte mit /wrong: Ich lerne daraus. Ich speichere kein Foto, wenn es der Absender nicht erlaubt (/privacy).
help-how = Schick mir ein Foto, ein Album oder ein Bild als Datei, und ich antworte.
help-how-group = Schick in dieser Gruppe ein Foto oder ein Album mit der Bildunterschrift /identify, antworte mit /identify auf ein Foto oder mit einem Foto auf eine Nachricht von mir, und ich antworte.
help =
    /wrong – meine Antwort korrigieren: Antworte darauf, sonst nehme ich dein letztes Foto; „/wrong { $label }“ sagt, was es ist
    /undo – deine letzte Korrektur zurücknehmen
    /why – sehen, warum ich das geantwortet habe: Antworte darauf, sonst nehme ich dein letztes Foto
    /labels – sehen, was ich unterscheiden kann
    /identify – in einer Gruppe: Antworte damit auf ein Foto
    /privacy – was ich speichere; /export – es herunterladen; /forget – es löschen
    /thanks – Nachrichten über deine Korrekturen ein- oder ausschalten
    /language – eine Sprache wählen
help-admin = Für Admins: /review zeigt die Fotos, die zu entscheiden sind; /teach bringt mir mit deinen Fotos etwas bei; /stats, wie gut ich bin; /retrain trainiert ein neues Modell, /cancel bricht das ab; /models zählt die Modelle auf, /rollback geht zu einem anderen zurück; /unban hebt eine Sperre auf.
labels = Das kann ich unterscheiden:
label-line = • { $name } ({ $label })
labels-model = Modell { $version }

## Warum

why-label = Warum { $name }? Je heller, desto wichtiger; was grau ist, habe ich nicht gesehen.
why-outside = Mich erinnert das am ehesten an: { $things }.
why-outside-label = Von meinen Namen passt { $name } am besten: Je heller, desto mehr spricht dafür.
why-thing = { $name } ({ $percent })
why-newer = Das erklärt ein neueres Modell, nicht das, das geantwortet hat.

## Was kein Foto ist

no-photo-text = Schick mir ein Foto, dann sage ich dir, was darauf ist (/help).
no-photo-video = Videos kann ich nicht ansehen. Schick mir ein Foto oder ein Standbild daraus.
no-photo-animation = Bewegte Bilder kann ich nicht ansehen. Schick mir ein unbewegtes Foto.
no-photo-sticker = Das ist ein Sticker. Schick mir stattdessen ein Foto.
no-photo-audio = Ich kann nur sehen. Schick mir ein Foto.
no-photo-document = Diese Datei kann ich nicht als Bild lesen. Schick mir ein Foto (JPEG, PNG, WebP, HEIC, …).
no-photo-other = Das kann ich nicht ansehen. Schick mir ein Foto.
photo-empty = Diese Datei ist leer. Bitte schick das Foto noch einmal.
photo-not_a_photo = Diese Datei enthält kein Bild, das ich lesen kann. Bitte schick ein Foto.
photo-unsupported = Bilder dieser Art kann ich nicht lesen. Bitte schick es als normales Foto (JPEG, PNG, WebP, HEIC).
photo-strip = Dieses Bild ist ein langer Streifen. Bitte schick ein normales Foto.
photo-too_large = Diese Datei ist zu groß: Ich lese bis zu { $megabytes } MB. Bitte schick sie als normales Foto.
photo-too_many_pixels = Dieses Bild hat zu viele Pixel für mich. Bitte schick es als normales Foto.
photo-too_hard = Bei diesem Bild musste ich aufgeben: Es dauert zu lange oder braucht zu viel Speicher. Bitte schick es als normales Foto.
photo-budget = Deine letzten Dateien zu lesen hat zu lange gedauert. Bitte warte ein paar Minuten oder schick normale Fotos.
photo-broken = Dieses Bild ist beschädigt, ich kann es nicht lesen. Bitte schick es noch einmal.
photo-gone = Telegram hat dieses Foto nicht mehr für mich. Bitte schick es noch einmal.
photo-elsewhere = Fotos erreichen mich gerade nicht: Wer mich betreibt, muss etwas in Ordnung bringen. Bitte versuch es später noch einmal.
identify-how = Antworte mit /identify auf das Foto, das ich ansehen soll.
identify-no-photo = In dieser Nachricht ist kein Foto. Antworte mit /identify auf ein Foto.
identify-one-of-album = Ich sehe nur dieses Foto des Albums. Antworte auf die anderen jeweils mit /identify.

## Wenn etwas nicht klappt

busy = Ich bin gerade beschäftigt; ich antworte gleich.
too-fast = Du schickst mehr, als ich beantworten kann. Bitte warte eine Minute und mach dann weiter.
too-fast-all = Gerade schreiben zu viele Leute. Bitte versuch es in einer Minute noch einmal.
mishap = Bei mir ist etwas schiefgegangen; ich habe es notiert. Wenn du es meldest, nenne diese Nummer: { $reference }
unknown-command = Diesen Befehl kenne ich nicht. /help nennt alle, die ich kenne.
old-button = Dieser Knopf geht nicht mehr.
not-your-button = Diese Frage ist für jemand anderen.
anonymous = Du schreibst als Gruppe oder Kanal, deshalb weiß ich nicht, wer du bist. Drück einen Knopf unter meiner Antwort oder schreib als du selbst.

## Korrekturen

wrong-offer = Was ist es dann?
wrong-likeliest = Das sind die wahrscheinlichsten. Für einen anderen Namen schreib: /wrong { $label }
wrong-which = Welches Foto meinst du?
claim-label = Notiert: { $name }. Danke!
claim-right = Notiert: richtig. Danke!
claim-none = Notiert: nichts davon. Danke!
claim-other = Notiert: anderes Problem. Danke!
claim-next-review = Ein Mensch sieht es sich an, bevor ich daraus lerne. /undo nimmt es zurück.
claim-next-accepted = Ich lerne daraus. /undo nimmt es zurück.
claim-next-numbers = Ich zähle es mit. Daraus lernen kann ich nur, wenn ich das Foto behalten darf (/privacy). /undo nimmt es zurück.
did-you-mean = „{ $text }“ kenne ich nicht. Meinst du { $name }?
unknown-label = „{ $text }“ kenne ich nicht. Das sind meine Namen:
no-answer-yet = Ich habe hier noch kein Foto von dir beantwortet. Schick mir erst eines.
no-answer-yet-group = Ich habe hier noch kein Foto von dir beantwortet. Antworte auf die Antwort, die du meinst, oder erst mit /identify auf ein Foto.
no-answer-there = Auf diese Nachricht habe ich nicht geantwortet. Antworte auf das Foto oder auf meine Antwort.
elsewhere = Diese Nachricht ist in einem anderen Chat, und ich kenne nur diesen. Schick mir das Foto hier.
undone = Zurückgenommen.
nothing-to-undo = Du hast hier keine Korrektur, die du zurücknehmen kannst.
claims-quota = Danke! Ich nehme { $count ->
    [one] { $count } Korrektur
   *[other] { $count } Korrekturen
} am Tag von einer Person; morgen kannst du weitere schicken.
claims-banned = Von dir nehme ich keine Korrekturen mehr an.
unban-how = Sag mit der Nummer, von wem: /unban 12345. Die Audit-Seite zeigt, wer gesperrt ist.
unban-done = Ich nehme wieder Korrekturen von { $person } an, und die alten zählen.
unban-none = { $person } ist nicht gesperrt.
none-words = nichts, nichts davon, keiner, keine, keines, kein, nein
other-words = anderes, etwas anderes, sonstiges
wrong-words = falsch, das ist falsch, stimmt nicht, das stimmt nicht
denying-words = nicht, kein, keine, keinen, das ist kein, das ist keine, das ist nicht, es ist kein, ist kein, dies ist kein, das ist gar kein

## Einwilligung und Datenschutz

consent-ask = Darf ich die Fotos speichern, die du korrigierst oder bei denen ich unsicher bin, auch die der letzten 7 Tage, um daraus zu lernen? Prüfer werden sie sehen, und mein Betreiber kann damit andere Modelle trainieren. Du kannst das jederzeit beenden und alles löschen (/privacy, /forget).
consent-yes = Danke! Solche Fotos speichere ich von jetzt an, und die der letzten 7 Tage. /privacy zeigt es an, /forget löscht sie.
consent-no = In Ordnung: Ich speichere kein Foto von dir.
consent-stopped = Ich speichere keine Fotos von dir mehr und trainiere nicht mehr mit den vorhandenen. /forget löscht sie.
privacy-keeping = Du erlaubst mir, Fotos zu speichern, die du korrigierst oder bei denen ich unsicher bin (Hinweis { $version }, { $date }).
privacy-not-keeping = Ich speichere kein Foto von dir, nur die Zahlen jeder Antwort: Name, Prozente, Zeit (Hinweis { $version }). Wenn du es erlaubst, speichere ich die, die du korrigierst oder bei denen ich unsicher bin, auch die der letzten 7 Tage.
privacy-rights = Fotos speichere ich ohne Ort und andere Angaben der Kamera. Sie dienen nur dazu, Modelle zu trainieren und zu prüfen: das dieses Bots und andere seines Betreibers. /export schickt dir alles, /forget löscht es.
forget-ask = Alles löschen, was ich von dir habe: Fotos, Korrekturen, Beispiele, Einstellungen? Das lässt sich nicht rückgängig machen.
forget-done = Erledigt. Gelöscht: { $photos ->
    [one] { $photos } Foto
   *[other] { $photos } Fotos
}, { $claims ->
    [one] { $claims } Korrektur
   *[other] { $claims } Korrekturen
}, { $predictions ->
    [one] { $predictions } Antwort
   *[other] { $predictions } Antworten
}. Die Fotos lassen sich nicht wiederherstellen.
forget-pending = Fast erledigt. Der Speicher von { $photos ->
    [one] einem Foto antwortet gerade nicht. Ich lösche das Foto, sobald er antwortet; bis dahin verwendet es niemand
   *[other] { $photos } Fotos antwortet gerade nicht. Ich lösche die Fotos, sobald er antwortet; bis dahin verwendet sie niemand
}. Schon gelöscht: { $claims ->
    [one] { $claims } Korrektur
   *[other] { $claims } Korrekturen
}, { $predictions ->
    [one] { $predictions } Antwort
   *[other] { $predictions } Antworten
}.
forget-cancelled = Ich habe nichts gelöscht.
private-only = Bitte frag mich das in einem privaten Chat.
export-caption = Alles, was ich von dir habe.
export-too-large = Deine Daten sind { $megabytes } MB groß, mehr als Telegram mich schicken lässt. Bitte frag den Betreiber danach.

## Sprache und Dank

language-choose = Welche Sprache soll ich sprechen?
language-set = Von jetzt an spreche ich Deutsch.
language-unknown = Die spreche ich nicht. Wähl eine von diesen:
thanks-worked = Du hattest recht mit diesem Foto, und das neue Modell sieht es jetzt auch so: { $name }, { $percent }. Danke! (/thanks off beendet solche Nachrichten.)
thanks-on = Ich sage dir Bescheid, wenn eine deiner Korrekturen gewirkt hat. „/thanks off“ beendet das.
thanks-off = Ich sage dir nicht Bescheid, wenn eine deiner Korrekturen gewirkt hat. „/thanks on“ ändert das.

## Prüfung

admins-only = Das können nur Admins.
your-id = (Damit du einer wirst, trägt der Betreiber { $id } in ADMIN_IDS ein.)
review-link = Im Browser (der Link gilt einmal, { $minutes } min lang): { $link }
review-aside = Ein Training hat { $photos ->
    [one] ein neues Label beiseitegelegt, das allem anderen widerspricht. Es wartet
   *[other] { $photos } neue Labels beiseitegelegt, die allem anderen widersprechen. Sie warten
} unter „Labelfehler“ auf eine zweite Meinung (der Link gilt einmal, { $minutes } min lang): { $link }
button-open-review = In Telegram öffnen
review-empty = Kein Foto wartet auf deine Entscheidung.
review-progress = { $done } von { $total }
review-saw = Modell: { $label } { $percent } ({ $verdict })
review-refused = Modell: nichts davon (am nächsten: { $label } { $percent })
review-claims = Nutzer: { $claims }
review-claim = { $count } × { $what }
review-no-claims = Nutzer: keine Korrektur
review-decided = Entscheidung: { $what }
review-skipped = Übersprungen
review-undone = Ich habe deine Entscheidung zurückgenommen.
review-nothing-to-undo = Du hast keine Entscheidung, die du zurücknehmen kannst.
review-banned = Von dieser Person nehme ich keine Korrekturen mehr an.
review-nobody-to-ban = Niemand hat dieses Foto korrigiert.
review-gone = Dieses Foto ist weg, oder jemand anderes hat es entschieden.
review-labels-changed = Die Namen haben sich seitdem geändert. Hier ist es noch einmal.
review-unreadable = Die Datei von Foto { $photo } kann ich nicht lesen; ich lasse es aus.
review-store-away = Ich komme gerade nicht an die Fotos. Versuch /review später noch einmal.
review-button-none = Nichts davon
review-button-unusable = Unbrauchbar
review-button-skip = Weiter
review-button-ban = Korrekturen sperren ({ $what })
verdict-sure = sicher
verdict-unsure = unsicher
what-none = nichts davon
what-other = anderes Problem
what-unusable = unbrauchbar

## Unterricht

teach-how =
    Schreib /teach und einen Namen, dann schick Fotos davon. Übersetzungen, andere Schreibweisen und der Platz in den Menüs stehen in eigenen Zeilen:
    /teach polar
    en: polar bear
    de: Eisbär
    auch: Polarbär, weißer Bär
    Platz: { $place }
teach-also-words = auch, also
teach-place-words = platz, stelle, place
teach-unknown-line = Die Zeile „{ $line }“ verstehe ich nicht. Schreib eine Sprache und einen Namen („de: Eisbär“), andere Schreibweisen („auch: Polarbär, weißer Bär“) oder den Platz in den Menüs („Platz: { $place }“).
teach-bad-place = Die Zeile „{ $line }“ verstehe ich nicht: Der Platz in den Menüs ist eine Zahl, wie in „Platz: { $place }“.
teach-not-begun = Es hat nichts angefangen: Fotos, die du jetzt schickst, werden beantwortet und nicht gelernt. Schick /teach noch einmal, berichtigt.
teach-goes-on = Du unterrichtest mich weiter in { $label }: Fotos, die du jetzt schickst, lerne ich so. /done beendet das.
teach-not-taken = { $count ->
    [one] Ich habe das Foto nicht genommen. Schick es noch einmal mit berichtigtem Text.
   *[other] Ich habe keines der { $count } Fotos genommen. Schick sie noch einmal mit berichtigtem Text.
}
teach-bad-label = Ein Name besteht aus Buchstaben, Ziffern, Leerzeichen und Bindestrichen, höchstens 64. Schreib: /teach polar
teach-name-taken = { $label } heißt schon { $name }: Gib diesem Label einen anderen Namen.
teach-bad-name = Ein Name ist eine Zeile mit höchstens 64 Zeichen, und es gibt höchstens 20 andere Schreibweisen.
teach-reserved = „{ $text }“ bedeutet für mich schon etwas anderes. Wähl einen anderen Namen.
teach-retired = { $label } ist stillgelegt. Hol es auf den Review-Seiten zurück (/review, „Labels“), bevor du es unterrichtest.
teach-began = Schick mir Fotos von { $label }, einzeln oder als Album. Ich speichere sie, um daraus zu lernen, und Reviewer sehen sie. /undo nimmt die letzten zurück, /done beendet das.
teach-began-new = { $label } ist neu: Ab { $least } Fotos kann ich es lernen.
teach-place = In den Menüs ist { $label } die Nummer { $place }.
teach-place-kept = { $label } behält seinen Platz in den Menüs: Ich kenne es schon, und keine Taste darf ihre Bedeutung ändern.
teach-place-only = In den Menüs kann { $label } nur die Nummer { $first } sein: Die Labels, die ich kenne, behalten ihre Plätze.
teach-place-others = In den Menüs kann { $label } die Nummer { $first } bis { $last } sein: Die Labels, die ich kenne, behalten ihre Plätze.
teach-perhaps = Meintest du { $name }? Dann schreib: /teach { $label }
teach-consent = Ich darf deine Fotos noch nicht speichern, also kann ich nicht daraus lernen. Erlaub es, dann schick sie (noch einmal).
teach-count = { $label }: { $count ->
    [one] { $count } Foto
   *[other] { $count } Fotos
}.
teach-count-new = { $label }: { $count ->
    [one] { $count } Foto
   *[other] { $count } Fotos
}, davon { $new } neu.
teach-count-missing = { $label }: { $count ->
    [one] { $count } Foto
   *[other] { $count } Fotos
}; { $missing } fehlen noch, dann kann ich anfangen.
teach-known = { $count ->
    [one] { $count } davon hatte ich schon, oder ein fast gleiches.
   *[other] { $count } davon hatte ich schon, oder fast gleiche.
}
teach-other = { $count ->
    [one] { $count } zeigt dasselbe wie ein Foto von { $label }: Das habe ich weggelassen.
   *[other] { $count } zeigen dasselbe wie Fotos von { $label }: Die habe ich weggelassen.
}
teach-full = Im Chat nehme ich von einer Person höchstens { $most } Fotos am Tag. Mehr kommen mit `bear-detector add DIR` dazu.
teach-forgotten = Jemand hat dieses Foto löschen lassen, deshalb speichere ich es nicht wieder.
teach-preview = Ich lerne nur aus Fotos, nicht aus der Vorschau eines Videos, eines GIFs oder eines Stickers.
teach-odd = { $count ->
    [one] Merkwürdig: Bei { $count } davon bin ich sicher: { $name }.
   *[other] Merkwürdig: Bei { $count } davon bin ich sicher: { $name }.
}
teach-odd-outside = { $count ->
    [one] Merkwürdig: Auf { $count } davon sehe ich nichts, was ich kenne.
   *[other] Merkwürdig: Auf { $count } davon sehe ich nichts, was ich kenne.
}
teach-odd-undo = Wenn die Fotos stimmen, mach weiter; wenn nicht, drück auf „Rückgängig“.
teach-undone = Zurückgenommen: { $count ->
    [one] { $count } Foto
   *[other] { $count } Fotos
}.
teach-none = Du bringst mir gerade nichts bei. Fang an mit /teach und einem Namen.
teach-done-next = Das nächste Training lernt sie.
teach-done-one-label = Ich brauche Fotos eines zweiten Labels, bevor ich sie zu unterscheiden lerne: Bring es mir mit /teach bei, oder füge Fotos auf den Review-Seiten hinzu (/review, „Datensatz“).
teach-done-forgets = Vor einem Training brauche ich auch Fotos von { $labels }: Im Datensatz sind keine, und das nächste Modell würde sie vergessen. Füge welche auf den Review-Seiten hinzu (/review, „Datensatz“), bring sie mir bei, oder leg diese Labels dort still.
button-retrain = Jetzt trainieren

## Meldungen an Admins

alert-refused = Modell { $version } wurde veröffentlicht, hat aber die Prüfung nicht bestanden ({ $reason }). { $running } antwortet weiter.
alert-fallback = Das Modell im Einsatz hat die Prüfung beim Start nicht bestanden ({ $reason }). { $running } antwortet stattdessen.
alert-unknown = Ich sehe gerade nicht, welches Modell veröffentlicht ist: { $reason }. { $running } antwortet weiter.
alert-conflict = Ein anderes Programm fragt Telegram mit dem Token dieses Bots ab. Beende es, sonst bekommen die Leute nur die Hälfte der Antworten.
alert-webhook = Telegrams Nachrichten kommen nicht bei mir an: { $reason }. Niemand bekommt Antworten, bis du das behebst.

## Neu trainieren

retrain-progress = Neues Training: { $stage }
retrain-remaining = Noch etwa { $seconds } s
stage-waiting = wartet auf den Beginn
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
retrain-held-next = Was du tun kannst: die fraglichen Fotos ansehen und berichtigen, was falsch ist, oder Fotos wie die verlorenen hinzufügen, dann /retrain. /retrain force lernt alles und veröffentlicht trotzdem.
retrain-dry-run = Probelauf: Modell { $version } wird nicht veröffentlicht.
retrain-skipped = Ein neues Training war nicht nötig.
retrain-failed = Das Training ist gescheitert.
retrain-cancelled = Das Training wurde abgebrochen; das jetzige Modell bleibt.
retrain-figures = Richtig auf { $photos ->
    [one] { $photos } Testfoto
   *[other] { $photos } Testfotos
}: vorher { $before }, nachher { $after }.
retrain-new = Neu: { $label }. Modelle, die seine Fotos nicht kannten, haben { $right } von { $photos } richtig erkannt.
retrain-new-others = Die anderen Namen: { $after } von { $photos ->
    [one] { $photos } Testfoto
   *[other] { $photos } Testfotos
} richtig, vorher { $before }.
retrain-new-takes = Jetzt für { $label } gehalten, vorher richtig: { $takes }
retrain-confusion = Verwechslungen auf den Testfotos (Zeilen: Wahrheit, Spalten: Antwort)
gate-forced = Es wurde erzwungen veröffentlicht. Dagegen spricht:
gate-labels-forgotten = Es würde { $labels } vergessen: Im Datensatz sind keine Fotos davon. Füge welche hinzu, oder leg diese Labels auf den Review-Seiten still.
gate-test-labels = Das jetzige Modell liegt bei { $after } der Testfotos richtig, bei seiner Veröffentlichung waren es { $before }: Vielleicht hat jemand ihre Labels geändert. Sieh dir die Fotos des Teils „gate“ an, bevor du neu trainierst.
gate-above-chance = Das neue Modell liegt bei { $after } der Testfotos richtig, weniger als die { $floor }, die jedes brauchbare Modell erreicht: Die Labels, von denen es gelernt hat, sehen falsch aus.
gate-accuracy = Auf { $photos ->
    [one] { $photos } Testfoto
   *[other] { $photos } Testfotos
} liegt das neue Modell bei { $after } richtig, das jetzige bei { $before } ({ $won } gewonnen, { $lost } verloren). Auf anderen Fotos ({ $others }): { $others_won } gewonnen, { $others_lost } verloren. Es könnte gut schlechter sein.
gate-recall = { $label }: { $photos ->
    [one] { $photos } Testfoto
   *[other] { $photos } Testfotos
}, { $after }, vorher { $before }; insgesamt { $lost } verloren, mehr als Zufall.
gate-new-label = { $label } ist neu: Modelle, die seine Fotos nicht kannten, haben { $right } von { $photos } richtig erkannt. Sie halten es für andere Labels; mehr Fotos davon können helfen.
gate-log-loss = Seine Wahrscheinlichkeiten sind auf { $photos ->
    [one] { $photos } Foto
   *[other] { $photos } Fotos
} schlechter (Log-Loss +{ $rise }).
gate-other-things = Von den Fotos, die keines der Labels zeigen ({ $photos }), lehnt es { $after } ab, das jetzige Modell { $before }.
gate-near-things = Fotos jedes Labels ({ $photos }) hat eine Prüfung gesehen, die nur die anderen kennt: So wie beim neuen Modell lehnt sie { $after } davon ab, so wie beim jetzigen { $before }.
gate-refusals = Von den Fotos, die eines der Labels zeigen, lehnt es { $after } ab, das jetzige Modell { $before }.
gate-left-behind = Es hat dasselbe gelernt wie { $version }, und von dem ist jemand zum jetzigen Modell zurückgegangen. Mit /rollback { $version } antwortet jenes wieder.
gate-reviewed = Fotos, die seit dem jetzigen Modell geprüft wurden: { $photos }. Richtig jetzt: { $after }, vorher: { $before }.
gate-added = Fotos, die seit dem jetzigen Modell dazukamen: { $photos }. Richtig, bevor es von ihnen lernte: { $after }, vorher: { $before }.
gate-relabelled = Labels, die seit dem jetzigen Modell geändert wurden: { $labels }.
gate-nothing-new = Seit dem jetzigen Modell ist nichts Neues übrig, also gibt es nichts zu gewinnen.
gate-no-better = Das ist nicht besser.
gate-no-better-beyond = Bei denen, deren Labels außer Zweifel stehen ({ $doubtful } tun es nicht), ist das nicht besser.
gate-aside-person = Beiseitegelegt, im Widerspruch zu allem anderen: { $photos } der neuen Labels auf Fotos der Person { $name }{ $given }.
gate-aside-reviewer = Beiseitegelegt, im Widerspruch zu allem anderen: { $photos } der neuen Labels des Prüfers { $name }.
gate-aside-folder = Beiseitegelegt, im Widerspruch zu allem anderen: { $photos } der neuen Labels aus { $name }.
gate-aside-agreed = Beiseitegelegt, im Widerspruch zu allem anderen: { $photos } der neuen Labels aus einer Datei oder durch Übereinstimmung.
gate-aside-forgotten = Beiseitegelegt, im Widerspruch zu allem anderen: { $photos } der neuen Labels auf Fotos einer Person, die vergessen ist{ $given }.
gate-aside-given = {", gegeben von "}{ $reviewers }
gate-aside-given-reviewer = Prüfer { $id }
gate-aside-given-forgotten = einem vergessenen Prüfer
gate-aside-given-agreed = mehreren, die sich einig waren, oder einer Datei
gate-aside-next = Was beiseitegelegt ist, lerne ich erst, wenn ein zweiter Prüfer dasselbe sagt (/review, „Labelfehler“), oder mit /retrain force.
gate-unseen = { $photos ->
    [one] { $photos } Testfoto
   *[other] { $photos } Testfotos
}: Unterschiede unter { $points ->
    [one] { $points } Punkt
   *[other] { $points } Punkten
} sind unsichtbar.
gate-unseen-thin = Weniger als 10 davon zeigen { $labels }.
gate-unseen-outsiders = Unter den Testfotos sind keine von anderen Dingen, deshalb wurden Ablehnungen nicht verglichen.
retrain-active = Es läuft schon ein Training:
retrain-try-again = Ein Training ist eben zu Ende gegangen; bitte versuch es noch einmal.
retrain-no-environment = Ich kann nicht trainieren: Was dafür nötig ist, ist hier nicht installiert. `make .venv/.installed EXTRAS=head` installiert es (200 MB); oder TRAINING_PYTHON nennt ein Python, das es hat.
retrain-python-gone = Ich kann nicht trainieren: TRAINING_PYTHON nennt { $python }, und das gibt es nicht. Berichtige es.
retrain-python-broken = Ich kann nicht trainieren: { $python } lässt sich nicht starten. Nenne mit TRAINING_PYTHON ein anderes Python.
retrain-python-lacks = Ich kann nicht trainieren: { $python } fehlt { $missing }. Das Extra `head` installiert es; oder TRAINING_PYTHON nennt ein anderes Python.
retrain-no-photos = Ich kann nicht trainieren: Der Datensatz hat noch keine Fotos. Füge welche hinzu, mit `bear-detector add DIR` oder `bear-detector collect LABEL…`, oder prüfe welche mit /review.
retrain-one-label = Ich kann nicht trainieren: Der Datensatz kennt nur { $label }, und zum Unterscheiden brauche ich mindestens zwei Namen. Füge Fotos von etwas anderem hinzu, mit `bear-detector add DIR`, oder prüfe welche mit /review.
retrain-few-photos = Ich kann nicht trainieren: { $label } hat { $photos ->
    [one] { $photos } Foto
   *[other] { $photos } Fotos
} zum Lernen und braucht mindestens { $least } (50 sind ein guter Anfang). Füge mehr hinzu, mit `bear-detector add DIR`, oder prüfe welche mit /review.
retrain-force-ask = Das nächste Modell veröffentlichen, auch wenn es seine Tests nicht besteht? Alle bekommen sofort seine Antworten; /rollback führt zurück.
retrain-forced = Das Training hat begonnen und veröffentlicht sein Modell.
retrain-not-forced = Ich habe nichts begonnen.
cancel-none = Es läuft kein Training.
cancel-asked = Das Training hält beim nächsten Schritt an.
button-force = Ja, trotzdem veröffentlichen
button-rollback = Zurücknehmen
button-put-back = Wieder einsetzen
button-doubted = Fragliche Fotos zeigen
models-title = Modelle, das älteste zuerst:
models-figures = { $share } richtig auf { $photos ->
    [one] { $photos } Foto
   *[other] { $photos } Fotos
}
models-unreadable = sein Ordner ist beschädigt
rollback-done = { $version } antwortet von nun an.
rollback-refused = Ich bin nicht zurückgegangen: { $reason }.
rollback-unknown = Ein Modell dieses Namens habe ich nicht. /models zeigt dir alle.
rollback-not-current = Inzwischen antwortet ein anderes Modell.
alert-rollback = Modell { $version }: Die Leute haben { $after } von { $photos } Antworten korrigiert, beim Modell davor { $before }. Das ist mehr als Zufall, deshalb bin ich zu { $champion } zurückgegangen.
alert-drift = Die Leute schicken jetzt andere Fotos als zu Beginn dieses Modells (Drift der Fotos { $inputs }, der Antworten { $outputs }; über { $threshold } ist viel). Sieh einige durch (/review) und trainiere neu.

## Statistik

stats-title = Die letzten { $days } Tage: { $photos ->
    [one] { $photos } Foto
   *[other] { $photos } Fotos
}
stats-shares = Sicher { $sure }, unsicher { $unsure }, nichts davon { $outside }; korrigiert { $disputed }
stats-claims = Korrekturen: { $accepted } angenommen, { $pending } offen, { $rejected } abgelehnt; { $waiting ->
    [one] { $waiting } Foto wartet auf die Prüfung
   *[other] { $waiting } Fotos warten auf die Prüfung
}
stats-estimate = Von meinen sicheren Antworten sind { $accuracy } richtig ({ $low } bis { $high }, aus { $reviewed } zufällig geprüften)
stats-no-estimate = Wie oft meine sicheren Antworten stimmen, weiß ich noch nicht: von den Zufallsfotos sind { $reviewed } von { $drawn } geprüft
stats-drift = Drift (Veränderung seit Beginn dieses Modells): Fotos { $inputs }, Antworten { $outputs }; Alarm über { $threshold }
stats-no-drift = Drift (Veränderung seit Beginn dieses Modells): dafür sind es noch zu wenige Antworten
stats-model = Modell: { $version }
stats-chart = Antworten am Tag
stats-sure = sicher
stats-unsure = unsicher
stats-outside = nichts davon
stats-disputed = korrigiert

## Beschreibungen der Befehle, wie Telegram sie auflistet

command-start = Was ich kann
command-help = Wie es geht
command-identify = Sagen, was ein Foto zeigt (als Antwort)
command-wrong = Die Antwort ist falsch
command-undo = Eine Korrektur zurücknehmen
command-why = Warum ich das geantwortet habe
command-labels = Was ich unterscheiden kann
command-privacy = Was ich speichere
command-export = Meine Daten herunterladen
command-forget = Meine Daten löschen
command-language = Eine Sprache wählen
command-thanks = Neues von deinen Korrekturen
command-review = Fotos, die zu entscheiden sind
command-teach = Mir mit deinen Fotos etwas beibringen
command-done = Unterricht beenden
command-retrain = Ein neues Modell trainieren
command-cancel = Das Training abbrechen
command-models = Die Modelle auflisten
command-rollback = Zu einem früheren Modell zurück
command-stats = Wie gut ich bin
command-unban = Korrekturen von jemandem wieder annehmen
