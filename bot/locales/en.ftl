# English, the source: every message and every variable is here; the other files translate it.

## Numbers and lists

percent = { $value }%
or = { $first } or { $last }
# $kind is "vowel" or "consonant": how the name begins.
looks-like = { $kind ->
    [vowel] an { $name }
   *[consonant] a { $name }
}

## Answers

sure = { $name }, { $percent }
unsure = { $names }: I can't tell
unsure-one = { $name }, perhaps; I am not sure
outside = I see no { $noun } I know; this looks more like { $what }
outside-only = I see no { $noun } I know
outside-any = I see none of what I know ({ $labels }); this looks more like { $what }
outside-any-only = I see none of what I know ({ $labels })
nearest = Of what I know, it is nearest to { $label } ({ $percent })

## Buttons

button-right = Right
button-wrong = Wrong
button-wrong-number = { $number }: wrong
button-all-right = All right
button-one-though = It is one, though
button-why = Why?
button-none = Not any of these
button-other = Something else
button-other-label = Another one
button-back = Back
button-undo = Undo
button-keep = Keep my photos
button-dont-keep = No, don't
button-withdraw = Stop keeping my photos
button-forget = Yes, delete everything
button-cancel = Cancel

## Saying hello

start =
    Send me a photo and I tell you what it shows: { $labels }.
    When I am wrong, press "Wrong" or reply with /wrong: I learn from it. I keep no photo unless you allow it (/privacy).
help =
    Send me a photo, an album, or a picture as a file, and I answer.

    /wrong – my answer is wrong (as a reply to it, or for your last photo); "/wrong { $label }" says what it is
    /undo – take back your last correction
    /why – what spoke for an answer (as a reply to it, or for your last photo)
    /labels – what I can tell apart
    /identify – in a group: as a reply to a photo
    /privacy – what is kept; /export – get it; /forget – delete it
    /thanks – whether I tell you when a correction has worked
    /language – choose a language
help-admin = For admins: /review shows photos that wait for a verdict; /stats how I do; /retrain trains a new model, /cancel stops that; /models lists the models, /rollback goes back to another.
labels = I can tell these apart:
label-line = • { $name } ({ $label })
labels-model = Model { $version }

## Why

why-label = What spoke for { $name }: the brighter, the more. I did not look at what is greyed.
why-outside = To me this is nearest to { $things }.
why-outside-label = Of what I tell apart, { $name } comes closest: the brighter, the more spoke for it.
why-thing = { $name } ({ $percent })
why-newer = This is how the model sees it that I use now, not the one that answered.

## What is no photo

no-photo-text = I answer photos. Send me one, and I tell you what it shows (/help).
no-photo-video = I can't look at videos. Send me a photo, or a picture taken from the video.
no-photo-animation = I can't look at moving pictures. Send me a still photo.
no-photo-sticker = That is a sticker. Send me a photo instead.
no-photo-audio = I have eyes only. Send me a photo.
no-photo-document = That file is no picture I can read. Send me a photo (JPEG, PNG, WebP, HEIC, …).
no-photo-other = I can't look at that. Send me a photo.
photo-empty = That file is empty. Please send the photo again.
photo-not_a_photo = That file holds no picture, whatever its name says. Please send a photo.
photo-unsupported = I can't read pictures of that kind. Please send it as an ordinary photo (JPEG, PNG, WebP, HEIC).
photo-too_large = That file is too large: I read up to { $megabytes } MB. Please send it as an ordinary photo.
photo-too_many_pixels = That picture has too many pixels for me. Please send it as an ordinary photo.
photo-too_hard = I gave up on that picture: reading it takes too long or too much memory. Please send it as an ordinary photo.
photo-broken = That picture is damaged and I can't read it. Please send it again.
photo-gone = Telegram no longer gives me that photo. Please send it again.
identify-how = Reply with /identify to the photo you want me to look at.
identify-no-photo = That message has no photo. Reply with /identify to a photo.

## When things do not go well

busy = I am busy just now; I will answer in a moment.
too-fast = That is more than I can do for one person. Please wait a minute, then go on.
too-fast-all = More people are writing than I can answer. Please try again in a minute.
mishap = Something went wrong on my side, and it has been noted. If you report it, give this number: { $reference }
unknown-command = I don't know that command. /help lists what I understand.
old-button = This button has had its day.
not-your-button = This question is for somebody else.

## Corrections

