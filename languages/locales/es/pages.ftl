# Lo que solo dicen las páginas de revisión. Un mensaje puede llevar etiquetas HTML (<b>, <kbd>, <code>) si la plantilla lo pide con html().

## Todas las páginas

page-review = Revisión
page-queue = Cola
page-dataset = Datos
page-suspicions = Errores de etiqueta
page-labels = Etiquetas
page-retrainings = Entrenamientos
page-audit = Registro
pages = Páginas
skip = Ir al contenido
sign-out = Salir
sign-out-title = Termina tu sesión en todas partes
show = Mostrar
show-all = Mostrar todo
save = Guardar
any = todo
yes = sí
no = no
yes-please = Sí
close = Cerrar
when = Cuándo
label = Etiqueta
model = Modelo
photo = Foto
photo-number = Foto { $id }
photos = { $count ->
    [one] { $count } foto
   *[other] { $count } fotos
}
examples = { $count ->
    [one] { $count } ejemplo
   *[other] { $count } ejemplos
}
just-now = ahora mismo
ago-minutes = { $count ->
    [one] hace { $count } minuto
   *[other] hace { $count } minutos
}
ago-hours = { $count ->
    [one] hace { $count } hora
   *[other] hace { $count } horas
}
ago-days = { $count ->
    [one] hace { $count } día
   *[other] hace { $count } días
}
ago-weeks = { $count ->
    [one] hace { $count } semana
   *[other] hace { $count } semanas
}
ago-months = { $count ->
    [one] hace { $count } mes
   *[other] hace { $count } meses
}
something-else = otra cosa
progress-done = { $count ->
    [one] <b>{ $count } foto</b> decidida hoy
   *[other] <b>{ $count } fotos</b> decididas hoy
}
progress-waiting = { $count ->
    [one] { $count } espera
   *[other] { $count } esperan
}
pager = Más
pager-back = Anterior
pager-on = Siguiente
pager-page = Página { $page } de { $pages }

## Entrar y salir

enter-heading = Adelante
enter-text = Este enlace te abre una sola vez, en este navegador.
enter-button = Empezar a revisar
enter-telegram = Abre esta página con el botón que el bot pone bajo su respuesta a /review.
left-title = Has salido
left-heading = Has salido
left-text = Gracias. Para volver, envía <code>/review</code> al bot y te dará otro enlace.

## Lo que no funcionó

heading-400 = Eso no funcionó
heading-403 = Sin acceso
heading-404 = No encontrado
heading-500 = Algo salió mal
heading-503 = Un momento
fault = El programa tiene un fallo; su registro dice más.
fault-database = La base de datos no respondió. Prueba otra vez dentro de un momento.
refused-link-forged = El bot no hizo este enlace. Envíale /review y te dará otro.
refused-link-expired = Este enlace ha caducado. Envía /review al bot y te dará otro.
refused-link-used = Este enlace ya se usó, y cada uno abre una sola vez. Envía /review al bot y te dará otro.
refused-app-data-forged = Telegram no firmó esto. Envía /review al bot y abre las páginas con su botón.
refused-app-data-stale = Esto es demasiado antiguo. Cierra la ventana y usa otra vez el botón del bot.
refused-app-data-used = Esto ya se usó. Cierra la ventana y usa otra vez el botón del bot.
refused-not-a-reviewer = Ya no estás entre los revisores: pregunta a un administrador del bot.
refused-no-session = No has entrado, o tu sesión ha terminado: envía /review al bot y te dará un enlace.
refused-form-forged = Este formulario no vino de estas páginas. Recarga la página y prueba otra vez.
refused-foreign-host = Estas páginas no responden en esta dirección: ábrelas con el enlace que te dio el bot.
refused-back = Volver a la página
missing-page = Esta página no existe.
missing-photo = Esta foto ya no está: quizá la borró su dueño.
missing-picture = El archivo de esta foto no se puede leer. El registro del bot dice por qué.
missing-store = Ahora no se puede llegar a las fotos. Prueba más tarde.
missing-model = Estas páginas funcionan sin modelo, así que no pueden decir por qué.
missing-retraining = Este entrenamiento no existe.
missing-report-file = El informe no tiene este archivo.
bad-size = Esta petición es más grande que cualquier formulario de estas páginas.
bad-value = Estas páginas nunca envían una petición así ({ $name }). Recarga la página y prueba otra vez.
bad-list = “{ $name }” es una lista de { $most } como mucho.
bad-too-many = Como mucho { $most } fotos a la vez.
bad-filter = No hay tal filtro: { $filter }.
bad-person = Da el número de Telegram de una persona.
bad-label-unknown = Esa etiqueta no existe. Recarga la página para ver las etiquetas.
bad-label-gone = No hay tal etiqueta; quizá cambió de nombre o se unió a otra.
bad-label-label = Una etiqueta son letras y cifras, con espacios, guiones y apóstrofos en medio, 64 caracteres como mucho.
bad-label-name = Un nombre es una línea de 64 caracteres como mucho.
bad-label-aliases = Una etiqueta admite 20 formas más de escribirla.
bad-label-same = La etiqueta ya se llama así.
bad-label-taken = { $other } ya se llama { $name }.
bad-label-capitals = Hay una etiqueta que solo se distingue por las mayúsculas.
bad-label-place = La etiqueta no puede tener ese lugar: las que están en uso conservan el suyo.
bad-label-outside = Eso significa ninguna de las etiquetas: es mejor retirar la etiqueta.

