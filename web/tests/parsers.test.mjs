// What the built module makes of bytes: good ones, and any others. BUNDLE: the folder of a whole bundle, MOMO: of a trained
// one. NAMES: of the numbers, TINTS and POSED: what Python found, JSON.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { deflateSync } from "node:zlib";

import { Bundle, BundleError, express, floats, half, idle, NAMES, numbersOf, posed, readTensors, tint, colour, unpack } from "../../src/mien/studio/static/mien-face.js";

const folder = process.env.BUNDLE;

function file(header, data = new Uint8Array(0)) {
  const told = new TextEncoder().encode(typeof header === "string" ? header : JSON.stringify(header));
  const whole = new Uint8Array(8 + told.length + data.length);
  new DataView(whole.buffer).setBigUint64(0, BigInt(told.length), true);
  whole.set(told, 8);
  whole.set(data, 8 + told.length);
  return whole;
}

test("halves are read as IEEE 754 has them", () => {
  for (const [bits, value] of [[0x3c00, 1], [0xc000, -2], [0x3555, 0.333251953125], [1, 2 ** -24], [0x7bff, 65504], [0x7c00, Infinity], [0, 0]]) {
    assert.equal(half(bits), value);
  }
  assert.ok(Number.isNaN(half(0x7e00)));
  const message = new ArrayBuffer(158);
  new DataView(message).setUint16(156, 0x3800, true);
  assert.equal(numbersOf(message)[78], 0.5);
  assert.equal(numbersOf(new ArrayBuffer(159)), null);
});

test("numbers have the names that Python has for them", () => {
  assert.deepEqual(NAMES, JSON.parse(process.env.NAMES));
  const numbers = express({ jawOpen: 0.5, yaw: -0.25, happy: 1 });
  assert.deepEqual([numbers[24], numbers[52], numbers[63], numbers.reduce((a, b) => a + b)], [0.5, -0.25, 1, 1.25]);
  assert.throws(() => express({ smile: 1 }), RangeError);
});

test("other colours are those that Python gives", () => {
  for (const [own, wanted, map] of JSON.parse(process.env.TINTS)) {
    const found = tint(colour(own), colour(wanted));
    found.slice(0, 12).forEach((one, n) => assert.ok(Math.abs(one - map[n]) < 1e-9, `${own} ${wanted} ${n}: ${one} ${map[n]}`));
    assert.deepEqual(found.slice(12), [0, 0, 0, 1]);
  }
  for (const none of ["red", "#fff", "#12345g", "", null, 3]) assert.equal(colour(none), null);
});

test("dragged points ask the muscles that Python asks", async () => {
  const bundle = await Bundle.read(async (name) => readFileSync(join(process.env.MOMO, name)));
  for (const { numbers, pins, channels } of JSON.parse(process.env.POSED)) {
    const found = posed(bundle.pointer, bundle.reach, Float32Array.from(numbers), pins);
    channels.forEach((one, n) => assert.ok(Math.abs(one - found[n]) < 2e-3, `${JSON.stringify(pins)} ${NAMES[n]}: ${found[n]} ${one}`));
  }
  const rest = new Float32Array(79);
  assert.deepEqual(posed(bundle.pointer, bundle.reach, rest, {}), rest);
  for (const none of [{ 70: [0, 0] }, { "-1": [0, 0] }, { 3: [NaN, 0] }]) assert.throws(() => posed(bundle.pointer, bundle.reach, rest, none), RangeError);
});

test("a tensor is read where it lies", () => {
  const tensors = readTensors(file({ a: { dtype: "F16", shape: [2], data_offsets: [1, 5] }, __metadata__: {} }, new Uint8Array([9, 0, 0x3c, 0, 0xc0])), "x");
  assert.deepEqual([...floats(tensors.get("a"), "a")], [1, -2]);
});

const tensor = (change) => ({ a: { dtype: "F32", shape: [1], data_offsets: [0, 4], ...change } });
for (const [what, bytes] of Object.entries({
  "nothing": new Uint8Array(0),
  "a header beyond the end": new Uint8Array([200, 0, 0, 0, 0, 0, 0, 0, 123, 125]),
  "a header of 2^60 bytes": new Uint8Array([0, 0, 0, 0, 0, 0, 0, 16]),
  "no JSON": file("{"),
  "a list": file("[]"),
  "an unknown type": file(tensor({ dtype: "F64" }), new Uint8Array(8)),
  "a type of every object": file(tensor({ dtype: "toString" }), new Uint8Array(8)),
  "a place beyond the end": file(tensor({ data_offsets: [4, 8] }), new Uint8Array(4)),
  "a place before the start": file(tensor({ data_offsets: [-4, 0] }), new Uint8Array(4)),
  "another size": file(tensor({ shape: [2] }), new Uint8Array(8)),
  "a shape of floats": file(tensor({ shape: [1.5] }), new Uint8Array(6)),
  "no object": file({ a: 3 }),
})) {
  test(`${what} is no safetensors file`, () => assert.throws(() => readTensors(bytes, "x"), BundleError));
}

test("numbers that are not finite are refused", () => {
  const tensors = readTensors(file(tensor({}), new Uint8Array(new Float32Array([NaN]).buffer)), "x");
  assert.throws(() => floats(tensors.get("a"), "a"), BundleError);
});

test("a drawing comes out as it went in", async () => {
  const steps = new Uint8Array(2 * 3 * 4).map((_, n) => (n * 37) % 256);
  const pixels = await unpack(deflateSync(steps), 3, 2, "x");
  for (let n = 0; n < 24; n++) assert.equal(pixels[n], (steps[n] + (n % 12 < 4 ? 0 : pixels[n - 4])) % 256);
});