wrong-offer = What is it, then?
wrong-which = Which photo do you mean?
claim-label = Noted: { $name }. Thank you!
claim-right = Noted: right. Thank you!
claim-none = Noted: not any of these. Thank you!
claim-other = Noted: something else is wrong. Thank you!
claim-next-review = A person will look at it before I learn from it. /undo takes it back.
claim-next-accepted = I will learn from it. /undo takes it back.
claim-next-numbers = Without your photo I can't learn from it, but it is counted. /undo takes it back.
did-you-mean = I don't know "{ $text }". Did you mean { $name }?
unknown-label = I don't know "{ $text }". These are my labels:
nothing-to-correct = There is no photo of yours here to correct. Send me one first.
no-answer-there = I gave no answer to that message. Reply to the photo or to my answer.
undone = Taken back.
nothing-to-undo = There is no correction of yours to take back.
claims-quota = Thank you, that is enough for today: I take { $count } corrections a day from one person.
claims-banned = Corrections from you are not taken.
none-words = none, nothing, neither, not any, no
other-words = other, something else, else

## Consent and privacy

consent-ask = May I keep the photos you correct, or that I am unsure about, to learn from them? People who review them will see them; you can stop that and delete everything at any time (/privacy, /forget).
consent-yes = Thank you! I keep such photos from now on. /privacy shows it, /forget deletes them.
consent-no = All right: I keep no photo of yours.
consent-stopped = I keep no more photos of yours, and those I have are not used for training any more. /forget deletes them.
privacy-keeping = You allowed me to keep photos you correct or I am unsure about (notice { $version }, { $date }).
privacy-not-keeping = I keep no photo of yours: only numbers of each answer (label, percentages, time). Notice { $version }.
privacy-rights = Photos are kept without location or other data of the camera, and are used for nothing but training and testing this bot's model. /export sends you everything, /forget deletes it.
forget-ask = Delete everything I have of you – photos, corrections, examples, settings? This cannot be undone.
forget-done = Done. Deleted: { $photos ->
    [one] { $photos } photo
   *[other] { $photos } photos
}, { $claims ->
    [one] { $claims } correction
   *[other] { $claims } corrections
}, { $predictions ->
    [one] { $predictions } answer
   *[other] { $predictions } answers
}. The photos cannot come back.
forget-cancelled = Nothing was deleted.
private-only = Please ask me that in a private chat.
export-caption = Everything I have of you.
export-too-large = Your data has { $megabytes } MB, more than Telegram lets me send. Please ask the operator for it.

## Language and thanks

language-choose = Which language shall I speak?
language-set = From now on I speak English.
language-unknown = I don't speak that one. Choose one of these:
thanks-worked = You were right about this photo, and a newer model now sees it too: { $name }, { $percent }. Thank you! (/thanks off stops such messages.)
thanks-on = I tell you when a correction of yours has worked. "/thanks off" stops that.
thanks-off = I don't tell you when a correction of yours has worked. "/thanks on" changes that.

## Review

admins-only = That is for admins.
your-id = Your Telegram id is { $id }.
review-link = In the browser (the link works once, for { $minutes } minutes): { $link }
review-empty = Nothing waits for a verdict.
review-progress = { $done } of { $total }
review-saw = Model: { $label } { $percent } ({ $verdict })
review-refused = Model: not any of these (nearest: { $label } { $percent })
review-claims = People: { $claims }
review-claim = { $count } × { $what }
review-no-claims = People: no correction
review-decided = Verdict: { $what }
review-skipped = Skipped
review-undone = The last verdict is taken back.
review-nothing-to-undo = There is no verdict of yours to take back.
review-banned = Claims of this person are not taken any more.
review-nobody-to-ban = Nobody made a claim on this photo.
review-gone = This photo is gone or somebody else has decided it.
review-labels-changed = The labels have changed since; here it is again.
review-unreadable = The file of photo { $photo } cannot be read; it is left out.
review-store-away = The photos cannot be reached at the moment; they wait. Try /review again later.
review-button-none = Not any of these
review-button-unusable = Unusable
review-button-skip = Skip
review-button-ban = Ban claims ({ $what })
verdict-sure = sure
verdict-unsure = unsure
what-none = not any of these
what-other = something else
what-unusable = unusable

## What admins are told

alert-refused = Model { $version } was published but failed its check ({ $reason }). { $running } answers on.
alert-fallback = The model in use failed its check at the start ({ $reason }). { $running } answers instead.
alert-conflict = Another program polls Telegram with this bot's token. Stop it, or people get only half of the answers.
alert-webhook = Updates do not reach me: { $reason }. People wait for their answers until that is put right.

