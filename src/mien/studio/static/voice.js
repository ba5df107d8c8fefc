// The character's voice: pieces of sound that the studio sends when they are due, played one after another.

const MARK = 0xffffffff; // no JPEG of a frame is so long
const AHEAD = 0.05; // seconds that are kept ahead, so that a piece that is late leaves no gap

// Whether a binary message is a piece of sound.
export const isSound = (bytes) => bytes.byteLength > 16 && new DataView(bytes).getUint32(0, true) === MARK;

// atOnce: without waiting for a click, where the browser lets it; OBS's does.
export function voice({ atOnce = false } = {}) {
  const playing = new Set();
  let context = null;
  let next = 0; // when the next piece begins, on the context's clock

  // A browser plays nothing before the first click or key.
  function wake() {
    context ??= new AudioContext({ latencyHint: "interactive" });
    if (context.state === "suspended") context.resume();
  }
  for (const kind of ["pointerdown", "keydown"]) document.addEventListener(kind, wake, { once: true });
  if (atOnce) wake();

  function play(bytes) {
    if (context?.state !== "running") return;
    const samples = new Int16Array(bytes, 16);
    const buffer = context.createBuffer(1, samples.length, new DataView(bytes).getUint32(4, true));
    buffer.getChannelData(0).set(Float32Array.from(samples, (sample) => sample / 32768));
    const source = new AudioBufferSourceNode(context, { buffer });
    source.connect(context.destination);
    if (next < context.currentTime + 0.005) next = context.currentTime + AHEAD;
    source.start(next);
    next += buffer.duration;
    playing.add(source);
    source.addEventListener("ended", () => playing.delete(source));
  }

  function hush() {
    for (const source of playing) source.stop();
    playing.clear();
    next = 0;
  }

  return { play, hush, get playing() { return playing.size; } };
}
