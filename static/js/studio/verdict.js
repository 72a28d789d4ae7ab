// The first verdict on a take, from its samples, before it is sent. The rules and limits are the server's (media/audio/
// measure.py and verdict.py); the server hears the whole file and has the last word.
const FLOOR = -90;
const db = (power) => (power > 0 ? Math.max(FLOOR, 10 * Math.log10(power)) : FLOOR);

// Collects frames of 50 ms: their level, and whether the tops of the wave are cut off.
export class Listener {
  frames = [];
  peak = 0;

  hear(block) {
    for (const half of [block.subarray(0, block.length >> 1), block.subarray(block.length >> 1)]) {
      let power = 0, top = 0, flat = 0, run = 0;
      for (const sample of half) {
        const height = Math.abs(sample);
        power += sample * sample;
        if (height > top) top = height;
        run = height >= 0.985 ? run + 1 : 0;
        if (run > flat) flat = run;
      }
      this.frames.push({ level: db(power / half.length), cut: flat >= 3 });
      this.peak = Math.max(this.peak * 0.9, top);
    }
  }

  get seconds() { return this.frames.length * 0.05; }

  // Hears a take that was cut off, afterwards; null where the browser cannot decode it.
  static async of(file) {
    try {
      const sound = await new OfflineAudioContext(1, 1, 48_000).decodeAudioData(await file.arrayBuffer());
      const [samples, listener] = [sound.getChannelData(0), new Listener()];
      for (let at = 0; at + 4800 <= samples.length; at += 4800) listener.hear(samples.subarray(at, at + 4800));
      return listener;
    } catch {
      return null;
    }
  }

  // Codes of media/audio/verdict.py, the heaviest first: [code, "refuse" | "warn"].
  judge(expected) {
    const levels = this.frames.map((frame) => frame.level);
    if (levels.length < 6) return [["silent", "refuse"]];
    const ordered = [...levels].sort((a, b) => a - b);
    const noise = ordered[Math.floor(ordered.length / 10)];
    const above = ordered.filter((level) => level > noise + 6);
    const heard = above.length ? above : ordered;
    const louder = heard.slice(heard.length >> 1);
    const speech = 10 * Math.log10(louder.reduce((sum, level) => sum + 10 ** (level / 10), 0) / louder.length);
    const quiet = Math.max(speech - 30, noise + 3);
    const found = [];
    if (speech < -65 || levels.filter((level) => level <= quiet).length / levels.length > 0.85) return [["silent", "refuse"]];
    if (speech < -48) found.push(["quiet", "refuse"]);
    if (speech - noise < 15) found.push(["noisy", "refuse"]);
    else if (speech - noise < 20) found.push(["some-noise", "warn"]);
    const loud = this.frames.filter((frame) => frame.level > speech - 20);
    const cut = loud.filter((frame) => frame.cut).length / Math.max(1, loud.length);
    if (cut > 0.15) found.push(["clipped", "refuse"]);
    else if (cut > 0.03) found.push(["some-clipping", "warn"]);
    const threshold = Math.min(Math.max(noise + 8, speech - 35), speech - 12);
    const voiced = levels.map((level, i) => [level, i]).filter(([level]) => level > threshold).map(([, i]) => i);
    const spoken = voiced.length ? (voiced.at(-1) - voiced[0]) * 0.05 : 0;
    if (spoken < 0.4 * expected - 1) found.push(["short-for-script", "refuse"]);
    else if (spoken > 2.5 * expected + 10) found.push(["long-for-script", "warn"]);
    return found.sort(([, a], [, b]) => (a === "refuse" ? 0 : 1) - (b === "refuse" ? 0 : 1));
  }
}
