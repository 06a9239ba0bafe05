/** A generated secret, the one time that it is shown: to be copied, with code that verifies what it signs. */
import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import CopyToClipboard from '@cloudscape-design/components/copy-to-clipboard';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Tabs from '@cloudscape-design/components/tabs';
import { useEffect, useRef } from 'react';
import { Code } from '../frame/code.tsx';
import { useKeep } from '../frame/leave-guard.ts';
import { commandLines } from './command-lines.ts';
import { SNIPPETS } from './snippets.ts';

interface SecretOnceProps {
  readonly secret: string;
  /** Of the integration. */
  readonly name: string;
  readonly onDone: () => void;
}

const LOSS = 'The secret is shown only this once. Without a copy of it you have to rotate it.';

export function SecretOnce({ secret, name, onDone }: SecretOnceProps) {
  const copy = useRef<HTMLDivElement>(null);
  const release = useKeep(LOSS);
  useEffect(() => {
    // After the dialog around it, if there is one, has placed the focus on its first button, which closes it.
    const timer = setTimeout(() => copy.current?.querySelector('button')?.focus());
    return () => clearTimeout(timer);
  }, []);
  return (
    <SpaceBetween size="l">
      <Alert type="warning" header="Copy the secret now">
        This is the only time that it is shown. If it is lost, rotate it.
      </Alert>
      <Container header={<Header variant="h2">Secret of {name}</Header>}>
        <div ref={copy}>
          <CopyToClipboard
            variant="inline"
            textToCopy={secret}
            textToDisplay={<code className="unbroken">{secret}</code>}
            copyButtonAriaLabel="Copy the secret"
            copySuccessText="Copied"
            copyErrorText="Could not be copied"
          />
        </div>
      </Container>
      <Container
        header={
          <Header
            variant="h2"
            description="Every request carries the headers webhook-signature and x-thalian-signature."
          >
            Verify requests
          </Header>
        }
      >
        <Tabs
          ariaLabel="Languages"
          tabs={SNIPPETS.map(({ id, label, files }) => ({
            id,
            label,
            content: (
              <SpaceBetween size="m">
                {files.map(({ file, code, command }) => (
                  <SpaceBetween key={file} size="s">
                    {command !== undefined && <Code label={`Run ${file}`} text={commandLines(command)} />}
                    <Code label={file} text={code} />
                  </SpaceBetween>
                ))}
              </SpaceBetween>
            ),
          }))}
        />
      </Container>
      <Box float="right">
        <Button
          variant="primary"
          onClick={() => {
            release();
            onDone();
          }}
        >
          I have copied it
        </Button>
      </Box>
    </SpaceBetween>
  );
}
