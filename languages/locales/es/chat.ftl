# Español

## Números y listas

percent = { $value } %
or = { $first } o { $last }
and-more = { $names } y { $count } más
months = enero, febrero, marzo, abril, mayo, junio, julio, agosto, septiembre, octubre, noviembre, diciembre
months-short = ene, feb, mar, abr, may, jun, jul, ago, sept, oct, nov, dic
day-long = { $day } de { $month } de { $year }
day-short = { $day } { $month } { $year }
day-of-year = { $day } { $month }
looks-like = { $name }

## Respuestas

sure = { $name }, { $percent }
unsure = { $names }: no sé distinguirlos
unsure-one = Quizás { $name }; no estoy seguro
outside = No veo nada que reconozca como { $noun }; se parece más a: { $what }
outside-only = No veo nada que reconozca como { $noun }
outside-any = No veo nada de lo que conozco ({ $labels }); se parece más a: { $what }
outside-any-only = No veo nada de lo que conozco ({ $labels })
nearest = Si aun así es uno de los míos, lo más probable es { $label }, { $percent }
looked-again = He mirado dos veces, la segunda la foto entera: a primera vista habría respondido otra cosa.
incomplete = Falta o está dañada una parte del archivo; he respondido con el resto.
preview = Solo he visto la imagen de vista previa que Telegram me da.

## Botones

button-right = Correcto
button-wrong = Incorrecto
button-wrong-number = { $number }: incorrecto
button-all-right = Todo correcto
button-one-though = Sí es { $what }
button-one-of-these = Sí que lo es
button-why = ¿Por qué?
button-none = Ninguno de estos
button-other = Otro problema
button-other-label = Otra etiqueta
button-back = Volver
button-undo = Deshacer
button-keep = Sí, guardar fotos
button-dont-keep = No, gracias
button-withdraw = No guardar más fotos
button-forget = Sí, borrarlo todo
button-cancel = Cancelar

## Saludo

start =
    Mándame una foto y te digo qué muestra: { $labels }.
    Si me equivoco, pulsa «Incorrecto» o responde con /wrong: aprendo de ello. No guardo ninguna foto si no lo permites (/privacy).
start-group =
    En este grupo, manda una foto con el texto /identify, responde a una foto con /identify o respóndeme con una foto, y digo qué muestra: { $labels }.
    Si me equivoco, pulsa «Incorrecto» o responde con /wrong: aprendo de ello. No guardo ninguna foto si quien la mandó no lo permite (/privacy).
help-how = Mándame una foto, un álbum o una imagen como archivo, y respondo.
help-how-group = En este grupo, manda una foto o un álbum con el texto /identify, responde a una foto con /identify o respóndeme con una foto, y respondo.
help =
    /wrong – corregir mi respuesta: responde a ella, o tomo tu última foto; «/wrong { $label }» dice qué es
    /undo – retirar tu última corrección
    /why – ver por qué respondí eso: responde a la respuesta, o tomo tu última foto
    /labels – ver lo que sé distinguir
    /identify – en un grupo: responde con él a una foto
    /privacy – lo que guardo; /export – descargarlo; /forget – borrarlo
    /thanks – activar o desactivar las noticias de tus correcciones
    /language – elegir un idioma
help-admin = Para administradores: /review muestra las fotos por decidir; /teach me enseña una etiqueta con tus fotos; /stats, cómo me va; /retrain entrena un modelo nuevo, /cancel lo detiene; /models enumera los modelos, /rollback vuelve a otro; /unban levanta un bloqueo.
labels = Sé distinguir:
label-line = • { $name } ({ $label })
labels-model = Modelo { $version }

## Por qué

why-label = Por qué respondí { $name }: cuanto más claro, más importante. Lo gris no lo he visto.
why-outside = Esto me recuerda sobre todo a: { $things }.
why-outside-label = De mis etiquetas, la más cercana es { $name }: las zonas claras apuntan a ella.
why-thing = { $name } ({ $percent })
why-newer = Lo explica un modelo más nuevo, no el que respondió.

