// Talking to the server, and saying in plain words what went wrong.

/** The server refused; `message` is a sentence for people. */
export class Refused extends Error {
  constructor(description, status) {
    super(explain(description));
    this.description = description;
    this.status = status;
  }
}

/** The server could not be reached. */
export class Unreachable extends Error {
  constructor() {
    super("The server does not answer.");
  }
}

/** The person called it off. */
export class Cancelled extends Error {}

const SENTENCES = [
  ["IMAGE_PROCESS_FAILED", "This is not a picture that can be sent as a photo."],
  ["PHOTO_INVALID_DIMENSIONS", "This picture is too large or too narrow to be sent as a photo."],
  ["too big for a photo", "A photo may have at most 10 MB."],
  ["file is too big", "This file is too large to be sent."],
  ["Request Entity Too Large", "This file is too large to be sent."],
  ["file must be non-empty", "This file is empty."],
  ["message is too long", "A message may have at most 4,096 characters."],
  ["caption is too long", "The text under a photo may have at most 1,024 characters."],
  ["message text is empty", "Write something first."],
  ["to be replied not found", "The message you reply to no longer exists."],
  ["to be pressed not found", "That message no longer exists."],
];

function explain(description) {
  const found = SENTENCES.find(([part]) => description.includes(part));
  return found ? found[1] : `That did not work (${description}).`;
}

async function ask(path, options) {
  let response;
  try {
    response = await fetch(path, options);
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Unreachable();
  }
  let answer;
  try {
    answer = await response.json();
  } catch {
    throw new Unreachable();
  }
  if (!response.ok) throw new Refused(answer.description ?? `error ${response.status}`, response.status);
  return answer;
}

const get = (path, parameters) => ask(`${path}?${new URLSearchParams(parameters)}`);
const post = (path, body) => ask(path, {
  method: "POST",
  headers: { "Content-Type": "application/json" },
  body: JSON.stringify(body),
});

export const changes = (parameters) => get("/local/changes", parameters);
export const people = () => get("/local/people", {});
export const changePerson = (person) => post("/local/people", person);
export const menu = (user, chat) => get("/local/menu", { user, chat });
export const press = (query) => post("/local/press", { ...query, wait: 20 });
export const fileAddress = (fileId) => `/local/file?id=${encodeURIComponent(fileId)}`;
export const sampleAddress = (name) => `/local/sample?name=${encodeURIComponent(name)}`;

/** What a request answered, as `ask` gives it. fetch tells nothing of an upload's progress. */
function upload(path, form, { onProgress, signal }) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.responseType = "json";
    request.upload.addEventListener("progress", ({ loaded, total }) => onProgress(loaded / total));
    request.addEventListener("error", () => reject(new Unreachable()));
    request.addEventListener("abort", () => reject(new Cancelled()));
    request.addEventListener("load", () => {
      const { response: answer, status } = request;
      if (answer === null) reject(new Unreachable());
      else if (status >= 400) reject(new Refused(answer.description ?? `error ${status}`, status));
      else resolve(answer);
    });
    signal.addEventListener("abort", () => request.abort());
    request.open("POST", path);
    request.send(form);
  });
}

/**
 * Send a message; `files` go as photos or documents, several as one album. `onProgress(share)` hears
 * of the upload, `signal` calls it off.
 */
export function send({ user, chat, text, replyTo, files = [], asDocuments = false, onProgress, signal }) {
  const form = new FormData();
  form.append("user", user);
  form.append("chat", chat);
  if (text) form.append(files.length ? "caption" : "text", text);
  if (replyTo) form.append("reply_to", replyTo);
  for (const file of files) form.append(asDocuments ? "document" : "photo", file, file.name);
  return upload("/local/send", form, { onProgress, signal });
}
