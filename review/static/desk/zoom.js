// Looking closer at the photo of the large view: wheel, drag, pinch, double click, keys and buttons.

const MOST = 8;
const STEP = 1.5;
const CLOSE_UP = 2.5; // of a double click
const KEY_PX = 80;
const SWIPE_PX = 60;
const ARROWS = { ArrowLeft: [1, 0], ArrowRight: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

export class Zoom {
  constructor(about, { onSwipe }) {
    this.about = about;
    this.onSwipe = onSwipe;
    this.pointers = new Map(); // of the present gesture: id → where it is
    this.reset();
    about.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    about.addEventListener("dblclick", (event) => this.#double(event));
    about.addEventListener("pointerdown", (event) => this.#down(event));
    about.addEventListener("pointermove", (event) => this.#move(event));
    for (const end of ["pointerup", "pointercancel"]) {
      about.addEventListener(end, (event) => this.#up(event));
    }
    about.addEventListener("dragstart", (event) => event.preventDefault());
  }

  get isClose() {
    return this.scale > 1;
  }

  // Another photo, or the whole of this one again.
  reset() {
    Object.assign(this, { scale: 1, x: 0, y: 0 });
    this.apply();
  }

  in() {
    this.#by(STEP);
  }

  out() {
    this.#by(1 / STEP);
  }

  // Move the photo by an arrow key; false where all of it is in sight.
  pan(key) {
    if (!this.isClose || !(key in ARROWS)) return false;
    const [x, y] = ARROWS[key];
    this.#shift(x * KEY_PX, y * KEY_PX);
    return true;
  }

  // The photo and the heat map over it move as one.
  apply() {
    const photo = this.#photo;
    if (!photo) return;
    const { width, height } = photo.getBoundingClientRect();
    const within = (value, side) => Math.max(-1, Math.min(1, value / ((side * (this.scale - 1)) / 2 || 1)));
    this.x = within(this.x, width) * ((width * (this.scale - 1)) / 2);
    this.y = within(this.y, height) * ((height * (this.scale - 1)) / 2);
    photo.classList.toggle("close-up", this.isClose);
    for (const image of photo.children) {
      image.style.transform = this.isClose ? `translate(${this.x}px, ${this.y}px) scale(${this.scale})` : "";
    }
  }

  get #photo() {
    return this.about.querySelector(".whole");
  }

  // Zoom so that what lies at a place of the window stays there; without one, at the middle.
  #by(factor, at = null) {
    const box = this.#photo?.getBoundingClientRect();
    if (!box) return;
    const scale = Math.max(1, Math.min(MOST, this.scale * factor));
    const [x, y] = at ? [at.clientX - box.left - box.width / 2, at.clientY - box.top - box.height / 2] : [0, 0];
    this.x = x - ((x - this.x) * scale) / this.scale;
    this.y = y - ((y - this.y) * scale) / this.scale;
    this.scale = scale;
    this.apply();
  }

  #shift(x, y) {
    this.x += x;
    this.y += y;
    this.apply();
  }

  #wheel(event) {
    if (!event.target.closest(".whole")) return;
    event.preventDefault();
    this.#by(Math.exp(-event.deltaY / 400), event);
  }

  #double(event) {
    if (!event.target.closest(".whole")) return;
    if (this.isClose) this.reset();
    else this.#by(CLOSE_UP, event);
  }

  #down(event) {
    if (event.button !== 0) return;
    if (!this.pointers.size) this.began = { x: event.clientX, onPhoto: Boolean(event.target.closest(".whole")), swipes: true };
    else this.began.swipes = false;
    this.pointers.set(event.pointerId, event);
    if (this.began.onPhoto) event.target.setPointerCapture(event.pointerId);
  }

  #move(event) {
    const before = this.pointers.get(event.pointerId);
    if (!before) return;
    if (this.began.onPhoto && this.pointers.size === 1) {
      if (this.isClose) this.#shift(event.clientX - before.clientX, event.clientY - before.clientY);
    } else if (this.began.onPhoto && this.pointers.size === 2) {
      const other = [...this.pointers.values()].find((one) => one.pointerId !== event.pointerId);
      this.x += (event.clientX - before.clientX) / 2; // what is between the fingers stays there
      this.y += (event.clientY - before.clientY) / 2;
      const apart = (one) => Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY) || 1;
      this.#by(apart(event) / apart(before), {
        clientX: (event.clientX + other.clientX) / 2,
        clientY: (event.clientY + other.clientY) / 2,
      });
    }
    this.pointers.set(event.pointerId, event);
  }

  #up(event) {
    if (!this.pointers.delete(event.pointerId) || this.pointers.size) return;
    const moved = event.clientX - this.began.x;
    const swiped = event.type === "pointerup" && event.pointerType === "touch" && this.began.swipes;
    if (swiped && !this.isClose && Math.abs(moved) > SWIPE_PX) this.onSwipe(moved < 0 ? 1 : -1);
  }
}
