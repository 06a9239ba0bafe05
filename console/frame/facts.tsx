/** What is known of one thing, in up to three columns, each wide enough for an id or an address in one piece. */
import KeyValuePairs, { type KeyValuePairsProps } from '@cloudscape-design/components/key-value-pairs';

const COLUMNS = 3;
const COLUMN_PIXELS = 180;

export function Facts({ items }: Pick<KeyValuePairsProps, 'items'>) {
  return <KeyValuePairs columns={COLUMNS} minColumnWidth={COLUMN_PIXELS} items={items} />;
}
