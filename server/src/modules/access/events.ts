export const events = {
  'access.denied': 'A caller of the management API asked for something that no policy permits.',
  'application.created': 'An application was registered.',
  'application.updated': 'The name, hosts, upstream or public paths of an application changed.',
  'application.deleted': 'An application was deleted, with its policies.',
  'schema.written': 'The Cedar schema of an application was replaced.',
  'policy.written': 'A policy was created or changed.',
  'policy.deleted': 'A policy was deleted.',
  'policy.upgraded': 'A built-in policy or schema changed with the version of Holdfast.',
} as const
