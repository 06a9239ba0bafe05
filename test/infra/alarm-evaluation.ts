/**
 * Evaluates an alarm of the template over data points, as CloudWatch does (CloudWatch user guide, "Using metric math",
 * "Alarm evaluation"): the expression, the comparison, M of N, and what missing data means. Only what our alarms use.
 */
import * as z from 'zod';

/** A value for each period, oldest first, as the alarm's statistic has it; undefined: no data. */
export type Series = readonly (number | undefined)[];

const alarmSchema = z.object({
  MetricName: z.string().optional(),
  Threshold: z.number(),
  ComparisonOperator: z.enum(['GreaterThanOrEqualToThreshold', 'LessThanThreshold']),
  EvaluationPeriods: z.number(),
  DatapointsToAlarm: z.number(),
  TreatMissingData: z.enum(['breaching', 'notBreaching']),
  Metrics: z
    .array(
      z.object({
        Id: z.string(),
        Expression: z.string().optional(),
        MetricStat: z.object({ Metric: z.object({ MetricName: z.string() }) }).optional(),
        ReturnData: z.boolean().default(true),
      }),
    )
    .default([]),
});

/** Every name of a metric that the alarm reads. */
export function metricNamesOf(properties: unknown): readonly string[] {
  const { MetricName: single, Metrics: parts } = alarmSchema.parse(properties);
  const names = parts.flatMap(({ MetricStat: stat }) => stat?.Metric.MetricName ?? []);
  return single === undefined ? [...new Set(names)] : [single];
}

/** `points` by the name of the metric; a metric without an entry has no data. */
export function rings(properties: unknown, points: Readonly<Record<string, Series>>): boolean {
  const alarm = alarmSchema.parse(properties);
  const length = Math.max(alarm.EvaluationPeriods + 1, ...Object.values(points).map((series) => series.length));
  const values = valuesOf(alarm, points, length).slice(-alarm.EvaluationPeriods);
  const bad = values.filter((value) => isBad(alarm, value));
  return bad.length >= alarm.DatapointsToAlarm;
}

type Alarm = z.output<typeof alarmSchema>;

function isBad({ Threshold: threshold, ComparisonOperator: by, TreatMissingData: missing }: Alarm, value?: number) {
  if (value === undefined) {
    return missing === 'breaching';
  }
  return by === 'LessThanThreshold' ? value < threshold : value >= threshold;
}

function valuesOf(alarm: Alarm, points: Readonly<Record<string, Series>>, length: number): Series {
  const pointsOf = (name: string): Series => {
    const series = points[name] ?? [];
    // Series end together, with the period that has just ended.
    return [...Array.from({ length: length - series.length }, () => undefined), ...series];
  };
  if (alarm.MetricName !== undefined) {
    return pointsOf(alarm.MetricName);
  }
  const seriesOf = (id: string): Series => {
    const part = alarm.Metrics.find(({ Id }) => Id === id);
    if (part?.MetricStat !== undefined) {
      return pointsOf(part.MetricStat.Metric.MetricName);
    }
    if (part?.Expression === undefined) {
      throw new Error(`nothing has the id ${id}`);
    }
    return evaluate(part.Expression, seriesOf, length);
  };
  const returned = alarm.Metrics.find(({ ReturnData }) => ReturnData);
  return seriesOf(returned?.Id ?? '');
}

/** By precedence: AND, comparison, sums, products. */
const OPERATORS: readonly Readonly<Record<string, (left: number, right: number) => number>>[] = [
  { AND: (left, right) => Number(left !== 0 && right !== 0) },
  { '>=': (left, right) => Number(left >= right), '>': (left, right) => Number(left > right) },
  { '+': (left, right) => left + right, '-': (left, right) => left - right },
  { '*': (left, right) => left * right, '/': (left, right) => left / right },
];

function evaluate(expression: string, seriesOf: (id: string) => Series, length: number): Series {
  const tokens = expression.match(/[A-Za-z]\w*|\d+(?:\.\d+)?|>=|[>+\-*/(),]/g) ?? [];
  if (tokens.join('') !== expression.replaceAll(' ', '')) {
    throw new Error(`cannot read ${expression}`);
  }
  let at = 0;
  const take = (expected?: string): string => {
    const token = tokens[at] ?? '';
    if (expected !== undefined && token !== expected) {
      throw new Error(`expected ${expected} in ${expression}, found ${token}`);
    }
    at += 1;
    return token;
  };

  function level(precedence: number): Series {
    const operators = OPERATORS[precedence];
    if (operators === undefined) {
      return operand();
    }
    let left = level(precedence + 1);
    for (let apply = operators[tokens[at] ?? '']; apply !== undefined; apply = operators[tokens[at] ?? '']) {
      const operator = apply;
      take();
      const right = level(precedence + 1);
      left = left.map((value, index) => {
        const other = right[index];
        // Arithmetic has no value where a part has none, or where it divides by zero.
        const result = value === undefined || other === undefined ? undefined : operator(value, other);
        return Number.isFinite(result) ? result : undefined;
      });
    }
    return left;
  }

  function operand(): Series {
    const token = take();
    if (/^\d/.test(token)) {
      return Array.from({ length }, () => Number(token));
    }
    if (token === '(') {
      const inner = level(0);
      take(')');
      return inner;
    }
    return tokens[at] === '(' ? call(token) : seriesOf(token);
  }

  function call(name: string): Series {
    take('(');
    const args = [level(0)];
    while (tokens[at] === ',') {
      take();
      args.push(level(0));
    }
    take(')');
    const [first = [], second = [], third = []] = args;
    switch (name) {
      case 'FILL':
        return first.map((value, index) => value ?? second[index]);
      case 'IF':
        return first.map((value, index) => (value === undefined || value === 0 ? third[index] : second[index]));
      case 'DIFF':
        return first.map((value, index) => {
          const before = index === 0 ? undefined : first[index - 1];
          return value === undefined || before === undefined ? undefined : value - before;
        });
      default:
        throw new Error(`cannot evaluate ${name}`);
    }
  }

  const result = level(0);
  if (at < tokens.length) {
    throw new Error(`cannot read the end of ${expression}`);
  }
  return result;
}