## Retraining

retrain-progress = Retraining: { $stage }
retrain-remaining = About { $seconds } s to go
stage-waiting = waiting for somebody to begin
stage-starting = starting
stage-folding = folding in what reviewers confirmed
stage-features = looking at the photos
stage-training = training
stage-exporting = proving and writing the model
stage-deciding = comparing with the present model
stage-replaying = replaying last week's photos
stage-publishing = publishing
retrain-published = Model { $version } is published and answers from now on.
retrain-held = Model { $version } is not published.
retrain-dry-run = Model { $version } was only tried.
retrain-skipped = No retraining was needed.
retrain-failed = The retraining failed.
retrain-cancelled = The retraining was cancelled; the model in use stays.
retrain-figures = Right on { $photos } gate photos: { $before }% before, { $after }% after.
retrain-confusion = What it takes for what, on the gate photos
retrain-active = A retraining is under way already:
retrain-try-again = A retraining has just ended; please try again.
retrain-no-environment = I can't retrain: this machine has no training environment. `make train-env` makes one; or TRAINING_PYTHON names its Python.
retrain-python-gone = I can't retrain: TRAINING_PYTHON names { $python }, which is not there. Correct it, or run `make train-env`.
retrain-python-broken = I can't retrain: { $python } cannot be run. `make train-env` makes a training environment; or TRAINING_PYTHON names another Python.
retrain-python-lacks = I can't retrain: { $python } has no { $missing }. `make train-env` installs it; or TRAINING_PYTHON names another Python.
retrain-no-photos = I can't retrain: the dataset has no photos yet. Add some with `python -m training.add DIR` or `python -m training.collect LABEL…`, or review some with /review.
retrain-one-label = I can't retrain: the dataset has only the label { $label }. Telling things apart takes two at least: add photos of another with `python -m training.add DIR`, or review some with /review.
retrain-few-photos = I can't retrain: { $label } has { $photos } photos to learn from and needs { $least } at least (50 are a good beginning). Add more with `python -m training.add DIR`, or review some with /review.
retrain-force-ask = Publish the next model whatever the gate says? People get its answers at once; /rollback goes back.
retrain-forced = The retraining has begun and will publish its model.
retrain-not-forced = Nothing was started.
cancel-none = No retraining is under way.
cancel-asked = The retraining stops at its next step.
button-force = Yes, publish it anyway
button-rollback = Roll back
models-title = Models, oldest first:
models-figures = { $percent }% right on { $photos } photos
models-unreadable = its folder is damaged
rollback-done = { $version } answers from now on.
rollback-refused = I did not go back: { $reason }.
rollback-not-current = Another model answers by now.
alert-rollback = Of { $photos } answers of model { $version } { $after }% were disputed, { $before }% of its predecessor's: more than chance explains. I went back to { $champion }.
alert-drift = People send other photos than at first (drift of inputs { $inputs }, of answers { $outputs }; above 0.25 is a lot). Review some (/review) and retrain.

## Statistics

stats-title = The last { $days } days: { $photos } photos
stats-shares = Sure { $sure }, unsure { $unsure }, none of my labels { $outside }; disputed { $disputed }
stats-claims = Corrections: { $accepted } accepted, { $pending } pending, { $rejected } rejected; { $waiting } photos wait for a verdict
stats-estimate = Of sure answers { $accuracy } are right ({ $low } to { $high }, from { $reviewed } reviewed at random)
stats-no-estimate = How often sure answers are right is not known yet ({ $reviewed } of { $drawn } random photos reviewed)
stats-drift = Drift of inputs { $inputs }, of answers { $outputs } (alarm above { $threshold })
stats-no-drift = Drift is not known yet: this model has given too few answers
stats-model = Model { $version }, of { $models } that have answered
stats-chart = Answers a day
stats-sure = sure
stats-unsure = unsure
stats-outside = none of my labels
stats-disputed = disputed

## Descriptions of the commands, as Telegram lists them

command-start = What this is
command-help = How it works
command-identify = Say what a photo shows (as a reply)
command-wrong = The answer is wrong
command-undo = Take back a correction
command-why = What spoke for an answer
command-labels = What I can tell apart
command-privacy = What is kept
command-export = Get what is kept
command-forget = Delete what is kept
command-language = Choose a language
command-thanks = News of your corrections
command-review = Photos that wait for a verdict
command-retrain = Train a new model
command-cancel = Stop the training
command-models = Which models there are
command-rollback = Go back to an earlier model
command-stats = How I am doing
