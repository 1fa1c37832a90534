# Español

## Números y listas

percent = { $value } %
or = { $first } o { $last }
looks-like = { $name }

## Respuestas

sure = { $name }, { $percent }
unsure = { $names }: no sé distinguirlo
unsure-one = { $name }, quizás; no estoy seguro
outside = No veo nada que reconozca como { $noun }; se parece más a: { $what }
outside-only = No veo nada que reconozca como { $noun }
outside-any = No veo nada de lo que conozco ({ $labels }); se parece más a: { $what }
outside-any-only = No veo nada de lo que conozco ({ $labels })
nearest = De lo que conozco, lo más cercano es { $label } ({ $percent })

## Botones

button-right = Correcto
button-wrong = Incorrecto
button-wrong-number = { $number }: incorrecto
button-all-right = Todo correcto
button-one-though = Sí que es uno
button-why = ¿Por qué?
button-none = Ninguno de estos
button-other = Otra cosa
button-other-label = Otro de ellos
button-back = Volver
button-undo = Deshacer
button-keep = Guardar mis fotos
button-dont-keep = No
button-withdraw = No guardar más mis fotos
button-forget = Sí, borrarlo todo
button-cancel = Cancelar

## Saludo

start =
    Envíame una foto y te digo qué muestra: { $labels }.
    Cuando me equivoque, pulsa «Incorrecto» o responde con /wrong: aprendo de ello. No guardo ninguna foto si no lo permites (/privacy).
help =
    Envíame una foto, un álbum o una imagen como archivo, y respondo.

    /wrong – mi respuesta es incorrecta (como respuesta a ella, o para tu última foto); «/wrong { $label }» dice qué es
    /undo – retirar tu última corrección
    /why – qué habló a favor de una respuesta (respondiendo a ella, o para tu última foto)
    /labels – lo que sé distinguir
    /identify – en un grupo: como respuesta a una foto
    /privacy – lo que se guarda; /export – recibirlo; /forget – borrarlo
    /thanks – si te aviso cuando una corrección ha servido
    /language – elegir un idioma
help-admin = Para administradores: /review muestra fotos que esperan un veredicto; /stats cómo me va; /retrain entrena un modelo nuevo, /cancel lo detiene; /models enumera los modelos, /rollback vuelve a otro.
labels = Sé distinguir:
label-line = • { $name } ({ $label })
labels-model = Modelo { $version }

## Por qué

why-label = Lo que habló a favor de { $name }: cuanto más claro, más. Lo que está en gris no lo he mirado.
why-outside = Para mí, lo más cercano es: { $things }.
why-outside-label = De lo que distingo, lo más cercano es { $name }: cuanto más claro, más habló a su favor.
why-thing = { $name } ({ $percent })
why-newer = Así lo ve el modelo que uso ahora, no el que respondió.

## Lo que no es una foto

no-photo-text = Respondo a fotos. Envíame una y te digo qué muestra (/help).
no-photo-video = No puedo mirar vídeos. Envíame una foto, o una imagen sacada del vídeo.
no-photo-animation = No puedo mirar imágenes en movimiento. Envíame una foto fija.
no-photo-sticker = Eso es un sticker. Envíame mejor una foto.
no-photo-audio = Solo tengo ojos. Envíame una foto.
no-photo-document = Ese archivo no es una imagen que pueda leer. Envíame una foto (JPEG, PNG, WebP, HEIC, …).
no-photo-other = Eso no lo puedo mirar. Envíame una foto.
photo-empty = Ese archivo está vacío. Envía la foto otra vez, por favor.
photo-not_a_photo = Ese archivo no contiene ninguna imagen, diga lo que diga su nombre. Envía una foto, por favor.
photo-unsupported = No puedo leer imágenes de ese tipo. Envíala como foto normal (JPEG, PNG, WebP, HEIC), por favor.
photo-too_large = Ese archivo es demasiado grande: leo hasta { $megabytes } MB. Envíalo como foto normal, por favor.
photo-too_many_pixels = Esa imagen tiene demasiados píxeles para mí. Envíala como foto normal, por favor.
photo-too_hard = He tenido que renunciar a esa imagen: leerla tarda demasiado o necesita demasiada memoria. Envíala como foto normal, por favor.
photo-broken = Esa imagen está dañada y no puedo leerla. Envíala otra vez, por favor.
photo-gone = Telegram ya no me da esa foto. Envíala otra vez, por favor.
identify-how = Responde con /identify a la foto que quieres que mire.
identify-no-photo = Ese mensaje no tiene foto. Responde con /identify a una foto.

