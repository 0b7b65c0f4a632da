import { asked, notice } from './define.ts'

const ignore = 'If you did not ask for this, ignore this letter: nothing was changed.'

/** Every letter that Holdfast sends, in English. */
export const templates = {
  test: asked({}, 'A test of {installation}', ['This letter was asked for in the console: sending works.']),

  recovery: asked(
    { link: 'link', minutes: 'number' },
    'Choose a new password for {installation}',
    [
      'Somebody asked for a new password for your account. Follow this link to choose one:',
      '{link}',
      'It works once, for {minutes} minutes. Your second factor stays as it is: you need it to sign in afterwards.',
      ignore,
    ],
    'Choose a new password',
  ),
  'email-verification': asked(
    { link: 'link', hours: 'number' },
    'Confirm your e-mail address for {installation}',
    ['Confirm that this address is yours:', '{link}', 'The link works once, for {hours} hours.', ignore],
    'Confirm the address',
  ),
  'email-change': asked(
    { link: 'link', hours: 'number' },
    'Confirm your new e-mail address for {installation}',
    [
      'Somebody wants to use this address for their account at {installation}. If that is you, confirm it:',
      '{link}',
      'The link works once, for {hours} hours. Until then the account keeps its old address.',
      ignore,
    ],
    'Confirm the new address',
  ),
  invitation: asked(
    { link: 'link', inviter: 'text', days: 'number' },
    'You are invited to {installation}',
    [
      '{inviter} invites you to {installation}. Follow this link to accept, and choose how you want to sign in:',
      '{link}',
      'It works once, for {days} days. If you do not know what this is about, ignore this letter.',
    ],
    'Accept the invitation',
  ),
  'sign-in-code': asked({ code: 'code', minutes: 'number' }, 'Your code for {installation}', [
    'To go on with signing in, enter this code:',
    '{code}',
    'It works once, for {minutes} minutes. Nobody will ever ask you for it, at the telephone or elsewhere.',
    'If you are not signing in just now, somebody has your password: change it.',
  ]),

  'email-change-asked': notice({ address: 'address' }, 'Your e-mail address is about to change', [
    'Somebody asked to change the address of your account to {address}. It changes when it is confirmed there.',
  ]),
  'email-changed': notice({ address: 'address' }, 'Your e-mail address was changed', [
    'The address of your account is now {address}. This is the last letter to the old one.',
  ]),
  'password-changed': notice({}, 'Your password was changed', [
    'The password of your account was changed, and the other sessions were ended.',
  ]),
  'factor-added': notice({ factor: 'text' }, 'A way to sign in was added', [
    'This was added to your account, to sign in with or to confirm it: {factor}.',
  ]),
  'factor-removed': notice({ factor: 'text' }, 'A way to sign in was removed', [
    'This was removed from your account: {factor}.',
  ]),
  'factors-reset': notice({}, 'Your second factors were removed', [
    'An operator removed the second factors of your account, and ended its sessions. Enrol new ones at the next sign-in.',
  ]),
  'recovery-codes-made': notice({}, 'New recovery codes were made', [
    'New recovery codes were made for your account; the old ones work no longer.',
  ]),
  'recovery-code-used': notice({ left: 'number' }, 'A recovery code was used', [
    'Somebody signed in to your account with a recovery code. {left} are left.',
  ]),
  'new-device': notice({ device: 'text', at: 'text' }, 'A new sign-in to your account', [
    'Your account was signed in to from a place or a device that was not known before: {device}.',
  ]),
  'session-suspicious': notice({}, 'Your sessions were ended', [
    'Something about a session of your account was not as it should be, so the sessions were ended. Sign in again.',
  ]),
  'connection-linked': notice({ connection: 'text' }, 'A way to sign in was added', [
    'You can sign in to your account by way of {connection} from now on.',
  ]),
  'connection-unlinked': notice({ connection: 'text' }, 'A way to sign in was removed', [
    'You can no longer sign in to your account by way of {connection}.',
  ]),
} as const

export type Templates = typeof templates
export type TemplateName = keyof Templates
