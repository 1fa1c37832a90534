// What is on its way: shown at once, kept with a way to try again when it fails.
import { byId, make } from "./dom.js";
import { parcels, prepared } from "./photos.js";
import * as server from "./server.js";

export class Outbox {
  constructor(chat) {
    this.chat = chat;
    this.underway = 0;
  }

  get busy() {
    return this.underway > 0 || document.querySelector(".pending") !== null;
  }

  text(text) {
    return this.deliver({ text, files: [] });
  }

  /** Send files, photos together as albums; the caption goes with the first parcel. */
  async files(files, caption) {
    let words = caption;
    for (const { files: some, asDocuments } of parcels(files)) {
      await this.deliver({ text: words, files: some, asDocuments });
      words = "";
    }
  }

  async deliver(parcel) {
    const { current } = this.chat;
    const { chat, user, replyTo } = current;
    current.replyTo = null;
    this.chat.composer.drawQuote();
    this.underway += 1;
    const item = this.bubble(parcel);
    this.chat.list.addPending(item);
    byId("empty").hidden = true;
    try {
      const files = parcel.asDocuments ? parcel.files : await Promise.all(parcel.files.map(prepared));
      await server.send({ ...parcel, files, user, chat, replyTo: replyTo?.message_id });
      item.remove();
    } catch (error) {
      current.replyTo = replyTo;
      this.chat.composer.drawQuote();
      this.fail(item, parcel, error);
    } finally {
      this.underway -= 1;
    }
  }

  bubble({ text, files }) {
    const pictures = files.filter((file) => file.type.startsWith("image/")).map((file) => {
      const address = URL.createObjectURL(file);
      const image = make("img", { src: address, alt: `Sending ${file.name}` });
      for (const end of ["load", "error"]) image.addEventListener(end, () => URL.revokeObjectURL(address));
      return make("span", { class: "photo" }, image);
    });
    const names = files.filter((file) => !file.type.startsWith("image/")).map((file) => make("div", {}, file.name));
    return make("li", { class: "message mine first last pending", "aria-label": "Sending" },
      make("div", { class: pictures.length ? "bubble with-media" : "bubble" },
        pictures.length ? make("div", { class: "photos", "data-count": pictures.length }, pictures) : null,
        names, text ? make("div", { class: "text" }, text) : null,
        make("div", { class: "foot" }, make("span", {}, "sending…"))));
  }

  fail(item, parcel, error) {
    const again = (asDocuments) => () => {
      item.remove();
      this.deliver({ ...parcel, asDocuments });
    };
    const name = parcel.files.length === 1 ? `${parcel.files[0].name}: ` : "";
    const asFile = parcel.files.length > 0 && !parcel.asDocuments && error instanceof server.Refused;
    item.className = "message mine first last pending failed";
    item.setAttribute("role", "alert");
    item.replaceChildren(make("div", { class: "bubble" },
      make("div", { class: "text" }, parcel.text ? `“${parcel.text}”\n` : "", name, error.message),
      make("div", { class: "actions" },
        asFile
          ? make("button", { type: "button", class: "button", onclick: again(true) }, "Send as file")
          : make("button", { type: "button", class: "button", onclick: again(parcel.asDocuments) }, "Try again"),
        make("button", { type: "button", class: "button", onclick: () => { item.remove(); this.chat.draw(); } }, "Remove"))));
    this.chat.list.toEnd();
  }
}
