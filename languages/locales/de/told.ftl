### Was Befehle und Trainings auf Englisch sagen, für die, die die Seiten lesen.

told-other = Auf Englisch: „{ $sentence }“

## Fotos und ZIP-Dateien

told-nothing-added = { $told } Es kam nichts dazu.
told-half-added = { $told } Ein Teil des Ordners kam dazu und ließ sich nicht wieder entfernen ({ $why }): Führ denselben Befehl noch einmal aus, er macht dort weiter.
told-zip-leaves = Das ZIP enthält einen Pfad, der aus seinem Ordner hinausführt ({ $path }): Es kam nichts dazu.
told-zip-password = Das ZIP ist mit einem Passwort geschützt: Speichere es ohne.
told-zip-bomb = Aus { $packed } MB würden entpackt { $unpacked } MB: So lassen sich Fotos nicht verkleinern. Es kam nichts dazu.
told-zip-no-end = { $file } ist keine ZIP-Datei, oder ihr Ende fehlt.
told-zip-damaged = { $file } ist keine ZIP-Datei, oder sie ist beschädigt ({ $why }).
told-zip-many = Das ZIP enthält mehr als { $most } Dateien: Teile es auf.
told-zip-no-folder = { $file } enthält keinen Ordner mit Fotos: Leg sie in <Label>/, für jedes Label einen Ordner.
told-zip-deep = { $file } enthält Ordner im Ordner { $folder }: Leg die Fotos in <Label>/, für jedes Label einen Ordner.
told-unreadable = { $file } lässt sich nicht lesen ({ $why }).
told-unreadable-added = { $file } lässt sich nicht lesen ({ $why }): Es kam nichts dazu.
told-source = { $source } kann nicht der Name der Quelle sein: Gib mit --source einen anderen, höchstens 64 Zeichen und nicht { $names }.
told-no-space = In { $place } ist kein Platz mehr ({ $why }): Schaff welchen; es kam nichts dazu.
told-no-photo-folder = { $folder } enthält keinen Ordner mit Fotos: Leg sie in { $again }/<Label>/, für jedes Label einen Ordner.
told-no-photos = { $folder } enthält keine Fotos: Leg sie in { $again }/<Label>/, für jedes Label einen Ordner.
told-no-photos-at-all = { $folder } enthält keine Fotos.
told-too-deep = Der Ordner { $folder } enthält Ordner ({ $inner }, …) und keine Fotos: Wenn das die Labels sind, gib { $again } statt { $parent } an.
told-too-deep-added = Der Ordner { $folder } enthält Ordner ({ $inner }, …) und keine Fotos: Wenn das die Labels sind, gib { $again } statt { $parent } an; es kam nichts dazu.
told-folder-empty = Der Ordner { $folder } ist leer: Leg Fotos hinein oder entferne ihn; es kam nichts dazu.
told-folder-gone = Den Ordner { $folder } gibt es nicht.
told-folder-none = { $folder } ist kein Ordner; gib den an, der für jedes Label einen Ordner enthält.
told-folder-unreadable = Der Ordner { $folder } lässt sich nicht lesen ({ $why }).
told-folder-changed = Der Ordner { $folder } hat sich geändert, während er gelesen wurde; es kam nichts dazu: Versuch es wieder, wenn dort niemand mehr schreibt.
told-folder-unknown = Der Ordner { $folder } ist kein bekanntes Label ({ $known }): Benenne ihn um, oder gib --new-label { $again } an, wenn er eines werden soll; es kam nichts dazu.
told-folders-unknown = Die Ordner { $folders } sind keine bekannten Labels ({ $known }): Benenne sie um, oder gib { $options } an, wenn sie welche werden sollen; es kam nichts dazu.
told-no-folder-for = Es gibt keinen Ordner { $folder } für --new-label { $again }: Es kam nichts dazu.
told-folder-label = Der Ordner { $folder } kann kein Label sein: { $told }
told-device-name = DEVICE={ $device } gibt es nicht, nur auto, cpu, cuda, mps.
told-only-label = Es gibt nur das Label { $label }: Zum Unterscheiden braucht es mindestens zwei; leg einen Ordner für ein zweites an, es kam nichts dazu.
told-only-outside = Es gibt kein Label außer dem reservierten { $label }: Zum Unterscheiden braucht es mindestens zwei; leg einen Ordner für ein weiteres an, es kam nichts dazu.
told-label-letters = Ein Label besteht aus Buchstaben und Ziffern, innen auch Leerzeichen, Bindestriche, Unterstriche und Apostrophe, höchstens { $most } Zeichen.
told-label-command = „{ $label }“ ist ein Befehl des Chats und kann kein Label sein: Wähl einen anderen Namen.
told-cache = Die Datei { $file } lässt sich nicht verwenden ({ $why }): Schaff Platz oder lösch die Datei; sie entsteht neu aus den Fotos.
told-cache-of-features = Die Datei { $file } lässt sich nicht verwenden ({ $why }): Schaff Platz oder lösch die Datei; sie entsteht neu aus den Fotos.

