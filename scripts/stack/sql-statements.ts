/** One statement of a script: where it starts and what it says. */
export interface Statement {
  /** Offset of its first character in the script. */
  readonly start: number;
  readonly text: string;
}

/**
 * What must not be looked into for a semicolon: comments, strings, quoted names, dollar-quoted bodies. `E'…'` may
 * escape a quote with a backslash, plain strings may not. Comments nest; one level is what scripts use.
 */
const token = new RegExp(
  [
    String.raw`--[^\n]*`,
    String.raw`\/\*(?:[^*/]|\*(?!\/)|\/(?!\*)|\/\*[\s\S]*?\*\/)*\*\/`,
    String.raw`\b[eE]'(?:[^'\\]|\\[\s\S]|'')*'`,
    String.raw`'(?:[^']|'')*'`,
    String.raw`"(?:[^"]|"")*"`,
    String.raw`(?<![\w$])\$([A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$[\s\S]*?\$\1\$`,
    String.raw`\bbegin\s+atomic\b[\s\S]*?\bend\s*(?=;)`,
    String.raw`;`,
  ].join("|"),
  "gi",
);

/** Splits a script into its statements, without their semicolons; comments in front of one are not part of it. */
export function splitStatements(script: string): Statement[] {
  const statements: Statement[] = [];
  let from = 0;
  const add = (to: number) => {
    const lead = script.slice(from, to).match(/^(?:\s|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)*/)![0].length;
    const text = script.slice(from + lead, to).trimEnd();
    if (text) statements.push({ start: from + lead, text });
  };
  for (const match of script.matchAll(token)) {
    if (match[0] !== ";") continue;
    add(match.index);
    from = match.index + 1;
  }
  add(script.length);
  return statements;
}

/** The 1-based line of an offset. */
export const lineAt = (script: string, offset: number): number => script.slice(0, offset).split("\n").length;
