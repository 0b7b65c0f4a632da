export const signinEvents = {
  'credential.refused': 'A credential was presented to the management API that is unknown, expired or revoked.',
  'password.set': "A person's password was set or changed.",
  'session.started': 'A person signed in.',
  'session.refused': 'A sign-in was refused; the reason says why, which the person at the form is not told.',
  'session.ended': 'A person signed out: the sign-in ended with all its sessions at guarded hosts.',
  'session.revoked': 'A sign-in, or a session at a guarded host, was ended by somebody or something else.',
  'session.expired': 'A session ended because it was unused or too old.',
  'handoff.issued': 'A one-time code was issued that hands a sign-in on to a guarded host.',
  'handoff.exchanged': 'A one-time code became a session at a guarded host.',
  'handoff.refused':
    'A hand-off was refused: a code used twice, too late, elsewhere, or an address that is not registered.',
  'setup.completed': 'The first operator enrolled; the set-up link and the bootstrap token ended.',
  'bootstrap.issued': 'A set-up link and a bootstrap token were written to the data directory.',
  'bootstrap.used': 'The bootstrap token was used, or was tried after its end.',
} as const
