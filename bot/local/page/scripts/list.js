// The list of messages on the screen.
import { bubble } from "./bubbles.js";
import { byId, make } from "./dom.js";

const NEAR_END = 120;
const NEAR_START = 600;
const AT_ONCE = 12; // bubbles that are made at a time; older ones when somebody scrolls to them
const SWIPE = 56;
const HANDLED_MS = 1500;
const ACTIONS = {
  typing: "is typing…", upload_photo: "is sending a photo…", upload_document: "is sending a file…",
};

/** What the bot is doing, in words; after a photo, typing is looking. */
export function doing(conversation) {
  if (!conversation.action) return "";
  if (conversation.action === "typing" && conversation.last?.photo && !conversation.last.from.is_bot) return "is looking…";
  return ACTIONS[conversation.action] ?? "is busy…";
}

function dayOf(message) {
  return new Date(message.date * 1000).toDateString();
}

function dayName(message) {
  const date = new Date(message.date * 1000);
  if (date.toDateString() === new Date().toDateString()) return "Today";
  return new Intl.DateTimeFormat(undefined, { weekday: "long", day: "numeric", month: "long" }).format(date);
}

export class MessageList {
  constructor(actions) {
    this.actions = actions;
    this.list = byId("messages");
    this.scroller = byId("scroller");
    this.items = new Map();
    this.scroller.addEventListener("scroll", () => this.scrolled());
    this.handled = -HANDLED_MS;
    for (const kind of ["wheel", "touchmove", "pointerdown", "keydown"]) {
      this.scroller.addEventListener(kind, () => { this.handled = performance.now(); }, { passive: true });
    }
    byId("to-end").addEventListener("click", () => this.toEnd());
    // Photos take their place late: stay at the end if that is where the reader was.
    const observer = new ResizeObserver(() => this.following && this.toEnd());
    observer.observe(this.list);
    observer.observe(this.scroller);
    this.following = true;
    this.listenForSwipes();
  }

  get nearEnd() {
    return this.scroller.scrollHeight - this.scroller.scrollTop - this.scroller.clientHeight < NEAR_END;
  }

  scrolled() {
    // New content moves the list too; only a person scrolling leaves the end.
    if (this.nearEnd) this.following = true;
    else if (performance.now() - this.handled < HANDLED_MS) this.following = false;
    byId("to-end").hidden = this.following;
    if (this.scroller.scrollTop < NEAR_START && !this.following) this.showOlder();
  }

  toEnd() {
    this.scroller.scrollTop = this.scroller.scrollHeight;
    this.following = true;
    byId("to-end").hidden = true;
  }

  /** Show another conversation from scratch. */
  open(conversation) {
    this.items.clear();
    this.list.replaceChildren();
    this.conversation = conversation;
    this.oldest = null;
    this.settled = false;
    this.following = true;
    this.update();
    this.toEnd();
  }

  /** Bring the screen up to date with what changed. */
  update() {
    const { conversation } = this;
    const follow = this.following;
    const all = conversation.groups();
    for (const [name, item] of this.items) {
      if (!all.has(name)) {
        item.remove();
        this.items.delete(name);
      }
    }
    const groups = [...all];
    if (conversation.loaded) this.oldest ??= groups.at(-AT_ONCE)?.[1][0].message_id ?? 0;
    const outgoing = [...conversation.outgoing].sort((a, b) => a.after - b.after);
    let previous = null;
    let before = null;
    const wanted = [];
    for (const [name, messages] of groups) {
      const [first] = messages;
      if (first.message_id < this.oldest) continue;
      while (outgoing[0]?.after < first.message_id) wanted.push(outgoing.shift().item);
      const newDay = previous === null || dayOf(previous) !== dayOf(first);
      if (newDay) wanted.push(this.day(first));
      const starts = newDay || previous.from.id !== first.from.id;
      const item = this.item(name, messages, starts);
      item.classList.toggle("first", starts);
      item.classList.add("last");
      if (!starts) before.classList.remove("last");
      wanted.push(item);
      previous = first;
      before = item;
    }
    wanted.push(...outgoing.map(({ item }) => item));
    this.place(wanted);
    this.settled = conversation.loaded;
    this.drawAction();
    // There must be something to scroll to, however large the screen.
    if (this.oldest && this.scroller.scrollHeight < 2 * this.scroller.clientHeight) this.showOlder();
    if (follow) this.toEnd();
  }