## Lo que no es una foto

no-photo-text = Mándame una foto y te digo qué muestra (/help).
no-photo-video = No puedo ver vídeos. Mándame una foto, o una imagen sacada del vídeo.
no-photo-animation = No puedo ver imágenes en movimiento. Mándame una foto fija.
no-photo-sticker = Eso es un sticker. Mándame mejor una foto.
no-photo-audio = Solo puedo ver. Mándame una foto.
no-photo-document = No puedo leer ese archivo como imagen. Mándame una foto (JPEG, PNG, WebP, HEIC, …).
no-photo-other = No puedo ver eso. Mándame una foto.
photo-empty = Ese archivo está vacío. Manda la foto otra vez, por favor.
photo-not_a_photo = Ese archivo no contiene ninguna imagen que yo pueda leer. Manda una foto, por favor.
photo-unsupported = No puedo leer imágenes de ese tipo. Mándala como foto normal (JPEG, PNG, WebP, HEIC), por favor.
photo-strip = Esa imagen es una tira muy larga. Manda una foto normal, por favor.
photo-too_large = Ese archivo es demasiado grande: leo hasta { $megabytes } MB. Mándalo como foto normal, por favor.
photo-too_many_pixels = Esa imagen tiene demasiados píxeles para mí. Mándala como foto normal, por favor.
photo-too_hard = He renunciado a esa imagen: leerla tarda demasiado o necesita demasiada memoria. Mándala como foto normal, por favor.
photo-budget = Leer tus últimos archivos ha tardado demasiado. Espera unos minutos, por favor, o manda fotos normales.
photo-broken = Esa imagen está dañada y no puedo leerla. Mándala otra vez, por favor.
photo-gone = Telegram ya no tiene esa foto para mí. Mándala otra vez, por favor.
photo-elsewhere = Ahora mismo no me llegan las fotos: quien me administra tiene que arreglar algo. Inténtalo más tarde, por favor.
identify-how = Responde con /identify a la foto que quieres que mire.
identify-no-photo = Ese mensaje no tiene foto. Responde con /identify a una foto.
identify-one-of-album = Solo veo esta foto del álbum. Para las demás, responde a cada una con /identify.

## Cuando algo no va bien

busy = Ahora mismo estoy ocupado; respondo en un momento.
too-fast = Mandas más de lo que puedo responder. Espera un minuto y sigue después, por favor.
too-fast-all = Ahora mismo escribe demasiada gente. Inténtalo de nuevo en un minuto, por favor.
mishap = Algo ha fallado por mi parte y lo he anotado. Si avisas de ello, da este número: { $reference }
unknown-command = No conozco ese comando. /help enumera los que conozco.
old-button = Este botón ya no funciona.
not-your-button = Esta pregunta es para otra persona.
anonymous = Escribes como grupo o canal, así que no sé quién eres. Pulsa un botón bajo mi respuesta o escribe como tú.

## Correcciones

