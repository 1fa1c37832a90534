// Telling the others what this reviewer is about to decide, and hearing what they do.

import { post } from "../server.js";
import { say } from "../words.js";

const AHEAD = 6;
const REST_MS = 350; // after the last move
const AGAIN_MS = 20000;

export class Looking {
  constructor(shelf, { progress }) {
    this.shelf = shelf;
    this.progress = progress;
    this.held = new Set();
    this.timer = 0;
    setInterval(() => document.hidden || this.#tell(), AGAIN_MS);
    addEventListener("pagehide", () => this.#leave());
  }

  soon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.#tell(), REST_MS);
  }

  async #tell() {
    const { shelf } = this;
    const hold = [];
    for (let at = shelf.current; at < shelf.ids.length && hold.length < AHEAD; at++) {
      if (shelf.waits(shelf.ids[at])) hold.push(shelf.ids[at]);
    }
    const drop = [...this.held].filter((id) => !hold.includes(id));
    this.held = new Set(hold);
    let answer;
    try {
      answer = await post("/looking", { hold, drop, watch: shelf.inSight().slice(0, 400) });
    } catch {
      return; // the next verdict will say what is wrong
    }
    const taken = new Set(answer.taken);
    const gone = new Set(answer.gone);
    for (const id of shelf.inSight()) {
      const state = shelf.states.get(id);
      const settled = answer.settled[id];
      if (gone.has(id)) shelf.mark(id, { kind: "settled", text: say("gone") });
      else if (settled && shelf.name === "queue") shelf.mark(id, { kind: "settled", text: settled });
      else if (taken.has(id) && !state) shelf.mark(id, { kind: "taken", text: say("taken") });
      else if (!taken.has(id) && state?.kind === "taken") shelf.mark(id, null);
    }
    this.progress(answer.progress);
  }

  #leave() {
    if (!this.held.size) return;
    post("/looking", { hold: [], drop: [...this.held], watch: [] }, { keepalive: true }).catch(() => {});
    this.held.clear();
  }
}
