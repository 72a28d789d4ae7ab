// Reads a QR code from the points of a picture, for browsers that have no reader of their own: iPhones, Firefox, phones without
// Google's services. Only the smallest kind, 21 × 21, is read (officers' cards); of a larger one it says OTHER. ISO/IEC 18004.
export const OTHER = "?";
const SIZE = 21;

export function read(picture) {
  const { width, height } = picture;
  const dark = darkness(picture);
  const at = (x, y) => (x >= 0 && y >= 0 && x < width && y < height ? dark[(y | 0) * width + (x | 0)] : 0);
  let other = "";
  for (const [corner, right, below] of threes(eyes(at, width, height))) {
    const size = (across(at, corner, right) + across(at, corner, below)) / 2;
    // Measured on a few points: sizes come in steps of 4, and one step too far is left to the decoder.
    if (size > 24) other = OTHER;
    if (!(size > 15 && size < 27)) continue;
    for (const [u, v] of LEANS) {
      const fourth = {
        x: right.x + below.x - corner.x + (u * (right.x - corner.x) + v * (below.x - corner.x)) / 14,
        y: right.y + below.y - corner.y + (u * (right.y - corner.y) + v * (below.y - corner.y)) / 14,
      };
      const place = through(corner, right, fourth, below);
      const text = decode((column, row) => at(...place((column - 3) / 14, (row - 3) / 14)));
      if (text) return text;
    }
  }
  return other;
}

// How far, in points of the code, the fourth corner may lie off where the other three put it when the phone is held askew.
const LEANS = [];
for (let u = -3; u <= 3; u += 1) for (let v = -3; v <= 3; v += 1) LEANS.push([u, v]);
LEANS.sort((a, b) => Math.hypot(...a) - Math.hypot(...b));

// 1 where a point is darker than what lies around it: lamps and shadows are even over a short way.
function darkness({ data, width, height }) {
  const wide = width + 1;
  const sums = new Uint32Array(wide * (height + 1));
  const grey = new Uint8Array(width * height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0, row = 0; x < width; x += 1) {
      const n = y * width + x;
      grey[n] = (data[4 * n] + 2 * data[4 * n + 1] + data[4 * n + 2]) >> 2;
      row += grey[n];
      sums[(y + 1) * wide + x + 1] = sums[y * wide + x + 1] + row;
    }
  }
  const reach = Math.max(width, height) >> 3;
  const dark = new Uint8Array(width * height);
  for (let y = 0; y < height; y += 1) {
    const [top, end] = [Math.max(0, y - reach) * wide, Math.min(height, y + reach) * wide];
    const rows = (end - top) / wide;
    for (let x = 0; x < width; x += 1) {
      const [left, right] = [Math.max(0, x - reach), Math.min(width, x + reach)];
      const sum = sums[end + right] - sums[end + left] - sums[top + right] + sums[top + left];
      dark[y * width + x] = grey[y * width + x] * rows * (right - left) < sum * 0.92 ? 1 : 0;
    }
  }
  return dark;
}

// The three eyes of a code: dark, light, three times dark, light, dark on every line through their middle.
function eyes(at, width, height) {
  const found = [];
  for (let y = 0; y < height; y += 1) {
    const runs = [0, 0, 0, 0, 0];
    for (let x = 0, last = 0; x <= width; x += 1) {
      const now = x < width ? at(x, y) : 0;
      if (now === last) { runs[4] += 1; continue; }
      if (last && isEye(runs)) note(x - runs[4] - runs[3] - runs[2] / 2, y);
      runs.push(1);
      runs.shift();
      last = now;
    }
  }
  function note(x, y) {
    const down = middle(at, x, y, 0, 1);
    const level = down && middle(at, x, y + down.off, 1, 0);
    if (!level) return;
    const eye = { x: x + level.off, y: y + down.off, unit: (level.length + down.length) / 14, seen: 1 };
    const known = found.find((one) => Math.hypot(one.x - eye.x, one.y - eye.y) < 2 * one.unit);
    if (!known) return void found.push(eye);
    for (const name of ["x", "y", "unit"]) known[name] += (eye[name] - known[name]) / (known.seen + 1);
    known.seen += 1;
  }
  return found.filter((one) => one.seen > 1).sort((a, b) => b.seen - a.seen).slice(0, 9);
}

function isEye(runs) {
  const unit = runs.reduce((a, b) => a + b) / 7;
  return unit >= 1 && runs.every((length, n) => Math.abs(length - (n === 2 ? 3 : 1) * unit) < unit * (n === 2 ? 1.2 : 0.7));
}

