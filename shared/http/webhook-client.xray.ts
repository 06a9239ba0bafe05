/** The requests to receivers in the trace of an invocation: method, origin and status. A path or a query may be a credential. */
import type { Tracer } from '../runtime/tracer.xray.ts';
import type { WebhookClient } from './webhook-client.port.ts';

export function createXrayWebhookClient(client: WebhookClient, tracer: Tracer): WebhookClient {
  return {
    send(request, deadlineMillis) {
      return tracer.trace(
        () => client.send(request, deadlineMillis),
        (outcome) => {
          const { protocol, host } = new URL(request.url);
          return {
            name: host,
            namespace: 'remote',
            http: {
              request: { method: request.method, url: `${protocol}//${host}/` },
              ...(outcome?.kind === 'answered' && { response: { status: outcome.response.statusCode } }),
            },
            ...(outcome?.kind !== 'answered' && { fault: true }),
          };
        },
      );
    },
  };
}