## Cuando algo no va bien

busy = Ahora mismo estoy ocupado; respondo en un momento.
too-fast = Eso es más de lo que puedo hacer por una persona. Espera un minuto y sigue después, por favor.
too-fast-all = Escribe más gente de la que puedo atender. Inténtalo de nuevo en un minuto, por favor.
mishap = Algo ha fallado por mi parte y ha quedado anotado. Si avisas de ello, da este número: { $reference }
unknown-command = No conozco esa orden. /help dice lo que entiendo.
old-button = Este botón ya no vale.
not-your-button = Esta pregunta es para otra persona.

## Correcciones

wrong-offer = ¿Qué es, entonces?
wrong-which = ¿A qué foto te refieres?
claim-label = Anotado: { $name }. ¡Gracias!
claim-right = Anotado: correcto. ¡Gracias!
claim-none = Anotado: ninguno de estos. ¡Gracias!
claim-other = Anotado: hay otra cosa mal. ¡Gracias!
claim-next-review = Una persona lo mirará antes de que yo aprenda de ello. /undo lo retira.
claim-next-accepted = Aprenderé de ello. /undo lo retira.
claim-next-numbers = Sin tu foto no puedo aprender de ello, pero queda contado. /undo lo retira.
did-you-mean = No conozco «{ $text }». ¿Quieres decir { $name }?
unknown-label = No conozco «{ $text }». Estos son mis nombres:
nothing-to-correct = Aquí no hay ninguna foto tuya que corregir. Envíame una primero.
no-answer-there = No di respuesta a ese mensaje. Responde a la foto o a mi respuesta.
undone = Retirado.
nothing-to-undo = No hay ninguna corrección tuya que retirar.
claims-quota = Gracias, por hoy basta: acepto { $count } correcciones al día de cada persona.
claims-banned = No se aceptan correcciones tuyas.
none-words = ninguno, ninguna, nada, ninguno de estos, no
other-words = otro, otra, otra cosa

## Consentimiento y privacidad

consent-ask = ¿Puedo guardar las fotos que corriges, o de las que no estoy seguro, para aprender de ellas? Las verán las personas que las revisan; puedes pararlo y borrarlo todo cuando quieras (/privacy, /forget).
consent-yes = ¡Gracias! Desde ahora guardo esas fotos. /privacy lo muestra, /forget las borra.
consent-no = De acuerdo: no guardo ninguna foto tuya.
consent-stopped = Ya no guardo más fotos tuyas, y las que tengo no se usan más para entrenar. /forget las borra.
privacy-keeping = Me permitiste guardar las fotos que corriges o de las que no estoy seguro (aviso { $version }, { $date }).
privacy-not-keeping = No guardo ninguna foto tuya: solo los números de cada respuesta (nombre, porcentajes, hora). Aviso { $version }.
privacy-rights = Las fotos se guardan sin lugar ni otros datos de la cámara, y solo sirven para entrenar y comprobar el modelo de este bot. /export te lo envía todo, /forget lo borra.
forget-ask = ¿Borrar todo lo que tengo de ti: fotos, correcciones, ejemplos, ajustes? No se puede deshacer.
forget-done = Hecho. Borrado: { $photos ->
    [one] { $photos } foto
   *[other] { $photos } fotos
}, { $claims ->
    [one] { $claims } corrección
   *[other] { $claims } correcciones
}, { $predictions ->
    [one] { $predictions } respuesta
   *[other] { $predictions } respuestas
}. Las fotos no pueden volver.
forget-cancelled = No se ha borrado nada.
private-only = Pídemelo en un chat privado, por favor.
export-caption = Todo lo que tengo de ti.
export-too-large = Tus datos ocupan { $megabytes } MB, más de lo que Telegram me deja enviar. Pídeselos al operador, por favor.

