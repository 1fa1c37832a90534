# What only the review pages say. A message may hold tags (<b>, <kbd>, <code>) where a template asks for it with html().

## Every page

page-review = Review
page-queue = Queue
page-dataset = Dataset
page-suspicions = Label errors
page-labels = Labels
page-retrainings = Retrainings
page-audit = Audit
pages = Pages
skip = Skip to the content
sign-out = Sign out
sign-out-title = Ends your session everywhere
show = Show
show-all = Show all
save = Save
any = any
yes = yes
no = no
yes-please = Yes
close = Close
when = When
label = Label
model = Model
photo = Photo
photo-number = Photo { $id }
photos = { $count ->
    [one] { $count } photo
   *[other] { $count } photos
}
examples = { $count ->
    [one] { $count } example
   *[other] { $count } examples
}
just-now = just now
ago-minutes = { $count ->
    [one] { $count } minute ago
   *[other] { $count } minutes ago
}
ago-hours = { $count ->
    [one] { $count } hour ago
   *[other] { $count } hours ago
}
ago-days = { $count ->
    [one] { $count } day ago
   *[other] { $count } days ago
}
ago-weeks = { $count ->
    [one] { $count } week ago
   *[other] { $count } weeks ago
}
ago-months = { $count ->
    [one] { $count } month ago
   *[other] { $count } months ago
}
something-else = something else
progress-done = { $count ->
    [one] <b>{ $count } photo</b> decided today
   *[other] <b>{ $count } photos</b> decided today
}
progress-waiting = { $count } waiting
pager = More
pager-back = Previous
pager-on = Next
pager-page = Page { $page } of { $pages }

## Coming in and going

enter-heading = Come in
enter-text = This link signs you in once, in this browser.
enter-button = Start reviewing
enter-telegram = Open this page by the button under the bot's answer to /review.
left-title = Signed out
left-heading = You are signed out
left-text = Thank you. To come back, send the bot <code>/review</code> for a new link.

## What did not work

heading-400 = That did not work
heading-403 = No entry
heading-404 = Not found
heading-500 = Something went wrong
heading-503 = One moment
fault = The program has a fault; its log says more.
fault-database = The database did not answer. Try again in a moment.
refused-link-forged = The bot did not make this link. Send it /review for a new one.
refused-link-expired = This link has expired. Send the bot /review for a new one.
refused-link-used = This link was used before, and each opens once. Send the bot /review for a new one.
refused-app-data-forged = Telegram did not sign this. Send the bot /review and open the pages by its button.
refused-app-data-stale = This is too old. Close the window and use the bot's button again.
refused-app-data-used = This was used before. Close the window and use the bot's button again.
refused-not-a-reviewer = You are no longer among the reviewers: ask an admin of the bot.
refused-no-session = You are not signed in, or your session has ended: send the bot /review for a link.
refused-form-forged = This form did not come from these pages. Reload the page and try again.
refused-foreign-host = These pages do not answer to this address: open them by the link that the bot gave.
refused-back = Back to the page
missing-page = This page does not exist.
missing-photo = This photo is gone: its owner may have deleted it.
missing-picture = The file of this photo cannot be read. The bot's log says why.
missing-store = The photos cannot be reached at the moment. Try again later.
missing-model = These pages run without a model, so they cannot say why.
missing-retraining = This retraining does not exist.
missing-report-file = The report does not have this file.
bad-size = This request is larger than any form of these pages.
bad-value = These pages never send such a request ({ $name }). Reload the page and try again.
bad-list = “{ $name }” is a list of at most { $most }.
bad-too-many = At most { $most } photos at once.
bad-filter = There is no such filter: { $filter }.
bad-person = Give a person by their Telegram id, a number.
bad-label-unknown = That label does not exist. Reload the page to see the labels.
bad-label-gone = There is no such label; it may have been renamed or merged.
bad-label-label = A label is letters and digits, with spaces, hyphens, underscores and apostrophes inside, at most 64 characters.
bad-label-name = A name is one line of at most 64 characters.
bad-label-aliases = A label takes at most 20 other spellings.
bad-label-same = The label is called so already.
bad-label-taken = { $other } is called { $name } already.
bad-label-capitals = There is a label that differs by capitals alone.
bad-label-place = This label cannot have that place: labels in use keep theirs.
bad-label-outside = This stands for none of the labels: retire the label instead.

