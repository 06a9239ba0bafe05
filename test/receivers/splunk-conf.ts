/**
 * Reads the configuration files of Splunk as far as the add-on uses them, and computes its calculated fields as Splunk does: the
 * expressions of `EVAL-` see what was extracted and what was aliased, not each other.
 */

export type Conf = ReadonlyMap<string, ReadonlyMap<string, string>>;

/** Throws at what Splunk would take silently: a setting outside a stanza, or twice. */
export function parseConf(text: string): Conf {
  const stanzas = new Map<string, Map<string, string>>();
  let current: Map<string, string> | undefined;
  for (const line of text.split('\n').filter((one) => one.trim() !== '' && !one.startsWith('#'))) {
    const [, name] = /^\[(.*)\]$/.exec(line) ?? [];
    const [, key, value] = /^([^=\s]+) ?= ?(.*)$/.exec(line) ?? [];
    if (name !== undefined && !stanzas.has(name)) {
      current = new Map();
      stanzas.set(name, current);
    } else if (key !== undefined && value !== undefined && current !== undefined && !current.has(key)) {
      current.set(key, value);
    } else {
      throw new Error(`Not understood, or said twice: ${line}`);
    }
  }
  return stanzas;
}

/** Single-valued fields by their names in Splunk: `affected.name`. */
export type SplunkFields = Readonly<Record<string, unknown>>;

interface Alias {
  readonly from: string;
  readonly to: string;
}

export function aliasesOf(stanza: ReadonlyMap<string, string>): readonly Alias[] {
  return settingsOf(stanza, 'FIELDALIAS-').map(([, value]) => {
    const [, from, to] = /^(\S+) AS (\S+)$/.exec(value) ?? [];
    if (from === undefined || to === undefined) {
      throw new Error(`No alias: ${value}`);
    }
    return { from, to };
  });
}

/** Of each calculated field, the expression. */
export function calculationsOf(stanza: ReadonlyMap<string, string>): readonly (readonly [string, Expression])[] {
  return settingsOf(stanza, 'EVAL-').map(([name, text]) => [name, parseExpression(text)] as const);
}

export function computeFields(stanza: ReadonlyMap<string, string>, extracted: SplunkFields): SplunkFields {
  const aliased = Object.fromEntries(aliasesOf(stanza).map(({ from, to }) => [to, extracted[from]]));
  const seen = { ...extracted, ...aliased };
  const calculated = calculationsOf(stanza).map(([name, expression]) => [name, evaluate(expression, seen)] as const);
  return { ...seen, ...Object.fromEntries(calculated) };
}

function settingsOf(stanza: ReadonlyMap<string, string>, prefix: string): readonly (readonly [string, string])[] {
  return [...stanza].flatMap(([key, value]) => (key.startsWith(prefix) ? [[key.slice(prefix.length), value]] : []));
}

export type Expression =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'field'; readonly name: string }
  | { readonly kind: 'call'; readonly name: string; readonly inputs: readonly Expression[] };

export function fieldsRead(expression: Expression): readonly string[] {
  switch (expression.kind) {
    case 'text':
      return [];
    case 'field':
      return [expression.name];
    case 'call':
      return expression.inputs.flatMap(fieldsRead);
  }
}

/** Double quotes are texts; single quotes are fields whose names have other signs than letters, digits and underscores. */
const TOKENS = /\s*(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|([A-Za-z_]\w*)|(==|[(),]))/y;

type Token = { readonly kind: 'text' | 'field' | 'word' | 'sign'; readonly text: string };

function parseExpression(source: string): Expression {
  const tokens = tokensOf(source);
  const expression = takeComparison(tokens);
  if (tokens.length > 0) {
    throw new Error(`Not understood after its beginning: ${source}`);
  }
  return expression;
}

function tokensOf(source: string): Token[] {
  TOKENS.lastIndex = 0;
  const tokens: Token[] = [];
  for (let at = 0; at < source.length; at = TOKENS.lastIndex) {
    TOKENS.lastIndex = at;
    const [whole, text, field, word, sign] = TOKENS.exec(source) ?? [];
    if (whole === undefined) {
      throw new Error(`Not understood at ${at}: ${source}`);
    }
    const found = [
      { kind: 'text', text },
      { kind: 'field', text: field },
      { kind: 'word', text: word },
      { kind: 'sign', text: sign },
    ] as const;
    tokens.push(...found.flatMap(({ kind, text: is }) => (is === undefined ? [] : [{ kind, text: is }])));
  }
  return tokens;
}

function takeComparison(tokens: Token[]): Expression {
  const left = takeValue(tokens);
  if (tokens[0]?.text !== '==') {
    return left;
  }
  tokens.shift();
  return { kind: 'call', name: '==', inputs: [left, takeValue(tokens)] };
}

function takeValue(tokens: Token[]): Expression {
  const token = tokens.shift();
  if (token === undefined || token.kind === 'sign') {
    throw new Error(`A value is missing before ${JSON.stringify(tokens)}`);
  }
  if (token.kind === 'text') {
    return { kind: 'text', text: token.text.replaceAll('\\"', '"') };
  }
  if (token.kind === 'field' || tokens[0]?.text !== '(') {
    return { kind: 'field', name: token.text };
  }
  tokens.shift();
  return { kind: 'call', name: token.text, inputs: takeInputs(tokens) };
}

/** Up to the bracket that closes, which it takes too. */
function takeInputs(tokens: Token[]): readonly Expression[] {
  const inputs: Expression[] = [];
  for (let next = tokens[0]?.text; next !== ')'; next = tokens[0]?.text) {
    inputs.push(takeComparison(tokens));
    if (tokens[0]?.text === ',') {
      tokens.shift();
    }
  }
  tokens.shift();
  return inputs;
}

function evaluate(expression: Expression, fields: SplunkFields): unknown {
  if (expression.kind === 'text') {
    return expression.text;
  }
  if (expression.kind === 'field') {
    return fields[expression.name];
  }
  const [first, second, third] = expression.inputs;
  const of = (input: Expression | undefined) => (input === undefined ? undefined : evaluate(input, fields));
  switch (expression.name) {
    case '==':
      return of(first) === of(second);
    case 'if':
      return of(first) === true ? of(second) : of(third);
    case 'coalesce':
      return expression.inputs.map(of).find((value) => value !== undefined);
    case 'match':
      return new RegExp(String(of(second))).test(String(of(first)));
    case 'replace':
      return String(of(first)).replace(
        new RegExp(String(of(second))),
        String(of(third)).replaceAll(/\\(\d)/g, (_whole, group: string) => `$${group}`),
      );
    case 'null':
      return undefined;
    default:
      throw new Error(`Teach test/receivers/splunk-conf.ts the function ${expression.name}`);
  }
}
