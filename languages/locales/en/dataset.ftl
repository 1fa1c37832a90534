# What the pages of the dataset as a whole say: photos in and out, marks, health and figures.

page-stats = Figures
health = Health
export = Export

## Adding photos

add-title = Add photos
add-elsewhere = These pages run where they cannot add photos; <code>bear-detector add FOLDER</code> does it.
add-drop = Drop a folder or a ZIP here
add-how = A folder for each label, named as the label, with its photos inside: <code>grizzly/1.jpg</code>, <code>teddy/a.png</code>.
add-zip = Choose a ZIP
add-folder = Choose a folder
add-no-script = Sending a file from here needs JavaScript; <code>bear-detector add FOLDER</code> does the same.
add-checks = What is in the dataset already, exactly or nearly, is left out. A photo that shows the same as one of another label is left out and named. You see what is in it before anything is taken in.
add-uploaded = Uploaded
add-taken = Taken in
add-waits = The upload was interrupted. Choose the same file again to go on, or discard what is here.
add-go-on-zip = Go on with a ZIP
add-go-on-folder = Go on with a folder
add-refused = Nothing was taken in.
add-photos = Photos
add-new-label = a new label
add-new = The dataset does not have { $labels }. Tick each that is meant to become a label.
add-take = { $count ->
    [one] Take in { $count } photo
   *[other] Take in { $count } photos
}
add-discard = Discard
add-progress = { $count ->
    [one] { $done } of { $count } photo
   *[other] { $done } of { $count } photos
}
add-so-far = { $count } added so far
add-stop = Stop
add-all-done = { $count ->
    [one] The photo is done.
   *[other] All { $count } photos are done.
}
add-figure-added = added
add-figure-duplicate = there already
add-figure-conflict = of another label
add-figure-unreadable = unreadable
add-figure-forgotten = removed before at somebody's request
add-confused = { $count ->
    [one] { $count } photo of { $label } shows what a photo of { $other } shows: none of { $label } was added. Is the folder named right? To call { $other } something else, rename it under Labels.
   *[other] { $count } photos of { $label } show what photos of { $other } show: none of { $label } was added. Is the folder named right? To call { $other } something else, rename it under Labels.
}
add-go-on = Go on
add-leave = Leave the rest
add-conflict = { $file }: { $label }, but the same picture is there as { $other }
add-incomplete = The upload is not complete.
add-nothing = There is nothing to take in.
add-not-ticked = { $count ->
    [one] The dataset has no label { $labels }: tick it if it is meant to become one, or discard the upload and rename its folder.
   *[other] The dataset has none of the labels { $labels }: tick those that are meant to become labels, or discard the upload and rename the folders.
}
add-unsorted = { $count ->
    [one] { $count } photo lies in no folder of a label and is left out.
   *[other] { $count } photos lie in no folder of a label and are left out.
}
add-at-work = It is being taken in: stop it first.
add-gone = That upload no longer exists: begin again.
add-other-here = { $name } is here already: finish or discard it first.
add-too-large = A ZIP has at most { $most } GB: divide it.
add-no-room = Too little room on the disk: it takes { $needed } GB, and { $free } GB are free.
add-changed = The file has changed since its upload began: discard it.
add-not-kept = The photos cannot be kept: { $why }.
add-not-read = The ZIP cannot be read: it is damaged, or too much for one. Divide it.
add-not-started = It could not be started.
script-add-bytes = { $here } of { $all } MB
script-add-looking = Looking into it…
script-add-reading = Reading file { $done } of { $files }…
script-add-too-many = A folder of more than { $most } files: make a ZIP of it, and choose that.
script-add-too-large = A folder of more than { $most } GB: make a ZIP of it, and choose that.

## Marks for a second look

filter-mark = Second look
mark-yes = marked
mark-no = not marked
mark-tile = marked for a second look
mark-again = To be looked at again
mark-by = { $who }, { $when }
mark-note = Note
mark-why = why look again?
mark-button = Look again
mark-save = Save the note
mark-done = Done
marks-given = { $count ->
    [one] { $count } photo marked for a second look.
   *[other] { $count } photos marked for a second look.
}
marks-taken = { $count ->
    [one] Took the mark off { $count } photo.
   *[other] Took the marks off { $count } photos.
}
keys-mark-does = mark for a second look, or take the mark off
accept-first = The first
accept-suggestions = suggestions:
accept-button = Accept
script-refused-open = Photo { $photo } has no suggestion any more.

## Health

health-title = Health of the dataset
health-copies = { $count ->
    [one] and { $count } copy kept beside them
   *[other] and { $count } copies kept beside them
}
health-findings = What may mislead a model
health-clean = Nothing was found.
health-none = No examples yet
health-none-text = This page counts labels against splits, sizes, sources, near duplicates and ages.
health-splits = Splits
health-splits-text = A model learns from train, is tuned on valid, and is judged by gate.
health-sizes = Sizes
health-sizes-text = By the shorter side. The model sees 224 pixels of it.
health-sources = Sources
health-sources-text = A label with a source of its own may be learned by that source.
health-groups = Near duplicates
health-groups-text = Grouped are photos that look nearly the same, or are of one observation or one person: they share a split, and count as little more than one.
health-ages = Ages
health-ages-text = Since when they are kept.
size-small = below 224 px
size-medium = below 480 px
size-large = below 1,024 px
size-huge = larger
source-others = others
group-alone = alone
group-grouped = grouped
age-week = a week
age-month = a month
age-half-year = half a year
age-year = a year
age-older = older
finding-no-gate = { $label } has no example in gate: nothing judges it.
finding-no-valid = { $label } has no example in valid: nothing tunes it.
finding-few = { $count ->
    [one] { $label } has only { $count } example.
   *[other] { $label } has only { $count } examples.
}
finding-source = { $share } of { $label } come from { $source }, and no other label does: a model may learn the source instead.
finding-small = { $share } of { $label } are smaller than the model sees.
finding-old = { $share } of { $label } are older than a year.
finding-uneven = { $most } has { $many } examples, { $least } { $few }: the rare one is learned worst.

