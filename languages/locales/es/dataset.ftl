# Lo que dicen las páginas del conjunto de datos en su totalidad: fotos dentro y fuera, marcas, salud y cifras.

page-stats = Cifras
health = Salud
export = Exportar

## Añadir fotos

add-title = Añadir fotos
add-elsewhere = Estas páginas funcionan donde no pueden añadir fotos; <code>bear-detector add CARPETA</code> lo hace.
add-drop = Suelta aquí una carpeta o un ZIP
add-how = Una carpeta por etiqueta, con el nombre de la etiqueta y sus fotos dentro: <code>grizzly/1.jpg</code>, <code>teddy/a.png</code>.
add-zip = Elegir un ZIP
add-folder = Elegir una carpeta
add-no-script = Enviar un archivo desde aquí necesita JavaScript; <code>bear-detector add CARPETA</code> hace lo mismo.
add-checks = Lo que ya está en los datos, igual o casi igual, se deja fuera. Una foto que muestra lo mismo que una de otra etiqueta se deja fuera y se nombra. Ves lo que hay dentro antes de que se incorpore nada.
add-uploaded = Subido
add-taken = Incorporado
add-waits = La subida se interrumpió. Elige otra vez el mismo archivo para seguir, o descarta lo que hay.
add-go-on-zip = Seguir con un ZIP
add-go-on-folder = Seguir con una carpeta
add-refused = No se incorporó nada.
add-photos = Fotos
add-new-label = una etiqueta nueva
add-new = Los datos no tienen { $labels }. Marca cada una que deba ser una etiqueta.
add-take = { $count ->
    [one] Incorporar { $count } foto
   *[other] Incorporar { $count } fotos
}
add-discard = Descartar
add-progress = { $count ->
    [one] { $done } de { $count } foto
   *[other] { $done } de { $count } fotos
}
add-so-far = { $count } añadidas hasta ahora
add-stop = Parar
add-all-done = { $count ->
    [one] La foto está lista.
   *[other] Las { $count } fotos están listas.
}
add-figure-added = añadidas
add-figure-duplicate = ya estaban
add-figure-conflict = de otra etiqueta
add-figure-unreadable = ilegibles
add-figure-forgotten = eliminadas antes a petición de alguien
add-confused = { $count ->
    [one] { $count } foto de { $label } muestra lo que muestra una foto de { $other }: no se añadió ninguna de { $label }. ¿Está bien el nombre de la carpeta? Para llamar a { $other } de otro modo, cámbialo en Etiquetas.
   *[other] { $count } fotos de { $label } muestran lo que muestran fotos de { $other }: no se añadió ninguna de { $label }. ¿Está bien el nombre de la carpeta? Para llamar a { $other } de otro modo, cámbialo en Etiquetas.
}
add-go-on = Seguir
add-leave = Dejar el resto
add-conflict = { $file }: { $label }, pero la misma imagen está como { $other }
add-incomplete = La subida no está completa.
add-nothing = No hay nada que incorporar.
add-not-ticked = { $count ->
    [one] El conjunto de datos no tiene la etiqueta { $labels }: márcala si ha de serlo, o descarta el envío y cambia el nombre de su carpeta.
   *[other] El conjunto de datos no tiene ninguna de las etiquetas { $labels }: marca las que han de serlo, o descarta el envío y cambia el nombre de las carpetas.
}
add-unsorted = { $count ->
    [one] { $count } foto no está en la carpeta de ninguna etiqueta y queda fuera.
   *[other] { $count } fotos no están en la carpeta de ninguna etiqueta y quedan fuera.
}
add-at-work = Se está incorporando: páralo primero.
add-gone = La subida ya no está: empieza de nuevo.
add-other-here = { $name } ya está aquí: termínalo o descártalo primero.
add-too-large = Un ZIP tiene como mucho { $most } GB: divídelo.
add-no-room = No hay sitio: ocupa { $needed } GB, y hay { $free } GB libres.
add-changed = El archivo ha cambiado desde que empezó la subida: descártalo.
add-not-kept = Las fotos no se pueden guardar: { $why }.
add-not-read = El ZIP no se puede leer: está dañado o es demasiado para uno solo. Divídelo.
add-not-started = No se pudo empezar.
script-add-bytes = { $here } de { $all } MB
script-add-looking = Mirando dentro…
script-add-reading = Leyendo el archivo { $done } de { $files }…
script-add-too-many = Una carpeta de más de { $most } archivos: haz un ZIP con ella y elígelo.
script-add-too-large = Una carpeta de más de { $most } GB: haz un ZIP con ella y elígelo.

