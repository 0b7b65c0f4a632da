import { defineErrors } from '../../../platform/errors.ts'

export const brandingErrors = defineErrors('signin', {
  branding_application_unknown: {
    status: 404,
    title: 'No such application',
    detail: 'There is no application of that id.',
    help: 'List the applications with `GET /api/v1/applications`. Without one, branding is that of all pages.',
  },
  accent_unreadable: {
    status: 422,
    title: 'The colour cannot be read on white',
    detail:
      '{accent} on white has a contrast of {ratio}:1; text needs 4.5:1. {suggestion} is the nearest darker shade that has it.',
    help: 'Buttons and links are in this colour (WCAG 2.2, 1.4.3). Take the shade that the answer names, or a darker one.',
  },
  logo_invalid: {
    status: 422,
    title: 'This is no logo',
    detail: 'The image cannot be taken: {problem}.',
    help: 'Send a PNG, JPEG or WebP of 128 KiB and 2048 pixels a side at most. SVG is not taken: it can hold scripts.',
  },
})
