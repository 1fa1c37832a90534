// A grid of photos: what keys, clicks and touches mean.

import { Marking } from "./dataset/marking.js";
import { Large } from "./desk/large.js";
import { Looking } from "./desk/looking.js";
import { getJson } from "./server.js";
import { Shelf } from "./desk/shelf.js";
import { Verdicts } from "./desk/verdicts.js";
import { say as words } from "./words.js";

const LONG_PRESS_MS = 450;
const TOAST_MS = 6000;

const find = (id) => document.getElementById(id);

function sayer() {
  const toast = find("toast");
  const voice = find("voice");
  let timer = 0;
  return (sentence, { undo = false, bad = false } = {}) => {
    toast.querySelector("span").textContent = sentence;
    voice.textContent = sentence;
    toast.querySelector("button").hidden = !undo;
    toast.classList.toggle("bad", bad);
    toast.hidden = false;
    clearTimeout(timer);
    timer = setTimeout(() => (toast.hidden = true), TOAST_MS);
  };
}

function confirmer() {
  const dialog = find("sure");
  return (question) =>
    new Promise((decide) => {
      find("sure-question").textContent = question;
      dialog.returnValue = "no";
      dialog.addEventListener("close", () => decide(dialog.returnValue === "yes"), { once: true });
      dialog.showModal();
    });
}

