import { defineErrors } from '../../../platform/errors.ts'

export const searchErrors = defineErrors('ledger', {
  address_range_unsupported: {
    status: 422,
    title: 'Address ranges cannot be searched',
    detail: 'Addresses are found by a keyed hash of the whole address, so {address} cannot be looked up as a range.',
    help: 'Name the addresses, up to 64 of them separated by commas, or search by time and look at the addresses found.',
  },
  search_empty: {
    status: 422,
    title: 'Nothing to search for',
    detail: 'The text has no word of two letters or digits.',
    help: 'Words are found whole: type at least one of them. See docs/guide/search-the-log.md.',
  },
  search_too_long: {
    status: 422,
    title: 'Too many words',
    detail: 'The text has {words} words; {most} are looked for at most.',
    help: 'Keep the rare ones: a request id, an e-mail address, an id.',
  },
  search_too_broad: {
    status: 503,
    title: 'Search too broad',
    detail: 'The search could not be answered in time, not even for the newest events.',
    help: 'Name a rarer word, an id or an application, or try again when the database is less busy.',
  },
  search_not_found: {
    status: 404,
    title: 'No such saved search',
    detail: 'There is no saved search {search} that is yours or shared with you.',
    help: 'List the saved searches; somebody else may have deleted it or no longer share it.',
  },
  search_not_yours: {
    status: 403,
    title: 'Not your search',
    detail: 'A shared search is changed and deleted by its owner alone.',
    help: 'Save a copy of your own.',
  },
  searches_too_many: {
    status: 409,
    title: 'Too many saved searches',
    detail: 'You have {most} saved searches, which is as many as one may have.',
    help: 'Delete one that you no longer use.',
  },
})
