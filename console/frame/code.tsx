/**
 * Code, or a request as it went out: to be read and copied. The library's view of code colours it
 * with an editor of several hundred kilobytes; nothing here is edited.
 */
import Box from '@cloudscape-design/components/box';
import CopyToClipboard from '@cloudscape-design/components/copy-to-clipboard';
import { tame } from './tame.ts';

interface CodeProps {
  readonly label: string;
  readonly text: string;
  /** What copying takes, if not the text as it is shown. */
  readonly copies?: string;
}

export function Code({ label, text, copies = text }: CodeProps) {
  return (
    <div>
      <div className="code-head">
        <Box variant="awsui-key-label">{label}</Box>
        <CopyToClipboard
          copyButtonText="Copy"
          copyButtonAriaLabel={`Copy: ${label}`}
          copySuccessText="Copied"
          copyErrorText="Could not be copied"
          textToCopy={copies}
        />
      </div>
      <pre className="code">{tame(text)}</pre>
    </div>
  );
}
