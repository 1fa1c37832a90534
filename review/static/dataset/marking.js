// Marking photos for a second look: many by a key, one with a note in the large view.

import { post } from "../server.js";

export class Marking {
  constructor(shelf, large, { say }) {
    this.shelf = shelf;
    this.large = large;
    this.say = say;
    large.about.addEventListener("submit", (event) => {
      if (!event.target.matches(".mark-form")) return;
      event.preventDefault();
      const note = event.target.elements.note.value;
      this.#send({ photos: [large.photo], note, marked: event.submitter?.value !== "unmark" });
    });
  }

  // Marks them, or takes the marks off where all of them have one.
  toggle(ids) {
    return this.#send({ photos: ids });
  }

  async #send(values) {
    try {
      const { photos, marked, sentence } = await post("/marks", values);
      for (const id of photos) this.shelf.flag(id, marked);
      this.say(sentence);
      if (this.large.isOpen) this.large.show();
    } catch (failure) {
      this.say(failure.message, { bad: true });
    }
  }
}
