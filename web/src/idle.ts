// A face that is fed nothing lives all the same: it breathes, sways a little and blinks. Plain functions of time.


import { NUMBERS } from "./numbers.ts";

const BLINK = [8, 9]; // eyeBlinkLeft, eyeBlinkRight
const [YAW, PITCH, ROLL] = [52, 53, 54];
const [EVERY, SHUT] = [4, 0.26]; // seconds between blinks about, and from open to open # ours

/** The 79 numbers at `t` seconds. */
export function idle(t: number): Float32Array {
  const numbers = new Float32Array(NUMBERS);
  const wave = (seconds: number, start: number): number => Math.sin((2 * Math.PI * t) / seconds + start);
  // slow waves whose lengths share no beat # ours
  numbers[YAW] = 0.035 * wave(7.3, 0) + 0.02 * wave(17.9, 1);
  numbers[PITCH] = 0.018 * wave(3.9, 2) + 0.012 * wave(11.3, 0);
  numbers[ROLL] = 0.022 * wave(9.7, 0.5);
  const round = Math.floor(t / EVERY);
  const since = t - (round + 0.15 + 0.6 * chance(round)) * EVERY;
  const shut = since > 0 && since < SHUT ? Math.sin((Math.PI * since) / SHUT) ** 2 : 0;
  for (const lid of BLINK) numbers[lid] = shut;
  return numbers;
}

/** 0..1, the same for the same number. */
function chance(number: number): number {
  const mixed = Math.imul(number ^ (number >>> 7), 0x9e3779b1);
  return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
}
