/** Says that the sign-in has ended. What is on the page stays to be read until the reader signs in again. */
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Modal from '@cloudscape-design/components/modal';
import { useLocation } from 'wouter';
import { useSession } from './session-context.tsx';

export function SessionEnded({ isEnded, onDismiss }: { readonly isEnded: boolean; readonly onDismiss: () => void }) {
  const { session } = useSession();
  const [location] = useLocation();
  return (
    <Modal
      visible={isEnded}
      header="Your sign-in has ended"
      onDismiss={onDismiss}
      footer={
        <Box float="right">
          <Button variant="primary" onClick={() => void session.signIn(location)}>
            Sign in again
          </Button>
        </Box>
      }
    >
      Sign in again to go on. You will come back to this page; what you have typed and not saved is lost.
    </Modal>
  );
}
