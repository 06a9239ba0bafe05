/** The order of a round. Pure. */

/** Each is measured first, second and so on as often as the others: what ran before it may disturb it. */
export function rotated<Value>(values: readonly Value[], by: number): readonly Value[] {
  const first = by % values.length;
  return [...values.slice(first), ...values.slice(0, first)];
}