## La primera página

front-title = Inicio
front-next = Qué hacer ahora
front-counts = Números
front-why-waiting = Por qué esperan las fotos
front-to-do = Qué puedes mirar
front-done = Todo decidido
front-nothing = Todavía no hay nada que mirar
tally-photos = { $count ->
    [one] foto guardada
   *[other] fotos guardadas
}
tally-examples = { $count ->
    [one] ejemplo en los datos
   *[other] ejemplos en los datos
}
tally-verdicts = { $count ->
    [one] decisión
   *[other] decisiones
}
tally-suspicions = { $count ->
    [one] posible error de etiqueta
   *[other] posibles errores de etiqueta
}
step-review = { $count ->
    [one] Revisa { $count } foto
   *[other] Revisa { $count } fotos
}
step-review-text = Lo más útil primero. Pulsa 1, 2, 3 para decidir.
step-suspicions = { $count ->
    [one] Revisa { $count } posible error de etiqueta
   *[other] Revisa { $count } posibles errores de etiqueta
}
step-suspicions-text = Sus etiquetas contradicen los demás ejemplos. Más o menos la mitad resulta correcta.
step-learn = { $count ->
    [one] { $count } decisión desde el último entrenamiento
   *[other] { $count } decisiones desde el último entrenamiento
}
step-learn-text = El próximo entrenamiento aprende de ellas: empiézalo allí o envía /retrain.
step-empty = La cola está vacía
step-empty-text = Llegan fotos cuando el modelo duda, cuando alguien corrige una respuesta, y al azar. El bot solo guarda fotos de quienes lo permiten.
step-dataset = Los datos
step-dataset-text = Mira las fotos de las que aprende el modelo, por etiqueta y parte.

## Las cuadrículas

heading-queue = La cola
heading-examples = Los datos
heading-suspicions = Posibles errores de etiqueta
empty-queue = Nada espera
empty-queue-text = Aquí llegan fotos cuando el modelo duda, cuando alguien corrige una respuesta, y de vez en cuando al azar. El bot solo guarda fotos de quienes lo permiten.
empty-examples = Todavía no hay ejemplos
empty-examples-text = bear-detector add FOLDER añade tus fotos, y bear-detector collect las busca. El próximo entrenamiento añade lo que decides en la cola.
empty-suspicions = Ninguna etiqueta parece mala
empty-suspicions-text = bear-detector clean busca en los datos y muestra aquí lo que quizá tiene una etiqueta errónea. Más o menos la mitad resulta correcta, así que decides tú.
no-match = Nada coincide
no-match-text = Ninguna foto cumple estos filtros.
grid-which = Qué fotos
grid-done = Has decidido todo lo de esta lista.
grid-again = Buscar más
grid-photos = { $heading }: fotos
grid-decide = Decidir
counts-heading = Cuántas por etiqueta y parte
counts-all = Todas
zoom-in = Acercar
zoom-out = Alejar
large-back = Foto anterior
large-on = Foto siguiente