## Idioma y agradecimientos

language-choose = ¿Qué idioma quieres que hable?
language-set = Desde ahora hablo español.
language-unknown = Ese no lo hablo. Elige uno de estos:
thanks-worked = Tenías razón con esta foto, y un modelo más nuevo ahora también lo ve: { $name }, { $percent }. ¡Gracias! (/thanks off detiene estos mensajes.)
thanks-on = Te aviso cuando una corrección tuya ha servido. «/thanks off» lo detiene.
thanks-off = No te aviso cuando una corrección tuya ha servido. «/thanks on» lo cambia.

## Revisión

admins-only = Eso es para administradores.
your-id = Tu número de Telegram es { $id }.
review-link = En el navegador (el enlace vale una vez, durante { $minutes } minutos): { $link }
review-empty = Nada espera un veredicto.
review-progress = { $done } de { $total }
review-saw = Modelo: { $label } { $percent } ({ $verdict })
review-refused = Modelo: ninguno de estos (lo más parecido: { $label } { $percent })
review-claims = Gente: { $claims }
review-claim = { $count } × { $what }
review-no-claims = Gente: ninguna corrección
review-decided = Veredicto: { $what }
review-skipped = Saltada
review-undone = El último veredicto queda retirado.
review-nothing-to-undo = No hay ningún veredicto tuyo que retirar.
review-banned = Ya no se aceptan correcciones de esta persona.
review-nobody-to-ban = Nadie ha corregido esta foto.
review-gone = Esta foto ya no está, o la ha decidido otra persona.
review-labels-changed = Los nombres han cambiado desde entonces; aquí está otra vez.
review-unreadable = El archivo de la foto { $photo } no se puede leer; queda fuera.
review-store-away = Ahora no se puede acceder a las fotos; siguen en espera. Prueba /review más tarde.
review-button-none = Ninguno de estos
review-button-unusable = Inservible
review-button-skip = Saltar
review-button-ban = Vetar correcciones ({ $what })
verdict-sure = seguro
verdict-unsure = inseguro
what-none = ninguno de estos
what-other = otra cosa
what-unusable = inservible

## Lo que se dice a los administradores

alert-refused = El modelo { $version } se publicó pero no pasó la comprobación ({ $reason }). Sigue respondiendo { $running }.
alert-fallback = El modelo en uso no pasó la comprobación al arrancar ({ $reason }). En su lugar responde { $running }.
alert-conflict = Otro programa consulta Telegram con el token de este bot. Detenlo, o la gente recibirá solo la mitad de las respuestas.
alert-webhook = No me llega nada: { $reason }. La gente espera sus respuestas hasta que se arregle.

## Reentrenamiento

