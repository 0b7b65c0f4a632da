import { defineErrors } from '../../../platform/errors.ts'

export const scimErrors = defineErrors('directory', {
  scim_request_invalid: {
    status: 400,
    title: 'Not a SCIM request',
    detail: '{problem}',
    help: 'The `scimType` says of which kind it is (RFC 7644, section 3.12).',
  },
  scim_conflict: {
    status: 409,
    title: 'In use',
    detail: '{problem}',
    help: 'Look for who has the value with a filter; an account that was made here is handed over with `holdfast identity scim hand-over`.',
  },
  scim_user_unknown: {
    status: 404,
    title: 'No such user',
    detail: 'This connection has no user with this id.',
    help: 'A connection sees the people whom it made, and those whom an operator has handed over to it.',
  },
  scim_group_unknown: {
    status: 404,
    title: 'No such group',
    detail: 'This connection has no group with this id.',
    help: 'A connection sees the groups that it made, and those that an operator has allowed it with `holdfast identity scim allow`.',
  },
  scim_version: {
    status: 412,
    title: 'Changed meanwhile',
    detail: 'The resource has another version than `If-Match` says.',
    help: 'Read it again, then repeat the change.',
  },
  scim_protected: {
    status: 403,
    title: 'Not for provisioning',
    detail: '{problem}',
    help: 'What gives power over Holdfast is changed by operators. They may allow a group to a connection with `holdfast identity scim allow`.',
  },
  scim_filter_forbidden: {
    status: 403,
    title: 'No filter here',
    detail: 'This address takes no filter (RFC 7644, section 4).',
    help: 'Leave the filter away.',
  },
  scim_not_implemented: {
    status: 501,
    title: 'Not offered',
    detail: '{problem}',
    help: 'See /scim/v2/ServiceProviderConfig for what is.',
  },
  scim_connection_unknown: {
    status: 404,
    title: 'No such connection',
    detail: 'There is no service with this id in the group `provisioning`.',
    help: 'List them with `GET /api/v1/scim/connections`.',
  },
  scim_group_powerful: {
    status: 409,
    title: 'The group gives power over Holdfast',
    detail:
      'Whoever is in `{group}` has power over Holdfast itself. Say `power: true` if the connection shall give it.',
    help: 'Better allow a group that gives none.',
  },
  scim_group_of_another: {
    status: 409,
    title: 'The group has a connection',
    detail: 'The members of `{group}` are kept by another connection.',
    help: 'A group is kept by one connection at most.',
  },
  person_provisioned: {
    status: 409,
    title: 'Kept by a provisioning service',
    detail: '{problem}',
    help: 'Change it where it comes from, or release the person with `holdfast identity scim release`.',
  },
})
