import { defineErrors } from '../../../platform/errors.ts'

export const resourcesErrors = defineErrors('oauth', {
  resource_identifier_invalid: {
    status: 400,
    title: 'Resource identifier not accepted',
    detail: '{identifier}: {problem}.',
    help: 'An absolute URI without a fragment (RFC 8707, section 2): https, or a urn of your own. urn:holdfast: is ours.',
  },
  resource_taken: {
    status: 409,
    title: 'Resource identifier taken',
    detail: 'The identifier {identifier} belongs to another application.',
    help: 'Remove it there first; a token is for one application.',
  },
})
