// Writes generated/: the types of documents.graphql as the service's schema has them, and a manifest for TRUSTED_DOCUMENTS.
// It is graphql-codegen without its command, which brings three hundred packages more. The same settings do there.
import { preset } from "@graphql-codegen/client-preset";
import { codegen } from "@graphql-codegen/core";
import { buildSchema, parse, validate } from "graphql";
import { mkdir, readFile, writeFile } from "node:fs/promises";

const sdl = await readFile("../../schema.graphql", "utf8");
const rawSDL = await readFile("documents.graphql", "utf8");
const schemaAst = buildSchema(sdl);
const document = parse(rawSDL);
const wrong = validate(schemaAst, document);
if (wrong.length > 0) throw new Error(wrong.join("\n\n"));

const outputs = await preset.buildGeneratesSection({
  baseOutputDir: "generated/",
  schema: parse(sdl),
  schemaAst,
  documents: [{ location: "documents.graphql", document, rawSDL }],
  presetConfig: { fragmentMasking: false, persistedDocuments: { hashAlgorithm: "sha256" } },
  config: {
    documentMode: "string",
    strictScalars: true,
    useTypeImports: true,
    enumsAsTypes: true,
    // As JSON carries them. A BigInt is exact up to 2^53, which the game's numbers stay far below.
    scalars: { DateTime: "string", Date: "string", BigInt: "number" },
  },
  plugins: [],
  pluginMap: {},
});
await mkdir("generated", { recursive: true });
for (const output of outputs) {
  // The others serve documents that stand in the code, within graphql(`…`).
  if (/\/(graphql\.ts|persisted-documents\.json)$/.test(output.filename)) {
    await writeFile(output.filename, await codegen(output));
  }
}