  /** Make the bubbles before the oldest one, without moving what is in sight. */
  showOlder() {
    const older = [...this.conversation.groups().values()].filter(([first]) => first.message_id < this.oldest);
    if (older.length === 0) return;
    const { scrollHeight, scrollTop } = this.scroller;
    this.oldest = older.at(-AT_ONCE)?.[0].message_id ?? 0;
    this.settled = false;
    this.update();
    this.scroller.scrollTop = scrollTop + this.scroller.scrollHeight - scrollHeight;
  }

  item(name, messages, starts) {
    const { conversation } = this;
    const known = this.items.get(name);
    const signature = JSON.stringify([messages, starts, conversation.user]);
    if (known?.signature === signature) return known;
    const mine = messages[0].from.id === conversation.user;
    const named = conversation.kind === "group" && !mine && starts;
    const item = bubble(messages, { mine, named, actions: this.actions });
    item.signature = signature;
    if (!known && this.settled) item.classList.add("fresh"); // one that comes, not one that was there
    known?.remove();
    this.items.set(name, item);
    return item;
  }

  day(message) {
    const name = dayOf(message);
    const known = [...this.list.querySelectorAll(".day")].find((day) => day.dataset.day === name);
    return known ?? make("li", { class: "day", "data-day": name }, dayName(message));
  }

  place(wanted) {
    const keep = new Set(wanted);
    for (const child of [...this.list.children]) {
      if (!keep.has(child) && !child.matches(".acting")) child.remove();
    }
    // Only what is out of place moves, so that focus and screen readers are left alone.
    let next = this.list.firstElementChild;
    for (const element of wanted) {
      if (element === next) next = next.nextElementSibling;
      else this.list.insertBefore(element, next);
    }
  }

  drawAction() {
    const words = doing(this.conversation);
    let acting = this.list.querySelector(".acting");
    if (!words) {
      acting?.remove();
      return;
    }
    if (!acting) {
      acting = make("li", { class: "message acting", "aria-hidden": "true" },
        make("div", { class: "bubble" }, make("span", { class: "dots" }, make("i"), make("i"), make("i")), make("span")));
    }
    acting.querySelector(".bubble > span:last-child").textContent = words;
    this.list.append(acting);
  }

  /** Bring a message into view and point at it. */
  point(messageId) {
    const found = [...this.conversation.groups()].find(([, messages]) => messages.some((message) => message.message_id === messageId));
    if (!found) return;
    if (found[1][0].message_id < this.oldest) {
      this.oldest = found[1][0].message_id;
      this.update();
    }
    const item = this.items.get(found[0]);
    this.following = false;
    item.scrollIntoView({ block: "center", behavior: "smooth" });
    item.classList.remove("pointed");
    requestAnimationFrame(() => item.classList.add("pointed"));
  }

  listenForSwipes() {
    let swipe = null;
    this.list.addEventListener("touchstart", (event) => {
      const item = event.target.closest(".message[data-id]");
      const [touch] = event.touches;
      swipe = item && event.touches.length === 1 ? { item, x: touch.clientX, y: touch.clientY, by: 0 } : null;
    }, { passive: true });
    this.list.addEventListener("touchmove", (event) => {
      if (!swipe) return;
      const [touch] = event.touches;
      const across = touch.clientX - swipe.x;
      if (Math.abs(touch.clientY - swipe.y) > Math.abs(across)) return;
      swipe.by = Math.max(-SWIPE * 1.3, Math.min(0, across));
      swipe.item.style.transform = `translateX(${swipe.by}px)`;
      swipe.item.classList.toggle("swiped", swipe.by < -SWIPE);
    }, { passive: true });
    const end = () => {
      if (!swipe) return;
      const { item, by } = swipe;
      swipe = null;
      item.style.transform = "";
      item.classList.remove("swiped");
      if (by < -SWIPE) this.actions.reply(this.conversation.messages.get(Number(item.dataset.id)));
    };
    this.list.addEventListener("touchend", end);
    this.list.addEventListener("touchcancel", end);
  }
}
