### What commands and retrainings say in English, and the pages show in the reader's language.
### The English texts are patterns: `languages/told.py` finds in them what was said.

told-other = { $sentence }

## Photos and ZIPs

told-nothing-added = { $told } Nothing was added.
told-half-added = { $told } A part of the folder was added and could not be taken out again ({ $why }): run the same command again, it goes on where it was.
told-zip-leaves = The ZIP holds a path that leaves its folder ({ $path }): nothing was added.
told-zip-password = The ZIP is protected by a password: save it without one.
told-zip-bomb = The ZIP would unpack to { $unpacked } MB from { $packed } MB: photos do not shrink like that. Nothing was added.
told-zip-no-end = { $file } is not a ZIP file, or its end is missing.
told-zip-damaged = { $file } is not a ZIP file, or it is damaged: { $why }.
told-zip-many = The ZIP holds more than { $most } files: divide it.
told-zip-no-folder = { $file } holds no folder of photos: put them into <label>/, one folder a label.
told-zip-deep = { $file } holds folders inside the folder { $folder }: put photos into <label>/, one folder a label.
told-unreadable = { $file } cannot be read: { $why }.
told-unreadable-added = { $file } cannot be read: { $why }; nothing was added.
told-source = { $source } cannot be the source's name: give another with --source, at most 64 characters and none of { $names }.
told-no-space = No space left in { $place } ({ $why }): free some; nothing was added.
told-no-photo-folder = { $folder } holds no folder of photos: put them into { $again }/<label>/, one folder a label.
told-no-photos = { $folder } holds no photos: put them into { $again }/<label>/, one folder a label.
told-no-photos-at-all = { $folder } holds no photos.
told-too-deep = The folder { $folder } holds folders ({ $inner }, …) and no photos: if those are the labels, name { $again } instead of { $parent }.
told-too-deep-added = The folder { $folder } holds folders ({ $inner }, …) and no photos: if those are the labels, name { $again } instead of { $parent }; nothing was added.
told-folder-empty = The folder { $folder } is empty: put photos into it or remove it; nothing was added.
told-folder-gone = The folder { $folder } does not exist.
told-folder-none = { $folder } is not a folder; name the one that holds a folder for each label.
told-folder-unreadable = The folder { $folder } cannot be read: { $why }.
told-folder-changed = The folder { $folder } changed while it was read; nothing was added: try again when nothing is written there any more.
told-folder-unknown = The folder { $folder } is not a known label ({ $known }): rename it, or pass --new-label { $again } if it is meant to become one; nothing was added.
told-folders-unknown = The folders { $folders } are not known labels ({ $known }): rename them, or pass { $options } if they are meant to become labels; nothing was added.
told-no-folder-for = There is no folder { $folder } for --new-label { $again }: nothing was added.
told-folder-label = The folder { $folder } cannot be a label: { $told }
told-device-name = DEVICE={ $device } is none of auto, cpu, cuda, mps.
told-only-label = There is only the label { $label }: to tell things apart takes two at least; add a folder for another, nothing was added.
told-only-outside = There is no label but the reserved { $label }: to tell things apart takes two at least; add a folder for another, nothing was added.
told-label-letters = A label is letters and digits, with spaces, hyphens, underscores and apostrophes inside, at most { $most } characters.
told-label-command = “{ $label }” is a command of the chat, so it cannot be a label: choose another name.
told-cache = The file { $file } cannot be used ({ $why }); free some space, or delete the file: it is made again from the photos.
told-cache-of-features = The file { $file } cannot be used ({ $why }): free some space, or delete the file; it is made again from the photos.

## Single files

told-file-size = it has { $megabytes } MB
told-file-compressed = it is compressed in a way that photos are not
told-file-zip = the ZIP is damaged here: { $why }
told-file-pixels = it has only { $width } × { $height } pixels
told-file-empty = This file is empty.
told-file-large = This file has { $megabytes } MB and I read up to { $most } MB.
told-file-memory = Reading this { $kind } takes too much memory.
told-file-damaged = This { $kind } is damaged and cannot be read.
told-file-no-picture = No picture can be made out in this file: I read { $kinds } or { $last }.
told-file-video = This is a video, and I read { $kinds } or { $last }.
told-file-raw = This is a camera's raw picture, and I read { $kinds } or { $last }.
told-file-stranger = This is { $stranger }, and I read { $kinds } or { $last }.
told-file-slow = This JPEG is made in a way that takes too long to read.
told-file-bits = This JPEG has { $bits } bits a colour, and I read 8.
told-file-jpeg = This is a JPEG of a kind that I can't read.
told-file-missing = Too much of this picture is missing or damaged.
told-file-many-pixels = This picture has { $width } × { $height } pixels, more than I read of its kind.
told-file-no-pixels = This picture has no pixels.
told-file-strip = This picture is a strip of { $width } × { $height } pixels: I need a photo.
told-file-tiff = This TIFF is of a kind that I can't read: { $what }.

## How a retraining ended

