/**
 * A client of mien's API (docs/api.md) for browsers and for programs that have `fetch` and `WebSocket`.
 *
 *     const mien = new Client("http://127.0.0.1:8642", token);
 *     const session = await mien.session({ frames: true, size: 256 });
 *     const live = await session.live({ want: "frames", onframe: async (frame) => context.drawImage(await picture(frame), 0, 0) });
 *     live.cue({ say: "We did it!!" });
 */

/** Of the WebSocket's messages. */
export const VERSION = 1;

export type Feeling = "happy" | "sad" | "angry" | "surprised" | "disgusted" | "afraid" | "shy" | "relaxed";

/** What was heard in a sound: when the mouth has which shape; with consent how each phrase sounds. Seconds; chances in 0..1. */
export interface HeardVoice {
  seconds: number;
  visemes: { start: number; seconds: number; name: string; weight: number }[];
  phrases?: { start: number; end: number; tone: { name: string; confidence: number; arousal: number; tones: Record<string, number> } }[];
}

/** What a text was understood to feel like; strengths in 0..1, valence and arousal in -1..1. */
export interface Reading {
  text: string;
  feelings: Record<Feeling, number>;
  dominant: Feeling | "neutral";
  strength: number;
  valence: number;
  arousal: number;
  confidence: number;
  language: "zh" | "en" | "ja" | "und";
}

/** What the face does at t, in seconds of its session: muscles and marks in 0..1, radians; what is zero is left out. */
export interface Shot {
  t: number;
  muscles: Record<string, number>;
  head: [yaw: number, pitch: number, roll: number];
  gaze: [x: number, y: number];
  marks: Record<string, number>;
  feelings: Partial<Record<Feeling, number>>;
}

/** A piece of a session's voice: samples in -1..1, mono; t in seconds of the session. */
export interface Sound {
  t: number;
  rate: number;
  samples: Float32Array<ArrayBuffer>;
}

export interface SessionSettings {
  character?: string;
  painter?: string;
  /** Whether frames may be wanted. */
  frames?: boolean;
  /** Pixels a side. */
  size?: number;
  fps?: number;
  seed?: number;
  policy?: string;
  voice?: string;
  /** Whether the server's language model answers viewers, and as whom. */
  brain?: boolean;
  persona?: string;
  colours?: Partial<Record<"hair" | "iris" | "skin" | "cloth", string>>;
  temper?: Record<string, unknown>;
}

export interface ClipSettings extends Omit<SessionSettings, "frames" | "brain" | "persona"> {
  format?: "mp4" | "webm" | "gif" | "png";
  tagged?: boolean;
  background?: string;
  label?: boolean;
}

export type Cue =
  | { say: string; policy?: string; tagged?: boolean }
  | { write: string; end?: boolean }
  | { chat: { author?: string; text: string; worth?: number } }
  | { felt: Partial<Record<Feeling, number>>; hold?: number }
  | { directed: Record<string, number>; hold?: number }
  | { hush: true };

export type Want = "expressions" | "numbers" | "frames" | "nothing";

export interface Told {
  where: string;
  expected: string;
  got: string;
  hint: string;
}

/** A request was refused. status: of HTTP, 0 where it was said over a WebSocket. */
export class ApiError extends Error {
  override name = "ApiError";
  readonly status: number;
  readonly told: Told;

  constructor(status: number, told: Partial<Told> | undefined) {
    const { where = "", expected = "", got = "", hint = "" } = told ?? {};
    super(`${status}: ${where}: expected ${expected}, got ${got}${hint ? `; ${hint}` : ""}`);
    this.status = status;
    this.told = { where, expected, got, hint };
  }
}

/** Who hears what comes of a session. */
export interface Watching {
  /** "expressions" unless it is told. */
  want?: Want;
  /** Whether the voice is wanted. */
  sound?: boolean;
  onshot?: (shot: Shot) => void;
  /** A frame, as `picture` unpacks it, or 158 bytes of numbers, as `<mien-face>` is fed with. */
  onframe?: (data: ArrayBuffer) => void;
  onsound?: (sound: Sound) => void;
  onread?: (reading: Reading, final: boolean) => void;
  onerror?: (error: ApiError) => void;
  onclose?: (why: string) => void;
}

/** Asks a server of mien. Who asks too often (429) waits as long as the server says and asks once more. */
export class Client {
  private readonly address: string;
  private readonly token: string;

  /** address: such as http://127.0.0.1:8642; token: the server's. */
  constructor(address: string, token: string) {
    this.address = address.replace(/\/+$/, "");
    this.token = token;
  }

  /** Whether it answers. */
  async health(): Promise<{ status: string; mien: string; protocol: number; sessions: number }> {
    return (await this.ask("GET", "health")).json();
  }

  /** How a text feels: one reading, or with `tagged` one a sentence. */
  async feel(text: string, tagged = false): Promise<Reading[]> {
    return (await (await this.ask("POST", "feel", { text, tagged })).json()).readings;
  }

  /** Lines as a clip. */
  async say(lines: string | string[], settings: ClipSettings = {}): Promise<Blob> {
    return (await this.ask("POST", "say", { lines: [lines].flat(), ...settings })).blob();
  }

  /** The mouth shapes of a voice. consent: of whoever speaks, to be told the tone of each phrase too. */
  async hear(sound: Blob, consent = false): Promise<HeardVoice> {
    return (await this.ask("POST", `hear?consent=${consent}`, sound)).json();
  }

