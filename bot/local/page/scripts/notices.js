// Short notices, and the box that answers to a button may ask for.
import { byId, make } from "./dom.js";

const SHOWN_MS = 4500;

/** A notice that goes by itself. */
export function toast(words) {
  const notice = make("div", { class: "toast" }, words);
  byId("toasts").append(notice);
  setTimeout(() => notice.remove(), SHOWN_MS);
}

/** A box that waits for OK. */
export function alertBox(words) {
  byId("alert-text").textContent = words;
  byId("alert").showModal();
}