## The first page

front-title = Start
front-next = What to do next
front-counts = Counts
front-why-waiting = Why photos wait
front-to-do = What to look at
front-done = All decided
front-nothing = Nothing to look at yet
tally-photos = { $count ->
    [one] photo kept
   *[other] photos kept
}
tally-examples = { $count ->
    [one] example in the dataset
   *[other] examples in the dataset
}
tally-verdicts = { $count ->
    [one] decision
   *[other] decisions
}
tally-suspicions = { $count ->
    [one] likely label error
   *[other] likely label errors
}
step-review = { $count ->
    [one] Review { $count } photo
   *[other] Review { $count } photos
}
step-review-text = Most useful first. Press 1, 2, 3 to decide.
step-suspicions = { $count ->
    [one] Check { $count } likely label error
   *[other] Check { $count } likely label errors
}
step-suspicions-text = Their labels contradict the other examples. About half turn out to be right.
step-learn = { $count ->
    [one] { $count } decision since the last retraining
   *[other] { $count } decisions since the last retraining
}
step-learn-text = The next retraining learns from them: begin it there, or send /retrain.
step-empty = The queue is empty
step-empty-text = Photos come when the model is unsure, when somebody corrects an answer, and at random. The bot keeps only photos of people who allow it.
step-dataset = The dataset
step-dataset-text = Look through the photos that the model learns from, by label and split.

## The grids

heading-queue = The queue
heading-examples = The dataset
heading-suspicions = Likely label errors
empty-queue = Nothing waits
empty-queue-text = Photos come here when the model is unsure, when somebody corrects an answer, and now and then at random. The bot keeps only photos of people who allow it.
empty-examples = No examples yet
empty-examples-text = bear-detector add FOLDER adds your photos, and bear-detector collect finds some. The next retraining adds what you decide in the queue.
empty-suspicions = No label looks wrong
empty-suspicions-text = bear-detector clean searches the dataset and lists here what is probably mislabelled. About half of what it finds is right after all, so you decide.
no-match = No match
no-match-text = No photo fits these filters.
grid-which = Which photos
grid-done = You have decided everything in this list.
grid-again = Look for more
grid-photos = { $heading }: photos
grid-decide = Decide
counts-heading = Counts by label and split
counts-all = All
zoom-in = Closer
zoom-out = Farther
large-back = Previous photo
large-on = Next photo

filter-reason = Why it waits
filter-suspicion = Why it is here
filter-label = Label
filter-verdict = Answer
filter-model = Model
filter-split = Split
filter-source = From
filter-file = File name
filter-person = Person
filter-since = Kept since
filter-sort = Sorted by
sort-teaches = most useful
sort-loss = loss
sort-doubt = doubt
sort-newest = newest
sort-oldest = oldest
verdict-outside = none of these
split-train = train
split-valid = valid
split-gate = gate
reason-disagreement = people disagree with each other
reason-disputed = somebody says the answer is wrong
reason-outside = the model saw none of these
reason-unsure = the model was unsure
reason-sample = drawn at random, to see how good “sure” is
reason-disagreement-short = disagreement
reason-disputed-short = disputed
reason-outside-short = none of these
reason-unsure-short = unsure
reason-sample-short = sample
suspicion-label = The other examples suggest another label
suspicion-odd = It looks unlike all other examples
suspicion-set-aside = It contradicts everything else, so a retraining set it aside
suspicion-conflict = The same picture is in the dataset under another label
suspicion-label-short = another label is likelier
suspicion-odd-short = an odd picture
suspicion-set-aside-short = set aside by a retraining
suspicion-conflict-short = the same picture, another label
suspicion-label-badge = label
suspicion-odd-badge = odd
suspicion-set-aside-badge = set aside
suspicion-conflict-badge = conflict

## One photo

