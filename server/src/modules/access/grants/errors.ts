import { defineErrors } from '../../../platform/errors.ts'

/** What is said about roles, grants, stored entities, and questions about them. */
export const grantErrors = defineErrors('access', {
  role_not_found: {
    status: 404,
    title: 'No such role',
    detail: 'The application {application} has no role {role}.',
    help: 'List the roles with `holdfast access roles list --application APPLICATION`.',
  },
  roles_unknown: {
    status: 422,
    title: 'No such role',
    detail: 'The application {application} has no role {role}.',
    help: 'Create it first, or name one that exists.',
  },
  role_exists: {
    status: 409,
    title: 'Role exists',
    detail: 'There is a role {role} already.',
    help: 'Use it, change it, or choose another id.',
  },
  role_in_use: {
    status: 409,
    title: 'Role in use',
    detail: 'The role {role} is granted {grants} time(s), and {children} role(s) are in it.',
    help: 'End those grants and take those roles out first: nobody should lose rights without being named.',
  },
  role_builtin: {
    status: 409,
    title: 'Built-in role',
    detail: 'The role {role} belongs to Holdfast itself and stays as it is.',
    help: 'Make a role of your own.',
  },
  role_cycle: {
    status: 409,
    title: 'Roles in a circle',
    detail: 'The role {role} would become its own ancestor.',
    help: 'Choose parents that are not inside of the role.',
  },
  roles_most: {
    status: 409,
    title: 'Too many roles',
    detail: 'An application has {most} roles at most.',
    help: 'Give what differs from person to person by a template, not by a role for each.',
  },
  role_schema: {
    status: 422,
    title: 'Schema without roles',
    detail: 'The schema of the application declares no entity type Role, so no policy could speak of one.',
    help: 'Add `entity Role in [Role];` to it, and let people in: `entity Person in [Group, Role];`.',
  },
  grant_not_found: {
    status: 404,
    title: 'No such grant',
    detail: 'The application {application} has no grant {grant}.',
    help: 'List the grants with `holdfast access grants list --application APPLICATION`.',
  },
  grant_principal_unknown: {
    status: 422,
    title: 'Nobody to give it to',
    detail: 'There is no {type} with the id {id}.',
    help: 'People and services are named by their ids, groups by their slugs; a type of your own must be in the schema.',
  },
  grant_template: {
    status: 422,
    title: 'Not such a template',
    detail: 'The grant does not fit the template {template}: {problem}.',
    help: 'A template has the slot ?principal; a resource is named exactly when it has ?resource as well.',
  },
  grant_exists: {
    status: 409,
    title: 'Granted already',
    detail: 'The same was granted for a time that overlaps: {grant}.',
    help: 'Change or end that grant instead.',
  },
  grant_version_conflict: {
    status: 409,
    title: 'Grant changed meanwhile',
    detail: 'The grant is at version {current}, and you changed version {expected}.',
    help: 'Read it again and repeat your change on the current version.',
  },
  grant_over: {
    status: 409,
    title: 'Grant over',
    detail: 'The grant {grant} has ended already.',
    help: 'Correct its times with PATCH, if it ended at another time than we say.',
  },
  grant_elevation: {
    status: 409,
    title: 'Given for as long as approved',
    detail: 'The grant comes of an elevation or a broken glass; its time is what was asked for and approved.',
    help: 'End it with `POST .../grants/ID/end`, or ask for another elevation.',
  },
  grant_time: {
    status: 422,
    title: 'Ends before it begins',
    detail: 'The grant would end before it begins.',
    help: 'Times are half open: it holds from `validFrom` on, and at `validTo` no longer.',
  },
  template_in_use: {
    status: 409,
    title: 'Template in use',
    detail: '{grants} grant(s) fill the slots of the template {template}.',
    help: 'End those grants first. The text may change as long as the slots stay.',
  },
  entity_not_found: {
    status: 404,
    title: 'No such entity',
    detail: 'The application {application} stores no {type} with this id.',
    help: 'List what is stored with `holdfast access entities list --application APPLICATION`.',
  },
  entity_invalid: {
    status: 422,
    title: 'Entity not valid',
    detail: '{entity}: {problem}.',
    help: 'Attributes are as the schema of the application declares them; entities are { "type", "id" }.',
  },
  entity_cycle: {
    status: 422,
    title: 'Entities in a circle',
    detail: '{entity} would become its own ancestor.',
    help: 'Choose parents that are not inside of the entity.',
  },
  entities_most: {
    status: 409,
    title: 'Too much stored',
    detail: 'An application stores {most} entities at most.',
    help: 'Store what many things share (folders, teams), and let the application bring the rest with its question.',
  },
  entities_builtin: {
    status: 409,
    title: 'Built-in application',
    detail: 'What the application holdfast decides about is known to Holdfast itself.',
    help: 'Store entities in an application of your own.',
  },
  past_unknown: {
    status: 404,
    title: 'Nothing was there then',
    detail: 'The application {application} did not exist at that time.',
    help: 'Ask about a later time.',
  },
  question_too_large: {
    status: 422,
    title: 'Too much to ask at once',
    detail: '{problem}.',
    help: 'Name a resource, an action or a principal, so that less has to be decided.',
  },
})