  /** The faces in a picture. consent: of whoever is seen. */
  async look(picture: Blob, consent: boolean): Promise<{ width: number; height: number; faces: Record<string, unknown>[] }> {
    return (await this.ask("POST", `look?consent=${consent}`, picture)).json();
  }

  /** A new session. */
  async session(settings: SessionSettings = {}): Promise<Session> {
    return new Session(this, (await (await this.ask("POST", "sessions", settings)).json()).id);
  }

  /** @internal */
  async ask(method: string, path: string, body?: unknown): Promise<Response> {
    const headers: Record<string, string> = { Authorization: `Bearer ${this.token}` };
    if (body !== undefined && !(body instanceof Blob)) headers["Content-Type"] = "application/json";
    const sent = body === undefined || body instanceof Blob ? body : JSON.stringify(body);
    const asked = () => fetch(`${this.address}/api/v1/${path}`, { method, headers, body: sent ?? null });
    let answer = await asked();
    if (answer.status === 429) {
      const wait = Number(answer.headers.get("Retry-After")) || 1; // s; a page of another origin is not shown it
      await new Promise((go) => setTimeout(go, 1000 * wait));
      answer = await asked();
    }
    if (!answer.ok) throw new ApiError(answer.status, (await answer.json().catch(() => ({}))).error);
    return answer;
  }

  /** @internal */
  socket(path: string): WebSocket {
    return new WebSocket(`${this.address.replace(/^http/, "ws")}/api/v1/${path}`, ["mien.v1", `mien.token.${this.token}`]);
  }
}

/** A face that lives on the server, until it is closed. */
export class Session {
  readonly id: string;
  private readonly client: Client;

  /** Of an id that is open already, or by `Client.session`. */
  constructor(client: Client, id: string) {
    this.client = client;
    this.id = id;
  }

  /** Let something happen. */
  async cue(cue: Cue): Promise<void> {
    await this.client.ask("POST", `sessions/${this.id}/cues`, cue);
  }

  /** How it stands. */
  async state(): Promise<{ t: number; watchers: number; skipped: number; shot: Shot | null }> {
    return (await this.client.ask("GET", `sessions/${this.id}`)).json();
  }

  /** Watch it, once it can be seen. Rejects with ApiError where it cannot. */
  live(watching: Watching = {}): Promise<Live> {
    return new Promise((resolve, reject) => {
      const socket = this.client.socket(`sessions/${this.id}/live`);
      socket.binaryType = "arraybuffer";
      let why = "";
      socket.onclose = () => {
        reject(new ApiError(0, { where: "session", expected: "a session that may be watched", got: "none" }));
        watching.onclose?.(why);
      };
      socket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => {
        if (typeof data !== "string") return watching.onframe?.(data);
        const message = JSON.parse(data);
        if (message.shot) watching.onshot?.(message.shot);
        else if (message.read) watching.onread?.(message.read, message.final);
        else if (message.sound) watching.onsound?.(sound(message.sound));
        else if (message.error) watching.onerror?.(new ApiError(0, message.error));
        else if (message.closed) why = message.closed;
        else if (message.hello) {
          if (message.hello.version !== VERSION) return socket.close();
          const live = new Live(socket);
          live.want(watching.want ?? "expressions", watching.sound ?? false);
          resolve(live);
        }
      };
    });
  }

  /** End it. */
  async close(): Promise<void> {
    await this.client.ask("DELETE", `sessions/${this.id}`);
  }
}

/** An open WebSocket of a session. */
export class Live {
  private readonly socket: WebSocket;

  /** @internal */
  constructor(socket: WebSocket) {
    this.socket = socket;
  }

  /** What shall come from now on. */
  want(what: Want, withSound = false): void {
    this.socket.send(JSON.stringify({ want: what, sound: withSound }));
  }

  /** Let something happen; what is wrong with it is told to `onerror`. */
  cue(cue: Cue): void {
    this.socket.send(JSON.stringify({ cue }));
  }

  /** Watch no more; the session stays open. */
  close(): void {
    this.socket.close();
  }
}

/** A frame unpacked: its colours, with its transparency. */
export async function picture(frame: ArrayBuffer): Promise<ImageBitmap> {
  const length = new DataView(frame).getUint32(0, true);
  const packed = new Blob([frame.slice(4 + length)]).stream().pipeThrough(new DecompressionStream("deflate"));
  const [colours, alpha] = await Promise.all([
    createImageBitmap(new Blob([frame.slice(4, 4 + length)], { type: "image/jpeg" })),
    new Response(packed).arrayBuffer(),
  ]);
  const canvas = new OffscreenCanvas(colours.width, colours.height);
  const context = canvas.getContext("2d") as OffscreenCanvasRenderingContext2D;
  context.drawImage(colours, 0, 0);
  const pixels = context.getImageData(0, 0, colours.width, colours.height);
  new Uint8Array(alpha).forEach((value, at) => { pixels.data[4 * at + 3] = value; });
  return createImageBitmap(pixels);
}

function sound(told: { t: number; rate: number; samples: string }): Sound {
  const bytes = Uint8Array.from(atob(told.samples), (letter) => letter.charCodeAt(0));
  const view = new DataView(bytes.buffer);
  const samples = Float32Array.from({ length: bytes.length >> 1 }, (_, at) => view.getInt16(2 * at, true) / 32_767);
  return { t: told.t, rate: told.rate, samples };
}