filter-reason = Por qué espera
filter-suspicion = Por qué está aquí
filter-label = Etiqueta
filter-verdict = Respuesta
filter-model = Modelo
filter-split = Parte
filter-source = Origen
filter-file = Nombre del archivo
filter-person = Persona
filter-since = Guardada desde
filter-sort = Orden
sort-teaches = más útil
sort-loss = pérdida
sort-doubt = duda
sort-newest = más reciente
sort-oldest = más antigua
verdict-outside = ninguno de estos
split-train = entrenamiento
split-valid = validación
split-gate = prueba
reason-disagreement = la gente no está de acuerdo
reason-disputed = alguien dice que la respuesta es mala
reason-outside = el modelo no vio ninguno de estos
reason-unsure = el modelo dudaba
reason-sample = elegida al azar, para ver qué vale “seguro”
reason-disagreement-short = desacuerdo
reason-disputed-short = discutida
reason-outside-short = ninguna
reason-unsure-short = dudosa
reason-sample-short = muestra
suspicion-label = Los demás ejemplos sugieren otra etiqueta
suspicion-odd = No se parece a ningún otro ejemplo
suspicion-set-aside = Contradice todo lo demás, así que un entrenamiento la apartó
suspicion-conflict = La misma imagen está en los datos con otra etiqueta
suspicion-label-short = otra etiqueta es más probable
suspicion-odd-short = una imagen rara
suspicion-set-aside-short = apartada por un entrenamiento
suspicion-conflict-short = la misma imagen, otra etiqueta
suspicion-label-badge = etiqueta
suspicion-odd-badge = rara
suspicion-set-aside-badge = apartada
suspicion-conflict-badge = conflicto

## Una foto

tile-example = Foto { $id }, en los datos como { $label }
tile-answered = Foto { $id }, respuesta { $label }
tile-unanswered = Foto { $id }, aún sin respuesta
tile-no-answer = aún sin respuesta
tile-nearest = lo más cercano { $label } { $share }
tile-rather = ¿mejor { $label }? valor { $score }
tile-score = valor { $score }
tile-votes = { $count } por { $label }
tile-pending = { $what } desde el próximo entrenamiento
tile-model = modelo: { $label }
voice = { $count ->
    [one] { $count } persona dice { $label }
   *[other] { $count } personas dicen { $label }
}
voice-admin = un administrador dice { $label }
who-machine = la máquina
who-you = tú
who-person = la persona { $id }
who-operator = el operador
who-agreement = acuerdo
who-unnamed = un archivo o un acuerdo
who-forgotten = alguien olvidado
answer-outside = No vio ninguno de estos
answer-sure = Estaba seguro
answer-unsure = Dudaba: { $names }
answer-outside-short = no vio ninguna
answer-sure-short = estaba seguro
answer-unsure-short = dudaba: { $names }
suspected = { $why } (valor { $score }).
suspected-label = { $why }: { $label } (valor { $score }).
origin-verdict = decidida por un revisor
origin-verdict-admin = lo dice un administrador
origin-verdict-quorum = varias personas coinciden
origin-verdict-teach = enseñada por un administrador
origin-add = añadida desde una carpeta
origin-collect = recogida de la web
about-decided = Decidida: <b>{ $what }</b>
about-decided-by = { $who }, { $when }
about-taken = Otro revisor está mirando esta foto.
about-model-says = El modelo dice
about-looks-like = parece: { $what }
about-noted = { $answer }, { $share }
about-noted-other = { $answer }, con { $share } para { $label }
about-noted-when = (antes de aprender de esta foto)
about-why = Dónde miró
about-people-say = La gente dice
about-dataset = En los datos
about-example = <b>{ $label }</b>, parte de { $split }, { $origin }
about-kept = Guardada
about-from = Origen
about-file = Archivo
about-licence = Licencia
about-page = Página
about-page-link = donde se encontró
similar-heading = Fotos parecidas
similar-show = Mostrar los ejemplos más parecidos de cada etiqueta
similar-sort = Ordenar los datos por parecido
similar-to = Parecida a la foto
similar-none = Todavía no hay con qué comparar esta foto: el primer entrenamiento lo prepara.
photo-also-gate = ponerla también en la parte de prueba
decided-by = { $what }, { $who }

## La barra de decisiones y las teclas

