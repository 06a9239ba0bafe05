/**
 * Asks Microsoft's own language service what it objects to in queries, and which columns they have in the end. A program of
 * its own, because the service changes the globals of its process: `kusto.ts` runs it.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** As far as it is used here; the declarations of the package are 1.7 MB of globals. */
interface List<Item> {
  readonly [items: number]: Item;
  readonly length: number;
}
interface Column {
  readonly Name: string;
  readonly Type: { readonly Name: string };
}
interface Analysis {
  GetDiagnostics(): unknown;
  readonly ResultType: { readonly Columns?: unknown } | null;
}
interface Service {
  readonly Kusto: {
    readonly Language: {
      readonly Symbols: {
        readonly TableSymbol: { readonly $ctor7: new (name: string, schema: string, description: null) => object };
        readonly DatabaseSymbol: { readonly ctor: new (name: string, members: readonly object[]) => object };
      };
      readonly GlobalState: { readonly Default: { WithDatabase(database: object): object } };
      readonly KustoCode: { ParseAndAnalyze(text: string, globals: object): Analysis };
    };
  };
  readonly System: {
    readonly Linq: {
      readonly Enumerable: { from(items: unknown): { ToArray(type: unknown): List<never> } };
    };
    readonly Object: unknown;
  };
}

export interface KustoQuestion {
  /** As `a: string, b: datetime`, by name. */
  readonly tables: Readonly<Record<string, string>>;
  readonly queries: Readonly<Record<string, string>>;
}

export interface KustoFinding {
  readonly objections: readonly string[];
  /** Types by name. */
  readonly columns: Readonly<Record<string, string>>;
}

const require = createRequire(import.meta.url);
require('@kusto/language-service-next/bridge.min.js');
require('@kusto/language-service-next/Kusto.Language.Bridge.min.js');
const { Kusto, System } = globalThis as unknown as Service;
const { Symbols, GlobalState, KustoCode } = Kusto.Language;

const { tables, queries }: KustoQuestion = JSON.parse(readFileSync(0, 'utf8'));
const symbols = Object.entries(tables).map(
  ([name, schema]) => new Symbols.TableSymbol.$ctor7(name, `(${schema})`, null),
);
const state = GlobalState.Default.WithDatabase(new Symbols.DatabaseSymbol.ctor('workspace', symbols));
const answers = Object.entries(queries).map(([name, query]) => [name, analyse(query)]);
process.stdout.write(JSON.stringify(Object.fromEntries(answers)));

function analyse(query: string): KustoFinding {
  const analysis = KustoCode.ParseAndAnalyze(query, state);
  const objections = listOf<{ readonly Message: string; readonly Start: number }>(analysis.GetDiagnostics());
  const columns = listOf<Column>(analysis.ResultType?.Columns ?? []);
  return {
    objections: objections.map(({ Message, Start }) => `at ${Start}: ${Message}`),
    columns: Object.fromEntries(columns.map(({ Name, Type }) => [Name, Type.Name])),
  };
}

function listOf<Item>(items: unknown): readonly Item[] {
  return Array.from(System.Linq.Enumerable.from(items).ToArray(System.Object));
}
