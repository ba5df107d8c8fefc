// Builds what the studio serves: mien-face.js, mien-client.js, and the page: studio.js, studio.css, record.js,
// catcher.js, and outside.js for /stage.
// The first line of each tells of which sources it is, so that a test can see a stale one without building anything.
// `node build.mjs --to FOLDER` writes them elsewhere.

import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const at = process.argv.indexOf("--to");
const to = at < 0 ? join(here, "../src/mien/studio/static") : process.argv[at + 1];

/** What is built of a folder: its entries, by the name of the built file. */
const modules = {
  src: { "mien-face": "main.ts" },
  client: { "mien-client": "client.ts" },
  studio: { studio: "main.tsx", record: "record.tsx", catcher: "catcher.ts", outside: "outside.ts" },
};

for (const [folder, entries] of Object.entries(modules)) {
  const hash = createHash("sha256");
  const inside = readdirSync(join(here, folder), { recursive: true }).map((name) => name.replaceAll("\\", "/")).sort();
  for (const name of inside.filter((name) => statSync(join(here, folder, name)).isFile())) {
    hash.update(`${name}\n`);
    hash.update(readFileSync(join(here, folder, name)));
  }
  const source = `of web/${folder}, SHA-256 ${hash.digest("hex")}`;
  for (const [name, entry] of Object.entries(entries)) {
    const banner = `/* ${name}, Apache-2.0; built by "make web" ${source} */`;
    await build({
      absWorkingDir: here,
      entryPoints: [`${folder}/${entry}`],
      outfile: join(to, `${name}.js`),
      bundle: true,
      minify: true,
      format: "esm",
      target: "es2022",
      charset: "utf8",
      legalComments: "none",
      jsx: "automatic",
      jsxImportSource: "preact",
      external: ["./mien-face.js"],
      banner: { js: banner, css: banner },
    });
  }
}
