// The grid: thousands of photos of which only those in sight are in the page.
//
// It knows the ids of all photos, in order, and fetches a photo's tile when it comes into sight.
// A decided photo keeps its place, so that nothing jumps and undo finds it where it was.

import { getHtml } from "../server.js";
import { say } from "../words.js";

const OVERSCAN_ROWS = 2;
const TILES_A_REQUEST = 60;

export class Shelf {
  constructor(list, { name, onMove, onSelect, onFailure }) {
    this.list = list;
    this.name = name;
    this.onMove = onMove;
    this.onSelect = onSelect;
    this.onFailure = onFailure;
    this.tiles = new Map(); // id → the tile's HTML
    this.states = new Map(); // id → {kind: "settled" | "taken" | "second", text}
    this.flags = new Map(); // id → whether it is marked for a second look, where that changed here
    this.selected = new Set();
    this.current = 0;
    this.anchor = 0;
    this.base = new Set(); // what was selected before the present range
    this.asked = new Set();
    this.rowHeight = 0;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-multiselectable", "true");
    for (const tile of list.children) this.#learn(tile);
    this.ids = [...list.children].map((tile) => Number(tile.dataset.photo));
    this.places = new Map();
    this.#index();
  }

  // From here on all photos, not only those that came with the page.
  take(ids) {
    this.ids = ids;
    this.#index();
    this.current = this.next(-1) ?? 0;
    this.anchor = this.current;
    this.list.replaceChildren();
    const redraw = () => this.draw();
    addEventListener("scroll", redraw, { passive: true });
    new ResizeObserver(() => {
      this.rowHeight = 0;
      this.draw();
    }).observe(this.list.parentElement);
    this.draw();
  }

  get id() {
    return this.ids[this.current];
  }

  get tile() {
    return this.list.querySelector(`[data-photo="${this.id}"]`);
  }

  // What a tile says of its photo, once it was fetched.
  facts(id) {
    return this.tiles.get(id)?.facts;
  }

  columns() {
    return getComputedStyle(this.list).gridTemplateColumns.split(" ").length;
  }

  waits(id) {
    return !this.states.has(id);
  }

  get isDone() {
    return this.ids.every((id) => this.states.get(id)?.kind === "settled");
  }

  // The place of the next photo that waits after a place; then, from the start.
  next(place) {
    const count = this.ids.length;
    for (let step = 1; step <= count; step++) {
      const at = (place + step + count) % count;
      if (this.waits(this.ids[at])) return at;
    }
    return null;
  }

  mark(id, state) {
    if (state) this.states.set(id, state);
    else this.states.delete(id);
    const tile = this.list.querySelector(`[data-photo="${id}"]`);
    if (tile) this.#dress(tile, id);
  }

  flag(id, marked) {
    this.flags.set(id, marked);
    const tile = this.list.querySelector(`[data-photo="${id}"]`);
    if (tile) this.#dress(tile, id);
  }

  move(place, { range = false, focus = true } = {}) {
    const target = Math.max(0, Math.min(this.ids.length - 1, place));
    this.current = target;
    if (range) this.#selectRange();
    else this.#startRange();
    this.draw({ keep: true });
    const tile = this.tile;
    if (focus) tile?.focus({ preventScroll: true });
    tile?.scrollIntoView({ block: "nearest" });
    this.onMove();
  }

  toggle(place) {
    const id = this.ids[place];
    if (!this.selected.delete(id)) this.selected.add(id);
    this.current = place;
    this.#startRange();
    this.#selectionChanged();
  }

  selectWaiting() {
    this.selected = new Set(this.ids.filter((id) => this.waits(id)));
    this.#startRange();
    this.#selectionChanged();
  }

  clearSelection() {
    this.selected.clear();
    this.#startRange();
    this.#selectionChanged();
  }

  // The photos in sight, for asking what became of them.
  inSight() {
    return [...this.list.children].map((tile) => Number(tile.dataset.photo));
  }

  // Bring the page in line with where it is scrolled; `keep` scrolls to the current photo if need be.
  draw({ keep = false } = {}) {
    if (!this.ids.length) return;
    if (!this.rowHeight) this.#measure();
    const columns = this.columns();
    const rows = Math.ceil(this.ids.length / columns);
    const top = this.list.getBoundingClientRect().top + scrollY;
    if (keep) {
      const at = top + Math.floor(this.current / columns) * this.rowHeight;
      if (at < scrollY || at + this.rowHeight > scrollY + innerHeight) {
        scrollTo({ top: at - innerHeight / 3, behavior: "instant" });
      }
    }
    const row = (y) => Math.floor((y - top) / this.rowHeight);
    const first = Math.max(0, Math.min(rows - 1, row(scrollY) - OVERSCAN_ROWS));
    const last = Math.max(first + 1, Math.min(rows, row(scrollY + innerHeight) + 1 + OVERSCAN_ROWS));
    this.list.style.paddingTop = `${first * this.rowHeight}px`;
    this.list.style.paddingBottom = `${(rows - last) * this.rowHeight}px`;
    this.#show(first * columns, Math.min(this.ids.length, last * columns));
    this.#fetchMissing();
  }