test("a drawing is inflated no further than its size", async () => {
  await assert.rejects(unpack(deflateSync(new Uint8Array(50_000_000)), 3, 2, "x"), /more than 24 bytes/);
  await assert.rejects(unpack(deflateSync(new Uint8Array(23)), 3, 2, "x"), BundleError);
  await assert.rejects(unpack(deflateSync(new Uint8Array(24)).subarray(0, 8), 3, 2, "x"), BundleError);
  await assert.rejects(unpack(new Uint8Array([1, 2, 3]), 3, 2, "x"), BundleError);
});

const get = (changes = {}) => async (name) => (name in changes ? changes[name] : new Uint8Array(readFileSync(join(folder, name))));
const manifest = () => JSON.parse(readFileSync(join(folder, "character.json"), "utf-8"));
const changed = (change) => {
  const told = manifest();
  change(told);
  return get({ "character.json": new TextEncoder().encode(JSON.stringify(told)) });
};

test("a whole bundle is read, and its network answers", async () => {
  const bundle = await Bundle.read(get());
  assert.equal(bundle.cels.length, manifest().painter.cels.length);
  assert.deepEqual(bundle.parts.get("hair").cels, ["back", "fringe"]);
  assert.equal(bundle.pointer.points(new Float32Array(63), new Float32Array(8)).length, 140);
});

const cel = (n, change) => (told) => Object.assign(told.painter.cels[n], change);
for (const [what, change] of Object.entries({
  "an older format": (told) => { told.format = 1; },
  "an unknown key": (told) => { told.code = "alert(1)"; },
  "another kind": (told) => { told.painter.kind = "pixels"; },
  "a file elsewhere": (told) => { told.painter.files.cels = "../cels.safetensors"; },
  "a file of another host": (told) => { told.painter.files.cels = "https:evil"; },
  "no such role": (told) => { delete told.painter.files.network; },
  "an endless canvas": (told) => { told.canvas.width = 1e9; },
  "too short a reach": (told) => { told.canvas.reach.pop(); },
  "a reach beyond all": (told) => { told.canvas.reach[3] = 1e6; },
  "no cels": (told) => { told.painter.cels = []; },
  "65 cels": (told) => { told.painter.cels = Array.from({ length: 65 }, () => told.painter.cels[0]); },
  "two of one name": (told) => { told.painter.cels[1].name = told.painter.cels[0].name; },
  "a sheet too large": cel(0, { size: [5000, 10] }),
  "a sheet of parts of pixels": cel(0, { size: [10.5, 10] }),
  "a box beyond the canvas": cel(2, { box: [0, 0, 2, 1] }),
  "a box inside out": cel(2, { box: [0.5, 0.5, 0.2, 0.9] }),
  "a single knot": cel(2, { knots: [1, 4] }),
  "an unknown mark": cel(3, { marks: ["halo", "blush"] }),
  "a key beyond its sheet": cel(2, { keys: [{ box: [0, 0, 4000, 4000], step: 1 }] }),
  "a step of a text": cel(2, { keys: [{ box: [0, 0, 4, 4], step: "1" }] }),
  "other knots than the network's": cel(2, { knots: [4, 4] }),
  "a cel without drawings": cel(2, { name: "stranger" }),
  "a list of parts": (told) => { told.painter.parts = []; },
  "an unknown part": (told) => { told.painter.parts.nose = told.painter.parts.hair; },
  "a part without cels": (told) => { told.painter.parts.hair.cels = []; },
  "a part that says more": (told) => { told.painter.parts.hair.tip = 1; },
  "a part of a stranger": (told) => { told.painter.parts.hair.cels = ["wig"]; },
  "a cel in two parts": (told) => { told.painter.parts.iris.cels = told.painter.parts.hair.cels; },
  "a colour that is none": (told) => { told.painter.parts.hair.colour = "red"; },
  "too many pixels": (told) => {
    const key = { box: [0, 0, 4096, 4096], step: 1 };
    Object.assign(told.painter.cels[0], { size: [4096, 4096], keys: [key, key, key, key] });
  },
})) {
  test(`${what} is refused`, () => assert.rejects(Bundle.read(changed(change)), BundleError));
}

test("a bundle may name no parts", async () => {
  assert.equal((await Bundle.read(changed((told) => { delete told.painter.parts; }))).parts.size, 0);
});

test("a file that was cut anywhere is refused", async () => {
  for (const name of ["network", "pointer", "cels"].map((role) => manifest().painter.files[role]).concat("character.json")) {
    const whole = new Uint8Array(readFileSync(join(folder, name)));
    for (const share of [0, 0.01, 0.3, 0.9, 0.9999]) {
      await assert.rejects(Bundle.read(get({ [name]: whole.subarray(0, Math.floor(share * whole.length)) })), BundleError, `${name} ${share}`);
    }
  }
});

test("the idle is a function of time, blinks, and stays small", () => {
  const shut = [];
  for (let t = 0; t < 60; t += 1 / 60) {
    const numbers = idle(t);
    assert.deepEqual(numbers, idle(t));
    assert.ok(numbers.every((number, n) => Math.abs(number) <= (n === 8 || n === 9 ? 1 : 0.08)));
    shut.push(numbers[8] > 0.9);
  }
  const blinks = shut.filter((now, n) => now && !shut[n - 1]).length;
  assert.ok(blinks >= 12 && blinks <= 18, `${blinks} blinks a minute`);
});
