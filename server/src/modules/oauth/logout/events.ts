import { authentication, defineEvents } from '@holdfast/events'

export const logoutEvents = defineEvents({
  'logout.refused': authentication(
    'Logoff',
    'A sign-out that a client asked for was refused: its hint or its address is not its own.',
    {
      outcomes: ['refused'],
      written: '`GET /oauth/end-session`',
    },
  ),
  'logout.told': authentication('Logoff', 'A client was told that a sign-in has ended (back-channel logout).', {
    outcomes: ['success', 'failure'],
    written: 'the job `oauth.tell-logout`',
  }),
})
