/** What a page says after an act. The address holds a key of these and never a text: nobody can make the page say something else. */
const notices = {
  name: 'Your name was changed.',
  'email-asked': 'A letter was sent to the new address. It changes when you follow the link in it.',
  'email-sent': 'A letter was sent to your address. Follow the link in it.',
  password: 'Your password was changed. Your other sign-ins have ended.',
  passkey: 'The passkey was added.',
  renamed: 'The name was changed.',
  removed: 'It was removed, and signs nobody in any more.',
  app: 'The authenticator app was added.',
  ended: 'The sign-in has ended.',
  'ended-others': 'All your other sign-ins have ended.',
  withdrawn: 'The application has no access to your account any more.',
  linked: 'The account was connected.',
  unlinked: 'The account was disconnected.',
} as const

export type Notice = keyof typeof notices

export function noticeOf(key: string | undefined): string | undefined {
  return key !== undefined && Object.hasOwn(notices, key) ? notices[key as Notice] : undefined
}
