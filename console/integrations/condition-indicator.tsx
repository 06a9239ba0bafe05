/** The state of an integration as colour, sign and word. */
import StatusIndicator, { type StatusIndicatorProps } from '@cloudscape-design/components/status-indicator';
import type { Condition, ConditionKind } from './condition.ts';

const TYPES: Readonly<Record<ConditionKind, StatusIndicatorProps.Type>> = {
  failing: 'error',
  disabled: 'error',
  paused: 'stopped',
  unread: 'warning',
  new: 'pending',
  healthy: 'success',
};

export function ConditionIndicator({ condition: { kind, label } }: { readonly condition: Condition }) {
  return <StatusIndicator type={TYPES[kind]}>{label}</StatusIndicator>;
}