wrong-offer = ¿Qué es, entonces?
wrong-likeliest = Estas son las más probables. Para cualquier otra, escribe: /wrong { $label }
wrong-which = ¿A qué foto te refieres?
claim-label = Anotado: { $name }. ¡Gracias!
claim-right = Anotado: correcto. ¡Gracias!
claim-none = Anotado: ninguno de estos. ¡Gracias!
claim-other = Anotado: otro problema. ¡Gracias!
claim-next-review = Una persona lo mira antes de que yo aprenda de ello. /undo lo retira.
claim-next-accepted = Aprenderé de ello. /undo lo retira.
claim-next-numbers = Lo cuento. Solo puedo aprender de ello si puedo guardar la foto (/privacy). /undo lo retira.
did-you-mean = No conozco «{ $text }». ¿Quieres decir { $name }?
unknown-label = No conozco «{ $text }». Estas son mis etiquetas:
no-answer-yet = Aquí no he respondido a ninguna foto tuya. Mándame una primero.
no-answer-yet-group = Aquí no he respondido a ninguna foto tuya. Responde a la respuesta a la que te refieres, o primero a una foto con /identify.
no-answer-there = No respondí a ese mensaje. Responde a la foto o a mi respuesta.
elsewhere = Ese mensaje está en otro chat y yo solo conozco este. Mándame la foto aquí.
undone = Retirado.
nothing-to-undo = Aquí no tienes ninguna corrección que retirar.
claims-quota = ¡Gracias! Acepto { $count ->
    [one] { $count } corrección
   *[other] { $count } correcciones
} al día de cada persona; mañana puedes mandar más.
claims-banned = Ya no acepto correcciones tuyas.
unban-how = Di de quién, por número: /unban 12345. La página de auditoría muestra quién está bloqueado.
unban-done = Vuelvo a aceptar correcciones de { $person }, y las antiguas cuentan.
unban-none = { $person } no está bloqueado.
none-words = ninguno, ninguna, nada, ninguno de estos, no
other-words = otro, otra, otra cosa
wrong-words = mal, está mal, eso está mal, incorrecto, es incorrecto, falso, equivocado
denying-words = no, no es, no es un, no es una, no es el, no es la, eso no es un, esto no es un, no es ningún, eso no es, esto no es

## Consentimiento y privacidad

consent-ask = ¿Puedo guardar las fotos que corriges, y las que me dejan dudas, también de los últimos 7 días, para aprender de ellas? Las verán los revisores, y quien gestiona este bot puede entrenar con ellas otros modelos. Puedes pararlo y borrarlo todo cuando quieras (/privacy, /forget).
consent-yes = ¡Gracias! Desde ahora guardo esas fotos, y las de los últimos 7 días. /privacy lo muestra, /forget las borra.
consent-no = De acuerdo: no guardo ninguna foto tuya.
consent-stopped = Ya no guardo más fotos tuyas ni entreno con las que tengo. /forget las borra.
privacy-keeping = Me permites guardar las fotos que corriges y las que me dejan dudas (aviso { $version }, { $date }).
privacy-not-keeping = No guardo ninguna foto tuya, solo los números de cada respuesta: etiqueta, porcentajes, hora (aviso { $version }). Si lo permites, guardo las que corriges y las que me dejan dudas, también de los últimos 7 días.
privacy-rights = Guardo las fotos sin lugar ni otros datos de la cámara. Solo sirven para entrenar y comprobar modelos: el de este bot y otros que entrene quien lo gestiona. /export te lo envía todo, /forget lo borra.
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
}. Las fotos no se pueden recuperar.
forget-pending = Casi hecho. El almacén de { $photos ->
    [one] una foto no responde ahora. Borraré la foto en cuanto responda; hasta entonces nadie la usa
   *[other] { $photos } fotos no responde ahora. Borraré las fotos en cuanto responda; hasta entonces nadie las usa
}. Ya borrado: { $claims ->
    [one] { $claims } corrección
   *[other] { $claims } correcciones
}, { $predictions ->
    [one] { $predictions } respuesta
   *[other] { $predictions } respuestas
}.
forget-cancelled = No he borrado nada.
private-only = Pídemelo en un chat privado, por favor.
export-caption = Todo lo que tengo de ti.
export-too-large = Tus datos ocupan { $megabytes } MB, más de lo que Telegram me deja enviar. Pídeselos al operador, por favor.

## Idioma y agradecimientos

language-choose = ¿Qué idioma quieres que hable?
language-set = Desde ahora hablo español.
language-unknown = Ese idioma no lo hablo. Elige uno de estos:
thanks-worked = Tenías razón con esta foto, y el modelo nuevo ahora también lo ve así: { $name }, { $percent }. ¡Gracias! (/thanks off detiene estos mensajes.)
thanks-on = Te aviso cuando una corrección tuya ha funcionado. «/thanks off» lo detiene.
thanks-off = No te aviso cuando una corrección tuya ha funcionado. «/thanks on» lo cambia.

