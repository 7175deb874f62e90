// Makes derbes/faces/static from assets. Run `npm install && npm run build` here (or set MODULES to a
// folder that has the packages of package.json); the results are committed, so installing needs no node.
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";

const here = dirname(fileURLToPath(import.meta.url));
const modules = resolve(process.env.MODULES ?? join(here, "node_modules"));
const static_ = resolve(here, "../derbes/faces/static");
const require = createRequire(pathToFileURL(join(modules, "..", "package.json")));
const sass = require("sass");
const esbuild = require("esbuild");

for (const folder of ["css", "js", "fonts", "img"]) mkdirSync(join(static_, folder), { recursive: true });

const css = sass.compile(join(here, "scss/derbes.scss"), { loadPaths: [modules], style: "compressed", quietDeps: true }).css;
writeFileSync(join(static_, "css/derbes.css"), css);

esbuild.buildSync({
  entryPoints: [join(here, "js/derbes.js")],
  outfile: join(static_, "js/derbes.js"),
  nodePaths: [modules], bundle: true, minify: true, treeShaking: true, format: "esm", target: "es2020", legalComments: "none",
});

for (const file of readdirSync(join(here, "svg"))) copyFileSync(join(here, "svg", file), join(static_, "img", file));

// Fonts are cut to the letters of our three languages and to the weights that we use: 26 KB instead of 60.
const onest = (part) => join(modules, `@fontsource-variable/onest/files/onest-${part}-wght-normal.woff2`);
const plex = join(modules, "@fontsource/ibm-plex-mono/files/ibm-plex-mono-latin-400-normal.woff2");
const fontTools = (tool, ...rest) => execFileSync(process.env.PYTHON ?? resolve(here, "../.venv/bin/python"), ["-m", `fontTools.${tool}`, ...rest]);
const scratch = mkdtempSync(join(tmpdir(), "derbes-fonts-"));
const cut = (from, name, letters) =>
  fontTools("subset", from, `--unicodes=${letters}`, "--flavor=woff2", `--output-file=${join(static_, "fonts", name)}`);
const cutOnest = (part, name, letters) => {
  const between = join(scratch, `${name}.ttf`);
  fontTools("varLib.instancer", "-q", "--no-recalc-timestamp", onest(part), "wght=400:700", "-o", between);
  cut(between, `${name}.woff2`, letters);
};
cutOnest("latin", "onest-latin", "U+20-7E,U+A0,U+A7,U+A9,U+AB,U+B1,U+B7,U+BB,U+D7,U+2010-2015,U+2018-201E,U+2022,U+2026,U+202F,U+2039,U+203A,U+2191,U+2193,U+2212");
cutOnest("cyrillic", "onest-cyrillic", "U+0401,U+0406,U+0410-044F,U+0451,U+0456,U+04B0-04B1,U+2116");
cutOnest("cyrillic-ext", "onest-kazakh", "U+0492-0493,U+049A-049B,U+04A2-04A3,U+04AE-04AF,U+04BA-04BB,U+04D8-04D9,U+04E8-04E9");
cutOnest("latin-ext", "onest-tenge", "U+20B8");
cut(plex, "plex-mono.woff2", "U+20-7E");
rmSync(scratch, { recursive: true });
// Whole static fonts for PDF: cut fonts under one name lose Kazakh letters there.
copyFileSync(join(modules, "@expo-google-fonts/onest/400Regular/Onest_400Regular.ttf"), join(static_, "fonts/onest-400.ttf"));
copyFileSync(join(modules, "@expo-google-fonts/onest/700Bold/Onest_700Bold.ttf"), join(static_, "fonts/onest-700.ttf"));

// Compressed beside the originals, so that they are sent compressed even where nothing was collected.
for (const file of ["css/derbes.css", "js/derbes.js"]) {
  const data = readFileSync(join(static_, file));
  writeFileSync(join(static_, `${file}.gz`), gzipSync(data, { level: 9 }));
  writeFileSync(join(static_, `${file}.br`), brotliCompressSync(data));
  console.log(file, data.length, "bytes,", gzipSync(data, { level: 9 }).length, "gzipped");
}
