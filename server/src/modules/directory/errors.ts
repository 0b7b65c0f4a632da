import { defineErrors } from '../../platform/errors.ts'

export const directoryErrors = defineErrors('directory', {
  person_unknown: {
    status: 404,
    title: 'No such person',
    detail: 'There is no person with this id.',
    help: 'List people with `GET /api/v1/people?query=`.',
  },
  email_taken: {
    status: 409,
    title: 'E-mail address in use',
    detail: 'Another person has this e-mail address; capitals make no difference.',
    help: 'Find that person with `GET /api/v1/people?query=`, or use another address.',
  },
  last_operator: {
    status: 409,
    title: 'The last operator',
    detail: 'This is the last active person in `admins` who can sign in; without one nobody could manage Holdfast.',
    help: 'Make another person an operator first: somebody in the group `admins` with a password, a passkey or a connected account.',
  },
  groups_changed: {
    status: 409,
    title: 'Changed meanwhile',
    detail: 'Somebody else changed the groups at the same time. Read them again, then repeat the change.',
    help: 'Repeat the request.',
  },
  group_unknown: {
    status: 404,
    title: 'No such group',
    detail: 'There is no group `{group}`.',
    help: 'List groups with `GET /api/v1/groups`, or create it with `POST /api/v1/groups`.',
  },
  groups_unknown: {
    status: 422,
    title: 'No such group',
    detail: 'There is no group `{group}`.',
    help: 'List groups with `GET /api/v1/groups`, or create it with `POST /api/v1/groups`.',
  },
  group_exists: {
    status: 409,
    title: 'Group exists',
    detail: 'There is a group `{group}` already.',
    help: 'Use it, or choose another id.',
  },
  group_builtin: {
    status: 409,
    title: 'Built-in group',
    detail: 'The group `{group}` belongs to Holdfast itself and stays as it is.',
    help: 'Take its members out instead.',
  },
  group_cycle: {
    status: 409,
    title: 'Groups in a circle',
    detail: 'The group `{group}` would become its own ancestor.',
    help: 'Choose parents that are not inside of the group.',
  },
  service_unknown: {
    status: 404,
    title: 'No such service',
    detail: 'There is no service with this id.',
    help: 'List services with `GET /api/v1/services`.',
  },
  service_exists: {
    status: 409,
    title: 'Service exists',
    detail: 'There is a service of this name already.',
    help: 'Make a further key for it with `POST /api/v1/services/:id/keys`, or choose another name.',
  },
  service_keys_most: {
    status: 409,
    title: 'Too many keys',
    detail: 'A service has {most} keys at most: one in use, and others while they are rotated.',
    help: 'Delete the keys that are no longer used.',
  },
  key_unknown: {
    status: 404,
    title: 'No such key',
    detail: 'The service has no key with this id.',
    help: 'The keys are listed with the service.',
  },
  application_unknown: {
    status: 422,
    title: 'No such application',
    detail: 'There is no application `{application}`.',
    help: 'Create it with `POST /api/v1/applications` first.',
  },
  password_twice: {
    status: 422,
    title: 'Password and hash',
    detail: 'Send either `password` or `passwordHash`.',
    help: 'A hash is for somebody who comes from another system with their password.',
  },
})
