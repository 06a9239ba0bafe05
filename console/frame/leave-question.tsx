/** Asks whether to leave what would be lost. To stay is what a key pressed too soon does. */
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useQuestion } from './leave-guard.ts';

export function LeaveQuestion() {
  const question = useQuestion();
  if (question === undefined) {
    return null;
  }
  return (
    <Modal
      visible
      header="Leave without keeping it?"
      onDismiss={question.stay}
      footer={
        <Box float="right">
          <SpaceBetween size="xs" direction="horizontal">
            <Button variant="link" onClick={question.leave}>
              Leave
            </Button>
            <Button variant="primary" onClick={question.stay}>
              Stay
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      {question.loss}
    </Modal>
  );
}
