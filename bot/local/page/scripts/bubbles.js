// One bubble: a message, or an album of several, with everything on it.
import { icon, make } from "./dom.js";
import { rich } from "./entities.js";
import { fitting } from "./photos.js";
import { fileAddress } from "./server.js";

const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });

/** A message in a few words, for quotes and the list of chats. */
export function summary(message) {
  const words = (message.text ?? message.caption)?.split("\n")[0];
  if (message.photo) return words ? `Photo: ${words}` : "Photo";
  if (message.document) return words ? `${message.document.file_name}: ${words}` : message.document.file_name;
  return words ?? "";
}

const time = (seconds) => clock.format(new Date(seconds * 1000));

function bytes(size) {
  const units = [[1024 * 1024, "MB"], [1024, "KB"]];
  const [unit, name] = units.find(([one]) => size >= one) ?? [1, "bytes"];
  return `${(size / unit).toFixed(unit > 1024 ? 1 : 0)} ${name}`;
}

function quote(message, actions) {
  const photo = message.photo ?? (message.document?.thumbnail && [message.document.thumbnail]);
  const words = make("span", {}, make("b", {}, message.from.first_name), make("i", {}, summary(message)));
  return make("button", {
    type: "button", class: "quoted", title: "Show this message",
    onclick: () => actions.point(message.message_id),
  }, photo ? make("img", { src: fileAddress(photo[0].file_id), alt: "", loading: "lazy" }) : null, words);
}

function picture(message, album, actions) {
  const shown = fitting(message.photo, album ? 220 : 400);
  const label = `Photo from ${message.from.first_name}${message.caption ? `: ${message.caption}` : ""}`;
  const image = make("img", {
    src: fileAddress(shown.file_id), alt: label, width: shown.width, height: shown.height, loading: "lazy",
  });
  const button = make("button", {
    type: "button", class: "photo", "aria-label": `Enlarge ${label}`, onclick: () => actions.enlarge(message),
  }, image);
  if (!album) button.style.aspectRatio = `${shown.width} / ${shown.height}`;
  return button;
}

function attachedFile({ document: file }) {
  const face = file.thumbnail
    ? make("img", { src: fileAddress(file.thumbnail.file_id), alt: "" })
    : make("span", { class: "document-icon" }, icon("file"));
  return make("a", { class: "document", href: fileAddress(file.file_id), download: file.file_name },
    face, make("span", {}, make("b", {}, file.file_name), make("small", {}, bytes(file.file_size))));
}

function key(button, message, actions) {
  if (button.url) {
    return make("a", { class: "key", href: button.url, target: "_blank", rel: "noopener noreferrer" }, `${button.text} ↗`);
  }
  return make("button", {
    type: "button", class: "key",
    onclick: async (event) => {
      const pressed = event.currentTarget;
      pressed.setAttribute("aria-busy", "true");
      await actions.press(message, button);
      pressed.removeAttribute("aria-busy");
    },
  }, button.text);
}

function keyboard(message, actions) {
  const rows = message.reply_markup.inline_keyboard.map((row) =>
    make("div", { class: "keyboard-row" }, row.map((button) => key(button, message, actions))));
  return make("div", { class: "keyboard", role: "group", "aria-label": "Buttons" }, rows);
}

function foot(message) {
  return make("div", { class: "foot" },
    message.edit_date ? make("span", {}, "edited") : null,
    make("time", { datetime: new Date(message.date * 1000).toISOString() }, time(message.date)));
}

/**
 * The list item for one message or one album (several messages).
 * `actions`: press, reply, point, enlarge, command. `mine`: whether this side sent it.
 */
export function bubble(messages, { mine, named, actions }) {
  const [first] = messages;
  const photos = messages.filter((message) => message.photo);
  const files = messages.filter((message) => message.document);
  const captioned = messages.find((message) => message.caption);
  const text = first.text ?? captioned?.caption;
  const entities = first.entities ?? captioned?.caption_entities;
  const bare = photos.length > 0 && !text && !first.reply_to_message && !named && !files.length;
  const classes = ["bubble", photos.length ? "with-media" : "", bare ? "bare" : ""].join(" ");
  const inside = make("div", { class: classes },
    named ? make("div", { class: "sender" }, first.from.first_name) : null,
    first.reply_to_message ? quote(first.reply_to_message, actions) : null,
    photos.length
      ? make("div", { class: "photos", "data-count": photos.length },
        photos.map((message) => picture(message, photos.length > 1, actions)))
      : null,
    files.map(attachedFile),
    text ? make("div", { class: photos.length ? "text caption" : "text", dir: "auto" }, rich(text, entities, actions.command)) : null,
    foot(messages.find((message) => message.edit_date) ?? first),
    first.reaction ? make("span", { class: "reaction", title: "Reaction" }, first.reaction) : null);
  const withKeys = messages.filter((message) => message.reply_markup?.inline_keyboard);
  return make("li", { class: `message${mine ? " mine" : ""}`, "data-id": first.message_id },
    inside, withKeys.map((message) => keyboard(message, actions)),
    make("button", {
      type: "button", class: "reply round", "aria-label": "Reply", onclick: () => actions.reply(first),
    }, icon("reply")));
}