## Marcas para una segunda mirada

filter-mark = Segunda mirada
mark-yes = marcadas
mark-no = sin marca
mark-tile = marcada para una segunda mirada
mark-again = Para mirar otra vez
mark-by = { $who }, { $when }
mark-note = Nota
mark-why = ¿por qué otra vez?
mark-button = Mirar otra vez
mark-save = Guardar la nota
mark-done = Hecho
marks-given = { $count ->
    [one] { $count } foto marcada para una segunda mirada.
   *[other] { $count } fotos marcadas para una segunda mirada.
}
marks-taken = { $count ->
    [one] Marca quitada de { $count } foto.
   *[other] Marcas quitadas de { $count } fotos.
}
keys-mark-does = marcar para una segunda mirada, o quitar la marca
accept-first = Las primeras
accept-suggestions = sugerencias:
accept-button = Aceptar
script-refused-open = La foto { $photo } ya no tiene sugerencia.

## Salud

health-title = Salud de los datos
health-copies = { $count ->
    [one] y { $count } copia junto a ellos
   *[other] y { $count } copias junto a ellos
}
health-findings = Lo que puede confundir a un modelo
health-clean = No se encontró nada.
health-none = Todavía no hay ejemplos
health-none-text = Esta página cuenta las etiquetas según partes, tamaños, fuentes, casi duplicados y edades.
health-splits = Partes
health-splits-text = Un modelo aprende de la parte de entrenamiento, se ajusta con la de validación y se mide con la de prueba.
health-sizes = Tamaños
health-sizes-text = Según el lado corto. El modelo ve 224 píxeles de él.
health-sources = Fuentes
health-sources-text = Una etiqueta con una fuente propia puede aprenderse por la fuente.
health-groups = Casi duplicados
health-groups-text = Agrupadas están las fotos que se ven casi iguales, o que son de una misma observación o persona: comparten parte y cuentan poco más que una.
health-ages = Edades
health-ages-text = Desde cuándo se guardan.
size-small = menos de 224 px
size-medium = menos de 480 px
size-large = menos de 1024 px
size-huge = mayores
source-others = otras
group-alone = solas
group-grouped = agrupadas
age-week = una semana
age-month = un mes
age-half-year = medio año
age-year = un año
age-older = más
finding-no-gate = { $label } no tiene ejemplos en la parte de prueba: nada la mide.
finding-no-valid = { $label } no tiene ejemplos en la parte de validación: nada la ajusta.
finding-few = { $count ->
    [one] { $label } tiene solo { $count } ejemplo.
   *[other] { $label } tiene solo { $count } ejemplos.
}
finding-source = { $share } de { $label } viene de { $source }, y de ninguna otra etiqueta: un modelo puede aprender la fuente en su lugar.
finding-small = { $share } de { $label } es más pequeño de lo que ve el modelo.
finding-old = { $share } de { $label } tiene más de un año.
finding-uneven = { $most } tiene { $many } ejemplos, { $least } { $few }: la rara se aprende peor.

## Cifras

figures-days = los últimos { $days } días
figures-answered = fotos respondidas
figures-answers = Respuestas
figures-plot = Respuestas de cada día, las seguras abajo; la tabla de debajo las dice en números
figures-most = máximo: { $most }
figures-numbers = En números
figures-day = Día
figures-no-answers = En estos días no se respondió ninguna foto.
figures-models = Acierto de los modelos
figures-tested = con las fotos de prueba, antes de publicarse
figures-lived = respuestas seguras que los revisores dieron por buenas
figures-tested-is = prueba: <b>{ $share }</b>
figures-lived-is = seguras y correctas: <b>{ $share }</b>
figures-interval = { $count ->
    [one] (de { $low } a { $high }, { $count } foto)
   *[other] (de { $low } a { $high }, { $count } fotos)
}
figures-model = { $count ->
    [one] desde { $day }, { $count } respuesta, corregidas: { $disputed }
   *[other] desde { $day }, { $count } respuestas, corregidas: { $disputed }
}
figures-since = desde { $day }
figures-not-measured = aún sin medir
figures-models-text = El modelo más nuevo está arriba. Las líneas son intervalos del 95 %: donde se solapan, la diferencia puede ser azar. La parte de prueba crece, así que la prueba de un modelo puede tener fotos que le faltaban a una anterior.
figures-no-models = Todavía no ha respondido ningún modelo, ni un entrenamiento ha publicado ninguno.
figures-quality = Correcciones y calidad
claims-pending = correcciones pendientes
claims-accepted = correcciones aceptadas
claims-rejected = correcciones rechazadas
figures-waiting = esperan una decisión
figures-right = respuestas seguras que son correctas
figures-right-unknown = se desconoce: de las fotos sorteadas, { $reviewed } de { $drawn } revisadas
figures-right-is = { $share } (de { $low } a { $high }), de { $reviewed } revisadas
figures-drift = deriva desde que empezó { $version }
figures-drift-unknown = se desconoce: muy pocas respuestas
figures-drift-is = fotos { $inputs }, respuestas { $outputs } (alarma por encima de { $threshold })
none-corrected = ninguna

