// Sending photos: a ZIP in parts, from where the last upload of the same file ended; then how far
// they are taken in. Everything else on the page is a form.

import { getHtml, post } from "../server.js";
import { number, say as words } from "../words.js";
import { filesIn, folderAsZip } from "./folder.js";

const PART_BYTES = 2 * 1024 * 1024; // less than the server takes at once
const LOOK_EVERY_MS = 1000;

const home = document.getElementById("upload");
const find = (selector) => home.querySelector(selector);
let busy = false;

function say(sentence, { bad = false } = {}) {
  let line = find("#said");
  if (!line) {
    line = Object.assign(document.createElement("p"), { id: "said" });
    line.setAttribute("role", "status");
    find("section").append(line);
  }
  line.className = bad ? "refusal" : "muted";
  line.textContent = sentence;
}

async function show() {
  home.innerHTML = await getHtml("/dataset/add/state");
  dress();
}

// What only a script can do.
function dress() {
  const folder = find("#folder");
  if (folder) folder.webkitdirectory = true; // no attribute of HTML's, but all browsers know it
  const choose = find("#choose");
  if (choose) choose.hidden = busy;
  const waits = find("#waits");
  if (waits) waits.hidden = busy;
  for (const form of home.querySelectorAll("form")) {
    form.addEventListener("submit", () => form.querySelector("button").setAttribute("aria-busy", "true"));
  }
  if (find("[data-state='taking']")) setTimeout(() => show().catch(fail), LOOK_EVERY_MS);
}

function fail(failure) {
  busy = false;
  dress();
  say(failure.message, { bad: true });
}

async function sendPart(offset, part) {
  const response = await fetch(`${document.body.dataset.root}/dataset/add/part?offset=${offset}`, {
    method: "POST",
    headers: { Accept: "application/json", "Content-Type": "application/octet-stream", "X-CSRF-Token": document.body.dataset.csrf },
    body: part,
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error);
  return answer.received;
}

async function send({ name, blob, key }) {
  let { received } = await post("/dataset/add/begin", { name, size: blob.size, key });
  await show();
  const bar = () => find("progress");
  while (received < blob.size) {
    received = await sendPart(received, blob.slice(received, received + PART_BYTES));
    if (!bar()) return; // discarded meanwhile
    bar().value = received;
    find(".amount").textContent = words("add-bytes", { here: megabytes(received), all: megabytes(blob.size) });
  }
  say(words("add-looking"));
  await post("/dataset/add/look", {});
  busy = false;
  await show();
}

const megabytes = (bytes) => number(Math.round(bytes / 1e5) / 10);

async function start(make) {
  if (busy) return;
  busy = true;
  try {
    dress();
    await send(await make());
  } catch (failure) {
    fail(failure);
  }
}

const ofZip = (file) => ({ name: file.name, blob: file, key: `zip ${file.name} ${file.size} ${file.lastModified}` });
const ofFolder = (name, files) =>
  folderAsZip(name, files, (read) => say(words("add-reading", { done: read, files: files.length })));

home.addEventListener("change", ({ target }) => {
  const files = [...(target.files ?? [])];
  if (target.id === "zip" && files.length) start(() => ofZip(files[0]));
  if (target.id === "folder" && files.length) {
    const name = files[0].webkitRelativePath.split("/")[0];
    start(() => ofFolder(name, files.map((file) => ({ path: file.webkitRelativePath, file }))));
  }
});
addEventListener("dragover", (event) => {
  event.preventDefault();
  find(".drop")?.classList.add("over");
});
addEventListener("dragleave", () => find(".drop")?.classList.remove("over"));
addEventListener("drop", (event) => {
  event.preventDefault();
  find(".drop")?.classList.remove("over");
  if (!find("#choose")) return;
  const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry()).filter(Boolean);
  const [first] = event.dataTransfer.files;
  if (entries.length === 1 && entries[0].isFile && /\.zip$/i.test(first.name)) start(() => ofZip(first));
  else if (entries.length) start(async () => ofFolder(entries[0].name, await filesIn(entries)));
});
addEventListener("beforeunload", (event) => busy && event.preventDefault());
dress();