## Revisión

admins-only = Eso solo pueden hacerlo los administradores.
your-id = (Para que lo seas, el operador añade { $id } a ADMIN_IDS.)
review-link = En el navegador (el enlace vale una vez, durante { $minutes } min): { $link }
review-aside = Un reentrenamiento apartó { $photos ->
    [one] una etiqueta nueva que contradice todo lo demás. Espera
   *[other] { $photos } etiquetas nuevas que contradicen todo lo demás. Esperan
} una segunda opinión en "Errores de etiqueta" (el enlace vale una vez, durante { $minutes } min): { $link }
button-open-review = Abrir en Telegram
review-empty = Ninguna foto espera tu decisión.
review-progress = { $done } de { $total }
review-saw = Modelo: { $label } { $percent } ({ $verdict })
review-refused = Modelo: ninguno de estos (lo más parecido: { $label } { $percent })
review-claims = Usuarios: { $claims }
review-claim = { $count } × { $what }
review-no-claims = Usuarios: ninguna corrección
review-decided = Decisión: { $what }
review-skipped = Saltada
review-undone = He retirado tu decisión.
review-nothing-to-undo = No tienes ninguna decisión que retirar.
review-banned = Ya no acepto correcciones de esta persona.
review-nobody-to-ban = Nadie ha corregido esta foto.
review-gone = Esta foto ya no está, o la ha decidido otra persona.
review-labels-changed = Las etiquetas han cambiado desde entonces. Aquí está otra vez.
review-unreadable = No puedo leer el archivo de la foto { $photo }; la dejo fuera.
review-store-away = Ahora no puedo acceder a las fotos. Prueba /review más tarde.
review-button-none = Ninguno de estos
review-button-unusable = Inservible
review-button-skip = Saltar
review-button-ban = Vetar correcciones ({ $what })
verdict-sure = segura
verdict-unsure = dudosa
what-none = ninguno de estos
what-other = otro problema
what-unusable = inservible

## Enseñar

teach-how =
    Escribe /teach y una etiqueta, y luego envía fotos de ella. Los nombres, otras grafías y el lugar en los menús van en líneas propias:
    /teach polar
    en: polar bear
    es: oso polar
    también: oso blanco
    lugar: { $place }
