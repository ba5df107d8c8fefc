// In the audio thread: a microphone's sound, twenty milliseconds at once, as 16 bits with its rate before it.

const HEADER = 8;

class Catcher extends AudioWorkletProcessor {
  constructor() {
    super();
    this.size = Math.round(sampleRate / 50);
    this.begin();
  }

  begin() {
    this.bytes = new ArrayBuffer(HEADER + 2 * this.size);
    const view = new DataView(this.bytes);
    for (const [place, sign] of [..."PCM "].entries()) view.setUint8(place, sign.charCodeAt(0));
    view.setUint32(4, sampleRate, true);
    this.samples = new Int16Array(this.bytes, HEADER);
    this.count = 0;
  }

  process([input]) {
    for (const sample of input[0] ?? []) {
      this.samples[this.count] = Math.max(-1, Math.min(1, sample)) * 32767;
      this.count += 1;
      if (this.count === this.size) {
        this.port.postMessage(this.bytes, [this.bytes]);
        this.begin();
      }
    }
    return true;
  }
}

registerProcessor("catcher", Catcher);
