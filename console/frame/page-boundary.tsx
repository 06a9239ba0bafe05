/** Where an error of a page ends: it goes with the page, and the reader can try again. */
import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import ErrorBoundary from '@cloudscape-design/components/error-boundary';
import { type ReactNode, useState } from 'react';
import { useLocation } from 'wouter';
import { forgetFailures } from './lazily.tsx';

export function PageBoundary({ children }: { readonly children: ReactNode }) {
  const [location] = useLocation();
  const [tries, setTries] = useState(0);
  const again = () => {
    forgetFailures();
    setTries((before) => before + 1);
  };
  return (
    <ErrorBoundary
      key={`${location} ${tries}`}
      onError={({ error }) => reportError(error)}
      renderFallback={() => (
        <Alert type="error" header="This could not be shown" action={<Button onClick={again}>Try again</Button>}>
          A part of the page could not be loaded, or something went wrong in it.
        </Alert>
      )}
    >
      {children}
    </ErrorBoundary>
  );
}