retrain-progress = Reentrenamiento: { $stage }
retrain-remaining = Faltan unos { $seconds } s
stage-waiting = esperando a que alguien empiece
stage-starting = empezando
stage-folding = incorporando lo que confirmaron los revisores
stage-features = mirando las fotos
stage-training = entrenando
stage-exporting = probando y escribiendo el modelo
stage-deciding = comparando con el modelo actual
stage-replaying = repitiendo las fotos de la última semana
stage-publishing = publicando
retrain-published = El modelo { $version } está publicado y responde desde ahora.
retrain-held = El modelo { $version } no se publica.
retrain-dry-run = El modelo { $version } solo se ha probado.
retrain-skipped = No hacía falta reentrenar.
retrain-failed = El reentrenamiento ha fallado.
retrain-cancelled = El reentrenamiento se ha cancelado; sigue el modelo actual.
retrain-figures = Aciertos en { $photos } fotos de control: antes { $before } %, ahora { $after } %.
retrain-confusion = Qué confunde con qué, en las fotos de control
retrain-active = Ya hay un reentrenamiento en marcha:
retrain-try-again = Un reentrenamiento acaba de terminar; inténtalo otra vez.
retrain-no-environment = No puedo reentrenar: esta máquina no tiene entorno de entrenamiento. `make train-env` lo crea; o TRAINING_PYTHON indica su Python.
retrain-python-gone = No puedo reentrenar: TRAINING_PYTHON indica { $python }, que no existe. Corrígelo o ejecuta `make train-env`.
retrain-python-broken = No puedo reentrenar: { $python } no se puede ejecutar. `make train-env` crea un entorno de entrenamiento; o TRAINING_PYTHON indica otro Python.
retrain-python-lacks = No puedo reentrenar: a { $python } le falta { $missing }. `make train-env` lo instala; o TRAINING_PYTHON indica otro Python.
retrain-no-photos = No puedo reentrenar: el conjunto de datos aún no tiene fotos. Añade algunas con `python -m training.add DIR` o `python -m training.collect LABEL…`, o revisa algunas con /review.
retrain-one-label = No puedo reentrenar: el conjunto de datos solo conoce { $label }. Para distinguir hacen falta dos: añade fotos de otra cosa con `python -m training.add DIR` o revisa algunas con /review.
retrain-few-photos = No puedo reentrenar: { $label } tiene { $photos } fotos de las que aprender y necesita al menos { $least } (50 son un buen comienzo). Añade más con `python -m training.add DIR` o revisa algunas con /review.
retrain-force-ask = ¿Publicar el próximo modelo diga lo que diga el control? La gente recibe sus respuestas enseguida; /rollback vuelve atrás.
retrain-forced = El reentrenamiento ha empezado y publicará su modelo.
retrain-not-forced = No se ha empezado nada.
cancel-none = No hay ningún reentrenamiento en marcha.
cancel-asked = El reentrenamiento se detiene en el próximo paso.
button-force = Sí, publicarlo de todos modos
button-rollback = Volver atrás
models-title = Modelos, del más antiguo al más nuevo:
models-figures = { $percent } % de aciertos en { $photos } fotos
models-unreadable = su carpeta está dañada
rollback-done = { $version } responde desde ahora.
rollback-refused = No he vuelto atrás: { $reason }.
rollback-not-current = Ya responde otro modelo.
alert-rollback = De { $photos } respuestas del modelo { $version } se discutió el { $after } %, de las de su predecesor el { $before } %: más de lo que explica el azar. He vuelto a { $champion }.
alert-drift = La gente envía otras fotos que al principio (deriva de las entradas { $inputs }, de las respuestas { $outputs }; más de 0,25 es mucho). Revisa algunas (/review) y reentrena.

## Estadísticas

stats-title = Los últimos { $days } días: { $photos } fotos
stats-shares = Seguras { $sure }, inseguras { $unsure }, ninguna de mis etiquetas { $outside }; discutidas { $disputed }
stats-claims = Correcciones: { $accepted } aceptadas, { $pending } pendientes, { $rejected } rechazadas; { $waiting } fotos esperan un veredicto
stats-estimate = De las respuestas seguras acierta el { $accuracy } (de { $low } a { $high }, en { $reviewed } revisadas al azar)
stats-no-estimate = Aún no se sabe cuánto aciertan las respuestas seguras ({ $reviewed } de { $drawn } fotos al azar revisadas)
stats-drift = Deriva de las entradas { $inputs }, de las respuestas { $outputs } (alarma por encima de { $threshold })
stats-no-drift = Aún no se conoce la deriva: este modelo ha dado muy pocas respuestas
stats-model = Modelo { $version }, de { $models } que han respondido
stats-chart = Respuestas al día
stats-sure = seguras
stats-unsure = inseguras
stats-outside = ninguna de mis etiquetas
stats-disputed = discutidas

## Descripciones de las órdenes, como las lista Telegram

command-start = Qué es esto
command-help = Cómo funciona
command-identify = Decir qué muestra una foto (como respuesta)
command-wrong = La respuesta es incorrecta
command-undo = Retirar una corrección
command-why = Qué habló a favor de una respuesta
command-labels = Lo que sé distinguir
command-privacy = Lo que se guarda
command-export = Recibir lo que se guarda
command-forget = Borrar lo que se guarda
command-language = Elegir un idioma
command-thanks = Noticias de tus correcciones
command-review = Fotos que esperan un veredicto
command-retrain = Entrenar un modelo nuevo
command-cancel = Detener el entrenamiento
command-models = Qué modelos hay
command-rollback = Volver a un modelo anterior
command-stats = Cómo me va
