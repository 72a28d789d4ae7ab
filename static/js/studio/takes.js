// Takes lie in this browser piece by piece while they are spoken, so that a page that is closed loses a second at most, and
// until the server has found them usable. They belong to the person who spoke them.
const opened = new Promise((done, failed) => {
  const asked = indexedDB.open("studio", 1);
  asked.onupgradeneeded = () => {
    asked.result.createObjectStore("takes", { keyPath: "id" });
    asked.result.createObjectStore("pieces", { keyPath: ["take", "n"] });
  };
  asked.onsuccess = () => done(asked.result);
  asked.onerror = () => failed(asked.error);
});

async function turn(act) {
  const database = await opened;
  return new Promise((done, failed) => {
    const it = database.transaction(["takes", "pieces"], "readwrite", { durability: "strict" });
    const asked = act(it.objectStore("takes"), it.objectStore("pieces"));
    it.oncomplete = () => done(asked?.result);
    it.onabort = () => failed(it.error);
  });
}

const piecesOf = (id) => IDBKeyRange.bound([id, 0], [id, Infinity]);

export const save = (take) => turn((takes) => takes.put(take));
// Whatever was done to it meanwhile stands; one that was removed stays so.
export const change = (id, changes) => turn((takes) => {
  const asked = takes.get(id);
  asked.onsuccess = () => { if (asked.result) takes.put({ ...asked.result, ...changes }); };
});
export const remove = (id) => turn((takes, pieces) => { takes.delete(id); return pieces.delete(piecesOf(id)); });

// A piece as bytes: what is written is whole, whatever becomes of the page.
export async function append(take, n, piece) {
  const data = piece instanceof Blob ? await piece.arrayBuffer() : piece;
  return turn((_takes, pieces) => pieces.put({ take, n, data }));
}

export async function ofVersion(version, person) {
  const all = await turn((takes) => takes.getAll());
  return all.filter((t) => t.version === version && t.person === person).sort((a, b) => a.at - b.at);
}

// The sound of a take as a file: the same bytes each time, so that a sending goes on where it stopped.
export async function file(take) {
  const pieces = await turn((_takes, rows) => rows.getAll(piecesOf(take.id)));
  const parts = pieces.map((piece) => piece.data);
  const wav = take.type === "audio/wav";
  if (wav) parts.unshift(header(parts.reduce((sum, part) => sum + part.byteLength, 0), take.rate));
  return new File(parts, `${take.name}.${wav ? "wav" : take.type.includes("ogg") ? "ogg" : "webm"}`, { type: take.type });
}

// One channel of 16 bits.
function header(bytes, rate) {
  const view = new DataView(new ArrayBuffer(44));
  const text = (at, word) => [...word].forEach((c, i) => view.setUint8(at + i, c.charCodeAt(0)));
  text(0, "RIFF"); view.setUint32(4, 36 + bytes, true); text(8, "WAVEfmt "); view.setUint32(16, 16, true);
  view.setUint16(20, 1, true); view.setUint16(22, 1, true); view.setUint32(24, rate, true); view.setUint32(28, rate * 2, true);
  view.setUint16(32, 2, true); view.setUint16(34, 16, true); text(36, "data"); view.setUint32(40, bytes, true);
  return view.buffer;
}
