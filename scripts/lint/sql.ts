/** A top-level SQL statement: its text without the bodies of functions, and the line it starts on. */
export interface Statement {
  readonly head: string;
  readonly line: number;
}

const token = /--[^\n]*|\/\*[\s\S]*?\*\/|(?:[eE])?'(?:[^']|'')*'|"(?:[^"]|"")*"/g;
const dollarQuote = /\$([A-Za-z_]\w*)?\$/g;

const blank = (text: string) => text.replace(/[^\n]/g, " ");

/** The SQL with comments, strings and quoted names blanked out, so that only words of the language are left. */
export function withoutLiterals(sql: string): string {
  return sql.replace(token, blank);
}

/** The SQL with comments blanked out and strings kept. */
export function withoutComments(sql: string): string {
  return sql.replace(token, (found) => /^(--|\/\*)/.test(found) ? blank(found) : found);
}

/** The SQL with everything between dollar quotes blanked out. */
function withoutBodies(sql: string): string {
  let result = "";
  let at = 0;
  dollarQuote.lastIndex = 0;
  for (let open = dollarQuote.exec(sql); open; open = dollarQuote.exec(sql)) {
    const close = sql.indexOf(open[0], open.index + open[0].length);
    if (close < 0) break;
    const end = close + open[0].length;
    result += sql.slice(at, open.index) + blank(sql.slice(open.index, end));
    at = end;
    dollarQuote.lastIndex = end;
  }
  return result + sql.slice(at);
}

/** Top-level statements; function bodies in dollar quotes count as blanks. */
export function statements(sql: string): Statement[] {
  const text = withoutBodies(withoutComments(sql));
  const ends = withoutLiterals(text);
  const found: Statement[] = [];
  let start = 0;
  for (let end = ends.indexOf(";"); end >= 0; end = ends.indexOf(";", end + 1)) {
    const head = text.slice(start, end);
    const offset = start + (head.length - head.trimStart().length);
    if (head.trim()) found.push({ head: head.trim(), line: text.slice(0, offset).split("\n").length });
    start = end + 1;
  }
  return found;
}