teach-also-words = también, tambien, also
teach-place-words = lugar, puesto, place
teach-unknown-line = No entiendo la línea «{ $line }». Escribe un idioma y un nombre («es: oso polar»), otras grafías («también: oso blanco») o el lugar en los menús («lugar: { $place }»).
teach-bad-place = No entiendo la línea «{ $line }»: el lugar en los menús es un número, como en «lugar: { $place }».
teach-not-begun = No ha empezado nada: las fotos que envíes ahora se responden y no se aprenden. Envía /teach otra vez, corregido.
teach-goes-on = Sigues enseñándome { $label }: las fotos que envíes ahora se aprenden así. /done termina.
teach-not-taken = { $count ->
    [one] No tomé la foto. Envíala otra vez con el texto corregido.
   *[other] No tomé ninguna de las { $count } fotos. Envíalas otra vez con el texto corregido.
}
teach-bad-label = Una etiqueta son letras, cifras, espacios y guiones, 64 como máximo. Escribe: /teach polar
teach-name-taken = { $label } ya se llama { $name }: da otro nombre a esta etiqueta.
teach-bad-name = Un nombre es una línea de 64 caracteres como máximo, y hay 20 grafías más como máximo.
teach-reserved = «{ $text }» ya significa otra cosa para mí. Elige otra etiqueta.
teach-retired = { $label } está retirada. Recupérala en las páginas de revisión (/review, «Etiquetas») antes de enseñarla.
teach-began = Envíame fotos de { $label }, una a una o en álbumes. Las guardo para aprender de ellas, y los revisores las ven. /undo retira las últimas, /done termina.
teach-began-new = { $label } es nueva: puedo aprenderla a partir de { $least } fotos.
teach-place = En los menús, { $label } es el número { $place }.
teach-place-kept = { $label } conserva su lugar en los menús: ya la conozco, y ninguna tecla puede cambiar de significado.
teach-place-only = En los menús, { $label } solo puede ser el número { $first }: las etiquetas que conozco conservan su lugar.
teach-place-others = En los menús, { $label } puede ser un número de { $first } a { $last }: las etiquetas que conozco conservan su lugar.
teach-perhaps = ¿Querías decir { $name }? Entonces escribe: /teach { $label }
teach-consent = Aún no puedo guardar tus fotos, así que no puedo aprender de ellas. Permítelo y envíalas (otra vez).
teach-count = { $label }: { $count ->
    [one] { $count } foto
   *[other] { $count } fotos
}.
teach-count-new = { $label }: { $count ->
    [one] { $count } foto
   *[other] { $count } fotos
}, { $new } de ellas nuevas.
teach-count-missing = { $label }: { $count ->
    [one] { $count } foto
   *[other] { $count } fotos
}; con { $missing } más puedo empezar.
teach-known = { $count ->
    [one] Ya tenía { $count } de estas, o una casi igual.
   *[other] Ya tenía { $count } de estas, o unas casi iguales.
}
teach-other = { $count ->
    [one] { $count } muestra lo mismo que una foto de { $label }: la dejé fuera.
   *[other] { $count } muestran lo mismo que fotos de { $label }: las dejé fuera.
}
teach-full = En el chat acepto como máximo { $most } fotos al día de una persona. Más se añaden con `bear-detector add DIR`.
teach-forgotten = Alguien hizo borrar esta foto, así que no la guardo otra vez.
teach-preview = Solo aprendo de fotos, no de la vista previa de un vídeo, un GIF o un sticker.
teach-odd = { $count ->
    [one] Extraño: en { $count } de estas estoy seguro de ver { $name }.
   *[other] Extraño: en { $count } de estas estoy seguro de ver { $name }.
}
teach-odd-outside = { $count ->
    [one] Extraño: en { $count } de estas no veo nada de lo que conozco.
   *[other] Extraño: en { $count } de estas no veo nada de lo que conozco.
}
teach-odd-undo = Si las fotos están bien, sigue; si no, pulsa «Deshacer».
teach-undone = Retiradas: { $count ->
    [one] { $count } foto
   *[other] { $count } fotos
}.
teach-none = Ahora no me estás enseñando nada. Empieza con /teach y una etiqueta.
teach-done-next = El próximo entrenamiento las aprende.
teach-done-one-label = Necesito fotos de una segunda etiqueta antes de aprender a distinguirlas: enséñamela con /teach o añade fotos en las páginas de revisión (/review, «Datos»).
teach-done-forgets = Antes de entrenar necesito también fotos de { $labels }: el conjunto de datos no tiene ninguna, y el próximo modelo las olvidaría. Añade algunas en las páginas de revisión (/review, «Datos»), enséñamelas, o retira allí esas etiquetas.
button-retrain = Entrenar ahora

## Avisos a los administradores

alert-refused = El modelo { $version } se publicó pero no pasó la comprobación ({ $reason }). Sigue respondiendo { $running }.
alert-fallback = El modelo en uso no pasó la comprobación al arrancar ({ $reason }). En su lugar responde { $running }.
alert-unknown = Ahora no puedo ver qué modelo está publicado: { $reason }. Sigue respondiendo { $running }.
alert-conflict = Otro programa consulta Telegram con el token de este bot. Detenlo, o la gente recibirá solo la mitad de las respuestas.
alert-webhook = No me llegan los mensajes de Telegram: { $reason }. Nadie recibe respuestas hasta que lo arregles.

## Reentrenamiento

