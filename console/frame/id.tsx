/** An id: read rarely, copied often. */
import CopyToClipboard from '@cloudscape-design/components/copy-to-clipboard';

export function Id({ id, what }: { readonly id: string; readonly what: string }) {
  return (
    <CopyToClipboard
      variant="inline"
      textToCopy={id}
      textToDisplay={<bdi className="unbroken">{id}</bdi>}
      copyButtonAriaLabel={`Copy ${what}`}
      copySuccessText="Copied"
      copyErrorText="Could not be copied"
    />
  );
}
