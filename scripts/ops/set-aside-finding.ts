/** What lies in a queue of what was set aside: why, whose it is, and what would become of it if it were redriven now. */
import * as z from 'zod';
import { parseFindingEvent } from '../../shared/finding/finding-event.schema.ts';
import { oneLine } from '../../shared/finding/finding-words.ts';
import {
  FINDING_DETAIL_TYPE,
  FINDING_SOURCE,
  LIFECYCLE_DETAIL_TYPES,
  LIFECYCLE_MEMBER,
  STRAY_MEMBER,
} from '../../shared/topology/findings-source.ts';
import type { WalkedMessage } from '../walk-queue.ts';

/**
 * `readable`: dispatch would take it. `misnamed`: the same, if it bore the name of findings. `foreign`: of another source, so
 * that it is never taken. `unreadable`: it would come straight back.
 */
export type Prospect = 'readable' | 'misnamed' | 'foreign' | 'unreadable';

export interface SetAsideFinding {
  readonly reason: string;
  /** Undefined if it cannot be read. */
  readonly tenantId: string | undefined;
  readonly sentAt: number;
  readonly prospect: Prospect;
  /** The finding event that dispatch would be given. */
  readonly event: string;
}

const eventSchema = z.looseObject({
  source: z.string().default(FINDING_SOURCE),
  'detail-type': z.string().default(FINDING_DETAIL_TYPE),
  detail: z
    .looseObject({ tenantId: z.string().optional().catch(undefined) })
    .optional()
    .catch(undefined),
});

/** `nowMillis`: by which a finding's time is judged. */
export function readSetAside({ body, attributes, sentAt }: WalkedMessage, nowMillis: number): SetAsideFinding {
  const content = parseObject(body);
  const wrapped = content?.[STRAY_MEMBER] ?? content?.[LIFECYCLE_MEMBER];
  const parsed = eventSchema.safeParse(wrapped ?? content);
  const common = { reason: reasonOf(attributes), sentAt };
  if (!parsed.success) {
    return { ...common, tenantId: undefined, prospect: 'unreadable', event: body };
  }
  const { source, 'detail-type': detailType, detail } = parsed.data;
  const isLater = LIFECYCLE_DETAIL_TYPES.some((later) => later === detailType);
  const isNamed = isLater || detailType === FINDING_DETAIL_TYPE;
  const named = { ...parsed.data, 'detail-type': isLater ? detailType : FINDING_DETAIL_TYPE };
  const event = JSON.stringify(isLater ? { [LIFECYCLE_MEMBER]: named } : named);
  const isAsItCame = wrapped === undefined && isNamed && !isLater;
  const prospectOf = (): Prospect => {
    if (source !== FINDING_SOURCE) {
      return 'foreign';
    }
    const isReadable = parseFindingEvent(event, nowMillis).kind === 'parsed';
    return isReadable ? (isNamed ? 'readable' : 'misnamed') : 'unreadable';
  };
  return { ...common, tenantId: detail?.tenantId, prospect: prospectOf(), event: isAsItCame ? body : event };
}

/** Dispatch names a reason, EventBridge an error; what came back too often has neither. */
function reasonOf({ reason, ERROR_CODE: code, ERROR_MESSAGE: message = '' }: WalkedMessage['attributes']): string {
  if (reason !== undefined) {
    return oneLine(reason);
  }
  return code === undefined
    ? 'no reason: it came back until its receives were used up'
    : oneLine(`EventBridge could not deliver it: ${code} ${message}`);
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