// Along a line through what may be an eye: how far its middle is off, and how long it is.
function middle(at, x, y, dx, dy) {
  const side = (sign) => {
    const runs = [0, 0, 0];
    for (let step = sign > 0 ? 0 : 1, n = 0; n < 3; step += 1) {
      if (at(x + sign * step * dx, y + sign * step * dy) !== (n === 1 ? 0 : 1)) n += 1;
      if (n < 3) runs[n] += 1;
      if (step > 2000) return null;
    }
    return runs;
  };
  const [before, after] = [side(-1), side(1)];
  if (!before || !after || !isEye([before[2], before[1], before[0] + after[0], after[1], after[2]])) return null;
  return { off: (after[0] - before[0]) / 2, length: [...before, ...after].reduce((a, b) => a + b) };
}

// Threes of eyes that may be one code, likeliest first, as [corner, to its right, below it].
function threes(found) {
  const rated = [];
  const distance = (a, b) => Math.hypot(a.x - b.x, a.y - b.y);
  for (const corner of found) {
    for (const right of found) {
      for (const below of found) {
        const turn = (right.x - corner.x) * (below.y - corner.y) - (right.y - corner.y) * (below.x - corner.x);
        if (turn <= 0) continue;
        const [a, b, c] = [distance(corner, right), distance(corner, below), distance(right, below)];
        const units = [corner.unit, right.unit, below.unit];
        const fault = Math.abs(a - b) / (a + b) + Math.abs(1 - (a * a + b * b) / (c * c)) + Math.max(...units) / Math.min(...units) - 1;
        if (fault < 1) rated.push([fault, [corner, right, below]]);
      }
    }
  }
  return rated.sort((a, b) => a[0] - b[0]).slice(0, 6).map(([, three]) => three);
}

// How many points wide the code is, from the width of its two eyes on the way between them.
function across(at, from, to) {
  const whole = Math.hypot(to.x - from.x, to.y - from.y);
  const half = (a, b) => {
    let [n, step] = [0, 0];
    for (; n < 3 && step < whole; step += 1) {
      const t = step / whole;
      if (at(a.x + (b.x - a.x) * t, a.y + (b.y - a.y) * t) !== (n === 1 ? 0 : 1)) n += 1;
    }
    return step;
  };
  return (7 * whole) / (half(from, to) + half(to, from)) + 7;
}

// From the square of the three eyes and the fourth corner to the picture.
function through(p, q, r, s) {
  const [x1, y1, x2, y2] = [q.x - r.x, q.y - r.y, s.x - r.x, s.y - r.y];
  const [x3, y3] = [p.x - q.x + r.x - s.x, p.y - q.y + r.y - s.y];
  const whole = x1 * y2 - x2 * y1;
  const [g, h] = [(x3 * y2 - x2 * y3) / whole, (x1 * y3 - x3 * y1) / whole];
  return (u, v) => {
    const w = g * u + h * v + 1;
    return [((q.x - p.x + g * q.x) * u + (s.x - p.x + h * s.x) * v + p.x) / w,
      ((q.y - p.y + g * q.y) * u + (s.y - p.y + h * s.y) * v + p.y) / w];
  };
}

const MASKS = [
  (i, j) => (i + j) % 2, (i) => i % 2, (i, j) => j % 3, (i, j) => (i + j) % 3, (i, j) => ((i >> 1) + ((j / 3) | 0)) % 2,
  (i, j) => ((i * j) % 2) + ((i * j) % 3), (i, j) => (((i * j) % 2) + ((i * j) % 3)) % 2,
  (i, j) => (((i + j) % 2) + ((i * j) % 3)) % 2,
];
// How many of the 26 bytes correct the others, by the two bits that say so (M, L, H, Q).
const CORRECTING = [10, 7, 17, 13];
const FORMATS = Array.from({ length: 32 }, (_, n) => {
  let rest = n << 10;
  for (let bit = 14; bit >= 10; bit -= 1) if ((rest >> bit) & 1) rest ^= 0x537 << (bit - 10);
  return ((n << 10) | rest) ^ 0x5412;
});

function decode(point) {
  const form = format(point);
  if (form < 0) return "";
  const bytes = codewords(point, MASKS[form & 7]);
  const length = 26 - CORRECTING[form >> 3];
  return corrected(bytes, 26 - length) ? text(bytes.slice(0, length)) : "";
}

// Written twice beside the eyes; the nearest of the 32 that exist, -1 when none is near.
function format(point) {
  const [one, two] = [[], []];
  for (let n = 0; n < 15; n += 1) {
    one.push(n < 6 ? point(n, 8) : n === 6 ? point(7, 8) : n === 7 ? point(8, 8) : n === 8 ? point(8, 7) : point(8, 14 - n));
    two.push(n < 7 ? point(8, SIZE - 1 - n) : point(SIZE - 15 + n, 8));
  }
  let [best, least] = [-1, 4];
  for (const bits of [one, two]) {
    const said = bits.reduce((sum, bit) => sum * 2 + bit, 0);
    FORMATS.forEach((value, n) => {
      let off = 0;
      for (let rest = value ^ said; rest; rest &= rest - 1) off += 1;
      if (off < least) [best, least] = [n, off];
    });
  }
  return best;
}

