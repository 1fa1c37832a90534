// The page: who you are, what is shown, and what happens when you do something.
import { Composer } from "./composer.js";
import { Conversation } from "./conversation.js";
import { byId, drawIcons, make } from "./dom.js";
import { doing, MessageList } from "./list.js";
import { Outbox } from "./outbox.js";
import { Viewer } from "./photos.js";
import { summary } from "./bubbles.js";
import * as server from "./server.js";
import { Settings } from "./settings.js";
import { alertBox, toast } from "./notices.js";

const GROUP_CHAT = -100;
const ORDINARY = 1;

/** What an empty chat says to the chosen person; it offers a step where the bot has the command. */
const INVITATIONS = {
  ordinary: {
    title: "Drop in a photo of a bear",
    text: "Drag a picture here, paste one, or choose it. The answer comes in a moment.",
    steps: [["Start", "/start"]],
  },
  admin: {
    title: "You look after the bot",
    text: "Photos are answered here, too. As the admin you also decide on disputed answers, and let it learn from them.",
    steps: [["Review photos", "/review"], ["Retrain", "/retrain"], ["Figures", "/stats"]],
  },
  group: {
    title: "In a group, ask the bot",
    text: "A bot in a group sees commands and replies to it, and no other message. Send a photo with the caption /identify, or reply /identify to a photo.",
    steps: [],
    caption: "/identify",
  },
};

/** What a person may do, as the bot's menu for them says: its settings can make admins of more people. */
function roleOf({ kind, commands }) {
  return kind === "ordinary" && commands.some(({ command }) => command === "review") ? "admin" : kind;
}

class Chat {
  constructor(people, composer) {
    this.people = people;
    this.composer = composer;
    this.viewer = new Viewer();
    this.outbox = new Outbox(this);
    this.list = new MessageList({
      press: (message, button) => this.press(message, button),
      reply: (message) => this.composer.reply(message),
      point: (id) => this.list.point(id),
      enlarge: (message) => this.viewer.open(this.current.ordered().filter((one) => one.photo), message.message_id),
      command: (command) => this.outbox.text(command),
    });
    this.settings = new Settings(this);
    const name = (id) => this.person(id)?.first_name ?? `Person ${id}`;
    const admin = people.admin_id;
    this.conversations = [
      { chat: ORDINARY, user: ORDINARY, name: name(ORDINARY), kind: "ordinary" },
      { chat: admin, user: admin, name: name(admin), kind: "admin" },
      { chat: GROUP_CHAT, user: ORDINARY, name: "Group", kind: "group" },
    ].map((one) => new Conversation(one, (changed) => this.news(changed)));
    byId("choose").addEventListener("click", () => {
      this.composer.suggest(INVITATIONS[this.current.kind].caption);
      byId("file").click();
    });
    const samples = people.samples.map((name) => make("li", {}, make("button", {
      type: "button", "aria-label": `Try ${name}`, onclick: () => this.sendSample(name),
    }, make("img", { src: server.sampleAddress(name), alt: "", width: 84, height: 84, loading: "lazy" }))));
    byId("samples").hidden = samples.length === 0;
    byId("samples").querySelector("ul").append(...samples);
    byId("speaker-select").append(
      make("option", { value: ORDINARY }, name(ORDINARY)), make("option", { value: admin }, `${name(admin)} (admin)`));
    byId("speaker-select").addEventListener("change", (event) => this.speakAs(Number(event.target.value)));
    byId("bot-name").textContent = people.bot.first_name;
    byId("brand").textContent = people.bot.first_name;
    document.title = `${people.bot.first_name}: local chat`;
  }

  person(id) {
    return this.people.people.find((person) => person.id === id);
  }

  begin() {
    const wanted = location.hash.slice(1);
    this.open(this.conversations.find(({ kind }) => kind === wanted) ?? this.conversations[0]);
    for (const conversation of this.conversations) {
      conversation.follow();
      if (conversation !== this.current) this.refreshMenu(conversation); // the list says who is an admin
    }
  }

  open(conversation) {
    this.current = conversation;
    conversation.unread = 0;
    history.replaceState(null, "", `#${conversation.kind}`);
    byId("speaker").hidden = conversation.kind !== "group";
    this.composer.open(conversation);
    this.list.open(conversation);
    this.invite();
    this.draw();
    this.refreshMenu(conversation);
  }

  speakAs(user) {
    this.current.user = user;
    this.list.open(this.current);
    this.refreshMenu(this.current);
  }

  async sendSample(name) {
    const caption = INVITATIONS[this.current.kind].caption ?? "";
    try {
      const photo = await (await fetch(server.sampleAddress(name))).blob();
      await this.outbox.files([new File([photo], name, { type: "image/jpeg" })], caption);
    } catch {
      toast("The server does not answer.");
    }
  }

