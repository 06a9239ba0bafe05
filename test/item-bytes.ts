import type { AttributeValue } from '@aws-sdk/client-dynamodb';

/** A write of up to this much costs one unit, a byte more costs two. */
export const WRITE_UNIT_BYTES = 1_024;

/** Of a list or a map, whatever is in it; each element or entry takes one more. */
const CONTAINER_BYTES = 3;

/**
 * DynamoDB's own arithmetic (developer guide, "DynamoDB item sizes and formats"): every attribute's name and value.
 * The item itself is no map and has no overhead. Indexes are paid for separately and not in it.
 */
export function itemBytes(item: Readonly<Record<string, AttributeValue>>): number {
  return Object.entries(item).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + valueBytes(value), 0);
}

function valueBytes(value: AttributeValue): number {
  if (value.S !== undefined) {
    return Buffer.byteLength(value.S);
  }
  if (value.N !== undefined) {
    return Math.ceil(significantDigits(value.N) / 2) + 1;
  }
  if (value.L !== undefined) {
    return value.L.reduce((sum, element) => sum + 1 + valueBytes(element), CONTAINER_BYTES);
  }
  if (value.M !== undefined) {
    return CONTAINER_BYTES + Object.keys(value.M).length + itemBytes(value.M);
  }
  if (value.BOOL !== undefined || value.NULL !== undefined) {
    return 1;
  }
  throw new Error(`no row or webhook has had a ${Object.keys(value).join()} so far`);
}

/** Zeros at either end are not stored. */
function significantDigits(number: string): number {
  const [mantissa = ''] = number.split(/e/i);
  return mantissa.replace(/[^0-9]/g, '').replace(/^0+|0+$/g, '').length;
}
