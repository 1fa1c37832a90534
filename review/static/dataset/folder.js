// A folder as a ZIP, made of the files where they lie: nothing is compressed, and nothing is copied.
//
// The same folder always makes the same ZIP, so that an upload goes on where it was interrupted.

import { say } from "../words.js";

const MOST_FILES = 65000;
const MOST_BYTES = 4e9; // beyond, a ZIP needs another form

const TABLE = new Uint32Array(256).map((_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ 0xedb88320 : rest >>> 1;
  return rest >>> 0;
});

function crc32(bytes) {
  let crc = 0xffffffff;
  for (let at = 0; at < bytes.length; at++) crc = TABLE[(crc ^ bytes[at]) & 255] ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

// The fields of a record, little-endian: [value, bytes], one after the other.
function record(fields, name) {
  const size = fields.reduce((sum, [, bytes]) => sum + bytes, 0);
  const view = new DataView(new ArrayBuffer(size + name.length));
  let at = 0;
  for (const [value, bytes] of fields) {
    if (bytes === 4) view.setUint32(at, value, true);
    else view.setUint16(at, value, true);
    at += bytes;
  }
  new Uint8Array(view.buffer).set(name, at);
  return view.buffer;
}

const VERSION = 20;
const NAMES_ARE_UTF8 = 0x0800;
const FIRST_DAY = 0x21; // 1 January 1980: when a file was changed is nobody's business

// `files` are {path, file}; `onRead` hears how many were read. Answers {name, blob, key}.
export async function folderAsZip(name, files, onRead) {
  if (files.length > MOST_FILES) throw new Error(say("add-too-many", { most: MOST_FILES }));
  const bytes = files.reduce((sum, { file }) => sum + file.size, 0);
  if (bytes > MOST_BYTES) throw new Error(say("add-too-large", { most: MOST_BYTES / 1e9 }));
  files.sort((one, other) => (one.path < other.path ? -1 : 1));
  const encoder = new TextEncoder();
  const parts = [];
  const directory = [];
  let offset = 0;
  for (const [number, { path, file }] of files.entries()) {
    const crc = crc32(new Uint8Array(await file.arrayBuffer()));
    const encoded = encoder.encode(path);
    const about = [[VERSION, 2], [NAMES_ARE_UTF8, 2], [0, 2], [0, 2], [FIRST_DAY, 2], [crc, 4], [file.size, 4], [file.size, 4], [encoded.length, 2], [0, 2]];
    const head = record([[0x04034b50, 4], ...about], encoded);
    parts.push(head, file);
    directory.push(record([[0x02014b50, 4], [VERSION, 2], ...about, [0, 2], [0, 2], [0, 2], [0, 4], [offset, 4]], encoded));
    offset += head.byteLength + file.size;
    onRead(number + 1);
  }
  const size = directory.reduce((sum, one) => sum + one.byteLength, 0);
  const end = record([[0x06054b50, 4], [0, 2], [0, 2], [files.length, 2], [files.length, 2], [size, 4], [offset, 4], [0, 2]], new Uint8Array());
  const blob = new Blob([...parts, ...directory, end]);
  const names = crc32(encoder.encode(files.map(({ path, file }) => `${path}:${file.size}`).join("\n")));
  return { name, blob, key: `folder ${name} ${blob.size} ${names}` };
}

// Every file in what was dropped, as {path, file}; a ZIP alone is the ZIP itself.
export async function filesIn(entries) {
  const found = [];
  async function walk(entry, path) {
    if (entry.isFile) {
      found.push({ path, file: await new Promise((take, fail) => entry.file(take, fail)) });
      return;
    }
    const reader = entry.createReader();
    for (;;) {
      const some = await new Promise((take, fail) => reader.readEntries(take, fail));
      if (!some.length) return;
      for (const one of some) await walk(one, `${path}/${one.name}`);
    }
  }
  for (const entry of entries) await walk(entry, entry.name);
  return found;
}
