/** A file that is made from the code. `path` is relative to the project's root. */
export interface GeneratedDocument {
  readonly path: string;
  readonly text: string;
}

/** One maker of documents. Folders it owns hold nothing else: files there that it no longer makes are drift. */
export interface Generator {
  readonly name: string;
  readonly ownedFolders?: readonly string[];
  documents(): Promise<readonly GeneratedDocument[]>;
}

export const generatedBy = (source: string): string =>
  `<!-- Generated from ${source} by \`npm run generate\`; changes belong there. -->`;