// Two columns at a time from the right, up and down in turn, past what belongs to the frame.
function codewords(point, mask) {
  const bytes = new Uint8Array(26);
  let n = 0;
  let up = true;
  for (let right = SIZE - 1; right > 0; right -= 2) {
    if (right === 6) right -= 1;
    for (let count = 0; count < SIZE; count += 1) {
      const row = up ? SIZE - 1 - count : count;
      for (const column of [right, right - 1]) {
        const framed = row === 6 || column === 6 || (row < 9 && (column < 9 || column > 12)) || (row > 12 && column < 9);
        if (framed) continue;
        bytes[n >> 3] |= (point(column, row) ^ (mask(row, column) === 0 ? 1 : 0)) << (7 - (n & 7));
        n += 1;
      }
    }
    up = !up;
  }
  return bytes;
}

// Reed and Solomon's code over the field of 256, as QR codes use it: mends `bytes` where it can, says whether it could.
const [EXP, LOG] = [new Uint8Array(512), new Uint8Array(256)];
for (let n = 0, value = 1; n < 255; n += 1) {
  EXP[n] = EXP[n + 255] = value;
  LOG[value] = n;
  value = (value << 1) ^ (value & 128 ? 0x11d : 0);
}
const times = (a, b) => (a && b ? EXP[LOG[a] + LOG[b]] : 0);
const over = (a, b) => (a ? EXP[LOG[a] + 255 - LOG[b]] : 0);
// Lowest power first.
const value = (terms, x) => terms.reduceRight((sum, term) => times(sum, x) ^ term, 0);

function corrected(bytes, count) {
  const syndromes = () => Array.from({ length: count }, (_, n) => bytes.reduce((sum, byte) => times(sum, EXP[n]) ^ byte, 0));
  const signs = syndromes();
  if (!signs.some(Boolean)) return true;
  // Berlekamp and Massey: the shortest recurrence of the syndromes has the wrong places as its roots.
  let [now, before, errors, gap, last] = [[1], [1], 0, 1, 1];
  for (let n = 0; n < count; n += 1) {
    let off = signs[n];
    for (let k = 1; k <= errors; k += 1) off ^= times(now[k] ?? 0, signs[n - k]);
    if (!off) { gap += 1; continue; }
    const next = [...now];
    before.forEach((term, k) => { next[k + gap] = (next[k + gap] ?? 0) ^ times(over(off, last), term); });
    for (let k = 0; k < next.length; k += 1) next[k] ??= 0;
    if (2 * errors <= n) [before, errors, last, gap] = [now, n + 1 - errors, off, 1];
    else gap += 1;
    now = next;
  }
  if (2 * errors > count) return false;
  // Forney: how much each wrong place is off.
  const amounts = Array.from({ length: count }, (_, n) => now.reduce((sum, term, k) => (k <= n ? sum ^ times(term, signs[n - k]) : sum), 0));
  const slope = now.filter((_, n) => n % 2);
  for (let place = 0; place < 26; place += 1) {
    const root = EXP[(255 - place) % 255];
    if (value(now, root)) continue;
    const steep = value(slope, times(root, root));
    if (!steep) return false;
    bytes[25 - place] ^= times(EXP[place], over(value(amounts, root), steep));
  }
  return !syndromes().some(Boolean);
}

const SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
// By how the text is written: bits of its length, size of its alphabet, bits of a group of one, two, three signs.
const MODES = { 1: [10, 10, [4, 7, 10]], 2: [9, 45, [6, 11]], 4: [8, 256, [8]] };

function text(bytes) {
  let place = 0;
  const take = (count) => {
    let sum = 0;
    for (let n = 0; n < count; n += 1, place += 1) sum = sum * 2 + ((bytes[place >> 3] >> (7 - (place & 7))) & 1);
    return sum;
  };
  const [lengthBits, base, groups] = MODES[take(4)] ?? [];
  if (!base) return OTHER;
  let out = "";
  for (let left = take(lengthBits); left > 0 && place < bytes.length * 8;) {
    const size = Math.min(left, groups.length);
    let [number, signs] = [take(groups[size - 1]), ""];
    for (let n = 0; n < size; n += 1, number = Math.floor(number / base)) {
      signs = (base === 256 ? String.fromCharCode(number) : SIGNS[number % base]) + signs;
    }
    out += signs;
    left -= size;
  }
  return out;
}
