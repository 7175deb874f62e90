// Makes derbes/faces/static from assets. Run `npm install && npm run build` here (or set MODULES to a
// folder that has the packages of package.json); the results are committed, so installing needs no node.
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";

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

const onest = join(modules, "@fontsource-variable/onest/files");
for (const part of ["latin", "cyrillic", "cyrillic-ext"])
  copyFileSync(join(onest, `onest-${part}-wght-normal.woff2`), join(static_, `fonts/onest-${part}.woff2`));
copyFileSync(join(modules, "@fontsource/ibm-plex-mono/files/ibm-plex-mono-latin-400-normal.woff2"), join(static_, "fonts/plex-mono-latin.woff2"));
// The tenge sign alone: its whole part of the family weighs 28 KB.
execFileSync(process.env.PYTHON ?? resolve(here, "../.venv/bin/python"), ["-m", "fontTools.subset",
  join(onest, "onest-latin-ext-wght-normal.woff2"), "--unicodes=U+20B8", "--flavor=woff2", `--output-file=${join(static_, "fonts/onest-tenge.woff2")}`]);
// Whole static fonts for PDF: cut fonts under one name lose Kazakh letters there.
copyFileSync(join(modules, "@expo-google-fonts/onest/400Regular/Onest_400Regular.ttf"), join(static_, "fonts/onest-400.ttf"));
copyFileSync(join(modules, "@expo-google-fonts/onest/700Bold/Onest_700Bold.ttf"), join(static_, "fonts/onest-700.ttf"));

const size = (name, data) => console.log(name, data.length, "bytes,", gzipSync(data, { level: 9 }).length, "gzipped");
size("css", Buffer.from(css));
size("js", execFileSync("cat", [join(static_, "js/derbes.js")]));