## Exportar

export-title = Llevarse los datos
export-before = Antes
export-left-out = { $count ->
    [one] <b>{ $count } foto que alguien envió queda fuera</b>: el consentimiento con el que se guardó no cubre esto, o ha terminado.
   *[other] <b>{ $count } fotos que la gente envió quedan fuera</b>: el consentimiento con el que se guardaron no cubre esto, o ha terminado.
}
export-all = Ninguna foto queda fuera por falta de consentimiento.
export-notice = Quien aceptó el aviso del { $since } o uno posterior sabía que sus fotos pueden llevarse para entrenar en otro lugar.
export-plain = Las fotos del ZIP están descifradas. Quien lo tenga puede verlas: guárdalo tan seguro como los datos y bórralo cuando haya servido.
export-forgotten = Cuando se olvida a alguien aquí, sus fotos siguen en tu copia. Llévate entonces una nueva y borra la vieja.
export-licences = La fuente, el autor y la licencia de cada foto están en su fila; ninguna foto puede usarse más allá de su licencia.
export-as = En qué forma
export-imagefolder = para ImageFolder de torchvision, fastai, Keras
export-csv = para todo lo que lee una tabla
export-huggingface = para datasets.load_dataset
export-coco = para lectores de COCO; cada anotación es su imagen entera
export-download = { $count ->
    [one] Descargar { $count } foto
   *[other] Descargar { $count } fotos
}
export-splits = { $splits }. El ZIP se hace mientras lo descargas.
export-empty = Todavía no hay ejemplos
export-empty-text = No hay nada que llevarse.
export-nothing = Nada que pueda salir
export-nothing-text = El consentimiento con el que se guardaron estas fotos no cubre una exportación.

## El registro

action-marked = marcada para una segunda mirada
action-unmarked = marca quitada
action-photos-added = fotos añadidas
action-photos-refused = fotos no incorporadas
action-dataset-exported = datos exportados
bad-label-command = Es un comando del chat: elige otro nombre.

## El registro en palabras

action-clean = errores de etiqueta aplicados desde un archivo
action-other-refused = /{ $command } rechazado
subject-label = etiqueta { $name }
subject-photo = foto { $name }
subject-model = modelo { $name }
subject-person = persona { $name }
subject-upload = { $name }
subject-file = { $name }
subject-format = como { $name }
subject-retraining = reentrenamiento { $name }
subject-prediction = respuesta { $name }
subject-press = botón { $name }
subject-chat = chat { $name }
detail-names = nombres
detail-aliases = otras grafías
detail-place = lugar
detail-to = a
detail-examples = ejemplos
detail-photos = fotos
detail-verdict = decisión
detail-path = dirección
detail-host = servidor
detail-from = desde
detail-added = nuevas
detail-duplicate = ya estaban
detail-near-duplicate = casi iguales
detail-unreadable = ilegibles
detail-conflict = de otra etiqueta
detail-forgotten = quitadas a petición
detail-needs-review = por revisar
detail-too-small = demasiado pequeñas
detail-why = por qué
detail-left-out = omitidas
detail-via = por
detail-sha256 = SHA-256
detail-kept = conservados
detail-relabelled = reetiquetados
detail-removed = quitados
detail-outside = ninguna de las etiquetas
detail-undecided = sin decidir
detail-gate = la comprobación dijo
detail-retraining = reentrenamiento
detail-before = por ciento disputadas, antes
detail-after = por ciento disputadas, desde entonces
detail-left = en lugar de
