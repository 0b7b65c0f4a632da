export const events = {
  'edge.attached': 'A gateway or an SDK began to serve an application.',
  'gateway.key_registered': 'A gateway registered the key with which it signs identity tokens.',
  'edge.events_refused': 'An edge shipped events for an application that it does not serve.',
} as const