## Einzelne Dateien

told-file-size = sie hat { $megabytes } MB
told-file-compressed = sie ist auf eine Art gepackt, die es bei Fotos nicht gibt
told-file-zip = das ZIP ist hier beschädigt ({ $why })
told-file-pixels = sie hat nur { $width } × { $height } Pixel
told-file-empty = Diese Datei ist leer.
told-file-large = Diese Datei hat { $megabytes } MB, und ich lese bis { $most } MB.
told-file-memory = Dieses { $kind } zu lesen braucht zu viel Speicher.
told-file-damaged = Dieses { $kind } ist beschädigt und lässt sich nicht lesen.
told-file-no-picture = In dieser Datei ist kein Bild zu erkennen: Ich lese { $kinds } oder { $last }.
told-file-video = Das ist ein Video, und ich lese { $kinds } oder { $last }.
told-file-raw = Das ist ein Rohbild einer Kamera, und ich lese { $kinds } oder { $last }.
told-file-stranger = Das ist eine Datei anderer Art: Ich lese { $kinds } oder { $last }.
told-file-slow = Dieses JPEG ist so gemacht, dass es zu lange zu lesen dauert.
told-file-bits = Dieses JPEG hat { $bits } Bit je Farbe, und ich lese 8.
told-file-jpeg = Das ist ein JPEG einer Art, die ich nicht lesen kann.
told-file-missing = Von diesem Bild fehlt zu viel, oder es ist beschädigt.
told-file-many-pixels = Dieses Bild hat { $width } × { $height } Pixel, mehr, als ich von seiner Art lese.
told-file-no-pixels = Dieses Bild hat keine Pixel.
told-file-strip = Dieses Bild ist ein Streifen von { $width } × { $height } Pixeln: Ich brauche ein Foto.
told-file-tiff = Dieses TIFF ist von einer Art, die ich nicht lesen kann.

## Wie ein Training endete

told-stays = { $told } Das Modell in Gebrauch bleibt.
told-published-before = { $told } Sein Modell wurde kurz davor veröffentlicht.
told-forced = Mit Gewalt veröffentlicht. Die Prüfung sagte: { $told }
told-cancelled = Abgebrochen; das Modell in Gebrauch bleibt.
told-cancelled-before = Abgebrochen, bevor es begann.
told-interrupted = Es wurde unterbrochen; das Modell in Gebrauch bleibt.
told-without-a-word = Es endete ohne ein Wort.
told-unusable = { $place } lässt sich nicht verwenden ({ $why }); das Modell in Gebrauch bleibt.
told-unexpected-stderr = Ein unerwarteter Fehler ({ $error }); schau, was es auf stderr schrieb.
told-unexpected = Ein unerwarteter Fehler ({ $error }); schau in { $where }.
told-silent = Sein Prozess gab kein Lebenszeichen mehr.
told-silent-stays = Sein Prozess gab kein Lebenszeichen mehr; das Modell in Gebrauch bleibt.
told-process-gone = Sein Prozess ist weg.
told-process-ended-by = Sein Prozess wurde durch { $signal } beendet.
told-process-status = Sein Prozess endete mit dem Status { $status }.
told-too-long = Es dauerte länger als seine { $minutes } Minuten.
told-no-worker = Kein Worker nahm es in { $minutes } Minuten: `bear-detector worker` startet einen.
told-worker-died = Sein Modell wurde veröffentlicht, kurz bevor sein Worker starb.
told-workers-died = { $count } Worker starben daran ({ $names }); das Modell in Gebrauch bleibt.
told-nothing-to-learn = Der Datensatz ist leer: Es gibt noch nichts zu lernen.
told-nothing-new = Seit dem letzten Training gibt es nichts Neues.
told-lack-photos = Der Datensatz ist leer: Nimm Fotos auf mit `bear-detector add DIR` oder `bear-detector collect LABEL…`.
told-lack-labels = Es gibt nur das Label { $label }: Zum Unterscheiden braucht es mindestens zwei; füg Fotos eines anderen hinzu.
told-lack-label = Das Label { $label } hat { $photos } Fotos zum Lernen und braucht mindestens { $least } (50 sind ein guter Anfang; etwa jedes siebte geht in den Test und wird nicht gelernt): Füg mehr hinzu.
told-no-gate = Zurückgehalten: Im Testteil ist kein Foto, also lässt sich nichts vergleichen. Füg Fotos mit `bear-detector add` hinzu, oder leg geprüfte in den Test.
told-no-gate-blind = Alles: Der Testteil hat keine Fotos.
told-champion-changed = Das Modell in Gebrauch wurde inzwischen von { $before } auf { $now } gewechselt; das neue wurde mit dem falschen verglichen und wird nicht veröffentlicht: Trainier noch einmal.
told-photos-taken-back = { $count } Fotos, aus denen das neue Modell gelernt hat, haben den Datensatz inzwischen verlassen, darum wurde es verworfen; das Modell in Gebrauch bleibt: Trainier noch einmal.
told-photo-taken-back = 1 Foto, aus dem das neue Modell gelernt hat, hat den Datensatz inzwischen verlassen, darum wurde es verworfen; das Modell in Gebrauch bleibt: Trainier noch einmal.
told-labels-changed = { $labels } wurde umbenannt oder stillgelegt, während das neue Modell lernte, darum wurde es verworfen; das Modell in Gebrauch bleibt: Trainier noch einmal.
told-labels-lost = { $file } beschreibt { $labels } nicht mehr: Das Modell behält die Namen vom vorigen; füg { $section } hinzu, um sie zu ändern.