  #index() {
    this.places = new Map(this.ids.map((id, place) => [id, place]));
  }

  #measure() {
    if (!this.list.firstElementChild) this.#show(0, 1);
    const gap = parseFloat(getComputedStyle(this.list).rowGap);
    this.rowHeight = this.list.firstElementChild.getBoundingClientRect().height + gap;
  }

  // Tiles that stay are not touched: moving the focused one would lose the focus.
  #show(from, to) {
    const wanted = new Set(this.ids.slice(from, to));
    for (const tile of [...this.list.children]) {
      if (!wanted.has(Number(tile.dataset.photo))) tile.remove();
    }
    let place = this.list.firstElementChild;
    for (const id of wanted) {
      if (Number(place?.dataset.photo) === id) {
        if (place.classList.contains("blank") && this.tiles.has(id)) {
          const fresh = this.#make(id);
          const focused = place === document.activeElement;
          place.replaceWith(fresh);
          if (focused) fresh.focus({ preventScroll: true });
          place = fresh;
        }
        this.#dress(place, id);
        place = place.nextElementSibling;
      } else {
        this.list.insertBefore(this.#make(id), place);
      }
    }
  }

  #make(id) {
    const holder = document.createElement("template");
    holder.innerHTML = this.tiles.get(id)?.html ?? "";
    const tile = holder.content.firstElementChild ?? this.#blank(id);
    this.#dress(tile, id);
    return tile;
  }

  #blank(id) {
    const tile = document.createElement("li");
    tile.className = "tile blank";
    tile.dataset.photo = id;
    tile.setAttribute("role", "option");
    tile.append(Object.assign(document.createElement("span"), { className: "shot" }));
    return tile;
  }

  #dress(tile, id) {
    const state = this.states.get(id);
    const current = id === this.id;
    tile.classList.toggle("settled", state?.kind === "settled");
    tile.classList.toggle("taken", state?.kind === "taken" || state?.kind === "second");
    tile.classList.toggle("current", current);
    if (this.flags.has(id)) tile.classList.toggle("flagged", this.flags.get(id));
    tile.tabIndex = current ? 0 : -1;
    tile.setAttribute("aria-selected", this.selected.has(id));
    tile.setAttribute("aria-posinset", this.places.get(id) + 1);
    tile.setAttribute("aria-setsize", this.ids.length);
    const stamp = tile.querySelector(".stamp");
    if (stamp) {
      stamp.textContent = state?.text ?? "";
      stamp.toggleAttribute("aria-hidden", !state);
    }
  }

  async #fetchMissing() {
    const missing = this.inSight().filter((id) => !this.tiles.has(id) && !this.asked.has(id));
    for (let at = 0; at < missing.length; at += TILES_A_REQUEST) {
      const ids = missing.slice(at, at + TILES_A_REQUEST);
      for (const id of ids) this.asked.add(id);
      try {
        const holder = document.createElement("template");
        holder.innerHTML = await getHtml(`/tiles?shelf=${this.name}&ids=${ids.join(",")}`);
        for (const tile of holder.content.children) this.#learn(tile);
        for (const id of ids) {
          if (!this.tiles.has(id)) this.mark(id, { kind: "settled", text: say("gone") });
        }
        this.draw();
        this.onMove();
      } catch (failure) {
        for (const id of ids) this.asked.delete(id);
        this.onFailure(failure);
      }
    }
  }

  #learn(tile) {
    const id = Number(tile.dataset.photo);
    const { label, suggested, example, settled } = tile.dataset;
    // Without a script a tile is a link to its photo; here it is an option, which may hold no link.
    const link = tile.querySelector("a.shot");
    const shot = Object.assign(document.createElement("span"), { className: "shot" });
    shot.append(...link.childNodes);
    link.replaceWith(shot);
    tile.setAttribute("role", "option");
    this.tiles.set(id, { html: tile.outerHTML, facts: { label, suggested, example } });
    if (this.states.has(id)) return;
    if (settled && this.name !== "suspicions") this.states.set(id, { kind: "settled", text: settled });
    else if (tile.classList.contains("taken")) this.states.set(id, { kind: "taken", text: say("taken") });
  }

  #startRange() {
    this.anchor = this.current;
    this.base = new Set(this.selected);
  }

  #selectRange() {
    const [from, to] = [this.anchor, this.current].sort((a, b) => a - b);
    this.selected = new Set([...this.base, ...this.ids.slice(from, to + 1)]);
    this.#selectionChanged();
  }

  #selectionChanged() {
    this.list.classList.toggle("selecting", this.selected.size > 0);
    this.draw();
    this.onSelect();
  }
}
