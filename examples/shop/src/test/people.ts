/** The people of the guarded shop's tests, with the ids that a directory would have given them. */
export const PEOPLE = {
  ada: '0198a000-0000-7000-8000-00000000000a',
  ben: '0198a000-0000-7000-8000-00000000000b',
  mia: '0198a000-0000-7000-8000-00000000000c',
  sam: '0198a000-0000-7000-8000-00000000000d',
} as const

/** Somebody with the role of a moderator, who comes for the first time. */
export const MODERATOR = '0198a000-0000-7000-8000-00000000000e'

/** A program with a key of its own. */
export const ROBOT = '0198a000-0000-7000-8000-0000000000ff'

export const DIRECTORY = [
  { id: PEOPLE.ada, groups: ['admins'] },
  { id: PEOPLE.ben, groups: [] },
  { id: PEOPLE.mia, groups: [] },
  { id: PEOPLE.sam, groups: ['support'] },
  { id: MODERATOR, groups: [], roles: ['moderator'] },
  { id: ROBOT, groups: [], type: 'Service' as const },
]
