// Giving verdicts and taking them back. What the reviewer presses shows at once; the server gets it
// in the same order, and what it refuses disappears again, with the reason.

import { post } from "../server.js";
import { say } from "../words.js";

const MOST_AT_ONCE = 100; // as the server has it
const REFUSALS = { taken: "refused-taken", decided: "refused-decided", gone: "refused-gone", open: "refused-open" };
const ASK_FROM = 25; // photos of one stroke from which on the reviewer is asked first

export class Verdicts {
  constructor(shelf, { say, progress, confirm, onDecided }) {
    this.shelf = shelf;
    this.say = say;
    this.progress = progress;
    this.confirm = confirm;
    this.onDecided = onDecided;
    this.toGate = false;
    this.line = Promise.resolve(); // one stroke after the other
    this.given = []; // how many requests each stroke took: undo takes as many back
  }

  // `ids` get one verdict: {kind, label}, or a function from a photo's facts to one or null.
  async give(ids, verdict, words) {
    const choose = typeof verdict === "function" ? verdict : () => verdict;
    const strokes = [];
    for (const id of ids) {
      const chosen = this.shelf.states.get(id)?.kind === "taken" ? null : choose(this.shelf.facts(id));
      if (chosen) strokes.push({ photo: id, ...chosen });
    }
    if (!strokes.length) {
      this.say(say(ids.length ? "taken-all" : "choose-first"));
      return;
    }
    const count = strokes.length;
    if (count >= ASK_FROM && !(await this.confirm(say("ask", { count, what: words })))) return;
    const toGate = this.toGate;
    this.toGate = false;
    const before = new Map(strokes.map(({ photo }) => [photo, this.shelf.states.get(photo)]));
    for (const { photo } of strokes) {
      this.shelf.mark(photo, { kind: "settled", text: toGate ? say("to-gate", { what: words }) : words });
    }
    this.onDecided(strokes.map(({ photo }) => photo));
    const photo = String(strokes[0].photo);
    this.say(count === 1 ? say("given-one", { photo, what: words }) : say("given", { count, what: words }), { undo: true });
    this.#queue(async () => {
      this.given.push(0);
      while (strokes.length) {
        const answer = await this.#send(strokes.slice(0, MOST_AT_ONCE), toGate);
        this.given[this.given.length - 1] += 1;
        for (const one of strokes.splice(0, MOST_AT_ONCE)) before.delete(one.photo);
        this.#take(answer);
      }
    }, () => {
      for (const [photo, state] of before) this.shelf.mark(photo, state);
    });
  }

  undo() {
    this.#queue(async () => {
      const photos = [];
      let answer;
      for (let requests = this.given.pop() || 1; requests > 0; requests--) {
        answer = await post("/undo", {});
        photos.push(...answer.photos);
      }
      for (const id of photos) this.shelf.mark(id, null);
      this.progress(answer.progress);
      this.say(answer.sentence);
      const places = photos.map((id) => this.shelf.places.get(id)).filter((at) => at !== undefined);
      if (places.length) this.shelf.move(Math.min(...places));
    });
  }

  async #send(verdicts, toGate) {
    return post("/verdicts", { verdicts, shelf: this.shelf.name, to_gate: toGate });
  }

  #take({ results, progress }) {
    this.progress(progress);
    let refused = "";
    for (const { photo, outcome, words } of results) {
      if (outcome === "open") this.shelf.mark(photo, null);
      else this.shelf.mark(photo, { kind: outcome === "taken" ? "taken" : "settled", text: words });
      if (outcome in REFUSALS) refused = say(REFUSALS[outcome], { photo: String(photo), what: words });
    }
    if (refused) this.say(refused);
  }

  #queue(work, otherwise = () => {}) {
    this.line = this.line.then(work).catch((failure) => {
      otherwise();
      this.say(failure.message, { bad: true });
    });
  }
}
