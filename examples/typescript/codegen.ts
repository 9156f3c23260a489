// How graphql-codegen reads this API: its scalars as JSON carries them, and a manifest for TRUSTED_DOCUMENTS.
import type { CodegenConfig } from "@graphql-codegen/cli";

const config: CodegenConfig = {
  schema: "../../schema.graphql",
  documents: ["documents.ts"],
  generates: {
    "generated/": {
      preset: "client",
      presetConfig: {
        fragmentMasking: false,
        persistedDocuments: { hashAlgorithm: "sha256" },
      },
      config: {
        documentMode: "string",
        strictScalars: true,
        useTypeImports: true,
        enumsAsTypes: true,
        scalars: {
          DateTime: "string",
          Date: "string",
          // Exact up to 2^53, which the game's numbers stay far below.
          BigInt: "number",
        },
      },
    },
  },
};

export default config;