tile-example = Photo { $id }, in the dataset as { $label }
tile-answered = Photo { $id }, answered { $label }
tile-unanswered = Photo { $id }, not answered yet
tile-no-answer = no answer yet
tile-nearest = nearest { $label } { $share }
tile-rather = rather { $label }? score { $score }
tile-score = score { $score }
tile-votes = { $count } for { $label }
tile-pending = { $what } from the next retraining
tile-model = model: { $label }
voice = { $count ->
    [one] { $count } person says { $label }
   *[other] { $count } people say { $label }
}
voice-admin = an admin says { $label }
who-machine = the machine
who-you = you
who-person = person { $id }
who-operator = the operator
who-agreement = agreement
who-unnamed = a file or agreement
who-forgotten = somebody who is forgotten
answer-outside = It saw none of these
answer-sure = It was sure
answer-unsure = It was unsure: { $names }
answer-outside-short = saw none of these
answer-sure-short = was sure
answer-unsure-short = unsure: { $names }
suspected = { $why } (score { $score }).
suspected-label = { $why }: { $label } (score { $score }).
origin-verdict = decided by a reviewer
origin-verdict-admin = an admin said so
origin-verdict-quorum = agreed by several people
origin-verdict-teach = taught by an admin
origin-add = added from a folder
origin-collect = collected from the web
about-decided = Decided: <b>{ $what }</b>
about-decided-by = by { $who }, { $when }
about-taken = Another reviewer is looking at this photo.
about-model-says = The model says
about-looks-like = looks like: { $what }
about-noted = { $answer }, { $share }
about-noted-other = { $answer }, with { $share } for { $label }
about-noted-when = (before it learned from this photo)
about-why = Where it looked
about-people-say = People say
about-dataset = In the dataset
about-example = <b>{ $label }</b>, { $split } split, { $origin }
about-kept = Kept
about-from = From
about-file = File
about-licence = Licence
about-page = Page
about-page-link = where it was found
similar-heading = Similar photos
similar-show = Show the nearest examples of each label
similar-sort = Sort the dataset by likeness
similar-to = Like photo
similar-none = There is nothing to compare this photo with: the first retraining prepares that.
photo-also-gate = also put it into the gate split
decided-by = { $what }, by { $who }

## The bar of verdicts, and the keys

dock-verdicts = Verdicts
dock-no-photo = No photo
dock-gate = to gate
dock-gate-title = The next decision also puts its photos into the gate split, which tests new models
dock-undo = undo
keys = Keys
keys-label = <kbd>1</kbd>–<kbd>9</kbd> or a letter
keys-label-does = choose the label
keys-suspicion-does = as suggested; keep its label
keys-gate-does = the next decision also goes into the gate split
keys-undo-does = undo the last decision
keys-move-does = move; <kbd>Home</kbd> <kbd>End</kbd> <kbd>Page ↑↓</kbd> too
keys-space = <kbd>Space</kbd>
keys-space-does = select
keys-range = <kbd>Shift</kbd> + arrow or click
keys-range-does = select a range
keys-all = <kbd>Ctrl</kbd> + <kbd>A</kbd>
keys-all-does = select all undecided photos
keys-enter = <kbd>Enter</kbd>
keys-enter-does = large view; there, <kbd>h</kbd> shows where the model looked
keys-zoom-does = in the large view: closer, farther, all of it; arrows then move the photo
keys-escape-does = go back; clear the selection

## What the scripts say

script-selected = { $count ->
    [one] { $count } selected
   *[other] { $count } selected
}
script-place = { $place } of { $photos }
script-rather = rather { $label }
script-as-suggested = as suggested
script-keep = keep { $label }
script-keep-its-label = keep its label
script-label-kept = label kept
script-gate-on = The next decision also goes into the gate split.
script-gate-off = Not into the gate split.
script-to-gate = { $what } → gate
script-gone = gone
script-taken = someone is on it
script-taken-all = Another reviewer is deciding this.
script-choose-first = Choose a photo first.
script-ask = { $count ->
    [one] Label { $count } photo “{ $what }”?
   *[other] Label { $count } photos “{ $what }”?
}
script-given-one = Decided: { $what }.
script-given = { $count ->
    [one] { $count } photo: { $what }.
   *[other] { $count } photos: { $what }.
}
script-refused-taken = Photo { $photo }: another reviewer is deciding it.
script-refused-decided = Photo { $photo } is already decided: { $what }.
script-refused-gone = Photo { $photo } is gone: its owner may have deleted it.
script-undone = { $count ->
    [one] Undid “{ $what }” for { $count } photo.
   *[other] Undid “{ $what }” for { $count } photos.
}
script-nothing-to-undo = That changed nothing, so there is nothing to take back.
script-second = needs a second reviewer
script-refused-second = Photo { $photo } stays set aside: you gave its label, so a second reviewer has to confirm it.
script-refused-same = Photo { $photo }: your decision says so already.
script-heat = Where the model looked
script-no-connection = No connection to the bot, so nothing was recorded. Try again.
script-error = The bot answered with error { $status }. Reload the page.

