import { defineErrors } from '../../platform/errors.ts'

export const mailErrors = defineErrors('mail', {
  mail_template_unknown: {
    status: 404,
    title: 'No such template',
    detail: 'There is no mail template `{template}`.',
    help: 'List them with `GET /api/v1/mail/templates`.',
  },
  mail_template_invalid: {
    status: 422,
    title: 'Template not usable',
    detail: '{problem}.',
    help: 'Use the placeholders of the template, once each where it has a link or a code; docs/guide/mail.md has examples.',
  },
  mail_not_configured: {
    status: 409,
    title: 'No mail server',
    detail: 'No mail server is configured, so nothing can be sent.',
    help: 'Set mail.smtp.url (or host, port, user, password) and start again; `holdfast doctor` looks whether it answers.',
  },
  mail_limited: {
    status: 429,
    title: 'Too many letters',
    detail: 'This address was sent too many of these letters already. Try again later.',
    help: 'The limits are mail.limits.perHour and mail.limits.perDay; they keep mailboxes from being flooded.',
  },
  mailbox_closed: {
    status: 404,
    title: 'No mailbox here',
    detail: 'The mailbox is for development without a mail server.',
    help: 'Letters go to the mail server. `GET /api/v1/mail` says what became of them.',
  },
})
