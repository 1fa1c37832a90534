# English, the source: every message and every variable is here; the other files translate it.

## Numbers and lists

percent = { $value }%
or = { $first } or { $last }
and-more = { $names } and { $count } more
# Conventions of a language that Fluent's files cannot say (decimal signs, plurals): languages/conventions.py.
months = January, February, March, April, May, June, July, August, September, October, November, December
months-short = Jan, Feb, Mar, Apr, May, Jun, Jul, Aug, Sep, Oct, Nov, Dec
day-long = { $month } { $day }, { $year }
day-short = { $month } { $day }, { $year }
day-of-year = { $month } { $day }
# $kind is "vowel" or "consonant": how the name begins.
looks-like = { $kind ->
    [vowel] an { $name }
    [none] { $name }
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
nearest = If it is one of mine after all, most likely { $label } ({ $percent })
looked-again = I looked twice, the second time at the whole photo: at first sight I would have answered otherwise.
incomplete = Part of the file is missing or damaged, so I answered from the rest.
preview = I only saw the preview picture that Telegram gives me of it.

## Buttons

button-right = Right
button-wrong = Wrong
button-wrong-number = { $number }: wrong
button-all-right = All right
button-one-though = It is { $what }
button-one-of-these = It is one of these
button-why = Why?
button-none = None of these
button-other = Other problem
button-other-label = Another label
button-back = Back
button-undo = Undo
button-keep = Keep my photos
button-dont-keep = No, thanks
button-withdraw = Stop keeping my photos
button-forget = Yes, delete everything
button-cancel = Cancel

## Saying hello

start =
    Send me a photo and I'll tell you what it shows: { $labels }.
    If I am wrong, press "Wrong" or reply with /wrong: I learn from it. I keep no photo unless you allow it (/privacy).
start-group =
    In this group, send a photo with the caption /identify, reply to a photo with /identify, or reply to me with a photo, and I'll tell you what it shows: { $labels }.
    If I am wrong, press "Wrong" or reply with /wrong: I learn from it. I keep no photo unless its sender allows it (/privacy).
help-how = Send me a photo, an album, or a picture as a file, and I answer.
help-how-group = In this group, send a photo or an album with the caption /identify, reply to a photo with /identify, or reply to me with a photo, and I answer.
help =
    /wrong – correct my answer: reply to it, or I take your last photo; "/wrong { $label }" says what it is
    /undo – take back your last correction
    /why – see why I answered that: reply to the answer, or I take your last photo
    /labels – see what I can tell apart
    /identify – in a group: reply to a photo
    /privacy – what I keep; /export – download it; /forget – delete it
    /thanks – turn news about your corrections on or off
    /language – choose a language
help-admin = For admins: /review shows the photos to decide; /teach teaches me a label with your photos; /stats how well I do; /retrain trains a new model, /cancel stops it; /models lists the models, /rollback goes back to another; /unban lifts a ban.
labels = I can tell these apart:
label-line = • { $name } ({ $label })
labels-model = Model { $version }

## Why

why-label = Bright areas made me say { $name }. What is grey I did not see.
why-outside = This reminds me most of { $things }.
why-outside-label = Of my labels, { $name } comes closest: bright areas speak for it.
why-thing = { $name } ({ $percent })
why-newer = A newer model explains this: it is not the one that answered.

## Not a photo

no-photo-text = Send me a photo and I'll tell you what it shows (/help).
no-photo-video = I can't look at videos. Send me a photo, or a picture taken from the video.
no-photo-animation = I can't look at moving pictures. Send me a still photo.
no-photo-sticker = That is a sticker. Send me a photo instead.
no-photo-audio = I can only see. Send me a photo.
no-photo-document = I can't read that file as a picture. Send me a photo (JPEG, PNG, WebP, HEIC, …).
no-photo-other = I can't look at that. Send me a photo.
photo-empty = That file is empty. Please send the photo again.
photo-not_a_photo = That file holds no picture that I can read. Please send a photo.
photo-unsupported = I can't read this kind of picture. Please send it as an ordinary photo (JPEG, PNG, WebP, HEIC).
photo-strip = That picture is a long strip. Please send an ordinary photo.
photo-too_large = That file is too large: I read up to { $megabytes } MB. Please send it as an ordinary photo.
photo-too_many_pixels = That picture has too many pixels for me. Please send it as an ordinary photo.
photo-too_hard = I gave up on that picture: it takes too long or needs too much memory to read. Please send it as an ordinary photo.
photo-budget = Reading your last files took too long. Please wait a few minutes, or send ordinary photos.
photo-broken = That picture is damaged and I can't read it. Please send it again.
photo-gone = Telegram no longer has that photo for me. Please send it again.
photo-elsewhere = Photos don't reach me at the moment: my operator has to mend something. Please try again later.
identify-how = Reply with /identify to the photo you want me to look at.
identify-no-photo = That message has no photo. Reply with /identify to a photo.
identify-one-of-album = I only see this photo of the album. For the others, reply to each with /identify.

## When something goes wrong

busy = I am busy just now; I will answer in a moment.
too-fast = You are sending more than I can answer. Please wait a minute, then go on.
too-fast-all = Too many people are writing at the moment. Please try again in a minute.
mishap = Something went wrong on my side, and I noted it. If you report it, give this number: { $reference }
unknown-command = I don't know that command. /help lists those I know.
old-button = This button no longer works.
not-your-button = This question is for somebody else.
anonymous = You write as a group or a channel, so I can't tell who you are. Press a button under my answer, or write as yourself.

## Corrections

wrong-offer = What is it, then?
wrong-likeliest = These are the most likely. For any other, write: /wrong { $label }
wrong-which = Which photo do you mean?
claim-label = Noted: { $name }. Thank you!
claim-right = Noted: right. Thank you!
claim-none = Noted: none of these. Thank you!
claim-other = Noted: another problem. Thank you!
claim-next-review = A person looks at it before I learn from it. /undo takes it back.
claim-next-accepted = I will learn from it. /undo takes it back.
claim-next-numbers = I count it. I can only learn from it if I may keep the photo (/privacy). /undo takes it back.
did-you-mean = I don't know "{ $text }". Did you mean { $name }?
unknown-label = I don't know "{ $text }". These are my labels:
no-answer-yet = I have no answer to a photo of yours here. Send me a photo first.
no-answer-yet-group = I have no answer to a photo of yours here. Reply to the answer that you mean, or first to a photo with /identify.
no-answer-there = I didn't answer that message. Reply to the photo or to my answer.
elsewhere = That message is in another chat, and I only know this one. Send me the photo here.
undone = Taken back.
nothing-to-undo = You have no correction here to take back.
claims-quota = Thank you! I take { $count ->
    [one] { $count } correction
   *[other] { $count } corrections
} a day from one person; you can send more tomorrow.
claims-banned = I no longer take corrections from you.
unban-how = Say whose, by number: /unban 12345. The audit page shows who is banned.
unban-done = I take corrections from { $person } again, and old ones count.
unban-none = { $person } is not banned.
none-words = none, nothing, neither, not any, no
other-words = other, something else, else
wrong-words = wrong, that is wrong, that's wrong, not right, incorrect
denying-words = not, not a, not an, no, it is not, it is not a, it's not, it's not a, isn't, isn't a, that is not, that is not a, that's not, that's not a, this is not a, this isn't a, that isn't a

## Consent and privacy

consent-ask = May I keep the photos you correct, and those I am unsure about, of the last 7 days too, to learn from them? Reviewers will see them, and my operator may train other models with them. You can stop this and delete everything at any time (/privacy, /forget).
consent-yes = Thank you! I keep such photos from now on, and those of the last 7 days. /privacy shows this, /forget deletes them.
consent-no = All right: I keep no photo of yours.
consent-stopped = I keep no more photos of yours and stop training on those I have. /forget deletes them.
privacy-keeping = You allow me to keep the photos you correct and those I am unsure about (notice { $version }, { $date }).
privacy-not-keeping = I keep no photo of yours, only the numbers of each answer: label, percentages, time (notice { $version }). If you allow it, I keep those you correct and those I am unsure about, of the last 7 days too.
privacy-rights = I keep photos without their location or other camera data. They serve only to train and test models: this bot's, and others that its operator trains. /export sends you everything, /forget deletes it.
forget-ask = Delete everything I have of you: photos, corrections, examples, settings? You cannot undo this.
forget-done = Done. Deleted: { $photos ->
    [one] { $photos } photo
   *[other] { $photos } photos
}, { $claims ->
    [one] { $claims } correction
   *[other] { $claims } corrections
}, { $predictions ->
    [one] { $predictions } answer
   *[other] { $predictions } answers
}. Nobody can restore the photos.
forget-pending = Almost done. The storage of { $photos ->
    [one] one photo does not answer right now. I delete the photo as soon as it does; nothing uses it until then
   *[other] { $photos } photos does not answer right now. I delete the photos as soon as it does; nothing uses them until then
}. Deleted so far: { $claims ->
    [one] { $claims } correction
   *[other] { $claims } corrections
}, { $predictions ->
    [one] { $predictions } answer
   *[other] { $predictions } answers
}.
forget-cancelled = I deleted nothing.
private-only = Please ask me that in a private chat.
export-caption = Everything I have of you.
export-too-large = Your data is { $megabytes } MB, more than Telegram lets me send. Please ask the operator for it.

## Language and thanks

language-choose = Which language shall I speak?
language-set = From now on I speak English.
language-unknown = I don't speak that one. Choose one of these:
thanks-worked = You were right about this photo, and the new model agrees: { $name }, { $percent }. Thank you! (/thanks off stops these messages.)
thanks-on = I tell you when one of your corrections has worked. "/thanks off" stops that.
thanks-off = I don't tell you when one of your corrections has worked. "/thanks on" changes that.

## Review

admins-only = Only admins can do that.
your-id = (To become one, the operator adds { $id } to ADMIN_IDS.)
review-link = In the browser (the link works once, within { $minutes } min): { $link }
review-aside = A retraining set aside { $photos ->
    [one] one new label that contradicts everything else. It waits
   *[other] { $photos } new labels that contradict everything else. They wait
} under "Label errors" for a second opinion (the link works once, within { $minutes } min): { $link }
button-open-review = Open inside Telegram
review-empty = No photo waits for you to decide.
review-progress = { $done } of { $total }
review-saw = Model: { $label } { $percent } ({ $verdict })
review-refused = Model: none of these (nearest: { $label } { $percent })
review-claims = People: { $claims }
review-claim = { $count } × { $what }
review-no-claims = People: no correction
review-decided = Decision: { $what }
review-skipped = Skipped
review-undone = I took your decision back.
review-nothing-to-undo = You have no decision to take back.
review-banned = I no longer take corrections from this person.
review-nobody-to-ban = Nobody corrected this photo.
review-gone = This photo is gone, or somebody else has decided it.
review-labels-changed = The labels have changed since then. Here it is again.
review-unreadable = I can't read the file of photo { $photo }, so I leave it out.
review-store-away = I can't reach the photos at the moment. Try /review again later.
review-button-none = None of these
review-button-unusable = Unusable
review-button-skip = Skip
review-button-ban = Ban corrections ({ $what })
verdict-sure = sure
verdict-unsure = unsure
what-none = none of these
what-other = other problem
what-unusable = unusable

## Teaching

teach-how =
    Write /teach and a label, then send photos of it. Names, other spellings and the place in the menus go on lines of their own:
    /teach polar
    en: polar bear
    de: Eisbär
    also: ice bear, white bear
    place: { $place }
teach-also-words = also, aka
teach-place-words = place, position
teach-unknown-line = I don't understand the line "{ $line }". Write a language and a name ("de: Eisbär"), other spellings ("also: ice bear, white bear"), or the place in the menus ("place: { $place }").
teach-bad-place = I don't understand the line "{ $line }": the place in the menus is a number, as in "place: { $place }".
teach-not-begun = Nothing has begun: photos that you send now are answered, not learned. Send /teach once more, corrected.
teach-goes-on = You still teach me { $label }: photos that you send now are learned as that. /done ends it.
teach-not-taken = { $count ->
    [one] I did not take the photo. Send it again with a corrected caption.
   *[other] I took none of the { $count } photos. Send them again with a corrected caption.
}
teach-bad-label = A label is letters, digits, spaces and hyphens, at most 64 of them. Write: /teach polar
teach-name-taken = { $label } is called { $name } already: give this label another name.
teach-bad-name = A name is one line of at most 64 characters, and there are at most 20 other spellings.
teach-reserved = "{ $text }" already means something else to me. Choose another label.
teach-retired = { $label } is retired. Revive it on the review pages (/review, "Labels") before you teach it.
teach-began = Send me photos of { $label }, one by one or in albums. I keep them to learn from, and reviewers see them. /undo takes the last ones back, /done ends this.
teach-began-new = { $label } is new: I can learn it from { $least } photos on.
teach-place = In the menus, { $label } is number { $place }.
teach-place-kept = { $label } keeps its place in the menus: I know it already, and no key may change its meaning.
teach-place-only = In the menus, { $label } can only be number { $first }: the labels that I know keep their places.
teach-place-others = In the menus, { $label } can be number { $first } to { $last }: the labels that I know keep their places.
teach-perhaps = Did you mean { $name }? Then write: /teach { $label }
teach-consent = I may not keep your photos yet, so I can't learn from them. Allow it, then send them (again).
teach-count = { $label }: { $count ->
    [one] { $count } photo
   *[other] { $count } photos
}.
teach-count-new = { $label }: { $count ->
    [one] { $count } photo
   *[other] { $count } photos
}, { $new } of them new.
teach-count-missing = { $label }: { $count ->
    [one] { $count } photo
   *[other] { $count } photos
}, { $missing } more and I can begin.
teach-known = { $count ->
    [one] I had { $count } of these already, or one just like it.
   *[other] I had { $count } of these already, or ones just like them.
}
teach-other = { $count ->
    [one] { $count } shows the same as a photo of { $label }: I left it out.
   *[other] { $count } show the same as photos of { $label }: I left them out.
}
teach-full = I take at most { $most } photos a day from one person in the chat. More can be added with `bear-detector add DIR`.
teach-forgotten = Somebody had this photo removed, so I don't keep it again.
teach-preview = I learn from photos only, not from the preview of a video, a GIF or a sticker.
teach-odd = { $count ->
    [one] Odd: I am sure that { $count } of these is { $name }.
   *[other] Odd: I am sure that { $count } of these are { $name }.
}
teach-odd-outside = { $count ->
    [one] Odd: in { $count } of these I see none of my labels.
   *[other] Odd: in { $count } of these I see none of my labels.
}
teach-odd-undo = If the photos are right, go on; if not, press "Undo".
teach-undone = Taken back: { $count ->
    [one] { $count } photo
   *[other] { $count } photos
}.
teach-none = You are not teaching me anything at the moment. Begin with /teach and a label.
teach-done-next = The next retraining learns them.
teach-done-one-label = I need photos of a second label before I can learn to tell them apart: /teach it, or add photos on the review pages (/review, "Dataset").
teach-done-forgets = Before a retraining I need photos of { $labels }, too: the dataset has none, and the next model would forget them. Add some on the review pages (/review, "Dataset"), teach them, or retire these labels there.
button-retrain = Retrain now

## Alerts to admins

alert-refused = Model { $version } was published but failed its check ({ $reason }). { $running } goes on answering.
alert-fallback = The model in use failed its check at the start ({ $reason }). { $running } answers instead.
alert-unknown = I can't see which model is published: { $reason }. { $running } goes on answering.
alert-conflict = Another program polls Telegram with this bot's token. Stop it, or people get only half of the answers.
alert-webhook = Telegram's updates do not reach me: { $reason }. People get no answers until you fix that.

## Retraining

retrain-progress = Retraining: { $stage }
retrain-remaining = About { $seconds } s left
stage-waiting = waiting to begin
stage-starting = starting
stage-folding = adding what reviewers confirmed
stage-features = looking at the photos
stage-training = training
stage-exporting = checking and writing the model
stage-deciding = comparing with the model in use
stage-replaying = replaying last week's photos
stage-publishing = publishing
retrain-published = Model { $version } is published and answers from now on.
retrain-held = Model { $version } is not published.
retrain-held-next = What you can do: look at the photos in question and correct what is wrong, or add photos like the ones it lost, then /retrain. /retrain force learns everything and publishes all the same.
retrain-dry-run = Dry run: model { $version } is not published.
retrain-skipped = No retraining was needed.
retrain-failed = The retraining failed.
retrain-cancelled = The retraining was cancelled; the model in use stays.
retrain-figures = Right on { $photos ->
    [one] { $photos } test photo
   *[other] { $photos } test photos
}: { $before } before, { $after } after.
retrain-new = New: { $label }. Models that had not seen its photos got { $right } of { $photos } right.
retrain-new-others = The other labels: { $after } of { $photos ->
    [one] { $photos } test photo
   *[other] { $photos } test photos
} right, before { $before }.
retrain-new-takes = Taken for { $label } now, and right before: { $takes }
retrain-confusion = Confusion matrix on the test photos (rows: truth, columns: answer)
gate-forced = It was published by force. Against it speaks:
gate-labels-forgotten = It would forget { $labels }: the dataset has no photos of them. Add some, or retire these labels on the review pages.
gate-test-labels = The present model is right on { $after } of the test photos, but was right on { $before } when it was published: their labels may have been changed. Look at the photos of the gate split before you retrain.
gate-above-chance = The new model is right on { $after } of the test photos, less than the { $floor } that any usable model reaches: the labels it learned from look wrong.
gate-accuracy = On { $photos ->
    [one] { $photos } test photo
   *[other] { $photos } test photos
} the new model is right on { $after }, the present model on { $before } ({ $won } won, { $lost } lost). On other photos ({ $others }): { $others_won } won, { $others_lost } lost. It may well be worse.
gate-recall = { $label }: { $photos ->
    [one] { $photos } test photo
   *[other] { $photos } test photos
}, { $after }, before { $before }; { $lost } of all are lost, more than chance.
gate-new-label = { $label } is new: models that had not seen its photos got { $right } of { $photos } right. They take it for other labels; more photos may help.
gate-log-loss = Its probabilities are worse on { $photos ->
    [one] { $photos } photo
   *[other] { $photos } photos
} (log loss +{ $rise }).
gate-other-things = Of the photos that show none of the labels ({ $photos }) it refuses { $after }, the present model { $before }.
gate-near-things = Photos of each label ({ $photos }) were shown to a check that knows the others only: the new model’s way refuses { $after } of them, the present model’s { $before }.
gate-refusals = Of the photos that show one of the labels it refuses { $after }, the present model { $before }.
gate-left-behind = It learned the same as { $version }, from which somebody went back to the present model. /rollback { $version } lets that one answer again.
gate-reviewed = Photos reviewed since the present model: { $photos }. Right now: { $after }, before: { $before }.
gate-added = Photos added since the present model: { $photos }. Right, before it learned from them: { $after }, before: { $before }.
gate-relabelled = Labels that people changed since the present model: { $labels }.
gate-nothing-new = Nothing new is left since the present model, so there is nothing to win.
gate-no-better = That is no better.
gate-no-better-beyond = That is no better on those whose labels are beyond doubt ({ $doubtful } are not).
gate-aside-person = Set aside for contradicting everything else: { $photos } of the new labels on photos of person { $name }{ $given }.
gate-aside-reviewer = Set aside for contradicting everything else: { $photos } of the new labels by reviewer { $name }.
gate-aside-folder = Set aside for contradicting everything else: { $photos } of the new labels from { $name }.
gate-aside-agreed = Set aside for contradicting everything else: { $photos } of the new labels from a file or by agreement.
gate-aside-forgotten = Set aside for contradicting everything else: { $photos } of the new labels on photos of a person who is forgotten{ $given }.
gate-aside-given = {", given by "}{ $reviewers }
gate-aside-given-reviewer = reviewer { $id }
gate-aside-given-forgotten = a reviewer who is forgotten
gate-aside-given-agreed = several people who agreed or a file
gate-aside-next = What is set aside is not learned until a second reviewer says the same (/review, "Label errors"), or with /retrain force.
gate-unseen = { $photos ->
    [one] { $photos } photo
   *[other] { $photos } photos
} in the test set: differences under { $points ->
    [one] { $points } point
   *[other] { $points } points
} are invisible.
gate-unseen-thin = Fewer than 10 of them show { $labels }.
gate-unseen-outsiders = No photos of other things in the test set, so refusals were not compared.
retrain-active = A retraining is already running:
retrain-try-again = A retraining has just ended; please try again.
retrain-no-environment = I can't retrain: what training needs is not installed here. `make .venv/.installed EXTRAS=head` installs it (200 MB); or TRAINING_PYTHON names a Python that has it.
retrain-python-gone = I can't retrain: TRAINING_PYTHON names { $python }, which does not exist. Correct it.
retrain-python-broken = I can't retrain: { $python } does not run. Let TRAINING_PYTHON name another Python.
retrain-python-lacks = I can't retrain: { $python } lacks { $missing }. The extra `head` installs it; or TRAINING_PYTHON names another Python.
retrain-no-photos = I can't retrain: the dataset has no photos yet. Add some with `bear-detector add DIR` or `bear-detector collect LABEL…`, or review some with /review.
retrain-one-label = I can't retrain: the dataset has only the label { $label }, and I need at least two to tell apart. Add photos of another with `bear-detector add DIR`, or review some with /review.
retrain-few-photos = I can't retrain: { $label } has { $photos ->
    [one] { $photos } photo
   *[other] { $photos } photos
} to learn from and needs at least { $least } (50 are a good start). Add more with `bear-detector add DIR`, or review some with /review.
retrain-force-ask = Publish the next model even if it fails its tests? People get its answers at once; /rollback goes back.
retrain-forced = The retraining has begun and will publish its model.
retrain-not-forced = I started nothing.
cancel-none = No retraining is running.
cancel-asked = The retraining stops at its next step.
button-force = Yes, publish it anyway
button-rollback = Roll back
button-put-back = Put it back
button-doubted = Show the photos in question
models-title = Models, oldest first:
models-figures = { $share } right on { $photos ->
    [one] { $photos } photo
   *[other] { $photos } photos
}
models-unreadable = its folder is damaged
rollback-done = { $version } answers from now on.
rollback-refused = I did not go back: { $reason }.
rollback-unknown = I have no model of that name. /models lists those I have.
rollback-not-current = Another model answers now.
alert-rollback = People corrected { $after } of { $photos } answers by model { $version }, and { $before } of those by the model before it. Chance does not explain that, so I went back to { $champion }.
alert-drift = People now send other photos than when this model began (drift of photos { $inputs }, of answers { $outputs }; above { $threshold } is a lot). Review some (/review) and retrain.