dock-verdicts = Decisiones
dock-no-photo = Ninguna foto
dock-gate = a prueba
dock-gate-title = La próxima decisión pone sus fotos también en la parte de prueba, que prueba los modelos nuevos
dock-undo = deshacer
keys = Teclas
keys-label = <kbd>1</kbd>–<kbd>9</kbd> o una letra
keys-label-does = elegir la etiqueta
keys-suspicion-does = como se sugiere; dejar su etiqueta
keys-gate-does = la próxima decisión va también a la parte de prueba
keys-undo-does = deshacer la última decisión
keys-move-does = mover; también <kbd>Inicio</kbd> <kbd>Fin</kbd> <kbd>Pág ↑↓</kbd>
keys-space = <kbd>Espacio</kbd>
keys-space-does = seleccionar
keys-range = <kbd>Mayús</kbd> + flecha o clic
keys-range-does = seleccionar un tramo
keys-all = <kbd>Ctrl</kbd> + <kbd>A</kbd>
keys-all-does = seleccionar todas las fotos sin decidir
keys-enter = <kbd>Intro</kbd>
keys-enter-does = vista grande; allí, <kbd>h</kbd> muestra dónde miró el modelo
keys-zoom-does = en la vista grande: acercar, alejar, toda la foto; las flechas la mueven
keys-escape-does = volver; quitar la selección

## Lo que dicen los programas de la página

script-selected = { $count ->
    [one] { $count } seleccionada
   *[other] { $count } seleccionadas
}
script-place = { $place } de { $photos }
script-rather = mejor { $label }
script-as-suggested = como se sugiere
script-keep = dejar { $label }
script-keep-its-label = dejar su etiqueta
script-label-kept = etiqueta sin cambios
script-gate-on = La próxima decisión va también a la parte de prueba.
script-gate-off = No va a la parte de prueba.
script-to-gate = { $what } → prueba
script-gone = ya no está
script-taken = alguien está con ella
script-taken-all = Otro revisor está decidiendo esto.
script-choose-first = Elige primero una foto.
script-ask = { $count ->
    [one] ¿Poner “{ $what }” a { $count } foto?
   *[other] ¿Poner “{ $what }” a { $count } fotos?
}
script-given-one = Decidido: { $what }.
script-given = { $count ->
    [one] { $count } foto: { $what }.
   *[other] { $count } fotos: { $what }.
}
script-refused-taken = Foto { $photo }: otro revisor la está decidiendo.
script-refused-decided = La foto { $photo } ya está decidida: { $what }.
script-refused-gone = La foto { $photo } ya no está: quizá la borró su dueño.
script-undone = { $count ->
    [one] Deshecho “{ $what }” para { $count } foto.
   *[other] Deshecho “{ $what }” para { $count } fotos.
}
script-nothing-to-undo = Eso no cambió nada, así que no hay nada que deshacer.
script-second = necesita a otro revisor
script-refused-second = La foto { $photo } sigue apartada: la etiqueta es tuya, así que otro revisor tiene que confirmarla.
script-refused-same = Foto { $photo }: ya lo habías decidido así.
script-heat = Dónde miró el modelo
script-no-connection = Sin conexión con el bot, así que no se guardó nada. Prueba otra vez.
script-error = El bot respondió con el error { $status }. Recarga la página.

## Etiquetas

