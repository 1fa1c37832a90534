// One chat as one person sees it: its messages, kept up to date by asking the server.
import * as server from "./server.js";

const WAIT_S = 25;
const IMPATIENT_S = 2;
const KEPT = 300;

export class Conversation {
  /** `onNews(conversation)` is called after every change. */
  constructor({ chat, user, name, kind }, onNews) {
    Object.assign(this, { chat, user, name, kind, onNews });
    this.forget();
    this.connected = true;
    this.loaded = false;
    this.unread = 0;
    this.commands = [];
    this.draft = "";
    this.replyTo = null;
    this.outgoing = []; // what is on its way, or failed, as the outbox shows it
  }

  forget() {
    this.version = 0;
    this.run = null;
    this.action = "";
    this.listening = true;
    this.waiting = 0;
    this.messages = new Map();
  }

  /** Follow the chat for as long as the page lives. */
  async follow() {
    for (let failures = 0; ;) {
      try {
        const news = await server.changes({
          chat: this.chat, since: this.version, action: this.action, limit: KEPT,
          wait: this.loaded && this.connected ? (this.listening ? WAIT_S : IMPATIENT_S) : 0,
        });
        failures = 0;
        this.apply(news);
      } catch {
        failures += 1;
        this.connected = false;
        this.onNews(this);
        await new Promise((resume) => setTimeout(resume, Math.min(500 * 2 ** failures, 8000)));
      }
    }
  }

  apply(news) {
    if (this.run !== null && news.run !== this.run) {
      // The server was restarted: what it told was counted by the old run's versions. Ask anew.
      this.forget();
      this.run = news.run;
      return;
    }
    const known = this.run !== null;
    this.run = news.run;
    this.version = news.version;
    this.connected = true;
    this.loaded = true;
    this.action = news.action;
    this.listening = news.listening;
    this.waiting = news.waiting;
    for (const message of news.messages) {
      if (known && message.from.is_bot && !this.messages.has(message.message_id)) this.unread += 1;
      this.messages.set(message.message_id, message);
    }
    for (const id of news.deleted) this.messages.delete(id);
    const ids = [...this.messages.keys()].sort((a, b) => a - b);
    for (const id of ids.slice(0, -KEPT)) this.messages.delete(id);
    this.onNews(this);
  }

  groupOf(message) {
    return message.media_group_id ? `album-${message.media_group_id}` : `message-${message.message_id}`;
  }

  /** The messages by bubble, oldest first: one each, or those of an album. */
  groups() {
    const found = new Map();
    for (const message of this.ordered()) {
      const name = this.groupOf(message);
      if (!found.has(name)) found.set(name, []);
      found.get(name).push(message);
    }
    return found;
  }

  ordered() {
    return [...this.messages.values()].sort((a, b) => a.message_id - b.message_id);
  }

  get last() {
    return this.ordered().at(-1);
  }
}