## Figures

figures-days = the last { $days } days
figures-answered = photos answered
figures-answers = Answers
figures-plot = Answers of each day, sure ones at the bottom; the table below says them in numbers
figures-most = most: { $most }
figures-numbers = In numbers
figures-day = Day
figures-no-answers = No photo was answered in these days.
figures-models = Accuracy over models
figures-tested = on the gate's photos, before it was published
figures-lived = sure answers to people that reviewers found right
figures-tested-is = test: <b>{ $share }</b>
figures-lived-is = sure and right: <b>{ $share }</b>
figures-interval = { $count ->
    [one] ({ $low } to { $high }, { $count } photo)
   *[other] ({ $low } to { $high }, { $count } photos)
}
figures-model = { $count ->
    [one] since { $day }, { $count } answer, { $disputed } corrected
   *[other] since { $day }, { $count } answers, { $disputed } corrected
}
figures-since = since { $day }
figures-not-measured = not measured yet
figures-models-text = The newest model is first. Lines are 95% intervals: where they overlap, chance may be all the difference. Gates grow, so the test of one model may have photos that an earlier one's lacked.
figures-no-models = No model has answered yet, and no retraining has published one.
figures-quality = Corrections and quality
claims-pending = corrections pending
claims-accepted = corrections accepted
claims-rejected = corrections rejected
figures-waiting = waiting for a decision
figures-right = sure answers that are right
figures-right-unknown = unknown: of the sampled photos, { $reviewed } of { $drawn } reviewed
figures-right-is = { $share } ({ $low } to { $high }), of { $reviewed } reviewed
figures-drift = drift since { $version } began
figures-drift-unknown = unknown: too few answers
figures-drift-is = photos { $inputs }, answers { $outputs } (alarm above { $threshold })
none-corrected = none

## Export

export-title = Take the dataset along
export-before = Before you do
export-left-out = { $count ->
    [one] <b>{ $count } photo that somebody sent is left out</b>: the consent under which it was kept does not cover this, or has ended.
   *[other] <b>{ $count } photos that people sent are left out</b>: the consent under which they were kept does not cover this, or has ended.
}
export-all = No photo is left out for want of consent.
export-notice = People who agreed to the notice of { $since } or a later one were told that their photos may be taken along to train elsewhere.
export-plain = The photos in the ZIP are decrypted. Anybody who has it can see them: keep it as safe as the dataset, and delete it when it has served.
export-forgotten = When somebody is forgotten here, their photos stay in your copy. Take a new one then, and delete the old.
export-licences = Each photo's source, creator and licence are in its row; no photo may be used beyond its own licence.
export-as = As what
export-imagefolder = for torchvision's ImageFolder, fastai, Keras
export-csv = for anything that reads a table
export-huggingface = for datasets.load_dataset
export-coco = for COCO's readers; each annotation is its whole image
export-download = { $count ->
    [one] Download { $count } photo
   *[other] Download { $count } photos
}
export-splits = { $splits }. The ZIP is made while you download it.
export-empty = No examples yet
export-empty-text = There is nothing to take along.
export-nothing = Nothing that may leave
export-nothing-text = The consent under which these photos were kept does not cover an export.

## The audit trail

action-marked = marked for a second look
action-unmarked = mark taken off
action-photos-added = photos added
action-photos-refused = photos not taken in
action-dataset-exported = dataset exported
bad-label-command = This is a command of the chat: choose another name.

## The audit trail in words

action-clean = label errors applied from a file
action-other-refused = /{ $command } refused
subject-label = label { $name }
subject-photo = photo { $name }
subject-model = model { $name }
subject-person = person { $name }
subject-upload = { $name }
subject-file = { $name }
subject-format = as { $name }
subject-retraining = retraining { $name }
subject-prediction = answer { $name }
subject-press = button { $name }
subject-chat = chat { $name }
detail-names = names
detail-aliases = other spellings
detail-place = place
detail-to = to
detail-examples = examples
detail-photos = photos
detail-verdict = decision
detail-path = address
detail-host = host
detail-from = from
detail-added = added
detail-duplicate = there already
detail-near-duplicate = nearly the same
detail-unreadable = unreadable
detail-conflict = of another label
detail-forgotten = removed on request
detail-needs-review = to review
detail-too-small = too small
detail-why = why
detail-left-out = left out
detail-via = via
detail-sha256 = SHA-256
detail-kept = kept
detail-relabelled = relabelled
detail-removed = removed
detail-outside = none of the labels
detail-undecided = undecided
detail-gate = the gate said
detail-retraining = retraining
detail-before = per cent disputed, before
detail-after = per cent disputed, since
detail-left = instead of
