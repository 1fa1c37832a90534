// What is on its way: shown at once, kept with a way to try again when it fails.
import { make } from "./dom.js";
import { parcels, prepared } from "./photos.js";
import * as server from "./server.js";

export class Outbox {
  constructor(chat) {
    this.chat = chat;
  }

  text(text) {
    return this.deliver({ text, files: [] });
  }

  /** Send files, photos together as albums, all in sight at once; the caption goes with the first. */
  async files(files, caption, asDocuments) {
    const to = this.here();
    const begun = parcels(files, asDocuments).map((parcel, place) => this.begin({ ...parcel, text: place ? "" : caption }, to));
    for (const out of begun) await this.transmit(out);
  }

  /** The chat and the person that are shown now: what is sent goes there, whatever is shown later. */
  here() {
    return { conversation: this.chat.current, user: this.chat.current.user };
  }

  deliver(parcel, to = this.here()) {
    return this.transmit(this.begin(parcel, to));
  }

  /** Show what is going to be sent, in the order in which it will be. */
  begin(parcel, to) {
    const { conversation } = to;
    const out = { parcel, to, cancel: new AbortController(), after: Infinity, replyTo: conversation.replyTo };
    conversation.replyTo = null;
    this.chat.composer.drawQuote();
    out.item = this.bubble(parcel, () => {
      out.cancel.abort();
      this.drop(conversation, out);
    });
    conversation.outgoing.push(out);
    this.show(conversation, { atEnd: true });
    return out;
  }

  async transmit(out) {
    const { parcel, to, replyTo } = out;
    const { conversation, user } = to;
    const { signal } = out.cancel;
    const onProgress = (share) => {
      out.item.querySelector(".progress").textContent = share < 1 ? `sending, ${Math.floor(100 * share)}%` : "sending…";
    };
    try {
      const files = parcel.asDocuments ? parcel.files : await Promise.all(parcel.files.map(prepared));
      if (signal.aborted) return;
      await server.send({
        ...parcel, files, user, chat: conversation.chat, replyTo: replyTo?.message_id, onProgress, signal,
      });
      this.drop(conversation, out);
    } catch (error) {
      conversation.replyTo = replyTo;
      this.chat.composer.drawQuote();
      if (!(error instanceof server.Cancelled)) this.fail(out, error);
    }
  }

  /** Bring a chat's outgoing messages to the screen, if it is the one that is shown. */
  show(conversation, { atEnd = false } = {}) {
    if (conversation !== this.chat.current) return;
    this.chat.list.update();
    if (atEnd) this.chat.list.toEnd();
    this.chat.draw();
  }

  drop(conversation, out) {
    conversation.outgoing = conversation.outgoing.filter((one) => one !== out);
    this.show(conversation);
  }

  bubble({ text, files }, onCancel) {
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
        make("div", { class: "foot" }, make("span", { class: "progress" }, "sending…"),
          files.length ? make("button", { type: "button", class: "button", onclick: onCancel }, "Cancel") : null)));
  }

  fail(out, error) {
    const { item, parcel, to } = out;
    const { conversation } = to;
    const again = (asDocuments) => () => {
      this.drop(conversation, out);
      this.deliver({ ...parcel, asDocuments }, to);
    };
    const button = (words, onclick) => make("button", { type: "button", class: "button", onclick }, words);
    const name = parcel.files.length === 1 ? `${parcel.files[0].name}: ` : "";
    // What was refused is refused again, unless it goes another way.
    const refused = error instanceof server.Refused;
    const asFile = refused && parcel.files.length > 0 && !parcel.asDocuments && parcel.files.every((file) => file.size > 0);
    item.className = "message mine first last pending failed";
    item.removeAttribute("aria-label");
    item.replaceChildren(make("div", { class: "bubble", role: "alert" },
      make("div", { class: "text" }, parcel.text ? `“${parcel.text}”\n` : "", name, error.message),
      make("div", { class: "actions" },
        asFile ? button("Send as file", again(true)) : null,
        refused ? null : button("Try again", again(parcel.asDocuments)),
        button("Remove", () => this.drop(conversation, out)))));
    out.after = conversation.last?.message_id ?? 0; // it keeps this place among the messages
    this.show(conversation, { atEnd: true });
  }
}