## Labels

labels-count = { $count ->
    [one] { $count } label
   *[other] { $count } labels
}
labels-called = Called
labels-examples = Examples
labels-taught = Taught
labels-retired = retired
labels-new = new
labels-also = also { $names }
labels-waiting = { $count ->
    [one] { $count } photo to be learned
   *[other] { $count } photos to be learned
}
labels-missing = ({ $count } more and it joins)
labels-move = Move up
labels-move-one = Move { $label } up
labels-places = A label keeps its place, its key and its colour for good. New ones can be ordered until a model learns them.
labels-none = No labels yet
labels-none-text = They come with the first photos. In the chat, /teach begins a new one.
label-names = Names
label-names-text = What people read, and what else they may write. The bot says so from now on. Where a field is empty, the name is the model's.
label-aliases = Other spellings, with commas
label-place = Place in the menus
label-place-text = The number of the label on buttons and keys. It can change until a model learns the label; then it stays for good.
label-place-number = Number
label-rename = Rename or merge
label-rename-text = With a new name, its examples follow. With the name of another label, the two become one. The next page says what happens before it does.
label-becomes = Becomes
label-rename-button = Look
label-revive = Revive
label-revive-text = { $count ->
    [one] Its { $count } example is learned again by the next model.
   *[other] Its { $count } examples are learned again by the next model.
}
label-revive-button = Revive { $label }
label-retire = Retire
label-retire-text = The next model does not know it: it refuses photos of it, or takes them for another label.
label-retire-examples = { $count ->
    [one] Its { $count } example stays, and nothing learns from it until you revive it.
   *[other] Its { $count } examples stay, and nothing learns from them until you revive it.
}
label-retire-button = Retire { $label }
become-merge = Merge { $label } into { $to }?
become-rename = Rename { $label } to { $to }?
become-merge-button = Merge
become-rename-button = Rename
become-leave = Leave it
become-examples-merge = { $count ->
    [one] { $count } example of { $label } becomes { $to }.
   *[other] { $count } examples of { $label } become { $to }.
}
become-other-has = { $count ->
    [one] { $to } has { $count } example now.
   *[other] { $to } has { $count } examples now.
}
become-examples = { $count ->
    [one] { $count } example becomes { $to }.
   *[other] { $count } examples become { $to }.
}
become-waiting = { $count ->
    [one] { $count } photo to be learned becomes { $to }.
   *[other] { $count } photos to be learned become { $to }.
}
become-splits = Each stays in its split.
become-for-good = You cannot separate the two again.
become-names-go = The names and other spellings of { $label } go; those of { $to } stay.
become-names-stay = Place, key, colour and names stay.
become-until = The model in use says { $label } until the next one is published. What people say of { $label } until then counts for { $to }.
become-unknown = The model in use does not know { $label }.

## Retrainings