  async refreshMenu(conversation) {
    let commands;
    try {
      commands = await server.menu(conversation.user, conversation.chat);
    } catch {
      return; // the banner already tells that the server is away
    }
    if (JSON.stringify(commands) === JSON.stringify(conversation.commands)) return;
    conversation.commands = commands;
    this.draw();
    if (conversation !== this.current) return;
    this.composer.commandsChanged();
    this.invite();
  }

  news(conversation) {
    if (conversation === this.current) {
      conversation.unread = 0;
      this.list.update();
      this.refreshMenuOnce(conversation);
    }
    this.draw();
  }

  refreshMenuOnce(conversation) {
    // Menus change when the bot starts or a person's rights do: look again with the bot's messages.
    const seen = `${conversation.listening}-${conversation.last?.from.is_bot ? conversation.last.message_id : ""}`;
    if (conversation.menuSeen === seen) return;
    conversation.menuSeen = seen;
    this.refreshMenu(conversation);
    this.refreshPeople();
  }

  async refreshPeople() {
    try {
      this.people = await server.people();
    } catch {
      return;
    }
    this.invite();
  }

  /** What the empty chat says, to whom it is shown now. */
  invite() {
    const { user, commands } = this.current;
    const role = roleOf(this.current);
    const { title, text, steps } = INVITATIONS[role];
    const language = this.person(user)?.language_code ?? "";
    const texts = this.people.descriptions;
    const about = texts[`description:${language}`] ?? texts["description:"];
    byId("invitation").textContent = title;
    byId("about").textContent = (role === "ordinary" && about) || text;
    const known = ([, step]) => commands.some(({ command }) => `/${command}` === step);
    byId("next-steps").replaceChildren(...steps.filter(known).map(([words, step]) =>
      make("button", { type: "button", class: "button", title: step, onclick: () => this.outbox.text(step) }, words)));
  }

  draw() {
    const { current } = this;
    const action = doing(current);
    const state = current.listening ? "online" : "not connected";
    byId("status").textContent = current.connected ? action || state : "offline";
    byId("status").dataset.active = String(Boolean(action));
    byId("empty").hidden = current.messages.size > 0 || !current.loaded || current.outgoing.length > 0;
    this.drawBanner();
    byId("conversations").replaceChildren(...this.conversations.map((one) => this.entry(one)));
  }

  drawBanner() {
    const banner = byId("banner");
    const { connected, listening, waiting } = this.current;
    const lost = "Connection lost. Trying again…";
    const idle = waiting
      ? `The bot is not listening: ${waiting} ${waiting === 1 ? "message waits" : "messages wait"} for it.`
      : "No bot is listening yet. It connects by itself once it runs.";
    const words = !connected ? lost : (!listening ? idle : "");
    banner.hidden = !words;
    banner.dataset.kind = connected ? "wait" : "lost";
    if (banner.textContent !== words) banner.textContent = words;
  }

  entry(conversation) {
    const { kind, name, last, unread } = conversation;
    const face = kind === "group" ? "G" : name.slice(0, 1);
    return make("li", {}, make("button", {
      type: "button", class: "conversation", "data-kind": kind,
      "aria-current": String(conversation === this.current),
      onclick: () => this.open(conversation),
    },
    make("span", { class: "face", "data-kind": kind, "aria-hidden": "true" }, face),
    make("span", { class: "conversation-name" }, name, roleOf(conversation) === "admin" ? [" ", make("small", {}, "admin")] : null),
    make("span", { class: "conversation-last" }, last ? summary(last) : this.invitation(roleOf(conversation))),
    unread ? make("span", { class: "unread" }, String(unread), make("span", { class: "visually-hidden" }, " new")) : null));
  }

  invitation(kind) {
    return { ordinary: "An ordinary person", admin: "May review and retrain", group: "Ask with /identify" }[kind];
  }

  async press(message, button) {
    if (button.copy_text) {
      await navigator.clipboard.writeText(button.copy_text.text);
      toast("Copied.");
      return;
    }
    if (!button.callback_data) {
      toast("This kind of button works in Telegram only.");
      return;
    }
    try {
      const { answer } = await server.press({
        user: this.current.user, chat: this.current.chat,
        message_id: message.message_id, data: button.callback_data,
      });
      if (answer === null) toast("The bot did not answer the button in time.");
      else if (answer.text && answer.show_alert) alertBox(answer.text);
      else if (answer.text) toast(answer.text);
    } catch (error) {
      toast(error.message);
    }
  }
}

async function connect(composer) {
  for (;;) {
    try {
      return new Chat(await server.people(), composer);
    } catch (error) {
      if (!(error instanceof server.Unreachable)) throw error;
      byId("banner").textContent = "Connection lost. Trying again…";
      byId("banner").hidden = false;
      await new Promise((resume) => setTimeout(resume, 1000));
    }
  }
}

drawIcons();
// What a person sends before the server's first answer waits for that answer.
const composer = new Composer({
  onText: async (text) => (await ready).outbox.text(text),
  onFiles: async (files, caption, asDocuments) => (await ready).outbox.files(files, caption, asDocuments),
});
const ready = connect(composer);
ready.then((chat) => chat.begin());
composer.begin();
