// Talking to the server: every change carries the session's proof, every failure is a sentence.

import { say } from "./words.js";

const body = document.body;
const root = body.dataset.root;

export class Failure extends Error {}

export function address(path) {
  return root + path;
}

async function answer(request) {
  let response;
  try {
    response = await fetch(request.url, request);
  } catch {
    throw new Failure(say("no-connection"));
  }
  if (response.ok) return response;
  let sentence = "";
  try {
    sentence = (await response.json()).error;
  } catch {
    sentence = say("error", { status: String(response.status) });
  }
  throw new Failure(sentence);
}

export async function getJson(path) {
  return (await answer({ url: root + path, headers: { Accept: "application/json" } })).json();
}

export async function getHtml(path) {
  return (await answer({ url: root + path, headers: { Accept: "application/json, text/plain" } })).text();
}

export async function post(path, values, { keepalive = false } = {}) {
  const response = await answer({
    url: root + path,
    method: "POST",
    keepalive,
    headers: {
      Accept: "application/json",
      "Content-Type": "application/json",
      "X-CSRF-Token": body.dataset.csrf,
    },
    body: JSON.stringify(values),
  });
  return response.json();
}
