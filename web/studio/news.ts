// What the studio's server tells the page, as `mien.wire.page` writes it.

import type { Played } from "./play/hand.ts";
import type { Feeling } from "./words.ts";

export type Feelings = Record<Feeling, number>;

/** Who plays, and what there is; told first, and again when another character comes. */
export interface Hello {
  version: number;
  character: string;
  title: Record<string, string>;
  greeting: Record<string, string>;
  painter: string;
  /** Pixels a side of a frame. */
  size: number;
  fps: number;
  /** Whether she has a voice. */
  voice: boolean;
  policies: string[];
  colours: Record<string, string>;
  /** Of this studio, another one each time it is started. */
  run: string;
  /** Whether pictures of her have to say that they are generated. */
  label?: boolean;
  /** The address of the face alone, for OBS; told to the studio's own page, as is what follows. */
  stage?: string;
  programs?: Program[];
  connections?: Connection[];
  film?: Film;
  /** Whether the studio was given a file of keys. */
  keys?: boolean;
  /** What keys of the keyboard do; null while nobody has said. given: whether the show's file did. */
  hotkeys?: Readonly<Record<string, string>> | null;
  hotkeys_given?: boolean;
  /** How she takes things: settings that are one number each. */
  temper: Record<string, number>;
  /** Who may play. */
  characters?: { name: string; title: Record<string, string> }[];
  crowd?: Crowd;
  /** What is played by hand. */
  play?: Played;
  /** Where the files lie from which a page can paint her; without them it gets frames. */
  bundle?: string;
}

/** How a line was read; strengths and confidence in 0..1. */
export interface Read {
  text: string;
  feelings: Feelings;
  dominant: Feeling | "neutral";
  strength: number;
  valence: number;
  arousal: number;
  confidence: number;
  language: string;
}

/** What a camera saw: where, in units of the picture, and what it seems to feel. */
export interface Seen {
  face: boolean;
  faces: number;
  ms: number;
  box: [number, number, number, number];
  points: [number, number][];
  feelings: Feelings;
  dominant: Feeling | "neutral";
}

/** How fast it goes. ms, p50, p95: from a tick to its shot, the last, half and 95 of 100 of two seconds. */
export interface Stats {
  fps: number;
  ms: number;
  p50: number;
  p95: number;
  /** Ticks that came too late. */
  skipped: number;
  watchers: number;
  /** Of them those that are no page of the studio's own: OBS, for instance. */
  outside: number;
  dropped: number;
}

/** A part of the show that failed; the show goes on. retry: seconds until it is tried again. */
export interface Failure {
  kind: string;
  name: string;
  error: string;
  t: number;
  retry?: number;
}

/** What may be connected. keys: whether it needs secrets, which are never told here. */
export interface Program {
  role: "source" | "sink";
  kind: string;
  settings: { name: string; expects: string; needed: boolean }[];
  keys: boolean;
}

/** What is connected. light: whether it hears us; why: it does not; retry: seconds until it is tried again. */
export interface Connection {
  role: "source" | "sink";
  name: string;
  kind: string;
  settings: Record<string, unknown>;
  light: "waiting" | "connected" | "ended" | "failed";
  why?: string;
  retry?: number;
}

/** What is filmed now, how many files are being made, and the folder in which they go. */
export interface Film {
  recording: { file: string; seconds: number } | null;
  making: number;
  folder: string;
}

/** A part of a line that carried its feeling. weight: in logits. */
export interface Carrier {
  text: string;
  start: number;
  end: number;
  weight: number;
}

/** A viewer's line or gift. */
export interface Heard {
  author: string;
  text: string;
  feels?: Feeling | "neutral";
  gave?: string;
  amount?: number;
  currency?: string;
  name?: string;
}

/** What the rooms feel. answers: who is answered alone, "" for all together, null while rooms are not answered. */
export interface Crowd {
  policy: string;
  own: string;
  muted: string[];
  answers: string | null;
  by?: string;
  feels?: Feelings;
}

/** One message: an object whose key says what it is about. Panels add the keys that they know. */
export interface News {
  hello?: Hello;
  read?: Read;
  /** Beside `read`: false while the text is still being written. */
  final?: boolean;
  felt?: Feelings;
  stats?: Stats;
  saw?: Seen;
  camera?: string;
  microphone?: string;
  /** Beside `camera` and `microphone`: why it was closed. */
  why?: string;
  colours?: Record<string, string>;
  connections?: Connection[];
  film?: Film;
  /** Beside `film`: a file that is done, one that failed and why, and how many pictures were left out. */
  done?: string;
  failed?: string;
  left_out?: number;
  temper?: Record<string, number>;
  because?: Carrier[];
  /** Beside `because`: of which line. */
  line?: string;
  /** Beside `failure`: whether it came before this page. */
  before?: boolean;
  chat?: Heard[];
  crowd?: Crowd;
  /** What is played by hand, whenever that changed. */
  play?: Played;
  /** What keys of the keyboard do, whenever that changed. */
  hotkeys?: Readonly<Record<string, string>>;
  failure?: Failure;
  /** Whether she is saying something. */
  busy?: boolean;
  note?: string;
  error?: string;
}