function start() {
  const say = sayer();
  const progress = (html) => (find("progress").innerHTML = html);
  const onFailure = (failure) => say(failure.message, { bad: true });
  const dock = find("dock");
  const list = find("grid");
  const shelf = new Shelf(list, {
    name: document.body.dataset.shelf,
    onMove: () => {
      describe();
      looking.soon();
      large.follow();
    },
    onSelect: () => describe(),
    onFailure,
  });
  const looking = new Looking(shelf, { progress });
  const large = new Large(find("large"), find("hand"), shelf, { onFailure });
  const marking = new Marking(shelf, large, { say });
  const verdicts = new Verdicts(shelf, {
    say,
    progress,
    confirm: confirmer(),
    onDecided: moveOn,
    onUndone: (photos) => large.isOpen && photos.includes(large.photo) && large.show(),
    onChange: describe,
  });

  function describe() {
    const count = shelf.selected.size;
    find("chosen").textContent = count
      ? words("selected", { count })
      : words("place", { place: shelf.current + 1, photos: shelf.ids.length });
    find("done").hidden = !shelf.isDone;
    dock.querySelector('[data-act="gate"]').setAttribute("aria-pressed", verdicts.toGate);
    offer("suggested", "suggested", "rather", "as-suggested");
    offer("keep", "example", "keep", "keep-its-label");
  }

  // The two answers to a suspicion name the label that they mean for the photo at hand.
  function offer(act, fact, named, otherwise) {
    const button = dock.querySelector(`[data-act="${act}"]`);
    if (!button) return;
    const label = shelf.facts(shelf.id)?.[fact];
    const many = shelf.selected.size > 0 && !large.isOpen;
    button.disabled = !many && !label;
    button.querySelector("span").textContent = many || !label ? words(otherwise) : words(named, { label });
  }

  function moveOn(ids) {
    const last = Math.max(...ids.map((id) => shelf.places.get(id)));
    shelf.selected.clear();
    const next = shelf.next(last);
    shelf.move(next ?? last, { focus: !large.isOpen });
    describe();
    if (large.isOpen && next === null) large.dialog.close();
  }

  const chosen = () =>
    shelf.selected.size && !large.isOpen ? shelf.ids.filter((id) => shelf.selected.has(id)) : [shelf.id];
  const nameOf = (button) => button.querySelector("span").textContent;
  const labelled = (label) => (label ? { kind: "label", label } : null);

  // In the large view a verdict is about the photo that is on the screen, or about none.
  const give = (verdict, name) => large.isCurrent && verdicts.give(chosen(), verdict, name);

  const acts = {
    label: (button) => give(labelled(button.dataset.label), button.dataset.label),
    none: (button) => give({ kind: "none" }, nameOf(button)),
    reject: (button) => give({ kind: "reject" }, nameOf(button)),
    suggested: () => give((facts) => labelled(facts?.suggested), words("as-suggested")),
    keep: () => give((facts) => labelled(facts?.example), words("label-kept")),
    gate: () => {
      verdicts.toGate = !verdicts.toGate;
      describe();
      say(words(verdicts.toGate ? "gate-on" : "gate-off"));
    },
    mark: () => large.isCurrent && marking.toggle(chosen()),
    undo: () => verdicts.undo(),
    keys: () => find("keys").showModal(),
  };
  find("hand").addEventListener("click", (event) => {
    const button = event.target.closest("[data-act]");
    if (button) acts[button.dataset.act](button);
  });

  // A link to a photo opens it over its grid; Back leads to the grid, and from there to where the link was.
  function openLinked() {
    const asked = new URLSearchParams(location.search);
    const place = shelf.places.get(Number(asked.get("photo")));
    if (!asked.has("photo")) return;
    asked.delete("photo");
    history.replaceState(null, "", `${location.pathname}${asked.size ? `?${asked}` : ""}`);
    if (place === undefined) return;
    shelf.move(place, { focus: false });
    large.open();
  }

  let offered = new Set(); // photos for which another label is suggested
  find("accept")?.addEventListener("submit", (event) => {
    event.preventDefault();
    const most = Number(event.target.elements.most.value);
    const first = shelf.ids.filter((id) => offered.has(id) && shelf.waits(id)).slice(0, most);
    verdicts.give(first, { kind: "suggested" }, words("as-suggested"));
  });

  const keys = new Map();
  for (const button of dock.querySelectorAll("[data-act]")) {
    for (const key of (button.getAttribute("aria-keyshortcuts") ?? "").split(" ")) {
      if (key) keys.set(key.toLowerCase(), button);
    }
  }
  const moves = () => {
    const row = large.isOpen ? 1 : shelf.columns();
    const screen = row * Math.max(1, Math.floor(innerHeight / shelf.rowHeight) - 1);
    return { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -row, ArrowDown: row, PageUp: -screen, PageDown: screen };
  };
  const others = {
    Home: (event) => shelf.move(0, { range: event.shiftKey }),
    End: (event) => shelf.move(shelf.ids.length - 1, { range: event.shiftKey }),
    " ": () => large.isOpen || shelf.toggle(shelf.current),
    Enter: () => large.open(),
    Escape: () => shelf.clearSelection(),
    h: () => large.isOpen && large.toggleHeat(),
    "+": () => large.isOpen && large.zoom.in(),
    "=": () => large.isOpen && large.zoom.in(),
    "-": () => large.isOpen && large.zoom.out(),
    0: () => large.isOpen && large.zoom.reset(),
  };

  document.addEventListener("keydown", (event) => {
    const { key } = event;
    // A dialog that just closed may keep the focus until the page is drawn again.
    const target = event.target.closest("dialog:not([open])") ? document.body : event.target;
    if (target.closest("input, select, textarea, summary, .ask, nav, header")) return;
    if (target.closest("button") && (key === "Enter" || key === " ")) return;
    if (target.closest("a") && key === "Enter") return;
    if (event.altKey) return;
    if (event.ctrlKey || event.metaKey) {
      if (key.toLowerCase() !== "a" || large.isOpen) return;
      shelf.selectWaiting();
    } else if (key in moves()) {
      if (large.isOpen) large.zoom.pan(key) || large.step(moves()[key]);
      else shelf.move(shelf.current + moves()[key], { range: event.shiftKey });
    } else {
      const pressed = key.length === 1 ? key.toLowerCase() : key;
      const button = (event.shiftKey && keys.get(`shift+${pressed}`)) || keys.get(pressed);
      if (key === "Escape" && large.isOpen) return; // the dialog closes itself
      if (event.repeat && button) return; // a key held down is one verdict
      if (button) button.disabled || acts[button.dataset.act](button);
      else if (others[pressed]) others[pressed](event);
      else return;
    }
    event.preventDefault();
  });

  let pressTimer = 0;
  let pressedLong = false;
  list.addEventListener("pointerdown", (event) => {
    const tile = event.target.closest(".tile");
    pressedLong = false;
    if (!tile || event.pointerType !== "touch") return;
    pressTimer = setTimeout(() => {
      pressedLong = true;
      shelf.toggle(shelf.places.get(Number(tile.dataset.photo)));
    }, LONG_PRESS_MS);
  });
  for (const end of ["pointerup", "pointercancel", "pointerleave"]) {
    list.addEventListener(end, () => clearTimeout(pressTimer));
  }
  list.addEventListener("contextmenu", (event) => pressedLong && event.preventDefault());
  list.addEventListener("click", (event) => {
    const tile = event.target.closest(".tile");
    if (!tile) return;
    event.preventDefault();
    if (pressedLong) return;
    const place = shelf.places.get(Number(tile.dataset.photo));
    const touched = event.pointerType === "touch";
    if (event.shiftKey) shelf.move(place, { range: true });
    else if (event.ctrlKey || event.metaKey || event.target.matches(".pick") || (touched && shelf.selected.size)) {
      shelf.toggle(place);
      shelf.move(place);
    } else {
      shelf.move(place);
      if (touched) large.open();
    }
  });
  list.addEventListener("dblclick", () => large.open());

  for (const field of document.querySelectorAll(".filters :is(select, input)")) {
    field.addEventListener("change", () => field.form.requestSubmit());
  }
  // On a phone the table would leave no place for photos.
  if (matchMedia("(max-width: 48rem)").matches) document.querySelector(".counts")?.removeAttribute("open");
  find("apply").hidden = true;
  find("pager").hidden = true;
  return getJson(`/ids?shelf=${shelf.name}&${new URLSearchParams(location.search)}`)
    .then(({ ids, suggested }) => {
      offered = new Set(suggested);
      shelf.take(ids);
      openLinked();
      describe();
      looking.soon();
    })
    .catch(onFailure);
}

if (find("grid")) start();
