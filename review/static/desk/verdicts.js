// Giving verdicts and taking them back. What the reviewer presses shows at once; the server gets it
// in the same order, and what it refuses disappears again, with the reason.

import { post } from "../server.js";
import { say } from "../words.js";

const MOST_AT_ONCE = 100; // as the server has it
const REFUSALS = {
  taken: "refused-taken",
  decided: "refused-decided",
  gone: "refused-gone",
  open: "refused-open",
  same: "refused-same",
  second: "refused-second",
};
const STATES = { taken: "taken", second: "second" }; // of a tile; else it is settled
const ASK_FROM = 25; // photos of one stroke from which on the reviewer is asked first

export class Verdicts {
  constructor(shelf, { say, progress, confirm, onDecided, onUndone, onChange }) {
    this.shelf = shelf;
    this.say = say;
    this.progress = progress;
    this.confirm = confirm;
    this.onDecided = onDecided;
    this.onUndone = onUndone;
    this.onChange = onChange;
    this.toGate = false;
    this.line = Promise.resolve(); // one stroke after the other
    this.given = []; // the strokes of this page: undo takes back what the last one recorded
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
    const stroke = { what: toGate ? say("to-gate", { what: words }) : words, verdicts: [] };
    for (const { photo } of strokes) this.shelf.mark(photo, { kind: "settled", text: stroke.what });
    this.onDecided(strokes.map(({ photo }) => photo));
    this.say(count === 1 ? say("given-one", { what: words }) : say("given", { count, what: words }), { undo: true });
    this.#queue(async () => {
      this.given.push(stroke);
      while (strokes.length) {
        const answer = await this.#send(strokes.slice(0, MOST_AT_ONCE), toGate);
        stroke.verdicts.push(...answer.results.flatMap(({ verdict }) => verdict ?? []));
        for (const one of strokes.splice(0, MOST_AT_ONCE)) before.delete(one.photo);
        this.#take(answer, stroke);
      }
    }, () => {
      for (const [photo, state] of before) this.shelf.mark(photo, state);
    });
  }

  undo() {
    this.#queue(async () => {
      const stroke = this.given.at(-1);
      if (stroke && !stroke.verdicts.length) {
        this.given.pop();
        this.say(say("nothing-to-undo"));
        return;
      }
      const photos = [];
      let answer;
      do {
        answer = await post("/undo", { verdicts: stroke?.verdicts.slice(-MOST_AT_ONCE) ?? [] });
        stroke?.verdicts.splice(-MOST_AT_ONCE);
        photos.push(...answer.photos);
      } while (stroke?.verdicts.length);
      this.given.pop();
      for (const id of photos) this.shelf.mark(id, null);
      this.progress(answer.progress);
      this.say(stroke && photos.length ? say("undone", { count: photos.length, what: stroke.what }) : answer.sentence);
      this.onChange();
      const places = photos.map((id) => this.shelf.places.get(id)).filter((at) => at !== undefined);
      if (places.length) this.shelf.move(Math.min(...places));
      this.onUndone(photos);
    });
  }

  async #send(verdicts, toGate) {
    return post("/verdicts", { verdicts, shelf: this.shelf.name, to_gate: toGate });
  }

  #take({ results, progress }, stroke) {
    this.progress(progress);
    let refused = "";
    for (const { photo, outcome, words } of results) {
      if (outcome === "open") this.shelf.mark(photo, null);
      else this.shelf.mark(photo, { kind: STATES[outcome] ?? "settled", text: words });
      if (outcome in REFUSALS) refused = say(REFUSALS[outcome], { photo: String(photo), what: words });
    }
    if (refused) this.say(refused, { undo: stroke.verdicts.length > 0 });
    this.onChange();
  }

  #queue(work, otherwise = () => {}) {
    this.line = this.line.then(work).catch((failure) => {
      otherwise();
      this.onChange();
      this.say(failure.message, { bad: true });
    });
  }
}