retrain-progress = Reentrenamiento: { $stage }
retrain-remaining = Faltan unos { $seconds } s
stage-waiting = esperando para empezar
stage-starting = empezando
stage-folding = añadiendo lo que confirmaron los revisores
stage-features = mirando las fotos
stage-training = entrenando
stage-exporting = comprobando y escribiendo el modelo
stage-deciding = comparando con el modelo actual
stage-replaying = repitiendo las fotos de la última semana
stage-publishing = publicando
retrain-published = El modelo { $version } está publicado y responde desde ahora.
retrain-held = El modelo { $version } no se publica.
retrain-held-next = Qué puedes hacer: mirar las fotos dudosas y corregir lo que esté mal, o añadir fotos como las que ahora falla, y después /retrain. /retrain force lo aprende todo y publica de todos modos.
retrain-dry-run = Ensayo: el modelo { $version } no se publica.
retrain-skipped = No hacía falta reentrenar.
retrain-failed = El reentrenamiento ha fallado.
retrain-cancelled = El reentrenamiento se ha cancelado; sigue el modelo actual.
retrain-figures = Aciertos en { $photos ->
    [one] { $photos } foto de prueba
   *[other] { $photos } fotos de prueba
}: antes { $before }, ahora { $after }.
retrain-new = Nueva: { $label }. Modelos que no habían visto sus fotos acertaron { $right } de { $photos }.
retrain-new-others = Las otras etiquetas: { $after } de { $photos ->
    [one] { $photos } foto de prueba acertada
   *[other] { $photos } fotos de prueba acertadas
}, antes { $before }.
retrain-new-takes = Ahora tomadas por { $label }, y antes acertadas: { $takes }
retrain-confusion = Matriz de confusión en las fotos de prueba (filas: verdad, columnas: respuesta)
gate-forced = Se publicó a la fuerza. En contra habla:
gate-labels-forgotten = Olvidaría { $labels }: el conjunto de datos no tiene fotos de ellas. Añade algunas o retira esas etiquetas en las páginas de revisión.
gate-test-labels = El modelo actual acierta en el { $after } de las fotos de prueba, pero al publicarse acertaba en el { $before }: quizá alguien cambió sus etiquetas. Mira las fotos de la parte "gate" antes de reentrenar.
gate-above-chance = El modelo nuevo acierta en el { $after } de las fotos de prueba, menos del { $floor } que alcanza cualquier modelo útil: las etiquetas de las que aprendió parecen erróneas.
gate-accuracy = En { $photos ->
    [one] { $photos } foto de prueba
   *[other] { $photos } fotos de prueba
} el modelo nuevo acierta en el { $after } y el actual en el { $before } ({ $won } ganadas, { $lost } perdidas). En otras fotos ({ $others }): gana { $others_won } y pierde { $others_lost }. Bien puede ser peor.
gate-recall = { $label }: { $photos ->
    [one] { $photos } foto de prueba
   *[other] { $photos } fotos de prueba
}, { $after }, antes { $before }; pierde { $lost } en total, más de lo que explica el azar.
gate-new-label = { $label } es nueva: modelos que no habían visto sus fotos acertaron { $right } de { $photos }. La toman por otras etiquetas; más fotos pueden ayudar.
gate-log-loss = Sus probabilidades son peores en { $photos ->
    [one] { $photos } foto
   *[other] { $photos } fotos
} (log loss +{ $rise }).
gate-other-things = De las fotos que no muestran ninguna de las etiquetas ({ $photos }) rechaza el { $after }; el modelo actual, el { $before }.
gate-near-things = Fotos de cada etiqueta ({ $photos }) se mostraron a una comprobación que solo conoce las demás: al modo del modelo nuevo rechaza el { $after }; al del actual, el { $before }.
gate-refusals = De las fotos que muestran una de las etiquetas rechaza el { $after }; el modelo actual, el { $before }.
gate-left-behind = Aprendió lo mismo que { $version }, y de ese alguien volvió al modelo actual. Con /rollback { $version } responde otra vez aquel.
gate-reviewed = Fotos revisadas desde el modelo actual: { $photos }. Aciertos ahora: { $after }, antes: { $before }.
gate-added = Fotos añadidas desde el modelo actual: { $photos }. Aciertos, antes de aprender de ellas: { $after }, antes: { $before }.
gate-relabelled = Etiquetas cambiadas desde el modelo actual: { $labels }.
gate-nothing-new = No queda nada nuevo desde el modelo actual, así que no hay nada que ganar.
gate-no-better = Eso no es mejor.
gate-no-better-beyond = Eso no es mejor en las que tienen etiquetas fuera de duda ({ $doubtful } no).
gate-aside-person = Apartado por contradecir todo lo demás: { $photos } de las etiquetas nuevas en fotos de la persona { $name }{ $given }.
gate-aside-reviewer = Apartado por contradecir todo lo demás: { $photos } de las etiquetas nuevas del revisor { $name }.
gate-aside-folder = Apartado por contradecir todo lo demás: { $photos } de las etiquetas nuevas de { $name }.
gate-aside-agreed = Apartado por contradecir todo lo demás: { $photos } de las etiquetas nuevas de un archivo o por acuerdo.
gate-aside-forgotten = Apartado por contradecir todo lo demás: { $photos } de las etiquetas nuevas en fotos de una persona olvidada{ $given }.
gate-aside-given = {", dadas por "}{ $reviewers }
gate-aside-given-reviewer = el revisor { $id }
gate-aside-given-forgotten = un revisor olvidado
gate-aside-given-agreed = varias personas de acuerdo o un archivo
gate-aside-next = Lo apartado no se aprende hasta que otro revisor diga lo mismo (/review, "Errores de etiqueta"), o con /retrain force.
gate-unseen = { $photos ->
    [one] { $photos } foto de prueba
   *[other] { $photos } fotos de prueba
}: no se ven diferencias de menos de { $points ->
    [one] { $points } punto
   *[other] { $points } puntos
}.
gate-unseen-thin = Menos de 10 de ellas muestran { $labels }.
gate-unseen-outsiders = Entre las fotos de prueba no hay ninguna de otras cosas, así que los rechazos no se compararon.
retrain-active = Ya hay un reentrenamiento en marcha:
retrain-try-again = Un reentrenamiento acaba de terminar; inténtalo otra vez.
retrain-no-environment = No puedo reentrenar: aquí no está instalado lo necesario. `make .venv/.installed EXTRAS=head` lo instala (200 MB); o TRAINING_PYTHON indica un Python que lo tenga.
retrain-python-gone = No puedo reentrenar: TRAINING_PYTHON indica { $python }, que no existe. Corrígelo.
retrain-python-broken = No puedo reentrenar: { $python } no se puede ejecutar. Indica otro Python con TRAINING_PYTHON.
retrain-python-lacks = No puedo reentrenar: a { $python } le falta { $missing }. El extra `head` lo instala; o TRAINING_PYTHON indica otro Python.
retrain-no-photos = No puedo reentrenar: el conjunto de datos aún no tiene fotos. Añade algunas con `bear-detector add DIR` o `bear-detector collect LABEL…`, o revisa algunas con /review.
retrain-one-label = No puedo reentrenar: el conjunto de datos solo tiene la etiqueta { $label }, y necesito al menos dos para distinguir. Añade fotos de otra cosa con `bear-detector add DIR` o revisa algunas con /review.
retrain-few-photos = No puedo reentrenar: { $label } tiene { $photos ->
    [one] { $photos } foto
   *[other] { $photos } fotos
} para aprender y necesita al menos { $least } (50 son un buen comienzo). Añade más con `bear-detector add DIR` o revisa algunas con /review.
retrain-force-ask = ¿Publicar el próximo modelo aunque no pase sus pruebas? La gente recibe sus respuestas enseguida; /rollback vuelve atrás.
retrain-forced = El reentrenamiento ha empezado y publicará su modelo.
retrain-not-forced = No he empezado nada.
cancel-none = No hay ningún reentrenamiento en marcha.
cancel-asked = El reentrenamiento se detiene en el próximo paso.
button-force = Sí, publicarlo de todos modos
button-rollback = Volver atrás
button-put-back = Volver a ponerlo
button-doubted = Ver las fotos dudosas
models-title = Modelos, del más antiguo al más nuevo:
models-figures = { $share } de aciertos en { $photos ->
    [one] { $photos } foto
   *[other] { $photos } fotos
}
models-unreadable = su carpeta está dañada
rollback-done = { $version } responde desde ahora.
rollback-refused = No he vuelto atrás: { $reason }.
rollback-unknown = No tengo ningún modelo con ese nombre. /models muestra los que hay.
rollback-not-current = Ahora responde otro modelo.
alert-rollback = Modelo { $version }: la gente corrigió el { $after } de { $photos } respuestas; con el modelo anterior, el { $before }. El azar no lo explica, así que he vuelto a { $champion }.
alert-drift = La gente manda ahora otras fotos que cuando empezó este modelo (deriva de las fotos { $inputs }, de las respuestas { $outputs }; más de { $threshold } es mucho). Revisa algunas (/review) y reentrena.

