/** A request as it goes out, every secret masked. JSON is laid out for reading; copying takes the bytes that were signed. */
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { SentRequest } from '../../shared/api/sent-request.schema.ts';
import { Code } from '../frame/code.tsx';
import { curlCommand } from './curl-command.ts';
import { laidOut } from './laid-out.ts';

export function RequestView({ request: { method, url, headers, body } }: { readonly request: SentRequest }) {
  const head = [`${method} ${url}`, ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`)];
  return (
    <SpaceBetween size="s">
      <Code label="Request line and headers" text={head.join('\n')} />
      <Code label="Body" text={laidOut(body)} copies={body} />
      <ExpandableSection headerText="As a command" variant="inline">
        <Code label="curl" text={curlCommand({ method, url, headers, body })} />
      </ExpandableSection>
    </SpaceBetween>
  );
}
