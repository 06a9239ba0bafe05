/**
 * An event on the findings bus that is no finding: what it is called, whose it is, and why it is set aside. Names are
 * shown; the detail is not looked at.
 */
import * as z from 'zod';
import { parseJson } from '../runtime/parse-json.schema.ts';
import { FINDING_DETAIL_TYPE, FINDING_SOURCE, STRAY_MEMBER } from '../topology/findings-source.ts';
import { oneLine } from './finding-words.ts';

/** Sources and detail types are chosen by publishers: as much of one as a line of a log may show. */
const SHOWN_CHARACTERS = 64;

const nameSchema = z.string().transform(shown);
const strayEventSchema = z.object({ source: nameSchema, 'detail-type': nameSchema });

export interface StrayEvent {
  readonly source: string;
  readonly detailType: string;
  readonly reason: string;
}

/** By its first bytes, so that a finding is not parsed twice. */
const WRAPPED = new RegExp(`^\\s*\\{\\s*"${STRAY_MEMBER}"\\s*:`);

/** Undefined for everything that the rules for stray events did not wrap. */
export function parseStrayEvent(body: string): StrayEvent | undefined {
  if (!WRAPPED.test(body)) {
    return undefined;
  }
  const json = parseJson(body);
  const parsed = z.object({ [STRAY_MEMBER]: strayEventSchema }).safeParse(json.kind === 'parsed' ? json.value : {});
  const { source = '', 'detail-type': detailType = '' } = parsed.data?.[STRAY_MEMBER] ?? {};
  return { source, detailType, reason: reasonFor(source, detailType) };
}

function reasonFor(source: string, detailType: string): string {
  if (source !== FINDING_SOURCE) {
    return `source: "${source}" is neither ${FINDING_SOURCE} nor ours`;
  }
  return `detail-type: "${detailType}" is not ${FINDING_DETAIL_TYPE}`;
}

function shown(name: string): string {
  return [...oneLine(name.toWellFormed())].slice(0, SHOWN_CHARACTERS).join('');
}
