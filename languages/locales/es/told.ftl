### Lo que dicen en inglés las órdenes y los reentrenamientos, para quien lee las páginas.

told-other = En inglés: «{ $sentence }»

## Fotos y archivos ZIP

told-nothing-added = { $told } No se añadió nada.
told-half-added = { $told } Una parte de la carpeta se añadió y no se pudo quitar ({ $why }): ejecuta otra vez la misma orden y seguirá donde estaba.
told-zip-leaves = El ZIP contiene una ruta que sale de su carpeta ({ $path }): no se añadió nada.
told-zip-password = El ZIP está protegido con una contraseña: guárdalo sin ella.
told-zip-bomb = El ZIP se convertiría de { $packed } MB en { $unpacked } MB: las fotos no se comprimen así. No se añadió nada.
told-zip-no-end = { $file } no es un archivo ZIP, o le falta el final.
told-zip-damaged = { $file } no es un archivo ZIP, o está dañado ({ $why }).
told-zip-many = El ZIP contiene más de { $most } archivos: divídelo.
told-zip-no-folder = { $file } no contiene ninguna carpeta de fotos: ponlas en <etiqueta>/, una carpeta por etiqueta.
told-zip-deep = { $file } contiene carpetas dentro de la carpeta { $folder }: pon las fotos en <etiqueta>/, una carpeta por etiqueta.
told-unreadable = { $file } no se puede leer ({ $why }).
told-unreadable-added = { $file } no se puede leer ({ $why }): no se añadió nada.
told-source = { $source } no puede ser el nombre de la fuente: da otro con --source, de 64 caracteres como máximo y distinto de { $names }.
told-no-space = No queda espacio en { $place } ({ $why }): libera un poco; no se añadió nada.
told-no-photo-folder = { $folder } no contiene ninguna carpeta de fotos: ponlas en { $again }/<etiqueta>/, una carpeta por etiqueta.
told-no-photos = { $folder } no contiene fotos: ponlas en { $again }/<etiqueta>/, una carpeta por etiqueta.
told-no-photos-at-all = { $folder } no contiene fotos.
told-too-deep = La carpeta { $folder } contiene carpetas ({ $inner }, …) y ninguna foto: si son las etiquetas, indica { $again } en lugar de { $parent }.
told-too-deep-added = La carpeta { $folder } contiene carpetas ({ $inner }, …) y ninguna foto: si son las etiquetas, indica { $again } en lugar de { $parent }; no se añadió nada.
told-folder-empty = La carpeta { $folder } está vacía: pon fotos en ella o quítala; no se añadió nada.
told-folder-gone = La carpeta { $folder } no existe.
told-folder-none = { $folder } no es una carpeta; indica la que contiene una carpeta por etiqueta.
told-folder-unreadable = La carpeta { $folder } no se puede leer ({ $why }).
told-folder-changed = La carpeta { $folder } cambió mientras se leía; no se añadió nada: inténtalo de nuevo cuando ya nadie escriba en ella.
told-folder-unknown = La carpeta { $folder } no es una etiqueta conocida ({ $known }): cámbiale el nombre o usa --new-label { $again } si debe serlo; no se añadió nada.
told-folders-unknown = Las carpetas { $folders } no son etiquetas conocidas ({ $known }): cámbiales el nombre o usa { $options } si deben serlo; no se añadió nada.
told-no-folder-for = No hay ninguna carpeta { $folder } para --new-label { $again }: no se añadió nada.
told-folder-label = La carpeta { $folder } no puede ser una etiqueta: { $told }
told-device-name = DEVICE={ $device } no existe: solo auto, cpu, cuda, mps.
told-only-label = Solo hay la etiqueta { $label }: para distinguir hacen falta al menos dos; añade una carpeta para otra, no se añadió nada.
told-only-outside = No hay más etiqueta que la reservada { $label }: para distinguir hacen falta al menos dos; añade una carpeta para otra, no se añadió nada.
told-label-letters = Una etiqueta son letras y cifras, con espacios, guiones, guiones bajos y apóstrofos en medio, { $most } caracteres como máximo.
told-label-command = «{ $label }» es una orden del chat y no puede ser una etiqueta: elige otro nombre.
told-cache = El archivo { $file } no se puede usar ({ $why }): libera espacio o borra el archivo; se hace de nuevo a partir de las fotos.
told-cache-of-features = El archivo { $file } no se puede usar ({ $why }): libera espacio o borra el archivo; se hace de nuevo a partir de las fotos.

