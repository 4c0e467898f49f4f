// Bundles src/ into the package's static folder; with --check only says whether the committed bundle is up to date.
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const home = join(dirname(fileURLToPath(import.meta.url)), "..");
const target = join(home, "..", "notebook_ad", "widgets", "static");
const check = process.argv.includes("--check");

const built = await build({
  absWorkingDir: home,
  entryPoints: { view: "src/view.js", loader: "src/loader.js" },
  outdir: target,
  bundle: true,
  format: "esm",
  target: "es2022",
  charset: "utf8",
  legalComments: "none",
  minify: true,
  write: !check,
});
if (check) {
  for (const file of built.outputFiles ?? []) {
    const old = await readFile(file.path, "utf8").catch(() => "");
    if (old !== file.text) {
      console.error(`${file.path} is stale: run 'npm run build' in widgets/`);
      process.exitCode = 1;
    }
  }
}