## Worüber das Training stolpert

told-device-memory = Der Speicher von { $device } reichte nicht: Es lernte stattdessen aus { $photos } Fotos auf einmal.
told-device-cpu = Die GPU versagte ({ $why }): Es lernte stattdessen auf der CPU.
told-device-failed = Das Gerät { $device } versagte ({ $why }): Nimm DEVICE=auto oder DEVICE=cpu.
told-device-none = DEVICE={ $device }, und torch findet hier kein solches Gerät: Nimm DEVICE=auto, oder installier ein dafür gebautes torch.
told-device-none-why = DEVICE={ $device }, und torch findet hier kein solches Gerät ({ $why }): Nimm DEVICE=auto, oder installier ein dafür gebautes torch.
told-body-classes = { $body } unterscheidet nicht die 1000 Klassen von ImageNet, auf denen die Ablehnung von Fremdem beruht: Wähl Gewichte, die mit ImageNet-1k trainiert sind.
told-body-shape = { $body } ist kein einfaches Faltungsnetz (Foto, Merkmale nach Ort, Mittel, Klassen), und andere laufen hier nicht: Nimm zum Beispiel { $one }, resnet18 oder convnext_tiny.
told-body-name = Weder timm noch torchvision hat ein Netz namens { $body }: Schau in timm.list_models().
told-body-fetch = Die Gewichte von { $body } lassen sich hier nicht holen ({ $why }): Nimm das übliche Netz { $one }, das keinen Download braucht, oder hol die Datei auf einer anderen Maschine und gib sie mit --weights FILE an.
told-file-gone = Die Datei { $file } gibt es nicht.
told-body-weights = Die Datei { $file } enthält nicht die Gewichte von { $body }: Gib die an, die zu diesem Netz gehört.
told-not-exportable = Dieses Netz lässt sich nicht als der Graph schreiben, den der Bot nutzt ({ $why }): Nimm eines, dessen forward nur mit Tensoren rechnet, etwa resnet18 oder convnext_tiny.
told-no-program = torch exportierte kein Programm
told-parity = Bei { $photo } unterscheiden sich Learner, Graph und Classifier um { $apart }: Es wurde kein Modell geschrieben; bitte melde das mit den Versionen von torch, timm und onnxruntime.
told-learner-apart = Der Learner antwortet um { $apart } anders als das Modell, zu dem er gehört: Öffne ihn mit den Versionen, die sein bundle.json nennt.
told-out-there = { $out } gibt es schon: Wähl einen anderen Ordner
told-not-whole = { $file } ließ sich nicht ganz schreiben: Ist die Platte voll?
told-strange-folder = { $where } hat einen Ordner { $folder }, der kein Label dieses Modells ist ({ $labels }): Benenne ihn um oder entferne ihn.
told-no-label-folder = { $where } hat keinen Ordner, der wie ein Label heißt ({ $labels }).
told-no-features = Der Datensatz hat kein Foto, dessen Merkmale sich berechnen ließen.
told-package-fit = Das Paket { $package } passt nicht zu { $body }: Installier die genannte Version.
told-weights-none = Die Gewichte von { $body } sind nicht installiert: { $command } bringt das Paket { $package }.
told-ranges = Die gemessenen Bereiche gehören nicht zu diesem Netz: Miss sie neu mit `python -m training.starter.measure_ranges`.
told-convolution = Die erste Faltung dieses Netzes lässt sich hier nicht runden.
told-lr-find = --lr-find sucht nur auf einer Maschine: Lass es weg, oder nimm --on here.
told-cluster-tune = Der Cluster konnte nicht feinabstimmen: Schau in die Logs von Ray, oder nimm --on here.
told-cluster-weights = Die Prozesse des Clusters kamen zu verschiedenen Gewichten, darum wird keines verwendet: Nimm --on here, und melde es.
told-cluster-gone = Alle Maschinen des Clusters, die Merkmale hatten, sind weg: Führ denselben Befehl noch einmal aus; die Merkmale bleiben.
told-cluster-features = Der Cluster gab zu { $photos } Fotos keine Merkmale: Führ denselben Befehl noch einmal aus, er macht dort weiter.
told-cluster-no-ray = Ray ist hier nicht installiert: pip install -e '.[cluster]' im Ordner des Projekts, oder lass TRAIN_ON und --on auf here.
told-cluster-ray = Der Ray-Cluster lässt sich nicht verwenden ({ $why }): Prüf RAY_ADDRESS, und ob `ray status` auf seinen Maschinen antwortet.
