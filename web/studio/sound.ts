// Pieces of sound that the studio sends when they are due, played one after another.

const MARK = 0xffffffff; // no JPEG of a frame is so long
const AHEAD = 0.05; // seconds that are kept ahead, so that a piece that is late leaves no gap

/** Whether a binary message is a piece of sound. */
export const isSound = (bytes: ArrayBuffer): boolean => bytes.byteLength > 16 && new DataView(bytes).getUint32(0, true) === MARK;

export interface Lungs {
  /** Play a piece after those before. */
  play: (bytes: ArrayBuffer) => void;
  silence: () => void;
}

/** A browser plays nothing before the first click or key; OBS's does `atOnce`. */
export function lungs(atOnce = false): Lungs {
  const playing = new Set<AudioBufferSourceNode>();
  let context: AudioContext | null = null;
  let next = 0; // when the next piece begins, on the context's clock

  function wake(): void {
    context ??= new AudioContext({ latencyHint: "interactive" });
    if (context.state === "suspended") void context.resume();
  }
  for (const kind of ["pointerdown", "keydown"]) document.addEventListener(kind, wake, { once: true });
  if (atOnce) wake();

  return {
    play(bytes) {
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
    },
    silence() {
      for (const source of playing) source.stop();
      playing.clear();
      next = 0;
    },
  };
}
