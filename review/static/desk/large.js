// The large view: one photo and all that is known of it. The verdict bar comes along into it.

import { address, getHtml } from "../server.js";
import { say } from "../words.js";
import { Zoom } from "./zoom.js";

export class Large {
  constructor(dialog, hand, shelf, { onFailure }) {
    this.dialog = dialog;
    this.hand = hand;
    this.shelf = shelf;
    this.onFailure = onFailure;
    this.about = dialog.querySelector(".about");
    this.home = hand.parentElement;
    dialog.querySelector(".close").addEventListener("click", () => dialog.close());
    dialog.querySelector(".back").addEventListener("click", () => this.step(-1));
    dialog.querySelector(".on").addEventListener("click", () => this.step(1));
    dialog.addEventListener("close", () => this.#closed());
    addEventListener("popstate", () => this.#moved());
    this.about.addEventListener("click", (event) => {
      if (!event.target.closest(".why")) return;
      event.preventDefault();
      this.toggleHeat();
    });
    this.zoom = new Zoom(this.about, { onSwipe: (by) => this.step(by) });
    dialog.querySelector(".zoom .in").addEventListener("click", () => this.zoom.in());
    dialog.querySelector(".zoom .out").addEventListener("click", () => this.zoom.out());
  }

  get isOpen() {
    return this.dialog.open;
  }

  // The photo on the screen. While the next one is on its way, it is not the one that the shelf has.
  get photo() {
    return Number(this.about.querySelector(".whole")?.dataset.photo);
  }

  // Whether what a person sees is what a key would be about.
  get isCurrent() {
    return !this.isOpen || this.photo === this.shelf.id;
  }

  open() {
    if (this.isOpen) return;
    history.pushState({ large: true }, "");
    this.dialog.append(this.hand);
    this.dialog.showModal();
    this.about.focus();
    this.show();
  }

  step(by) {
    this.shelf.move(this.shelf.current + by, { focus: false });
  }

  // Show the photo to which the shelf has moved, whatever moved it.
  follow() {
    if (!this.isCurrent) this.show();
  }

  async show() {
    const id = this.shelf.id;
    this.about.classList.toggle("stale", !this.isCurrent);
    // The photo has an address of its own: to send it, and for Back to lead to the grid again.
    history.replaceState(history.state, "", address(`/photos/${id}?shelf=${this.shelf.name}`));
    try {
      const html = await getHtml(`/photos/${id}?shelf=${this.shelf.name}&part=about`);
      if (id !== this.shelf.id) return;
      this.about.innerHTML = html;
      this.about.classList.remove("stale");
      this.zoom.reset();
      const similar = this.about.querySelector("[data-similar]");
      if (similar) similar.innerHTML = await getHtml(similar.dataset.similar);
    } catch (failure) {
      this.onFailure(failure);
    }
  }

  // Lay the heat map over the photo, or take it off.
  toggleHeat() {
    const photo = this.about.querySelector("[data-heat]");
    if (!photo) return;
    const heat = photo.querySelector(".heat");
    if (heat) heat.remove();
    else photo.append(Object.assign(new Image(), { className: "heat", src: photo.dataset.heat, alt: say("heat") }));
    this.zoom.apply();
  }

  #closed() {
    if (history.state?.large) history.back();
    this.home.append(this.hand);
    this.about.replaceChildren();
    this.shelf.move(this.shelf.current);
  }

  // Back closes the view; Forward opens the photo's own page.
  #moved() {
    const isPhoto = Boolean(history.state?.large);
    if (this.isOpen && !isPhoto) this.dialog.close();
    else if (!this.isOpen && isPhoto) location.reload();
  }
}