runs-count = { $count ->
    [one] { $count } run
   *[other] { $count } runs
}
runs-number = No. { $id }
runs-force = By force
runs-force-text = The next model is published even if it fails its tests, and nothing new is set aside. People get its answers at once; you can roll back.
runs-force-button = Retrain and publish anyway
runs-run = Run
runs-outcome = Outcome
runs-models = Champion → candidate
runs-why = Why
runs-none = No retraining yet
runs-none-text = After some decisions, send the bot <code>/retrain</code>, or run <code>bear-detector retrain</code>. The outcome and its report appear here.
status-requested = requested
status-running = running
status-published = published
status-held = held
status-dry-run = dry run
status-skipped = skipped
status-failed = failed
status-cancelled = cancelled
trigger-command = by an admin
trigger-schedule = by schedule
trigger-shell = in the shell
decision-publish = publish
decision-hold = hold
run-name = Retraining { $id }
run-forced = forced
run-active = A retraining is running already.
run-no-bot = These pages run without the bot, which trains: run `make run`.
run-published-none = This retraining published no model.
run-back = Roll back to { $before }
run-back-text = Model { $before } answers people again at once, instead of { $now }. No decision and no photo is lost.
run-asked = Asked for
run-by = By
run-champion = Champion
run-candidate = Candidate
run-decision = Decision
run-took = Took
run-comparison = Before and after
run-figure = Figure
run-checks = What the gate tested
run-passed = passed
run-failed = not passed
run-aside = Set aside
run-aside-text = These labels are not learned until a second reviewer says the same.
run-aside-link = Decide on them again
run-lost = Lost
run-lost-text = Right without what is new, and wrong with it.
run-replay = Last week's photos again
run-replay-changed = { $count ->
    [one] Of { $count } photo, the candidate answers these differently.
   *[other] Of { $count } photos, the candidate answers these differently.
}
run-replay-same = { $count ->
    [one] The candidate answers the { $count } photo as before.
   *[other] The candidate answers all { $count } photos as before.
}
run-all-figures = All figures
run-report = Report
run-report-open = Open it in its own tab
run-report-title = Report of { $run }
run-no-bundle = This run left no bundle, so it has no report.
run-no-report = The bundle of this run has no report.
aside-person = Photos of { $who }: { $contradicting } of { $of } contradict everything else
aside-person-decided = Photos of { $who }, decided by { $reviewers }: { $contradicting } of { $of } contradict everything else
aside-reviewer = Decided by { $who }: { $contradicting } of { $of } contradict everything else
aside-unnamed = Labels from a file or by agreement: { $contradicting } of { $of } contradict everything else
aside-folder = Added from { $name }: { $contradicting } of { $of } contradict everything else
passed-labels-kept = It knows every label that the present model knows.
passed-test-labels = The present model is right on { $after } of the test photos.
passed-above-chance = The new model is right on { $after } of the test photos; any usable model reaches { $floor }.
passed-accuracy = On { $photos ->
    [one] { $photos } test photo
   *[other] { $photos } test photos
} the new model is right on { $after }, the present model on { $before } ({ $won } won, { $lost } lost).
passed-recall = { $label }: { $photos ->
    [one] { $photos } test photo
   *[other] { $photos } test photos
}, { $after }, before { $before }.
passed-recall-none = { $label }: no test photos.
passed-new-label = { $label } is new: models that had not seen its photos got { $right } of { $photos } right.
passed-log-loss = Its probabilities are as good on { $photos ->
    [one] { $photos } photo
   *[other] { $photos } photos
}.
compared-no-other-things = There were no photos of other things to compare on.
compared-no-near-things = Refusals of what is like the labels were not compared.
compared-no-refusals = Refusals were not compared.
metric-accuracy = accuracy
metric-log-loss = log loss
metric-n = photos
metric-recall = recall

## The audit trail

audit-heading = Audit trail
audit-entries = { $count ->
    [one] { $count } entry
   *[other] { $count } entries
}
audit-which = Which entries
audit-action = Action
audit-who = Who
audit-anybody = anybody
audit-what = Did what
audit-subject = To what
audit-details = Details
audit-none = Nothing here
audit-no-match = No entry fits.
audit-empty = This page will list what admins do, and what others are refused.
audit-labelled = labelled { $label } ({ $via })
audit-labelled-gate = labelled { $label } ({ $via }, to the gate)
via-web = browser
via-chat = chat
via-file = file
via-teach = lesson
action-verdict = decision
action-undo-verdict = decision undone
action-teach = taught
action-teach-undone = lesson taken back
action-label-described = label described
action-label-moved = label moved
action-label-renamed = label renamed
action-label-merged = label merged
action-label-retired = label retired
action-label-revived = label revived
action-review-entered = signed in
action-review-left = signed out
action-review-refused = refused on the pages
action-retrain = retraining begun
action-retrain-force = retraining by force
action-retrain-cancel = retraining cancelled
action-rollback = model rolled back
action-auto-rollback = model rolled back by itself
action-set-aside = set aside
action-publish-force = published by force
action-ban-claims = corrections banned
action-unban-claims = corrections taken again
action-forged-press = forged button
