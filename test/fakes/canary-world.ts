/** The real `canary` handler on in-memory ports, and the rest of the way: the real handlers of `dispatch` and `send`. */
import { canaryIds } from '../../functions/canary/canary-ids.ts';
import { createHandler } from '../../functions/canary/handler.ts';
import type { ReceivedRequest } from '../../functions/canary/receive.ts';
import { createHandler as createDispatch } from '../../functions/dispatch/handler.ts';
import { serializeDeliveryMessage } from '../../shared/delivery/delivery-message.schema.ts';
import type { Finding } from '../../shared/finding/finding.ts';
import type { OutgoingRequest } from '../../shared/http/attempt-outcome.ts';
import type { TenantId } from '../../shared/runtime/ids.ts';
import type { Telemetry } from '../../shared/runtime/telemetry.port.ts';
import { anSqsEvent } from '../builders/delivery.ts';
import { MemoryEventList } from './memory-event-list.ts';
import { MemoryNoticeMarks } from './memory-notice-marks.ts';
import { MemoryQueues } from './memory-queues.ts';
import { MemoryReturns } from './memory-returns.ts';
import { MemoryUnreadFindings } from './memory-unread-findings.ts';
import { RecordingTelemetry } from './recording-telemetry.ts';
import { aSendWorld } from './send-world.ts';

export const RECEIVER_URL = 'https://canary.lambda-url.us-east-1.on.aws/';
const CONSOLE_URL = 'https://console.thalian.example';

export function aCanaryWorld({ telemetry }: { readonly telemetry?: Telemetry } = {}) {
  const send = aSendWorld({ webhooks: [], replies: [204, 204, 204, 204, 204] });
  const { clock, store, secrets } = send;
  const published: { readonly tenantId: TenantId; readonly finding: Finding }[] = [];
  const recorded = new RecordingTelemetry();
  let ids = 0;
  const ofCanary = canaryIds();
  const world = {
    ...ofCanary,
    clock,
    store,
    secrets,
    send,
    published,
    telemetry: recorded,
    pageProblem: undefined as string | undefined,
    asked: [] as string[],
    isBusShut: false,
    tick: (receiverUrl = RECEIVER_URL) => handler({ receiverUrl, consoleUrl: CONSOLE_URL }),
    receive: (request: ReceivedRequest) => handler(request),
    dispatchTelemetry: new RecordingTelemetry(),
    /** The latest finding, by dispatch and send; answers the requests that its receiver gets. */
    async carry(): Promise<readonly OutgoingRequest[]> {
      const latest = published.at(-1);
      const queues = new MemoryQueues();
      const dispatch = createDispatch({
        webhooks: store,
        queues,
        rejected: queues,
        returns: new MemoryReturns(),
        strays: queues,
        events: new MemoryEventList(),
        unread: new MemoryUnreadFindings(),
        notices: new MemoryNoticeMarks(),
        log: send.log,
        telemetry: world.dispatchTelemetry,
        clock,
      });
      await dispatch(anSqsEvent({ body: JSON.stringify({ detail: latest }) }));
      const before = send.client.requests.length;
      await send.receive(...queues.planned.map(({ message }) => ({ body: serializeDeliveryMessage(message) })));
      return send.client.requests.slice(before);
    },
    async deliver(afterMillis = 0) {
      const [request] = await world.carry();
      clock.moveOn(afterMillis);
      return request && handler({ headers: request.headers, body: request.body, isBase64Encoded: false });
    },
  };
  const handler = createHandler({
    ...ofCanary,
    webhooks: store,
    secrets,
    findings: {
      async publish(tenantId, finding) {
        if (world.isBusShut) {
          throw new Error('the bus refused the finding');
        }
        published.push({ tenantId, finding });
      },
    },
    pages: {
      async problemOf(url) {
        world.asked.push(url);
        return world.pageProblem;
      },
    },
    telemetry: telemetry ?? recorded,
    clock,
    newId: () => {
      ids += 1;
      return `id-${ids}`;
    },
    randomBytes: (size) => new Uint8Array(size).fill(7),
  });
  return world;
}
