import { MienFace } from "./element.ts";

export { Bundle } from "./bundle.ts";
export { MienFace } from "./element.ts";
export { BundleError, PaintError } from "./error.ts";
export { able, Face, hasCard, type FaceOptions } from "./face.ts";
export { unpack } from "./drawing.ts";
export { idle } from "./idle.ts";
export { express, half, NAMES, NUMBERS, numbersOf } from "./numbers.ts";
export { canonical, inverse, place } from "./place.ts";
export { posed } from "./posing.ts";
export { floats, readTensors } from "./safetensors.ts";
export { colour, PARTS, tint } from "./tint.ts";

if (typeof customElements !== "undefined" && !customElements.get("mien-face")) customElements.define("mien-face", MienFace);
