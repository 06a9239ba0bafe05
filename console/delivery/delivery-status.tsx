/** The status of a delivery as colour, sign and word. */
import StatusIndicator, { type StatusIndicatorProps } from '@cloudscape-design/components/status-indicator';
import type { DeliveryStatus } from '../api/client.ts';
import { STATUS_WORDS } from './delivery-words.ts';

const TYPES: Readonly<Record<DeliveryStatus, StatusIndicatorProps.Type>> = {
  pending: 'pending',
  delivered: 'success',
  failed: 'error',
  held: 'warning',
  cancelled: 'stopped',
};

export function DeliveryStatusIndicator({ status }: { readonly status: DeliveryStatus }) {
  return (
    <StatusIndicator type={TYPES[status]} wrapText={false}>
      {STATUS_WORDS[status]}
    </StatusIndicator>
  );
}
