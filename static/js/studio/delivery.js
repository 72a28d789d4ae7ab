// The way to the server and back: what it has, and one take sent in pieces until it is there.
export class Trouble extends Error {
  // "signedOut", "another", "waiting", "later": words of the page; "refused" with the server's own sentence; "dropped".
  constructor(kind, said = "") { super(said); this.kind = kind; }
}

async function ask(url, options = {}) {
  let answer;
  try {
    answer = await fetch(url, { cache: "no-store", ...options, headers: { Accept: "application/json", ...options.headers } });
  } catch {
    throw new Trouble("waiting");
  }
  if (answer.status === 401) throw new Trouble("signedOut");
  const json = /json/.test(answer.headers.get("Content-Type")) ? await answer.json() : null;
  if (answer.ok && json) return json;
  throw json?.message ? new Trouble("refused", json.message) : new Trouble("later");
}

// What the server has of this version: segment → {take, state, words, src}. The form learns its token of today.
export async function look(root, form) {
  const { sounds, person, csrf } = await ask(root.dataset.sounds);
  if (person !== root.dataset.person) throw new Trouble("another");
  form.elements.csrfmiddlewaretoken.value = csrf;
  return sounds;
}

export async function deliver(form, take, file, sendPieces, tell, stalled) {
  try {
    await sendPieces(form, take.id, file, tell, stalled);
  } catch (error) {
    if (error instanceof Trouble) throw error;
    if (error.code === "taken-in") { /* its acknowledgement was lost */ }
    else if (error.status === 401) throw new Trouble("signedOut");
    else if (error.status === 403 || error.status >= 500 || !error.message) throw new Trouble("later");
    else throw new Trouble("refused", error.message);
  }
  const body = new URLSearchParams({ segment: take.segment, take: take.id, digest: take.digest });
  const headers = { "X-CSRFToken": form.elements.csrfmiddlewaretoken.value };
  return (await ask(form.action, { method: "POST", body, headers })).sounds;
}
