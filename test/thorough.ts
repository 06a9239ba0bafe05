/**
 * How much is tried: everything by `npm run test:thorough`, which CI runs, and a fourth by `npm test`, so that it answers soon.
 * Only what takes long is divided. Guards and breaks are shown by thorough runs.
 */
export const IS_THOROUGH = process.env['THOROUGH'] === '1';

const QUICK_DIVISOR = 4;

/** Of a property, given its runs when it is tried thoroughly. */
export function runs(all: number): number {
  return IS_THOROUGH ? all : Math.ceil(all / QUICK_DIVISOR);
}

/** Cases from the whole length of the list. */
export function partOf<Case>(all: readonly Case[]): readonly Case[] {
  return IS_THOROUGH ? all : all.filter((_, index) => index % QUICK_DIVISOR === 0);
}
