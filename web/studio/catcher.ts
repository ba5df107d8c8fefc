// In the audio thread: a microphone's sound, twenty milliseconds at once, as 16 bits with its rate before it.

// what that thread has, of which the library of the DOM says nothing
declare const sampleRate: number;
declare class AudioWorkletProcessor { readonly port: MessagePort; }
declare function registerProcessor(name: string, processor: new () => AudioWorkletProcessor): void;

const HEADER = 8;

class Catcher extends AudioWorkletProcessor {
  private readonly size = Math.round(sampleRate / 50);
  private bytes = new ArrayBuffer(0);
  private samples = new Int16Array(0);
  private count = 0;

  constructor() {
    super();
    this.begin();
  }

  private begin(): void {
    this.bytes = new ArrayBuffer(HEADER + 2 * this.size);
    const view = new DataView(this.bytes);
    for (const [place, sign] of [..."PCM "].entries()) view.setUint8(place, sign.charCodeAt(0));
    view.setUint32(4, sampleRate, true);
    this.samples = new Int16Array(this.bytes, HEADER);
    this.count = 0;
  }

  process([input]: Float32Array[][]): boolean {
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
