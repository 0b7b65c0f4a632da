/** What a request consists of, in numbers: each is a list of entries (name, value); one without names has a single entry named ''. */
export const COLLECTIONS = [
  'ARGS_GET',
  'ARGS_POST',
  'ARGS_GET_NAMES',
  'ARGS_POST_NAMES',
  'REQUEST_HEADERS',
  'REQUEST_HEADERS_NAMES',
  'REQUEST_COOKIES',
  'REQUEST_COOKIES_NAMES',
  'FILES',
  'FILES_NAMES',
  'FILES_SIZES',
  'FILES_TMPNAMES',
  'FILES_TMP_CONTENT',
  'MULTIPART_PART_HEADERS',
  'MULTIPART_FILENAME',
  'MULTIPART_NAME',
  'XML',
  'RESPONSE_HEADERS',
  'RESPONSE_HEADERS_NAMES',
  'REQUEST_BASENAME',
  'REQUEST_BODY',
  'REQUEST_FILENAME',
  'REQUEST_LINE',
  'REQUEST_METHOD',
  'REQUEST_PROTOCOL',
  'REQUEST_URI',
  'REQUEST_URI_RAW',
  'QUERY_STRING',
  'PATH_INFO',
  'RESPONSE_BODY',
] as const

export type CollectionName = (typeof COLLECTIONS)[number]

export const C: Readonly<Record<CollectionName, number>> = Object.fromEntries(
  COLLECTIONS.map((name, number) => [name, number]),
) as Record<CollectionName, number>
