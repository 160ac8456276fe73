// Renews static/vendor from npm packages:
//   npm install --prefix var/vendor bootstrap@5.3.9 htmx.org@2.0.11 @fontsource/ibm-plex-sans@5.3.0 @tabler/icons@3.51.0
//   NODE_MODULES=var/vendor/node_modules node static/vendor/renew.mjs
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const packages = process.env.NODE_MODULES || "node_modules";
mkdirSync(join(here, "fonts"), { recursive: true });
mkdirSync(join(here, "licences"), { recursive: true });

// The source map is not shipped, and the manifest storage refuses a link to a file that is not there.
const bootstrap = readFileSync(`${packages}/bootstrap/dist/css/bootstrap.min.css`, "utf8");
// Its pictures are data: URIs, which the Content Security Policy blocks; app.css has its own.
const shipped = bootstrap.replace(/\n?\/\*# sourceMappingURL=.*?\*\/\s*$/, "\n").replace(/url\("data:[^"]*"\)/g, "none");
writeFileSync(join(here, "bootstrap.min.css"), shipped);
copyFileSync(`${packages}/htmx.org/dist/htmx.min.js`, join(here, "htmx.min.js"));

// Byte for byte: the font licence reserves the name for unmodified files.
for (const script of ["latin", "vietnamese"])
  for (const weight of [400, 600]) {
    const name = `ibm-plex-sans-${script}-${weight}-normal.woff2`;
    copyFileSync(`${packages}/@fontsource/ibm-plex-sans/files/${name}`, join(here, "fonts", name));
  }

const names = readFileSync(join(here, "icons.txt"), "utf8").split(/\s+/).filter(Boolean).sort();
const symbols = names.map((name) => {
  const path = `${packages}/@tabler/icons/icons/outline/${name}.svg`;
  if (!existsSync(path)) throw new Error(`no icon named ${name}`);
  const body = readFileSync(path, "utf8").replace(/[\s\S]*?<svg[^>]*>/, "").replace(/<\/svg>[\s\S]*/, "");
  return `<symbol id="${name}" viewBox="0 0 24 24">${body.replace(/\s*\n\s*/g, "")}</symbol>`;
});
writeFileSync(join(here, "icons.svg"), `<svg xmlns="http://www.w3.org/2000/svg">\n${symbols.join("\n")}\n</svg>\n`);

const licences = { bootstrap: "bootstrap", "htmx.org": "htmx", "@fontsource/ibm-plex-sans": "ibm-plex-sans", "@tabler/icons": "tabler-icons" };
for (const [name, file] of Object.entries(licences))
  copyFileSync(`${packages}/${name}/LICENSE`, join(here, "licences", `${file}.txt`));