## Estadísticas

stats-title = Los últimos { $days } días: { $photos ->
    [one] { $photos } foto
   *[other] { $photos } fotos
}
stats-shares = Seguras { $sure }, dudosas { $unsure }, ninguna de mis etiquetas { $outside }; corregidas { $disputed }
stats-claims = Correcciones: { $accepted ->
    [one] { $accepted } aceptada
   *[other] { $accepted } aceptadas
}, { $pending ->
    [one] { $pending } pendiente
   *[other] { $pending } pendientes
}, { $rejected ->
    [one] { $rejected } rechazada
   *[other] { $rejected } rechazadas
}; { $waiting ->
    [one] { $waiting } foto espera revisión
   *[other] { $waiting } fotos esperan revisión
}
stats-estimate = De mis respuestas seguras acierta el { $accuracy } (de { $low } a { $high }, en { $reviewed ->
    [one] { $reviewed } revisada al azar
   *[other] { $reviewed } revisadas al azar
})
stats-no-estimate = Aún no sé cuánto aciertan mis respuestas seguras: { $reviewed ->
    [one] { $reviewed } revisada
   *[other] { $reviewed } revisadas
} de { $drawn ->
    [one] { $drawn } foto al azar
   *[other] { $drawn } fotos al azar
}
stats-drift = Deriva (cuánto ha cambiado desde que empezó este modelo): fotos { $inputs }, respuestas { $outputs }; alarma por encima de { $threshold }
stats-no-drift = Deriva (cuánto ha cambiado desde que empezó este modelo): aún hay muy pocas respuestas
stats-model = Modelo: { $version }
stats-chart = Respuestas al día
stats-sure = seguras
stats-unsure = dudosas
stats-outside = ninguna de mis etiquetas
stats-disputed = corregidas

## Descripciones de los comandos, como las lista Telegram

command-start = Lo que hago
command-help = Cómo funciona
command-identify = Decir qué muestra una foto (como respuesta)
command-wrong = La respuesta es incorrecta
command-undo = Retirar una corrección
command-why = Por qué respondí eso
command-labels = Lo que sé distinguir
command-privacy = Lo que guardo
command-export = Descargar mis datos
command-forget = Borrar mis datos
command-language = Elegir un idioma
command-thanks = Noticias de tus correcciones
command-review = Fotos por decidir
command-teach = Enseñarme una etiqueta con tus fotos
command-done = Terminar de enseñar
command-retrain = Entrenar un modelo nuevo
command-cancel = Detener el entrenamiento
command-models = Ver los modelos
command-rollback = Volver a un modelo anterior
command-stats = Cómo me va
command-unban = Volver a aceptar correcciones de alguien
