// The user's own microphone: its sound goes over the WebSocket, 16 kHz, mono, 16 bits.

import { signal } from "@preact/signals";

import { send } from "../link.ts";
import { Sense } from "./sense.ts";

const RATE = 16000;
const LOUD = 12000; // of 32767: as loud as the level shows # ours

/** How loud it is, 0..1. */
export const level = signal(0);

let context: AudioContext | null = null;

export const microphone = new Sense({
  name: "microphone",
  uses: ["speaks", "listens"],
  // her own voice is taken out of what is heard
  wants: { video: false, audio: { channelCount: 1, echoCancellation: true, noiseSuppression: true, autoGainControl: true } },
  begin: listen,
  end() {
    void context?.close();
    context = null;
    level.value = 0;
  },
});

async function listen(stream: MediaStream): Promise<void> {
  let loudest = 0;
  context = new AudioContext({ sampleRate: RATE });
  let source: MediaStreamAudioSourceNode;
  try {
    source = context.createMediaStreamSource(stream);
  } catch { // a browser that cannot bring it to another rate sends its own
    void context.close();
    context = new AudioContext();
    source = context.createMediaStreamSource(stream);
  }
  await context.audioWorklet.addModule("catcher.js");
  const catcher = new AudioWorkletNode(context, "catcher", { numberOfOutputs: 0 });
  catcher.port.addEventListener("message", ({ data }: MessageEvent<ArrayBuffer>) => {
    loudest = Math.max(loudest * 0.9, ...new Int16Array(data, 8).map(Math.abs));
    level.value = Math.min(1, loudest / LOUD);
    if (microphone.on.value) send(data);
  });
  catcher.port.start();
  source.connect(catcher);
}