labels-count = { $count ->
    [one] { $count } etiqueta
   *[other] { $count } etiquetas
}
labels-called = Se llama
labels-examples = Ejemplos
labels-taught = Enseñada
labels-retired = retirada
labels-new = nueva
labels-also = también { $names }
labels-waiting = { $count ->
    [one] { $count } foto por aprender
   *[other] { $count } fotos por aprender
}
labels-missing = ({ $count } más y el bot la aprende)
labels-move = Subir
labels-move-one = Subir { $label }
labels-places = Una etiqueta conserva siempre su lugar, su tecla y su color. Las nuevas se pueden ordenar hasta que un modelo las aprende.
labels-none = Todavía no hay etiquetas
labels-none-text = Llegan con las primeras fotos. En el chat, /teach empieza una nueva.
label-names = Nombres
label-names-text = Lo que la gente lee, y qué más puede escribir. El bot lo dice así desde ahora. Si un campo queda vacío, vale lo que dice el modelo.
label-aliases = Otras formas de escribirla, con comas
label-place = Lugar en los menús
label-place-text = El número de la etiqueta en botones y teclas. Puede cambiar hasta que un modelo la aprenda; después se queda para siempre.
label-place-number = Número
label-rename = Cambiar de nombre o unir
label-rename-text = Con un nombre nuevo, sus ejemplos la siguen. Con el nombre de otra etiqueta, las dos se hacen una. La página siguiente dice qué pasa antes de que pase.
label-becomes = Pasa a ser
label-rename-button = Ver
label-revive = Recuperar
label-revive-text = { $count ->
    [one] El próximo modelo vuelve a aprender de su { $count } ejemplo.
   *[other] El próximo modelo vuelve a aprender de sus { $count } ejemplos.
}
label-revive-button = Recuperar { $label }
label-retire = Retirar
label-retire-text = El próximo modelo no la conoce: rechaza sus fotos o las toma por otra etiqueta.
label-retire-examples = { $count ->
    [one] Su { $count } ejemplo se queda, y nada aprende de él hasta que la recuperas.
   *[other] Sus { $count } ejemplos se quedan, y nada aprende de ellos hasta que la recuperas.
}
label-retire-button = Retirar { $label }
become-merge = ¿Unir { $label } a { $to }?
become-rename = ¿Cambiar { $label } por { $to }?
become-merge-button = Unir
become-rename-button = Cambiar
become-leave = Dejarlo
become-examples-merge = { $count ->
    [one] { $count } ejemplo de { $label } pasa a { $to }.
   *[other] { $count } ejemplos de { $label } pasan a { $to }.
}
become-other-has = { $count ->
    [one] { $to } tiene ahora { $count } ejemplo.
   *[other] { $to } tiene ahora { $count } ejemplos.
}
become-examples = { $count ->
    [one] { $count } ejemplo pasa a { $to }.
   *[other] { $count } ejemplos pasan a { $to }.
}
become-waiting = { $count ->
    [one] { $count } foto por aprender pasa a { $to }.
   *[other] { $count } fotos por aprender pasan a { $to }.
}
become-splits = Cada uno se queda en su parte.
become-for-good = No podrás separarlas otra vez.
become-names-go = Los nombres y otras formas de escribir { $label } desaparecen; los de { $to } se quedan.
become-names-stay = Lugar, tecla, color y nombres se quedan.
become-until = El modelo actual dice { $label } hasta que se publica el siguiente. Lo que la gente dice hasta entonces de { $label } cuenta para { $to }.
become-unknown = El modelo actual no conoce { $label }.

## Entrenamientos

