/** What a phone shows of a message in a chat before it is opened. */
import { describe, expect, it } from 'vitest';
import { format as googleChat } from '../../../shared/destinations/google-chat/google-chat.ts';
import { format as slack } from '../../../shared/destinations/slack/slack.ts';
import { format as teams } from '../../../shared/destinations/teams/teams.ts';
import type { Finding } from '../../../shared/finding/finding.ts';
import { aFinding, aPlainFinding } from '../../builders/finding.ts';
import { aRenderInput } from '../../builders/rendered.ts';

const CHATS = [
  ['Slack', slack, 'text'],
  ['Google Chat', googleChat, 'fallbackText'],
  ['Teams', teams, 'summary'],
] as const;

const LONG = aPlainFinding({
  title: 'long title '.repeat(40),
  affected: { type: 'asset', id: 'i-0abc', name: 'long name '.repeat(40) },
  platform: 'p'.repeat(128),
});

describe('the notification', () => {
  it.each(CHATS)('of %s says severity, title, affected and platform', (_name, format, member) => {
    const shown = (finding: Finding): string => JSON.parse(format.render(aRenderInput({ finding })).body)[member];
    expect(shown(aFinding())).toBe(
      'High: Dormant admin account re-activated · jane@acme.example (user 00u1x) and 1 more · okta, aws',
    );
    const [title, affected, platform] = shown(LONG).split(' · ');
    expect([title, affected, platform]).toEqual([
      expect.stringMatching(/^High: long title .*…$/),
      expect.stringMatching(/^long name .*…$/),
      expect.stringMatching(/^p+…$/),
    ]);
    expect(shown(LONG).length).toBeLessThanOrEqual(306);
  });

  it('of Google Chat mentions no one, whatever the title', () => {
    const { body } = googleChat.render(aRenderInput({ finding: aPlainFinding({ title: 'Ask <users/all>' }) }));
    expect(JSON.parse(body).fallbackText).toMatch(/^High: Ask ‹users\/all› · /);
  });

  it('comes with a card of the lowest version that has what the card uses, one button for each link', () => {
    const [attachment] = JSON.parse(teams.render(aRenderInput()).body).attachments;
    const { version, body, actions } = attachment.content;
    expect(version).toBe('1.2');
    expect(new Set(body.map(({ type }: { type: string }) => type))).toEqual(new Set(['RichTextBlock']));
    expect(actions).toMatchObject([
      { type: 'Action.OpenUrl', title: 'Open in Thalian', url: aFinding().url },
      { type: 'Action.OpenUrl', title: 'Remediation guidance', url: aFinding().remediation.url },
    ]);
  });
});
