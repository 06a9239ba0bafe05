/** The addresses that requests to receivers come from, as a dated document that programs read, and where it is. */
import * as z from 'zod';

export const ADDRESSES_PATH = '/v1/addresses.json';

const dateSchema = z.iso.date().meta({ description: 'A day, in UTC', examples: ['2026-11-23'] });

const prefixSchema = z
  .object({
    ipv4Prefix: z.string().meta({
      description: 'A block of IPv4 addresses',
      pattern: '^[0-9]{1,3}(\\.[0-9]{1,3}){3}/[0-9]{1,2}$',
      examples: ['203.0.113.7/32'],
    }),
  })
  .meta({ id: 'AddressPrefix', description: 'Addresses that requests come from' });

export const addressesSchema = z
  .object({
    syncToken: z.string().meta({
      description:
        'Another one with every change of this document: Unix seconds of `createDate`; 0 without fixed addresses',
      examples: ['1795392000'],
    }),
    createDate: dateSchema
      .optional()
      .describe('Since when this document says what it says; absent without fixed addresses'),
    isFixed: z
      .boolean()
      .describe(
        'False: requests come from any address of AWS, and a firewall cannot tell them by it. Trust the signature',
      ),
    prefixes: z.array(prefixSchema).describe('All that requests come from now; empty without fixed addresses'),
    change: z
      .object({
        date: dateSchema.describe('From when on it may have taken place'),
        add: z.array(prefixSchema).describe('What is to be let in before that day'),
        remove: z.array(prefixSchema).describe('What need not be let in after that day'),
      })
      .optional()
      .describe('The notice of a change to come'),
  })
  .meta({ id: 'Addresses', description: 'Where requests to receivers come from' });

export type Addresses = z.output<typeof addressesSchema>;

/** Of a change to come, as a stage sets it. */
export interface EgressChange {
  /** The day on which it is announced to tenants. */
  readonly announced: string;
  readonly date: string;
  readonly add: readonly string[];
  readonly remove: readonly string[];
}

/** Absent: the stage has no fixed addresses. */
export interface FixedEgress {
  readonly addresses: readonly string[];
  /** Since when they are these. */
  readonly since: string;
  readonly change?: EgressChange;
}

export function toAddresses(egress: FixedEgress | undefined): Addresses {
  if (egress === undefined) {
    return { syncToken: '0', isFixed: false, prefixes: [] };
  }
  const { addresses, since, change } = egress;
  const createDate = change?.announced ?? since;
  return {
    syncToken: String(Date.parse(createDate) / 1000),
    createDate,
    isFixed: true,
    prefixes: addresses.map(toPrefix),
    ...(change && {
      change: { date: change.date, add: change.add.map(toPrefix), remove: change.remove.map(toPrefix) },
    }),
  };
}

/** A single address is a block of one. */
function toPrefix(address: string): Addresses['prefixes'][number] {
  return { ipv4Prefix: address.includes('/') ? address : `${address}/32` };
}