## Archivos sueltos

told-file-size = tiene { $megabytes } MB
told-file-compressed = está comprimido de una forma que no se usa para fotos
told-file-zip = el ZIP está dañado aquí ({ $why })
told-file-pixels = solo tiene { $width } × { $height } píxeles
told-file-empty = Este archivo está vacío.
told-file-large = Este archivo tiene { $megabytes } MB y leo hasta { $most } MB.
told-file-memory = Leer este { $kind } necesita demasiada memoria.
told-file-damaged = Este { $kind } está dañado y no se puede leer.
told-file-no-picture = En este archivo no se distingue ninguna imagen: leo { $kinds } o { $last }.
told-file-video = Es un vídeo, y leo { $kinds } o { $last }.
told-file-raw = Es una imagen en bruto de una cámara, y leo { $kinds } o { $last }.
told-file-stranger = Es un archivo de otro tipo: leo { $kinds } o { $last }.
told-file-slow = Este JPEG está hecho de una forma que se tarda demasiado en leer.
told-file-bits = Este JPEG tiene { $bits } bits por color, y leo 8.
told-file-jpeg = Es un JPEG de un tipo que no puedo leer.
told-file-missing = Falta o está dañada una parte demasiado grande de la imagen.
told-file-many-pixels = Esta imagen tiene { $width } × { $height } píxeles, más de los que leo de su tipo.
told-file-no-pixels = Esta imagen no tiene píxeles.
told-file-strip = Esta imagen es una tira de { $width } × { $height } píxeles: necesito una foto.
told-file-tiff = Este TIFF es de un tipo que no puedo leer.

## Cómo terminó un reentrenamiento

told-stays = { $told } El modelo en uso se queda.
told-published-before = { $told } Su modelo se publicó justo antes.
told-forced = Se publicó a la fuerza. La comprobación dijo: { $told }
told-cancelled = Cancelado; el modelo en uso se queda.
told-cancelled-before = Cancelado antes de empezar.
told-interrupted = Se interrumpió; el modelo en uso se queda.
told-without-a-word = Terminó sin decir nada.
told-unusable = { $place } no se puede usar ({ $why }); el modelo en uso se queda.
told-unexpected-stderr = Un error inesperado ({ $error }); mira lo que escribió en stderr.
told-unexpected = Un error inesperado ({ $error }); mira { $where }.
told-silent = Su proceso dejó de dar señales de vida.
told-silent-stays = Su proceso dejó de dar señales de vida; el modelo en uso se queda.
told-process-gone = Su proceso ya no existe.
told-process-ended-by = A su proceso lo terminó { $signal }.
told-process-status = Su proceso terminó con el estado { $status }.
told-too-long = Tardó más de sus { $minutes } minutos.
told-no-worker = Ningún trabajador lo tomó en { $minutes } minutos: `bear-detector worker` inicia uno.
told-worker-died = Su modelo se publicó justo antes de que muriera su trabajador.
told-workers-died = { $count } trabajadores murieron con él ({ $names }); el modelo en uso se queda.
told-nothing-to-learn = El conjunto de datos está vacío: todavía no hay nada de que aprender.
told-nothing-new = No hay nada nuevo desde el último reentrenamiento.
told-lack-photos = El conjunto de datos está vacío: añade fotos con `bear-detector add DIR` o `bear-detector collect LABEL…`.
told-lack-labels = Solo hay la etiqueta { $label }: para distinguir hacen falta al menos dos; añade fotos de otra.
told-lack-label = La etiqueta { $label } tiene { $photos } fotos de que aprender y necesita al menos { $least } (50 son un buen comienzo; más o menos una de cada siete va a la prueba y no se aprende): añade más.
told-no-gate = Retenido: no hay ninguna foto en el conjunto de prueba, así que no se puede comparar nada. Añade fotos con `bear-detector add` o pon revisadas en la prueba.
told-no-gate-blind = Todo: el conjunto de prueba no tiene fotos.
told-champion-changed = Entretanto el modelo en uso cambió de { $before } a { $now }, así que el nuevo se comparó con otro y no se publica: reentrena otra vez.
told-photos-taken-back = { $count } fotos de las que aprendió el modelo nuevo salieron entretanto de los datos, así que se descartó; el modelo en uso se queda: reentrena otra vez.
told-photo-taken-back = 1 foto de la que aprendió el modelo nuevo salió entretanto de los datos, así que se descartó; el modelo en uso se queda: reentrena otra vez.
told-labels-changed = { $labels }: cambió de nombre o se retiró mientras el modelo nuevo aprendía, así que se descartó; el modelo en uso se queda: reentrena otra vez.
told-labels-lost = { $file } ya no describe { $labels }: el modelo conserva los nombres del anterior; añade { $section } para cambiarlos.

