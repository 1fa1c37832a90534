// Preparing what a person picks, as a Telegram client does, and looking at photos.
import { byId, make } from "./dom.js";
import { fileAddress } from "./server.js";

const MAX_PHOTO_BYTES = 10 * 1024 * 1024;
const MAX_SIDES = 10_000;
const SHRUNK_SIDE = 2560;
const MAX_ALBUM = 10;

/** Whether a file goes as a photo: by type, or by name where the browser knows no type. */
export function isPhoto(file) {
  if (/^image\/(jpeg|png|webp|bmp|gif|hei[cf])$/.test(file.type)) return true;
  return !file.type && /\.(jpe?g|png|webp|bmp|hei[cf])$/i.test(file.name);
}

async function shrunk(file) {
  const bitmap = await createImageBitmap(file);
  const scale = Math.min(1, SHRUNK_SIDE / Math.max(bitmap.width, bitmap.height));
  const oversized = file.size > MAX_PHOTO_BYTES || bitmap.width + bitmap.height > MAX_SIDES;
  if (!oversized) return file;
  const canvas = new OffscreenCanvas(Math.max(1, bitmap.width * scale), Math.max(1, bitmap.height * scale));
  canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  const blob = await canvas.convertToBlob({ type: "image/jpeg", quality: 0.9 });
  return new File([blob], file.name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg" });
}

/** A photo small enough to send; what cannot be decoded stays as it is, for the server to judge. */
export async function prepared(file) {
  try {
    return await shrunk(file);
  } catch {
    return file;
  }
}

/** Files in parcels that can be sent at once: albums of photos, then other files one by one. */
export function parcels(files, asDocuments = false) {
  const photos = asDocuments ? [] : files.filter(isPhoto);
  const others = files.filter((file) => !photos.includes(file));
  const found = [];
  for (let start = 0; start < photos.length; start += MAX_ALBUM) {
    found.push({ files: photos.slice(start, start + MAX_ALBUM), asDocuments: false });
  }
  for (const file of others) found.push({ files: [file], asDocuments: true });
  return found;
}

/** The PhotoSize that is large enough for a side in CSS pixels. */
export function fitting(sizes, side) {
  const wanted = side * Math.min(window.devicePixelRatio, 2);
  return sizes.find((size) => Math.max(size.width, size.height) >= wanted) ?? sizes.at(-1);
}

/** The dialog that shows one photo large, with the chat's others to the left and right. */
export class Viewer {
  constructor() {
    this.dialog = byId("viewer");
    this.image = make("img", { id: "viewer-photo" });
    this.photos = [];
    byId("viewer-close").addEventListener("click", () => this.dialog.close());
    byId("viewer-previous").addEventListener("click", () => this.step(-1));
    byId("viewer-next").addEventListener("click", () => this.step(1));
    this.dialog.addEventListener("click", (event) => {
      if (event.target.closest("img, button") === null) this.dialog.close();
    });
    this.dialog.addEventListener("keydown", (event) => {
      if (event.key === "ArrowLeft") this.step(-1);
      if (event.key === "ArrowRight") this.step(1);
    });
  }

  /** Show the message with this id out of `photos`, messages that carry one, oldest first. */
  open(photos, messageId) {
    this.photos = photos;
    this.place = photos.findIndex((message) => message.message_id === messageId);
    this.draw();
    this.dialog.showModal();
  }

  step(by) {
    const place = this.place + by;
    if (place < 0 || place >= this.photos.length) return;
    this.place = place;
    this.draw();
  }

  draw() {
    const message = this.photos[this.place];
    this.image.src = fileAddress(message.photo.at(-1).file_id);
    this.image.alt = `Photo from ${message.from.first_name}`;
    byId("viewer-figure").prepend(this.image);
    byId("viewer-caption").textContent = message.caption ?? "";
    byId("viewer-previous").disabled = this.place === 0;
    byId("viewer-next").disabled = this.place === this.photos.length - 1;
  }
}
