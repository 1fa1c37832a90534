// What is about to be sent: each picture with a way to remove it, and the caption.
import { byId, icon, make } from "./dom.js";
import { isPhoto, parcels } from "./photos.js";

const FITTING_ROWS = 5;

function count(number, one) {
  return `${number} ${one}${number === 1 ? "" : "s"}`;
}

/** What sending these would send, in words. */
function contents(files, asDocuments) {
  const sent = parcels(files, asDocuments);
  const albums = sent.filter((parcel) => parcel.files.length > 1);
  const photos = sent.filter((parcel) => !parcel.asDocuments).flatMap((parcel) => parcel.files);
  const documents = files.length - photos.length;
  const words = [];
  if (photos.length) words.push(count(photos.length, "photo") + (albums.length > 1 ? ` in ${count(albums.length, "album")}` : ""));
  if (documents) words.push(count(documents, "file"));
  return words.join(" and ") + (albums.length === 1 && !documents ? " as an album" : "");
}

export class Preview {
  /** `onSend(files, caption, asDocuments)`; `onCancel(caption)` when nothing is sent. */
  constructor({ onSend, onCancel }) {
    Object.assign(this, { onSend, onCancel });
    this.dialog = byId("preview");
    this.caption = byId("preview-caption");
    this.entries = [];
    byId("preview-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.send();
    });
    for (const id of ["preview-cancel", "preview-close"]) byId(id).addEventListener("click", () => this.dialog.close());
    byId("preview-add").addEventListener("click", () => byId("file").click());
    byId("preview-as-files").addEventListener("change", () => this.draw());
    this.dialog.addEventListener("close", () => this.closed());
    this.caption.addEventListener("input", () => this.grow());
    this.caption.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing || matchMedia("(pointer: coarse)").matches) return;
      event.preventDefault();
      this.send();
    });
  }

  /** Show these files, beside those that are shown already; `caption` counts for the first. */
  add(files, caption) {
    this.entries.push(...files.map((file) => this.entry(file)));
    if (!this.dialog.open) {
      this.caption.value = caption;
      byId("preview-as-files").checked = false;
      this.dialog.showModal();
    }
    this.draw();
    this.grow();
    this.caption.focus();
  }

  entry(file) {
    const entry = { file, address: "" };
    const remove = make("button", {
      type: "button", class: "round", "aria-label": `Remove ${file.name}`, onclick: () => this.remove(entry),
    }, icon("close"));
    const face = make("span", { class: "preview-file" }, icon("file"), make("span", {}, file.name));
    if (isPhoto(file)) {
      entry.address = URL.createObjectURL(file);
      const image = make("img", { src: entry.address, alt: file.name });
      // What this browser cannot show, the bot may still read.
      image.addEventListener("error", () => image.replaceWith(face));
      entry.item = make("li", { class: "preview-photo" }, image, remove);
    } else {
      entry.item = make("li", {}, face, remove);
    }
    return entry;
  }

  remove(entry) {
    const place = this.entries.indexOf(entry);
    this.entries.splice(place, 1);
    URL.revokeObjectURL(entry.address);
    if (this.entries.length === 0) {
      this.dialog.close();
      return;
    }
    this.draw();
    const next = this.entries[Math.min(place, this.entries.length - 1)];
    next.item.querySelector("button").focus();
  }

  draw() {
    const files = this.entries.map(({ file }) => file);
    byId("preview-title").textContent = `Send ${contents(files, byId("preview-as-files").checked)}`;
    byId("preview-as-files").closest("label").hidden = !files.some(isPhoto);
    const items = byId("preview-items");
    items.dataset.count = Math.min(files.length, FITTING_ROWS);
    items.replaceChildren(...this.entries.map(({ item }) => item));
  }

  grow() {
    this.caption.style.height = "auto";
    this.caption.style.height = `${Math.min(this.caption.scrollHeight + 2, 180)}px`;
  }

  send() {
    const files = this.entries.map(({ file }) => file);
    const caption = this.caption.value.trim();
    this.clear();
    this.dialog.close();
    this.onSend(files, caption, byId("preview-as-files").checked);
  }

  /** Escape, a button, or nothing left to send. */
  closed() {
    if (this.dialog.open) return; // opened again before this event came
    if (this.caption.value) this.onCancel(this.caption.value);
    this.clear();
  }

  clear() {
    for (const { address } of this.entries) URL.revokeObjectURL(address);
    this.entries = [];
    this.caption.value = "";
    byId("preview-items").replaceChildren();
  }
}
