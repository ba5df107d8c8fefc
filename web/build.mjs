// Builds mien-face.js where the studio serves it. The first line tells of which sources it is, so that a test can see a
// stale one without building anything: `node build.mjs --out FILE` writes elsewhere.

import { createHash } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const asked = process.argv.indexOf("--out");
const out = asked > 0 ? process.argv[asked + 1] : join(here, "../src/mien/studio/static/mien-face.js");

const hash = createHash("sha256");
for (const name of readdirSync(join(here, "src")).sort()) {
  hash.update(`${name}\n`);
  hash.update(readFileSync(join(here, "src", name)));
}

await build({
  absWorkingDir: here,
  entryPoints: ["src/main.ts"],
  outfile: out,
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  charset: "utf8",
  legalComments: "none",
  banner: { js: `/* mien-face, Apache-2.0; built by "make web" of web/src, SHA-256 ${hash.digest("hex")} */` },
});
