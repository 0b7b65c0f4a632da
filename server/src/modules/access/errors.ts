import { defineErrors } from '../../platform/errors.ts'

export const errors = defineErrors('access', {
  application_not_found: {
    status: 404,
    title: 'No such application',
    detail: 'There is no application {application}.',
    help: 'List the applications with `holdfast applications list`.',
  },
  application_exists: {
    status: 409,
    title: 'Application exists',
    detail: 'There is an application {application} already.',
    help: 'Choose another id, or update the one that exists.',
  },
  application_builtin: {
    status: 409,
    title: 'Built-in application',
    detail: 'The application holdfast decides about Holdfast itself; its routing and schema are part of the software.',
    help: 'Add policies of your own to it instead.',
  },
  application_required: {
    status: 400,
    title: 'Application not named',
    detail: 'This credential is not bound to an application: name one with ?application=.',
    help: 'Use the key of a service that is bound to the application, or add the query parameter.',
  },
  host_taken: {
    status: 409,
    title: 'Host in use',
    detail: 'The host {host} belongs to another application, or people sign in there.',
    help: 'Remove it there first. Hosts of the control plane itself, at `publicUrl` and at those of tenants, are no application’s.',
  },
  schema_invalid: {
    status: 422,
    title: 'Invalid schema',
    detail: 'The schema, or a policy under it, is not valid; `findings` says what and where.',
    help: 'Mend what the findings name. Policies that no longer validate are changed or deleted first.',
  },
  policy_not_found: {
    status: 404,
    title: 'No such policy',
    detail: 'The application {application} has no policy {policy}.',
    help: 'List the policies with `holdfast policies list APPLICATION`.',
  },
  policy_invalid: {
    status: 422,
    title: 'Invalid policy',
    detail: 'The policy is not valid Cedar under the schema of its application; `findings` says what and where.',
    help: 'Mend what the findings name; `holdfast policies validate` checks without writing.',
  },
  policy_version_conflict: {
    status: 409,
    title: 'Policy changed meanwhile',
    detail: 'The policy is at version {current}, and you changed version {expected}.',
    help: 'Read it again and repeat your change on the current version.',
  },
  rules_changed: {
    status: 409,
    title: 'Rules changed meanwhile',
    detail: 'Somebody changed the schema or a policy of the application while this was being checked.',
    help: 'Repeat the request: it is then checked under the rules of now.',
  },
  policy_builtin: {
    status: 409,
    title: 'Built-in policy',
    detail: 'The policy {policy} is part of Holdfast and cannot be changed.',
    help: 'Add a policy of your own: a forbid overrides every permit.',
  },
  policy_locks_out: {
    status: 409,
    title: 'This would lock everybody out',
    detail: 'With this policy no operator could change or delete policies of Holdfast any more.',
    help: 'Exempt the group admins: `unless { principal in Group::"admins" }`.',
  },
  application_in_use: {
    status: 409,
    title: 'Application in use',
    detail: '{services} service(s) are bound to the application {application}.',
    help: 'Delete those services first: their keys would come alive again if the application were made anew.',
  },
  page_token_invalid: {
    status: 400,
    title: 'Page token not accepted',
    detail: 'The page token does not belong to this search of this caller, or its limit changed meanwhile.',
    help: 'Send the same search with `page.token` as `next_token` gave it; without a token the search begins anew.',
  },
  question_unknown: {
    status: 422,
    title: 'Not in the schema',
    detail: 'The schema of {application} has no {what}.',
    help: 'Look for a typing mistake: `holdfast policies schema show APPLICATION` prints the schema of now.',
  },
  evaluation_invalid: {
    status: 400,
    title: 'Invalid evaluation request',
    detail: 'The request cannot be decided: {problem}.',
    help: 'See AuthZEN Authorization API 1.0, section 5: subject, action and resource are objects with type and id (name).',
  },
})
