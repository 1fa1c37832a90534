// Writing, replying, commands with suggestions, and getting files in by button, drop and paste.
import { summary } from "./bubbles.js";
import { byId, make } from "./dom.js";
import { Preview } from "./preview.js";

export class Composer {
  /** `onText(text)`, `onFiles(files, caption, asDocuments)` are called when something is to be sent. */
  constructor({ onText, onFiles }) {
    this.onText = onText;
    this.preview = new Preview({ onSend: onFiles, onCancel: (caption) => this.write(caption) });
    this.text = byId("text");
    this.suggestions = byId("suggestions");
    this.selected = -1;
    byId("composer").addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
    this.text.addEventListener("input", () => this.typed());
    this.text.addEventListener("keydown", (event) => this.pressed(event));
    this.text.addEventListener("blur", () => this.offer([]));
    byId("menu").addEventListener("mousedown", (event) => event.preventDefault());
    byId("menu").addEventListener("click", () => this.toggleMenu());
    byId("quote-cancel").addEventListener("click", () => this.reply(null));
    byId("file").addEventListener("change", () => this.takeChosen());
    this.listenForDrops();
    this.listenForPaste();
  }

  /** Take what was chosen before this page could listen. */
  begin() {
    this.takeChosen();
  }

  takeChosen() {
    const chooser = byId("file");
    const files = [...chooser.files];
    chooser.value = "";
    this.take(files);
  }

  /** Begin what will be the caption, unless something is written already. */
  suggest(caption) {
    if (caption && !this.text.value) this.text.value = caption;
  }

  /** Show a conversation's draft, reply and commands. */
  open(conversation) {
    if (this.conversation) this.conversation.draft = this.text.value;
    else conversation.draft = this.text.value;
    this.conversation = conversation;
    this.text.value = conversation.draft;
    this.drawQuote();
    this.drawMenu();
    this.typed();
    this.offer([]);
  }

  drawMenu() {
    byId("menu").hidden = this.conversation.commands.length === 0;
  }

  /** The conversation's commands are others now: what is being typed may be one of them. */
  commandsChanged() {
    this.drawMenu();
    if (document.activeElement === this.text) this.typed();
  }

  /** Reply to this message with whatever is sent next; null for none. */
  reply(message) {
    this.conversation.replyTo = message;
    this.drawQuote();
    this.text.focus();
  }

  drawQuote() {
    const message = this.conversation.replyTo;
    byId("quote").hidden = !message;
    if (!message) return;
    byId("quote-name").textContent = `Reply to ${message.from.first_name}`;
    byId("quote-text").textContent = summary(message);
  }

  submit() {
    const text = this.text.value.trim();
    if (!text) {
      this.text.focus();
      return;
    }
    this.write("");
    this.onText(text);
  }

  /** Show files before they go; what is written becomes their caption. */
  take(files) {
    if (files.length === 0) return;
    const caption = this.text.value.trim();
    this.write("");
    this.preview.add(files, caption);
  }

  write(text) {
    this.text.value = text;
    this.typed();
  }

  typed() {
    this.text.style.height = "auto";
    this.text.style.height = `${Math.min(this.text.scrollHeight + 2, 180)}px`;
    const [, word] = /^\/(\w*)$/.exec(this.text.value) ?? [];
    const commands = this.conversation?.commands ?? [];
    this.offer(word === undefined ? [] : commands.filter(({ command }) => command.startsWith(word.toLowerCase())));
  }

  pressed(event) {
    const open = !this.suggestions.hidden;
    if (open && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      const count = this.suggestions.children.length;
      this.select((this.selected + (event.key === "ArrowDown" ? 1 : -1) + count) % count);
    } else if (open && event.key === "Escape") {
      this.offer([]);
    } else if (!open && event.key === "Escape" && this.conversation?.replyTo) {
      this.reply(null);
    } else if (open && (event.key === "Tab" || event.key === "Enter") && this.selected >= 0) {
      this.complete(this.suggestions.children[this.selected].dataset.command, event.key === "Enter");
    } else if (event.key === "Enter" && !event.shiftKey && !event.isComposing && !matchMedia("(pointer: coarse)").matches) {
      this.submit();
    } else {
      return;
    }
    event.preventDefault();
  }

  toggleMenu() {
    if (this.suggestions.hidden) this.offer(this.conversation?.commands ?? []);
    else this.offer([]);
    this.text.focus();
  }

  offer(commands) {
    this.suggestions.hidden = commands.length === 0;
    byId("menu").setAttribute("aria-expanded", String(commands.length > 0));
    this.suggestions.replaceChildren(...commands.map(({ command, description }, place) => make("div", {
      class: "suggestion", role: "option", id: `suggestion-${place}`, "data-command": command, "aria-selected": "false",
      onmousedown: (event) => event.preventDefault(),
      onclick: () => this.complete(command, true),
    }, make("b", {}, `/${command}`), make("span", {}, description))));
    this.select(commands.length === 1 && this.text.value.length > 1 ? 0 : -1);
  }

  select(place) {
    this.selected = place;
    [...this.suggestions.children].forEach((option, index) => {
      option.setAttribute("aria-selected", String(index === place));
      if (index === place) option.scrollIntoView({ block: "nearest" });
    });
    if (place >= 0) this.text.setAttribute("aria-activedescendant", `suggestion-${place}`);
    else this.text.removeAttribute("aria-activedescendant");
  }

  complete(command, send) {
    this.text.value = send ? `/${command}` : `/${command} `;
    this.typed();
    this.offer([]);
    if (send) this.submit();
    this.text.focus();
  }

  listenForDrops() {
    const drop = byId("drop");
    let depth = 0;
    const carriesFiles = (event) => event.dataTransfer?.types.includes("Files");
    const show = (by) => {
      depth = Math.max(0, depth + by);
      drop.hidden = depth === 0;
    };
    window.addEventListener("dragenter", (event) => carriesFiles(event) && show(1));
    window.addEventListener("dragleave", (event) => carriesFiles(event) && show(-1));
    window.addEventListener("dragover", (event) => carriesFiles(event) && event.preventDefault());
    window.addEventListener("drop", (event) => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      show(-depth);
      this.take([...event.dataTransfer.files]);
    });
  }

  listenForPaste() {
    window.addEventListener("paste", (event) => {
      const files = [...(event.clipboardData?.files ?? [])];
      if (files.length === 0) return;
      event.preventDefault();
      this.take(files);
    });
  }
}