## Statistics

stats-title = The last { $days } days: { $photos ->
    [one] { $photos } photo
   *[other] { $photos } photos
}
stats-shares = Sure { $sure }, unsure { $unsure }, none of my labels { $outside }; corrected { $disputed }
stats-claims = Corrections: { $accepted } accepted, { $pending } pending, { $rejected } rejected; { $waiting ->
    [one] { $waiting } photo waits for review
   *[other] { $waiting } photos wait for review
}
stats-estimate = Of my sure answers { $accuracy } are right ({ $low } to { $high }, from { $reviewed } reviewed at random)
stats-no-estimate = I can't say yet how often my sure answers are right: of the random photos { $reviewed } of { $drawn } are reviewed
stats-drift = Drift (how much has changed since this model began): photos { $inputs }, answers { $outputs }; alarm above { $threshold }
stats-no-drift = Drift (how much has changed since this model began): too few answers to say
stats-model = Model: { $version }
stats-chart = Answers a day
stats-sure = sure
stats-unsure = unsure
stats-outside = none of my labels
stats-disputed = corrected

## Descriptions of the commands, as Telegram lists them

command-start = What I do
command-help = How it works
command-identify = Say what a photo shows (as a reply)
command-wrong = The answer is wrong
command-undo = Take back a correction
command-why = Why I answered that
command-labels = What I can tell apart
command-privacy = What I keep
command-export = Download my data
command-forget = Delete my data
command-language = Choose a language
command-thanks = News about your corrections
command-review = Photos to decide
command-teach = Teach me a label with your photos
command-done = End teaching
command-retrain = Train a new model
command-cancel = Stop the training
command-models = List the models
command-rollback = Go back to an earlier model
command-stats = How well I do
command-unban = Take corrections from somebody again