told-stays = { $told } The model in use stays.
told-published-before = { $told } Its model was published just before.
told-forced = Published by force. The gate said: { $told }
told-cancelled = Cancelled; the model in use stays.
told-cancelled-before = Cancelled before it began.
told-interrupted = It was interrupted; the model in use stays.
told-without-a-word = It ended without a word.
told-unusable = { $place } cannot be used: { $why }; the model in use stays.
told-unexpected-stderr = An unexpected { $error }; see what it wrote to stderr.
told-unexpected = An unexpected { $error }; see { $where }.
told-silent = Its process gave no sign of life any more.
told-silent-stays = Its process gave no sign of life any more; the model in use stays.
told-process-gone = Its process is gone.
told-process-ended-by = Its process was ended by { $signal }.
told-process-status = Its process ended with status { $status }.
told-too-long = It took longer than its { $minutes } minutes.
told-no-worker = No worker took it within { $minutes } minutes: `bear-detector worker` runs one.
told-worker-died = Its model was published just before its worker died.
told-workers-died = { $count } workers died at it ({ $names }); the model in use stays.
told-nothing-to-learn = The dataset is empty: there is nothing to learn from yet.
told-nothing-new = Nothing is new since the last retraining.
told-lack-photos = The dataset is empty: take photos in with `bear-detector add DIR` or `bear-detector collect LABEL…`.
told-lack-labels = There is only the label { $label }: to tell things apart takes two at least; add photos of another.
told-lack-label = The label { $label } has { $photos } photos to learn from and needs { $least } at least (50 are a good beginning; about one in seven goes to the gate and is not learned from): add more.
told-no-gate = Held: there is no photo in the test set (the gate split), so nothing can be compared. Add photos with `bear-detector add`, or put reviewed ones into the gate.
told-no-gate-blind = Everything: the test set has no photos.
told-champion-changed = The model in use was changed from { $before } to { $now } meanwhile, so the new one was compared with the wrong model and is not published: retrain again.
told-photos-taken-back = { $count } photos that the new model learned from left the dataset meanwhile, so it was thrown away; the model in use stays: retrain again.
told-photo-taken-back = 1 photo that the new model learned from left the dataset meanwhile, so it was thrown away; the model in use stays: retrain again.
told-labels-changed = { $labels } got another name or was retired while the new model learned, so it was thrown away; the model in use stays: retrain again.
told-labels-lost = { $file } no longer describes { $labels }: the model keeps the names from the one before; add { $section } to change them.

## What training stumbles over

told-device-memory = The memory of { $device } did not suffice: it learned from { $photos } photos at a time instead.
told-device-cpu = The GPU failed ({ $why }): it learned on the CPU instead.
told-device-failed = The device { $device } failed ({ $why }): take DEVICE=auto or DEVICE=cpu.
told-device-none = DEVICE={ $device }, and torch finds no such device here: take DEVICE=auto, or install a torch that was built for it.
told-device-none-why = DEVICE={ $device }, and torch finds no such device here ({ $why }): take DEVICE=auto, or install a torch that was built for it.
told-body-classes = { $body } does not tell ImageNet's 1000 classes, on which the outside check rests: choose weights trained on ImageNet-1k.
told-body-shape = { $body } is not a plain convolutional network (photo, features by place, mean, classes), and others cannot be served here: take for example { $one }, resnet18 or convnext_tiny.
told-body-name = Neither timm nor torchvision has a body named { $body }: see timm.list_models().
told-body-fetch = The weights of { $body } cannot be fetched here ({ $why }): take the default body { $one }, which needs no download, or fetch the file on another machine and name it with --weights FILE.
told-file-gone = The file { $file } does not exist.
told-body-weights = The file { $file } does not hold the weights of { $body }: name the file that belongs to this body.
told-not-exportable = This network cannot be written as the graph that a bundle serves ({ $why }): take one whose forward computes with tensors alone, such as resnet18 or convnext_tiny.
told-no-program = torch exported no program
told-parity = On { $photo } learner, graph and classifier differ by { $apart }: no bundle was written; please report this with the versions of torch, timm and onnxruntime.
told-learner-apart = The learner answers { $apart } apart from the bundle it came with: open it with the versions that its bundle.json names.
told-out-there = { $out } exists already: choose another folder
told-not-whole = { $file } could not be written whole: is the disk full?
told-strange-folder = { $where } has a folder { $folder }, which is not a label of this bundle ({ $labels }): rename or remove it.
told-no-label-folder = { $where } has no folder named as a label ({ $labels }).
told-no-features = The dataset has no photo to compute features of.
told-package-fit = The package { $package } does not fit { $body }: install the stated version.
told-weights-none = The weights of { $body } are not installed: { $command } brings the package { $package }.
told-ranges = The measured ranges do not belong to this network: measure them again with `python -m training.starter.measure_ranges`.
told-convolution = The first convolution of this network cannot be rounded here.
told-lr-find = --lr-find looks on one machine only: leave it out, or take --on here.
told-cluster-tune = The cluster could not fine-tune: look at Ray's logs, or take --on here.
told-cluster-weights = The processes of the cluster came to different weights, so none is used: take --on here, and report it.
told-cluster-gone = Every machine of the cluster that held features is gone: run the same command again; the features are kept.
told-cluster-features = The cluster gave no features of { $photos } photos: run the same command again, it goes on where it was.
told-cluster-no-ray = Ray is not installed here: pip install -e '.[cluster]' in the project's folder, or leave TRAIN_ON and --on at here.
told-cluster-ray = The Ray cluster cannot be used ({ $why }): check RAY_ADDRESS, and that `ray status` answers on its machines.
