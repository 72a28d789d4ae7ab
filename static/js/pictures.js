// Pictures of a session on the phone: made smaller before they are kept, sent in pieces that go on where a broken line left them.
const LONGEST = 1600; // as the server keeps them (campaigns/photos.py)
const THUMB = 96;
const MAX_BYTES = 10 * 2 ** 20;
const PIECE = 64 * 1024;

function drawn(picture, longest) {
  const scale = Math.min(1, longest / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [picture.width, picture.height].map((side) => Math.max(1, Math.round(side * scale)));
  const pen = canvas.getContext("2d");
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
  return canvas;
}

// { blob, thumb }: pixels only, without the place and the time that phones write into a file. A kind of file that this browser
// cannot draw is kept as it is, for the server to judge; null: that is too large.
export async function shrunk(file) {
  let picture;
  try {
    picture = await createImageBitmap(file);
  } catch {
    return file.size > MAX_BYTES ? null : { blob: file, thumb: "" };
  }
  const blob = await new Promise((done) => { drawn(picture, LONGEST).toBlob(done, "image/jpeg", 0.82); });
  const thumb = drawn(picture, THUMB).toDataURL("image/jpeg", 0.6);
  picture.close();
  return blob ? { blob, thumb } : { blob: file, thumb };
}

async function ask(url, csrf, options) {
  const answer = await fetch(url, { ...options, headers: { "X-CSRFToken": csrf, Accept: "application/json" } });
  if (!/json/.test(answer.headers.get("Content-Type"))) throw new Error(answer.status);
  return { ok: answer.ok, status: answer.status, ...await answer.json() };
}

// Throws when cut off: asked again it goes on from what has arrived. A refusal comes back as its sentence; "": all is there.
export async function deliver({ id, blob }, address, csrf, tell) {
  const body = new URLSearchParams({ id, filename: "anh.jpg", size: blob.size });
  let got = await ask(address, csrf, { method: "POST", body });
  // The server's way of writing the id: its addresses have dashes.
  const place = `${address}${got.id}/?offset=`;
  while (got.ok || got.error === "wrong-offset") {
    const at = got.received;
    tell(Math.floor((at / blob.size) * 100));
    if (at >= blob.size) return "";
    got = await ask(place + at, csrf, { method: "PUT", body: blob.slice(at, at + PIECE) });
  }
  if ([401, 403, 507].includes(got.status)) throw new Error(got.message);
  return got.message;
}