runs-count = { $count ->
    [one] { $count } entrenamiento
   *[other] { $count } entrenamientos
}
runs-number = N.º { $id }
runs-force = A la fuerza
runs-force-text = El próximo modelo se publica aunque no pase sus pruebas, y nada nuevo se aparta. La gente recibe sus respuestas enseguida; puedes volver atrás.
runs-force-button = Entrenar y publicar de todos modos
runs-run = Entrenamiento
runs-outcome = Resultado
runs-models = Modelo anterior → nuevo
runs-why = Por qué
runs-none = Todavía no hay entrenamientos
runs-none-text = Después de algunas decisiones, envía <code>/retrain</code> al bot, o ejecuta <code>bear-detector retrain</code>. El resultado y su informe aparecen aquí.
status-requested = pedido
status-running = en marcha
status-published = publicado
status-held = retenido
status-dry-run = ensayo
status-skipped = sin necesidad
status-failed = fallido
status-cancelled = cancelado
trigger-command = por un administrador
trigger-schedule = según el horario
trigger-shell = en la consola
decision-publish = publicar
decision-hold = retener
run-name = Entrenamiento { $id }
run-forced = a la fuerza
run-active = Ya hay un entrenamiento en marcha.
run-no-bot = Estas páginas funcionan sin el bot, que es quien entrena: ejecuta `make run`.
run-published-none = Este entrenamiento no publicó ningún modelo.
run-back = Volver a { $before }
run-back-text = El modelo { $before } responde otra vez enseguida, en lugar de { $now }. No se pierde ninguna decisión ni ninguna foto.
run-asked = Pedido
run-by = Por
run-champion = Modelo anterior
run-candidate = Modelo nuevo
run-decision = Decisión
run-took = Duración
run-comparison = Antes y después
run-figure = Número
run-checks = Lo que se comprobó
run-passed = superada
run-failed = no superada
run-aside = Apartadas
run-aside-text = Estas etiquetas no se aprenden hasta que otro revisor dice lo mismo.
run-aside-link = Decidir otra vez
run-lost = Perdidas
run-lost-text = Bien sin lo nuevo, y mal con ello.
run-replay = Las fotos de la última semana otra vez
run-replay-changed = { $count ->
    [one] De { $count } foto, el modelo nuevo responde estas de otro modo.
   *[other] De { $count } fotos, el modelo nuevo responde estas de otro modo.
}
run-replay-same = { $count ->
    [one] El modelo nuevo responde la { $count } foto como antes.
   *[other] El modelo nuevo responde las { $count } fotos como antes.
}
run-all-figures = Todos los números
run-report = Informe
run-report-open = Abrirlo en otra pestaña
run-report-title = Informe: { $run }
run-no-bundle = Este entrenamiento no dejó modelo, así que no tiene informe.
run-no-report = El modelo de este entrenamiento no tiene informe.
aside-person = Fotos de { $who }: { $contradicting } de { $of } contradicen todo lo demás
aside-person-decided = Fotos de { $who }, decididas por { $reviewers }: { $contradicting } de { $of } contradicen todo lo demás
aside-reviewer = Decididas por { $who }: { $contradicting } de { $of } contradicen todo lo demás
aside-unnamed = Etiquetas de un archivo o por acuerdo: { $contradicting } de { $of } contradicen todo lo demás
aside-folder = Añadidas de { $name }: { $contradicting } de { $of } contradicen todo lo demás
passed-labels-kept = Conoce todas las etiquetas que conoce el modelo actual.
passed-test-labels = El modelo actual acierta en el { $after } de las fotos de prueba.
passed-above-chance = El modelo nuevo acierta en el { $after } de las fotos de prueba; cualquier modelo útil llega al { $floor }.
passed-accuracy = En { $photos ->
    [one] { $photos } foto de prueba
   *[other] { $photos } fotos de prueba
} el modelo nuevo acierta en el { $after } y el actual en el { $before } ({ $won } ganadas, { $lost } perdidas).
passed-recall = { $label }: { $photos ->
    [one] { $photos } foto de prueba
   *[other] { $photos } fotos de prueba
}, { $after }, antes { $before }.
passed-recall-none = { $label }: ninguna foto de prueba.
passed-new-label = { $label } es nueva: modelos que no habían visto sus fotos acertaron { $right } de { $photos }.
passed-log-loss = Sus probabilidades son igual de buenas en { $photos ->
    [one] { $photos } foto
   *[other] { $photos } fotos
}.
compared-no-other-things = No había fotos de otras cosas con que comparar.
compared-no-near-things = Los rechazos de lo que se parece a las etiquetas no se compararon.
compared-no-refusals = Los rechazos no se compararon.
metric-accuracy = aciertos
metric-log-loss = pérdida logarítmica
metric-n = fotos
metric-recall = sensibilidad

## El registro

audit-heading = Registro
audit-entries = { $count ->
    [one] { $count } entrada
   *[other] { $count } entradas
}
audit-which = Qué entradas
audit-action = Acción
audit-who = Quién
audit-anybody = cualquiera
audit-what = Qué hizo
audit-subject = A qué
audit-details = Detalles
audit-none = Aquí no hay nada
audit-no-match = Ninguna entrada coincide.
audit-empty = Esta página mostrará lo que hacen los administradores y lo que se niega a otros.
audit-labelled = etiquetada { $label } ({ $via })
audit-labelled-gate = etiquetada { $label } ({ $via }, a la parte de prueba)
via-web = navegador
via-chat = chat
via-file = archivo
via-teach = lección
action-verdict = decisión
action-undo-verdict = decisión deshecha
action-teach = enseñó
action-teach-undone = lección deshecha
action-label-described = etiqueta descrita
action-label-moved = etiqueta movida
action-label-renamed = etiqueta con otro nombre
action-label-merged = etiquetas unidas
action-label-retired = etiqueta retirada
action-label-revived = etiqueta recuperada
action-review-entered = entró
action-review-left = salió
action-review-refused = negado en las páginas
action-retrain = entrenamiento empezado
action-retrain-force = entrenamiento a la fuerza
action-retrain-cancel = entrenamiento cancelado
action-rollback = vuelta al modelo anterior
action-auto-rollback = vuelta automática al modelo anterior
action-set-aside = apartadas
action-publish-force = publicado a la fuerza
action-ban-claims = correcciones vetadas
action-unban-claims = correcciones admitidas otra vez
action-forged-press = botón falsificado
