// Builds mien-face.js and mien-client.js where the studio serves them. The first line of each tells of which sources it is,
// so that a test can see a stale one without building anything: `node build.mjs --out FILE` writes mien-face.js elsewhere,
// `--client FILE` mien-client.js.

import { createHash } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const asked = process.argv.slice(2);
const modules = [
  { name: "mien-face", folder: "src", entry: "main.ts", option: "--out" },
  { name: "mien-client", folder: "client", entry: "client.ts", option: "--client" },
];

for (const { name, folder, entry, option } of modules) {
  const at = asked.indexOf(option);
  if (asked.length && at < 0) continue;
  const hash = createHash("sha256");
  for (const file of readdirSync(join(here, folder)).sort()) {
    hash.update(`${file}\n`);
    hash.update(readFileSync(join(here, folder, file)));
  }
  await build({
    absWorkingDir: here,
    entryPoints: [`${folder}/${entry}`],
    outfile: at < 0 ? join(here, `../src/mien/studio/static/${name}.js`) : asked[at + 1],
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    charset: "utf8",
    legalComments: "none",
    banner: { js: `/* ${name}, Apache-2.0; built by "make web" of web/${folder}, SHA-256 ${hash.digest("hex")} */` },
  });
}