## Con qué tropieza el entrenamiento

told-device-memory = La memoria de { $device } no bastó: aprendió de { $photos } fotos a la vez.
told-device-cpu = La GPU falló ({ $why }): aprendió con la CPU.
told-device-failed = El dispositivo { $device } falló ({ $why }): usa DEVICE=auto o DEVICE=cpu.
told-device-none = DEVICE={ $device }, y torch no encuentra aquí ese dispositivo: usa DEVICE=auto o instala un torch hecho para él.
told-device-none-why = DEVICE={ $device }, y torch no encuentra aquí ese dispositivo ({ $why }): usa DEVICE=auto o instala un torch hecho para él.
told-body-classes = { $body } no distingue las 1000 clases de ImageNet, en las que se apoya el rechazo de lo ajeno: elige pesos entrenados con ImageNet-1k.
told-body-shape = { $body } no es una red convolucional sencilla (foto, rasgos por lugar, media, clases), y otras no se pueden usar aquí: toma por ejemplo { $one }, resnet18 o convnext_tiny.
told-body-name = Ni timm ni torchvision tienen una red llamada { $body }: mira timm.list_models().
told-body-fetch = Los pesos de { $body } no se pueden descargar aquí ({ $why }): usa la red normal { $one }, que no descarga nada, o trae el archivo de otra máquina e indícalo con --weights FILE.
told-file-gone = El archivo { $file } no existe.
told-body-weights = El archivo { $file } no contiene los pesos de { $body }: indica el que corresponde a esta red.
told-not-exportable = Esta red no se puede escribir como el grafo que usa el bot ({ $why }): toma una cuyo forward solo calcule con tensores, como resnet18 o convnext_tiny.
told-no-program = torch no exportó ningún programa
told-parity = Con { $photo } el learner, el grafo y el clasificador difieren en { $apart }: no se escribió ningún modelo; por favor, comunícalo con las versiones de torch, timm y onnxruntime.
told-learner-apart = El learner responde con una diferencia de { $apart } respecto al modelo del que viene: ábrelo con las versiones que nombra su bundle.json.
told-out-there = { $out } ya existe: elige otra carpeta
told-not-whole = { $file } no se pudo escribir entero: ¿está lleno el disco?
told-strange-folder = { $where } tiene una carpeta { $folder }, que no es una etiqueta de este modelo ({ $labels }): cámbiale el nombre o quítala.
told-no-label-folder = { $where } no tiene ninguna carpeta con nombre de etiqueta ({ $labels }).
told-no-features = Los datos no tienen ninguna foto de la que calcular rasgos.
told-package-fit = El paquete { $package } no encaja con { $body }: instala la versión indicada.
told-weights-none = Los pesos de { $body } no están instalados: { $command } trae el paquete { $package }.
told-ranges = Los rangos medidos no son de esta red: mídelos otra vez con `python -m training.starter.measure_ranges`.
told-convolution = La primera convolución de esta red no se puede redondear aquí.
told-lr-find = --lr-find solo busca en una máquina: quítalo o usa --on here.
told-cluster-tune = El clúster no pudo afinar: mira los registros de Ray o usa --on here.
told-cluster-weights = Los procesos del clúster llegaron a pesos distintos, así que no se usa ninguno: usa --on here y comunícalo.
told-cluster-gone = Ya no está ninguna máquina del clúster que tenía rasgos: ejecuta otra vez la misma orden; los rasgos se conservan.
told-cluster-features = El clúster no dio rasgos de { $photos } fotos: ejecuta otra vez la misma orden y seguirá donde estaba.
told-cluster-no-ray = Ray no está instalado aquí: pip install -e '.[cluster]' en la carpeta del proyecto, o deja TRAIN_ON y --on en here.
told-cluster-ray = El clúster de Ray no se puede usar ({ $why }): comprueba RAY_ADDRESS y que `ray status` responda en sus máquinas.
