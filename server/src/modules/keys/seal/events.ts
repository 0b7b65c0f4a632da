export const sealEvents = {
  'seal.unsealed': 'A replica was given what opens the seal, and began to work.',
  'seal.unseal_refused': 'Shares or passphrases were presented to a sealed replica that do not open it.',
  'seal.change_prepared': 'Shares of a new seal were made and shown; the present seal still holds.',
  'seal.changed': 'The root key was sealed anew in another way; the seal before opens nothing any more.',
  'seal.rotated': 'The root key was replaced by a new one under the same seal.',
} as const
